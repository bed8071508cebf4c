//! The job that empties a stage that is being removed, a slice of leads at a time, and removes it at the end.

use serde::{Deserialize, Serialize};
use store::Tx;
use uuid::Uuid;

use super::{follow, removal};
use crate::{
    base::{Actor, Result, Via, WorkspaceId},
    jobs::{Context, Failure, Job},
    leads::{
        happened,
        write::{By, Place, SLICE},
    },
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Drain {
    pub stage: Uuid,
    pub actor: Who,
    pub change_set: Uuid,
}

/// Who is named in the timeline, in a form that can be kept.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Who {
    User(Uuid),
    ApiKey(Uuid),
    System,
}

impl From<Actor> for Who {
    fn from(actor: Actor) -> Who {
        match actor {
            Actor::User(id) => Who::User(id),
            Actor::ApiKey(id) => Who::ApiKey(id),
            Actor::System => Who::System,
        }
    }
}

impl From<Who> for Actor {
    fn from(who: Who) -> Actor {
        match who {
            Who::User(id) => Actor::User(id),
            Who::ApiKey(id) => Actor::ApiKey(id),
            Who::System => Actor::System,
        }
    }
}

impl Job for Drain {
    const KIND: &'static str = "leads.drain_stage";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let workspace = context.workspace()?;
        loop {
            let job = self.clone();
            let left = context
                .app
                .db
                .write(move |tx| job.slice(tx, workspace))
                .await?;
            if !left {
                return Ok(());
            }
        }
    }
}

impl Drain {
    /// Whether there is more to do. Each slice looks at what is there, so running twice does no harm.
    fn slice(&self, tx: &mut Tx, workspace: WorkspaceId) -> Result<bool> {
        let stage: Option<(Uuid, Option<Uuid>)> = tx.opt(
            "select pipeline_id, moving_to from lead_pipeline_stages
             where workspace_id = $1 and id = $2 and removed_at is null",
            &[&workspace, &self.stage],
        )?;
        let Some((pipeline, Some(target))) = stage else {
            return Ok(false);
        };
        // Moving leads says nothing of addresses, so the key of their hashes is not needed.
        let by = By {
            workspace,
            actor: self.actor.into(),
            via: Via::Job,
            identity_key: [0; 16],
            change_set: Some(self.change_set),
        };
        let inside = removal::some_inside(tx, &by, self.stage, SLICE)?;
        if !inside.is_empty() {
            // The target may itself have been removed meanwhile.
            let place = follow(
                tx,
                workspace,
                Place {
                    pipeline,
                    stage: target,
                },
            )?;
            removal::empty(tx, &by, &inside, place)?;
            return Ok(true);
        }
        removal::close(tx, &by, self.stage, Some(target))?;
        finish(tx, &by, pipeline)?;
        Ok(false)
    }
}

/// A pipeline whose last stage is gone was itself to be removed.
pub fn finish(tx: &mut Tx, by: &By, pipeline: Uuid) -> Result<()> {
    let now = tx.now();
    let gone = tx.exec(
        "update lead_pipelines set removed_at = $3, updated_at = $3
         where workspace_id = $1 and id = $2 and removed_at is null and not exists (
             select 1 from lead_pipeline_stages s
             where s.workspace_id = $1 and s.pipeline_id = $2 and s.removed_at is null)",
        &[&by.workspace, &pipeline, &now],
    )?;
    if gone == 1 {
        happened::pipeline_deleted(tx, by.workspace, pipeline)
    } else {
        happened::pipeline_changed(tx, by.workspace, pipeline)
    }
}
