//! Accepting all that is sure enough: each open group above a threshold becomes one lead.

use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Tx;
use uuid::Uuid;

use super::{groups, queue};
use crate::{
    base::{Caller, Result, Scope, WorkspaceId},
    jobs::{self, Context, Failure, Job},
    leads::{
        changes::action::{self, Begun},
        merge::{
            Request,
            api::GroupsAnswer,
            groups::{self as merging, Part, TOGETHER},
        },
        write::By,
    },
    workspaces::audit,
};

pub const ACTION: &str = "merge_duplicates";

/// Which groups are meant, as it is kept with the change set.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Threshold {
    pub least: i64,
    pub owner: Option<Uuid>,
    /// Which leads the one who asked sees.
    pub seen: Scope,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AcceptJob {
    pub change_set: Uuid,
}

/// Groups, some of them, and where those after them begin.
struct Next {
    requests: Vec<Request>,
    last: Option<Uuid>,
    more: bool,
}

/// What would become of the first groups, and how many there are.
pub fn rehearse(tx: &mut Tx, caller: &Caller, wanted: &Threshold) -> Result<GroupsAnswer> {
    let next = next(tx, caller, wanted, Uuid::max())?;
    let results = merging::rehearse(tx, caller, &next.requests);
    let total = queue::open_count(tx, caller, (wanted.least, wanted.owner))?;
    Ok(GroupsAnswer::of(results, None).among(total))
}

/// Does it at once where the groups are few, else by a job.
pub fn begin(tx: &mut Tx, caller: &Caller, wanted: &Threshold) -> Result<GroupsAnswer> {
    let by = By::action(tx, caller);
    let change_set = by.change_set.unwrap_or_default();
    let next = next(tx, caller, wanted, change_set)?;
    let total = queue::open_count(tx, caller, (wanted.least, wanted.owner))?;
    let begun = Begun {
        action: ACTION,
        request: wanted,
        total,
        // Groups that are found from now on are not meant.
        last: Some(change_set),
        undoes: None,
    };
    action::begin(tx, &by, &begun)?;
    audit::record(
        tx,
        caller,
        "duplicates.merged",
        &format!("changeSet:{change_set}"),
        json!({ "minConfidence": wanted.least, "groups": total }),
    )?;
    if next.more {
        jobs::Enqueue::new(&AcceptJob { change_set })
            .workspace(caller.workspace)
            .insert(tx)?;
        return Ok(GroupsAnswer::begun(change_set).among(total));
    }
    let results = merging::some(tx, caller, &by, &next.requests)?;
    let part = Part {
        done: 0,
        last: next.last,
        more: false,
    };
    merging::write_down(tx, caller.workspace, change_set, &results, part)?;
    Ok(GroupsAnswer::of(results, Some(change_set)).among(total))
}

impl Job for AcceptJob {
    const KIND: &'static str = "leads.duplicates.accept";

    async fn run(self, context: Context) -> Result<(), Failure> {
        action::work_off(&context, self.change_set, slice).await
    }
}

/// Some groups; whether there are more.
fn slice(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<bool> {
    let Some(running) = action::resume(tx, workspace, id, |it: &Threshold| &it.seen)? else {
        return Ok(false);
    };
    let below = running.header.last_id.unwrap_or(id);
    let next = next(tx, &running.caller, &running.request, below)?;
    let results = merging::some(tx, &running.caller, &running.by, &next.requests)?;
    let part = Part {
        done: running.header.done,
        last: next.last.or(running.header.last_id),
        more: next.more,
    };
    merging::write_down(tx, workspace, id, &results, part)?;
    Ok(next.more)
}

fn next(tx: &mut Tx, caller: &Caller, wanted: &Threshold, below: Uuid) -> Result<Next> {
    let which = (wanted.least, wanted.owner);
    let mut ids = queue::open_below(tx, caller, which, below, TOGETHER + 1)?;
    let more = ids.len() > TOGETHER;
    ids.truncate(TOGETHER);
    let members = groups::members(tx, caller.workspace, &ids)?;
    let request = |group: &Uuid| Request {
        ids: members
            .iter()
            .filter(|it| it.0 == *group)
            .map(|it| it.1)
            .collect(),
        ..Request::default()
    };
    Ok(Next {
        requests: ids.iter().map(request).collect(),
        last: ids.last().copied(),
        more,
    })
}
