use serde_json::json;

use super::fixtures::{id, named, timeline};
use crate::{harness::TestApp, on_both_engines};

on_both_engines! {
    async fn notes_are_written_edited_pinned_and_deleted(app: TestApp) {
        let lead = named(&app, "Ada").await;
        let notes = format!("/leads/{}/notes", id(&lead));
        let seller = app.add_person("marketer").await;
        let text = format!("Ask @[Seller]({}) first", seller.user);
        let note = app.post(&notes).json(&json!({"value": text})).await.created();
        assert_eq!((&note["value"], &note["mentions"]), (&json!(text), &json!([seller.user])));
        assert_eq!(note["author"]["name"], "Test super-admin");
        let second = app.post(&notes).json(&json!({"value": "Second"})).await.created();
        let path = format!("{notes}/{}", id(&note));
        let edited = app.patch(&path).if_match(1).json(&json!({"value": "Changed"})).await.ok();
        assert_eq!((&edited["value"], &edited["mentions"], &edited["version"]), (&json!("Changed"), &json!([]), &json!(2)));
        assert!(edited["editedAt"].is_string());
        app.patch(&path).if_match(1).json(&json!({"value": "Again"})).await.refused(412, "version_mismatch");
        app.patch(&path).json(&json!({"pinned": true})).await.ok();
        let list = app.get(&notes).await.ok();
        assert_eq!((id(&list["data"][0]), &list["total"]), (id(&note), &json!(2)));
        app.delete(format!("{notes}/{}", id(&second))).await.no_content();
        assert_eq!(app.get(&notes).await.ok()["total"], 1);
        app.get(format!("/leads/{}", id(&lead))).await.ok();
        assert_eq!(
            timeline(&app, id(&lead)).await,
            ["note_deleted", "note_pinned", "note_edited", "note_added", "note_added", "created"]
        );
        app.work().await;
    }

    async fn what_others_wrote_is_theirs(app: TestApp) {
        let lead = named(&app, "Ada").await;
        let notes = format!("/leads/{}/notes", id(&lead));
        let note = app.post(&notes).json(&json!({"value": "Mine"})).await.created();
        let (marketer, viewer) = (app.add_person("marketer").await, app.add_person("viewer").await);
        let path = format!("{notes}/{}", id(&note));
        marketer.patch(&path).json(&json!({"value": "Yours"})).await.refused(403, "forbidden");
        marketer.delete(&path).await.refused(403, "forbidden");
        marketer.patch(&path).json(&json!({"pinned": true})).await.ok();
        viewer.post(&notes).json(&json!({"value": "x"})).await.refused(403, "forbidden");
        viewer.get(&notes).await.ok();
        app.post(&notes).json(&json!({"value": "  "})).await.invalid("value");
        app.post(&notes).json(&json!({"value": "x".repeat(20 * 1024 + 1)})).await.invalid("value");
        let unknown = "0198c0de-0000-7000-8000-000000000001";
        app.post(&notes).json(&json!({"value": "x", "mentions": [unknown]})).await.invalid("mentions");
        app.patch(format!("{notes}/{unknown}")).json(&json!({"value": "x"})).await.refused(404, "not_found");
        app.work().await;
    }

    async fn notes_go_on_page_by_page(app: TestApp) {
        let lead = named(&app, "Ada").await;
        let notes = format!("/leads/{}/notes", id(&lead));
        for index in 0..5 {
            let note = app.post(&notes).json(&json!({"value": format!("{index}")})).await.created();
            if index == 1 {
                app.patch(format!("{notes}/{}", id(&note))).json(&json!({"pinned": true})).await.ok();
            }
        }
        let values = async |query: String| {
            let page = app.get(format!("{notes}?{query}")).await.ok();
            let values = page["data"].as_array().unwrap().iter().map(|it| it["value"].as_str().unwrap().to_owned());
            (values.collect::<Vec<_>>(), page["nextCursor"].as_str().map(str::to_owned))
        };
        let (first, cursor) = values("limit=2".into()).await;
        assert_eq!(first, ["1", "4"]);
        let (second, cursor) = values(format!("limit=2&cursor={}", cursor.unwrap())).await;
        assert_eq!(second, ["3", "2"]);
        let (third, cursor) = values(format!("limit=2&cursor={}", cursor.unwrap())).await;
        assert_eq!((third, cursor), (vec!["0".to_owned()], None));
        assert_eq!(values("limit=2&page=3".into()).await.0, ["0"]);
        app.work().await;
    }
}
