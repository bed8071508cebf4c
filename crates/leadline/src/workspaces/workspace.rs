//! Workspaces: made, found, renamed.

use store::{Json, Sql, Timestamp, Tx};
use uuid::Uuid;

use super::{members, roles, settings::Settings};
use crate::base::{Error, Result, WorkspaceId, secret, text};

#[derive(Debug, Clone)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub public_id: Uuid,
    pub name: String,
    pub slug: String,
    pub settings: Json<Settings>,
    pub created_at: Timestamp,
}
store::row!(Workspace {
    id,
    public_id,
    name,
    slug,
    settings,
    created_at
});

/// Tries for a free number, where several nodes make workspaces at the same time.
const TRIES: usize = 20;

/// Makes a workspace with the built-in roles; `owner` becomes its Super Admin.
pub fn create(tx: &mut Tx, name: &str, owner: Uuid) -> Result<WorkspaceId> {
    let workspace = insert(tx, name)?;
    let super_admin = roles::add_built_in(tx, workspace)?;
    members::add(tx, workspace, owner, super_admin)?;
    Ok(workspace)
}

pub fn all(tx: &mut Tx) -> Result<Vec<Workspace>> {
    Ok(tx.all(
        "select id, public_id, name, slug, settings, created_at from workspaces order by id",
        &[],
    )?)
}

pub(super) fn get(tx: &mut Tx, id: WorkspaceId) -> Result<Workspace> {
    tx.opt(
        "select id, public_id, name, slug, settings, created_at from workspaces where id = $1",
        &[&id],
    )?
    .ok_or(Error::NotFound("workspace"))
}

/// The workspace about to be changed.
pub(super) fn hold(tx: &mut Tx, id: WorkspaceId) -> Result<Workspace> {
    let mut sql = Sql::new(
        "select id, public_id, name, slug, settings, created_at from workspaces where id = ",
    );
    sql.bind(id).push(tx.for_update());
    Ok(tx.fetch_one(&sql)?)
}

/// The slug stays, for it stands in addresses that people have kept.
pub(super) fn set(tx: &mut Tx, id: WorkspaceId, name: &str, settings: &Settings) -> Result<()> {
    tx.exec(
        "update workspaces set name = $2, settings = $3 where id = $1",
        &[&id, &name, &Json(settings)],
    )?;
    Ok(())
}

pub(super) fn by_public_id(tx: &mut Tx, id: Uuid) -> Result<Workspace> {
    tx.opt("select id, public_id, name, slug, settings, created_at from workspaces where public_id = $1", &[&id])?
        .ok_or(Error::NotFound("workspace"))
}

/// The workspace a person means on the command line: by name, slug or id.
pub fn find(tx: &mut Tx, named: &str) -> Result<Option<Workspace>> {
    let wanted = text::fold(named.trim());
    let is_it = |it: &Workspace| {
        text::fold(&it.name) == wanted || it.slug == wanted || it.public_id.to_string() == wanted
    };
    Ok(all(tx)?.into_iter().find(is_it))
}

pub(super) fn is_there_any(tx: &mut Tx) -> Result<bool> {
    Ok(tx.one::<(i64,)>("select count(*) from workspaces", &[])?.0 > 0)
}

pub(super) fn is_only_one(tx: &mut Tx) -> Result<bool> {
    Ok(tx.one::<(i64,)>("select count(*) from workspaces", &[])?.0 == 1)
}

/// Numbers are given out without a sequence, so that they stay small; two who take the same one try again.
fn insert(tx: &mut Tx, name: &str) -> Result<WorkspaceId> {
    let (public_id, now, key) = (tx.id(), tx.now(), secret::random::<16>());
    for _ in 0..TRIES {
        let (last,) = tx.one::<(i64,)>("select coalesce(max(id), 0) from workspaces", &[])?;
        let id = WorkspaceId(last + 1);
        let slug = free_slug(tx, name)?;
        let added = tx.exec(
            "insert into workspaces (id, public_id, name, slug, identity_key, settings, created_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
            &[
                &id,
                &public_id,
                &name,
                &slug,
                &key,
                &Json(Settings::default()),
                &now,
            ],
        )?;
        if added == 1 {
            return Ok(id);
        }
    }
    Err(Error::Unavailable(
        "no number was free for a new workspace".into(),
    ))
}

fn free_slug(tx: &mut Tx, name: &str) -> Result<String> {
    let stem = slug(name);
    let mut candidate = stem.clone();
    let mut number = 1;
    while tx
        .one::<(i64,)>(
            "select count(*) from workspaces where slug = $1",
            &[&candidate],
        )?
        .0
        > 0
    {
        number += 1;
        candidate = format!("{stem}-{number}");
    }
    Ok(candidate)
}

fn slug(name: &str) -> String {
    let folded = text::fold(name);
    let words: Vec<_> = folded
        .split(|it: char| !it.is_ascii_alphanumeric())
        .filter(|it| !it.is_empty())
        .collect();
    if words.is_empty() {
        "workspace".into()
    } else {
        words.join("-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain_words() {
        for (name, expected) in [
            ("Acme & Söhne", "acme-sohne"),
            ("北京", "workspace"),
            ("  A  b ", "a-b"),
        ] {
            assert_eq!(slug(name), expected);
        }
    }
}
