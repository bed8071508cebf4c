//! API keys: a workspace's programs. The key itself is shown once and kept as a hash.

use serde_json::json;
use store::{Json, Timestamp, Tx};
use uuid::Uuid;

use super::{
    audit,
    client::KEY_PREFIX,
    grants,
    roles::{self, Choice},
};
use crate::base::{Actor, Caller, Error, Permissions, Problems, Result, Secret, WorkspaceId};

/// As much of a key as people need to tell two apart.
const SHOWN: usize = 10;

#[derive(Debug, Clone)]
pub struct ApiKey {
    pub id: Uuid,
    pub name: String,
    pub prefix: String,
    pub role_id: Uuid,
    /// A part of what the role may; none: all of it.
    pub permissions: Option<Json<Vec<String>>>,
    pub created_by: Option<Uuid>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
}
store::row!(ApiKey {
    id,
    name,
    prefix,
    role_id,
    permissions,
    created_by,
    created_at,
    expires_at,
    revoked_at,
    last_used_at
});

/// What to make a key of.
#[derive(Debug, Clone, Default)]
pub struct NewKey {
    pub name: String,
    pub role: Choice,
    pub permissions: Option<Vec<String>>,
    pub expires_at: Option<Timestamp>,
}

/// Makes a key and answers it with its secret, which nobody can be shown again.
pub fn create(tx: &mut Tx, caller: &Caller, new: &NewKey) -> Result<(ApiKey, Secret)> {
    check(tx, new)?;
    let role = roles::choose(tx, caller.workspace, &new.role)?;
    let narrowed = match &new.permissions {
        Some(permissions) => Some(narrow(permissions, role.rights())?),
        None => None,
    };
    match narrowed {
        // A part of the Super Admin's rights is no Super Admin.
        Some(rights) => grants::check(caller, rights, role.reach())?,
        None => grants::check_role(tx, caller, &role)?,
    }
    let token = Secret::random(KEY_PREFIX);
    let key = ApiKey {
        id: tx.id(),
        name: new.name.clone(),
        prefix: token.expose().chars().take(SHOWN).collect(),
        role_id: role.id,
        permissions: narrowed.map(|it| Json(it.keys().into_iter().map(str::to_owned).collect())),
        created_by: maker(tx, caller)?,
        created_at: tx.now(),
        expires_at: new.expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    insert(tx, caller.workspace, &key, &token)?;
    let data = json!({"role": role.key, "permissions": key.permissions.as_ref().map(|it| &it.0), "expiresAt": key.expires_at});
    audit::record(tx, caller, "key.created", &format!("key:{}", key.id), data)?;
    Ok((key, token))
}

/// The keys that are not revoked, newest first.
pub fn all(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<ApiKey>> {
    Ok(tx.all(
        "select id, name, prefix, role_id, permissions, created_by, created_at, expires_at, revoked_at, last_used_at
         from api_keys where workspace_id = $1 and revoked_at is null order by id desc",
        &[&workspace],
    )?)
}

pub fn get(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<ApiKey> {
    tx.opt(
        "select id, name, prefix, role_id, permissions, created_by, created_at, expires_at, revoked_at, last_used_at
         from api_keys where workspace_id = $1 and id = $2 and revoked_at is null",
        &[&workspace, &id],
    )?
    .ok_or(Error::NotFound("API key"))
}

pub fn rename(tx: &mut Tx, caller: &Caller, id: Uuid, name: &str) -> Result<()> {
    let before = get(tx, caller.workspace, id)?.name;
    tx.exec(
        "update api_keys set name = $3 where workspace_id = $1 and id = $2",
        &[&caller.workspace, &id, &name],
    )?;
    audit::record(
        tx,
        caller,
        "key.renamed",
        &format!("key:{id}"),
        json!({"before": before, "after": name}),
    )
}

/// From now on the key opens nothing. Its row stays, for the history names it.
pub fn revoke(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<()> {
    let now = tx.now();
    let revoked = tx.exec(
        "update api_keys set revoked_at = $3 where workspace_id = $1 and id = $2 and revoked_at is null",
        &[&caller.workspace, &id, &now],
    )?;
    if revoked == 0 {
        return Err(Error::NotFound("API key"));
    }
    tx.exec(
        "delete from api_key_lookup where workspace_id = $1 and key_id = $2",
        &[&caller.workspace, &id],
    )?;
    audit::record(tx, caller, "key.revoked", &format!("key:{id}"), json!({}))
}

pub(super) fn check_name(problems: &mut Problems, name: &str) -> String {
    super::people::check_name(problems, "name", name)
}

fn check(tx: &Tx, new: &NewKey) -> Result<()> {
    let mut problems = Problems::new();
    check_name(&mut problems, &new.name);
    if new.expires_at.is_some_and(|it| it <= tx.now()) {
        problems.add("expiresAt", "is in the past");
    }
    problems.done()
}

/// The rights asked for, none of them beyond the role's.
fn narrow(permissions: &[String], role: Permissions) -> Result<Permissions> {
    let mut problems = Problems::new();
    let rights = roles::check_permissions(&mut problems, "permissions", permissions);
    if problems.is_empty() && !role.covers(rights) {
        problems.add("permissions", "go beyond those of the role");
    }
    problems.done()?;
    Ok(rights)
}

/// The person whose leads the key reaches where its role says "own" or "team". A key's key belongs to the same person.
fn maker(tx: &mut Tx, caller: &Caller) -> Result<Option<Uuid>> {
    match caller.actor {
        Actor::User(id) => Ok(Some(id)),
        Actor::ApiKey(id) => Ok(get(tx, caller.workspace, id)?.created_by),
        Actor::System => Ok(None),
    }
}

fn insert(tx: &mut Tx, workspace: WorkspaceId, key: &ApiKey, token: &Secret) -> Result<()> {
    tx.exec(
        "insert into api_keys
            (workspace_id, id, name, prefix, role_id, permissions, created_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &workspace, &key.id, &key.name, &key.prefix, &key.role_id, &key.permissions, &key.created_by,
            &key.created_at, &key.expires_at,
        ],
    )?;
    tx.exec(
        "insert into api_key_lookup (token_hash, workspace_id, key_id) values ($1, $2, $3)",
        &[&token.hash(), &workspace, &key.id],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_narrowed_within_its_role() {
        let viewer: Permissions = [crate::base::Permission::LeadsView].into_iter().collect();
        let narrow = |keys: &[&str]| {
            narrow(
                &keys.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>(),
                viewer,
            )
        };
        assert_eq!(narrow(&["leads:view"]).unwrap(), viewer);
        assert_eq!(narrow(&[]).unwrap(), Permissions::NONE);
        assert!(narrow(&["leads:edit"]).is_err());
        assert!(narrow(&["nonsense"]).is_err());
    }
}
