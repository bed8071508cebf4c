//! Every operation of the API document refuses strangers, keys without the right, and the ids of another workspace.
//! A new operation is covered as soon as it is in the document; a new kind of record needs its line in `Records`.

use std::collections::BTreeMap;

use axum::http::header;
use leadline::{api::MOUNTS, base};
use serde_json::{Value, json};
use store::Tx;
use uuid::Uuid;

use crate::harness::{
    Person, TestApp,
    operations::{Names, Operation, operations},
};

/// What is open to strangers, by intent: a new one has to be added here.
const PUBLIC: [&str; 6] = [
    "POST /invitations/{token}/accept",
    "GET /invitations/{token}/preview",
    "POST /password-resets/{token}",
    "POST /session",
    "GET /setup",
    "POST /setup",
];

/// What anybody signed in may do without any right: look at what concerns only themselves.
const FOR_ANYBODY: [&str; 4] = [
    "GET /session",
    "GET /workspace",
    "GET /workspaces",
    "GET /workspaces/{id}",
];

/// Never ends, so it is not called here; its own tests read it.
const STREAM: &str = "GET /events";

/// Is written into the audit log, which is compared here; its own tests read it.
const EXPORT: &str = "GET /leads/export";

/// Reads, though it has a body: ids of nobody's find nothing.
const EXPORT_BY_BODY: &str = "POST /leads/export";

/// There is none before an erasure was run; its own tests read it.
const RECEIPT: &str = "GET /privacy/erasures/{id}/receipt";

#[test]
fn what_is_open_to_strangers_is_so_by_intent() {
    let mut open: Vec<String> = operations()
        .into_iter()
        .filter(|it| it.public)
        .map(|it| it.name)
        .collect();
    open.sort_by(|a, b| path_of(a).cmp(path_of(b)).then(a.cmp(b)));
    assert_eq!(open, PUBLIC);
}

crate::on_both_engines! {
    async fn strangers_are_refused_on_every_operation(app: TestApp) {
        let stranger = app.stranger();
        let wrong_key = stranger.with_key("ll_this-is-no-key");
        let wrong_cookie = stranger.clone().with_header(header::COOKIE, "leadline_session=nonsense");
        for operation in closed() {
            for client in [&stranger, &wrong_key, &wrong_cookie] {
                for mount in MOUNTS {
                    operation.call(client, mount, &Unknown).await.refused(401, "unauthenticated");
                }
            }
        }
    }

    async fn a_key_without_the_right_is_refused_on_every_operation(app: TestApp) {
        let records = Records::make(&app, app.admin()).await;
        let key = app.add_key(&[]).await;
        let mut let_through = Vec::new();
        for operation in closed() {
            let answer = operation.call(&key, "/api", &records).await;
            if answer.status != 403 {
                let_through.push(operation.name);
            }
        }
        let_through.sort_by(|a, b| path_of(a).cmp(path_of(b)));
        assert_eq!(let_through, FOR_ANYBODY);
        app.work().await;
    }

    async fn another_workspaces_ids_in_the_path_are_not_found(app: TestApp) {
        let theirs = Records::make(&app, app.admin()).await;
        let other = app.add_workspace("Other").await;
        // The other workspace is not empty, lest that hide a mistake.
        let own = Records::make(&app, &other).await;
        app.work().await;
        let before = everything_seen_by(app.admin(), &theirs).await;
        for operation in closed().filter(Operation::has_path_ids) {
            let names = Mixed { path: &theirs, body: &own };
            let answer = operation.call(&other, "/api", &names).await;
            assert_eq!(answer.status, 404, "{}: {:?}", operation.name, answer.body);
        }
        app.work().await;
        assert_same(&before, &everything_seen_by(app.admin(), &theirs).await);
    }

    async fn another_workspaces_ids_in_the_body_are_refused(app: TestApp) {
        let theirs = Records::make(&app, app.admin()).await;
        let other = app.add_workspace("Other").await;
        app.work().await;
        let before = everything_seen_by(app.admin(), &theirs).await;
        let naming = closed().filter(|it| theirs.is_named_in(&it.body(&theirs)));
        let mut tried = 0;
        for operation in naming {
            // What one operation removes or ends, the next one shall have.
            let own = Records::make(&app, &other).await;
            let caller = app.add_person_in(other.workspace, "super-admin").await;
            let names = Mixed { path: &own, body: &theirs };
            let answer = operation.call(&caller, "/api", &names).await;
            let shown = String::from_utf8_lossy(&answer.body);
            assert!(answer.status.as_u16() < 500, "{}: {shown}", operation.name);
            assert!(!shown.contains(MARK), "{} shows another workspace's record: {shown}", operation.name);
            let refused = answer.status.is_client_error() || shown.contains("\"changed\":0") || operation.name == EXPORT_BY_BODY;
            assert!(refused, "{} takes another workspace's id: {shown}", operation.name);
            // A workspace defines a hundred fields at most, and fifty rules.
            other.delete(format!("/lead-fields/{}", own.in_path("lead-fields"))).await;
            other.delete(format!("/privacy/retention-rules/{}", own.in_path("retention-rules"))).await;
            tried += 1;
        }
        assert!(tried > 10, "{tried} operations name records in their bodies");
        app.work().await;
        assert_same(&before, &everything_seen_by(app.admin(), &theirs).await);
    }
}

/// The operations that need somebody signed in.
fn closed() -> impl Iterator<Item = Operation> {
    operations().into_iter().filter(|it| !it.public)
}

fn path_of(name: &str) -> &str {
    name.split_once(' ').map_or(name, |it| it.1)
}

/// Stands in the name of every record of the first workspace.
const MARK: &str = "Zanzibar";

/// Answers of every operation that reads, by its name.
async fn everything_seen_by(person: &Person, records: &Records) -> BTreeMap<String, Value> {
    let mut seen = BTreeMap::new();
    for operation in closed()
        .filter(|it| it.method == "GET" && ![STREAM, EXPORT, RECEIPT].contains(&it.name.as_str()))
    {
        let answer = operation.call(&person.client, "/api", records).await;
        seen.insert(operation.name, answer.ok());
    }
    assert!(
        seen.values()
            .filter(|it| it.to_string().contains(MARK))
            .count()
            > 10
    );
    seen
}

fn assert_same(before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) {
    for (operation, seen) in before {
        assert_eq!(
            seen, &after[operation],
            "{operation} shows something else after another workspace's requests"
        );
    }
}

/// Ids that name nothing.
struct Unknown;

impl Names for Unknown {
    fn in_path(&self, _: &str) -> String {
        Uuid::nil().to_string()
    }

    fn in_body(&self, _: &str) -> Option<Value> {
        None
    }
}

/// Ids of one workspace in the path, of another in the body.
struct Mixed<'a> {
    path: &'a Records,
    body: &'a Records,
}

impl Names for Mixed<'_> {
    fn in_path(&self, segment: &str) -> String {
        self.path.in_path(segment)
    }

    fn in_body(&self, field: &str) -> Option<Value> {
        self.body.in_body(field)
    }
}

/// One record of every kind, by the segment of a path that its id follows.
struct Records(BTreeMap<&'static str, String>);

impl Names for Records {
    fn in_path(&self, segment: &str) -> String {
        self.0
            .get(segment)
            .cloned()
            .unwrap_or_else(|| panic!("no record for /{segment}/{{…}}: add one to Records::make"))
    }

    /// Fields that hold an id are told by their names.
    fn in_body(&self, field: &str) -> Option<Value> {
        let kinds = [
            ("stage", "stages"),
            ("pipeline", "lead-pipelines"),
            ("lead", "leads"),
            ("ids", "lead-fields"),
            ("after", "leads"),
            ("before", "leads"),
            ("assigned", "members"),
            ("user", "members"),
            ("member", "members"),
            ("mentions", "members"),
            ("role", "roles"),
            ("team", "teams"),
            ("workspace", "workspaces"),
            ("import", "imports"),
            ("mapping", "import-mappings"),
            ("view", "views"),
        ];
        let folded = field.to_lowercase();
        let is_id = field.ends_with("Id")
            || field.ends_with("Ids")
            || ["assignedTo", "mentions", "ids"].contains(&field);
        let (_, kind) = kinds
            .iter()
            .find(|(part, _)| is_id && folded.starts_with(part))?;
        Some(json!(self.0[kind]))
    }
}

impl Records {
    /// Makes them in this person's workspace.
    async fn make(app: &TestApp, person: &Person) -> Records {
        let id = |record: &Value| record["id"].as_str().unwrap().to_owned();
        // Names are unique in a workspace, and the first workspace's carry the mark.
        let first = person.workspace == app.admin().workspace;
        let name = format!(
            "{} {}",
            if first { MARK } else { "Plain" },
            Uuid::from_u128(rand()).simple()
        );
        let email = format!("{}@example.org", name.replace(' ', "-").to_lowercase());

        let made = async |path: &str, body: Value| person.post(path).json(&body).await.created();
        let pipeline = made("/lead-pipelines", json!({"name": name})).await;
        let stage = id(&pipeline["stages"][0]);
        let lead = json!({"name": name, "stageId": stage, "tags": [name], "customFields": {"place": name}});
        let lead = id(&made("/leads", lead).await);
        let note = made(&format!("/leads/{lead}/notes"), json!({"value": name})).await;
        let role = json!({"name": name, "permissions": ["leads:view"], "scope": "own"});
        let role = made("/roles", role).await;
        let member = app
            .add_person_in(person.workspace, "sales")
            .await
            .user
            .to_string();
        let team = made("/teams", json!({"name": name, "memberIds": [member]})).await;
        let invitation = made("/invitations", json!({"email": email, "role": "sales"})).await;
        let key = made("/api-keys", json!({"name": name, "role": "sales"})).await;
        let field = json!({"name": name, "type": "text"});
        let field = made("/lead-fields", field).await;
        let source = json!({"key": format!("s{}", Uuid::from_u128(rand()).simple()), "name": name});
        let source = made("/lead-sources", source).await;
        for _ in 0..2 {
            let twin = json!({"name": name, "email": email, "onMatch": "review"});
            made("/leads", twin).await;
        }
        let twins = person.get("/duplicates").await.ok();
        let bulk = json!({"action": "tag", "leadIds": [lead], "tags": [format!("{name} too")]});
        let bulk = person.post("/leads/bulk-action").json(&bulk).await.ok();
        let import = person
            .post(format!("/imports?name={}", name.replace(' ', "%20")))
            .raw("text/csv", format!("name\n{name}\n"))
            .await
            .created();
        let mapping = made(
            "/import-mappings",
            json!({"importId": id(&import), "name": name}),
        )
        .await;
        let view = made("/views", json!({"name": name, "visibility": "everyone"})).await;
        // Of nobody who is here, so that nothing is erased.
        let nobody = json!({"email": format!("nobody-{email}")});
        let erasure = person
            .post("/privacy/erasures")
            .json(&nobody)
            .await
            .status(202);
        let known = person
            .post("/privacy/suppressions")
            .json(&nobody)
            .await
            .ok();
        let retention = json!({"name": name, "what": "leads", "olderThanDays": 30});
        let retention = made("/privacy/retention-rules", retention).await;
        let session = person.get("/session").await.ok();
        Records(BTreeMap::from([
            ("leads", lead),
            ("notes", id(&note)),
            ("lead-pipelines", id(&pipeline)),
            ("board", stage.clone()),
            ("stages", stage),
            ("roles", id(&role)),
            ("members", member),
            ("teams", id(&team)),
            ("invitations", id(&invitation)),
            ("api-keys", id(&key)),
            ("sessions", id(&session["session"])),
            ("workspaces", id(&session["workspace"])),
            ("lead-fields", id(&field)),
            ("duplicates", id(&twins["data"][0])),
            ("lead-sources", source["key"].as_str().unwrap().to_owned()),
            ("imports", id(&import)),
            ("import-mappings", id(&mapping)),
            ("views", id(&view)),
            ("erasures", id(&erasure)),
            ("suppressions", id(&known["matches"][0])),
            ("retention-rules", id(&retention)),
            (
                "bulk-actions",
                bulk["changeSetId"].as_str().unwrap().to_owned(),
            ),
            (
                "change-sets",
                bulk["changeSetId"].as_str().unwrap().to_owned(),
            ),
            ("dead", dead_job(app, person, &name).await),
        ]))
    }

    fn is_named_in(&self, body: &Value) -> bool {
        let body = body.to_string();
        self.0.values().any(|it| body.contains(it))
    }
}

async fn dead_job(app: &TestApp, person: &Person, reason: &str) -> String {
    let (workspace, reason) = (person.workspace, reason.to_owned());
    let add = move |tx: &mut Tx| {
        let (id, now) = (tx.id(), tx.now());
        tx.exec(
            "insert into jobs (id, workspace_id, kind, payload, priority, state, run_at, max_attempts, last_error, created_at)
             values ($1, $2, 'test', $3, 1, 'dead', $4, 1, $5, $4)",
            &[&id, &workspace, &store::Json(json!({})), &now, &reason],
        )?;
        Ok::<_, base::Error>(id.to_string())
    };
    app.app.db.write(add).await.unwrap()
}

fn rand() -> u128 {
    u128::from_le_bytes(base::secret::random())
}
