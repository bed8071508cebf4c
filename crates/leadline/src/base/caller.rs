//! Who is asking, and what of the workspace they see.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use store::Sql;
use uuid::Uuid;

use crate::base::{Error, IdempotencyKey, Permission, Permissions, Result, WorkspaceId};

/// A signed-in person or an API key, at work in one workspace.
/// Every function over workspace tables takes its workspace from here or from a job.
#[derive(Debug, Clone)]
pub struct Caller {
    pub workspace: WorkspaceId,
    pub workspace_public: Uuid,
    pub actor: Actor,
    pub via: Via,
    pub permissions: Permissions,
    pub scope: Scope,
    /// Key of the workspace's e-mail and phone hashes.
    pub identity_key: [u8; 16],
    pub idempotency: Option<IdempotencyKey>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    User(Uuid),
    ApiKey(Uuid),
    /// Leadline itself: jobs, the command line.
    System,
}

/// Through what the caller came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The session's id.
    Session(Uuid),
    ApiKey,
    CommandLine,
    Job,
    /// A file that is read in, row by row.
    Import,
    Automation,
    /// A connected CRM.
    CrmSync,
    Copilot,
}

/// Where a request came from; the guard of the server puts it beside the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Which leads a caller sees. There is one predicate for this, used by list, count, search, board and export alike. Work that
/// goes on without its caller keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    None,
    /// Leads assigned to this person.
    Own(Uuid),
    /// Leads assigned to one of these people: everybody in the caller's teams.
    Team(Vec<Uuid>),
    All,
}

impl Caller {
    pub fn need(&self, permission: Permission) -> Result<()> {
        if self.permissions.has(permission) {
            Ok(())
        } else {
            Err(Error::Forbidden(permission.key()))
        }
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }

    /// The signed-in person, for what only a person can do.
    pub fn user(&self) -> Option<Uuid> {
        match self.actor {
            Actor::User(id) => Some(id),
            Actor::ApiKey(_) | Actor::System => None,
        }
    }
}

impl Actor {
    pub fn kind(self) -> &'static str {
        match self {
            Actor::User(_) => "user",
            Actor::ApiKey(_) => "apiKey",
            Actor::System => "system",
        }
    }

    pub fn id(self) -> Option<Uuid> {
        match self {
            Actor::User(id) | Actor::ApiKey(id) => Some(id),
            Actor::System => None,
        }
    }

    /// The actor of these two columns.
    pub fn from_columns(kind: &str, id: Option<Uuid>) -> Actor {
        match (kind, id) {
            ("user", Some(id)) => Actor::User(id),
            ("apiKey", Some(id)) => Actor::ApiKey(id),
            _ => Actor::System,
        }
    }
}

impl Via {
    pub fn key(self) -> &'static str {
        match self {
            Via::Session(_) => "ui",
            Via::ApiKey => "apiKey",
            Via::CommandLine => "commandLine",
            Via::Job => "job",
            Via::Import => "import",
            Via::Automation => "automation",
            Via::CrmSync => "crmSync",
            Via::Copilot => "copilot",
        }
    }

    /// The same, read back. Which session it was is not kept.
    pub fn from_key(key: &str) -> Option<Via> {
        [
            Via::Session(Uuid::nil()),
            Via::ApiKey,
            Via::CommandLine,
            Via::Job,
            Via::Import,
            Via::Automation,
            Via::CrmSync,
            Via::Copilot,
        ]
        .into_iter()
        .find(|it| it.key() == key)
    }

    /// How this actor usually comes.
    pub fn usual(actor: Actor) -> Via {
        match actor {
            Actor::User(_) => Via::Session(Uuid::nil()),
            Actor::ApiKey(_) => Via::ApiKey,
            Actor::System => Via::Job,
        }
    }
}

impl Scope {
    /// Adds ` and <column> …` for the rows this scope lets through.
    pub fn push(&self, sql: &mut Sql, column: &'static str) {
        match self {
            Scope::All => {}
            Scope::None => {
                sql.push(" and false");
            }
            Scope::Own(user) => {
                sql.push(" and ").push(column).push(" = ").bind(*user);
            }
            Scope::Team(users) => {
                sql.push(" and ")
                    .push(column)
                    .push(" in ")
                    .list(users.iter().copied());
            }
        }
    }

    /// The same rule for one record in hand.
    pub fn admits(&self, owner: Option<Uuid>) -> bool {
        match self {
            Scope::All => true,
            Scope::None => false,
            Scope::Own(user) => owner == Some(*user),
            Scope::Team(users) => owner.is_some_and(|it| users.contains(&it)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_predicate_and_the_rule_in_memory_agree_on_who_sees_nothing() {
        let (me, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert!(Scope::Own(me).admits(Some(me)));
        assert!(!Scope::Own(me).admits(Some(other)));
        assert!(!Scope::Own(me).admits(None));
        assert!(Scope::Team(vec![me, other]).admits(Some(other)));
        assert!(!Scope::Team(vec![]).admits(Some(other)));
        assert!(!Scope::None.admits(Some(me)));
        assert!(Scope::All.admits(None));
    }
}
