//! What a role or a key may do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One right. `leads:view` and `leads:manage` are the two that the product is described by; the others are parts of
/// `leads:manage` that can be given alone, and rights over the workspace itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum Permission {
    #[serde(rename = "leads:view")]
    LeadsView,
    #[serde(rename = "leads:manage")]
    LeadsManage,
    #[serde(rename = "leads:create")]
    LeadsCreate,
    #[serde(rename = "leads:edit")]
    LeadsEdit,
    #[serde(rename = "leads:move")]
    LeadsMove,
    #[serde(rename = "leads:assign")]
    LeadsAssign,
    #[serde(rename = "leads:delete")]
    LeadsDelete,
    #[serde(rename = "leads:purge")]
    LeadsPurge,
    #[serde(rename = "leads:bulk")]
    LeadsBulk,
    #[serde(rename = "leads:merge")]
    LeadsMerge,
    #[serde(rename = "leads:import")]
    LeadsImport,
    /// Take leads out as a file.
    #[serde(rename = "leads:export")]
    LeadsExport,
    #[serde(rename = "notes:write")]
    NotesWrite,
    /// Edit, pin and delete what somebody else wrote.
    #[serde(rename = "notes:moderate")]
    NotesModerate,
    #[serde(rename = "pipelines:manage")]
    PipelinesManage,
    #[serde(rename = "fields:manage")]
    FieldsManage,
    /// Ways in and their rules.
    #[serde(rename = "sources:manage")]
    SourcesManage,
    /// Share views with a team or with everybody, and change shared ones.
    #[serde(rename = "views:share")]
    ViewsShare,
    /// Take out everything that is kept about a person.
    #[serde(rename = "privacy:export")]
    PrivacyExport,
    /// Erase people for good.
    #[serde(rename = "privacy:erase")]
    PrivacyErase,
    /// The list of people who are not taken in again, and the rules for how long what is kept.
    #[serde(rename = "privacy:manage")]
    PrivacyManage,
    #[serde(rename = "members:view")]
    MembersView,
    #[serde(rename = "members:manage")]
    MembersManage,
    #[serde(rename = "keys:manage")]
    KeysManage,
    #[serde(rename = "audit:view")]
    AuditView,
    #[serde(rename = "jobs:manage")]
    JobsManage,
    #[serde(rename = "workspace:manage")]
    WorkspaceManage,
}

use Permission as P;

impl Permission {
    pub const ALL: [Permission; 27] = [
        P::LeadsView,
        P::LeadsManage,
        P::LeadsCreate,
        P::LeadsEdit,
        P::LeadsMove,
        P::LeadsAssign,
        P::LeadsDelete,
        P::LeadsPurge,
        P::LeadsBulk,
        P::LeadsMerge,
        P::LeadsImport,
        P::LeadsExport,
        P::NotesWrite,
        P::NotesModerate,
        P::PipelinesManage,
        P::FieldsManage,
        P::SourcesManage,
        P::ViewsShare,
        P::PrivacyExport,
        P::PrivacyErase,
        P::PrivacyManage,
        P::MembersView,
        P::MembersManage,
        P::KeysManage,
        P::AuditView,
        P::JobsManage,
        P::WorkspaceManage,
    ];

    pub fn key(self) -> &'static str {
        match self {
            P::LeadsView => "leads:view",
            P::LeadsManage => "leads:manage",
            P::LeadsCreate => "leads:create",
            P::LeadsEdit => "leads:edit",
            P::LeadsMove => "leads:move",
            P::LeadsAssign => "leads:assign",
            P::LeadsDelete => "leads:delete",
            P::LeadsPurge => "leads:purge",
            P::LeadsBulk => "leads:bulk",
            P::LeadsMerge => "leads:merge",
            P::LeadsImport => "leads:import",
            P::LeadsExport => "leads:export",
            P::NotesWrite => "notes:write",
            P::NotesModerate => "notes:moderate",
            P::PipelinesManage => "pipelines:manage",
            P::FieldsManage => "fields:manage",
            P::SourcesManage => "sources:manage",
            P::ViewsShare => "views:share",
            P::PrivacyExport => "privacy:export",
            P::PrivacyErase => "privacy:erase",
            P::PrivacyManage => "privacy:manage",
            P::MembersView => "members:view",
            P::MembersManage => "members:manage",
            P::KeysManage => "keys:manage",
            P::AuditView => "audit:view",
            P::JobsManage => "jobs:manage",
            P::WorkspaceManage => "workspace:manage",
        }
    }

    pub fn from_key(key: &str) -> Option<Permission> {
        Permission::ALL.into_iter().find(|it| it.key() == key)
    }

    /// The rights that come with this one.
    fn brings(self) -> &'static [Permission] {
        match self {
            P::LeadsManage => &[
                P::LeadsView,
                P::LeadsCreate,
                P::LeadsEdit,
                P::LeadsMove,
                P::LeadsAssign,
                P::LeadsDelete,
                P::LeadsBulk,
                P::LeadsMerge,
                P::LeadsImport,
                P::NotesWrite,
                P::PipelinesManage,
                P::FieldsManage,
                P::SourcesManage,
                P::ViewsShare,
            ],
            P::LeadsCreate
            | P::LeadsEdit
            | P::LeadsMove
            | P::LeadsAssign
            | P::LeadsDelete
            | P::LeadsPurge
            | P::LeadsBulk
            | P::LeadsImport
            | P::LeadsExport
            | P::NotesWrite
            | P::NotesModerate
            | P::ViewsShare
            | P::PrivacyExport
            | P::PrivacyErase => &[P::LeadsView],
            P::MembersManage => &[P::MembersView],
            _ => &[],
        }
    }
}

/// A set of rights, closed under what each brings with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u32);

impl Permissions {
    pub const NONE: Permissions = Permissions(0);

    pub fn all() -> Permissions {
        Permission::ALL.into_iter().collect()
    }

    pub fn has(self, permission: Permission) -> bool {
        self.0 & bit(permission) != 0
    }

    #[must_use]
    pub fn and(self, other: Permissions) -> Permissions {
        Permissions(self.0 & other.0)
    }

    /// Whether everything in `other` is here too.
    pub fn covers(self, other: Permissions) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |it| self.has(*it))
    }

    pub fn keys(self) -> Vec<&'static str> {
        self.iter().map(Permission::key).collect()
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Permissions(permissions.into_iter().fold(0, |set, it| {
            it.brings()
                .iter()
                .fold(set | bit(it), |set, brought| set | bit(*brought))
        }))
    }
}

fn bit(permission: Permission) -> u32 {
    1 << (permission as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_and_match_what_serde_writes() {
        for permission in Permission::ALL {
            assert_eq!(Permission::from_key(permission.key()), Some(permission));
            assert_eq!(serde_json::to_value(permission).unwrap(), permission.key());
        }
    }

    #[test]
    fn managing_leads_brings_its_parts_and_nothing_of_the_workspace() {
        let manage: Permissions = [P::LeadsManage].into_iter().collect();
        assert!(manage.has(P::LeadsView) && manage.has(P::PipelinesManage));
        assert!(!manage.has(P::MembersManage) && !manage.has(P::LeadsPurge));
        assert!(!manage.has(P::LeadsExport));
        assert!(Permissions::all().covers(manage));
        assert!(!manage.covers(Permissions::all()));
    }
}
