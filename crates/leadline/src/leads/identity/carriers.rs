//! Who carries a key: look-ups one key at a time, each by its index. A key that more than twenty leads carry finds nobody.

use serde_json::json;
use store::{Engine, Sql, Tx};
use uuid::Uuid;

use crate::{
    base::{Result, WorkspaceId},
    leads::{
        Lead,
        identity::{self, evidence::Traits, keys, mail, phone_forms, sql},
        lead,
        search::Term,
    },
};

/// A key that more leads than this carry says nothing about who somebody is.
pub const DISCRIMINATES: usize = 20;

/// Leads of one name that are looked at for a second thing in common.
const NAMESAKES: i64 = 200;

/// Rows that the search index is asked for at most, before the name itself decides.
const LOOKED_AT: i64 = 2_000;

/// Everybody who shares a key with these traits, in the trash too, in no order; nobody twice.
pub fn of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &[u8; 16],
    traits: &Traits,
) -> Result<Vec<Lead>> {
    let mut found: Vec<Lead> = Vec::new();
    let mut add = |leads: Vec<Lead>| {
        for lead in leads {
            if !found.iter().any(|it| it.id == lead.id) {
                found.push(lead);
            }
        }
    };
    if let Some(email) = &traits.email {
        add(by_email(tx, workspace, key, std::slice::from_ref(email))?);
    }
    if let Some(form) = &traits.email_form {
        add(by_email(tx, workspace, key, &mail::plain(form))?);
        add(by_key(tx, workspace, key, keys::EMAIL_FORM, form)?);
    }
    if let Some(phone) = &traits.phone {
        add(by_phone(tx, workspace, key, phone)?);
    }
    for (field, value) in &traits.unique {
        add(by_key(tx, workspace, key, &keys::field(field), value)?);
    }
    add(by_name(tx, workspace, traits)?);
    Ok(found)
}

/// By any of several addresses.
fn by_email(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &[u8; 16],
    emails: &[String],
) -> Result<Vec<Lead>> {
    by_hash(tx, workspace, Hashed::Email, emails, |it| {
        identity::email_hash(key, it)
    })
}

fn by_phone(tx: &mut Tx, workspace: WorkspaceId, key: &[u8; 16], phone: &str) -> Result<Vec<Lead>> {
    let forms = phone_forms::forms(phone);
    by_hash(tx, workspace, Hashed::Phone, &forms, |it| {
        identity::phone_hash(key, it)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hashed {
    Email,
    Phone,
}

fn by_hash(
    tx: &mut Tx,
    workspace: WorkspaceId,
    hashed: Hashed,
    values: &[String],
    hash: impl Fn(&str) -> i64,
) -> Result<Vec<Lead>> {
    let wanted: Vec<i64> = values.iter().map(|it| hash(it)).collect();
    let mut sql = Sql::new("select ");
    sql.push(lead::COLUMNS).push(match (tx.engine(), hashed) {
        (Engine::Sqlite, Hashed::Email) => " from leads indexed by leads_by_email",
        (Engine::Sqlite, Hashed::Phone) => " from leads indexed by leads_by_phone",
        (Engine::Postgres, _) => " from leads",
    });
    sql.push(" where leads.workspace_id = ").bind(workspace);
    sql.push(match hashed {
        Hashed::Email => " and leads.email_hash ",
        Hashed::Phone => " and leads.phone_hash ",
    });
    if tx.engine() == Engine::Postgres {
        sql.push("= any(cast(cast(")
            .bind(sql::array(&wanted))
            .push(" as text) as bigint[]))");
    } else {
        sql.push("in (select value from json_each(")
            .bind(json!(wanted).to_string())
            .push("))");
    }
    sql.push(" limit ").bind(limit());
    let mut leads: Vec<Lead> = tx.fetch(&sql)?;
    leads.retain(|it| {
        let value = match hashed {
            Hashed::Email => &it.email,
            Hashed::Phone => &it.phone,
        };
        value.as_ref().is_some_and(|it| values.contains(it))
    });
    Ok(few(leads))
}

/// Whether so many leads have this address or number that it says nothing.
pub fn is_crowded(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &[u8; 16],
    value: &str,
) -> Result<bool> {
    let statement = match (tx.engine(), value.contains('@')) {
        (Engine::Sqlite, true) => SQLITE_WITH_EMAIL,
        (Engine::Sqlite, false) => SQLITE_WITH_PHONE,
        (Engine::Postgres, true) => POSTGRES_WITH_EMAIL,
        (Engine::Postgres, false) => POSTGRES_WITH_PHONE,
    };
    let hash = if value.contains('@') {
        identity::email_hash(key, value)
    } else {
        identity::phone_hash(key, value)
    };
    let rows: Vec<(Uuid,)> = tx.all(statement, &[&workspace, &hash, &limit()])?;
    Ok(rows.len() > DISCRIMINATES)
}

const SQLITE_WITH_EMAIL: &str = "select id from leads indexed by leads_by_email where workspace_id = $1 and email_hash = $2 limit $3";
const SQLITE_WITH_PHONE: &str = "select id from leads indexed by leads_by_phone where workspace_id = $1 and phone_hash = $2 limit $3";
const POSTGRES_WITH_EMAIL: &str =
    "select id from leads where workspace_id = $1 and email_hash = $2 limit $3";
const POSTGRES_WITH_PHONE: &str =
    "select id from leads where workspace_id = $1 and phone_hash = $2 limit $3";

pub fn by_key(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &[u8; 16],
    kind: &str,
    value: &str,
) -> Result<Vec<Lead>> {
    let mut sql = Sql::new("select ");
    sql.push(lead::COLUMNS).push(match tx.engine() {
        Engine::Sqlite => " from lead_keys k cross join leads",
        Engine::Postgres => " from lead_keys k join leads",
    });
    sql.push(
        " on leads.workspace_id = k.workspace_id and leads.id = k.lead_id where k.workspace_id = ",
    )
    .bind(workspace);
    sql.push(" and k.kind = ").bind(kind);
    sql.push(" and k.hash = ")
        .bind(keys::hash(key, kind, value));
    sql.push(" and k.value = ").bind(value);
    sql.push(" limit ").bind(limit());
    Ok(few(tx.fetch(&sql)?))
}

/// Those of the same name who share the company, the domain or the city.
fn by_name(tx: &mut Tx, workspace: WorkspaceId, traits: &Traits) -> Result<Vec<Lead>> {
    let Some(name) = &traits.name else {
        return Ok(Vec::new());
    };
    let mut found: Vec<Lead> = Vec::new();
    for second in [&traits.company, &traits.domain, &traits.city] {
        let Some(second) = second else { continue };
        // The city is no part of what search looks through.
        let searched = (Some(second) != traits.city.as_ref()).then_some(second.as_str());
        let namesakes = namesakes(tx, workspace, name, searched)?;
        let sharing = namesakes.into_iter().filter(|it| {
            let theirs = Traits::of_lead(it, &[]);
            theirs.name.as_ref() == Some(name)
                && (theirs.company.as_ref() == Some(second)
                    || theirs.domain.as_ref() == Some(second)
                    || theirs.city.as_ref() == Some(second))
        });
        for lead in few(sharing.collect()) {
            if !found.iter().any(|it| it.id == lead.id) {
                found.push(lead);
            }
        }
    }
    Ok(found)
}

/// Leads of exactly this name, the newest first, in whose text the second stands, too.
fn namesakes(
    tx: &mut Tx,
    workspace: WorkspaceId,
    name: &str,
    second: Option<&str>,
) -> Result<Vec<Lead>> {
    let engine = tx.engine();
    let terms: Vec<Term> = [Some(name), second]
        .into_iter()
        .flatten()
        .filter_map(Term::parse)
        .filter(|it| it.has_grams(engine))
        .collect();
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("select ");
    sql.push(lead::COLUMNS);
    if engine == Engine::Sqlite {
        let query: Vec<String> = terms
            .iter()
            .map(|it| format!("({})", it.fts_query()))
            .collect();
        sql.push(" from (select rowid from leads_search where leads_search match ")
            .bind(query.join(" AND "))
            .push(" order by rowid desc limit ")
            .bind(LOOKED_AT)
            .push(") hits cross join leads on leads.seq = hits.rowid where leads.workspace_id = ")
            .bind(workspace);
    } else {
        sql.push(" from leads where leads.workspace_id = ")
            .bind(workspace);
        for term in &terms {
            term.push_indexed(&mut sql);
        }
    }
    let head = format!("{name}\n");
    sql.push(" and substr(leads.search_text || '\n', 1, length(")
        .bind(head.as_str())
        .push(")) = ")
        .bind(head.as_str());
    sql.push(" and not leads.name_provisional limit ")
        .bind(NAMESAKES);
    Ok(tx.fetch(&sql)?)
}

fn limit() -> i64 {
    i64::try_from(DISCRIMINATES + 1).unwrap_or(i64::MAX)
}

/// All of them, or nobody where they are too many.
fn few(leads: Vec<Lead>) -> Vec<Lead> {
    if leads.len() > DISCRIMINATES {
        Vec::new()
    } else {
        leads
    }
}
