//! Workbooks as spreadsheets write them: several sheets, dates, numbers kept as text, truth values, formulas, merged
//! cells, empty rows.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use serde_json::{Value, json};

use super::fixtures::{assert_balanced, change, check, path, run, upload};
use crate::harness::TestApp;

const HEADER: [&str; 8] = [
    "Name", "E-Mail", "Phone", "Company", "Value", "Born", "Member", "Code",
];

fn book() -> Vec<u8> {
    let mut book = Workbook::new();
    let notes = book.add_worksheet().set_name("Read me").unwrap();
    notes
        .write_string(0, 0, "Nothing to import stands here.")
        .unwrap();
    let sheet = book.add_worksheet().set_name("People").unwrap();
    let day = Format::new().set_num_format("dd.mm.yyyy");
    // A title over all columns, an empty row, and the header below them.
    sheet
        .merge_range(0, 0, 0, 7, "Fair 2026", &Format::new())
        .unwrap();
    for (column, name) in (0..).zip(HEADER) {
        sheet.write_string(2, column, name).unwrap();
    }
    sheet.write_string(3, 0, "Ada Lovelace").unwrap();
    let mail = Formula::new("=LOWER(\"ADA@EXAMPLE.ORG\")").set_result("ada@example.org");
    sheet.write_formula(3, 1, mail).unwrap();
    // A number, as spreadsheets like to make of a phone number.
    sheet.write_number(3, 2, 4_930_123_456.0).unwrap();
    sheet
        .write_formula(3, 4, Formula::new("=1000+250.5").set_result("1250.5"))
        .unwrap();
    let born = ExcelDateTime::from_ymd(1990, 12, 10).unwrap();
    sheet.write_datetime_with_format(3, 5, &born, &day).unwrap();
    sheet.write_boolean(3, 6, true).unwrap();
    sheet.write_string(3, 7, "00123").unwrap();
    // One company for two people, in cells that are merged: the first of them holds it.
    sheet
        .merge_range(3, 3, 5, 3, "Engines", &Format::new())
        .unwrap();
    // The fifth row is empty but for the merged cell's middle.
    sheet.write_string(5, 0, "Grace Hopper").unwrap();
    sheet.write_string(5, 1, "grace@example.org").unwrap();
    sheet.write_string(5, 4, "99.90").unwrap();
    sheet.write_boolean(5, 6, false).unwrap();
    sheet.write_number(5, 7, 7.0).unwrap();
    sheet.write_string(7, 0, "Eve").unwrap();
    sheet.write_string(7, 1, "not an address").unwrap();
    book.save_to_buffer().unwrap()
}

fn lead<'a>(page: &'a Value, name: &str) -> &'a Value {
    let leads = page["data"].as_array().unwrap().iter();
    leads.clone().find(|it| it["name"] == name).unwrap()
}

crate::on_both_engines! {
    async fn a_workbook_goes_in_as_it_is_shown(app: TestApp) {
        let import = upload(&app, "fair.xlsx", book()).await;
        assert_eq!((&import["format"], &import["detected"]["sheets"]), (&json!("xlsx"), &json!(["Read me", "People"])));
        let import = change(&app, &import, json!({"reading": {"sheet": "People", "headerRow": 2}})).await;
        let headers: Vec<&str> = import["detected"]["columns"].as_array().unwrap().iter().map(|it| it["header"].as_str().unwrap()).collect();
        assert_eq!(headers, HEADER, "{}", import["detected"]);
        let fields = ["name", "email", "phone", "company", "value", "customFields.born", "customFields.member", "customFields.code"];
        let kinds = [None, None, None, None, None, Some("date"), Some("boolean"), Some("text")];
        let columns: Vec<Value> = fields.iter().zip(kinds).enumerate()
            .map(|(column, (field, kind))| json!({"column": column, "field": field, "define": kind})).collect();
        change(&app, &import, json!({"columns": columns, "values": {"country": "DE", "dateOrder": "dmy", "decimalMark": "."}})).await;
        let checked = check(&app, &import).await;
        assert_eq!((&checked["checked"]["new"], &checked["checked"]["invalid"]), (&json!(2), &json!(1)), "{}", checked["checked"]);
        let done = run(&app, &import).await;
        assert_eq!((&done["state"], &done["report"]["created"], &done["report"]["invalid"]), (&json!("done"), &json!(2), &json!(1)), "{}", done["report"]);
        assert_balanced(&done);
        let page = app.get("/leads").await.ok();
        let ada = lead(&page, "Ada Lovelace");
        assert_eq!((&ada["email"], &ada["phone"], &ada["company"]), (&json!("ada@example.org"), &json!("+4930123456"), &json!("Engines")));
        assert!(ada["value"].to_string().contains("1250.5"), "{ada}");
        assert_eq!((&ada["customFields"]["born"], &ada["customFields"]["member"], &ada["customFields"]["code"]), (&json!("1990-12-10"), &json!(true), &json!("00123")));
        let grace = lead(&page, "Grace Hopper");
        assert_eq!((&grace["company"], &grace["customFields"]["member"], &grace["customFields"]["code"]), (&Value::Null, &json!(false), &json!("7")));
        // The row that did not go in is told by its number in the sheet.
        let problems = app.get(format!("{}/problems", path(&import))).await.ok();
        assert_eq!(problems["data"][0]["line"], 8, "{problems}");
    }
}
