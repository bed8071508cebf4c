//! Files that no program should write, and what is to be said of each. Every file of the test data has its report beside
//! it; `UPDATE=1` writes the reports anew, to be read before they are kept.

use std::{fmt::Write, path::Path};

use serde_json::{Value, json};

use super::fixtures::{assert_balanced, check, data, path, run, upload};
use crate::harness::TestApp;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/import");

crate::on_both_engines! {
    async fn every_file_has_its_report(app: TestApp) {
        let mut files: Vec<String> = std::fs::read_dir(FOLDER)
            .unwrap()
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .filter(|it| !it.ends_with(".report"))
            .collect();
        files.sort();
        assert!(files.len() > 15, "{files:?}");
        let mut wrong = Vec::new();
        for file in files {
            let person = app.add_workspace(String::leak(file.clone())).await;
            let report = report_of(&app, &person.client, &file).await;
            let kept = Path::new(FOLDER).join(format!("{file}.report"));
            if std::env::var_os("UPDATE").is_some() {
                std::fs::write(kept, &report).unwrap();
            } else if std::fs::read_to_string(&kept).unwrap_or_default() != report {
                wrong.push(format!("── {file}\n{report}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

async fn report_of(app: &TestApp, client: &crate::harness::Client, file: &str) -> String {
    let import = upload(client, file, data(file)).await;
    let plan = json!({"values": {"country": "DE", "dateOrder": import["plan"]["values"]["dateOrder"],
        "decimalMark": import["plan"]["values"]["decimalMark"]}});
    let import = client.patch(path(&import)).json(&plan).await.ok();
    client
        .post(format!("{}/check", path(&import)))
        .await
        .status(202);
    app.work().await;
    let checked = client.get(path(&import)).await.ok();
    let problems = client
        .get(format!("{}/problems?limit=200", path(&import)))
        .await
        .ok();
    let started = client.post(format!("{}/run", path(&import))).await;
    let ended = if started.status == 202 {
        app.work().await;
        client.get(path(&import)).await.ok()
    } else {
        started.status(422)
    };
    assert_balanced(&checked);
    assert_balanced(&ended);
    let leads = client.get("/leads?limit=50").await.ok();
    let skipped = client.get(format!("{}/rows", path(&import))).await;
    written(
        &checked,
        &problems,
        &ended,
        &leads,
        &String::from_utf8_lossy(&skipped.body),
    )
}

/// The report as people read it.
fn written(
    checked: &Value,
    problems: &Value,
    ended: &Value,
    leads: &Value,
    skipped: &str,
) -> String {
    let mut text = String::new();
    let reading = &checked["plan"]["reading"];
    let values = &checked["plan"]["values"];
    writeln!(
        text,
        "read as {} by {} with {}, header in row {}",
        reading["encoding"], reading["delimiter"], reading["quote"], reading["headerRow"]
    )
    .unwrap();
    writeln!(
        text,
        "dates {}, decimals {}",
        values["dateOrder"], values["decimalMark"]
    )
    .unwrap();
    for (column, plan) in checked["detected"]["columns"]
        .as_array()
        .unwrap()
        .iter()
        .zip(checked["plan"]["columns"].as_array().unwrap())
    {
        writeln!(
            text,
            "column {} {} → {} ({})",
            column["column"], column["header"], plan["field"], column["shape"]
        )
        .unwrap();
    }
    for warning in checked["detected"]["warnings"].as_array().unwrap() {
        writeln!(text, "warning {warning}").unwrap();
    }
    let counts = |of: &Value, names: &[&str]| {
        let some = names.iter().filter(|it| of[**it] != 0);
        some.map(|it| format!("{it} {}", of[*it]))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let of_check = [
        "rows",
        "new",
        "update",
        "duplicateInFile",
        "duplicateInBase",
        "invalid",
        "suppressed",
        "skipped",
    ];
    writeln!(text, "checked: {}", counts(&checked["checked"], &of_check)).unwrap();
    for it in problems["data"].as_array().unwrap() {
        writeln!(
            text,
            "  row {} line {} column {}: {} — {}",
            it["row"],
            it["line"],
            it["column"],
            it["kind"].as_str().unwrap(),
            it["message"].as_str().unwrap()
        )
        .unwrap();
    }
    let of_run = [
        "rows",
        "created",
        "updated",
        "unchanged",
        "repeated",
        "review",
        "skipped",
        "suppressed",
        "invalid",
    ];
    if ended["state"].is_string() {
        writeln!(
            text,
            "{}: {}",
            ended["state"].as_str().unwrap(),
            counts(&ended["report"], &of_run)
        )
        .unwrap();
    } else {
        writeln!(text, "not run: {}", ended["errors"]).unwrap();
    }
    let mut lines: Vec<String> = leads["data"].as_array().unwrap().iter().map(lead).collect();
    lines.sort();
    for line in lines {
        writeln!(text, "  {line}").unwrap();
    }
    writeln!(text, "skipped rows:\n{skipped}").unwrap();
    text
}

fn lead(lead: &Value) -> String {
    let fields = [
        "name",
        "email",
        "phone",
        "company",
        "value",
        "currency",
        "tags",
        "customFields",
    ];
    let shown = fields
        .iter()
        .filter(|it| !lead[**it].is_null() && lead[**it] != json!([]) && lead[**it] != json!({}));
    shown
        .map(|it| format!("{it} {}", lead[*it]))
        .collect::<Vec<_>>()
        .join(", ")
}

crate::on_both_engines! {
    async fn ten_thousand_columns_are_bounded(app: TestApp) {
        let header: Vec<String> = (0..10_000).map(|it| format!("Column {it}")).collect();
        let row: Vec<String> = (0..10_000).map(|it| if it == 3 { "ada@example.org".into() } else { it.to_string() }).collect();
        let import = upload(&app, "wide.csv", format!("{}\n{}\n", header.join(","), row.join(","))).await;
        assert_eq!(import["detected"]["columns"].as_array().unwrap().len(), 1000);
        assert_eq!(import["detected"]["warnings"][0], "The file has 10000 columns; the first 1000 are read.");
        let mapped = import["plan"]["columns"].as_array().unwrap().iter().filter(|it| !it["field"].is_null()).count();
        assert_eq!(mapped, leadline::leads::custom::MOST + 1, "as many custom fields as a lead may hold, and the address");
        let checked = check(&app, &import).await;
        assert_eq!((&checked["checked"]["new"], &checked["checked"]["rows"]), (&json!(1), &json!(1)), "{}", checked["checked"]);
        let done = run(&app, &import).await;
        assert_eq!(done["report"]["created"], 1);
        app.work().await;
    }

    async fn a_line_of_many_megabytes_costs_its_row_alone(app: TestApp) {
        let long = "x".repeat(20 * 1024 * 1024);
        let text = format!("name,email\nAda,ada@example.org\nLong,{long}\n\"Open,{long}\nGrace,grace@example.org\n");
        let import = upload(&app, "long.csv", text).await;
        let checked = check(&app, &import).await;
        assert_eq!(checked["checked"]["new"], 2, "{}", checked["checked"]);
        assert_eq!(checked["checked"]["problems"]["lineTooLong"], 2);
        assert_balanced(&checked);
        let problems = app.get(format!("{}/problems?kind=lineTooLong", path(&import))).await.ok();
        let lines: Vec<&Value> = problems["data"].as_array().unwrap().iter().map(|it| &it["line"]).collect();
        assert_eq!(lines, [3, 4]);
    }
}
