//! What stands in the files.

use serde_json::{Value, json};

use super::fixtures::{add, csv, lines, read_csv};
use crate::{harness::TestApp, on_both_engines};

/// Names that break files.
pub fn hostile_names() -> Vec<String> {
    let mut names: Vec<String> = [
        "comma, semicolon; tab\tend",
        "quote \" and \"\"two\"\"",
        "line\nbreak and\r\nanother",
        "bell \u{7} and escape \u{1b}",
        "emoji 😀👩‍👩‍👧",
        "שלום \u{202e}evil\u{202c} سلام",
        "back\\slash 'apostrophe'",
        "</worksheet>&amp;<b>",
        "_x0041_",
        "true",
        "00123",
    ]
    .map(str::to_owned)
    .into();
    names.push("x".repeat(180));
    names
}

/// What is typed, and what a file for people holds of it.
const FORMULAS: [(&str, &str); 8] = [
    ("=1+1", "'=1+1"),
    (
        "=HYPERLINK(\"http://evil.example\",\"x\")",
        "'=HYPERLINK(\"http://evil.example\",\"x\")",
    ),
    ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
    ("-2+3", "'-2+3"),
    ("@SUM(1+1)", "'@SUM(1+1)"),
    ("-5", "-5"),
    ("+4930123456", "+4930123456"),
    ("'=1", "'=1"),
];

on_both_engines! {
    async fn every_column_of_a_lead_reads_back(app: TestApp) {
        let field = json!({"name": "Annual revenue", "key": "annualRevenue", "type": "money"});
        app.post("/lead-fields").json(&field).await.created();
        let colours = json!({"name": "Colours", "type": "multiChoice", "options": ["red", "green"]});
        app.post("/lead-fields").json(&colours).await.created();
        let lead = add(&app, json!({
            "name": "Ada Lovelace", "email": "ada@example.org", "phone": "+4930123456", "company": "Engines, Ltd.", "title": "Countess",
            "tags": ["hot", "vip"], "source": "fair", "value": 1250.5, "currency": "EUR", "assignedTo": app.admin().user,
            "customFields": {"annualRevenue": 1_000_000.25, "Favourite number": 7, "colours": ["red", "green"]},
        })).await;
        let table = csv(&app.get("/leads/export").await);
        let cell = |name: &str| table.column(name)[0].to_owned();
        assert_eq!(table.rows.len(), 1);
        for name in ["id", "name", "email", "phone", "phoneDisplay", "company", "title", "source", "currency", "pipelineId", "stageId",
            "assignedTo", "createdAt", "updatedAt", "stageChangedAt"] {
            assert_eq!(cell(name), lead[name].as_str().unwrap(), "{name}");
        }
        assert_eq!((cell("value"), cell("score"), cell("version")), ("1250.5".into(), "0".into(), "1".into()));
        assert_eq!((cell("tags"), cell("nameProvisional"), cell("convertedAt")), ("hot, vip".into(), "false".into(), String::new()));
        assert_eq!(cell("assignedToName"), "Test super-admin");
        assert!(!cell("stageName").is_empty() && !cell("pipelineName").is_empty());
        assert_eq!((cell("customFields.annualRevenue"), cell("customFields.colours")), ("1000000.25".into(), "red, green".into()));
        assert!(!table.header.contains(&"deletedAt".to_owned()));

        let chosen = app.get("/leads/export?columns=name,customFields.favouriteNumber,customFields.annualRevenue,customFields.none&names=display").await;
        let table = csv(&chosen);
        assert_eq!(table.header, ["Name", "favouriteNumber", "Annual revenue", "none"]);
        assert_eq!(table.rows, [["Ada Lovelace", "7", "1000000.25", ""]]);
        app.work().await;
    }

    async fn ndjson_shows_leads_as_the_api_does(app: TestApp) {
        add(&app, json!({"name": "Ada", "tags": ["a", "b"], "customFields": {"x y": [1, "z"]}})).await;
        add(&app, json!({"name": "Bob", "value": 2})).await;
        let listed = app.get("/leads").await.ok();
        let answer = app.get("/leads/export?format=ndjson").await;
        assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
        assert_eq!(json!(lines(&answer)), listed["data"]);
        let chosen = app.get("/leads/export?format=ndjson&columns=name,tags,value,customFields.xY&sortOrder=asc").await;
        assert_eq!(lines(&chosen), [
            json!({"name": "Ada", "tags": ["a", "b"], "value": null, "customFields.xY": [1, "z"]}),
            json!({"name": "Bob", "tags": null, "value": 2, "customFields.xY": null}),
        ]);
        app.work().await;
    }

    async fn hostile_names_come_through(app: TestApp) {
        let long = "y".repeat(10_000);
        let mut expected = Vec::new();
        for name in hostile_names() {
            let lead = add(&app, json!({"name": name, "customFields": {"text": long.chars().take(4096).collect::<String>()}})).await;
            expected.push(lead["name"].as_str().unwrap().to_owned());
        }
        for delimiter in ["comma", "semicolon", "tab"] {
            let path = format!("/leads/export?sortOrder=asc&raw=true&columns=name,customFields.text&delimiter={delimiter}");
            let answer = app.get(path).await;
            let byte = match delimiter { "comma" => b',', "semicolon" => b';', _ => b'\t' };
            let table = read_csv(&answer.body, byte);
            assert_eq!(table.column("name"), expected, "{delimiter}");
            assert!(table.column("customFields.text").iter().all(|it| it.len() == 4096));
        }
        let told = lines(&app.get("/leads/export?sortOrder=asc&format=ndjson").await);
        let names: Vec<&Value> = told.iter().map(|it| &it["name"]).collect();
        assert_eq!(json!(names), json!(expected));
        app.work().await;
    }

    async fn nothing_in_a_file_for_people_is_a_formula(app: TestApp) {
        for (typed, _) in FORMULAS {
            add(&app, json!({"name": "x", "company": typed, "tags": [typed.replace(',', " ")], "customFields": {"note": typed}})).await;
        }
        let ask = "/leads/export?sortOrder=asc&columns=company,customFields.note";
        let guarded = csv(&app.get(ask).await);
        assert_eq!(guarded.column("company"), FORMULAS.map(|it| it.1));
        assert_eq!(guarded.column("customFields.note"), FORMULAS.map(|it| it.1));
        let raw = csv(&app.get(format!("{ask}&raw=true")).await);
        assert_eq!(raw.column("company"), FORMULAS.map(|it| it.0));
        let named = csv(&app.get("/leads/export?columns=customFields.%3Dcmd%7Cx").await);
        assert_eq!(named.header, ["customFields.=cmd|x"]);
        let display = csv(&app.get("/leads/export?columns=customFields.%3Dcmd%7Cx&names=display").await);
        assert_eq!(display.header, ["'=cmd|x"]);
        app.work().await;
    }

    async fn an_empty_choice_is_a_header(app: TestApp) {
        let answer = app.get("/leads/export?source=nobody&columns=name,email&bom=true&delimiter=semicolon").await;
        assert_eq!(answer.body, "\u{feff}name;email\r\n");
        assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"leads-2026-01-05.csv\""));
        assert!(app.get("/leads/export?source=nobody&format=ndjson").await.body.is_empty());
    }

    async fn the_filter_is_the_lists(app: TestApp) {
        for (name, score, tags) in [("Ada", 10, json!(["vip"])), ("Bob", 50, json!(["vip"])), ("Cy", 90, json!([]))] {
            add(&app, json!({"name": name, "score": score, "tags": tags})).await;
        }
        let high = json!({"field": "name", "op": "in", "value": ["Cy", "Bob"]});
        let names = async |query: &str| {
            let table = csv(&app.get(format!("/leads/export?columns=name&{query}")).await);
            table.rows.concat().join(" ")
        };
        assert_eq!(names("").await, "Cy Bob Ada");
        assert_eq!(names("sortOrder=asc").await, "Ada Bob Cy");
        assert_eq!(names("sortBy=name&sortOrder=desc").await, "Cy Bob Ada");
        assert_eq!(names("tag=vip&sortBy=name&sortOrder=asc").await, "Ada Bob");
        assert_eq!(names("search=bob").await, "Bob");
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("where", &high.to_string()).finish();
        assert_eq!(names(&query).await, "Cy Bob");
        let body = json!({"filter": {"tag": ["vip"], "where": high}, "columns": ["name", "tags"], "delimiter": "tab", "raw": true});
        let posted = app.post("/leads/export").json(&body).await;
        assert_eq!(posted.body, "name\ttags\r\nBob\tvip\r\n");
        app.work().await;
    }

    async fn the_trash_is_exported_when_asked_for(app: TestApp) {
        let lead = add(&app, json!({"name": "Gone"})).await;
        app.delete(format!("/leads/{}", lead["id"].as_str().unwrap())).await.no_content();
        assert!(csv(&app.get("/leads/export").await).rows.is_empty());
        let trash = csv(&app.get("/leads/export?deleted=true").await);
        assert_eq!(trash.column("name"), ["Gone"]);
        assert_eq!(trash.column("deletedAt"), ["2026-01-05T12:00:00.000Z"]);
        app.work().await;
    }
}
