//! The first steps, and the sample leads.

use std::collections::BTreeSet;

use leadline::base::Permission;
use serde_json::{Value, json};
use store::Tx;

use crate::{
    harness::{Answer, Client, TestApp},
    leads::{
        changes::{set_of, undo},
        fixtures::{add, assert_consistent, id, named, stages, timeline},
    },
    on_both_engines,
};

const SAMPLES: &str = "/onboarding/sample-leads";

async fn put_in(client: &Client) -> Answer {
    client.post(SAMPLES).await
}

async fn take_out(client: &Client) -> Answer {
    client.delete(SAMPLES).await
}

/// How many samples stand and how many lie in the trash.
async fn samples(client: &Client) -> (i64, i64) {
    let state = client.get("/onboarding").await.ok();
    let count = |field: &str| state["sampleLeads"][field].as_i64().unwrap();
    (count("live"), count("trashed"))
}

/// The steps that somebody sees, with those that are done.
async fn steps(client: &Client) -> Vec<(String, bool)> {
    let state = client.get("/onboarding").await.ok();
    let steps = state["steps"].as_array().unwrap().iter();
    steps
        .map(|it| (it["step"].as_str().unwrap().to_owned(), it["done"] == true))
        .collect()
}

async fn done(client: &Client) -> Vec<String> {
    let steps = steps(client).await.into_iter();
    steps.filter(|it| it.1).map(|it| it.0).collect()
}

async fn leads(client: &Client, query: &str) -> Vec<Value> {
    let page = client.get(format!("/leads?limit=200{query}")).await.ok();
    page["data"].as_array().unwrap().clone()
}

/// Rows of a table in the first workspace.
async fn rows(app: &TestApp, table: &'static str) -> i64 {
    let workspace = app.admin().workspace;
    let count = app.app.db.read(move |tx: &mut Tx| {
        let sql = format!("select count(*) from {table} where workspace_id = $1");
        tx.one::<(i64,)>(&sql, &[&workspace])
    });
    let count: Result<(i64,), store::Error> = count.await;
    count.unwrap().0
}

on_both_engines! {
    async fn samples_come_in_by_the_front_door_and_only_once(app: TestApp) {
        let stages = stages(&app).await;
        let first = put_in(&app).await;
        let set = set_of(&first);
        assert_eq!(first.ok(), json!({"added": 24, "restored": 0, "present": 0}));
        assert_eq!(samples(&app).await, (24, 0));
        let all = leads(&app, "").await;
        assert_eq!(all.len(), 24);
        let of = |field: &str| all.iter().map(|it| it[field].to_string()).collect::<BTreeSet<_>>();
        assert_eq!(of("stageId").len(), stages.len(), "some stand in every column");
        assert_eq!(of("source").len(), 6);
        assert!(all.iter().all(|it| it["tags"][0] == "Sample" && it["value"].is_number()));
        assert!(of("createdAt").len() == 24 && all.iter().all(|it| it["createdAt"].as_str().unwrap() < "2026-01-05T12"));
        let own = all.iter().filter(|it| it["assignedTo"] == json!(app.admin().user)).count();
        assert!(own > 3 && own < 12);
        let written = all.iter().find(|it| it["name"] == "Jonas Weber").unwrap();
        let notes = app.get(format!("/leads/{}/notes", id(written))).await.ok();
        assert_eq!((&notes["total"], &notes["data"][0]["author"]["id"]), (&json!(1), &Value::Null));
        assert_eq!(timeline(&app, id(written)).await, ["note_added", "created"]);

        let again = put_in(&app).await;
        assert_eq!(again.header("change-set-id"), None, "nothing was changed");
        assert_eq!(again.ok(), json!({"added": 0, "restored": 0, "present": 24}));
        assert_eq!(leads(&app, "").await, all);

        // Undone they lie in the trash, and come back from there instead of a second time.
        undo(&app, &set, json!({})).await.ok();
        assert_eq!(samples(&app).await, (0, 24));
        assert_eq!(put_in(&app).await.ok(), json!({"added": 0, "restored": 24, "present": 0}));
        assert_eq!(samples(&app).await, (24, 0));
        let log = app.get("/audit?action=sampleLeads.").await.ok();
        assert_eq!(log["total"], 2);
        assert_consistent(&app).await;
        app.work().await;
    }

    async fn exactly_the_samples_go_whatever_became_of_them(app: TestApp) {
        let stages = stages(&app).await;
        let twin = add(&app, json!({"name": "Maya Okafor", "email": "maya.okafor@kestrel-freight.example",
            "tags": ["Sample"], "source": "sample:leads", "externalId": "maya.okafor@kestrel-freight.example"})).await;
        let real = named(&app, "Ada Lovelace").await;
        put_in(&app).await.ok();
        let all = leads(&app, "").await;
        let sample = |name: &str| id(all.iter().find(|it| it["name"] == name).unwrap()).to_owned();
        let edited = sample("Jonas Weber");
        app.patch(format!("/leads/{edited}")).json(&json!({"name": "Somebody Else", "email": "else@example.com",
            "phone": null, "tags": [], "source": "api"})).await.ok();
        app.patch(format!("/leads/{}/stage", sample("Claire Dubois"))).json(&json!({"stageId": stages[4]})).await.ok();
        app.delete(format!("/leads/{}", sample("Ethan Brooks"))).await.no_content();
        app.delete(format!("/leads/{}", sample("Priya Raman"))).await.no_content();
        app.delete(format!("/leads/{}/purge", sample("Priya Raman"))).await.no_content();
        let both = [sample("Marek Nowak"), sample("Hugo Fernández")];
        app.post("/leads/merge").json(&json!({"ids": both})).await.ok();
        app.post(format!("/leads/{}/notes", sample("Zoë Papadakis"))).json(&json!({"value": "seen"})).await.created();
        assert_eq!(samples(&app).await, (21, 1));

        let gone = take_out(&app).await;
        gone.no_content();
        assert!(gone.header("change-set-id").is_some());
        assert_eq!(samples(&app).await, (0, 0));
        let left: BTreeSet<String> = leads(&app, "").await.iter().map(|it| id(it).to_owned()).collect();
        assert_eq!(left, BTreeSet::from([id(&twin).to_owned(), id(&real).to_owned()]));
        assert_eq!(leads(&app, "&deleted=true").await, Vec::<Value>::new(), "none is left in the trash");
        for table in ["lead_notes", "lead_redirects", "lead_repeats"] {
            assert_eq!(rows(&app, table).await, 0, "{table}");
        }
        assert_eq!(rows(&app, "lead_tags").await, 1);
        app.get(format!("/leads/{edited}")).await.status(404);
        assert_consistent(&app).await;
        app.work().await;

        let events = app.get("/audit?action=sampleLeads.removed").await.ok();
        assert_eq!(events["data"][0]["data"], json!({"removed": 22}));
        let again = take_out(&app).await;
        again.no_content();
        assert_eq!(again.header("change-set-id"), None);
        assert_eq!(put_in(&app).await.ok()["added"], 24, "they can be put in anew");
        app.work().await;
    }

    async fn a_real_lead_that_a_sample_was_merged_with_stays(app: TestApp) {
        let (ada, grace) = (named(&app, "Ada").await, named(&app, "Grace").await);
        put_in(&app).await.ok();
        let all = leads(&app, "").await;
        let sample = |name: &str| id(all.iter().find(|it| it["name"] == name).unwrap()).to_owned();
        let [into_real, takes_real, third] = ["Jonas Weber", "Sofia Lindqvist", "Claire Dubois"].map(sample);
        let merge = async |ids: Value, survivor: &str| {
            let merged = app.post("/leads/merge").json(&json!({"ids": ids, "survivor": survivor})).await;
            merged.ok();
            set_of(&merged)
        };
        merge(json!([id(&ada), into_real]), id(&ada)).await;
        // Two samples first, and then somebody real: whichever survives is real.
        merge(json!([takes_real, third]), &takes_real).await;
        assert_eq!(samples(&app).await, (22, 0));
        let with_grace = merge(json!([takes_real, id(&grace)]), &takes_real).await;
        assert_eq!(samples(&app).await, (21, 0));
        assert_eq!(put_in(&app).await.ok()["added"], 3, "they are samples no longer");
        take_out(&app).await.no_content();
        let left: BTreeSet<String> = leads(&app, "").await.iter().map(|it| id(it).to_owned()).collect();
        assert_eq!(left, BTreeSet::from([id(&ada).to_owned(), takes_real.clone()]));
        app.get(format!("/leads/{into_real}")).await.status(308);

        // Taken apart again, each is what it was.
        undo(&app, &with_grace, json!({})).await.ok();
        assert_eq!(samples(&app).await, (1, 0));
        take_out(&app).await.no_content();
        let left: BTreeSet<String> = leads(&app, "").await.iter().map(|it| id(it).to_owned()).collect();
        assert_eq!(left, BTreeSet::from([id(&ada).to_owned(), id(&grace).to_owned()]));
        assert_consistent(&app).await;
        app.work().await;
    }

    async fn a_step_is_done_by_the_act_itself(app: TestApp) {
        let stages = stages(&app).await;
        assert_eq!(done(&app).await, Vec::<String>::new());
        put_in(&app).await.ok();
        assert_eq!(done(&app).await, Vec::<String>::new(), "samples are no leads of one's own");
        let all = leads(&app, "").await;
        let lead = id(&all[0]);
        let other = stages.iter().find(|it| all[0]["stageId"] != json!(it)).unwrap();
        let key = app.add_key(&[Permission::LeadsMove]).await;
        assert_eq!(done(&app).await, ["connectSystem"]);
        key.patch(format!("/leads/{}/stage", id(&all[1]))).json(&json!({"stageId": other})).await.ok();
        assert_eq!(done(&app).await, ["connectSystem"], "a program's move is not a person's");
        app.patch(format!("/leads/{lead}/stage")).json(&json!({"stageId": other})).await.ok();
        assert_eq!(done(&app).await, ["moveLead", "connectSystem"]);
        take_out(&app).await.no_content();
        assert_eq!(done(&app).await, ["moveLead", "connectSystem"], "what was done stays done");
        named(&app, "Ada").await;
        assert_eq!(done(&app).await[0], "addLeads");
        app.post("/views").json(&json!({"name": "Mine", "visibility": "private"})).await.created();
        assert_eq!(done(&app).await[2], "makeItYours");
        app.post("/invitations").json(&json!({"email": "b@example.com", "role": "sales"})).await.created();
        assert_eq!(done(&app).await, ["addLeads", "moveLead", "makeItYours", "inviteTeammate", "connectSystem"]);
        app.work().await;
    }

    async fn changed_stages_and_a_teammate_who_is_there_count_too(app: TestApp) {
        let pipeline = app.post("/lead-pipelines/ensure-default").await.ok();
        app.put(format!("/lead-pipelines/{}", id(&pipeline))).json(&json!({"name": "Deals"})).await.ok();
        assert_eq!(done(&app).await, ["makeItYours"]);
        app.add_person("sales").await;
        assert_eq!(done(&app).await, ["makeItYours", "inviteTeammate"]);
        app.work().await;
    }

    async fn everybody_sees_what_he_may_do(app: TestApp) {
        let names = |steps: Vec<(String, bool)>| steps.into_iter().map(|it| it.0).collect::<Vec<_>>();
        let (sales, viewer) = (app.add_person("sales").await, app.add_person("viewer").await);
        let marketer = app.add_person("marketer").await;
        assert_eq!(names(steps(&sales.client).await), ["addLeads", "moveLead", "makeItYours"]);
        assert_eq!(names(steps(&viewer.client).await), Vec::<String>::new());
        for person in [&sales, &viewer, &marketer] {
            put_in(person).await.refused(403, "forbidden");
            take_out(person).await.refused(403, "forbidden");
            assert_eq!(person.get("/onboarding").await.ok()["sampleLeads"]["mayManage"], false);
        }
        app.add_key(&[]).await.get("/onboarding").await.refused(403, "forbidden");
        // Whoever manages the workspace needs no right over the trash.
        let key = app.add_key(&[Permission::LeadsCreate, Permission::WorkspaceManage]).await;
        put_in(&key).await.ok();
        assert!(leads(&app, "").await.iter().all(|it| it["assignedTo"].is_null()), "a program has no leads");
        let other = app.add_workspace("Other").await;
        take_out(&other).await.no_content();
        assert_eq!((samples(&app).await, samples(&other).await), ((24, 0), (0, 0)));
        take_out(&key).await.no_content();
        assert_eq!(samples(&app).await, (0, 0));
        app.work().await;
    }

    async fn samples_fit_into_any_pipeline(app: TestApp) {
        let pipeline = app.post("/lead-pipelines/ensure-default").await.ok();
        let stages = json!({"stages": [
            {"id": pipeline["stages"][0]["id"], "name": "Inbox", "color": "#1a73d5", "type": "open"},
            {"id": pipeline["stages"][1]["id"], "name": "Rest", "color": "#1a73d5", "type": "open"},
        ]});
        app.put(format!("/lead-pipelines/{}", id(&pipeline))).json(&stages).await.ok();
        put_in(&app).await.ok();
        let at: BTreeSet<String> = leads(&app, "").await.iter().map(|it| it["stageId"].to_string()).collect();
        assert_eq!(at.len(), 2);
        app.work().await;
    }

    async fn those_who_come_at_once_put_them_in_once(app: TestApp) {
        stages(&app).await;
        let (one, two) = tokio::join!(put_in(&app), put_in(&app));
        let added = |it: &Answer| it.ok()["added"].as_u64().unwrap();
        assert_eq!(added(&one) + added(&two), 24);
        assert_eq!(samples(&app).await, (24, 0));
        let (one, two) = tokio::join!(take_out(&app), take_out(&app));
        one.no_content();
        two.no_content();
        assert_eq!(samples(&app).await, (0, 0));
        assert_eq!(leads(&app, "").await.len(), 0);
        assert_consistent(&app).await;
        app.work().await;
    }
}
