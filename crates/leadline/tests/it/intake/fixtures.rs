//! What the tests of the front door have in common.

use leadline::{
    base::{Actor, Error, Via},
    intake::{
        accept::{Accepted, Submission, accept},
        sources::Source,
    },
    leads::{counts, identity, write::By},
    workspaces,
};

use crate::harness::TestApp;

/// Who lets people in: the server itself, in the first workspace.
pub async fn by(app: &TestApp) -> By {
    let workspace = app.admin().workspace;
    let caller = app
        .app
        .read(move |tx| workspaces::system_caller(tx, workspace, Via::Job))
        .await
        .unwrap();
    By {
        actor: Actor::System,
        ..By::from(&caller)
    }
}

/// A slice, in a unit of work of its own.
pub async fn take(app: &TestApp, source: &Source, slice: Vec<Submission>) -> Vec<Accepted> {
    let (by, source) = (by(app).await, source.clone());
    let taken = app
        .app
        .db
        .write(move |tx| accept(tx, &by, &source, &slice))
        .await;
    taken.unwrap_or_else(|err: Error| panic!("{err}"))
}

pub async fn take_one(app: &TestApp, source: &Source, sent: Submission) -> Accepted {
    take(app, source, vec![sent]).await.remove(0)
}

pub fn person(name: &str, email: &str, phone: &str) -> Submission {
    let text = |it: &str| (!it.is_empty()).then(|| it.to_owned());
    Submission {
        name: text(name),
        email: text(email).map(|it| identity::normal_email(&it).unwrap()),
        phone: text(phone).map(|it| identity::normal_phone(&it, "US").unwrap()),
        ..Submission::default()
    }
}

pub async fn count(app: &TestApp) -> i64 {
    let workspace = app.admin().workspace;
    let counted = app.app.db.read(move |tx| {
        tx.one::<(i64,)>(
            "select count(*) from leads where workspace_id = $1 and deleted_at is null",
            &[&workspace],
        )
    });
    let counted: Result<(i64,), store::Error> = counted.await;
    counted.unwrap().0
}

pub async fn assert_counted(app: &TestApp) {
    let drift = app.app.read(counts::drift).await.unwrap();
    assert_eq!(drift, 0, "the counters are not what a recount gives");
}
