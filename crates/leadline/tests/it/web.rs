//! The web app as the program serves it: its files, its page, and what the page brings along.

use std::{fs, path::Path};

use serde_json::{Value, json};
use store::Engine;

use crate::harness::{Server, Site, TestDatabase};

/// A built app, as small as one can be.
fn dist(folder: &Path) {
    fs::create_dir_all(folder.join("assets")).unwrap();
    let page = fs::read_to_string(crate::house_rules::root().join("web/index.html")).unwrap();
    for (name, text) in [
        ("index.html", page.as_str()),
        ("favicon.svg", "<svg/>"),
        ("assets/main-1.js", "plain"),
        ("assets/main-1.js.br", "brotli"),
        ("assets/main-1.js.gz", "gzip"),
        (".vite-manifest.json", "{}"),
        (
            "preload.json",
            r#"[{"path": "/board", "files": ["/assets/board-2.js"]}]"#,
        ),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
}

/// A server with a workspace, the app in a folder of its own, and the cookie of somebody who is signed in.
struct Served {
    server: Server,
    cookie: String,
    http: reqwest::Client,
    _database: TestDatabase,
    _folder: tempfile::TempDir,
}

impl Served {
    async fn start() -> Served {
        let folder = tempfile::tempdir().unwrap();
        dist(folder.path());
        let database = TestDatabase::create(Engine::Sqlite).await;
        let site = Site::new(database.config.clone());
        site.set_up();
        let link = site.run(&["user", "reset", "--email", "ada@example.org"]);
        let mut command = site.command();
        command.arg("serve").env("LEADLINE_WEB_DIST", folder.path());
        let server = Server::start(command);
        let http = reqwest::Client::builder()
            .no_brotli()
            .no_gzip()
            .build()
            .unwrap();
        let cookie = sign_in(&http, &server.url, &link).await;
        Served {
            server,
            cookie,
            http,
            _database: database,
            _folder: folder,
        }
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
        let mut request = self.http.get(format!("{}{path}", self.server.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    async fn page(&self, path: &str, cookie: &str) -> String {
        let answer = self.get(path, &[("cookie", cookie)]).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }

    /// What stands in the boot block of a page.
    async fn boot(&self, path: &str, cookie: &str) -> Value {
        let page = self.page(path, cookie).await;
        let (_, behind) = page.split_once("id=\"boot\">").unwrap();
        serde_json::from_str(behind.split_once("</script>").unwrap().0).unwrap()
    }
}

/// Sets a password by the link that was printed, signs in, and keeps the cookie.
async fn sign_in(http: &reqwest::Client, url: &str, link: &str) -> String {
    let password = "correct horse battery";
    let token = link.trim().rsplit('/').next().unwrap();
    let reset = http
        .post(format!("{url}/api/password-resets/{token}"))
        .json(&json!({ "password": password }));
    assert_eq!(reset.send().await.unwrap().status(), 204);
    let body = json!({"email": "ada@example.org", "password": password});
    let answer = http
        .post(format!("{url}/api/session"))
        .json(&body)
        .send()
        .await
        .unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

fn header<'a>(answer: &'a reqwest::Response, name: &str) -> &'a str {
    answer
        .headers()
        .get(name)
        .map_or("", |it| it.to_str().unwrap())
}

#[tokio::test]
async fn files_are_sent_in_the_smallest_copy_and_pages_with_what_is_known() {
    let served = Served::start().await;
    files(&served).await;
    addresses(&served).await;
    the_page(&served).await;
    what_comes_along(&served).await;
    served.server.stop();
}

async fn files(served: &Served) {
    for (accepted, coding, text) in [
        ("gzip, br", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("identity", "", "plain"),
        ("br;q=0, identity", "", "plain"),
    ] {
        let headers = [("accept-encoding", accepted)];
        let answer = served.get("/assets/main-1.js", &headers).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "content-encoding"), coding);
        assert_eq!(header(&answer, "vary"), "accept-encoding");
        assert_eq!(
            header(&answer, "content-type"),
            "text/javascript; charset=utf-8"
        );
        assert_eq!(
            header(&answer, "cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(answer.text().await.unwrap(), text);
    }
    let icon = served.get("/favicon.svg", &[]).await;
    assert_eq!(header(&icon, "content-type"), "image/svg+xml");
    assert_eq!(header(&icon, "cache-control"), "public, max-age=3600");
}

async fn addresses(served: &Served) {
    for path in [
        "/",
        "/board",
        "/leads/7?lead=8",
        "/join/lli_x",
        "/index.html",
        "/preload.json",
    ] {
        let answer = served.get(path, &[]).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(
            header(&answer, "content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
    }
    for path in [
        "/api/nowhere",
        "/v1/other",
        "/webhooks/x",
        "/assets/gone-1.js",
        "/assets/main-1.js.br",
    ] {
        let answer = served.get(path, &[]).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(
            header(&answer, "content-type"),
            "application/problem+json",
            "{path}"
        );
    }
    let post = |path: &str| {
        served
            .http
            .post(format!("{}{path}", served.server.url))
            .send()
    };
    assert_eq!(post("/board").await.unwrap().status(), 405);
    assert_eq!(post("/webhooks/x").await.unwrap().status(), 404);
}

async fn the_page(served: &Served) {
    let answer = served.get("/board", &[]).await;
    let policy = header(&answer, "content-security-policy").to_owned();
    assert_eq!(header(&answer, "cache-control"), "private, no-cache");
    for part in [
        "default-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let (_, behind) = policy.split_once("'nonce-").unwrap();
    let nonce = behind.split('\'').next().unwrap();
    let page = answer.text().await.unwrap();
    assert!(page.contains(&format!("<meta property=\"csp-nonce\" nonce=\"{nonce}\"")));
    assert!(page.contains("<link rel=\"modulepreload\" href=\"/assets/board-2.js\" /></head>"));
    let again = served.get("/board", &[]).await;
    assert!(!header(&again, "content-security-policy").contains(nonce));
    assert!(!served.page("/leads", "").await.contains("board-2.js"));
}

async fn what_comes_along(served: &Served) {
    let nobody = json!({"me": null, "setupNeeded": false, "events": null, "board": null});
    assert_eq!(served.boot("/board", "").await, nobody);
    assert_eq!(
        served.boot("/board", "leadline_session=nonsense").await,
        nobody
    );

    let cookie = &served.cookie;
    let boot = served.boot("/leads", cookie).await;
    let asked = served.get("/api/session", &[("cookie", cookie)]).await;
    assert_eq!(
        boot["me"]["user"],
        asked.json::<Value>().await.unwrap()["user"]
    );
    assert_eq!(boot["board"], json!(null));
    let place = boot["events"].as_str().unwrap();
    let listening = served
        .get(&format!("/api/events?after={place}"), &[("cookie", cookie)])
        .await;
    assert_eq!(listening.status(), 200, "the stream goes on from {place}");
    let kept = served.get("/", &[("cookie", cookie)]).await;
    assert!(
        header(&kept, "set-cookie").starts_with(cookie),
        "the session goes on"
    );

    let board = &served.boot("/board?lead=7", cookie).await["board"];
    let asked = served
        .get("/api/board?limit=20", &[("cookie", cookie)])
        .await;
    let asked: Value = asked.json().await.unwrap();
    assert_eq!(board["stages"], asked["stages"]);
    assert_eq!(
        served.boot("/board?q=ada", cookie).await["board"],
        json!(null)
    );

    let chosen = json!({"theme": "dark", "density": "compact"});
    let request = served
        .http
        .patch(format!("{}/api/preferences", served.server.url));
    let answer = request
        .header("cookie", cookie)
        .json(&chosen)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let page = served.page("/", cookie).await;
    assert!(page.contains("<html lang=\"en\" data-theme=\"dark\" data-density=\"compact\">"));
}

#[tokio::test]
async fn a_program_without_the_app_says_how_to_build_it() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::create(Engine::Sqlite).await;
    let site = Site::new(database.config.clone());
    let mut command = site.command();
    command.arg("serve").env("LEADLINE_WEB_DIST", folder.path());
    let server = Server::start(command);
    let page = reqwest::get(format!("{}/board", server.url)).await.unwrap();
    assert_eq!(page.status(), 200);
    let text = page.text().await.unwrap();
    assert!(
        text.contains("make build") && text.contains("/api/docs/"),
        "{text}"
    );
    server.stop();
}
