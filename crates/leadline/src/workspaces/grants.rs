//! Nobody gives what he does not have himself, and only Super Admins make, change or remove Super Admins.

use store::Tx;
use uuid::Uuid;

use super::roles::{Reach, Role, SUPER_ADMIN};
use crate::base::{Actor, Caller, Error, Permissions, Result};

/// Refuses a role that goes beyond the caller: to give it away, or to touch somebody who has it.
pub(super) fn check_role(tx: &mut Tx, caller: &Caller, role: &Role) -> Result<()> {
    if role.built_in && role.key == SUPER_ADMIN && !is_super_admin(tx, caller)? {
        return Err(super_admins_only());
    }
    check(caller, role.rights(), role.reach())
}

/// Refuses rights or a reach beyond the caller's own.
pub(super) fn check(caller: &Caller, rights: Permissions, reach: Reach) -> Result<()> {
    if caller.permissions.covers(rights) && Reach::from(&caller.scope) >= reach {
        return Ok(());
    }
    let missing: Vec<&str> = rights
        .iter()
        .filter(|it| !caller.may(*it))
        .map(crate::base::Permission::key)
        .collect();
    let missing = if missing.is_empty() {
        "a wider scope".to_owned()
    } else {
        missing.join(", ")
    };
    Err(Error::Refused {
        code: "beyond_own_rights",
        detail: format!(
            "This goes beyond your own rights ({missing}). Somebody who has them can do it."
        ),
    })
}

pub(super) fn super_admins_only() -> Error {
    Error::Refused {
        code: "super_admin_needed",
        detail: "Only a Super Admin can do this.".into(),
    }
}

/// For what only a person can do, because it is about that person.
pub(super) fn person(caller: &Caller) -> Result<Uuid> {
    caller.user().ok_or_else(|| Error::Refused {
        code: "person_needed",
        detail: "This is for a signed-in person; an API key cannot do it.".into(),
    })
}

/// A key counts as one where its role is Super Admin and nothing was taken from it.
pub(super) fn is_super_admin(tx: &mut Tx, caller: &Caller) -> Result<bool> {
    let found = match caller.actor {
        Actor::System => return Ok(true),
        Actor::User(id) => tx.one::<(i64,)>(
            "select count(*) from members m join roles r on r.workspace_id = m.workspace_id and r.id = m.role_id
             where m.workspace_id = $1 and m.user_id = $2 and m.active and r.built_in and r.key = 'super-admin'",
            &[&caller.workspace, &id],
        )?,
        Actor::ApiKey(id) => tx.one::<(i64,)>(
            "select count(*) from api_keys k join roles r on r.workspace_id = k.workspace_id and r.id = k.role_id
             where k.workspace_id = $1 and k.id = $2 and k.permissions is null and r.built_in and r.key = 'super-admin'",
            &[&caller.workspace, &id],
        )?,
    };
    Ok(found.0 > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Permission as P, Scope, Via, WorkspaceId};

    fn caller(permissions: &[P], scope: Scope) -> Caller {
        Caller {
            workspace: WorkspaceId(1),
            workspace_public: Uuid::nil(),
            actor: Actor::User(Uuid::nil()),
            via: Via::Session(Uuid::nil()),
            permissions: permissions.iter().copied().collect(),
            scope,
            identity_key: [0; 16],
            idempotency: None,
        }
    }

    #[test]
    fn nobody_gives_more_than_he_has() {
        let manager = caller(&[P::LeadsManage, P::MembersManage], Scope::Team(Vec::new()));
        let rights = |keys: &[P]| keys.iter().copied().collect::<Permissions>();
        assert!(check(&manager, rights(&[P::LeadsEdit]), Reach::Own).is_ok());
        assert!(
            check(
                &manager,
                rights(&[P::LeadsManage, P::MembersView]),
                Reach::Team
            )
            .is_ok()
        );
        assert!(check(&manager, rights(&[P::LeadsEdit]), Reach::All).is_err());
        assert!(check(&manager, rights(&[P::LeadsPurge]), Reach::Own).is_err());
        assert!(check(&manager, Permissions::all(), Reach::Own).is_err());
    }
}
