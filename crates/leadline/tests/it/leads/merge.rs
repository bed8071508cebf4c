//! Making one lead of several, and several of one again.

use std::{collections::BTreeSet, time::Duration};

use axum::http::Method;
use leadline::{base::Permission, leads::merge::children};
use serde_json::{Value, json};
use store::{Engine, Tx};

use super::{
    changes::{set_of, state, undo},
    fixtures::{add, assert_consistent, id, named, stages},
    past::Dice,
};
use crate::{
    harness::{Answer, Client, TestApp},
    on_both_engines,
};

async fn merge(client: &Client, body: Value) -> Answer {
    client.post("/leads/merge").json(&body).await
}

/// What the search finds, by name.
async fn found(app: &TestApp, text: &str) -> Vec<String> {
    let page = app.get(format!("/leads?search={text}")).await.ok();
    let rows = page["data"].as_array().unwrap().iter();
    rows.map(|it| it["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Everything of these leads that taking a merge back is to bring back.
async fn everything(app: &TestApp, leads: &[&str]) -> Vec<Value> {
    let mut all = Vec::new();
    for lead in leads {
        all.push(state(app, lead).await);
        let notes = app.get(format!("/leads/{lead}/notes")).await.ok();
        all.push(
            notes["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it["value"].clone())
                .collect(),
        );
    }
    all
}

on_both_engines! {
    async fn the_survivor_takes_over_what_the_others_know(app: TestApp) {
        let ids = stages(&app).await;
        let seller = app.add_person("sales").await;
        let old = add(&app, json!({"email": "ada@old.example", "tags": ["x", "shared"], "company": "Acme",
            "customFields": {"budget": 1, "Many Words": ["a", "b"]}, "assignedTo": seller.user})).await;
        app.clock.advance(Duration::from_secs(1));
        let far = add(&app, json!({"name": "Ada Lovelace", "stageId": ids[2], "tags": ["Shared", "y"], "score": 3,
            "customFields": {"size": "L", "Many Words": ["b", "c"]}})).await;
        app.clock.advance(Duration::from_secs(1));
        let third = add(&app, json!({"name": "A. L.", "phone": "+1 202-555-0173", "value": 5, "currency": "EUR", "score": 8, "title": "Dr"})).await;
        app.post(format!("/leads/{}/notes", id(&old))).json(&json!({"value": "a note on the old one"})).await.created();
        let leads = [id(&old), id(&far), id(&third)];
        let workspace = app.admin().workspace;
        let before = everything(&app, &leads).await;

        let preview = merge(&app, json!({"ids": leads, "dryRun": true})).await;
        assert_eq!(preview.header("change-set-id"), None);
        let preview = preview.ok();
        assert_eq!(preview["survivor"], far["id"]);
        assert_eq!(everything(&app, &leads).await, before);
        let merged = merge(&app, json!({"ids": leads})).await;
        let lead = merged.ok()["lead"].clone();
        for (field, value) in [
            ("id", far["id"].clone()), ("name", json!("Ada Lovelace")), ("email", json!("ada@old.example")),
            ("phone", json!("+12025550173")), ("phoneDisplay", third["phoneDisplay"].clone()), ("company", json!("Acme")),
            ("title", json!("Dr")), ("value", json!(5)), ("currency", json!("EUR")), ("score", json!(8)),
            ("tags", json!(["Shared", "y", "x"])), ("assignedTo", json!(seller.user)), ("stageId", json!(ids[2])),
            ("createdAt", old["createdAt"].clone()),
        ] {
            assert_eq!(lead[field], value, "{field}");
        }
        assert_eq!(lead["customFields"]["manyWords"], json!(["b", "c", "a"]));
        assert_eq!((&lead["customFields"]["budget"], &lead["customFields"]["size"]), (&json!(1), &json!("L")));
        assert_eq!(lead["customFields"]["_displayNames"], json!({"manyWords": "Many Words"}));

        // The others are gone without a trace, and their ids lead on.
        assert_eq!(app.get("/leads").await.ok()["total"], 1);
        assert_eq!(found(&app, "old.example").await, ["Ada Lovelace"]);
        assert_eq!(found(&app, "A.%20L.").await, Vec::<String>::new());
        assert_eq!(app.get("/leads?deleted=true").await.ok()["total"], 0);
        let there = format!("/api/leads/{}", id(&far));
        let moved = app.get(format!("/leads/{}?at=2030-01-01T00:00:00Z", id(&old))).await;
        assert_eq!((moved.status.as_u16(), moved.body.len()), (308, 0));
        assert_eq!(moved.header("location"), Some(&*format!("{there}?at=2030-01-01T00:00:00Z")));
        let write = app.patch(format!("/leads/{}", id(&third))).json(&json!({"title": "x"})).await;
        write.refused(308, "merged");
        assert_eq!(write.header("location"), Some(&*there));
        let notes = format!("/leads/{}/notes", id(&old));
        let note = app.post(&notes).json(&json!({"value": "by the old id"})).await.created();
        assert_eq!(note["leadId"], far["id"]);
        assert_eq!(app.get(format!("/leads/{}/notes", id(&far))).await.ok()["total"], 2);
        let tagged = app.post("/leads/bulk-action").json(&json!({"action": "tag", "leadIds": [id(&old)], "tags": ["z"]})).await.ok();
        assert_eq!((&tagged["changed"], &tagged["results"][0]), (&json!(1), &json!({"id": id(&old), "ok": true})));
        let timeline = app.get(format!("/leads/{}/activities?limit=200", id(&far))).await.ok();
        let kinds: Vec<&str> = timeline["data"].as_array().unwrap().iter().map(|it| it["type"].as_str().unwrap()).collect();
        assert_eq!(kinds.iter().filter(|it| **it == "created").count(), 3, "{kinds:?}");
        assert_eq!(kinds.iter().filter(|it| **it == "merged").count(), 2);
        assert!(timeline["data"].as_array().unwrap().iter().any(|it| it["mergedFrom"] == old["id"]));
        assert_consistent(&app).await;
        app.work().await;

        let told = app.app.db.read(move |tx: &mut Tx| {
            let mut told = BTreeSet::new();
            tx.each(
                "select lead_id, data from events where workspace_id = $1 and kind = 'lead.merged'",
                &[&workspace],
                |row| {
                    let data: Value = serde_json::from_str(&row.json_text(1)?).unwrap();
                    told.insert((row.uuid(0)?.to_string(), data["merged"].as_str().unwrap().to_owned()));
                    Ok(())
                },
            )?;
            Ok::<_, store::Error>(told)
        });
        let told = told.await.unwrap();
        let pair = |other: &Value| (id(&far).to_owned(), id(other).to_owned());
        assert_eq!(told, BTreeSet::from([pair(&old), pair(&third)]));

        // What somebody did to the survivor meanwhile stays with it.
        let undone = undo(&app, &set_of(&merged), json!({})).await;
        assert_eq!(undone.ok()["undone"], 1, "{:?}", undone.ok());
        let mut after = everything(&app, &leads).await;
        assert_eq!(after[3], json!(["by the old id"]));
        assert_eq!(after[2]["tags"], json!(["Shared", "y", "z"]));
        after[2]["tags"] = before[2]["tags"].clone();
        after[3] = before[3].clone();
        assert_eq!(after, before);
        assert_consistent(&app).await;
        assert_eq!(found(&app, "A.%20L.").await, ["A. L."]);
        // And once more together.
        undo(&app, &set_of(&undone), json!({})).await.ok();
        assert_eq!(app.get("/leads").await.ok()["total"], 1);
        assert_eq!(app.get(format!("/leads/{}", id(&old))).await.status, 308);
        assert_eq!(app.get(format!("/leads/{}/notes", id(&far))).await.ok()["total"], 2);
        assert_consistent(&app).await;
        app.work().await;
    }

    async fn picks_decide_and_are_checked_like_edits(app: TestApp) {
        let ids = stages(&app).await;
        let one = add(&app, json!({"name": "One", "email": "one@example.com", "value": 1, "currency": "EUR", "customFields": {"a": 1}})).await;
        let two = add(&app, json!({"name": "Two", "value": 2, "currency": "USD", "stageId": ids[1], "customFields": {"a": 2}})).await;
        let both = json!([id(&one), id(&two)]);
        for (picks, field) in [
            (json!({"shoeSize": id(&one)}), "picks.shoeSize"),
            (json!({"email": "0198c0de-0000-7000-8000-000000000001"}), "picks.email"),
            (json!({"email": {"value": "no address"}}), "email"),
            (json!({"name": {"value": null}}), "picks.name"),
            (json!({"stageId": {"value": ids[0]}}), "picks.stageId"),
            (json!({"assignedTo": {"value": "0198c0de-0000-7000-8000-000000000001"}}), "assignedTo"),
            (json!({"customFields._displayNames": {"value": {}}}), "picks.customFields._displayNames"),
        ] {
            merge(&app, json!({"ids": both, "picks": picks, "dryRun": true})).await.invalid(field);
            merge(&app, json!({"ids": both, "picks": picks})).await.invalid(field);
        }
        for (body, field) in [
            (json!({"ids": [id(&one)]}), "ids"),
            (json!({"ids": [id(&one), id(&one)]}), "ids"),
            (json!({"ids": vec![id(&one); 21]}), "ids"),
            (json!({"ids": [id(&one), "0198c0de-0000-7000-8000-000000000001"]}), "ids"),
            (json!({"ids": both, "survivor": "0198c0de-0000-7000-8000-000000000001"}), "survivor"),
            (json!({"ids": both, "versions": {"0198c0de-0000-7000-8000-000000000001": 1}}), "versions"),
        ] {
            merge(&app, body).await.invalid(field);
        }
        let stale = merge(&app, json!({"ids": both, "versions": {id(&one): 7}})).await;
        stale.refused(412, "version_mismatch");
        let picks = json!({"name": id(&one), "email": {"value": "Both@Example.com"}, "value": id(&two), "stageId": id(&two),
            "customFields.a": id(&two), "customFields.new": {"value": "x"}});
        let merged = merge(&app, json!({"ids": both, "survivor": id(&one), "picks": picks, "versions": {id(&one): 1, id(&two): 1}})).await.ok();
        let lead = &merged["lead"];
        assert_eq!((&lead["id"], &lead["name"], &lead["email"]), (&one["id"], &json!("One"), &json!("both@example.com")));
        assert_eq!((&lead["value"], &lead["currency"], &lead["stageId"]), (&json!(2), &json!("USD"), &json!(ids[1])));
        assert_eq!((&lead["customFields"]["a"], &lead["customFields"]["new"]), (&json!(2), &json!("x")));
        merge(&app, json!({"ids": both})).await.refused(409, "already_merged");
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn chains_are_flat_and_come_apart_again(app: TestApp) {
        let mut leads = Vec::new();
        for name in ["a", "b", "c", "d"] {
            let lead = add(&app, json!({"name": name, "tags": [name], "email": format!("{name}@example.com")})).await;
            app.post(format!("/leads/{}/notes", id(&lead))).json(&json!({"value": name})).await.created();
            leads.push(id(&lead).to_owned());
        }
        let [a, b, c, d] = [&*leads[0], &*leads[1], &*leads[2], &*leads[3]];
        let before = everything(&app, &[a, b, c, d]).await;
        let mut sets = Vec::new();
        for (into, from) in [(b, a), (c, b), (c, d)] {
            app.clock.advance(Duration::from_secs(1));
            sets.push(set_of(&merge(&app, json!({"ids": [into, from], "survivor": into})).await));
        }
        for old in [a, b, d] {
            let answer = app.get(format!("/leads/{old}")).await;
            assert_eq!(answer.header("location"), Some(&*format!("/api/leads/{c}")));
        }
        assert_eq!(app.get(format!("/leads/{c}/notes")).await.ok()["total"], 4);
        // The inner one cannot come out before the outer one.
        let early = undo(&app, &sets[0], json!({})).await.ok();
        assert_eq!((&early["merged"], &early["undone"]), (&json!(1), &json!(0)), "{early}");
        assert_eq!(early["results"][0]["mergedInto"], c);
        undo(&app, &sets[1], json!({})).await.ok();
        let answer = app.get(format!("/leads/{a}")).await;
        assert_eq!(answer.header("location"), Some(&*format!("/api/leads/{b}")));
        assert_eq!(app.get(format!("/leads/{d}")).await.header("location"), Some(&*format!("/api/leads/{c}")));
        assert_consistent(&app).await;
        undo(&app, &sets[0], json!({})).await.ok();
        undo(&app, &sets[2], json!({})).await.ok();
        assert_eq!(everything(&app, &[a, b, c, d]).await, before);
        // While it was a part of another lead, it is that one that is shown.
        let then = app.clock.now();
        let first = format!("/leads/{a}?at={}", then.minus(Duration::from_millis(1500)));
        assert_eq!(app.get(first).await.header("location").map(|it| it.contains(b)), Some(true));
        assert_consistent(&app).await;
        app.work().await;
    }

    async fn a_converted_lead_keeps_its_contact(app: TestApp) {
        let leads = [named(&app, "a").await, named(&app, "b").await, named(&app, "c").await];
        let workspace = app.admin().workspace;
        let ids: Vec<uuid::Uuid> = leads.iter().map(|it| id(it).parse().unwrap()).collect();
        let (one, two) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
        let convert = async |lead: uuid::Uuid, contact: uuid::Uuid| {
            let written = app.app.db.write(move |tx: &mut Tx| {
                tx.exec(
                    "update leads set contact_id = $3, converted_at = $4 where workspace_id = $1 and id = $2",
                    &[&workspace, &lead, &contact, &tx.now()],
                )
            });
            assert_eq!(written.await.unwrap_or_else(|err: store::Error| panic!("{err}")), 1);
        };
        convert(ids[1], one).await;
        let merged = merge(&app, json!({"ids": [ids[0], ids[1]], "survivor": ids[0]})).await;
        assert_eq!(merged.ok()["lead"]["contactId"], json!(one));
        assert!(merged.ok()["lead"]["convertedAt"].is_string());
        convert(ids[2], two).await;
        let both = json!({"ids": [ids[0], ids[2]]});
        merge(&app, both.clone()).await.refused(409, "different_contacts");
        let mut picked = both;
        picked["picks"] = json!({"contactId": ids[2]});
        assert_eq!(merge(&app, picked).await.ok()["lead"]["contactId"], json!(two));
        app.work().await;
    }

    async fn the_preview_is_what_the_merge_makes(app: TestApp) {
        let ids = stages(&app).await;
        let seller = app.add_person("sales").await;
        for seed in 1..=12_u64 {
            let mut dice = Dice(seed.wrapping_mul(0x2545_F491_4F6C_DD1D));
            let mut leads = Vec::new();
            for number in 0..2 + dice.roll(4) {
                app.clock.advance(Duration::from_millis(7));
                let mut body = json!({"email": format!("p{seed}.{number}@example.com"), "stageId": dice.one_of(&ids)});
                for (field, value) in [
                    ("name", json!(format!("Name {number}"))), ("phone", json!("+1 202-555-0173")), ("company", json!("Acme")),
                    ("title", json!("Dr")), ("value", json!(number)), ("score", json!(dice.roll(100))),
                    ("tags", json!([format!("t{}", dice.roll(3)), "T1"])), ("assignedTo", json!(seller.user)),
                    ("customFields", json!({"a b": dice.roll(3), "list": [dice.roll(3)], "only": number})),
                ] {
                    if dice.roll(2) == 0 {
                        body[field] = value;
                    }
                }
                leads.push(id(&add(&app, body).await).to_owned());
            }
            let mut body = json!({"ids": leads, "picks": {}});
            for field in ["name", "email", "value", "score", "stageId", "customFields.list"] {
                if dice.roll(4) == 0 {
                    body["picks"][field] = json!(dice.one_of(&leads));
                }
            }
            if dice.roll(2) == 0 {
                body["survivor"] = json!(dice.one_of(&leads));
            }
            let mut trial = body.clone();
            trial["dryRun"] = json!(true);
            let all: Vec<&str> = leads.iter().map(String::as_str).collect();
            let before = everything(&app, &all).await;
            let (preview, merged) = (merge(&app, trial).await.ok(), merge(&app, body).await);
            let set = set_of(&merged);
            let merged = merged.ok();
            for field in ["survivor", "merged", "fields", "droppedTags"] {
                assert_eq!(preview[field], merged[field], "seed {seed}: {field}");
            }
            let stored = app.get(format!("/leads/{}", merged["survivor"].as_str().unwrap())).await.ok();
            for (field, value) in preview["lead"].as_object().unwrap() {
                if !["version", "updatedAt", "stageChangedAt"].contains(&field.as_str()) {
                    assert_eq!(value, &merged["lead"][field], "seed {seed}: {field}");
                    assert_eq!(value, &stored[field], "seed {seed}: {field} as stored");
                }
            }
            undo(&app, &set, json!({})).await.ok();
            assert_eq!(everything(&app, &all).await, before, "seed {seed}");
        }
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn many_groups_are_merged_each_by_itself(app: TestApp) {
        let mut groups = Vec::new();
        for number in 0..12 {
            let (one, two) = (named(&app, &format!("one {number}")).await, named(&app, &format!("two {number}")).await);
            groups.push(json!({"ids": [id(&one), id(&two)], "survivor": id(&one)}));
        }
        let few = json!({"groups": [groups[0], {"ids": ["0198c0de-0000-7000-8000-000000000001", groups[1]["ids"][0]]}]});
        let mut trial = few.clone();
        trial["dryRun"] = json!(true);
        let trial = app.post("/leads/merge-groups").json(&trial).await.ok();
        assert_eq!((&trial["changed"], &trial["changeSetId"]), (&json!(1), &Value::Null));
        assert_eq!(app.get("/leads").await.ok()["total"], 24);
        let done = app.post("/leads/merge-groups").json(&few).await.ok();
        assert_eq!(done["results"][0], json!({"id": groups[0]["survivor"], "ok": true}));
        assert_eq!(done["results"][1]["error"], "invalid");
        assert_eq!(app.get("/leads").await.ok()["total"], 23);
        let begun = app.post("/leads/merge-groups").json(&json!({"groups": groups})).await;
        begun.status(202);
        app.work().await;
        assert_eq!(app.get("/leads").await.ok()["total"], 12);
        let results = app.get(format!("/change-sets/{}/results", set_of(&begun))).await.ok();
        assert_eq!(results["data"][0]["error"], "already_merged");
        assert_eq!(results["data"].as_array().unwrap().iter().filter(|it| it["ok"] == true).count(), 11);
        assert_consistent(&app).await;
        undo(&app, &set_of(&begun), json!({})).await.ok();
        assert_eq!(app.get("/leads").await.ok()["total"], 23);
        assert_consistent(&app).await;
        app.post("/leads/merge-groups").json(&json!({"groups": []})).await.invalid("groups");
        app.post("/leads/merge-groups").json(&json!({"groups": [{"ids": []}]})).await.invalid("groups[0].ids");
        app.work().await;
    }

    async fn merging_is_a_right_and_both_sides_must_be_seen(app: TestApp) {
        let seller = app.add_person("sales").await;
        let (own, other) = (named(&seller, "own").await, named(&app, "other").await);
        let both = json!({"ids": [id(&own), id(&other)]});
        merge(&seller, both.clone()).await.refused(403, "forbidden");
        let key = app.add_key(&[Permission::LeadsView, Permission::LeadsMerge]).await;
        let other_workspace = app.add_workspace("Other").await;
        merge(&other_workspace, both.clone()).await.invalid("ids");
        let merged = merge(&key, both).await;
        merged.ok();
        // The owner of the survivor sees one side only: it is not for him to take apart.
        let survivor = merged.ok()["survivor"].as_str().unwrap().to_owned();
        app.patch(format!("/leads/{survivor}/assign")).json(&json!({"assignedTo": seller.user})).await.ok();
        undo(&seller, &set_of(&merged), json!({})).await.refused(403, "forbidden");
        other_workspace.get(format!("/leads/{}", id(&other))).await.refused(404, "not_found");
        app.work().await;
    }

    async fn of_two_merges_at_once_one_wins(app: TestApp) {
        for round in 0..8 {
            let mut leads = Vec::new();
            for name in ["a", "b", "c"] {
                leads.push(id(&named(&app, &format!("{name}{round}")).await).to_owned());
            }
            let one = merge(&app, json!({"ids": [leads[0], leads[1]]}));
            let two = merge(&app, json!({"ids": [leads[2], leads[1]]}));
            let (one, two) = tokio::join!(one, two);
            let good = [&one, &two].iter().filter(|it| it.status == 200).count();
            let late = [&one, &two].into_iter().find(|it| it.status != 200);
            // One after the other is fine too, where the second's lead survived the first.
            if let Some(late) = late {
                late.refused(409, "already_merged");
                assert_eq!(app.get("/leads").await.ok()["total"], 2);
            }
            assert!(good >= 1);
            for lead in &leads {
                let answer = app.call(Method::GET, format!("/api/leads/{lead}")).await;
                assert!(answer.status == 200 || answer.status == 308, "{answer:?}");
                if let Some(to) = answer.header("location") {
                    app.get_outside(to).await.ok();
                }
            }
            assert_consistent(&app).await;
            let left = json!({"action": "delete", "filter": {}});
            app.post("/leads/bulk-action").json(&left).await.ok();
        }
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn every_table_that_belongs_to_leads_is_thought_of(app: TestApp) {
        let engine = app.engine;
        let tables = app.app.db.read(move |tx: &mut Tx| {
            let sql = match engine {
                Engine::Sqlite => "select m.name from sqlite_master m join pragma_table_info(m.name) c on c.name = 'lead_id' where m.type = 'table'",
                Engine::Postgres => "select cast(table_name as text) from information_schema.columns where column_name = 'lead_id' and table_schema = current_schema()",
            };
            tx.all::<(String,)>(sql, &[])
        });
        let tables: Result<Vec<(String,)>, store::Error> = tables.await;
        let tables: BTreeSet<String> = tables.unwrap().into_iter().map(|it| it.0).collect();
        let listed: BTreeSet<String> = children::ALL.iter().map(|it| it.table.to_owned()).collect();
        assert_eq!(tables, listed, "say in leads/merge/children.rs what becomes of the table's rows when leads are merged");
    }
}
