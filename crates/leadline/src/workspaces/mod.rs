//! Who may come in, and what they may do there.
//!
//! One server holds several workspaces. A person has one account and is a member of workspaces, in each with one role.
//! A session belongs to a person and looks at one workspace at a time; an API key belongs to a workspace.
//! Both are resolved into a [`Caller`](crate::base::Caller), which every other room starts from.

mod arrival;
pub mod audit;
mod audit_api;
mod audit_chain;
mod authenticate;
mod built_in;
mod client;
mod grants;
mod invitations;
mod invitations_api;
pub mod keys;
mod keys_api;
mod lockout;
mod me;
mod members;
mod members_api;
mod password;
pub mod people;
pub mod preferences;
mod profile_api;
mod resets;
pub mod roles;
mod roles_api;
mod sessions;
mod sessions_api;
pub mod settings;
pub mod setup;
mod sign_in;
pub mod staff;
mod state;
mod teams;
mod teams_api;
mod tokens;
mod workspace;
mod workspace_api;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;

pub use arrival::{Arrival, Known, arrival};
pub use authenticate::{person_caller, system_caller, team_of};
pub use client::COOKIE;
pub use members::{active as active_members, add as add_member, is_member};
pub use password::check as check_password;
pub use people::{name_of, names_of};
pub use resets::offer as offer_reset;
pub use settings::{Settings, settings};
pub use state::State;
pub use teams::{add as add_team, join as join_team, of as teams_of};
pub use workspace::{Workspace, all, create, find};

use crate::base::App;

/// Every operation of this room, relative to the mount.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(setup::routes())
        .merge(sessions_api::routes())
        .merge(profile_api::routes())
        .merge(resets::routes())
        .merge(workspace_api::routes())
        .merge(members_api::routes())
        .merge(invitations_api::routes())
        .merge(roles_api::routes())
        .merge(teams_api::routes())
        .merge(keys_api::routes())
        .merge(audit_api::routes())
}
