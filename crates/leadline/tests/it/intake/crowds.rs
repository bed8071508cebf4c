use std::sync::Arc;

use leadline::{
    base::Error,
    intake::{
        accept::{Submission, accept, hold_all},
        sources::Source,
    },
};
use serde_json::json;
use store::{Engine, Tx};
use tokio::task::JoinSet;

use super::fixtures::{assert_counted, by, count, person, take};
use crate::{harness::TestApp, on_both_engines};

const PEOPLE: usize = 100;
const POSTS: usize = 10_000;
const CALLERS: usize = 64;

/// One person's address and number, spelt in another way each time.
fn spelt(number: usize) -> (String, String) {
    let (who, way) = (number % PEOPLE, number / PEOPLE);
    let (email, phone) = (
        format!("person{who}@example.com"),
        format!("202555{who:04}"),
    );
    let email = match way % 3 {
        0 => email,
        1 => email.to_uppercase(),
        _ => format!("  Person{who}@Example.com "),
    };
    let phone = match way % 4 {
        0 => format!("+1{phone}"),
        1 => format!("({}) {}-{}", &phone[..3], &phone[3..6], &phone[6..]),
        2 => format!("+1 {}.{}", &phone[..3], &phone[3..]),
        _ => format!("1-{phone}"),
    };
    (email, phone)
}

fn both(number: usize) -> Submission {
    let (email, phone) = spelt(number);
    person(&format!("Person {}", number % PEOPLE), &email, &phone)
}

on_both_engines! {
    async fn ten_thousand_parallel_posts_of_a_hundred_people_give_a_hundred_leads(app: TestApp) {
        use leadline::base::Permission;
        let key = Arc::new(app.add_key(&[Permission::LeadsCreate, Permission::LeadsEdit]).await);
        let mut callers = JoinSet::new();
        for caller in 0..CALLERS {
            let key = Arc::clone(&key);
            callers.spawn(async move {
                for number in (caller..POSTS).step_by(CALLERS) {
                    let (email, phone) = spelt(number);
                    let body = json!({"name": format!("Person {}", number % PEOPLE), "email": email, "phone": phone, "onMatch": "update"});
                    let answer = key.post("/leads").json(&body).await;
                    assert!(answer.status.is_success(), "{}", String::from_utf8_lossy(&answer.body));
                }
            });
        }
        while let Some(done) = callers.join_next().await {
            done.unwrap();
        }
        assert_eq!(count(&app).await, 100);
        // Whoever comes with one of his keys alone is known by it.
        let source = Source::with_defaults("form");
        for way in [0, 1] {
            let slice: Vec<Submission> = (0..400).map(|number| {
                let (email, phone) = spelt(number);
                if way == 0 { person("", &email, "") } else { person("", "", &phone) }
            }).collect();
            assert!(take(&app, &source, slice).await.iter().all(|it| it.matched_by.is_some()));
        }
        assert_eq!(count(&app).await, 100);
        app.work().await;
        assert_counted(&app).await;
    }

    async fn parallel_slices_of_the_same_people_give_each_one_lead(app: TestApp) {
        let (by, source) = (by(&app).await, Source::with_defaults("form"));
        let mut callers = JoinSet::new();
        for caller in 0..8 {
            let (app, source) = (app.app.clone(), source.clone());
            callers.spawn(async move {
                for round in 0..5 {
                    // Each has the people in another order.
                    let slice: Vec<Submission> =
                        (0..500).map(|it| both((it * (caller * 2 + 3) + round) % POSTS)).collect();
                    let source = source.clone();
                    app.db.write(move |tx| accept(tx, &by, &source, &slice).map(drop)).await?;
                }
                Ok::<_, Error>(())
            });
        }
        while let Some(done) = callers.join_next().await {
            done.unwrap().unwrap();
        }
        assert_eq!(count(&app).await, 100);
        app.work().await;
        assert_counted(&app).await;
    }

    async fn large_slices_at_once_leave_the_server_room_for_other_locks(app: TestApp) {
        let (by, source) = (by(&app).await, Source::with_defaults("form"));
        let mut callers = JoinSet::new();
        for caller in 0..8_usize {
            let (app, source) = (app.app.clone(), source.clone());
            callers.spawn(async move {
                let slice: Vec<Submission> = (caller * 500..caller * 500 + 500)
                    .map(|number| person("", &format!("stranger{number}@example.com"), &format!("+1202555{number:04}")))
                    .collect();
                app.db
                    .write(move |tx| {
                        accept(tx, &by, &source, &slice)?;
                        Ok::<_, Error>(turns_taken(tx)?)
                    })
                    .await
            });
        }
        while let Some(done) = callers.join_next().await {
            let turns = done.unwrap().unwrap();
            assert!(turns <= 2_100, "{turns} locks at a time");
        }
        assert_eq!(count(&app).await, 4000);
        app.work().await;
        assert_counted(&app).await;
    }
}

on_both_engines! {
    async fn who_goes_on_one_by_one_takes_no_turn_later_than_the_first(app: TestApp) {
        let (by, source) = (by(&app).await, Source::with_defaults("form"));
        let slice: Vec<Submission> = (0..100)
            .map(|number| person("", &format!("stranger{number}@example.com"), &format!("+1202555{number:04}")))
            .collect();
        let turns = app.app.db.write(move |tx| {
            hold_all(tx, &by, &source, &slice)?;
            let before = turns_taken(tx)?;
            for one in slice.chunks(1) {
                tx.attempt(|tx| accept(tx, &by, &source, one))?;
            }
            Ok::<_, Error>((before, turns_taken(tx)?))
        });
        let (before, after) = turns.await.unwrap();
        assert_eq!(before, after);
        assert_eq!(count(&app).await, 100);
        app.work().await;
        assert_counted(&app).await;
    }
}

/// How many turns everybody together holds at this moment. On SQLite there are none to take.
fn turns_taken(tx: &mut Tx) -> store::Result<i64> {
    if tx.engine() == Engine::Sqlite {
        return Ok(0);
    }
    let (held,): (i64,) = tx.one(
        "select count(*) from pg_locks where locktype = 'advisory' and granted
         and database = (select oid from pg_database where datname = current_database())",
        &[],
    )?;
    Ok(held)
}
