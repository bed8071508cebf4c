//! Saved views: who sees and changes them, what they do to lists, what a person makes of them, and who is told what.

use std::time::Duration;

use serde_json::{Value, json};
use store::Tx;

use crate::{
    harness::{Client, Person, TestApp},
    leads::fixtures::{add, id, stages},
    on_both_engines,
};

async fn save(client: &Client, body: Value) -> Value {
    client.post("/views").json(&body).await.created()
}

fn hot() -> Value {
    json!({"where": {"field": "score", "op": "atLeast", "value": 50}})
}

async fn names(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(format!("/leads?{query}")).await.ok();
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap().into())
        .collect()
}

/// What subscribers were told, oldest first: the kind of event and the lead's name.
async fn told(app: &TestApp, to: &Person) -> Vec<(String, String)> {
    app.work().await;
    let (workspace, user) = (app.admin().workspace, to.user.to_string());
    let read = move |tx: &mut Tx| {
        let rows: Vec<(String, store::Json<Value>, Option<String>)> = tx.all(
            "select e.kind, e.data, l.name from events e
             left join leads l on l.workspace_id = e.workspace_id and l.id = e.lead_id
             where e.workspace_id = $1 and e.kind like 'view.%' order by e.epoch, e.seq",
            &[&workspace],
        )?;
        let own = rows.into_iter().filter(|it| it.1.0["user"] == json!(user));
        Ok::<_, leadline::base::Error>(
            own.map(|(kind, _, name)| (kind, name.unwrap_or_default()))
                .collect(),
        )
    };
    app.app.read(read).await.unwrap()
}

/// Long enough for every node to have heard of a subscription.
async fn a_moment_later(app: &TestApp) {
    app.work().await;
    app.clock.advance(Duration::from_secs(5));
    app.work().await;
    app.clock.advance(Duration::from_secs(5));
}

/// What a running server does every few minutes.
async fn sweep(app: &TestApp) {
    let queue = |tx: &mut Tx| leadline::jobs::Enqueue::of("views.sweep", &json!({})).insert(tx);
    app.app.db.write(queue).await.unwrap();
}

on_both_engines! {
    async fn views_are_saved_changed_copied_and_removed(app: TestApp) {
        let pipeline = app.post("/lead-pipelines/ensure-default").await.ok();
        let body = json!({
            "name": " Hot ones ", "filter": {"where": {"field": "score", "op": "atLeast", "value": 50}, "tag": "vip"},
            "sort": {"by": "score"}, "columns": [{"field": "name", "width": 240}, {"field": "customFields.budget"}],
            "groupBy": "owner", "layout": "board", "pipelineId": pipeline["id"], "density": "compact",
            "cardFields": ["company", "score"], "dateField": "created",
        });
        let view = save(&app, body.clone()).await;
        assert_eq!(view["name"], "Hot ones");
        for (field, value) in body.as_object().unwrap() {
            let expected = match field.as_str() {
                "name" => json!("Hot ones"),
                "sort" => json!({"by": "score", "descending": true}),
                _ => value.clone(),
            };
            assert_eq!(view[field], expected, "{field}");
        }
        assert_eq!((&view["visibility"], &view["locked"], &view["version"]), (&json!("private"), &json!(false), &json!(1)));
        assert_eq!(view["mine"], json!({"pin": null, "defaultOn": [], "subscription": null, "mayChange": true}));
        let path = format!("/views/{}", id(&view));
        assert_eq!(app.get(&path).await.ok(), view);

        let changed = app.patch(&path).if_match(1).json(&json!({"name": "Hotter", "groupBy": null})).await;
        assert_eq!(changed.header("etag"), Some("\"2\""));
        let changed = changed.ok();
        assert_eq!((&changed["name"], &changed["groupBy"], &changed["columns"]), (&json!("Hotter"), &json!(null), &view["columns"]));
        app.put(&path).if_match(1).json(&json!({"name": "Late"})).await.refused(412, "version_mismatch");

        let copy = app.post(format!("{path}/duplicate")).json(&json!({})).await.created();
        assert_eq!((&copy["name"], &copy["filter"]), (&json!("Hotter 2"), &view["filter"]));
        let listed = app.get("/views").await.ok();
        assert_eq!(listed["total"], 2);
        app.delete(&path).if_match(1).await.refused(412, "version_mismatch");
        app.delete(&path).if_match(2).await.no_content();
        app.get(&path).await.refused(404, "not_found");
        app.work().await;
    }

    async fn who_sees_and_who_changes_a_view(app: TestApp) {
        let (sales, marketer) = (app.add_person("sales").await, app.add_person("marketer").await);
        let team = app.post("/teams").json(&json!({"name": "North", "memberIds": [sales.user]})).await.created();
        let own = save(&sales, json!({"name": "Mine", "filter": hot()})).await;
        let path = |view: &Value| format!("/views/{}", id(view));
        app.get(path(&own)).await.refused(404, "not_found");
        app.delete(path(&own)).await.refused(404, "not_found");
        app.get(format!("/leads?view={}", id(&own))).await.refused(404, "not_found");
        // To share needs the right, and a team of one's own.
        sales.patch(path(&own)).json(&json!({"visibility": "everyone"})).await.refused(403, "forbidden");
        sales.post("/views").json(&json!({"name": "x", "visibility": "everyone"})).await.refused(403, "forbidden");
        marketer.post("/views").json(&json!({"name": "x", "visibility": "team", "teamId": team["id"]})).await.invalid("teamId");
        marketer.post("/views").json(&json!({"name": "x", "visibility": "team"})).await.invalid("teamId");
        marketer.post("/views").json(&json!({"name": "x", "teamId": team["id"]})).await.invalid("teamId");

        let all = save(&marketer, json!({"name": "All", "visibility": "everyone"})).await;
        let seen = sales.get(path(&all)).await.ok();
        assert_eq!(seen["mine"]["mayChange"], false);
        sales.patch(path(&all)).json(&json!({"name": "No"})).await.refused(403, "forbidden");
        app.patch(path(&all)).json(&json!({"name": "Yes"})).await.ok();
        marketer.patch(path(&all)).json(&json!({"locked": true})).await.ok();
        let other = app.add_person("marketer").await;
        other.patch(path(&all)).json(&json!({"name": "No"})).await.refused(403, "view_locked");
        marketer.patch(path(&all)).json(&json!({"name": "Owner"})).await.ok();
        app.patch(path(&all)).json(&json!({"name": "Admin"})).await.ok();

        app.post("/teams").json(&json!({"name": "South", "memberIds": [marketer.user, other.user]})).await.created();
        let teams = app.get("/teams").await.ok();
        let south = teams["data"].as_array().unwrap().iter().find(|it| it["name"] == "South").unwrap().clone();
        let shared = save(&marketer, json!({"name": "Ours", "visibility": "team", "teamId": south["id"]})).await;
        other.get(path(&shared)).await.ok();
        sales.get(path(&shared)).await.refused(404, "not_found");

        let log = app.get("/audit?limit=200").await.ok().to_string();
        assert!(log.contains("view.created") && log.contains("view.changed"), "{log}");
        assert!(!log.contains("Mine"), "private views are nobody's business");
        // Programs make views for everybody, and are nobody themselves.
        let key = app.add_key(&leadline::base::Permission::ALL).await;
        key.post("/views").json(&json!({"name": "x", "visibility": "private"})).await.invalid("visibility");
        let made = save(&key, json!({"name": "By a program", "filter": {"assignedTo": "me"}})).await;
        assert_eq!((&made["ownerId"], &made["visibility"]), (&json!(null), &json!("everyone")));
        key.put(format!("{}/pin", path(&made))).json(&json!({})).await.refused(403, "person_needed");
        app.work().await;
    }

    async fn lists_board_groups_and_actions_take_a_view(app: TestApp) {
        let stage = stages(&app).await[1].clone();
        for (name, score, tag) in [("Ada", 80, "vip"), ("Bob", 60, "new"), ("Cy", 70, "vip"), ("Dan", 10, "vip")] {
            add(&app, json!({"name": name, "score": score, "tags": [tag], "value": score, "currency": "EUR"})).await;
        }
        let view = save(&app, json!({"name": "Hot", "filter": hot(), "sort": {"by": "score"}, "groupBy": "tag"})).await;
        let by_view = format!("view={}", id(&view));
        assert_eq!(names(&app, &by_view).await, ["Ada", "Cy", "Bob"]);
        assert_eq!(names(&app, &format!("{by_view}&sortBy=name&sortOrder=asc")).await, ["Ada", "Bob", "Cy"]);
        assert_eq!(names(&app, &format!("{by_view}&tag=vip&maxScore=75")).await, ["Cy"]);
        let all_but = super::filter::query(&json!({"not": {"field": "name", "op": "is", "value": "ADA"}}));
        assert_eq!(names(&app, &format!("{by_view}&{all_but}")).await, ["Cy", "Bob"]);
        let page = app.get(format!("/leads?{by_view}&limit=2")).await.ok();
        let cursor = page["nextCursor"].as_str().unwrap();
        assert_eq!(names(&app, &format!("{by_view}&limit=2&cursor={cursor}")).await, ["Bob"]);
        app.get(format!("/leads?limit=2&cursor={cursor}")).await.invalid("cursor");
        app.get(format!("/leads?{by_view}&deleted=true")).await.invalid("deleted");
        app.get("/leads?view=7").await.invalid("view");
        app.get(format!("/leads?view={}", uuid::Uuid::nil())).await.refused(404, "not_found");

        let board = app.get(format!("/board?{by_view}")).await.ok();
        let cards: Vec<_> = board["stages"][0]["cards"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
        assert_eq!(cards, ["Ada", "Cy", "Bob"]);

        let groups = app.get(format!("/leads/groups?{by_view}")).await.ok();
        assert_eq!(groups, json!({"groupBy": "tag", "groups": [
            {"key": "vip", "label": "vip", "count": 2, "sums": [{"currency": "EUR", "amount": 150}]},
            {"key": "new", "label": "new", "count": 1, "sums": [{"currency": "EUR", "amount": 60}]},
        ]}));

        let action = json!({"action": "move_stage", "stageId": stage, "viewId": view["id"], "filter": {"tag": "vip"}});
        let dry = json!({"action": "move_stage", "stageId": stage, "viewId": view["id"], "dryRun": true});
        assert_eq!(app.post("/leads/bulk-action").json(&dry).await.ok()["changed"], 3);
        assert_eq!(app.post("/leads/bulk-action").json(&action).await.ok()["changed"], 2);
        assert_eq!(names(&app, &format!("stageId={stage}&sortBy=name&sortOrder=asc")).await, ["Ada", "Cy"]);
        let both = json!({"action": "delete", "viewId": view["id"], "leadIds": []});
        app.post("/leads/bulk-action").json(&both).await.invalid("viewId");
        app.post("/leads/bulk-action").json(&json!({"action": "restore", "viewId": view["id"]})).await.invalid("viewId");
        app.work().await;
    }

    async fn groups_say_how_many_and_how_much(app: TestApp) {
        let person = app.add_person("sales").await;
        app.post("/lead-fields").json(&json!({"name": "Region", "type": "choice", "options": ["North", "South"]})).await.created();
        let stages = stages(&app).await;
        for (name, stage, owner, region, value, currency) in [
            ("Ada", 0, Some(person.user), Some("North"), 10.5, "EUR"),
            ("Bob", 0, None, Some("South"), 20.0, "USD"),
            ("Cy", 1, Some(person.user), Some("North"), -3.25, "EUR"),
            ("Dan", 1, None, None, 1.0, "EUR"),
        ] {
            add(&app, json!({"name": name, "stageId": stages[stage], "assignedTo": owner, "tags": [name, "all"], "source": "api",
                "customFields": region.map_or(json!({}), |it| json!({"region": it})), "value": value, "currency": currency})).await;
        }
        let groups = async |client: &Client, query: &str| {
            let found = client.get(format!("/leads/groups?{query}")).await.ok();
            let shown = found["groups"].as_array().unwrap().iter().map(|it| {
                let sums: Vec<String> = it["sums"].as_array().unwrap().iter()
                    .map(|it| format!("{}{}", it["amount"], it["currency"].as_str().unwrap())).collect();
                format!("{}: {} {}", it["key"].as_str().unwrap_or("-"), it["count"], sums.join(" "))
            });
            shown.collect::<Vec<_>>()
        };
        let by_stage = [format!("{}: 2 10.5EUR 20USD", stages[0]), format!("{}: 2 -2.25EUR", stages[1])];
        let same = |found: Vec<String>| {
            let mut found = found;
            found.sort();
            let mut wanted = by_stage.to_vec();
            wanted.sort();
            assert_eq!(found, wanted);
        };
        same(groups(&app, "").await);
        // The same, looked at one by one.
        same(groups(&app, "groupBy=stage&source=api").await);
        for narrowing in ["", "&source=api"] {
            let by_owner = groups(&app, &format!("groupBy=owner{narrowing}")).await;
            assert_eq!(by_owner, [format!("{}: 2 7.25EUR", person.user), "-: 2 1EUR 20USD".into()]);
        }
        assert_eq!(groups(&app, "groupBy=source").await, ["api: 4 28.25EUR 20USD".replace("28.25", "8.25")]);
        let by_region = groups(&app, "groupBy=customFields.region").await;
        assert_eq!(by_region, ["North: 2 7.25EUR", "South: 1 20USD", "-: 1 1EUR"]);
        let by_tag = groups(&app, "groupBy=tag").await;
        assert_eq!((by_tag.len(), by_tag[0].as_str()), (5, "all: 4 8.25EUR 20USD"));
        // Within what the caller sees.
        assert_eq!(groups(&person, "groupBy=owner").await, [format!("{}: 2 7.25EUR", person.user)]);
        for bad in ["groupBy=name", "groupBy=customFields.budget", "groupBy=", "groupBy=customFields.%22"] {
            app.get(format!("/leads/groups?{bad}")).await.invalid("groupBy");
        }
        app.get("/leads/groups?page=2").await.invalid("page");
        app.work().await;
    }

    async fn pins_have_an_order_and_live_counts_of_ones_own(app: TestApp) {
        let person = app.add_person("sales").await;
        add(&app, json!({"name": "Ada", "score": 80, "assignedTo": person.user})).await;
        add(&app, json!({"name": "Bob", "score": 90})).await;
        let hot = save(&app, json!({"name": "Hot", "visibility": "everyone", "filter": hot()})).await;
        let mine = save(&app, json!({"name": "Mine", "visibility": "everyone", "filter": {"where": {"field": "owner", "op": "is", "value": "me"}}})).await;
        let found = save(&app, json!({"name": "Found", "filter": {"search": "ada"}})).await;
        for (client, views) in [(app.admin(), vec![&hot, &mine, &found]), (&person, vec![&hot, &mine])] {
            for view in views {
                client.put(format!("/views/{}/pin", id(view))).json(&json!({"icon": "flame"})).await.no_content();
            }
        }
        let counts = async |client: &Client| client.get("/views/counts").await.ok()["data"].clone();
        let count = |view: &Value, n: Value| json!({"viewId": view["id"], "count": n});
        assert_eq!(counts(&app).await, json!([count(&hot, json!(2)), count(&mine, json!(0)), count(&found, json!(null))]));
        assert_eq!(counts(&person).await, json!([count(&hot, json!(1)), count(&mine, json!(1))]));

        app.put("/views/pins").json(&json!({"viewIds": [found["id"], hot["id"], mine["id"]]})).await.no_content();
        app.put("/views/pins").json(&json!({"viewIds": [hot["id"]]})).await.invalid("viewIds");
        app.put("/views/pins").json(&json!({"viewIds": [hot["id"], hot["id"], mine["id"]]})).await.invalid("viewIds");
        let shown = app.get(format!("/views/{}", id(&hot))).await.ok();
        assert_eq!(shown["mine"]["pin"], json!({"icon": "flame", "position": 1}));
        app.put(format!("/views/{}/pin", id(&hot))).json(&json!({"icon": "star"})).await.no_content();
        let shown = app.get(format!("/views/{}", id(&hot))).await.ok();
        assert_eq!(shown["mine"]["pin"], json!({"icon": "star", "position": 1}));
        app.put(format!("/views/{}/pin", id(&hot))).json(&json!({"icon": "x".repeat(61)})).await.invalid("icon");
        app.delete(format!("/views/{}/pin", id(&mine))).await.no_content();
        assert_eq!(counts(&app).await.as_array().unwrap().len(), 2);

        app.put("/views/default").json(&json!({"page": "leads", "viewId": hot["id"]})).await.no_content();
        app.put("/views/default").json(&json!({"page": "board", "viewId": hot["id"]})).await.no_content();
        let shown = app.get(format!("/views/{}", id(&hot))).await.ok();
        assert_eq!(shown["mine"]["defaultOn"], json!(["board", "leads"]));
        app.put("/views/default").json(&json!({"page": "leads", "viewId": null})).await.no_content();
        app.put("/views/default").json(&json!({"page": "home", "viewId": null})).await.invalid("page");
        person.put("/views/default").json(&json!({"page": "leads", "viewId": found["id"]})).await.refused(404, "not_found");
        // What is not shared any more is not counted.
        app.patch(format!("/views/{}", id(&hot))).json(&json!({"visibility": "private"})).await.ok();
        assert_eq!(counts(&person).await, json!([count(&mine, json!(1))]));
        person.delete(format!("/views/{}/pin", id(&hot))).await.no_content();
        app.delete(format!("/views/{}", id(&hot))).await.no_content();
        app.work().await;
    }

    async fn a_view_whose_field_changed_says_so(app: TestApp) {
        let field = app.post("/lead-fields").json(&json!({"name": "Budget", "type": "number"})).await.created();
        let filter = json!({"where": {"field": "customFields.budget", "op": "moreThan", "value": 5}});
        let view = save(&app, json!({"name": "Rich", "filter": filter})).await;
        app.put(format!("/views/{}/pin", id(&view))).json(&json!({})).await.no_content();
        app.patch(format!("/lead-fields/{}", id(&field))).json(&json!({"type": "text"})).await.ok();
        let counts = app.get("/views/counts").await.ok();
        assert!(counts["data"][0]["problem"].as_str().unwrap().contains("where.op"), "{counts}");
        app.get(format!("/leads?view={}", id(&view))).await.invalid("where.op");
        app.work().await;
    }

    async fn subscribers_are_told_what_comes_and_goes(app: TestApp) {
        let person = app.add_person("sales").await;
        let lead = add(&app, json!({"name": "Ada", "score": 80, "assignedTo": person.user})).await;
        let cold = add(&app, json!({"name": "Bob", "score": 5, "assignedTo": person.user})).await;
        let view = save(&app, json!({"name": "Hot", "visibility": "everyone", "filter": hot()})).await;
        let path = format!("/views/{}/subscription", id(&view));
        person.put(&path).json(&json!({"entering": false, "leaving": false})).await.invalid("entering");
        person.put(&path).json(&json!({"entering": true, "leaving": true})).await.no_content();
        app.put(&path).json(&json!({"entering": true, "leaving": false})).await.no_content();
        let state = person.get(format!("/views/{}", id(&view))).await.ok()["mine"]["subscription"].clone();
        assert_eq!(state, json!({"entering": true, "leaving": true, "state": "beginning"}));
        a_moment_later(&app).await;
        assert_eq!(person.get(format!("/views/{}", id(&view))).await.ok()["mine"]["subscription"]["state"], "watching");
        assert!(told(&app, &person).await.is_empty(), "what was there is no news");

        let entered = |name: &str| ("view.lead_entered".to_owned(), name.to_owned());
        let left = |name: &str| ("view.lead_left".to_owned(), name.to_owned());
        let bob = format!("/leads/{}", id(&cold));
        app.patch(&bob).json(&json!({"score": 60})).await.ok();
        app.patch(&bob).json(&json!({"title": "Boss"})).await.ok();
        assert_eq!(told(&app, &person).await, [entered("Bob")]);
        app.patch(&bob).json(&json!({"score": 6})).await.ok();
        assert_eq!(told(&app, &person).await, [entered("Bob"), left("Bob")]);
        // A new lead of somebody else's is told to the one who sees it.
        add(&app, json!({"name": "Cy", "score": 70})).await;
        assert_eq!(told(&app, &person).await.len(), 2);
        assert_eq!(told(&app, app.admin()).await, [entered("Bob"), entered("Cy")]);
        // What goes to somebody else leaves, as does what is deleted.
        app.patch(format!("/leads/{}", id(&lead))).json(&json!({"assignedTo": null})).await.ok();
        assert_eq!(told(&app, &person).await.last(), Some(&left("Ada")));
        app.patch(format!("/leads/{}", id(&lead))).json(&json!({"assignedTo": person.user})).await.ok();
        assert_eq!(told(&app, &person).await.last(), Some(&entered("Ada")));
        app.delete(format!("/leads/{}", id(&lead))).await.no_content();
        let all = told(&app, &person).await;
        assert_eq!(all[3..], [entered("Ada"), left("Ada")]);
        // Another filter begins anew, in silence.
        app.patch(format!("/views/{}", id(&view))).json(&json!({"filter": {"minScore": 1}})).await.ok();
        a_moment_later(&app).await;
        assert_eq!(told(&app, &person).await.len(), 5);
        app.patch(&bob).json(&json!({"score": 0})).await.ok();
        assert_eq!(told(&app, &person).await.last(), Some(&left("Bob")));
        person.delete(&path).await.no_content();
        a_moment_later(&app).await;
        app.patch(&bob).json(&json!({"score": 99})).await.ok();
        assert_eq!(told(&app, &person).await.len(), 6);
        app.delete(format!("/views/{}", id(&view))).await.no_content();
        a_moment_later(&app).await;
        let rows = app.app.read(|tx: &mut Tx| Ok(tx.one::<(i64,)>("select count(*) from lead_view_members where workspace_id > 0", &[])?));
        assert_eq!(rows.await.unwrap().0, 0, "notes of ended subscriptions stay behind");
    }

    async fn what_time_moves_is_told_too(app: TestApp) {
        add(&app, json!({"name": "Ada"})).await;
        let fresh = json!({"where": {"field": "created", "op": "within", "value": {"last": {"hours": 1}}}});
        let view = save(&app, json!({"name": "Fresh", "filter": fresh})).await;
        app.put(format!("/views/{}/subscription", id(&view))).json(&json!({"entering": true, "leaving": true})).await.no_content();
        a_moment_later(&app).await;
        assert!(told(&app, app.admin()).await.is_empty());
        app.clock.advance(Duration::from_hours(2));
        sweep(&app).await;
        assert_eq!(told(&app, app.admin()).await, [("view.lead_left".to_owned(), "Ada".to_owned())]);
        app.clock.advance(Duration::from_mins(10));
        sweep(&app).await;
        assert_eq!(told(&app, app.admin()).await.len(), 1);
    }

    async fn what_is_wrong_with_a_view_is_named(app: TestApp) {
        let other = app.add_workspace("Other").await;
        let theirs = save(&other, json!({"name": "Theirs", "visibility": "everyone"})).await;
        let pipeline = other.post("/lead-pipelines/ensure-default").await.ok();
        for (body, path) in [
            (json!({}), "name"),
            (json!({"name": " "}), "name"),
            (json!({"name": "x".repeat(101)}), "name"),
            (json!({"name": "x", "colour": "red"}), "colour"),
            (json!({"name": "x", "visibility": "all"}), "visibility"),
            (json!({"name": "x", "filter": {"where": {"field": "score", "op": "is", "value": "x"}}}), "filter.where.value"),
            (json!({"name": "x", "filter": {"where": {"all": [{"field": "no", "op": "is"}]}}}), "filter.where.all[0].field"),
            (json!({"name": "x", "filter": {"nothing": 1}}), "filter.nothing"),
            (json!({"name": "x", "sort": {"by": "luck"}}), "sort.by"),
            (json!({"name": "x", "columns": [{"field": ""}]}), "columns[0].field"),
            (json!({"name": "x", "columns": [{"field": "name"}, {"field": "name"}]}), "columns[1].field"),
            (json!({"name": "x", "columns": [{"field": "name", "width": 1e9}]}), "columns[0].width"),
            (json!({"name": "x", "columns": vec![json!({"field": "a"}); 10_000]}), "columns"),
            (json!({"name": "x", "cardFields": ["a\u{0}"]}), "cardFields[0]"),
            (json!({"name": "x", "groupBy": "moon"}), "groupBy"),
            (json!({"name": "x", "layout": "pie"}), "layout"),
            (json!({"name": "x", "pipelineId": pipeline["id"]}), "pipelineId"),
        ] {
            app.post("/views").json(&body).await.invalid(path);
        }
        let path = format!("/views/{}", id(&theirs));
        app.get(&path).await.refused(404, "not_found");
        app.patch(&path).json(&json!({"name": "Mine"})).await.refused(404, "not_found");
        app.put(format!("{path}/pin")).json(&json!({})).await.refused(404, "not_found");
        app.put(format!("{path}/subscription")).json(&json!({"entering": true, "leaving": true})).await.refused(404, "not_found");
        app.get(format!("/leads/groups?view={}", id(&theirs))).await.refused(404, "not_found");
        app.work().await;
    }
}
