//! The five roles that every workspace has.

use super::roles::{Reach, permissions};
use crate::base::{Permission, Permissions};

/// The role whose rights nobody can take from the last who holds it.
pub const SUPER_ADMIN: &str = "super-admin";

/// A role that comes with every workspace and cannot be changed. Its rights stand here and not only in its row, so that
/// a right that a later release adds is there at once.
#[derive(Debug)]
pub struct BuiltIn {
    pub key: &'static str,
    pub name: &'static str,
    pub permissions: &'static [Permission],
    pub reach: Reach,
}

use Permission as P;

pub const BUILT_IN: [BuiltIn; 5] = [
    BuiltIn {
        key: SUPER_ADMIN,
        name: "Super Admin",
        permissions: &Permission::ALL,
        reach: Reach::All,
    },
    BuiltIn {
        key: "admin",
        name: "Admin",
        permissions: &Permission::ALL,
        reach: Reach::All,
    },
    BuiltIn {
        key: "marketer",
        name: "Marketer",
        permissions: &[P::LeadsView, P::LeadsManage, P::LeadsExport, P::MembersView],
        reach: Reach::All,
    },
    BuiltIn {
        key: "sales",
        name: "Sales",
        permissions: &[
            P::LeadsView,
            P::LeadsCreate,
            P::LeadsEdit,
            P::LeadsMove,
            P::NotesWrite,
            P::MembersView,
        ],
        reach: Reach::Own,
    },
    BuiltIn {
        key: "viewer",
        name: "Viewer",
        permissions: &[P::LeadsView, P::MembersView],
        reach: Reach::All,
    },
];

/// The rights of a role as its row has it.
pub(super) fn rights(key: &str, built_in: bool, stored: &[String]) -> Permissions {
    match BUILT_IN.iter().find(|it| built_in && it.key == key) {
        Some(role) => role.permissions.iter().copied().collect(),
        None => permissions(stored),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_roles_may_what_the_documents_say() {
        let rights_of = |key: &str| rights(key, true, &[]);
        for key in ["super-admin", "admin", "marketer"] {
            assert!(
                rights_of(key).has(P::LeadsView) && rights_of(key).has(P::LeadsManage),
                "{key}"
            );
        }
        let sales = rights_of("sales");
        assert!(
            sales.has(P::LeadsEdit) && !sales.has(P::LeadsManage) && !sales.has(P::LeadsDelete)
        );
        assert_eq!(rights_of("viewer").keys(), ["leads:view", "members:view"]);
        assert!(!rights_of("marketer").has(P::MembersManage));
    }

    #[test]
    fn a_custom_role_does_not_borrow_a_built_in_ones_rights() {
        assert_eq!(
            rights("admin", false, &["leads:view".into()]).keys(),
            ["leads:view"]
        );
        assert_eq!(
            rights("own", false, &["leads:nonsense".into()]),
            Permissions::NONE
        );
    }
}
