//! `GET /events`.

use std::{sync::mpsc, time::Duration};

use leadline::{
    base::Permission,
    events::{self, Event, Tailer, TailerHandle},
    server,
};
use serde_json::json;
use store::{Clock, Engine};
use uuid::Uuid;

use super::listening::{Frame, Listening, happen, lead};
use crate::harness::{Client, Given, START_MS, TestApp};

/// An app whose log is read.
struct Streaming {
    app: TestApp,
    tailer: Option<TailerHandle>,
}

impl Given for Streaming {
    async fn start(engine: Engine) -> Streaming {
        let app = TestApp::start_with(engine, |config| config.events.heartbeat_s = 1).await;
        let tailer = Some(Tailer::start(app.app.clone()));
        Streaming { app, tailer }
    }
}

impl Streaming {
    async fn happen(&self, lead: u128) {
        happen(&self.app, self.app.admin().workspace, lead, None, None).await;
    }

    /// Nothing of this is about jobs.
    async fn end(self) {
        self.app.work().await;
        if let Some(tailer) = self.tailer {
            tailer.stop().await;
        }
    }
}

fn leads(frames: &[Frame]) -> Vec<u128> {
    frames.iter().map(lead).collect()
}

crate::on_both_engines! {
    async fn what_happens_is_told_as_it_happens(it: Streaming) {
        let mut listening = Listening::from_now(it.app.get("/events")).await;
        let (workspace, person) = (it.app.admin().workspace, it.app.admin().user);
        let event = Event::LeadAssigned { lead: Uuid::from_u128(7), version: 4, from: None, to: Some(person), change_set: None };
        it.app.app.db.write(move |tx| events::record(tx, workspace, Some(person), None, &event)).await.unwrap();
        let frame = listening.event().await;
        assert_eq!(frame.event, "lead.assigned");
        assert_eq!(frame.data, json!({
            "id": frame.id,
            "type": "lead.assigned",
            "at": "2026-01-05T12:00:00.000Z",
            "leadId": Uuid::from_u128(7),
            "data": { "lead": Uuid::from_u128(7), "version": 4, "from": null, "to": person, "changeSet": null },
        }));
        for number in 0..50 {
            it.happen(number).await;
        }
        for number in 0..50 {
            assert_eq!(lead(&listening.event().await), number);
        }
        it.end().await;
    }

    async fn a_stream_goes_on_where_it_broke_off(it: Streaming) {
        let mut listening = Listening::from_now(it.app.get("/events")).await;
        for number in 0..3 {
            it.happen(number).await;
        }
        let first = listening.event().await;
        drop(listening);
        for number in 3..500 {
            it.happen(number).await;
        }
        let mut resumed = Listening::open(it.app.get("/events").header("last-event-id", &first.id)).await;
        for number in 1..500 {
            assert_eq!(lead(&resumed.event().await), number);
        }
        it.happen(500).await;
        let last = resumed.event().await;
        assert_eq!(lead(&last), 500);
        let mut again = Listening::open(it.app.get(format!("/events?after={}", last.id))).await;
        it.happen(501).await;
        assert_eq!(lead(&again.event().await), 501);
        it.end().await;
    }

    async fn while_events_pour_in_none_is_lost_or_told_twice(it: Streaming) {
        let mut listening = Listening::from_now(it.app.get("/events")).await;
        it.happen(0).await;
        let first = listening.event().await;
        let (db, workspace) = (it.app.app.db.clone(), it.app.admin().workspace);
        let pouring = tokio::spawn(async move {
            for start in (1..800_u128).step_by(8) {
                let writes = (start..start + 8).map(|lead| {
                    let event = Event::LeadPurged { lead: Uuid::from_u128(lead) };
                    db.write(move |tx| events::record(tx, workspace, None, None, &event))
                });
                for written in futures_util::future::join_all(writes).await {
                    written.unwrap();
                }
            }
        });
        // One listens all along; others join in the middle from where it began.
        let mut all = Vec::new();
        while all.len() < 400 {
            all.push(listening.event().await);
        }
        let mut second = Listening::open(it.app.get("/events").header("last-event-id", &first.id)).await;
        while all.len() < 800 {
            all.push(listening.event().await);
        }
        let mut theirs = Vec::new();
        while theirs.len() < 800 {
            theirs.push(second.event().await);
        }
        pouring.await.unwrap();
        assert_eq!(all, theirs, "both in one order");
        let mut numbers = leads(&all);
        numbers.sort_unstable();
        assert_eq!(numbers, (1..801).collect::<Vec<u128>>());
        it.end().await;
    }

    async fn only_wanted_types_are_told(it: Streaming) {
        let mut listening = Listening::from_now(it.app.get("/events?types=fields.changed,lead.created")).await;
        it.happen(1).await;
        let workspace = it.app.admin().workspace;
        it.app.app.db.write(move |tx| events::record(tx, workspace, None, None, &Event::FieldsChanged {})).await.unwrap();
        let frame = listening.event().await;
        assert_eq!((frame.event.as_str(), &frame.data["leadId"]), ("fields.changed", &json!(null)));
        it.end().await;
    }

    async fn what_cannot_be_resumed_is_said(it: Streaming) {
        for (path, field) in [
            ("/events?after=yesterday", "after"),
            ("/events?types=lead.eaten", "types"),
            ("/events?since=1", "since"),
        ] {
            let body = it.app.get(path).await.status(422);
            assert!(body["errors"][field].is_array(), "{body}");
        }
        it.app.get("/events").header("last-event-id", "?").await.status(422);
        it.happen(1).await;
        let mut listening = Listening::from_now(it.app.get("/events")).await;
        it.happen(2).await;
        // Where another transaction is open, what was told just before is told again: its place is not settled yet.
        let id = loop {
            let frame = listening.event().await;
            if lead(&frame) == 2 {
                break frame.id;
            }
        };
        // From a time that is not kept any more, and from a future that this database has not had.
        it.app.clock.advance(Duration::from_hours(24 * 8));
        for cursor in [id, format!("999999999-1-{}", START_MS + 8 * 24 * 3_600_000)] {
            let mut listening = Listening::open(it.app.get("/events").header("last-event-id", cursor)).await;
            let reset = listening.event().await;
            assert_eq!(reset.event, "reset");
            it.happen(3).await;
            assert_eq!(lead(&listening.event().await), 3);
            let mut resumed = Listening::open(it.app.get("/events").header("last-event-id", &reset.id)).await;
            assert_eq!(lead(&resumed.event().await), 3);
        }
        it.end().await;
    }

    async fn everybody_sees_what_is_theirs_to_see(it: Streaming) {
        it.app.stranger().get("/events").await.status(401);
        it.app.add_key(&[Permission::KeysManage]).await.get("/events").await.status(403);
        let (mine, theirs) = (it.app.admin().workspace, it.app.add_workspace("Other").await);
        let (me, other) = (it.app.add_person("sales").await, Uuid::from_u128(99));
        // A scope of one's own leads.
        let own = it.app.app.db.write(move |tx| tx.exec("update roles set scope = 'own' where workspace_id = $1 and key = 'sales'", &[&mine]));
        let own: Result<u64, store::Error> = own.await;
        own.unwrap();
        let mut admin = Listening::from_now(it.app.get("/events")).await;
        let mut stream = Listening::from_now(me.get("/events")).await;
        let mut elsewhere = Listening::from_now(theirs.get("/events")).await;
        for (number, owner, former) in [
            (1, Some(me.user), Some(me.user)),
            (2, Some(other), Some(other)),
            (3, Some(other), Some(me.user)),
            (4, None, None),
            (5, Some(me.user), Some(other)),
        ] {
            happen(&it.app, mine, number, owner, former).await;
        }
        happen(&it.app, theirs.workspace, 6, None, None).await;
        let seen = [stream.event().await, stream.event().await, stream.event().await];
        assert_eq!(leads(&seen), [1, 3, 5]);
        assert_eq!(seen[1].data["left"], true);
        assert!(seen[1].data.get("data").is_none());
        assert!(seen[0].data.get("left").is_none() && seen[2].data["data"]["lead"].is_string());
        for number in 1..=5 {
            assert_eq!(lead(&admin.event().await), number);
        }
        assert_eq!(lead(&elsewhere.event().await), 6);
        it.end().await;
    }

    async fn a_quiet_stream_gives_signs_of_life_and_ends_with_its_session(it: Streaming) {
        let person = it.app.add_person("viewer").await;
        let mut listening = Listening::from_now(person.get("/events")).await;
        let beat = listening.next().await.unwrap();
        assert_eq!(beat.comment, "heartbeat");
        // It can be resumed from there.
        it.happen(1).await;
        let mut resumed = Listening::open(it.app.get("/events").header("last-event-id", &beat.id)).await;
        assert_eq!(lead(&resumed.event().await), 1);
        person.delete("/session").await.status(204);
        let rest = listening.rest().await;
        assert!(rest.iter().all(|it| it.event != "lead.created"), "{rest:?}");
        it.end().await;
    }

    async fn who_stands_still_is_cut_off_and_who_reads_on_gets_everything(it: Streaming) {
        let mut still = Listening::from_now(it.app.get("/events")).await;
        let mut live = Listening::from_now(it.app.get("/events")).await;
        it.happen(0).await;
        let first = still.event().await;
        assert_eq!(live.event().await, first);
        let (db, workspace) = (it.app.app.db.clone(), it.app.admin().workspace);
        for start in (1..3001_u128).step_by(500) {
            let written = db.write(move |tx| {
                for lead in start..start + 500 {
                    events::record(tx, workspace, None, None, &Event::LeadPurged { lead: Uuid::from_u128(lead) })?;
                }
                Ok::<_, leadline::base::Error>(())
            });
            written.await.unwrap();
        }
        let mut resumed = Listening::open(it.app.get("/events").header("last-event-id", &first.id)).await;
        for number in 1..=3000 {
            assert_eq!(lead(&live.event().await), number);
            assert_eq!(lead(&resumed.event().await), number);
        }
        // Longer than a heartbeat.
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let got = still.rest().await;
        assert!(got.len() < 3000, "{} were kept for it", got.len());
        it.end().await;
    }

    async fn a_stop_ends_the_streams(given: Streaming) {
        let mut it = given;
        let mut listening = Listening::from_now(it.app.get("/events")).await;
        it.tailer.take().unwrap().stop().await;
        assert_eq!(listening.rest().await, []);
        it.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_tell_each_others_events() {
    let it = Streaming::start(Engine::Postgres).await;
    let config = it.app.app.config.clone();
    let second = server::open(config, Clock::manual(START_MS)).await.unwrap();
    let tailer = Tailer::start(second.clone());
    // The same session, at the other node.
    let there: Client = it.app.admin().client.at(server::router(&second));
    let mut here = Listening::from_now(it.app.get("/events")).await;
    let mut listening = Listening::from_now(there.get("/events")).await;
    let workspace = it.app.admin().workspace;
    for number in 0..20 {
        let event = Event::LeadPurged {
            lead: Uuid::from_u128(number),
        };
        let db = if number % 2 == 0 {
            &it.app.app.db
        } else {
            &second.db
        };
        db.write(move |tx| events::record(tx, workspace, None, None, &event))
            .await
            .unwrap();
    }
    for number in 0..20 {
        assert_eq!(lead(&listening.event().await), number);
        assert_eq!(lead(&here.event().await), number);
    }
    tailer.stop().await;
    it.end().await;
    second.db.close().await;
}

/// A transaction that began to write first and commits last must not be skipped by those who read in between.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_comes_late_is_not_skipped() {
    let it = Streaming::start(Engine::Postgres).await;
    let mut listening = Listening::from_now(it.app.get("/events")).await;
    let workspace = it.app.admin().workspace;
    let (go, wait) = mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let late = it.app.app.db.write(move |tx| {
        // This gives the transaction its number.
        tx.exec(
            "update workspaces set name = name where id = $1",
            &[&workspace],
        )?;
        let _ = begun.send(());
        let _ = wait.recv_timeout(Duration::from_secs(10));
        events::record(
            tx,
            workspace,
            None,
            None,
            &Event::LeadPurged {
                lead: Uuid::from_u128(1),
            },
        )
    });
    let late = tokio::spawn(late);
    has_begun.await.unwrap();
    it.happen(2).await;
    it.happen(3).await;
    // Heartbeats only: the order is not settled yet.
    assert_eq!(listening.next().await.unwrap().comment, "heartbeat");
    go.send(()).unwrap();
    late.await.unwrap().unwrap();
    for number in 1..=3 {
        assert_eq!(lead(&listening.event().await), number);
    }
    it.end().await;
}
