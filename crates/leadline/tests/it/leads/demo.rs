use leadline::{
    base::WorkspaceId,
    commands::demo,
    leads::{counts, pipelines},
    server,
};
use store::{Clock, Tx};

use crate::{
    harness::{START_MS, TestDatabase},
    on_both_engines,
};

on_both_engines! {
    async fn the_demo_workspace_is_whole_and_made_once(engine: store::Engine) {
        let database = TestDatabase::create(engine).await;
        demo::run(database.config.clone(), demo::Arguments::default()).await.unwrap();
        let refused = demo::run(database.config.clone(), demo::Arguments::default()).await.unwrap_err();
        assert!(refused.contains("--again"), "{refused}");

        let app = server::open(database.config.clone(), Clock::manual(START_MS)).await.unwrap();
        let seen = app.db.write(look).await.unwrap_or_else(|err: leadline::base::Error| panic!("{err}"));
        assert_eq!((seen.leads, seen.pipelines, seen.people), (2000, 3, 8));
        assert!(seen.activities > 6000 && seen.notes > 500 && seen.trashed > 20, "{seen:?}");
        assert!(seen.days > 100, "{seen:?}");
        assert_eq!(seen.kept, seen.recounted);
        app.db.close().await;
    }
}

#[derive(Debug)]
struct Seen {
    leads: i64,
    trashed: i64,
    activities: i64,
    notes: i64,
    people: i64,
    pipelines: usize,
    days: i64,
    kept: Vec<(i64, i64)>,
    recounted: Vec<(i64, i64)>,
}

fn look(tx: &mut Tx) -> leadline::base::Result<Seen> {
    let (workspace,): (WorkspaceId,) =
        tx.one("select id from workspaces where name = 'Demo'", &[])?;
    let (leads, trashed, first, last): (i64, i64, i64, i64) = tx.one(
        "select count(*), count(deleted_at), min(created_at), max(created_at) from leads where workspace_id = $1",
        &[&workspace],
    )?;
    let (activities,): (i64,) = tx.one(
        "select count(*) from lead_activities where workspace_id = $1",
        &[&workspace],
    )?;
    let (notes,): (i64,) = tx.one(
        "select count(*) from lead_notes where workspace_id = $1",
        &[&workspace],
    )?;
    let (people,): (i64,) = tx.one(
        "select count(*) from members where workspace_id = $1",
        &[&workspace],
    )?;
    let kept = sums(tx, workspace)?;
    counts::recount(tx, workspace)?;
    Ok(Seen {
        leads,
        trashed,
        activities,
        notes,
        people,
        pipelines: pipelines::all(tx, workspace, &leadline::base::Scope::All)?.len(),
        days: (last - first) / 86_400_000,
        kept,
        recounted: sums(tx, workspace)?,
    })
}

fn sums(tx: &mut Tx, workspace: WorkspaceId) -> leadline::base::Result<Vec<(i64, i64)>> {
    Ok(tx.all(
        "select cast(sum(n) as bigint), cast(sum(amount) as bigint) from lead_counts where workspace_id = $1
         group by stage_id, owner_id, currency having sum(n) <> 0 order by stage_id, owner_id, currency",
        &[&workspace],
    )?)
}
