//! Sample leads: people who do not exist, by whom somebody new sees what leads look like, and who go again in one act.
//!
//! What makes a lead a sample is a key in `lead_keys` that no other way in can write. It goes along when two samples are
//! merged. A sample that is merged with a real lead, whichever of the two survives, is a real lead from then on: nobody's
//! data goes with the samples.

use store::Tx;
use uuid::Uuid;

use super::{
    find::{self, Among, For},
    identity::keys::{self, LeadKey},
    lead::Lead,
    write::{By, SLICE},
};
use crate::base::{Result, Scope, WorkspaceId};

/// The way by which samples come in. The colon keeps it apart from every source that can be made.
pub const SOURCE: &str = "sample:leads";

/// The tag by which people see in lists, filters and exports what is a sample.
pub const TAG: &str = "Sample";

/// How many samples there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub live: i64,
    pub trashed: i64,
}

/// The kind of the key that samples carry.
pub fn mark() -> String {
    keys::external(SOURCE)
}

pub fn count(tx: &mut Tx, workspace: WorkspaceId) -> Result<Count> {
    let (live, trashed) = tx.one(
        "select count(*) filter (where leads.deleted_at is null), count(*) filter (where leads.deleted_at is not null)
         from leads where leads.workspace_id = $1 and leads.id in (
             select lead_id from lead_keys where workspace_id = $1 and kind = $2)",
        &[&workspace, &mark()],
    )?;
    Ok(Count { live, trashed })
}

/// The samples, locked, in the trash or not; at most a slice of them.
pub fn lock(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<Lead>> {
    let ids = ids(tx, workspace)?;
    let leads = find::some(
        tx,
        workspace,
        &Scope::All,
        &ids,
        Among::Either,
        For::Writing,
    )?;
    // One may have been merged with a real lead before its turn came.
    let still = self::ids(tx, workspace)?;
    let leads = leads.into_iter().filter(|it| still.contains(&it.id.uuid()));
    Ok(leads.collect())
}

/// Whether there is a lead that is no sample: one lead more than there are samples is looked at, at most.
pub fn is_any_real(tx: &mut Tx, workspace: WorkspaceId) -> Result<bool> {
    let samples = ids(tx, workspace)?;
    let enough = i64::try_from(samples.len()).unwrap_or(i64::MAX - 1) + 1;
    let some: Vec<(Uuid,)> = tx.all(
        "select id from leads where workspace_id = $1 order by id desc limit $2",
        &[&workspace, &enough],
    )?;
    Ok(some.iter().any(|(id,)| !samples.contains(id)))
}

fn ids(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<Uuid>> {
    let most = i64::try_from(SLICE).unwrap_or(i64::MAX);
    let rows: Vec<(Uuid,)> = tx.all(
        "select distinct lead_id from lead_keys where workspace_id = $1 and kind = $2 order by lead_id limit $3",
        &[&workspace, &mark(), &most],
    )?;
    Ok(rows.into_iter().map(|it| it.0).collect())
}

/// The marks that two leads lose which become one, because only one of them is a sample: the survivor's own are taken
/// away here and answered, the other's are taken out of what the survivor gains.
pub(super) fn part_with_marks(
    tx: &mut Tx,
    by: &By,
    survivor: Uuid,
    own: &[(String, String)],
    gained: &mut Vec<(String, String)>,
) -> Result<Vec<(String, String)>> {
    let mark = mark();
    let is_mark = |it: &&(String, String)| it.0 == mark;
    let marks: Vec<(String, String)> = own.iter().filter(is_mark).cloned().collect();
    let other_is_sample = gained.iter().any(|it| is_mark(&it));
    if marks.is_empty() {
        gained.retain(|it| !is_mark(&it));
        return Ok(marks);
    }
    if other_is_sample {
        return Ok(Vec::new());
    }
    tx.exec(
        "delete from lead_keys where workspace_id = $1 and lead_id = $2 and kind = $3",
        &[&by.workspace, &survivor, &mark],
    )?;
    Ok(marks)
}

/// Gives a lead its marks back, where a merge is taken back.
pub(super) fn mark_again(
    tx: &mut Tx,
    by: &By,
    lead: Uuid,
    marks: Vec<(String, String)>,
) -> Result<()> {
    let keys: Vec<LeadKey> = marks
        .into_iter()
        .map(|(kind, value)| LeadKey { lead, kind, value })
        .collect();
    keys::add(tx, by, &keys)
}
