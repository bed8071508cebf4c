//! What becomes of jobs, with a clock moved by hand.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};

use leadline::jobs::{self, Context, Enqueue, Failure, Job, Priority};
use serde::{Deserialize, Serialize};
use store::Timestamp;
use tokio::sync::Notify;

use super::node::{Node, Task, effect, listing, ran, tasks};

fn failing() -> Vec<jobs::Kind> {
    tasks(|_, _| std::future::ready(Err(Failure::Again("no answer".to_owned()))))
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Daily {}

impl Job for Daily {
    const KIND: &'static str = "test.daily";

    async fn run(self, _: Context) -> Result<(), Failure> {
        Err(Failure::Never("not today".to_owned()))
    }
}

crate::on_both_engines! {
    async fn a_job_runs_when_it_is_due_and_is_gone(node: Node) {
        let (kinds, list) = listing();
        node.queue("now", |it| it).await;
        node.queue("later", |it| it.after(Duration::from_secs(90))).await;
        assert_eq!(node.work(&kinds).await, 1);
        node.clock.advance(Duration::from_secs(89));
        assert_eq!(node.work(&kinds).await, 0);
        node.clock.advance(Duration::from_secs(1));
        assert_eq!(node.work(&kinds).await, 1);
        assert_eq!(ran(&list), ["now", "later"]);
        assert_eq!(node.jobs().await, []);
    }

    async fn a_unit_that_fails_queues_nothing(node: Node) {
        let failed: Result<(), store::Error> = node.app.db.write(|tx| {
            Enqueue::of("test.task", &Task::default()).insert(tx)?;
            Err(store::Error::NotFound)
        }).await;
        assert!(failed.is_err());
        assert_eq!(node.jobs().await, []);
    }

    async fn a_failing_job_waits_longer_each_time_and_is_given_up_at_last(node: Node) {
        let id = node.queue("x", |it| it.max_attempts(3)).await;
        let kinds = failing();
        let mut waits = Vec::new();
        for attempt in 1..=2 {
            assert_eq!(node.work(&kinds).await, 1);
            let job = node.job(id).await.unwrap();
            assert_eq!((job.state.as_str(), job.attempt), ("ready", attempt));
            waits.push(job.run_at.since(node.now()));
            node.clock.set(job.run_at.0 - 1);
            assert_eq!(node.work(&kinds).await, 0, "not before its time");
            node.clock.set(job.run_at.0);
        }
        assert_eq!(node.work(&kinds).await, 1);
        let dead = node.job(id).await.unwrap();
        assert_eq!((dead.state.as_str(), dead.attempt, dead.last_error.as_deref()), ("dead", 3, Some("no answer")));
        node.clock.advance(Duration::from_hours(48));
        assert_eq!(node.work(&kinds).await, 0);
        assert!(waits[0] >= Duration::from_secs(4) && waits[0] <= Duration::from_secs(6), "{waits:?}");
        assert!(waits[1] >= Duration::from_secs(8) && waits[1] <= Duration::from_secs(12), "{waits:?}");
    }

    async fn a_job_says_when_to_try_again_or_that_it_is_hopeless(node: Node) {
        let at = Timestamp(node.now().0 + 1234);
        let later = node.queue("later", |it| it).await;
        let never = node.queue("never", |it| it).await;
        node.work(&tasks(move |task, _| std::future::ready(Err(match task.name.as_str() {
            "later" => Failure::Later(at, "asked to wait".to_owned()),
            _ => Failure::Never("gone".to_owned()),
        })))).await;
        assert_eq!(node.job(later).await.unwrap().run_at, at);
        assert_eq!(node.job(never).await.unwrap().state, "dead");
    }

    async fn a_panic_is_a_failed_attempt(node: Node) {
        let id = node.queue("x", |it| it).await;
        let kinds = tasks(|_, context| {
            assert!(context.attempt() > 1, "the first attempt panics");
            std::future::ready(Ok(()))
        });
        node.work(&kinds).await;
        let job = node.job(id).await.unwrap();
        assert_eq!((job.attempt, job.last_error.as_deref()), (1, Some("panicked")));
        node.clock.set(job.run_at.0);
        node.work(&kinds).await;
        assert_eq!(node.jobs().await, []);
    }

    async fn an_unfinished_job_keeps_its_key_to_itself(node: Node) {
        let first = node.queue("one", |it| it.key("k")).await;
        let second = node.queue("two", |it| it.key("k")).await;
        let other = node.queue("three", |it| it.key("other")).await;
        assert_eq!(first, second);
        assert_ne!(first, other);
        let (kinds, list) = listing();
        assert_eq!(node.work(&kinds).await, 2);
        assert_eq!(ran(&list), ["one", "three"]);
        assert_ne!(node.queue("four", |it| it.key("k")).await, first);
        node.work(&failing_for_good()).await;
        // What was given up does not stand in the way.
        node.queue("five", |it| it.key("k")).await;
        assert_eq!(node.work(&kinds).await, 1);
        assert_eq!(ran(&list), ["one", "three", "five"]);
    }

    async fn many_jobs_are_queued_at_once(node: Node) {
        let ids = node.write(|tx| {
            let jobs = (0..300).map(|it| {
                let task = Task { name: format!("{it:03}") };
                let job = Enqueue::of("test.task", &task);
                if it % 100 == 0 { job.key("hundreds") } else { job }
            });
            jobs::insert_all(tx, jobs.collect())
        }).await;
        assert_eq!(ids.len(), 300);
        let (kinds, list) = listing();
        assert_eq!(node.work(&kinds).await, 298);
        assert_eq!(ran(&list).len(), 298);
    }

    async fn the_urgent_go_first_then_the_oldest(node: Node) {
        let at = node.now();
        for (name, priority, age) in [
            ("w", Priority::Whenever, 9),
            ("n2", Priority::Normal, 1),
            ("n1", Priority::Normal, 2),
            ("u", Priority::Urgent, 0),
        ] {
            node.queue(name, move |it| it.priority(priority).at(at.minus(Duration::from_secs(age)))).await;
        }
        let (kinds, list) = listing();
        node.work(&kinds).await;
        assert_eq!(ran(&list), ["u", "n1", "n2", "w"]);
    }

    async fn a_lane_goes_one_by_one_in_order(node: Node) {
        let at = node.now();
        for number in (0..5).rev() {
            node.queue(&number.to_string(), move |it| it.lane("a", 1).at(Timestamp(at.0 - 100 + number))).await;
        }
        node.queue("free", |it| it).await;
        let (kinds, list) = listing();
        assert_eq!(node.work(&kinds).await, 6);
        let lane: Vec<String> = ran(&list).into_iter().filter(|it| it != "free").collect();
        assert_eq!(lane, ["0", "1", "2", "3", "4"]);
        assert_eq!(node.jobs().await, []);
    }

    async fn a_lane_goes_on_after_failures_and_dead_nodes(node: Node) {
        for name in ["a", "b", "c"] {
            node.queue(name, |it| it.lane("l", 1).max_attempts(1)).await;
        }
        // A node claims the first and is not heard of again.
        node.write(|tx| {
            let until = tx.now().plus(Duration::from_mins(1));
            let owner = tx.id();
            tx.exec("update jobs set state = 'running', attempt = 1, lease_until = $1, lease_owner = $2
                     where id = (select id from jobs order by id limit 1)", &[&until, &owner])
        }).await;
        let (kinds, list) = listing();
        assert_eq!(node.work(&kinds).await, 0, "the lane is full");
        let parked = node.jobs().await.iter().filter(|it| it.state == "parked").count();
        assert_eq!(parked, 2);
        node.clock.advance(Duration::from_secs(61));
        assert_eq!(node.work(&kinds).await, 2);
        assert_eq!(ran(&list), ["b", "c"]);
        let states: Vec<String> = node.jobs().await.into_iter().map(|it| it.state).collect();
        assert_eq!(states, ["dead"], "its one attempt was used up");
    }

    async fn what_a_dead_node_had_in_hand_is_taken_over_when_its_lease_ends(node: Node) {
        let id = node.queue("x", |it| it).await;
        node.write(|tx| {
            let until = tx.now().plus(Duration::from_mins(1));
            let owner = tx.id();
            tx.exec("update jobs set state = 'running', attempt = 1, lease_until = $1, lease_owner = $2", &[&until, &owner])
        }).await;
        let attempts = Arc::new(AtomicI64::new(0));
        let seen = attempts.clone();
        let kinds = tasks(move |_, context| {
            seen.store(context.attempt(), SeqCst);
            std::future::ready(Ok(()))
        });
        node.clock.advance(Duration::from_mins(1));
        assert_eq!(node.work(&kinds).await, 0, "the lease still holds");
        node.clock.advance(Duration::from_millis(1));
        assert_eq!(node.work(&kinds).await, 1);
        assert_eq!((attempts.load(SeqCst), node.job(id).await), (2, None));
    }

    async fn of_two_runs_of_a_job_one_takes_effect(node: Node) {
        node.with_effects().await;
        node.queue("x", |it| it).await;
        let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (tell, wait) = (begun.clone(), go.clone());
        let kinds = tasks(move |task, context| {
            let (tell, wait) = (tell.clone(), wait.clone());
            async move {
                if context.attempt() == 1 {
                    tell.notify_one();
                    wait.notified().await;
                }
                context.complete_with(effect(&format!("{}{}", task.name, context.attempt()))).await
            }
        });
        let slow = tokio::spawn({
            let (node, kinds) = (node.clone(), kinds.clone());
            async move { node.work(&kinds).await }
        });
        begun.notified().await;
        node.clock.advance(Duration::from_secs(61));
        assert_eq!(node.work(&kinds).await, 1);
        go.notify_one();
        slow.await.unwrap();
        assert_eq!(node.effects().await, ["x2"]);
        assert_eq!(node.jobs().await, []);
    }

    async fn an_effect_that_is_written_stays_when_the_job_fails_afterwards(node: Node) {
        node.with_effects().await;
        node.queue("x", |it| it).await;
        let kinds = tasks(|task, context| async move {
            context.complete_with(effect(&task.name)).await?;
            Err(Failure::Again("too late to matter".to_owned()))
        });
        assert_eq!(node.work(&kinds).await, 1);
        assert_eq!((node.effects().await, node.jobs().await), (vec!["x".to_owned()], vec![]));
    }

    async fn an_effect_that_fails_leaves_the_job(node: Node) {
        node.with_effects().await;
        let id = node.queue("x", |it| it).await;
        let kinds = tasks(|_, context| async move {
            context.complete_with(|_| Err::<(), _>(leadline::base::Error::NotFound("lead"))).await
        });
        assert_eq!(node.work(&kinds).await, 1);
        assert_eq!(node.effects().await.len(), 0);
        assert_eq!(node.job(id).await.unwrap().last_error.as_deref(), Some("no such lead"));
    }

    async fn a_long_job_goes_on_where_it_was(node: Node) {
        node.with_effects().await;
        node.queue("1", |it| it).await;
        let kinds = tasks(|task, context| async move {
            let next = Task { name: (task.name.parse::<i64>().unwrap() + 1).to_string() };
            if task.name == "3" {
                return context.complete_with(effect("3")).await;
            }
            context.advance_with(next, effect(&task.name)).await?;
            Err(Failure::Again("the node went away".to_owned()))
        });
        for _ in 0..3 {
            node.work(&kinds).await;
            node.clock.advance(Duration::from_mins(1));
        }
        assert_eq!(node.effects().await, ["1", "2", "3"]);
        assert_eq!(node.jobs().await, []);
    }

    async fn a_job_of_an_unknown_kind_waits_for_somebody_who_knows_it(node: Node) {
        let id = node.queue("x", |it| it.lane("l", 1)).await;
        assert_eq!(node.work(&[]).await, 0);
        let job = node.job(id).await.unwrap();
        assert_eq!((job.state.as_str(), job.attempt), ("ready", 0));
        let (kinds, _) = listing();
        assert_eq!(node.work(&kinds).await, 0);
        node.clock.advance(Duration::from_mins(1));
        assert_eq!(node.work(&kinds).await, 1);
    }

    async fn a_recurring_job_is_never_given_up(node: Node) {
        let id = node.write(|tx| Enqueue::new(&Daily {}).insert(tx)).await.uuid();
        node.work(&[jobs::recurring::<Daily>(Duration::from_hours(24))]).await;
        let job = node.job(id).await.unwrap();
        assert_eq!((job.state.as_str(), job.attempt), ("ready", 0));
        assert_eq!(job.run_at, node.now().plus(Duration::from_hours(24)));
    }

    async fn the_counts_say_how_the_queue_stands(node: Node) {
        node.queue("due", |it| it).await;
        node.queue("later", |it| it.after(Duration::from_hours(1))).await;
        node.clock.advance(Duration::from_millis(250));
        let counts = node.write(jobs::counts).await;
        assert_eq!((counts.due, counts.oldest_due_ms, counts.running, counts.dead), (1, 250, 0, 0));
    }

    async fn whatever_fails_panics_or_is_lost_every_effect_happens_once(node: Node) {
        node.with_effects().await;
        let names: Vec<String> = (0..60).map(|it| format!("{it:02}")).collect();
        for (number, name) in names.iter().enumerate() {
            let lane = number % 3;
            node.queue(name, move |it| match lane {
                0 => it,
                lane => it.lane(format!("lane {lane}"), 2),
            }).await;
        }
        // What goes wrong follows from the job and the attempt; the fourth attempt goes well.
        let kinds = tasks(|task, context| async move {
            let luck = context.job().uuid().as_u128().wrapping_mul(31).wrapping_add(u128::from(context.attempt().unsigned_abs()) * 7) % 6;
            match luck {
                _ if context.attempt() > 3 => {}
                0 => return Err(Failure::Again("before the effect".to_owned())),
                1 => panic!("before the effect"),
                2 => tokio::task::yield_now().await,
                3 => {
                    context.complete_with(effect(&task.name)).await?;
                    return Err(Failure::Again("after the effect".to_owned()));
                }
                4 => context.app.db.clock().advance(Duration::from_secs(45)),
                _ => {}
            }
            context.complete_with(effect(&task.name)).await
        });
        for _ in 0..40 {
            let works = (0..3).map(|_| node.work(&kinds));
            futures_util::future::join_all(works).await;
            if node.jobs().await.is_empty() {
                break;
            }
            node.clock.advance(Duration::from_secs(31));
        }
        assert_eq!(node.jobs().await, []);
        assert_eq!(node.effects().await, names);
    }
}

fn failing_for_good() -> Vec<jobs::Kind> {
    tasks(|_, _| std::future::ready(Err(Failure::Never("no".to_owned()))))
}
