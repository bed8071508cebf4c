//! Roles: rights and reach under a name. Five are built in; a workspace may add its own.

use serde::{Deserialize, Serialize};
use store::{Json, Sql, Timestamp, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

pub(super) use super::built_in::rights;
pub use super::built_in::{BUILT_IN, BuiltIn, SUPER_ADMIN};
use crate::base::{Error, Permission, Permissions, Problems, Result, Scope, WorkspaceId, text};

/// Which leads a role reaches. Later ones reach more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RoleScope)]
pub enum Reach {
    None,
    /// Those assigned to the person.
    Own,
    /// Those assigned to anybody in the person's teams.
    Team,
    All,
}

#[derive(Debug, Clone)]
pub struct Role {
    pub id: Uuid,
    pub key: String,
    pub name: String,
    pub built_in: bool,
    pub permissions: Json<Vec<String>>,
    pub scope: String,
    pub created_at: Timestamp,
}
store::row!(Role {
    id,
    key,
    name,
    built_in,
    permissions,
    scope,
    created_at
});

/// How a request names a role: by id, or by its key such as `sales`.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub id: Option<Uuid>,
    pub key: Option<String>,
}

impl Reach {
    pub fn key(self) -> &'static str {
        match self {
            Reach::None => "none",
            Reach::Own => "own",
            Reach::Team => "team",
            Reach::All => "all",
        }
    }

    /// What cannot be read reaches nothing.
    pub fn of(key: &str) -> Reach {
        [Reach::All, Reach::Team, Reach::Own]
            .into_iter()
            .find(|it| it.key() == key)
            .unwrap_or(Reach::None)
    }
}

impl From<&Scope> for Reach {
    fn from(scope: &Scope) -> Reach {
        match scope {
            Scope::None => Reach::None,
            Scope::Own(_) => Reach::Own,
            Scope::Team(_) => Reach::Team,
            Scope::All => Reach::All,
        }
    }
}

impl Role {
    pub fn rights(&self) -> Permissions {
        rights(&self.key, self.built_in, &self.permissions.0)
    }

    pub fn reach(&self) -> Reach {
        Reach::of(&self.scope)
    }
}

/// Rights by their keys; one that this release does not know is no right.
pub(super) fn permissions(keys: &[String]) -> Permissions {
    keys.iter()
        .filter_map(|it| Permission::from_key(it))
        .collect()
}

/// Adds the built-in roles to a new workspace; answers the Super Admin's.
pub(super) fn add_built_in(tx: &mut Tx, workspace: WorkspaceId) -> Result<Uuid> {
    let mut super_admin = Uuid::nil();
    for role in &BUILT_IN {
        let rights: Permissions = role.permissions.iter().copied().collect();
        let id = insert(
            tx,
            workspace,
            &NewRole {
                key: role.key,
                name: role.name,
                rights,
                reach: role.reach,
                built_in: true,
            },
        )?;
        if role.key == SUPER_ADMIN {
            super_admin = id;
        }
    }
    Ok(super_admin)
}

pub(super) struct NewRole<'a> {
    pub key: &'a str,
    pub name: &'a str,
    pub rights: Permissions,
    pub reach: Reach,
    pub built_in: bool,
}

pub(super) fn insert(tx: &mut Tx, workspace: WorkspaceId, role: &NewRole<'_>) -> Result<Uuid> {
    let (id, now) = (tx.id(), tx.now());
    let added = tx.exec(
        "insert into roles (workspace_id, id, key, name, built_in, permissions, scope, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (workspace_id, key) do nothing",
        &[
            &workspace,
            &id,
            &role.key,
            &role.name,
            &role.built_in,
            &Json(role.rights.keys()),
            &role.reach.key(),
            &now,
        ],
    )?;
    if added == 0 {
        return Err(name_taken());
    }
    Ok(id)
}

pub(super) fn name_taken() -> Error {
    Error::conflict("name_taken", "There is a role of this name already.")
}

/// The key of a role of the workspace's own: its name in kebab case.
pub(super) fn key_of(name: &str) -> String {
    let folded = text::fold(name);
    let words = folded
        .split(|it: char| !it.is_alphanumeric())
        .filter(|it| !it.is_empty());
    words.collect::<Vec<_>>().join("-")
}

pub fn all(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<Role>> {
    Ok(tx.all(
        "select id, key, name, built_in, permissions, scope, created_at from roles
         where workspace_id = $1 order by built_in desc, id",
        &[&workspace],
    )?)
}

pub fn get(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Role> {
    tx.opt(
        "select id, key, name, built_in, permissions, scope, created_at from roles
         where workspace_id = $1 and id = $2",
        &[&workspace, &id],
    )?
    .ok_or(Error::NotFound("role"))
}

/// The role that a request chose, held until the unit ends so that it is not removed meanwhile.
pub fn choose(tx: &mut Tx, workspace: WorkspaceId, choice: &Choice) -> Result<Role> {
    let (found, field) = match (choice.id, &choice.key) {
        (Some(id), None) => (held(tx, workspace, id)?, "roleId"),
        (None, Some(key)) => (held_by_key(tx, workspace, key)?, "role"),
        _ => {
            return Err(Error::invalid(
                "roleId",
                "give either roleId or role, the key of one such as \"sales\"",
            ));
        }
    };
    found.ok_or_else(|| Error::invalid(field, "is not a role of this workspace"))
}

/// A role about to be changed.
pub(super) fn hold(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Role> {
    held(tx, workspace, id)?.ok_or(Error::NotFound("role"))
}

fn held(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Option<Role>> {
    let mut sql = Sql::new(
        "select id, key, name, built_in, permissions, scope, created_at from roles where workspace_id = ",
    );
    sql.bind(workspace)
        .push(" and id = ")
        .bind(id)
        .push(tx.for_update());
    Ok(tx.fetch_opt(&sql)?)
}

fn held_by_key(tx: &mut Tx, workspace: WorkspaceId, key: &str) -> Result<Option<Role>> {
    // No role has such a key, and PostgreSQL does not let the character pass.
    if key.contains('\0') {
        return Ok(None);
    }
    let mut sql = Sql::new(
        "select id, key, name, built_in, permissions, scope, created_at from roles where workspace_id = ",
    );
    sql.bind(workspace)
        .push(" and key = ")
        .bind(key)
        .push(tx.for_update());
    Ok(tx.fetch_opt(&sql)?)
}

/// Whoever is about to change the Super Admins holds this first; two who change different ones then come one by one.
pub(super) fn hold_super_admin(tx: &mut Tx, workspace: WorkspaceId) -> Result<Role> {
    held_by_key(tx, workspace, SUPER_ADMIN)?.ok_or(Error::NotFound("role"))
}

pub(super) fn set(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: Uuid,
    name: &str,
    rights: Permissions,
    reach: Reach,
) -> Result<()> {
    tx.exec(
        "update roles set name = $3, permissions = $4, scope = $5 where workspace_id = $1 and id = $2",
        &[&workspace, &id, &name, &Json(rights.keys()), &reach.key()],
    )?;
    Ok(())
}

/// How many members, keys and open invitations have the role.
pub(super) fn uses(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<i64> {
    let now = tx.now();
    let (uses,) = tx.one::<(i64,)>(
        "select (select count(*) from members where workspace_id = $1 and role_id = $2)
            + (select count(*) from api_keys where workspace_id = $1 and role_id = $2 and revoked_at is null)
            + (select count(*) from invitations
               where workspace_id = $1 and role_id = $2 and accepted_at is null and expires_at > $3)",
        &[&workspace, &id, &now],
    )?;
    Ok(uses)
}

pub(super) fn remove(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    tx.exec(
        "delete from roles where workspace_id = $1 and id = $2",
        &[&workspace, &id],
    )?;
    Ok(())
}

/// Adds what is wrong with a list of rights to `problems`.
pub(super) fn check_permissions(
    problems: &mut Problems,
    field: &str,
    keys: &[String],
) -> Permissions {
    for (index, key) in keys.iter().enumerate() {
        if Permission::from_key(key).is_none() {
            problems.add(
                format!("{field}[{index}]"),
                "is not a right; GET /permissions lists them",
            );
        }
    }
    permissions(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_from_names() {
        for (name, key) in [
            ("Inside Sales", "inside-sales"),
            (" Größe / Zwei ", "große-zwei"),
            ("!!", ""),
        ] {
            assert_eq!(key_of(name), key);
        }
    }

    #[test]
    fn reaches_are_ordered_and_unknown_ones_reach_nothing() {
        assert!(Reach::None < Reach::Own && Reach::Own < Reach::Team && Reach::Team < Reach::All);
        assert_eq!(Reach::of("team"), Reach::Team);
        assert_eq!(Reach::of("everything"), Reach::None);
    }
}
