//! Spreadsheets and columns of Parquet, read back by readers of other people's making.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use http_body_util::BodyExt;
use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::{Field, Row},
};
use serde_json::json;

use super::{
    content::hostile_names,
    fixtures::{add, ended, many},
};
use crate::{harness::TestApp, on_both_engines};

type Sheet = (String, Vec<Vec<Data>>);

fn sheets(bytes: &[u8]) -> Vec<Sheet> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap();
    for name in book.sheet_names() {
        assert!(
            book.worksheet_formula(&name).unwrap().is_empty(),
            "a formula"
        );
    }
    let sheets = book.worksheets().into_iter();
    sheets
        .map(|(name, range)| (name, range.rows().map(<[Data]>::to_vec).collect()))
        .collect()
}

fn reader(bytes: &[u8]) -> SerializedFileReader<axum::body::Bytes> {
    SerializedFileReader::new(axum::body::Bytes::copy_from_slice(bytes)).unwrap()
}

fn rows(bytes: &[u8]) -> Vec<Row> {
    let reader = reader(bytes);
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(Result::unwrap).collect()
}

fn field<'a>(row: &'a Row, name: &str) -> &'a Field {
    row.get_column_iter().find(|it| it.0 == name).unwrap().1
}

fn is_day(cell: &Data, day: f64) -> bool {
    matches!(cell, Data::DateTime(at) if (at.as_f64() - day).abs() < 1e-6)
}

on_both_engines! {
    async fn a_spreadsheet_reads_back(app: TestApp) {
        for (key, kind) in [("day", "date"), ("code", "number")] {
            app.post("/lead-fields").json(&json!({"name": key, "key": key, "type": kind})).await.created();
        }
        let mut names = hostile_names();
        names.extend(["=1+1", "+1+cmd|' /C calc'!A0", "@SUM(1)", "https://example.org", "49301234567890123"].map(str::to_owned));
        let mut expected = Vec::new();
        for name in names {
            let lead = json!({"name": name, "value": 12.5, "customFields": {"day": "2026-01-31", "code": 12_345_678_901_234_567_i64}});
            expected.push(Data::String(add(&app, lead).await["name"].as_str().unwrap().to_owned()));
        }
        let columns = "name,value,createdAt,customFields.day,customFields.code,nameProvisional,tags";
        let answer = app.get(format!("/leads/export?format=xlsx&sortOrder=asc&columns={columns}&names=display")).header("accept-encoding", "gzip").await;
        assert_eq!(answer.header("content-encoding"), None, "packed already");
        assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"leads-2026-01-05.xlsx\""));
        let sheets = sheets(&answer.body);
        let (name, rows) = &sheets[0];
        assert_eq!((name.as_str(), sheets.len()), ("Leads", 1));
        assert_eq!(rows[0][..5], ["Name", "Value", "Created", "day", "code"].map(|it| Data::String(it.to_owned())));
        let found: Vec<Data> = rows[1..].iter().map(|it| it[0].clone()).collect();
        assert_eq!(found, expected);
        for row in &rows[1..] {
            assert_eq!(row[1], Data::Float(12.5));
            assert!(is_day(&row[2], 46_027.5), "{:?}", row[2]);
            assert!(is_day(&row[3], 46_053.0), "{:?}", row[3]);
            assert_eq!(row[4], Data::String("12345678901234567".to_owned()));
            assert_eq!(row[5], Data::Bool(false));
        }
        app.work().await;
    }

    async fn parquet_reads_back_by_types(app: TestApp) {
        for (key, kind) in [("budget", "money"), ("day", "date"), ("vip", "boolean"), ("size", "number"), ("colour", "text")] {
            app.post("/lead-fields").json(&json!({"name": key, "key": key, "type": kind})).await.created();
        }
        app.post("/lead-fields").json(&json!({"name": "Likes", "key": "likes", "type": "multiChoice", "options": ["tea", "rain"]})).await.created();
        add(&app, json!({"name": "Nothing else", "source": "form"})).await;
        let mut expected = vec!["Nothing else".to_owned()];
        for name in hostile_names() {
            let custom = json!({"budget": 10.25, "day": "1969-12-31", "vip": true, "size": 2.5, "colour": "00123", "likes": ["tea", "rain"]});
            let lead = json!({"name": name, "value": 12.5, "tags": ["x", "y"], "customFields": custom});
            expected.push(add(&app, lead).await["name"].as_str().unwrap().to_owned());
        }
        let answer = app.get("/leads/export?format=parquet&sortOrder=asc").await;
        let all = rows(&answer.body);
        let names: Vec<&str> = all.iter().map(|it| match field(it, "name") {
            Field::Str(name) => name.as_str(),
            other => panic!("{other:?}"),
        }).collect();
        assert_eq!(names, expected);
        let empty = &all[0];
        for name in ["email", "tags", "value", "customFields.day", "customFields.likes", "convertedAt"] {
            assert_eq!(field(empty, name), &Field::Null, "{name}");
        }
        let row = &all[1];
        assert_eq!(field(row, "createdAt"), &Field::TimestampMillis(crate::harness::START_MS));
        assert_eq!(field(row, "score"), &Field::Long(0));
        assert_eq!(field(row, "nameProvisional"), &Field::Bool(false));
        assert_eq!(field(row, "customFields.day"), &Field::Date(-1));
        assert_eq!(field(row, "customFields.vip"), &Field::Bool(true));
        assert_eq!(field(row, "customFields.size"), &Field::Double(2.5));
        assert_eq!(field(row, "customFields.colour"), &Field::Str("00123".to_owned()));
        assert_eq!(field(row, "value").to_string(), "12.5000");
        assert_eq!(field(row, "customFields.budget").to_string(), "10.2500");
        assert_eq!(field(row, "tags").to_string(), "[\"x\", \"y\"]");
        assert_eq!(field(row, "customFields.likes").to_string(), "[\"tea\", \"rain\"]");
        // What has no definition is JSON.
        add(&app, json!({"name": "Own", "customFields": {"own": "word", "more": 5}})).await;
        let answer = app.get("/leads/export?format=parquet&search=own&columns=name,customFields.own,customFields.more,customFields").await;
        let own = &rows(&answer.body)[0];
        assert_eq!(field(own, "customFields.own").to_string(), "\"\"word\"\"");
        assert_eq!(field(own, "customFields.more").to_string(), "\"5\"");
        app.work().await;
    }

    async fn many_leads_make_many_groups_and_an_empty_choice_an_empty_file(app: TestApp) {
        many(&app, 45_000).await;
        let answer = app.get("/leads/export?format=parquet&columns=id,name,score").await;
        assert_eq!(reader(&answer.body).metadata().num_row_groups(), 3);
        assert_eq!(rows(&answer.body).len(), 45_000);
        let book = sheets(&app.get("/leads/export?format=xlsx&columns=name").await.body);
        assert_eq!(book[0].1.len(), 45_001);
        assert!(rows(&app.get("/leads/export?format=parquet&source=none").await.body).is_empty());
        assert_eq!(sheets(&app.get("/leads/export?format=xlsx&source=none").await.body)[0].1.len(), 1);
    }

    async fn a_spreadsheet_goes_out_while_it_is_made(app: TestApp) {
        many(&app, 20_000).await;
        let mut body = app.get("/leads/export?format=xlsx").open().await.into_body();
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert!(first.starts_with(b"PK"));
        drop(body);
        let end = ended(&app).await;
        assert_eq!(end["data"]["outcome"], "brokenOff");
        assert!(end["data"]["rows"].as_i64().unwrap() < 5000, "{end}");
    }
}
