//! The first steps, and whether they are done.

use serde::Serialize;
use store::Tx;
use utoipa::ToSchema;

use crate::{
    base::{Caller, Permission, Result, WorkspaceId},
    leads::samples,
};

/// Something that whoever begins with Leadline does once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OnboardingStepName)]
pub(super) enum Name {
    /// A lead came in that is no sample, in whatever way.
    AddLeads,
    /// A person moved a lead to another stage; a sample will do.
    MoveLead,
    /// The stages were changed, another pipeline was made, or a view was saved.
    MakeItYours,
    /// Somebody was invited, or is here already.
    InviteTeammate,
    /// An API key was made, by which other systems bring leads.
    ConnectSystem,
}

/// A step as somebody sees it.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = OnboardingStep)]
pub(super) struct Step {
    pub step: Name,
    pub done: bool,
}

struct Entry {
    name: Name,
    key: &'static str,
    /// One of these is needed to do it; nobody is shown what he may not do.
    needs: &'static [Permission],
    /// A few steps through an index, however many leads there are.
    is_done: fn(&mut Tx, WorkspaceId) -> Result<bool>,
}

/// Every step, in the order in which they are shown. A capability that wants one adds it here, and says in
/// `web/src/features/onboarding/steps.ts` where it is done.
const ALL: [Entry; 5] = [
    Entry {
        name: Name::AddLeads,
        key: "addLeads",
        needs: &[Permission::LeadsCreate, Permission::LeadsImport],
        is_done: samples::is_any_real,
    },
    Entry {
        name: Name::MoveLead,
        key: "moveLead",
        needs: &[Permission::LeadsMove],
        is_done: |tx, workspace| is_there(tx, MOVED, workspace),
    },
    Entry {
        name: Name::MakeItYours,
        key: "makeItYours",
        // Whoever only looks on could save a view, too, but is not who sets things up.
        needs: &[Permission::PipelinesManage, Permission::LeadsEdit],
        is_done: |tx, workspace| {
            Ok(is_there(tx, ADAPTED, workspace)? || is_there(tx, SAVED_VIEW, workspace)?)
        },
    },
    Entry {
        name: Name::InviteTeammate,
        key: "inviteTeammate",
        needs: &[Permission::MembersManage],
        is_done: |tx, workspace| {
            Ok(is_there(tx, INVITED, workspace)? || is_there(tx, SECOND_MEMBER, workspace)?)
        },
    },
    Entry {
        name: Name::ConnectSystem,
        key: "connectSystem",
        needs: &[Permission::KeysManage],
        is_done: |tx, workspace| is_there(tx, API_KEY, workspace),
    },
];

// Its words are those of the index `lead_activities_moved_by_people`.
const MOVED: &str = "select workspace_id from lead_activities
     where workspace_id = $1 and kind = 'stage_changed' and actor_kind = 'user' limit 1";
const ADAPTED: &str = "select workspace_id from lead_pipelines
     where workspace_id = $1 and (version > 1 or not is_default) limit 1";
const SAVED_VIEW: &str = "select workspace_id from lead_views
     where workspace_id = $1 and owner_id is not null limit 1";
const INVITED: &str = "select workspace_id from invitations where workspace_id = $1 limit 1";
const SECOND_MEMBER: &str =
    "select workspace_id from members where workspace_id = $1 order by user_id limit 1 offset 1";
const API_KEY: &str = "select workspace_id from api_keys where workspace_id = $1 limit 1";

fn is_there(tx: &mut Tx, sql: &str, workspace: WorkspaceId) -> Result<bool> {
    Ok(tx.opt::<(i64,)>(sql, &[&workspace])?.is_some())
}

/// The steps that the caller may take, and which of them the workspace has behind it.
pub(super) fn of(tx: &mut Tx, caller: &Caller) -> Result<Vec<Step>> {
    let kept = kept(tx, caller.workspace)?;
    let mut steps = Vec::new();
    for entry in &ALL {
        if entry.needs.iter().any(|it| caller.may(*it)) {
            let done =
                kept.iter().any(|it| it == entry.key) || (entry.is_done)(tx, caller.workspace)?;
            steps.push(Step {
                step: entry.name,
                done,
            });
        }
    }
    Ok(steps)
}

/// Steps that are done stay done from now on, although what they were done with is about to go.
pub(super) fn keep(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    let now = tx.now();
    for entry in &ALL {
        if (entry.is_done)(tx, workspace)? {
            tx.exec(
                "insert into onboarding_steps (workspace_id, step, at) values ($1, $2, $3)
                 on conflict (workspace_id, step) do nothing",
                &[&workspace, &entry.key, &now],
            )?;
        }
    }
    Ok(())
}

fn kept(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = tx.all(
        "select step from onboarding_steps where workspace_id = $1 order by step",
        &[&workspace],
    )?;
    Ok(rows.into_iter().map(|it| it.0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_kept_by_the_name_they_are_shown_by() {
        for entry in &ALL {
            assert_eq!(serde_json::to_value(entry.name).unwrap(), entry.key);
        }
    }
}
