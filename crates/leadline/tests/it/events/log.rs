//! The log, and what the listeners hear of it.

use std::{
    sync::atomic::{AtomicI64, Ordering::SeqCst},
    time::Duration,
};

use leadline::{
    base::{Error, Result, WorkspaceId},
    events::{self, Event, Listener, Place, Recorded},
    jobs::{self, SweepAnswers},
};
use store::{Timestamp, Tx};
use uuid::Uuid;

use super::listening::happen;
use crate::{harness::TestApp, jobs::node::Node};

const ONE: WorkspaceId = WorkspaceId(1);
const TWO: WorkspaceId = WorkspaceId(2);

fn purged(lead: u128) -> Event {
    Event::LeadPurged {
        lead: Uuid::from_u128(lead),
    }
}

/// Writes down what it hears, and fails the first so many times.
struct Clerk {
    failures: AtomicI64,
}

impl Listener for Clerk {
    fn on(&self, tx: &mut Tx, event: &Recorded) -> Result<()> {
        let lead = event.event.lead().unwrap_or_default().as_u128();
        tx.exec(
            "insert into effects (name) values ($1)",
            &[&format!("{:02} {lead:04}", event.workspace.0)],
        )?;
        // At the end of a slice, so that there is something to undo.
        if lead % 100 == 99 && self.failures.fetch_sub(1, SeqCst) > 0 {
            return Err(Error::Internal("the clerk dropped the pen".to_owned()));
        }
        Ok(())
    }
}

struct Row {
    workspace_id: i64,
    place: Place,
    kind: String,
    at: Timestamp,
}

async fn rows(node: &Node) -> Vec<Row> {
    node.write(|tx| {
        let mut rows = Vec::new();
        tx.each(
            "select workspace_id, epoch, seq, kind, at from events order by epoch, seq",
            &[],
            |row| {
                let place = Place {
                    epoch: row.int(1)?,
                    seq: row.int(2)?,
                };
                rows.push(Row {
                    workspace_id: row.int(0)?,
                    place,
                    kind: row.text(3)?.to_owned(),
                    at: row.time(4)?,
                });
                Ok(())
            },
        )?;
        Ok(rows)
    })
    .await
}

async fn record(node: &Node, workspace: WorkspaceId, leads: std::ops::Range<u128>) {
    let written = node.app.db.write(move |tx| {
        for lead in leads {
            events::record(tx, workspace, None, None, &purged(lead))?;
        }
        Ok::<_, Error>(())
    });
    written.await.unwrap();
}

crate::on_both_engines! {
    async fn events_of_a_commit_stand_in_order_with_one_job(node: Node) {
        record(&node, ONE, 0..3).await;
        node.clock.advance(Duration::from_secs(1));
        record(&node, TWO, 3..5).await;
        let rows = rows(&node).await;
        let workspaces: Vec<i64> = rows.iter().map(|it| it.workspace_id).collect();
        assert_eq!(workspaces, [1, 1, 1, 2, 2]);
        assert!(rows.iter().all(|it| it.kind == "lead.purged"));
        assert!(rows.windows(2).all(|it| it[0].place < it[1].place));
        assert_eq!(rows[0].place.epoch, rows[2].place.epoch);
        assert_eq!(rows[3].at.since(rows[2].at), Duration::from_secs(1));
        assert_eq!(node.jobs().await.len(), 2, "one job a commit");
    }

    async fn what_is_undone_did_not_happen(node: Node) {
        let failed = node.app.db.write(|tx| {
            events::record(tx, ONE, None, None, &purged(1))?;
            Err::<(), _>(Error::NotFound("lead"))
        });
        assert!(failed.await.is_err());
        let partly = node.app.db.write(|tx| {
            let undone = tx.attempt(|tx| {
                events::record(tx, ONE, None, None, &purged(2))?;
                Err::<(), _>(Error::NotFound("lead"))
            });
            assert!(undone.is_err());
            events::record(tx, ONE, None, None, &purged(3))
        });
        partly.await.unwrap();
        assert_eq!(rows(&node).await.len(), 1);
        assert_eq!(node.jobs().await.len(), 1);
    }

    async fn every_listener_hears_of_every_event_once(node: Node) {
        node.with_effects().await;
        record(&node, ONE, 0..450).await;
        record(&node, TWO, 450..452).await;
        let clerks: Vec<Box<dyn Listener>> = vec![
            Box::new(Clerk { failures: AtomicI64::new(2) }),
            Box::new(Clerk { failures: AtomicI64::new(0) }),
        ];
        let kinds = events::job_kinds(clerks);
        for _ in 0..4 {
            node.work(&kinds).await;
            node.clock.advance(Duration::from_mins(1));
        }
        let expected: Vec<String> = (0..450).map(|it| format!("01 {it:04}")).chain((450..452).map(|it| format!("02 {it:04}"))).collect();
        let heard = node.effects().await;
        let once: Vec<String> = heard.iter().step_by(2).cloned().collect();
        assert_eq!(once, expected);
        assert_eq!(heard.len(), 2 * expected.len());
        assert_eq!(node.jobs().await, []);
    }

    async fn units_of_one_commit_share_it(node: Node) {
        node.with_effects().await;
        let writes = (0..200_u128).map(|lead| {
            let workspace = if lead % 2 == 0 { ONE } else { TWO };
            node.app.db.write(move |tx| events::record(tx, workspace, None, None, &purged(lead * 100)))
        });
        for written in futures_util::future::join_all(writes).await {
            written.unwrap();
        }
        let commits: std::collections::BTreeSet<i64> = rows(&node).await.iter().map(|it| it.place.epoch).collect();
        assert_eq!(rows(&node).await.len(), 200);
        if node.engine == store::Engine::Postgres {
            assert_eq!(node.jobs().await.len(), commits.len());
        } else {
            assert!(node.jobs().await.len() < 200, "commits were shared");
        }
        node.work(&events::job_kinds(vec![Box::new(Clerk { failures: AtomicI64::new(0) })])).await;
        assert_eq!(node.effects().await.len(), 200);
    }

    async fn old_events_and_answers_go(app: TestApp) {
        let workspace = app.admin().workspace;
        for lead in 0..3 {
            happen(&app, workspace, lead, None, None).await;
            app.clock.advance(Duration::from_hours(24 * 3));
        }
        app.work().await;
        let count = async |sql: &'static str| {
            let rows = app.app.db.read(move |tx| tx.all::<(i64,)>(sql, &[])).await;
            let rows: std::result::Result<_, store::Error> = rows;
            rows.unwrap()[0].0
        };
        app.app.db.write(move |tx| {
            for age in [1, 23, 25] {
                let (id, at) = (tx.id(), tx.now().minus(Duration::from_hours(age)));
                tx.exec("insert into idempotent_answers (workspace_id, caller_id, key, fingerprint, status, headers, body, created_at)
                         values ($1, $2, 'k', $3, 200, '[]', $3, $4)", &[&workspace, &id, &vec![1_u8], &at])?;
            }
            jobs::Enqueue::new(&SweepAnswers::default()).insert(tx)?;
            jobs::Enqueue::of("events.sweep", &serde_json::json!({})).insert(tx)
        }).await.unwrap();
        app.work().await;
        assert_eq!(count("select count(*) from events").await, 2, "seven days are kept");
        assert_eq!(count("select count(*) from idempotent_answers").await, 2);
    }
}
