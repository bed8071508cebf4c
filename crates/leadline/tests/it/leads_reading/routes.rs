//! Which indexes the statements of a list use: told by the engines themselves.

use leadline::{
    base::{Actor, Caller, Permissions, Result, Scope, Via, WorkspaceId},
    leads::{
        chosen::Chosen,
        filter::read_query,
        list::{Order, SortBy, WHOLE_LEADS, Window},
        list_sql,
        route::{self, Plan, Route},
    },
};
use serde_json::json;
use store::{Engine, Sql, Tx};
use uuid::Uuid;

use super::seed;
use crate::{harness::TestApp, on_both_engines};

/// What the engine says it will do.
fn plan(tx: &mut Tx, statement: &Sql) -> Result<String> {
    let (explain, column) = match tx.engine() {
        Engine::Sqlite => ("explain query plan ", 3),
        Engine::Postgres => ("explain ", 0),
    };
    let mut sql = Sql::new(explain);
    sql.append(statement);
    let mut lines = Vec::new();
    tx.fetch_each(&sql, |row| {
        lines.push(row.text(column)?.to_owned());
        Ok(())
    })?;
    Ok(lines.join("\n"))
}

fn chosen(tx: &mut Tx, workspace: WorkspaceId, query: &str) -> Result<Chosen> {
    let caller = Caller {
        workspace,
        workspace_public: Uuid::nil(),
        actor: Actor::System,
        via: Via::Job,
        permissions: Permissions::all(),
        scope: Scope::All,
        identity_key: [0; 16],
        idempotency: None,
    };
    let (filter, _) = read_query(Some(query), &[]).unwrap();
    Chosen::bind(tx, filter, &caller)
}

/// The same as a flat parameter, beside a condition that no index knows.
fn said(field: &str, op: &str, value: &str) -> String {
    let condition = json!({"all": [{"field": "name", "op": "isNotEmpty"}, {"field": field, "op": op, "value": value}]});
    serde_urlencoded::to_string([("where", condition.to_string())]).unwrap()
}

fn window(by: SortBy) -> Window {
    Window {
        columns: WHOLE_LEADS,
        order: Order {
            by,
            descending: true,
        },
        after: None,
        skip: 0,
        limit: 51,
    }
}

const SQLITE_LEADS_KEY: &str = "sqlite_autoindex_leads_1";

on_both_engines! {
    async fn each_way_is_by_its_index(app: TestApp) {
        let world = seed::world(&app, 1500).await;
        let (workspace, owner, stage) = (app.admin().workspace, world.people[0].user, world.stages[0]);
        let ways = [
            (String::new(), Route::All, SortBy::CreatedAt, ["leads_pkey", SQLITE_LEADS_KEY]),
            (format!("assignedTo={owner}"), Route::Owner, SortBy::CreatedAt, ["leads_by_owner"; 2]),
            ("source=api".into(), Route::Source, SortBy::CreatedAt, ["leads_by_source"; 2]),
            ("tag=hot".into(), Route::Tag(0), SortBy::CreatedAt, ["lead_tags_pkey", "lead_tags USING PRIMARY KEY"]),
            (format!("tag=hot&assignedTo={owner}"), Route::Tag(0), SortBy::CreatedAt, ["lead_tags_pkey", "lead_tags USING PRIMARY KEY"]),
            (format!("stageId={stage}"), Route::Stages(vec![stage]), SortBy::Position, ["leads_board"; 2]),
            ("email=lead1@gmail.com".into(), Route::Email, SortBy::CreatedAt, ["leads_by_email"; 2]),
            ("phone=%2B493012370001".into(), Route::Phone, SortBy::CreatedAt, ["leads_by_phone"; 2]),
            ("search=lovelace".into(), Route::Search, SortBy::CreatedAt, ["leads_search", "leads_search VIRTUAL TABLE"]),
            (said("owner", "is", &owner.to_string()), Route::Owner, SortBy::CreatedAt, ["leads_by_owner"; 2]),
            (said("source", "is", "api"), Route::Source, SortBy::CreatedAt, ["leads_by_source"; 2]),
            (said("tags", "has", "HOT"), Route::Tag(0), SortBy::CreatedAt, ["lead_tags_pkey", "lead_tags USING PRIMARY KEY"]),
            (said("stage", "is", &stage.to_string()), Route::Stages(vec![stage]), SortBy::Position, ["leads_board"; 2]),
            (said("email", "is", "LEAD1@gmail.com"), Route::Email, SortBy::CreatedAt, ["leads_by_email"; 2]),
            (said("phone", "is", "+49 30 123 70001"), Route::Phone, SortBy::CreatedAt, ["leads_by_phone"; 2]),
        ];
        let read = move |tx: &mut Tx| -> Result<()> {
            let engine = tx.engine();
            if engine == Engine::Postgres {
                // So few rows would be read from one end to the other.
                tx.script("set local enable_seqscan = off; set local enable_sort = off")?;
            }
            for (query, route, by, [postgres, sqlite]) in ways {
                let (chosen, window) = (chosen(tx, workspace, &query)?, window(by));
                let statement = match (&route, engine) {
                    (Route::Search, Engine::Sqlite) => list_sql::by_arrival(&chosen, &window),
                    (Route::Stages(_), _) => list_sql::column(engine, &chosen, &route, &window),
                    _ if route.is_by_id() => list_sql::by_id(engine, &chosen, &route, &window, None),
                    _ => list_sql::sorted(engine, &chosen, &route, &window),
                };
                let plan = plan(tx, &statement)?;
                let index = if engine == Engine::Postgres { postgres } else { sqlite };
                assert!(plan.contains(index), "{query}: {index} is not in\n{plan}\n{}", statement.text());
                if route.is_by_id() || by == SortBy::Position {
                    assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{query}: is sorted\n{plan}");
                }
            }
            Ok(())
        };
        app.app.db.write(move |tx| { many_more(tx)?; read(tx) }).await.unwrap();
    }

    async fn the_way_is_chosen_by_what_there_is(app: TestApp) {
        let world = seed::world(&app, 600).await;
        let (workspace, owner, stage) = (app.admin().workspace, world.people[0].user, world.stages[0]);
        let nobody = Uuid::from_u128(9);
        let read = move |tx: &mut Tx| -> Result<()> {
            for (query, expected) in [
                (String::new(), Plan::By(Route::All)),
                (format!("assignedTo={owner}"), Plan::By(Route::Owner)),
                ("source=api".into(), Plan::By(Route::Source)),
                (format!("source=api&assignedTo={nobody}"), Plan::Nothing),
                ("source=nowhere&tag=hot".into(), Plan::Nothing),
                ("tag=hot".into(), Plan::By(Route::Tag(0))),
                (format!("tag=hot&assignedTo={owner}"), Plan::By(Route::Tag(0))),
                ("tag=hot,rare+one".into(), Plan::By(Route::Tag(1))),
                (format!("stageId={stage}"), Plan::By(Route::Stages(vec![stage]))),
                (format!("stageId={nobody}"), Plan::Nothing),
                ("minScore=50".into(), Plan::By(Route::All)),
                // In a small workspace a walk is shorter than the search index.
                ("search=lovelace".into(), Plan::By(Route::All)),
                ("deleted=true&source=api".into(), Plan::By(Route::Trash)),
                (said("owner", "is", &owner.to_string()), Plan::By(Route::Owner)),
                (said("source", "is", "api"), Plan::By(Route::Source)),
                (said("tags", "has", "Hot"), Plan::By(Route::Tag(0))),
                (said("stage", "is", &nobody.to_string()), Plan::Nothing),
                (said("stage", "isNot", &nobody.to_string()), Plan::By(Route::All)),
            ] {
                let chosen = chosen(tx, workspace, &query)?;
                let plan = route::choose(tx, &chosen)?;
                let rare = matches!(plan, Plan::By(Route::Tag(_))) && query.contains("rare");
                assert!(plan == expected || rare, "{query}: {plan:?}");
            }
            Ok(())
        };
        app.app.read(read).await.unwrap();
    }
}

/// Twenty times as many leads, for a planner that would not bother with indexes for fewer.
fn many_more(tx: &mut Tx) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        tx.script(
            "insert into leads (workspace_id, id, pipeline_id, stage_id, position, name, source, tags, custom_fields,
                 search_text, stage_changed_at, created_at, updated_at)
             select workspace_id, gen_random_uuid(), pipeline_id, stage_id, position, name, source, tags, custom_fields,
                 md5(random()::text) || md5(random()::text), stage_changed_at, created_at, updated_at
             from leads cross join generate_series(1, 20)",
        )?;
    }
    Ok(tx.script("analyze")?)
}
