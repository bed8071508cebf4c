//! Taking stages away without losing what stands in them.

use store::{Sql, Tx};
use uuid::Uuid;

use super::drain::Drain;
use crate::{
    base::{Error, Result, Scope},
    jobs,
    leads::{
        crowd::{self, Landing},
        find::{self, Among, For},
        write::{By, Place, SLICE},
    },
};

/// What became of a stage that was to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    Now,
    /// It held more leads than one unit of work moves; a job moves them, and then removes the stage.
    Soon,
}

/// Removes a stage. What stands in it goes to `target`; without one it must be empty.
/// The lock waits for leads on their way in, and those behind it find the stage closed.
pub fn remove(tx: &mut Tx, by: &By, stage: Uuid, target: Option<Place>) -> Result<Removed> {
    lock(tx, by, stage)?;
    let inside = some_inside(tx, by, stage, SLICE + 1)?;
    let Some(target) = target else {
        return if inside.is_empty() {
            close(tx, by, stage, None).map(|()| Removed::Now)
        } else {
            Err(Error::NotFound("target"))
        };
    };
    if inside.len() > SLICE {
        tx.exec(
            "update lead_pipeline_stages set moving_to = $3, updated_at = $4 where workspace_id = $1 and id = $2",
            &[&by.workspace, &stage, &target.stage, &tx.now()],
        )?;
        let job = Drain {
            stage,
            actor: by.actor.into(),
            change_set: by.change_set.unwrap_or_default(),
        };
        jobs::Enqueue::new(&job)
            .workspace(by.workspace)
            .key(format!("leads.drain:{stage}"))
            .insert(tx)?;
        return Ok(Removed::Soon);
    }
    empty(tx, by, &inside, target)?;
    close(tx, by, stage, Some(target.stage))?;
    Ok(Removed::Now)
}

/// Moves leads to where the stage's leads go.
pub fn empty(tx: &mut Tx, by: &By, inside: &[Uuid], target: Place) -> Result<()> {
    let leads = find::some(
        tx,
        by.workspace,
        &Scope::All,
        inside,
        Among::Live,
        For::Writing,
    )?;
    crowd::move_all(tx, by, &leads, target, Landing::SameHeight)?;
    Ok(())
}

/// The stage is gone from now on; where its leads went is kept for those in the trash.
pub fn close(tx: &mut Tx, by: &By, stage: Uuid, target: Option<Uuid>) -> Result<()> {
    tx.exec(
        "update lead_pipeline_stages set removed_at = $3, updated_at = $3, moving_to = $4
         where workspace_id = $1 and id = $2",
        &[&by.workspace, &stage, &tx.now(), &target],
    )?;
    Ok(())
}

/// Live leads of the stage, `most` of them at most.
pub fn some_inside(tx: &mut Tx, by: &By, stage: Uuid, most: usize) -> Result<Vec<Uuid>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let ids: Vec<(Uuid,)> = tx.all(
        "select id from leads where workspace_id = $1 and stage_id = $2 and deleted_at is null
         order by position desc, id desc limit $3",
        &[&by.workspace, &stage, &most],
    )?;
    Ok(ids.into_iter().map(|it| it.0).collect())
}

/// How many live leads stand in it, whoever may see them.
pub fn count(tx: &mut Tx, by: &By, stage: Uuid) -> Result<i64> {
    let (n,): (i64,) = tx.one(
        "select count(*) from leads where workspace_id = $1 and stage_id = $2 and deleted_at is null",
        &[&by.workspace, &stage],
    )?;
    Ok(n)
}

fn lock(tx: &mut Tx, by: &By, stage: Uuid) -> Result<()> {
    let mut sql = Sql::new("select id from lead_pipeline_stages where workspace_id = ");
    sql.bind(by.workspace)
        .push(" and id = ")
        .bind(stage)
        .push(tx.for_update());
    tx.fetch_opt::<(Uuid,)>(&sql)?;
    Ok(())
}
