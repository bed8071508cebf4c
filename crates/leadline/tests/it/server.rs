//! What every request passes and every answer gets.

use crate::{harness::TestApp, on_both_engines};
use serde_json::json;

on_both_engines! {
    async fn an_answer_carries_an_id_and_safe_headers(app: TestApp) {
        let answer = app.get("/session").header("x-request-id", "trace-7").await;
        answer.ok();
        assert_eq!(answer.header("x-request-id"), Some("trace-7"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.header("content-security-policy").is_some());
        let problem = app.get("/nowhere").header("x-request-id", "trace-8").await.refused(404, "not_found");
        assert_eq!(problem["requestId"], "trace-8");
    }

    async fn mistakes_in_the_request_are_named(app: TestApp) {
        let leads = || app.post("/leads");
        leads().raw("application/json", "{\"name\": ").await.refused(400, "malformed_request");
        leads().raw("application/json", "{\"name\": \"Ada\"} trailing").await.refused(400, "malformed_request");
        leads().raw("text/plain", "name=Ada").await.refused(415, "unsupported_media_type");
        leads().json(&json!({"name": "Ada", "nmae": "Ada"})).await.invalid("nmae");
        leads().json(&json!({"name": 7})).await.invalid("name");
        leads().json(&json!({"name": "Ada", "stageId": "not-a-uuid"})).await.invalid("stageId");
        leads().json(&json!([])).await.status(422);
        app.get("/leads?limit=many").await.invalid("limit");
        app.get("/leads?nmae=Ada").await.invalid("nmae");
        app.get("/leads/not-a-uuid").await.refused(404, "not_found");
        app.put("/lead-pipelines").await.refused(405, "method_not_allowed");
    }

    async fn both_mounts_lead_to_the_same_records(app: TestApp) {
        let made = app.post("/v1/identity/leads").json(&json!({"name": "Ada"})).await;
        let id = made.created()["id"].as_str().unwrap().to_owned();
        let there = made.header("location").unwrap();
        assert_eq!(there, format!("/v1/identity/leads/{id}"));
        for place in [there, &format!("/api/leads/{id}")] {
            assert_eq!(app.get(place).await.ok()["name"], "Ada");
        }
        app.work().await;
    }

    async fn a_write_with_an_idempotency_key_happens_once(app: TestApp) {
        let write = |name: &str| app.post("/leads").json(&json!({"name": name})).idempotency_key("k-1");
        let first = write("Ada").await;
        let id = first.created()["id"].clone();
        let again = write("Ada").await;
        assert_eq!(again.created()["id"], id);
        assert_eq!(again.header("location"), first.header("location"));
        assert_eq!(again.header("etag"), first.header("etag"));
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        write("Grace").await.refused(409, "idempotency_key_reused");
        assert_eq!(app.get("/leads").await.ok()["total"], 1);

        // Somebody else's key is another key, and a refusal is not remembered.
        let sales = app.add_person("marketer").await;
        sales.post("/leads").json(&json!({"name": "Ada"})).idempotency_key("k-1").await.created();
        app.post("/leads").json(&json!({"email": "no"})).idempotency_key("k-2").await.status(422);
        app.post("/leads").json(&json!({"email": "ada@example.com"})).idempotency_key("k-2").await.created();
        app.work().await;
    }

    async fn the_same_key_sent_at_once_makes_one_record(app: TestApp) {
        let write = || app.post("/leads").json(&json!({"name": "Ada"})).idempotency_key("k").into_future();
        let answers = futures_util::future::join_all((0..20).map(|_| write())).await;
        let ids: std::collections::HashSet<String> = answers.iter().map(|it| it.created()["id"].to_string()).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(app.get("/leads").await.ok()["total"], 1);
        app.work().await;
    }

    async fn a_page_from_elsewhere_cannot_write_in_a_persons_name(app: TestApp) {
        let body = json!({"name": "Ada"});
        app.post("/leads").json(&body).header("origin", "https://evil.example").await.refused(403, "foreign_page");
        app.post("/leads").json(&body).header("sec-fetch-site", "cross-site").await.refused(403, "foreign_page");
        app.post("/leads").json(&body).header("host", "crm.example").header("origin", "https://crm.example").await.created();
        app.get("/leads").header("origin", "https://evil.example").await.ok();
        app.work().await;
    }
}

#[tokio::test]
async fn a_flood_is_turned_away_and_others_are_served() {
    let app = TestApp::start_with(store::Engine::Sqlite, |config| {
        config.security.requests_per_second = 1;
        config.security.request_burst = 5;
    })
    .await;
    let mut refused = 0;
    for _ in 0..10 {
        let answer = app.get("/session").await;
        if answer.status == 429 {
            let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=10).contains(&seconds));
            answer.refused(429, "too_many_requests");
            refused += 1;
        }
    }
    assert!(refused >= 4, "{refused} of 10 were refused");
    app.add_person("viewer").await.get("/session").await.ok();
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let app = TestApp::start_with(store::Engine::Sqlite, |config| {
        config.server.body_limit_kib = 4;
    })
    .await;
    let body = json!({"name": "x".repeat(5000)});
    app.post("/leads")
        .json(&body)
        .await
        .refused(413, "too_large");
    app.post("/leads")
        .json(&body)
        .idempotency_key("k")
        .await
        .refused(413, "too_large");
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_take_it() {
    let app = TestApp::start(store::Engine::Sqlite).await;
    let plain = app.get("/permissions").await;
    plain.ok();
    assert_eq!(plain.header("content-encoding"), None);
    for coding in ["gzip", "br"] {
        let packed = app
            .get("/permissions")
            .header("accept-encoding", coding)
            .await;
        assert_eq!(packed.header("content-encoding"), Some(coding));
        assert!(packed.body.len() < plain.body.len());
    }
}

#[tokio::test]
async fn health_readiness_and_figures_are_open_to_all() {
    let app = TestApp::start(store::Engine::Sqlite).await;
    let stranger = app.stranger();
    stranger.get_outside("/healthz").await.status(200);
    stranger.get_outside("/readyz").await.status(200);
    app.get("/session").await.ok();
    let figures = stranger.get_outside("/metrics").await;
    let text = String::from_utf8(figures.body.to_vec()).unwrap();
    assert!(
        text.contains(
            "leadline_http_requests_total{method=\"GET\",route=\"/api/session\",status=\"200\"} 1"
        ),
        "{text}"
    );
    assert!(text.contains("leadline_db_commits_total"), "{text}");
    stranger.get("/openapi.json").await.ok();
    let page = stranger.get("/docs/").await;
    assert!(String::from_utf8_lossy(&page.body).contains("swagger-ui"));
}
