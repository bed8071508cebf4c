//! Change sets as they are shown: found by their id, and listed newest first.
//!
//! A change set needs no row of its own: the log's rows carry its id. Only actions over many leads, undoing and merging
//! write one ([`action`]).

use serde::Serialize;
use store::{Sql, Timestamp, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{action, log};
use crate::{
    base::{Actor as Who, Caller, Error, Result, Scope, Via, WorkspaceId},
    leads::activities::{self, Actor},
};

/// What somebody did, as a whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeSet {
    pub id: Uuid,
    /// `create`, `edit`, `move`, `assign`, `tag`, `delete`, `restore`, `purge`, `erase`, `note`, `import`, `merge`, `undo`, and
    /// for actions over many leads `move_stage`, `assign`, `tag`, `untag`, `delete`, `restore`.
    pub kind: String,
    /// `running`, `done` or `failed`.
    pub state: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub actor: Actor,
    /// Through what: `ui`, `apiKey`, `job`, `import`, `commandLine`, `automation`, `crmSync`, `copilot`.
    pub via: String,
    /// The leads that it changed, as far as the caller sees them.
    pub leads: i64,
    /// The leads that it changed and that the caller does not see.
    pub hidden: i64,
    /// The change set that it took back.
    pub undoes: Option<Uuid>,
    /// The change sets that took it back.
    pub undone_by: Vec<Uuid>,
}

/// A change set that the caller did, or of which he sees at least one lead.
pub fn find(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<ChangeSet> {
    let set = load(tx, caller, id)?;
    let own = caller.actor.id().is_some() && set.actor.id == caller.actor.id();
    if own || caller.scope == Scope::All || set.leads > 0 {
        Ok(set)
    } else {
        Err(Error::NotFound("change set"))
    }
}

/// The newest change sets before `before`, at most `looked` of them looked at. Answers where looking ended, if there may
/// be more.
pub fn list(
    tx: &mut Tx,
    caller: &Caller,
    of: Option<Uuid>,
    before: Option<Uuid>,
    limit: usize,
) -> Result<(Vec<ChangeSet>, Option<Uuid>)> {
    /// So that one answer stays quick where hardly any are the caller's.
    const LOOKED_AT: usize = 1000;
    let mut found = Vec::new();
    let mut before = before.unwrap_or(Uuid::max());
    for _ in 0..LOOKED_AT {
        let Some(id) = newest_before(tx, caller.workspace, before)? else {
            return Ok((found, None));
        };
        if found.len() == limit {
            return Ok((found, Some(before)));
        }
        before = id;
        let actor = actor_of(tx, caller.workspace, id)?;
        if of.is_some() && of != actor {
            continue;
        }
        let set = load(tx, caller, id)?;
        if caller.scope == Scope::All || set.leads > 0 || set.actor.id == caller.actor.id() {
            found.push(set);
        }
    }
    Ok((found, Some(before)))
}

fn newest_before(tx: &mut Tx, workspace: WorkspaceId, before: Uuid) -> Result<Option<Uuid>> {
    let logged: Option<(Uuid,)> = tx.opt(
        "select change_set_id from lead_activities
         where workspace_id = $1 and change_set_id < $2 and change_set_id is not null
         order by change_set_id desc limit 1",
        &[&workspace, &before],
    )?;
    let begun: Option<(Uuid,)> = tx.opt(
        "select id from lead_change_sets where workspace_id = $1 and id < $2 order by id desc limit 1",
        &[&workspace, &before],
    )?;
    Ok(logged.into_iter().chain(begun).map(|it| it.0).max())
}

/// The first row of the log.
fn first(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Option<First>> {
    let first: Option<First> = tx.opt(
        "select kind, at, actor_kind, actor_id, via from lead_activities
         where workspace_id = $1 and change_set_id = $2 order by lead_id limit 1",
        &[&workspace, &id],
    )?;
    if first.is_some() {
        return Ok(first);
    }
    let made = log::creation(tx, workspace, id)?;
    Ok(made.map(|it| First {
        kind: it.kind,
        at: it.at,
        actor_kind: it.actor_kind,
        actor_id: it.actor_id,
        via: it.via,
    }))
}

struct First {
    kind: String,
    at: Timestamp,
    actor_kind: String,
    actor_id: Option<Uuid>,
    via: Option<String>,
}
store::row!(First {
    kind,
    at,
    actor_kind,
    actor_id,
    via
});

fn actor_of(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Option<Uuid>> {
    let begun: Option<(Option<Uuid>,)> = tx.opt(
        "select actor_id from lead_change_sets where workspace_id = $1 and id = $2",
        &[&workspace, &id],
    )?;
    match begun {
        Some((actor,)) => Ok(actor),
        None => Ok(first(tx, workspace, id)?.and_then(|it| it.actor_id)),
    }
}

fn load(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<ChangeSet> {
    let workspace = caller.workspace;
    let header = action::header(tx, workspace, id)?;
    let first = first(tx, workspace, id)?;
    let (kind, state, at, who, via, undoes) = match (header, first) {
        (Some(header), _) => {
            let who = Who::from_columns(&header.actor_kind, header.actor_id);
            let via = header.via.unwrap_or_else(|| Via::usual(who).key().into());
            let kind = header.action;
            (
                kind,
                header.state,
                header.created_at,
                who,
                via,
                header.undoes,
            )
        }
        (None, Some(first)) => {
            let who = Who::from_columns(&first.actor_kind, first.actor_id);
            let via =
                activities::via_shown(first.via.as_deref(), &first.actor_kind, first.actor_id);
            // What was read in from a file is not looked through.
            let kind = if via == Via::Import.key() {
                "import"
            } else {
                kind(&kinds(tx, workspace, id)?, &first.kind)
            };
            let kind = kind.to_owned();
            (kind, "done".to_owned(), first.at, who, via, None)
        }
        (None, None) => return Err(Error::NotFound("change set")),
    };
    let (leads, hidden) = count(tx, caller, id)?;
    let undone_by: Vec<(Uuid,)> = tx.all(
        "select id from lead_change_sets where workspace_id = $1 and undoes = $2 order by id",
        &[&workspace, &id],
    )?;
    Ok(ChangeSet {
        id,
        kind,
        state,
        at,
        actor: activities::actor(tx, workspace, who)?,
        via,
        leads,
        hidden,
        undoes,
        undone_by: undone_by.into_iter().map(|it| it.0).collect(),
    })
}

/// The kinds of activities in a change set.
pub fn kinds(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Vec<String>> {
    let kinds: Vec<(String,)> = tx.all(
        "select distinct kind from lead_activities where workspace_id = $1 and change_set_id = $2 order by kind",
        &[&workspace, &id],
    )?;
    let mut kinds: Vec<String> = kinds.into_iter().map(|it| it.0).collect();
    if kinds.is_empty() && log::creation(tx, workspace, id)?.is_some() {
        kinds.push("created".to_owned());
    }
    Ok(kinds)
}

/// What to call a change set that has no row of its own.
fn kind(kinds: &[String], first: &str) -> &'static str {
    let has = |kind: &str| kinds.iter().any(|it| it == kind);
    for (kind, name) in [
        ("created", "create"),
        ("erased", "erase"),
        ("purged", "purge"),
        ("merged", "merge"),
        ("restored", "restore"),
        ("deleted", "delete"),
        ("updated", "edit"),
    ] {
        if has(kind) {
            return name;
        }
    }
    let all = |kind: &str| kinds.iter().all(|it| it.starts_with(kind));
    match first {
        _ if kinds
            .iter()
            .all(|it| ["stage_changed", "reordered", "respaced"].contains(&it.as_str())) =>
        {
            "move"
        }
        "assigned" if all("assigned") => "assign",
        "tagged" if all("tagged") => "tag",
        _ if all("note_") => "note",
        _ => "edit",
    }
}

/// How many leads it changed that the caller sees, and how many others.
fn count(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<(i64, i64)> {
    let workspace = caller.workspace;
    let (mut all,): (i64,) = tx.one(
        "select count(distinct lead_id) from lead_activities where workspace_id = $1 and change_set_id = $2",
        &[&workspace, &id],
    )?;
    let alone = all == 0 && log::creation(tx, workspace, id)?.is_some();
    if alone {
        all = 1;
    }
    if caller.scope == Scope::All {
        return Ok((all, 0));
    }
    let mut sql = Sql::new("select count(*) from leads where leads.workspace_id = ");
    sql.bind(workspace);
    if alone {
        sql.push(" and leads.id = ").bind(id);
    } else {
        sql.push(" and leads.id in (select lead_id from lead_activities where workspace_id = ")
            .bind(workspace)
            .push(" and change_set_id = ")
            .bind(id)
            .push(")");
    }
    caller.scope.push(&mut sql, "leads.assigned_to");
    let (seen,): (i64,) = tx.fetch_one(&sql)?;
    Ok((seen, all - seen))
}

/// The next leads of a change set, in the order of their ids, and whether there are more.
pub fn leads_after(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: Uuid,
    after: Option<Uuid>,
    limit: usize,
) -> Result<(Vec<Uuid>, bool)> {
    let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let after = after.unwrap_or_default();
    let rows: Vec<(Uuid,)> = tx.all(
        "select distinct lead_id from lead_activities
         where workspace_id = $1 and change_set_id = $2 and lead_id > $3 order by lead_id limit $4",
        &[&workspace, &id, &after, &wanted],
    )?;
    let mut leads: Vec<Uuid> = rows.into_iter().map(|it| it.0).collect();
    if leads.is_empty() && after < id && log::creation(tx, workspace, id)?.is_some() {
        leads.push(id);
    }
    let more = leads.len() > limit;
    leads.truncate(limit);
    Ok((leads, more))
}
