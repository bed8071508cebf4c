//! The heart of the grammar: whatever is asked of whatever leads, SQL on SQLite, SQL on PostgreSQL and the rule held
//! against each record in memory choose the same ones.

use std::collections::BTreeSet;

use leadline::{
    base::{Actor, Caller, Error, Permissions, Result, Scope, Via},
    leads::{
        Lead,
        chosen::Chosen,
        counts,
        filter::Filter,
        lead,
        list::{self, Order, SortBy, WHOLE_LEADS, Window},
        search,
        tags::{self, Tags},
        total,
    },
};
use proptest::{
    collection::vec,
    prop_oneof,
    sample::{select, subsequence},
    strategy::{Just, Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Map, Value, json};
use store::{Engine, Json, Sql, Timestamp, Tx, Value as Cell};
use uuid::Uuid;

use super::making::{
    FIELDS, MATE, ME, NOWS, OTHER, SETS, STAGES, ZONES, condition, flat, lead, search_text,
};
use crate::harness::TestApp;

const ROUNDS: usize = 10;
const LEADS: usize = 90;
const CASES: usize = 60;

#[derive(Debug, Clone)]
struct Round {
    now: Timestamp,
    zone: &'static str,
    leads: Vec<Lead>,
}

type Found = Result<BTreeSet<Uuid>, String>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_three_choose_the_same() {
    let apps = [
        TestApp::start(Engine::Sqlite).await,
        TestApp::start(Engine::Postgres).await,
    ];
    for app in &apps {
        prepare(app).await;
    }
    let seed = std::env::var("LEADLINE_TEST_SEED")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(7_u64);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let (mut refused, mut chose_some) = (0, 0);
    for number in 0..ROUNDS {
        let round = round(&mut runner, number);
        for app in &apps {
            write(app, &round).await;
        }
        for _ in 0..CASES {
            let (flat, condition) = made(&mut runner, &(flat(), condition(round.now, round.zone)));
            let named = made(&mut runner, &named(&round.leads));
            let filter = (flat, json!({"any": [condition, named]}));
            let scope = number % 3;
            let [sqlite, postgres] =
                [&apps[0], &apps[1]].map(|app| choose(app, &round, &filter, scope));
            let (sqlite, postgres) = (sqlite.await, postgres.await);
            let told = || {
                format!(
                    "seed {seed}, now {}, zone {}, filter {}",
                    round.now,
                    round.zone,
                    json_of(&filter)
                )
            };
            match (sqlite, postgres) {
                (Ok(sqlite), Ok(postgres)) => {
                    let differing: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
                    assert!(
                        differing.is_empty(),
                        "{}\nthe engines differ in {differing:?}",
                        told()
                    );
                    chose_some += usize::from(!sqlite.is_empty() && sqlite.len() < LEADS);
                }
                (Err(one), Err(other)) => {
                    assert_eq!(one, other, "{}", told());
                    assert!(one.starts_with("not valid: where"), "{one}: {}", told());
                    refused += 1;
                }
                (one, other) => panic!("{}\n{one:?}\n{other:?}", told()),
            }
        }
    }
    // Conditions that nothing fulfils, or that are refused, would show little.
    assert!(
        refused < ROUNDS * CASES / 3,
        "{refused} of {} are refused",
        ROUNDS * CASES
    );
    assert!(
        chose_some > ROUNDS * CASES / 4,
        "{chose_some} of {} choose some",
        ROUNDS * CASES
    );
    for app in &apps {
        app.work().await;
    }
}

fn made<S: Strategy>(runner: &mut TestRunner, strategy: &S) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}

fn round(runner: &mut TestRunner, number: usize) -> Round {
    let now: Timestamp = NOWS[number % NOWS.len()].parse().unwrap();
    let zone = ZONES[number % ZONES.len()];
    let mut leads = made(runner, &vec(lead(now, zone), LEADS));
    for (index, lead) in leads.iter_mut().enumerate() {
        // The same ids on both engines, in the order of making as ids are.
        let ms = u128::try_from(lead.created_at.0).unwrap();
        let id = ms << 80 | 7 << 76 | 2 << 62 | u128::try_from(index).unwrap();
        lead.id = Uuid::from_u128(id).into();
    }
    Round { now, zone, leads }
}

/// Now and then a test that names leads; otherwise one that nothing fulfils.
fn named(leads: &[Lead]) -> impl Strategy<Value = Value> + use<> {
    let ids: Vec<String> = leads.iter().map(|it| it.id.to_string()).collect();
    let some = (select(&["in", "notIn"][..]), subsequence(ids, 1..9))
        .prop_map(|(op, ids)| json!({"field": "id", "op": op, "value": ids}));
    prop_oneof![5 => Just(json!({"any": []})), 1 => some]
}

fn json_of((flat, condition): &(Map<String, Value>, Value)) -> Value {
    let mut filter = flat.clone();
    filter.insert("where".into(), condition.clone());
    filter.into()
}

/// Pipelines, fields and a team, with the same ids on both engines.
async fn prepare(app: &TestApp) {
    let workspace = app.admin().workspace;
    let write = move |tx: &mut Tx| -> Result<()> {
        for pipeline in [1_u128, 2].map(Uuid::from_u128) {
            tx.exec(
                "insert into lead_pipelines (workspace_id, id, name, is_default, position, created_at, updated_at)
                 values ($1, $2, 'P', false, 9, 0, 0)",
                &[&workspace, &pipeline],
            )?;
        }
        for (pipeline, stage, kind) in STAGES {
            tx.exec(
                "insert into lead_pipeline_stages (workspace_id, id, pipeline_id, name, color, type, position, created_at, updated_at)
                 values ($1, $2, $3, 'S', '#000000', $4, 0, 0, 0)",
                &[&workspace, &stage, &pipeline, &kind],
            )?;
        }
        for (number, (key, kind)) in (0_i64..).zip(FIELDS) {
            tx.exec(
                "insert into lead_fields (workspace_id, id, key, name, type, options, required, position, created_at, updated_at)
                 values ($1, $2, $3, $3, $4, $5, false, $6, 0, 0)",
                &[&workspace, &tx_id(number), &key, &kind, &Json(vec!["Red"]), &number],
            )?;
        }
        let team = Uuid::from_u128(0x7EA);
        tx.exec(
            "insert into teams (workspace_id, id, name, created_at) values ($1, $2, 'T', 0)",
            &[&workspace, &team],
        )?;
        for person in [ME, MATE] {
            tx.exec(
                "insert into team_members (workspace_id, team_id, user_id) values ($1, $2, $3)",
                &[&workspace, &team, &person],
            )?;
        }
        Ok(())
    };
    app.app.db.write(write).await.unwrap();
}

fn tx_id(number: i64) -> Uuid {
    Uuid::from_u128(0xF0 + u128::try_from(number).unwrap())
}

/// The leads of a round instead of those before.
async fn write(app: &TestApp, round: &Round) {
    let workspace = app.admin().workspace;
    let (leads, zone) = (round.leads.clone(), round.zone);
    let write = move |tx: &mut Tx| -> Result<()> {
        tx.exec(
            "delete from lead_tags where workspace_id = $1",
            &[&workspace],
        )?;
        tx.exec("delete from leads where workspace_id = $1", &[&workspace])?;
        tx.exec(
            "update workspaces set settings = $2 where id = $1",
            &[&workspace, &Json(json!({ "timeZone": zone }))],
        )?;
        let mut tagged = Vec::new();
        for lead in leads.iter().filter(|it| it.deleted_at.is_none()) {
            let tags = Tags::from_json(&lead.tags).folded().into_iter();
            tagged.extend(tags.map(|it| (lead.id.uuid(), lead.assigned_to, it)));
        }
        let rows: Vec<Vec<Cell>> = leads.iter().map(|it| row(workspace.0, it)).collect();
        let first = search::next_number(tx)?;
        tx.insert_many("leads", &COLUMNS, &rows)?;
        if let Some(first) = first {
            search::index(tx, first, leads.iter().map(search_text).collect())?;
        }
        tags::list(tx, workspace, &tagged)?;
        log(tx, workspace, &leads)?;
        counts::recount(tx, workspace)
    };
    app.app.db.write(write).await.unwrap();
}

/// What the change sets did: to some leads several things, to some nothing. What came in with a merged lead does not count.
fn log(tx: &mut Tx, workspace: leadline::base::WorkspaceId, leads: &[Lead]) -> Result<()> {
    for table in [
        "delete from lead_activities where workspace_id = $1",
        "delete from lead_change_set_rows where workspace_id = $1",
    ] {
        tx.exec(table, &[&workspace])?;
    }
    let (mut deeds, mut rows) = (Vec::new(), Vec::new());
    for (number, lead) in (0_i64..).zip(leads) {
        let (id, set) = (lead.id.uuid(), SETS[usize::try_from(number).unwrap() % 3]);
        let kinds = [
            ("created", None, 2),
            ("updated", None, 5),
            ("updated", Some("/x"), 7),
        ];
        for (kind, origin, every) in kinds {
            if number % every == 0 {
                let origin = origin.map_or(Cell::Null, Cell::from);
                let entry = Uuid::from_u128(
                    id.as_u128()
                        ^ (u128::from(kind.len() as u64) << 8)
                        ^ u128::try_from(every).unwrap(),
                );
                deeds.push(vec![
                    workspace.0.into(),
                    id.into(),
                    entry.into(),
                    kind.into(),
                    "system".into(),
                    0_i64.into(),
                    set.into(),
                    origin,
                    Cell::RawJson("{}".into()),
                ]);
            }
        }
        let error = if number % 4 == 0 {
            "skipped".into()
        } else {
            Cell::Null
        };
        rows.push(vec![
            workspace.0.into(),
            set.into(),
            number.into(),
            id.into(),
            error,
        ]);
    }
    let columns = [
        "workspace_id",
        "lead_id",
        "id",
        "kind",
        "actor_kind",
        "at",
        "change_set_id",
        "origin",
        "data",
    ];
    tx.insert_many("lead_activities", &columns, &deeds)?;
    tx.insert_many(
        "lead_change_set_rows",
        &["workspace_id", "change_set_id", "seq", "lead_id", "error"],
        &rows,
    )?;
    Ok(())
}

const COLUMNS: [&str; 26] = [
    "workspace_id",
    "id",
    "pipeline_id",
    "stage_id",
    "position",
    "assigned_to",
    "name",
    "email",
    "phone",
    "company",
    "title",
    "source",
    "score",
    "value",
    "currency",
    "tags",
    "custom_fields",
    "search_text",
    "stage_changed_at",
    "converted_at",
    "created_at",
    "updated_at",
    "deleted_at",
    "email_hash",
    "phone_hash",
    "last_submission_at",
];

fn row(workspace: i64, lead: &Lead) -> Vec<Cell> {
    let text = |it: &Option<String>| it.as_deref().map_or(Cell::Null, Cell::from);
    let time = |it: Option<Timestamp>| it.map_or(Cell::Null, Cell::Time);
    let hash = |it: &Option<String>, hash: fn(&[u8; 16], &str) -> i64| {
        it.as_deref()
            .map_or(Cell::Null, |it| Cell::Int(hash(&KEY, it)))
    };
    vec![
        workspace.into(),
        lead.id.uuid().into(),
        lead.pipeline_id.into(),
        lead.stage_id.into(),
        0_i64.into(),
        lead.assigned_to.map_or(Cell::Null, Cell::Uuid),
        lead.name.as_str().into(),
        text(&lead.email),
        text(&lead.phone),
        text(&lead.company),
        text(&lead.title),
        lead.source.as_str().into(),
        lead.score.into(),
        lead.value.map_or(Cell::Null, |it| Cell::Int(it.0)),
        lead.currency.map_or(Cell::Null, |it| it.code().into()),
        Cell::RawJson(lead.tags.clone()),
        Cell::RawJson(lead.custom_fields.clone()),
        search_text(lead).into(),
        Cell::Time(lead.stage_changed_at),
        time(lead.converted_at),
        Cell::Time(lead.created_at),
        Cell::Time(lead.updated_at),
        time(lead.deleted_at),
        hash(&lead.email, leadline::leads::identity::email_hash),
        hash(&lead.phone, leadline::leads::identity::phone_hash),
        time(lead.last_submission_at),
    ]
}

const KEY: [u8; 16] = [9; 16];

/// What SQL chooses, once it is what memory chooses; or why the filter is refused.
async fn choose(
    app: &TestApp,
    round: &Round,
    filter: &(Map<String, Value>, Value),
    scope: usize,
) -> Found {
    let workspace = app.admin().workspace;
    let caller = Caller {
        workspace,
        workspace_public: Uuid::nil(),
        actor: Actor::User(ME),
        via: Via::Job,
        permissions: Permissions::all(),
        scope: [Scope::All, Scope::Own(ME), Scope::Team(vec![ME, OTHER])][scope].clone(),
        identity_key: KEY,
        idempotency: None,
    };
    let (now, filter) = (round.now, json_of(filter));
    let read = move |tx: &mut Tx| {
        let parsed: Filter = serde_json::from_value(filter.clone())
            .map_err(|err| Error::Internal(format!("{filter}: {err}")))?;
        let kept: Filter = serde_json::from_value(serde_json::to_value(&parsed).unwrap()).unwrap();
        assert_eq!(kept.fingerprint(), parsed.fingerprint(), "{filter}");
        let rule = parsed.rule(tx, &caller, now)?;
        let mut chosen = Chosen::bind_at(tx, kept, &caller, now)?;
        let ids: BTreeSet<Uuid> = list::ids(tx, &mut chosen, None, 1000)?
            .into_iter()
            .collect();
        let mut remembered = BTreeSet::new();
        let mut differing = Vec::new();
        for lead in all(tx, workspace)? {
            let there = lead.deleted_at.is_some() == parsed.deleted
                && caller.scope.admits(lead.assigned_to);
            if there && rule.matches(&lead.view()) {
                remembered.insert(lead.id.uuid());
            }
            if remembered.contains(&lead.id.uuid()) != ids.contains(&lead.id.uuid()) {
                differing.push(lead);
            }
        }
        let lead = differing
            .first()
            .map(|it| serde_json::to_string(it).unwrap());
        let (sql, memory) = (ids.len(), remembered.len());
        assert!(
            differing.is_empty(),
            "{:?}: {filter} at {now}: SQL finds {sql}, memory {memory}; they differ in {lead:?}\n{rule:?}",
            tx.engine()
        );
        counted(tx, &mut chosen, &ids)?;
        Ok(ids)
    };
    app.app
        .read(read)
        .await
        .map_err(|err: Error| err.to_string())
}

/// Totals and a list in another order go other ways to the same leads.
fn counted(tx: &mut Tx, chosen: &mut Chosen, ids: &BTreeSet<Uuid>) -> Result<()> {
    let total = total::of(tx, chosen, 0)?;
    assert!(
        total.capped || usize::try_from(total.n) == Ok(ids.len()),
        "{total:?} for {}",
        ids.len()
    );
    let window = Window {
        columns: WHOLE_LEADS,
        order: Order {
            by: SortBy::Score,
            descending: false,
        },
        after: None,
        skip: 0,
        limit: 1000,
    };
    let mut listed = BTreeSet::new();
    list::page(tx, chosen, &window, &mut |row| {
        listed.insert(row.uuid(0)?);
        Ok(())
    })?;
    assert_eq!(&listed, ids);
    Ok(())
}

fn all(tx: &mut Tx, workspace: leadline::base::WorkspaceId) -> Result<Vec<Lead>> {
    let mut sql = Sql::new("select ");
    sql.push(lead::COLUMNS)
        .push(" from leads where leads.workspace_id = ")
        .bind(workspace);
    Ok(tx.fetch(&sql)?)
}

/// PostgreSQL folds every letter there is as the program does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_folds_as_the_program_does() {
    let app = TestApp::start(Engine::Postgres).await;
    let read = |tx: &mut Tx| -> Result<()> {
        let letters: Vec<char> = ('\u{1}'..=char::MAX).collect();
        for some in letters.chunks(20_000) {
            let text: String = some.iter().flat_map(|it| [*it, '\n']).collect();
            let (folded,): (String,) = tx.one("select fold($1)", &[&text])?;
            assert!(
                folded == leadline::base::text::fold(&text),
                "from {:?} on",
                some[0]
            );
        }
        Ok(())
    };
    app.app.read(read).await.unwrap();
}
