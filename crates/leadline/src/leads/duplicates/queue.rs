//! The queue as it is read: which groups there are, and who may see them.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use store::{Sql, Timestamp, Tx};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    Progress, State,
    apart::push_in,
    groups::{self, Group},
    scan,
};
use crate::{
    base::{Caller, Cursor, Error, PageQuery, Result, Scope},
    leads::{Lead, identity::evidence::Evidence, lead},
};

/// Groups that are counted; beyond them there are more.
const COUNTED: i64 = 10_000;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `open`, `dismissed` or `separate`.
    #[param(default = "open")]
    state: Option<String>,
    /// Groups that are at least as sure.
    #[param(minimum = 0, maximum = 100)]
    min_confidence: Option<i64>,
    /// Groups with a lead of this person.
    #[param(value_type = Option<Uuid>)]
    assigned_to: Option<String>,
    /// Groups per page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Leads that may be about one person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DuplicateGroup)]
pub(super) struct GroupView {
    pub id: Uuid,
    pub state: String,
    /// Between 0 and 99.
    confidence: i64,
    /// What they have in common, and what that counts.
    evidence: Vec<Evidence>,
    pub leads: Vec<Lead>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// Groups, the surest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DuplicateGroups)]
pub(super) struct GroupPage {
    data: Vec<GroupView>,
    limit: i64,
    total: i64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    total_capped: bool,
    next_cursor: Option<String>,
    /// Further groups that hold a lead the caller may not see.
    hidden: i64,
    scan: Progress,
}

/// Which groups are asked for.
pub(super) struct Choice {
    state: State,
    least: i64,
    owner: Option<Uuid>,
    limit: i64,
    after: Option<(i64, Uuid)>,
}

impl Choice {
    pub(super) fn read(wanted: &Wanted) -> Result<Choice> {
        let page = PageQuery {
            limit: wanted.limit,
            ..PageQuery::default()
        };
        let state = wanted.state.as_deref().unwrap_or("open");
        let owner = wanted.assigned_to.as_deref().map(str::parse).transpose();
        let after = wanted.cursor.as_deref().map(Cursor::read).transpose()?;
        Ok(Choice {
            state: State::parse(state)
                .ok_or_else(|| Error::invalid("state", "is none of open, dismissed, separate"))?,
            least: match wanted.min_confidence.unwrap_or(0) {
                sure @ 0..=100 => sure,
                _ => return Err(Error::invalid("minConfidence", "must be between 0 and 100")),
            },
            owner: owner.map_err(|_| Error::invalid("assignedTo", "is not an id"))?,
            limit: page.limit()?,
            after,
        })
    }

    fn push(&self, caller: &Caller, sql: &mut Sql) {
        sql.push(" from lead_duplicate_groups g where g.workspace_id = ")
            .bind(caller.workspace);
        push_wanted(caller, sql, self.state, self.least, self.owner);
    }
}

/// Groups of a state that are sure enough, of a person where one is named.
fn push_wanted(caller: &Caller, sql: &mut Sql, state: State, least: i64, owner: Option<Uuid>) {
    sql.push(" and g.state = ").bind(state.key());
    sql.push(" and g.confidence >= ").bind(least);
    if let Some(owner) = owner {
        push_member(caller, sql, " and exists ");
        sql.push(" and l.assigned_to = ").bind(owner).push(")");
    }
}

/// The open groups that are sure enough and begin below an id, the newest first.
pub(super) fn open_below(
    tx: &mut Tx,
    caller: &Caller,
    (least, owner): (i64, Option<Uuid>),
    below: Uuid,
    limit: usize,
) -> Result<Vec<Uuid>> {
    let mut sql = Sql::new("select g.id from lead_duplicate_groups g where g.workspace_id = ");
    sql.bind(caller.workspace);
    push_wanted(caller, &mut sql, State::Open, least, owner);
    push_visible(caller, &mut sql);
    sql.push(" and g.id < ").bind(below);
    sql.push(" order by g.id desc limit ")
        .bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let found: Vec<(Uuid,)> = tx.fetch(&sql)?;
    Ok(found.into_iter().map(|it| it.0).collect())
}

/// How many open groups are sure enough.
pub(super) fn open_count(
    tx: &mut Tx,
    caller: &Caller,
    (least, owner): (i64, Option<Uuid>),
) -> Result<i64> {
    let mut sql = Sql::new("select count(*) from lead_duplicate_groups g where g.workspace_id = ");
    sql.bind(caller.workspace);
    push_wanted(caller, &mut sql, State::Open, least, owner);
    push_visible(caller, &mut sql);
    let (n,): (i64,) = tx.fetch_one(&sql)?;
    Ok(n)
}

/// Opens `(select … from the group's live leads`; the caller of this closes it.
fn push_member(caller: &Caller, sql: &mut Sql, how: &'static str) {
    sql.push(how).push(
        "(select 1 from lead_duplicate_members m
          join leads l on l.workspace_id = m.workspace_id and l.id = m.lead_id and l.deleted_at is null
          where m.workspace_id = ",
    );
    sql.bind(caller.workspace).push(" and m.group_id = g.id");
}

/// Groups none of whose leads is out of sight.
fn push_visible(caller: &Caller, sql: &mut Sql) {
    if caller.scope == Scope::All {
        return;
    }
    push_member(caller, sql, " and not exists ");
    push_out_of_sight(&caller.scope, sql);
    sql.push(")");
}

fn push_out_of_sight(scope: &Scope, sql: &mut Sql) {
    match scope {
        Scope::All => drop(sql.push(" and false")),
        Scope::None => {}
        Scope::Own(user) => drop(sql.push(" and l.assigned_to is distinct from ").bind(*user)),
        Scope::Team(users) => drop(
            sql.push(" and (l.assigned_to is null or l.assigned_to not in ")
                .list(users.iter().copied())
                .push(")"),
        ),
    }
}

pub(super) fn page(tx: &mut Tx, caller: &Caller, choice: &Choice) -> Result<GroupPage> {
    let mut sql = Sql::new("select ");
    sql.push(groups::COLUMNS);
    choice.push(caller, &mut sql);
    push_visible(caller, &mut sql);
    if let Some((confidence, id)) = choice.after {
        sql.push(" and (g.confidence, g.id) < (")
            .bind(confidence)
            .push(", ")
            .bind(id)
            .push(")");
    }
    sql.push(" order by g.confidence desc, g.id desc limit ")
        .bind(choice.limit + 1);
    let mut found: Vec<Group> = tx.fetch(&sql)?;
    let size = usize::try_from(choice.limit).unwrap_or(0);
    let more = found.len() > size;
    found.truncate(size);
    let next_cursor = found
        .last()
        .filter(|_| more)
        .map(|it| Cursor::write(&(it.confidence, it.id)));
    let total = count(tx, caller, choice)?;
    Ok(GroupPage {
        data: views(tx, caller, found)?,
        limit: choice.limit,
        total: total.min(COUNTED),
        total_capped: total > COUNTED,
        next_cursor,
        hidden: hidden(tx, caller, choice)?,
        scan: scan::progress(tx, caller.workspace)?,
    })
}

fn count(tx: &mut Tx, caller: &Caller, choice: &Choice) -> Result<i64> {
    let mut sql = Sql::new("select count(*) from (select 1");
    choice.push(caller, &mut sql);
    push_visible(caller, &mut sql);
    sql.push(" limit ").bind(COUNTED + 1).push(") as found");
    let (n,): (i64,) = tx.fetch_one(&sql)?;
    Ok(n)
}

fn hidden(tx: &mut Tx, caller: &Caller, choice: &Choice) -> Result<i64> {
    if caller.scope == Scope::All {
        return Ok(0);
    }
    let mut sql = Sql::new("select count(*) from (select 1");
    choice.push(caller, &mut sql);
    push_member(caller, &mut sql, " and exists ");
    push_out_of_sight(&caller.scope, &mut sql);
    sql.push(") limit ").bind(COUNTED).push(") as found");
    let (n,): (i64,) = tx.fetch_one(&sql)?;
    Ok(n)
}

/// Groups with their live leads.
fn views(tx: &mut Tx, caller: &Caller, found: Vec<Group>) -> Result<Vec<GroupView>> {
    let ids: Vec<Uuid> = found.iter().map(|it| it.id).collect();
    let members = groups::members(tx, caller.workspace, &ids)?;
    let mut wanted: Vec<Uuid> = members.iter().map(|it| it.1).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut sql = Sql::new("select ");
    sql.push(lead::COLUMNS)
        .push(" from leads where leads.workspace_id = ")
        .bind(caller.workspace);
    push_in(tx, &mut sql, " and leads.id", &wanted);
    sql.push(" and leads.deleted_at is null");
    let leads: Vec<Lead> = tx.fetch(&sql)?;
    let leads: HashMap<Uuid, Lead> = leads.into_iter().map(|it| (it.id.uuid(), it)).collect();
    let view = |group: Group| GroupView {
        leads: members
            .iter()
            .filter(|it| it.0 == group.id)
            .filter_map(|it| leads.get(&it.1).cloned())
            .collect(),
        id: group.id,
        state: group.state,
        confidence: group.confidence,
        evidence: group.evidence.0,
        created_at: group.created_at,
        updated_at: group.updated_at,
    };
    Ok(found.into_iter().map(view).collect())
}

/// A group all of whose leads the caller sees; any other is not found.
pub(super) fn visible(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<GroupView> {
    let group = groups::one(tx, caller.workspace, id)?.ok_or(Error::NotFound("group"))?;
    let view = views(tx, caller, vec![group])?.into_iter().next();
    let view = view.ok_or(Error::NotFound("group"))?;
    let all_seen = view
        .leads
        .iter()
        .all(|it| caller.scope.admits(it.assigned_to));
    if all_seen && !view.leads.is_empty() {
        Ok(view)
    } else {
        Err(Error::NotFound("group"))
    }
}
