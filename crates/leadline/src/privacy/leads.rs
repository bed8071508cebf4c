//! The leads of an erasure, with everything that hangs on them.

use serde_json::{Value as Json, json};
use store::{Engine, Sql, Tx};
use uuid::Uuid;

use super::{
    erasure::Mode,
    steps::{Went, Work},
    tally::Tally,
};
use crate::{
    base::{Result, Scope, WorkspaceId},
    leads::{
        Lead,
        activities::{self, Activity, Kind},
        duplicates,
        find::{self, Among, For},
        happened, remove,
        save::save,
        write::By,
    },
};

/// Leads of one unit of work: each has a timeline and notes.
const TOGETHER: usize = 25;

/// What an anonymised lead is called.
pub const NOBODY: &str = "Anonymous";

/// The next leads.
pub fn unit(tx: &mut Tx, work: &mut Work, place: Option<Json>) -> Result<Went> {
    let from = place.and_then(|it| it.as_u64()).unwrap_or(0);
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let all = work.subject.leads.clone();
    let some: Vec<Uuid> = all.iter().copied().skip(from).take(TOGETHER).collect();
    let mut went = Went::default();
    if some.is_empty() {
        return Ok(went);
    }
    let purpose = if work.erases() {
        For::Writing
    } else {
        For::Reading
    };
    let leads = find::some(
        tx,
        work.workspace,
        &Scope::All,
        &some,
        Among::Either,
        purpose,
    )?;
    search_for_good(tx, work, "1")?;
    for lead in &leads {
        went.tally
            .add(&hanging_on(tx, work.workspace, lead, work.mode)?);
        // What came in since the erasure began.
        work.subject.take(lead);
        if work.erases() {
            match work.mode {
                Mode::Erase => erase(tx, &work.by, lead)?,
                Mode::Anonymise => anonymise(tx, &work.by, lead)?,
            }
        }
    }
    search_for_good(tx, work, "0")?;
    let done = from + some.len();
    went.next = (done < all.len()).then(|| json!(done));
    Ok(went)
}

/// What is taken out of SQLite's search index stays in it, marked as gone, until parts of it are merged; while this is
/// switched on it is taken out at once.
fn search_for_good(tx: &mut Tx, work: &Work, switch: &'static str) -> Result<()> {
    if tx.engine() == Engine::Sqlite && work.erases() {
        tx.exec(SQLITE_SECURE_DELETE, &[&switch])?;
    }
    Ok(())
}

// every workspace: they share the index
const SQLITE_SECURE_DELETE: &str =
    "insert into leads_search (leads_search, rank) values ('secure-delete', cast($1 as integer))";

/// Counts what goes with a lead, or loses what it says.
fn hanging_on(tx: &mut Tx, workspace: WorkspaceId, lead: &Lead, mode: Mode) -> Result<Tally> {
    let mut tally = Tally::default();
    let id = lead.id.uuid();
    let mut count = |sql: &str| -> Result<i64> {
        let (n,): (i64,) = tx.one(sql, &[&workspace, &id])?;
        Ok(n)
    };
    let history =
        count("select count(*) from lead_activities where workspace_id = $1 and lead_id = $2")?;
    let notes = count("select count(*) from lead_notes where workspace_id = $1 and lead_id = $2")?;
    let keys = count("select count(*) from lead_keys where workspace_id = $1 and lead_id = $2")?;
    let listed = count("select count(*) from lead_tags where workspace_id = $1 and lead_id = $2")?;
    let groups = count(
        "select count(*) from lead_duplicate_members where workspace_id = $1 and lead_id = $2",
    )?;
    let apart = count(
        "select count(*) from lead_pairs_apart where workspace_id = $1 and (lead_id = $2 or other_id = $2)",
    )?;
    let redirects =
        count("select count(*) from lead_redirects where workspace_id = $1 and to_id = $2")?;
    tally.deleted("notes", notes);
    tally.deleted("keys", keys);
    tally.deleted("tags", listed);
    tally.deleted("duplicates", groups);
    match mode {
        Mode::Erase => {
            tally.deleted("leads", 1);
            tally.deleted("history", history);
            tally.deleted("duplicates", apart);
            tally.deleted("redirects", redirects);
        }
        Mode::Anonymise => {
            tally.changed("leads", 1);
            tally.changed("history", history);
        }
    }
    Ok(tally)
}

fn erase(tx: &mut Tx, by: &By, lead: &Lead) -> Result<()> {
    remove::for_good(tx, by, lead, Kind::Erased)?;
    happened::erased(tx, by, lead)
}

/// The lead stays where it stands, without the person. Its history says that something happened, no longer what.
fn anonymise(tx: &mut Tx, by: &By, lead: &Lead) -> Result<()> {
    let (workspace, id) = (by.workspace, lead.id.uuid());
    let after = Lead {
        name: NOBODY.to_owned(),
        name_provisional: true,
        email: None,
        phone: None,
        phone_display: None,
        company: None,
        title: None,
        tags: "[]".to_owned(),
        custom_fields: "{}".to_owned(),
        contact_id: None,
        ..lead.clone()
    };
    save(tx, by, lead, after)?;
    tx.exec(
        "delete from lead_notes where workspace_id = $1 and lead_id = $2",
        &[&workspace, &id],
    )?;
    tx.exec(
        "delete from lead_keys where workspace_id = $1 and lead_id = $2",
        &[&workspace, &id],
    )?;
    duplicates::forget(tx, workspace, id)?;
    let mut sql = Sql::new("update lead_activities set data = ");
    sql.bind(store::Value::RawJson("{}".to_owned()));
    sql.push(" where workspace_id = ")
        .bind(workspace)
        .push(" and lead_id = ")
        .bind(id)
        .push(" and kind in ")
        .list(SAYING);
    tx.run(&sql)?;
    let mark = Activity::new(id, Kind::Erased, &json!({}));
    activities::record_many(tx, by, vec![mark])?;
    Ok(())
}

/// What in a history says something about the person. The others say where the lead stood and who had it.
pub const SAYING: [&str; 7] = [
    "updated",
    "tagged",
    "submitted",
    "merged",
    "unmerged",
    "repeated",
    "note_edited",
];
