//! Whom a slice's people might be: leads that carry one of their keys. Each kind of key is looked up by an index of its
//! own, for the whole slice in one statement on PostgreSQL and by a prepared one per key on SQLite.

use std::collections::{HashMap, HashSet};

use serde_json::{Value as Json, json};
use store::{Engine, Sql, Timestamp, Tx};
use uuid::Uuid;

use super::{Submission, keys::Key};
use crate::{
    base::Result,
    intake::sources::{MatchKey, Source},
    leads::{
        Lead,
        identity::{carriers::DISCRIMINATES, keys, sql},
        lead,
        search::Term,
        write::By,
    },
};

/// Leads that may be meant.
#[derive(Default)]
pub(super) struct Known {
    /// By the key's identity, the best candidate first.
    candidates: HashMap<String, Vec<Uuid>>,
    /// By the identity of a key of which no two leads may have one value, the live leads that have it.
    owners: HashMap<String, Vec<Uuid>>,
    /// Read and, on PostgreSQL, locked.
    pub leads: HashMap<Uuid, Lead>,
}

/// A lead that carries a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Candidate {
    id: Uuid,
    deleted_at: Option<Timestamp>,
    seen_at: Timestamp,
}

impl Known {
    /// Those that carry the key, the best first; none, where it says nothing about who somebody is.
    pub(super) fn by(&self, key: &Key) -> &[Uuid] {
        self.candidates
            .get(&key.identity)
            .map_or(&[], Vec::as_slice)
    }

    /// The live leads that have the value, where no two leads may have it.
    pub(super) fn owners(&self, key: &Key) -> &[Uuid] {
        self.owners.get(&key.identity).map_or(&[], Vec::as_slice)
    }
}

/// The leads that carry keys of the slice and may be meant by its people.
pub(super) fn known(
    tx: &mut Tx,
    by: &By,
    source: &Source,
    submissions: &[Submission],
    keys: &[Vec<Key>],
) -> Result<Known> {
    let mut wanted: Vec<&Key> = keys.iter().flatten().collect();
    wanted.sort_unstable_by(|a, b| a.identity.cmp(&b.identity));
    wanted.dedup_by(|a, b| a.identity == b.identity);
    let mut known = Known::default();
    if wanted.is_empty() {
        return Ok(known);
    }
    let found = carriers(tx, by, source, &wanted)?;
    if found.is_empty() {
        return Ok(known);
    }
    let times = times(tx, submissions, keys);
    let mut chosen = HashSet::new();
    for (index, mut leads) in found {
        let key = wanted[index];
        if matches!(key.by, MatchKey::UniqueField(_)) {
            let live = leads.iter().filter(|it| it.deleted_at.is_none());
            known
                .owners
                .insert(key.identity.clone(), live.map(|it| it.id).collect());
        }
        if leads.len() > DISCRIMINATES {
            continue;
        }
        let at = times.get(key.identity.as_str()).copied();
        leads.retain(|it| is_in_window(source, it.seen_at, at));
        // The trash comes last; among others the oldest is the one that everything has been put to so far.
        leads.sort_unstable_by_key(|it| (it.deleted_at.is_some(), it.id));
        leads.dedup();
        chosen.extend(leads.first().map(|it| it.id));
        known
            .candidates
            .insert(key.identity.clone(), leads.iter().map(|it| it.id).collect());
    }
    known.leads = load(tx, by, &chosen)?;
    Ok(known)
}

/// The identities of those keys that somebody carries, and that say who somebody is.
pub(super) fn carried(
    tx: &mut Tx,
    by: &By,
    source: &Source,
    keys: &[Vec<Key>],
) -> Result<HashSet<String>> {
    let mut wanted: Vec<&Key> = keys.iter().flatten().collect();
    wanted.sort_unstable_by(|a, b| a.identity.cmp(&b.identity));
    wanted.dedup_by(|a, b| a.identity == b.identity);
    if wanted.is_empty() {
        return Ok(HashSet::new());
    }
    let found = carriers(tx, by, source, &wanted)?.into_iter();
    let telling = found.filter(|(_, leads)| leads.len() <= DISCRIMINATES);
    Ok(telling
        .map(|(index, _)| wanted[index].identity.clone())
        .collect())
}

/// When each key last came in within the slice.
fn times<'a>(
    tx: &Tx,
    submissions: &[Submission],
    keys: &'a [Vec<Key>],
) -> HashMap<&'a str, Timestamp> {
    let mut times = HashMap::new();
    for (submission, keys) in submissions.iter().zip(keys) {
        let at = submission.at.unwrap_or_else(|| tx.now());
        for key in keys {
            let last = times.entry(key.identity.as_str()).or_insert(at);
            *last = at.min(*last);
        }
    }
    times
}

/// Whether somebody last seen then may still be meant by what comes in `at`.
pub(super) fn is_in_window(source: &Source, seen: Timestamp, at: Option<Timestamp>) -> bool {
    let (Some(window), Some(at)) = (source.window, at) else {
        return true;
    };
    let window = i64::try_from(window.as_millis()).unwrap_or(i64::MAX);
    at.0.saturating_sub(seen.0) <= window
}

/// For each key, by its place, the leads that carry it: at most one more than discriminate.
fn carriers(
    tx: &mut Tx,
    by: &By,
    source: &Source,
    wanted: &[&Key],
) -> Result<HashMap<usize, Vec<Candidate>>> {
    let mut found: HashMap<usize, Vec<Candidate>> = HashMap::new();
    let mut add = |index: usize, rows: Vec<Row>| {
        found
            .entry(index)
            .or_default()
            .extend(rows.into_iter().map(Candidate::from));
    };
    if tx.engine() == Engine::Sqlite {
        for (index, key) in wanted.iter().enumerate() {
            for (hash, value) in &key.forms {
                let rows = sqlite_carriers(tx, by, source, key, *hash, value)?;
                if !rows.is_empty() {
                    add(index, rows);
                }
            }
        }
        return Ok(found);
    }
    for (statement, places) in postgres_statements(source, wanted) {
        let rows: Vec<(i64, Uuid, Option<Timestamp>, Timestamp)> =
            tx.all(statement, &[&by.workspace, &store::Json(places)])?;
        for (index, id, deleted_at, seen_at) in rows {
            let index = usize::try_from(index).unwrap_or(usize::MAX);
            add(index, vec![(id, deleted_at, seen_at)]);
        }
    }
    Ok(found)
}

type Row = (Uuid, Option<Timestamp>, Timestamp);

fn sqlite_carriers(
    tx: &mut Tx,
    by: &By,
    source: &Source,
    key: &Key,
    hash: i64,
    value: &str,
) -> Result<Vec<Row>> {
    let statement = match key.by {
        MatchKey::Email => SQLITE_BY_EMAIL,
        MatchKey::Phone => SQLITE_BY_PHONE,
        MatchKey::NameAndCompany => return sqlite_named(tx, by, value),
        _ => {
            let kind = kind_of(source, key);
            return Ok(tx.all(SQLITE_BY_KEY, &[&by.workspace, &kind, &hash, &value])?);
        }
    };
    Ok(tx.all(statement, &[&by.workspace, &hash, &value])?)
}

/// By the search index, whose groups of letters narrow the rows down; the row decides. Names too short for a group are not
/// looked for.
fn sqlite_named(tx: &mut Tx, by: &By, value: &str) -> Result<Vec<Row>> {
    let Some((name, company)) = value.split_once('\n') else {
        return Ok(Vec::new());
    };
    let queries: Vec<String> = [name, company]
        .into_iter()
        .filter_map(Term::parse)
        .filter(|it| it.has_grams(Engine::Sqlite))
        .map(|it| format!("({})", it.fts_query()))
        .collect();
    if queries.is_empty() {
        return Ok(Vec::new());
    }
    let (head, tail) = (format!("{name}\n"), format!("\n{company}"));
    Ok(tx.all(
        SQLITE_NAMED,
        &[&by.workspace, &queries.join(" AND "), &head, &tail],
    )?)
}

const SQLITE_NAMED: &str = "select leads.id, leads.deleted_at, coalesce(leads.last_submission_at, leads.created_at)
     from leads_search cross join leads on leads.seq = leads_search.rowid
     where leads_search match $2 and leads.workspace_id = $1 and not leads.name_provisional
         and substr(leads.search_text, 1, length($3)) = $3 and substr(leads.search_text, -length($4)) = $4
     limit 21";

fn kind_of(source: &Source, key: &Key) -> String {
    match &key.by {
        MatchKey::UniqueField(field) => keys::field(field),
        _ => keys::external(&source.key),
    }
}

const SQLITE_BY_EMAIL: &str = "select id, deleted_at, coalesce(last_submission_at, created_at)
     from leads indexed by leads_by_email
     where workspace_id = $1 and email_hash = $2 and email = $3 limit 21";

const SQLITE_BY_PHONE: &str = "select id, deleted_at, coalesce(last_submission_at, created_at)
     from leads indexed by leads_by_phone
     where workspace_id = $1 and phone_hash = $2 and phone = $3 limit 21";

const SQLITE_BY_KEY: &str =
    "select l.id, l.deleted_at, coalesce(l.last_submission_at, l.created_at)
     from lead_keys k cross join leads l on l.workspace_id = k.workspace_id and l.id = k.lead_id
     where k.workspace_id = $1 and k.kind = $2 and k.hash = $3 and k.value = $4 limit 21";

/// The statements that are needed, each with its keys and their places.
fn postgres_statements(source: &Source, wanted: &[&Key]) -> Vec<(&'static str, Vec<Json>)> {
    let (mut emails, mut phones, mut kept, mut named) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (index, key) in wanted.iter().enumerate() {
        for (hash, value) in &key.forms {
            let row = json!({ "n": index, "hash": hash, "value": value });
            match key.by {
                MatchKey::Email => emails.push(row),
                MatchKey::Phone => phones.push(row),
                MatchKey::NameAndCompany => named.extend(postgres_named(index, value)),
                _ => kept.push(
                    json!({ "n": index, "hash": hash, "value": value, "kind": kind_of(source, key) }),
                ),
            }
        }
    }
    [
        (POSTGRES_BY_EMAIL, emails),
        (POSTGRES_BY_PHONE, phones),
        (POSTGRES_BY_KEY, kept),
        (POSTGRES_NAMED, named),
    ]
    .into_iter()
    .filter(|(_, rows)| !rows.is_empty())
    .collect()
}

fn postgres_named(index: usize, value: &str) -> Option<Json> {
    let (name, company) = value.split_once('\n')?;
    let has_grams = |it: &str| Term::parse(it).is_some_and(|it| it.has_grams(Engine::Postgres));
    (has_grams(name) || has_grams(company)).then(|| {
        json!({
            "n": index, "head": format!("{}\n%", escaped(name)), "tail": format!("%\n{}", escaped(company)),
        })
    })
}

/// Text that stands for itself in a `like` pattern.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}

const POSTGRES_NAMED: &str = "select k.n, l.id, l.deleted_at, l.seen_at
     from jsonb_to_recordset(cast($2 as jsonb)) as k(n bigint, head text, tail text)
     cross join lateral (
         select id, deleted_at, coalesce(last_submission_at, created_at) as seen_at from leads
         where workspace_id = $1 and search_text like k.head and search_text like k.tail and not name_provisional
         limit 21
     ) as l";

const POSTGRES_BY_EMAIL: &str = "select k.n, l.id, l.deleted_at, l.seen_at
     from jsonb_to_recordset(cast($2 as jsonb)) as k(n bigint, hash bigint, value text)
     cross join lateral (
         select id, deleted_at, coalesce(last_submission_at, created_at) as seen_at from leads
         where email_hash = k.hash and workspace_id = $1 and email = k.value limit 21
     ) as l";

const POSTGRES_BY_PHONE: &str = "select k.n, l.id, l.deleted_at, l.seen_at
     from jsonb_to_recordset(cast($2 as jsonb)) as k(n bigint, hash bigint, value text)
     cross join lateral (
         select id, deleted_at, coalesce(last_submission_at, created_at) as seen_at from leads
         where phone_hash = k.hash and workspace_id = $1 and phone = k.value limit 21
     ) as l";

const POSTGRES_BY_KEY: &str = "select k.n, l.id, l.deleted_at, l.seen_at
     from jsonb_to_recordset(cast($2 as jsonb)) as k(n bigint, hash bigint, value text, kind text)
     cross join lateral (
         select leads.id, leads.deleted_at, coalesce(leads.last_submission_at, leads.created_at) as seen_at
         from lead_keys join leads on leads.workspace_id = lead_keys.workspace_id and leads.id = lead_keys.lead_id
         where lead_keys.workspace_id = $1 and lead_keys.kind = k.kind and lead_keys.hash = k.hash
             and lead_keys.value = k.value limit 21
     ) as l";

/// The leads themselves, locked in the order of their ids.
fn load(tx: &mut Tx, by: &By, ids: &HashSet<Uuid>) -> Result<HashMap<Uuid, Lead>> {
    let mut leads = Vec::with_capacity(ids.len());
    if tx.engine() == Engine::Postgres {
        let mut sql = Sql::new("select ");
        sql.push(lead::COLUMNS)
            .push(" from leads where leads.workspace_id = ")
            .bind(by.workspace);
        sql.push(" and leads.id = any(cast(cast(")
            .bind(sql::array(ids))
            .push(" as text) as uuid[])) order by leads.id for update");
        leads = tx.fetch(&sql)?;
    } else {
        for id in ids {
            let mut sql = Sql::new("select ");
            sql.push(lead::COLUMNS)
                .push(" from leads where leads.workspace_id = ")
                .bind(by.workspace);
            sql.push(" and leads.id = ").bind(*id);
            leads.extend(tx.fetch_opt(&sql)?);
        }
    }
    Ok(leads
        .into_iter()
        .map(|it: Lead| (it.id.uuid(), it))
        .collect())
}

impl From<Row> for Candidate {
    fn from((id, deleted_at, seen_at): Row) -> Candidate {
        Candidate {
            id,
            deleted_at,
            seen_at,
        }
    }
}
