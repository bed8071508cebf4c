//! The steps of an import, as somebody goes through them: come in, look, plan, check, correct, run.

use serde_json::{Value, json};

use super::fixtures::{
    assert_balanced, change, check, columns, data, path, people, run, total, upload,
};
use crate::harness::TestApp;
use crate::leads::fixtures::{add, assert_consistent};

crate::on_both_engines! {
    async fn a_file_comes_in_is_checked_and_run(app: TestApp) {
        let import = upload(&app, "plain.csv", data("plain.csv")).await;
        assert_eq!((&import["state"], &import["format"], &import["name"]), (&json!("ready"), &json!("csv"), &json!("plain.csv")));
        let fields: Vec<&Value> = import["plan"]["columns"].as_array().unwrap().iter().map(|it| &it["field"]).collect();
        assert_eq!(fields, ["name", "email", "phone", "company"]);
        assert_eq!(import["detected"]["columns"][1]["samples"], json!(["ada@example.org", "grace@example.org", "alan@example.org"]));

        let checked = check(&app, &import).await;
        assert_eq!((&checked["state"], &checked["checked"]["new"]), (&json!("ready"), &json!(3)));
        assert_eq!(checked["checked"]["planVersion"], checked["planVersion"]);
        assert_eq!(total(&app).await, 0, "a check writes no leads");

        let done = run(&app, &import).await;
        assert_eq!((&done["state"], &done["report"]["created"]), (&json!("done"), &json!(3)));
        assert_balanced(&done);
        let leads = app.get("/leads?search=Lovelace").await.ok();
        let lead = &leads["data"][0];
        assert_eq!((&lead["email"], &lead["phone"], &lead["source"]), (&json!("ada@example.org"), &json!("+442079460958"), &json!("import")));
        assert_consistent(&app).await;
        app.post(format!("{}/run", path(&import))).await.refused(409, "wrong_state");
        app.post(format!("{}/check", path(&import))).await.refused(409, "wrong_state");
    }

    async fn a_form_is_taken_as_well(app: TestApp) {
        let body = "--cut\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--cut\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"leads.csv\"\r\nContent-Type: text/csv\r\n\r\n\
            name,email\nAda,ada@example.org\n\r\n--cut--\r\n";
        let import = app.post("/imports").raw("multipart/form-data; boundary=cut", body).await.created();
        assert_eq!((&import["name"], &import["detected"]["columns"][0]["header"]), (&json!("leads.csv"), &json!("name")));
        app.post("/imports").raw("multipart/form-data; boundary=cut", "--cut--\r\n").await.invalid("file");
        app.post("/imports").raw("multipart/form-data", "x").await.refused(400, "malformed_request");
    }

    async fn people_who_are_there_are_met_as_was_decided(app: TestApp) {
        add(&app, json!({"name": "Ada", "email": "ada@example.org", "company": "Old"})).await;
        let text = "name,email,company,title\nAda Lovelace,ada@example.org,New,Countess\nGrace,grace@example.org,Navy,\n";
        for (decide, counts, company) in [
            (json!({"onMatch": "skip"}), json!({"created": 1, "skipped": 1}), "Old"),
            (json!({"onMatch": "update", "mode": "update"}), json!({"updated": 1, "unchanged": 1}), "Old"),
            (json!({"onMatch": "update", "mode": "create"}), json!({"skipped": 2}), "Old"),
            (json!({"onMatch": "createAnyway"}), json!({"created": 2}), "Old"),
        ] {
            let import = upload(&app, "known.csv", text).await;
            change(&app, &import, json!({"decide": decide})).await;
            let checked = check(&app, &import).await;
            let done = run(&app, &import).await;
            assert_balanced(&done);
            for (name, count) in counts.as_object().unwrap() {
                assert_eq!(&done["report"][name], count, "{decide} {}", done["report"]);
            }
            let sure = |name: &str| checked["checked"][name].as_i64().unwrap();
            let would = (sure("new"), sure("update"), sure("duplicateInBase") + sure("skipped"));
            let did = |name: &str| done["report"][name].as_i64().unwrap();
            assert_eq!(would, (did("created"), did("updated") + did("unchanged"), did("skipped")), "{decide}");
            let leads = app.get("/leads?search=ada@example.org").await.ok();
            let first = leads["data"].as_array().unwrap().last().unwrap().clone();
            assert_eq!(first["company"], company, "{decide}");
        }
        assert_consistent(&app).await;
    }

    async fn only_known_people_are_updated_where_that_was_decided(app: TestApp) {
        add(&app, json!({"name": "Ada", "email": "ada@example.org", "company": "Old"})).await;
        let text = "email,company\nada@example.org,New\nnobody@example.org,New\n";
        let import = upload(&app, "known.csv", text).await;
        let columns = json!([{"column": 0, "field": "email"}, {"column": 1, "field": "company", "write": "overwrite"}]);
        change(&app, &import, json!({"columns": columns, "decide": {"mode": "update"}})).await;
        let checked = check(&app, &import).await;
        assert_eq!((&checked["checked"]["update"], &checked["checked"]["skipped"]), (&json!(1), &json!(1)));
        let done = run(&app, &import).await;
        assert_eq!((&done["report"]["updated"], &done["report"]["skipped"]), (&json!(1), &json!(1)));
        assert_eq!(app.get("/leads").await.ok()["data"][0]["company"], "New");
        let skipped = app.get(format!("{}/rows", path(&import))).await;
        assert_eq!(skipped.status(200), json!("line,problem,email,company\n3,There is no lead of this person to be updated.,nobody@example.org,New\n"));
    }

    async fn columns_are_transformed_and_constants_fill_the_gaps(app: TestApp) {
        let seller = app.add_person("sales").await;
        let text = "full,mail,city,street,state,level,when\n\"LOVELACE, ADA\",Ada@Example.org,London,Square 1,hot,gold,31.12.2019\n";
        let import = upload(&app, "shapes.csv", text).await;
        let stages = crate::leads::fixtures::stages(&app).await;
        let columns = json!([
            {"column": 0, "field": "name", "transforms": [{"kind": "title"}]},
            {"column": 1, "field": "email", "transforms": [{"kind": "lower"}]},
            {"column": 2, "field": "customFields.address", "transforms": [{"kind": "join", "columns": [3], "with": ", "}]},
            {"column": 4, "field": "tags", "transforms": [{"kind": "mapValues", "values": {"HOT": "Warm lead"}}]},
            {"column": 5, "field": "customFields.level", "define": "choice"},
            {"column": 6, "field": "createdAt"},
        ]);
        let refused = app.patch(path(&import)).json(&json!({"columns": columns})).await.ok();
        assert_eq!(refused["plan"]["columns"][4]["define"], "choice");
        // A choice needs options, so it cannot be defined from a column.
        app.post(format!("{}/run", path(&import))).await.status(422);
        let mut columns = columns;
        columns[4]["define"] = json!("text");
        let constants = json!([
            {"field": "source", "value": "Fair 2026"},
            {"field": "stage", "value": "qualified"},
            {"field": "owner", "value": seller.user},
            {"field": "customFields.level", "value": "never"},
        ]);
        change(&app, &import, json!({"columns": columns, "constants": constants})).await;
        let done = run(&app, &import).await;
        assert_eq!(done["report"]["created"], 1, "{}", done["report"]);
        let lead = app.get("/leads").await.ok()["data"][0].clone();
        assert_eq!(lead["name"], "Ada Lovelace");
        assert_eq!((&lead["source"], &lead["stageId"], &lead["assignedTo"]), (&json!("Fair 2026"), &json!(stages[2]), &json!(seller.user)));
        assert_eq!(lead["tags"], json!(["Warm lead"]));
        assert_eq!((&lead["customFields"]["address"], &lead["customFields"]["level"]), (&json!("London, Square 1"), &json!("gold")));
        assert_eq!(lead["createdAt"], "2019-12-31T00:00:00.000Z");
        let fields = app.get("/lead-fields").await.ok();
        assert_eq!((&fields["data"][0]["key"], &fields["data"][0]["type"]), (&json!("level"), &json!("text")));
        assert_consistent(&app).await;
    }

    async fn a_mapping_is_remembered_by_the_header(app: TestApp) {
        let text = "Wer,Wo\nada@example.org,London\n";
        let first = upload(&app, "first.csv", text).await;
        let chosen = columns(&first, &[("Wer", "email"), ("Wo", "company")]);
        change(&app, &first, json!({"columns": chosen, "constants": [{"field": "source", "value": "Fair"}]})).await;
        run(&app, &first).await;
        let again = upload(&app, "second.csv", "wo,wer\nParis,eve@example.org\n").await;
        assert!(again["detected"]["mappingId"].is_null(), "another order is another header");
        let again = upload(&app, "third.csv", "Wer,Wo\neve@example.org,Paris\n").await;
        assert_eq!(again["plan"]["columns"][1]["field"], "company");
        assert_eq!(again["plan"]["constants"][0]["value"], "Fair");
        let saved = app.get("/import-mappings").await.ok();
        assert_eq!((&saved["data"][0]["name"], &saved["data"][0]["id"]), (&json!("first.csv"), &again["detected"]["mappingId"]));

        let named = app.post("/import-mappings").json(&json!({"importId": again["id"], "name": "Fairs"})).await.created();
        let other = upload(&app, "other.csv", "Extra,Wer\nx,joe@example.org\n").await;
        let put = change(&app, &other, json!({"mappingId": named["id"]})).await;
        assert_eq!(put["plan"]["columns"][1]["field"], "email");
        app.delete(format!("/import-mappings/{}", named["id"].as_str().unwrap())).await.no_content();
        app.patch(path(&other)).json(&json!({"mappingId": named["id"]})).await.refused(404, "not_found");
        app.work().await;
    }

    async fn what_a_plan_lacks_is_named(app: TestApp) {
        let import = upload(&app, "plain.csv", data("plain.csv")).await;
        for (body, field) in [
            (json!({"reading": {"delimiter": "x"}}), "plan.reading.delimiter"),
            (json!({"reading": {"quote": "x"}}), "plan.reading.quote"),
            (json!({"reading": {"headerRow": 0}}), "plan.reading.headerRow"),
            (json!({"values": {"country": "Germany"}}), "plan.values.country"),
            (json!({"columns": [{"column": 0, "field": "shoes"}]}), "plan.columns[0].field"),
            (json!({"columns": [{"column": 0, "field": "email"}, {"column": 1, "field": "email"}]}), "plan.columns[1].field"),
            (json!({"columns": [{"column": 0}, {"column": 0}]}), "plan.columns[1].column"),
            (json!({"columns": [{"column": 0, "field": "email", "define": "text"}]}), "plan.columns[0].define"),
            (json!({"constants": [{"field": "shoes", "value": "x"}]}), "plan.constants[0].field"),
            (json!({"constants": [{"field": "source", "value": " "}]}), "plan.constants[0].value"),
            (json!({"decide": {"matchBy": ["cookie"]}}), "plan.decide.matchBy"),
        ] {
            app.patch(path(&import)).json(&body).await.invalid(field);
        }
        change(&app, &import, json!({"columns": []})).await;
        app.post(format!("{}/run", path(&import))).await.invalid("plan.columns");
        app.post("/imports").raw("text/csv", b"\xD0\xCF\x11\xE0 old".to_vec()).await.invalid("file");
        app.post("/imports").raw("text/csv", b"PK\x03\x04 broken".to_vec()).await.invalid("file");
        assert_eq!(app.get("/imports").await.ok()["total"], 1, "what could not be read is not kept");
    }

    async fn reading_can_be_changed(app: TestApp) {
        let import = upload(&app, "odd.csv", "a title\nname|email\nAda|ada@example.org\n").await;
        let changed = change(&app, &import, json!({"reading": {"delimiter": "|", "headerRow": 2}})).await;
        assert_eq!(changed["detected"]["columns"][1]["header"], "email");
        assert_eq!(changed["plan"]["columns"][1]["field"], "email");
        let changed = change(&app, &import, json!({"reading": {"delimiter": "|", "headerRow": null}})).await;
        assert_eq!(changed["detected"]["columns"][0]["samples"][1], "name");
        assert_eq!(changed["planVersion"], 3);
    }

    async fn a_file_beyond_the_limit_is_refused(engine: store::Engine) {
        let app = TestApp::start_with(engine, |config| config.imports.file_limit_mib = 1).await;
        let large = people(0, 30_000);
        app.post("/imports").raw("text/csv", large).await.refused(413, "too_large");
        upload(&app, "small.csv", people(0, 3)).await;
        assert_eq!(app.get("/imports").await.ok()["total"], 1);
    }

    async fn imports_are_listed_and_deleted(app: TestApp) {
        let one = upload(&app, "one.csv", people(0, 1)).await;
        let two = upload(&app, "two.csv", people(1, 1)).await;
        let list = app.get("/imports?limit=1").await.ok();
        assert_eq!((&list["data"][0]["id"], &list["total"]), (&two["id"], &json!(2)));
        let next = app.get(format!("/imports?limit=1&cursor={}", list["nextCursor"].as_str().unwrap())).await.ok();
        assert_eq!((&next["data"][0]["id"], &next["nextCursor"]), (&one["id"], &Value::Null));
        app.delete(path(&one)).await.no_content();
        app.get(path(&one)).await.refused(404, "not_found");
        let seller = app.add_person("sales").await;
        seller.get(path(&two)).await.status(if seller.get("/imports").await.status == 403 { 403 } else { 404 });
    }
}
