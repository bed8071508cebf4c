use leadline::{
    base::Error,
    intake::{
        accept::{Submission, accept},
        sources::Source,
    },
};
use tokio::task::JoinSet;

use super::fixtures::{assert_counted, by, count, person};
use crate::{harness::TestApp, on_both_engines};

const PEOPLE: usize = 100;
const POSTS: usize = 10_000;

/// One person's address and number in different spellings, now one, now the other, now both.
fn spelt(number: usize) -> Submission {
    let (who, way) = (number % PEOPLE, number / PEOPLE);
    let (email, phone) = (
        format!("person{who}@example.com"),
        format!("202555{who:04}"),
    );
    let email = match way % 3 {
        0 => email,
        1 => email.to_uppercase(),
        _ => format!("  {email} "),
    };
    let phone = match way % 4 {
        0 => format!("+1{phone}"),
        1 => format!("({}) {}-{}", &phone[..3], &phone[3..6], &phone[6..]),
        2 => format!("+1 {}.{}", &phone[..3], &phone[3..]),
        _ => format!("1-{phone}"),
    };
    // The first posts carry both, for nothing tells that an address and a number belong together but that they came so.
    match way % 5 {
        3 if way > 5 => person("", &email, ""),
        4 if way > 5 => person("", "", &phone),
        _ => person(&format!("Person {who}"), &email, &phone),
    }
}

on_both_engines! {
    async fn ten_thousand_parallel_slices_of_a_hundred_people_give_a_hundred_leads(app: TestApp) {
        let (by, source) = (by(&app).await, Source::with_defaults("form"));
        let mut callers = JoinSet::new();
        for caller in 0..64 {
            let (app, source) = (app.app.clone(), source.clone());
            callers.spawn(async move {
                for number in (caller..POSTS).step_by(64) {
                    let (source, sent) = (source.clone(), both(number));
                    app.db.write(move |tx| accept(tx, &by, &source, &[sent]).map(drop)).await?;
                }
                Ok::<_, Error>(())
            });
        }
        while let Some(done) = callers.join_next().await {
            done.unwrap().unwrap();
        }
        assert_eq!(count(&app).await, 100);
        let slice: Vec<Submission> = (600..1100).map(spelt).collect();
        let taken = super::fixtures::take(&app, &source, slice).await;
        assert_eq!(taken.len(), 500);
        assert_eq!(count(&app).await, 100);
        app.work().await;
        assert_counted(&app).await;
    }
}

fn both(number: usize) -> Submission {
    spelt(number % (PEOPLE * 3) + PEOPLE * (number % 3) * 5 % (PEOPLE * 3))
}
