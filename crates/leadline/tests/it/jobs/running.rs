//! The runner itself, with the machine's clock.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};

use leadline::jobs::{self, Enqueue, Priority, Runner};
use store::{Clock, Engine};
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

use super::node::{Node, Task, effect, listing, ran, tasks};
use crate::harness::{Given, soon};

const PATIENCE: Duration = Duration::from_secs(10);

/// A node whose clock goes by itself.
struct Live(Node);

impl Given for Live {
    async fn start(engine: Engine) -> Live {
        Live(
            Node::start_with(engine, Clock::system(), |config| {
                // Long enough for a machine that is busy with something else.
                config.jobs.lease_s = 3;
                config.jobs.workers = 4;
            })
            .await,
        )
    }
}

crate::on_both_engines! {
    async fn a_commit_wakes_the_runner(live: Live) {
        let Live(node) = live;
        let (kinds, list) = listing();
        let runner = Runner::start(node.app.clone(), kinds);
        // Whether it sleeps yet or not, it must take notice.
        for name in ["a", "b", "c"] {
            node.queue(name, |it| it).await;
            soon(name, async || ran(&list).last().is_some_and(|it| it == name)).await;
        }
        runner.stop(PATIENCE).await;
        assert_eq!(node.jobs().await, []);
    }

    async fn it_wakes_at_the_due_time_and_not_before(live: Live) {
        let Live(node) = live;
        let at = Arc::new(Mutex::new(None));
        let (seen, clock) = (at.clone(), node.clock.clone());
        let kinds = tasks(move |_, _| {
            seen.lock().unwrap().replace(clock.now());
            std::future::ready(Ok(()))
        });
        let runner = Runner::start(node.app.clone(), kinds);
        let due = node.now().plus(Duration::from_secs(2));
        node.queue("x", move |it| it.at(due)).await;
        fallen_asleep(&node).await;
        soon("it ran", async || at.lock().unwrap().is_some()).await;
        let ran_at = at.lock().unwrap().unwrap();
        // Sooner than the next look at the leases, which comes every three seconds.
        assert!(ran_at >= due && ran_at.since(due) < Duration::from_secs(1), "{:?} late", ran_at.since(due));
        runner.stop(PATIENCE).await;
    }

    async fn lanes_bind_across_workers_and_cost_others_nothing(live: Live) {
        let Live(node) = live;
        let (now, most, done) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
        node.write(|tx| {
            let jobs = (0..300).map(|_| Enqueue::of("test.task", &Task { name: "lane".into() }).lane("l", 2));
            jobs::insert_all(tx, jobs.collect())
        }).await;
        node.queue("free", |it| it).await;
        let free = Arc::new(AtomicI64::new(-1));
        let (running, peak, count, at) = (now.clone(), most.clone(), done.clone(), free.clone());
        let kinds = tasks(move |task, _| {
            let (running, peak, count, at) = (running.clone(), peak.clone(), count.clone(), at.clone());
            async move {
                if task.name == "free" {
                    at.store(count.load(SeqCst), SeqCst);
                    return Ok(());
                }
                let at_once = running.fetch_add(1, SeqCst) + 1;
                peak.fetch_max(at_once, SeqCst);
                tokio::task::yield_now().await;
                running.fetch_sub(1, SeqCst);
                count.fetch_add(1, SeqCst);
                Ok(())
            }
        });
        let runner = Runner::start(node.app.clone(), kinds);
        soon("all ran", async || done.load(SeqCst) == 300 && free.load(SeqCst) >= 0).await;
        runner.stop(PATIENCE).await;
        assert!(most.load(SeqCst) <= 2, "{} at a time", most.load(SeqCst));
        assert!(free.load(SeqCst) < 20, "the free job ran after {} of the lane", free.load(SeqCst));
        assert_eq!(node.jobs().await, []);
    }

    async fn the_least_urgent_get_their_share(live: Live) {
        let Live(node) = live;
        node.write(|tx| {
            let urgent = |_| Enqueue::of("test.task", &Task { name: "urgent".into() }).priority(Priority::Urgent);
            jobs::insert_all(tx, (0..4000).map(urgent).collect())
        }).await;
        node.queue("whenever", |it| it.priority(Priority::Whenever)).await;
        let (kinds, list) = listing();
        let runner = Runner::start(node.app.clone(), kinds);
        soon("all ran", async || list.lock().unwrap().len() == 4001).await;
        runner.stop(PATIENCE).await;
        let turn = ran(&list).iter().position(|it| it == "whenever").unwrap();
        assert!(turn < 2500, "it came as number {turn}");
    }

    async fn a_lease_is_renewed_while_its_job_runs(live: Live) {
        let Live(node) = live;
        let go = Arc::new(Notify::new());
        let wait = go.clone();
        let kinds = tasks(move |_, _| {
            let wait = wait.clone();
            async move {
                wait.notified().await;
                Ok(())
            }
        });
        let id = node.queue("x", |it| it).await;
        let runner = Runner::start(node.app.clone(), kinds);
        soon("it runs", async || node.job(id).await.is_some_and(|it| it.state == "running")).await;
        // Longer than the lease; another node looks all the while.
        let until = Instant::now() + Duration::from_millis(6600);
        let (others, _) = listing();
        while Instant::now() < until {
            assert_eq!(node.work(&others).await, 0, "nobody takes it over");
            sleep(Duration::from_millis(50)).await;
        }
        go.notify_one();
        soon("it is done", async || node.jobs().await.is_empty()).await;
        runner.stop(PATIENCE).await;
    }

    async fn a_stop_lets_jobs_finish_and_hands_the_rest_back(live: Live) {
        let Live(node) = live;
        let (begun, go) = (Arc::new(AtomicI64::new(0)), Arc::new(Notify::new()));
        let (count, wait) = (begun.clone(), go.clone());
        let kinds = tasks(move |task, _| {
            count.fetch_add(1, SeqCst);
            let wait = wait.clone();
            async move {
                if task.name == "quick" {
                    wait.notified().await;
                    return Ok(());
                }
                std::future::pending().await
            }
        });
        node.queue("quick", |it| it.priority(Priority::Urgent)).await;
        for _ in 0..10 {
            node.queue("endless", |it| it).await;
        }
        let runner = Runner::start(node.app.clone(), kinds);
        soon("some run", async || begun.load(SeqCst) >= 4).await;
        let stopping = tokio::spawn(runner.stop(Duration::from_secs(1)));
        go.notify_one();
        stopping.await.unwrap();
        let left = node.jobs().await;
        assert_eq!(left.len(), 10, "the quick one was finished: {left:?}");
        assert!(left.iter().all(|it| it.state == "ready"), "{left:?}");
        assert!(left.iter().any(|it| it.attempt == 1) && left.iter().any(|it| it.attempt == 0), "{left:?}");
    }

    async fn a_crash_loses_nothing(live: Live) {
        let Live(node) = live;
        node.with_effects().await;
        let names: Vec<String> = (0..50).map(|it| format!("{it:02}")).collect();
        for name in &names {
            node.queue(name, |it| it).await;
        }
        let stuck = tasks(|_, _| std::future::pending());
        // A runtime of its own that goes down in the middle, as a killed process does.
        let crashed = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let app = node.app.clone();
        let runner = crashed.spawn(async move { Runner::start(app, stuck) });
        soon("it holds some", async || node.jobs().await.iter().any(|it| it.state == "running")).await;
        let _handle = runner.await.unwrap();
        crashed.shutdown_background();
        let kinds = tasks(|task, context| async move { context.complete_with(effect(&task.name)).await });
        let runner = Runner::start(node.app.clone(), kinds);
        soon("all is done", async || node.jobs().await.is_empty()).await;
        runner.stop(PATIENCE).await;
        assert_eq!(node.effects().await, names);
    }
}

/// The runner sleeps when it has written nothing for a while.
async fn fallen_asleep(node: &Node) {
    let mut written = 0;
    soon("it sleeps", async || {
        sleep(Duration::from_millis(100)).await;
        let before = std::mem::replace(&mut written, node.app.db.stats().units_written);
        before == written
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_share_the_work_and_run_each_job_once() {
    let Live(one) = Live::start(Engine::Postgres).await;
    let two = one.another().await;
    let lists = [listing(), listing()];
    one.write(|tx| {
        let jobs = (0..3000).map(|it| {
            Enqueue::of(
                "test.task",
                &Task {
                    name: format!("{it:04}"),
                },
            )
        });
        jobs::insert_all(tx, jobs.collect())
    })
    .await;
    let runners = [
        Runner::start(one.app.clone(), lists[0].0.clone()),
        Runner::start(two.app.clone(), lists[1].0.clone()),
    ];
    let all = || [ran(&lists[0].1), ran(&lists[1].1)];
    soon("all ran", async || {
        all().iter().map(Vec::len).sum::<usize>() >= 3000
    })
    .await;
    for runner in runners {
        runner.stop(PATIENCE).await;
    }
    let [by_one, by_two] = all();
    assert!(
        !by_one.is_empty() && !by_two.is_empty(),
        "{} and {}",
        by_one.len(),
        by_two.len()
    );
    let mut names = [by_one, by_two].concat();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 3000);
    assert_eq!(all().iter().map(Vec::len).sum::<usize>(), 3000);
    assert_eq!(one.jobs().await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_on_one_node_wakes_the_other() {
    let Live(one) = Live::start(Engine::Postgres).await;
    let two = one.another().await;
    let (kinds, list) = listing();
    let runner = Runner::start(two.app.clone(), kinds);
    fallen_asleep(&two).await;
    let began = Instant::now();
    one.queue("x", |it| it).await;
    soon("it ran", async || !ran(&list).is_empty()).await;
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "not by the minute's sweep"
    );
    runner.stop(PATIENCE).await;
}
