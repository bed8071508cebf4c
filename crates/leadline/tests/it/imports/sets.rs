//! From the counts of a report to the leads behind them.

use serde_json::{Value, json};

use super::fixtures::{change, path, run, upload};
use crate::{
    harness::TestApp,
    leads::fixtures::{add, id},
};

async fn names(app: &TestApp, filter: &Value) -> Vec<String> {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("where", &filter["where"].to_string())
        .finish();
    let page = app
        .get(format!("/leads?sortBy=name&sortOrder=asc&{query}"))
        .await
        .ok();
    let leads = page["data"].as_array().unwrap().iter();
    leads
        .map(|it| it["name"].as_str().unwrap().to_owned())
        .collect()
}

crate::on_both_engines! {
    async fn a_report_leads_to_its_leads(app: TestApp) {
        add(&app, json!({"name": "Ada", "email": "ada@example.org"})).await;
        add(&app, json!({"name": "Bob", "email": "bob@example.org", "company": "Bob Ltd"})).await;
        add(&app, json!({"name": "Not in the file"})).await;
        let text = "name,email,company\nAda,ada@example.org,Engines\nBob,bob@example.org,Bob Ltd\nGrace,grace@example.org,Navy\nEve,no address,\n";
        let import = upload(&app, "sets.csv", text).await;
        assert_eq!(import["leads"], Value::Null, "nothing has run");
        let done = run(&app, &import).await;
        let leads = &done["leads"];
        assert_eq!(names(&app, &leads["created"]).await, ["Grace"]);
        assert_eq!(names(&app, &leads["updated"]).await, ["Ada"]);
        assert!(names(&app, &leads["skipped"]).await.is_empty());

        // The same people again, to be left alone.
        let import = upload(&app, "again.csv", text).await;
        change(&app, &import, json!({"decide": {"onMatch": "skip"}})).await;
        let done = run(&app, &import).await;
        assert_eq!((&done["report"]["skipped"], &done["report"]["invalid"]), (&json!(3), &json!(1)), "{}", done["report"]);
        assert_eq!(names(&app, &done["leads"]["skipped"]).await, ["Ada", "Bob", "Grace"]);
        assert!(names(&app, &done["leads"]["created"]).await.is_empty());
        let set = done["changeSetId"].as_str().unwrap();
        let other = json!({"where": {"field": "skippedIn", "op": "isNot", "value": set}});
        assert_eq!(names(&app, &other).await, ["Not in the file"]);

        // Such a filter is kept as any other, and watched as one.
        let view = app.post("/views").json(&json!({"name": "Left alone", "filter": done["leads"]["skipped"]})).await.created();
        let page = app.get(format!("/leads?view={}", id(&view))).await.ok();
        assert_eq!(page["total"], 3);
        app.put(format!("/views/{}/subscription", id(&view))).json(&json!({"entering": true, "leaving": true})).await;
        app.work().await;
        let bad = json!({"name": "Bad", "filter": {"where": {"field": "createdIn", "op": "is", "value": path(&import)}}});
        app.post("/views").json(&bad).await.invalid("filter.where.value");
        let bad = json!({"name": "Bad", "filter": {"where": {"field": "createdIn", "op": "contains", "value": "x"}}});
        app.post("/views").json(&bad).await.invalid("filter.where.op");
    }
}
