//! The names behind the ids of a lead: its stage, its pipeline, its owner.

use std::collections::HashMap;

use store::Tx;
use uuid::Uuid;

use crate::{
    base::{Caller, Permission, Result, WorkspaceId},
    workspaces,
};

/// As they were called when the export began.
#[derive(Debug, Default)]
pub struct People {
    pipelines: HashMap<Uuid, String>,
    stages: HashMap<Uuid, String>,
    owners: HashMap<Uuid, String>,
}

impl People {
    /// Who may not see the members of the workspace is not told their names here either.
    pub fn load(tx: &mut Tx, caller: &Caller) -> Result<People> {
        let pipelines: Vec<(Uuid, String)> = tx.all(
            "select id, name from lead_pipelines where workspace_id = $1",
            &[&caller.workspace],
        )?;
        let stages: Vec<(Uuid, String)> = tx.all(
            "select id, name from lead_pipeline_stages where workspace_id = $1",
            &[&caller.workspace],
        )?;
        let owners = if caller.may(Permission::MembersView) {
            let ids = owners(tx, caller.workspace)?;
            workspaces::names_of(tx, ids)?
        } else {
            HashMap::new()
        };
        Ok(People {
            pipelines: pipelines.into_iter().collect(),
            stages: stages.into_iter().collect(),
            owners,
        })
    }

    pub fn pipeline(&self, id: Uuid) -> Option<&str> {
        self.pipelines.get(&id).map(String::as_str)
    }

    pub fn stage(&self, id: Uuid) -> Option<&str> {
        self.stages.get(&id).map(String::as_str)
    }

    pub fn owner(&self, id: Uuid) -> Option<&str> {
        self.owners.get(&id).map(String::as_str)
    }
}

/// Everybody who owns a lead; the counters know them.
fn owners(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = tx.all(
        "select distinct owner_id from lead_counts where workspace_id = $1",
        &[&workspace],
    )?;
    Ok(rows.into_iter().map(|it| it.0).collect())
}
