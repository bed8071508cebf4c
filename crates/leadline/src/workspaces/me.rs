//! Who the caller is, as the web app asks it on every start.

use serde::Serialize;
use store::{Timestamp, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    people,
    preferences::{self, Preferences},
    roles::{self, Reach},
    sessions,
    settings::Settings,
    workspace::{self, Workspace},
};
use crate::base::{Actor, Caller, Permission, Result, Via, WorkspaceId};

/// The caller, where he is and what he may do there.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Me {
    /// Null for an API key.
    pub user: Option<PersonView>,
    /// Null for a person.
    pub api_key: Option<KeyView>,
    pub session: Option<SessionView>,
    pub workspace: WorkspaceView,
    /// Every workspace this caller can switch to, this one among them.
    pub workspaces: Vec<WorkspaceView>,
    pub role: RoleView,
    pub permissions: Vec<Permission>,
    pub scope: Reach,
    /// Null for an API key.
    pub preferences: Option<Preferences>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Person)]
pub(super) struct PersonView {
    pub id: Uuid,
    pub name: String,
    pub email: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ApiKeyName)]
pub(super) struct KeyView {
    pub id: Uuid,
    pub name: String,
    pub prefix: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CurrentSession)]
pub(super) struct SessionView {
    pub id: Uuid,
    /// It moves on while the session is used.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Workspace)]
pub(super) struct WorkspaceView {
    pub id: Uuid,
    pub name: String,
    /// The name as it stands in addresses.
    pub slug: String,
    pub settings: Settings,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RoleName)]
pub(super) struct RoleView {
    pub id: Uuid,
    /// Stable; for a built-in role one of super-admin, admin, marketer, sales, viewer.
    pub key: String,
    pub name: String,
}

impl From<Workspace> for WorkspaceView {
    fn from(it: Workspace) -> WorkspaceView {
        WorkspaceView {
            id: it.public_id,
            name: it.name,
            slug: it.slug,
            settings: it.settings.0,
            created_at: it.created_at,
        }
    }
}

impl From<roles::Role> for RoleView {
    fn from(it: roles::Role) -> RoleView {
        RoleView {
            id: it.id,
            key: it.key,
            name: it.name,
        }
    }
}

impl Me {
    pub(super) fn of(tx: &mut Tx, caller: &Caller) -> Result<Me> {
        let session = match caller.via {
            Via::Session(id) => Some(sessions::get(tx, id)?),
            _ => None,
        };
        let (user, api_key, role, workspaces) = match caller.actor {
            Actor::User(id) => {
                let person = people::by_id(tx, id)?;
                let person = PersonView {
                    id,
                    name: person.name,
                    email: person.email,
                };
                let (role,) = tx.one::<(Uuid,)>(
                    "select role_id from members where workspace_id = $1 and user_id = $2",
                    &[&caller.workspace, &id],
                )?;
                (Some(person), None, role, people::workspaces_of(tx, id)?)
            }
            Actor::ApiKey(id) => {
                let (name, prefix, role) = tx.one::<(String, String, Uuid)>(
                    "select name, prefix, role_id from api_keys where workspace_id = $1 and id = $2",
                    &[&caller.workspace, &id],
                )?;
                (
                    None,
                    Some(KeyView { id, name, prefix }),
                    role,
                    vec![caller.workspace],
                )
            }
            Actor::System => return Err(crate::base::Error::Unauthenticated),
        };
        let preferences = match caller.user() {
            Some(id) => Some(preferences::preferences(tx, id)?),
            None => None,
        };
        Ok(Me {
            preferences,
            user,
            api_key,
            session: session.map(|it| SessionView {
                id: it.id,
                expires_at: it.expires_at,
            }),
            workspace: workspace::get(tx, caller.workspace)?.into(),
            workspaces: views(tx, &workspaces)?,
            role: roles::get(tx, caller.workspace, role)?.into(),
            permissions: caller.permissions.iter().collect(),
            scope: Reach::from(&caller.scope),
        })
    }
}

pub(super) fn views(tx: &mut Tx, workspaces: &[WorkspaceId]) -> Result<Vec<WorkspaceView>> {
    workspaces
        .iter()
        .map(|it| workspace::get(tx, *it).map(WorkspaceView::from))
        .collect()
}
