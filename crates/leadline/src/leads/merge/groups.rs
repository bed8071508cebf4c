//! Many merges in one action: group by group, each whole or not at all. A few are done at once, more by a job, some groups
//! in a unit of work.

use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Tx;
use uuid::Uuid;

use super::{Request, merge, prepare};
use crate::{
    base::{Caller, Error, Result, Scope, WorkspaceId},
    jobs::{self, Context, Failure, Job},
    leads::{
        bulk::RowResult,
        changes::action::{self, Begun, Slice},
        find::For,
        write::By,
    },
    workspaces::audit,
};

pub const ACTION: &str = "merge_groups";

/// Groups in one unit of work: each writes what twenty leads have gathered.
pub const TOGETHER: usize = 10;

/// Groups that one action may name.
pub const MOST: usize = 1000;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Groups {
    groups: Vec<Request>,
    seen: Scope,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MergeJob {
    pub change_set: Uuid,
}

/// What became of the groups, so far or altogether.
#[derive(Debug)]
pub struct Merged {
    pub change_set: Uuid,
    /// Nothing, where a job goes on with them.
    pub results: Option<Vec<RowResult>>,
}

/// Merges groups of leads.
pub fn merge_all(tx: &mut Tx, caller: &Caller, groups: Vec<Request>) -> Result<Merged> {
    let by = By::action(tx, caller);
    let change_set = by.change_set.unwrap_or_default();
    let total = i64::try_from(groups.len()).unwrap_or(i64::MAX);
    let request = Groups {
        groups,
        seen: caller.scope.clone(),
    };
    let begun = Begun {
        action: ACTION,
        request: &request,
        total,
        last: None,
        undoes: None,
    };
    action::begin(tx, &by, &begun)?;
    audit::record(
        tx,
        caller,
        "leads.merged",
        &format!("changeSet:{change_set}"),
        json!({ "groups": total }),
    )?;
    if request.groups.len() > TOGETHER {
        jobs::Enqueue::new(&MergeJob { change_set })
            .workspace(caller.workspace)
            .insert(tx)?;
        return Ok(Merged {
            change_set,
            results: None,
        });
    }
    let results = some(tx, caller, &by, &request.groups)?;
    let all = Part {
        done: 0,
        last: None,
        more: false,
    };
    write_down(tx, caller.workspace, change_set, &results, all)?;
    Ok(Merged {
        change_set,
        results: Some(results),
    })
}

/// What merging the groups would come to, without doing it. Each is looked at by itself.
pub fn rehearse(tx: &mut Tx, caller: &Caller, groups: &[Request]) -> Vec<RowResult> {
    groups
        .iter()
        .map(|group| {
            let outcome = prepare(tx, caller, group, For::Reading);
            result(group, outcome.map(|it| it.survivor.id.uuid()))
        })
        .collect()
}

/// Merges each of the groups by itself; one that cannot be merged says why.
pub fn some(tx: &mut Tx, caller: &Caller, by: &By, groups: &[Request]) -> Result<Vec<RowResult>> {
    let mut results = Vec::with_capacity(groups.len());
    for group in groups {
        let merged = tx.attempt(|tx| {
            let prepared = prepare(tx, caller, group, For::Writing)?;
            merge(tx, by, &prepared).map(|it| it.id.uuid())
        });
        match merged {
            // The database itself failed: the unit is done again, or not at all.
            Err(err @ (Error::Unavailable(_) | Error::Internal(_))) => return Err(err),
            merged => results.push(result(group, merged)),
        }
    }
    Ok(results)
}

/// The survivor, or the group by its first lead and why it was not merged.
fn result(group: &Request, merged: Result<Uuid>) -> RowResult {
    match merged {
        Ok(id) => RowResult {
            id,
            ok: true,
            error: None,
        },
        Err(err) => RowResult {
            id: group.ids.first().copied().unwrap_or_default(),
            ok: false,
            error: Some(err.code().to_owned()),
        },
    }
}

/// Which part of the groups was worked off.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Groups done before it.
    pub done: i64,
    pub last: Option<Uuid>,
    pub more: bool,
}

/// Writes down what became of some groups, in the unit that merged them.
pub fn write_down(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: Uuid,
    results: &[RowResult],
    part: Part,
) -> Result<()> {
    let changed = results.iter().filter(|it| it.ok).count();
    let slice = Slice {
        done: part.done,
        results,
        changed: i64::try_from(changed).unwrap_or(i64::MAX),
        last: part.last,
        more: part.more,
    };
    action::advance(tx, workspace, id, &slice)
}

impl Job for MergeJob {
    const KIND: &'static str = "leads.merge";

    async fn run(self, context: Context) -> Result<(), Failure> {
        action::work_off(&context, self.change_set, slice).await
    }
}

/// Some groups; whether there are more.
fn slice(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<bool> {
    let Some(running) = action::resume(tx, workspace, id, |it: &Groups| &it.seen)? else {
        return Ok(false);
    };
    let (done, groups) = (running.header.done, &running.request.groups);
    let start = usize::try_from(done)
        .unwrap_or(usize::MAX)
        .min(groups.len());
    let end = start.saturating_add(TOGETHER).min(groups.len());
    let results = some(tx, &running.caller, &running.by, &groups[start..end])?;
    let more = end < groups.len();
    let part = Part {
        done,
        last: None,
        more,
    };
    write_down(tx, workspace, id, &results, part)?;
    Ok(more)
}
