//! Problem rows, what is done about them, and what was skipped as a file.

use serde_json::{Value, json};

use super::fixtures::{assert_balanced, change, check, path, run, upload};
use crate::harness::TestApp;

const TEXT: &str = "name,email,phone\n\
    Ada,ada@example.org,n/a\n\
    Bob,bob at example.org,n/a\n\
    Eve,eve@example.org,12\n\
    ,,\n\
    Joe,joe@example.org,+1 202-555-0173\n\
    Sam,sam at example.org,\n";

async fn problems(app: &TestApp, import: &Value, query: &str) -> Vec<(i64, String)> {
    let list = app
        .get(format!("{}/problems{query}", path(import)))
        .await
        .ok();
    let rows = list["data"].as_array().unwrap().iter();
    rows.map(|it| {
        (
            it["row"].as_i64().unwrap(),
            it["kind"].as_str().unwrap().to_owned(),
        )
    })
    .collect()
}

crate::on_both_engines! {
    async fn problems_are_paged_by_kind_and_corrected(app: TestApp) {
        let import = upload(&app, "wrong.csv", TEXT).await;
        let checked = check(&app, &import).await;
        assert_eq!((&checked["checked"]["invalid"], &checked["checked"]["new"]), (&json!(4), &json!(1)), "{}", checked["checked"]);
        assert_eq!(checked["checked"]["problems"], json!({"notAPhone": 3, "notAnEmail": 2}));
        assert_eq!(problems(&app, &import, "?kind=notAnEmail").await, [(2, "notAnEmail".into()), (5, "notAnEmail".into())]);
        let first = app.get(format!("{}/problems?limit=2", path(&import))).await.ok();
        assert_eq!(first["data"][0]["cells"], json!(["Ada", "ada@example.org", "n/a"]));
        assert_eq!((&first["data"][0]["column"], &first["data"][0]["line"]), (&json!(2), &json!(2)));
        let next = format!("?limit=200&cursor={}", first["nextCursor"].as_str().unwrap());
        assert_eq!(problems(&app, &import, &next).await.len(), 3);

        let corrections = json!({"corrections": [
            {"kind": "like", "column": 2, "like": "n/a", "value": ""},
            {"kind": "problem", "column": 2, "problem": "notAPhone", "value": ""},
            {"kind": "cell", "row": 2, "column": 1, "value": "bob@example.org"},
            {"kind": "skip", "row": 5},
        ]});
        app.post(format!("{}/corrections", path(&import))).json(&corrections).await.no_content();
        assert_eq!(app.get(format!("{}/corrections", path(&import))).await.ok()["data"].as_array().unwrap().len(), 4);
        let shown = app.get(path(&import)).await.ok();
        assert_ne!(shown["checked"]["planVersion"], shown["planVersion"], "the check is of before");
        let checked = check(&app, &import).await;
        assert_eq!((&checked["checked"]["invalid"], &checked["checked"]["new"], &checked["checked"]["skipped"]), (&json!(0), &json!(4), &json!(1)));
        assert_eq!(problems(&app, &import, "").await, []);

        let done = run(&app, &import).await;
        assert_eq!((&done["report"]["created"], &done["report"]["skipped"]), (&json!(4), &json!(1)));
        assert_balanced(&done);
        let skipped = app.get(format!("{}/rows", path(&import))).await.status(200);
        assert_eq!(skipped, json!("line,problem,name,email,phone\n7,The row was left out by hand.,Sam,sam at example.org,\n"));
        app.post(format!("{}/corrections", path(&import))).json(&corrections).await.refused(409, "wrong_state");
    }

    async fn corrections_can_be_forgotten(app: TestApp) {
        let import = upload(&app, "wrong.csv", TEXT).await;
        let skip = json!({"corrections": [{"kind": "skip", "row": 1}, {"kind": "skip", "row": 1}]});
        app.post(format!("{}/corrections", path(&import))).json(&skip).await.no_content();
        assert_eq!(check(&app, &import).await["checked"]["skipped"], 1);
        app.delete(format!("{}/corrections", path(&import))).await.no_content();
        assert_eq!(check(&app, &import).await["checked"]["skipped"], 0);
        let long = json!({"corrections": [{"kind": "cell", "row": 1, "column": 0, "value": "x".repeat(5000)}]});
        app.post(format!("{}/corrections", path(&import))).json(&long).await.invalid("corrections[0]");
    }

    async fn ragged_rows_can_be_accepted(app: TestApp) {
        let import = upload(&app, "ragged.csv", "name,email,company\nAda,ada@example.org\nEve,eve@example.org,Firm,more\n").await;
        assert_eq!(check(&app, &import).await["checked"]["invalid"], 2);
        change(&app, &import, json!({"reading": {"raggedRows": "accept"}})).await;
        assert_eq!(check(&app, &import).await["checked"]["new"], 2);
    }

    async fn skipped_rows_come_as_they_were(app: TestApp) {
        let text = "name;email\n\"Ada \"\"Countess\"\"\";ada@example.org\n=1+1;not an address\n-5;also; not\n";
        let import = upload(&app, "skipped.csv", text).await;
        let problems = app.get(format!("{}/rows?set=problems", path(&import))).await;
        assert_eq!(problems.header("content-type"), Some("text/csv; charset=utf-8"));
        let done = run(&app, &import).await;
        assert_eq!(done["report"]["created"], 1);
        let skipped = app.get(format!("{}/rows?set=skipped", path(&import))).await;
        assert_eq!(skipped.status(200), problems.status(200));
        assert_eq!(
            skipped.status(200),
            json!("line,problem,name,email\n3,This is not an e-mail address.,'=1+1,not an address\n\
                4,The row has 3 columns where the header has 2.,-5,also, not\n")
        );
        app.get(format!("{}/rows?set=others", path(&import))).await.invalid("set");
    }
}
