//! Migrations, the real ones and small ones.

use store::{
    Engine, Error, Options, Result,
    migrate::{self, Migration, Report, Status},
};

use crate::support::{Fresh, engines, open, wants_postgres};

const START: Migration = Migration {
    version: 1,
    name: "start",
    sql: include_str!("../../../../migrations/0001_start.sql"),
};

const ONE: Migration = Migration {
    version: 1,
    name: "one",
    sql: "create table a (id bigint not null primary key, ok boolean not null);\ninsert into a (id, ok) values (1, true);\n",
};
const TWO: Migration = Migration {
    version: 2,
    name: "two",
    sql: "alter table a add column more jsonb;\n",
};
const BROKEN: Migration = Migration {
    version: 2,
    name: "broken",
    sql: "insert into a (id, ok) values (2, true);\ncreate nonsense;\n",
};

async fn run(options: &Options, migrations: &'static [Migration]) -> Result<Report> {
    let options = options.clone();
    tokio::task::spawn_blocking(move || migrate::run(&options, migrations))
        .await
        .unwrap()
}

async fn status(options: &Options, migrations: &'static [Migration]) -> Result<Status> {
    let options = options.clone();
    tokio::task::spawn_blocking(move || migrate::status(&options, migrations))
        .await
        .unwrap()
}

#[tokio::test]
async fn the_product_s_schema_runs_on_both_engines() {
    for make in engines() {
        let fresh = make();
        assert_eq!(run(&fresh.options, &[START]).await.unwrap().applied, [1]);
        assert_eq!(run(&fresh.options, &[START]).await.unwrap().applied, [0; 0]);
        let db = open(fresh.options.clone()).await;
        let (n,): (i64,) = db
            .read(|tx| tx.one("select count(*) from leads", &[]))
            .await
            .unwrap();
        assert_eq!(n, 0);
        db.close().await;
    }
}

#[tokio::test]
async fn steps_are_taken_once_and_in_order() {
    for make in engines() {
        let fresh = make();
        assert_eq!(
            status(&fresh.options, &[ONE, TWO]).await,
            Ok(Status {
                version: 0,
                pending: vec![1, 2]
            })
        );
        assert_eq!(
            run(&fresh.options, &[ONE]).await,
            Ok(Report {
                applied: vec![1],
                copy: None
            })
        );
        assert_eq!(
            status(&fresh.options, &[ONE, TWO]).await,
            Ok(Status {
                version: 1,
                pending: vec![2]
            })
        );
        let report = run(&fresh.options, &[ONE, TWO]).await.unwrap();
        assert_eq!(report.applied, [2]);
        assert_eq!(report.copy.is_some(), fresh.engine == Engine::Sqlite);
        if let Some(copy) = report.copy {
            assert!(
                copy.to_string_lossy().ends_with("test.db.before-0002"),
                "{copy:?}"
            );
            let before = Options::new(format!("sqlite:{}", copy.display()));
            assert_eq!(status(&before, &[ONE, TWO]).await.unwrap().version, 1);
        }
        assert_eq!(
            status(&fresh.options, &[ONE, TWO]).await,
            Ok(Status {
                version: 2,
                pending: vec![]
            })
        );
    }
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing_of_itself() {
    for make in engines() {
        let fresh = make();
        run(&fresh.options, &[ONE]).await.unwrap();
        assert!(run(&fresh.options, &[ONE, BROKEN]).await.is_err());
        assert_eq!(run(&fresh.options, &[ONE, TWO]).await.unwrap().applied, [2]);
        let db = open(fresh.options.clone()).await;
        let (n,): (i64,) = db
            .read(|tx| tx.one("select count(*) from a", &[]))
            .await
            .unwrap();
        assert_eq!(n, 1);
        db.close().await;
    }
}

#[tokio::test]
async fn schemas_that_are_not_ours_are_refused() {
    const CHANGED: Migration = Migration {
        version: 1,
        name: "one",
        sql: "create table a (id bigint);\n",
    };
    for make in engines() {
        let fresh = make();
        run(&fresh.options, &[ONE, TWO]).await.unwrap();
        for (migrations, said) in [
            (&[ONE] as &'static [Migration], "newer"),
            (&[CHANGED, TWO], "changed"),
        ] {
            for result in [
                run(&fresh.options, migrations).await.map(drop),
                status(&fresh.options, migrations).await.map(drop),
            ] {
                let Err(Error::Database(text)) = result else {
                    panic!("{said}: {result:?}")
                };
                assert!(text.contains(said), "{text}");
            }
        }
        let strange = make();
        strange.open().await.close().await;
        let Err(Error::Database(text)) = run(&strange.options, &[ONE]).await else {
            panic!("tables of others")
        };
        assert!(text.contains("no record of migrations"), "{text}");
    }
}

#[tokio::test]
async fn a_step_may_not_leave_rows_that_refer_to_nothing() {
    const KEYS: Migration = Migration {
        version: 1,
        name: "keys",
        sql: "create table a (id bigint not null primary key);\n\
              create table b (id bigint not null primary key references a (id));\n\
              insert into b (id) values (7);\n",
    };
    for make in engines() {
        let fresh = make();
        assert!(run(&fresh.options, &[KEYS]).await.is_err());
        assert_eq!(status(&fresh.options, &[KEYS]).await.unwrap().version, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_together_take_turns() {
    if !wants_postgres() {
        return;
    }
    let fresh = Fresh::postgres();
    let nodes: Vec<_> = (0..4)
        .map(|_| {
            let options = fresh.options.clone();
            tokio::task::spawn_blocking(move || {
                migrate::run(&options, &[ONE, TWO]).unwrap().applied
            })
        })
        .collect();
    let mut applied = Vec::new();
    for node in nodes {
        applied.extend(node.await.unwrap());
    }
    applied.sort_unstable();
    assert_eq!(applied, [1, 2]);
}
