//! A lead as it was, and what its fields held.

use std::time::Duration;

use serde_json::{Value, json};
use store::Timestamp;

use super::fixtures::{add, id, named, stages};
use crate::{
    harness::{Client, TestApp},
    on_both_engines,
};

/// Numbers that look random and are the same every time.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }

    pub fn one_of<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }
}

async fn as_of(client: &Client, lead: &str, at: Timestamp) -> Value {
    let mut shown = client.get(format!("/leads/{lead}?at={at}")).await.ok();
    for field in ["activitiesCursor", "asOf"] {
        shown.as_object_mut().unwrap().remove(field);
    }
    // What the present says of a note: only its words and its pin are followed back.
    for note in shown["notes"].as_array_mut().unwrap() {
        for field in ["version", "editedAt"] {
            note.as_object_mut().unwrap().remove(field);
        }
    }
    shown
}

/// One write at random.
async fn write(
    app: &TestApp,
    dice: &mut Dice,
    lead: &str,
    other: &str,
    stages: &[String],
    people: &[uuid::Uuid],
) {
    let path = format!("/leads/{lead}");
    let text = |dice: &mut Dice| json!(dice.one_of(&["Ada", "Grace", "Älva", "50%"]));
    let ids = json!([lead]);
    let answer = match dice.roll(12) {
        0 => app.patch(&path).json(&json!({"name": text(dice), "title": text(dice)})).await,
        1 => app.patch(&path).json(&json!({"email": dice.one_of(&[json!(null), json!("a@example.com"), json!("b@example.com")])})).await,
        2 => app.patch(&path).json(&json!({"phone": dice.one_of(&[json!(null), json!("+1 202-555-0173")]), "value": dice.roll(9)})).await,
        3 => app.patch(&path).json(&json!({"customFields": {"a b": dice.roll(3), "c": dice.one_of(&[json!(null), json!("x"), json!([1])])}})).await,
        4 => app.patch(&path).json(&json!({"tags": (0..dice.roll(4)).map(|_| *dice.one_of(&["x", "y", "Z", "z"])).collect::<Vec<_>>()})).await,
        5 => app.patch(format!("{path}/stage")).json(&json!({"stageId": dice.one_of(stages)})).await,
        6 => app.patch(format!("{path}/stage")).json(&json!({"stageId": dice.one_of(stages), "beforeId": other})).await,
        7 => app.patch(format!("{path}/assign")).json(&json!({"assignedTo": dice.one_of(people)})).await,
        8 => app.delete(&path).await,
        9 => app.post(format!("{path}/restore")).await,
        10 => app.post(format!("{path}/notes")).json(&json!({"value": "words"})).await,
        _ => {
            let action = dice.roll(3);
            let body = match action {
                0 => json!({"action": "move_stage", "leadIds": ids, "stageId": dice.one_of(stages)}),
                1 => json!({"action": "tag", "leadIds": ids, "tags": ["x", "w"]}),
                _ => json!({"action": "untag", "leadIds": ids, "tags": ["Z", "x"]}),
            };
            app.post("/leads/bulk-action").json(&body).await
        }
    };
    // What cannot be done (to a lead in the trash) changes nothing; everything else takes part.
    assert!(
        answer.status.is_success() || answer.status == 404,
        "{answer:?}"
    );
    if dice.roll(4) == 0
        && let Some(set) = answer.header("change-set-id")
    {
        let set = set.to_owned();
        app.clock.advance(Duration::from_millis(1));
        app.post(format!("/change-sets/{set}/undo"))
            .json(&json!({}))
            .await
            .ok();
    }
}

on_both_engines! {
    async fn at_every_moment_a_lead_is_shown_as_it_was(app: TestApp) {
        let ids = stages(&app).await;
        let people = [app.admin().user, app.add_person("sales").await.user];
        for seed in 1..=4_u64 {
            let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let made = add(&app, json!({"email": "start@example.com", "tags": ["x", "y"]})).await;
            let (lead, other) = (id(&made).to_owned(), named(&app, "other").await);
            let mut snapshots = Vec::new();
            for _ in 0..40 {
                let now = app.clock.now();
                snapshots.push((now, as_of(&app, &lead, now).await));
                app.clock.advance(Duration::from_millis(1 + u64::try_from(dice.roll(3)).unwrap()));
                write(&app, &mut dice, &lead, id(&other), &ids, &people).await;
            }
            for (at, seen) in &snapshots {
                assert_eq!(&as_of(&app, &lead, *at).await, seen, "seed {seed}, at {at}");
            }
            let before = snapshots[0].0.minus(Duration::from_millis(1));
            app.get(format!("/leads/{lead}?at={before}")).await.refused(404, "not_found");
            let mut present = app.get(format!("/leads/{lead}?at=2100-01-01T00:00:00Z")).await.ok();
            present.as_object_mut().unwrap().remove("asOf");
            let trash = present["deletedAt"].is_string();
            let shown = app.get(format!("/leads/{lead}?deleted={trash}")).await.ok();
            present.as_object_mut().unwrap().remove("position");
            assert_eq!(present, shown);
        }
        app.work().await;
        super::fixtures::assert_consistent(&app).await;
    }

    async fn each_field_has_its_history_and_former_values_come_back(app: TestApp) {
        let ids = stages(&app).await;
        let key = app.add_key(&[leadline::base::Permission::LeadsManage]).await;
        let lead = add(&app, json!({"name": "Ada", "email": "one@example.com", "customFields": {"Budget": 1}})).await;
        let path = format!("/leads/{}", id(&lead));
        app.clock.advance(Duration::from_mins(1));
        let first = app.patch(&path).json(&json!({"email": "two@example.com", "customFields": {"Budget": 2}})).await;
        app.clock.advance(Duration::from_mins(1));
        key.patch(&path).json(&json!({"email": null, "stageId": ids[1]})).await.ok();
        let history = app.get(format!("{path}/history?field=email")).await.ok();
        let rows = history["data"].as_array().unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!((&rows[0]["before"], &rows[0]["after"], &rows[0]["via"]), (&json!("two@example.com"), &Value::Null, &json!("apiKey")));
        assert_eq!((&rows[1]["via"], &rows[1]["actor"]["id"]), (&json!("ui"), &json!(app.admin().user)));
        assert_eq!(rows[1]["changeSetId"], first.header("change-set-id").unwrap());
        let custom = app.get(format!("{path}/history?field=customFields.budget")).await.ok();
        assert_eq!((&custom["data"][0]["before"], &custom["data"][0]["after"]), (&json!(1), &json!(2)));
        let page = app.get(format!("{path}/history?limit=2")).await.ok();
        assert_eq!((&page["data"][0]["field"], &page["data"][1]["field"]), (&json!("stageId"), &json!("email")));
        let rest = app.get(format!("{path}/history?cursor={}", page["nextCursor"].as_str().unwrap())).await.ok();
        assert_eq!((rest["data"].as_array().unwrap().len(), &rest["nextCursor"]), (2, &Value::Null));

        let change = json!({"field": "email", "activityId": rows[1]["activityId"]});
        let stale = app.post(format!("{path}/history/restore")).json(&change).if_match(1).await;
        stale.refused(412, "version_mismatch");
        let restored = app.post(format!("{path}/history/restore")).json(&change).await;
        assert_eq!(restored.ok()["email"], "one@example.com");
        assert!(restored.header("change-set-id").is_some());
        let mut after = change.clone();
        after["side"] = json!("after");
        assert_eq!(app.post(format!("{path}/history/restore")).json(&after).await.ok()["email"], "two@example.com");
        let moved = app.get(format!("{path}/history?field=stageId")).await.ok()["data"][0].clone();
        let back = json!({"field": "stageId", "activityId": moved["activityId"]});
        assert_eq!(app.post(format!("{path}/history/restore")).json(&back).await.ok()["stageId"], ids[0]);
        app.work().await;
    }
}
