//! Workspaces, people and keys for tests: written as rows, for hashing passwords and sending links takes time.

use axum::http::header;
use leadline::{
    base::{Permission, Result, Secret, WorkspaceId},
    workspaces,
};
use store::{Json, Tx};
use uuid::Uuid;

use super::{Client, TestApp};

/// Somebody signed in, with what tests like to know about them.
pub struct Person {
    pub user: Uuid,
    pub workspace: WorkspaceId,
    pub client: Client,
}

impl std::ops::Deref for Person {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl TestApp {
    /// A new workspace and its Super Admin.
    pub async fn add_workspace(&self, name: &'static str) -> Person {
        let make = move |tx: &mut Tx| {
            let user = add_user(tx, "super-admin")?;
            let workspace = workspaces::create(tx, name, user)?;
            Ok((user, workspace, open_session(tx, user, workspace)?))
        };
        let (user, workspace, token) = self
            .app
            .db
            .write(make)
            .await
            .unwrap_or_else(|err: leadline::base::Error| panic!("{err}"));
        Person {
            user,
            workspace,
            client: self.with_session(&token),
        }
    }

    /// A new member of the first workspace, signed in. The role is one of `super-admin`, `admin`, `marketer`, `sales`, `viewer`.
    pub async fn add_person(&self, role: &'static str) -> Person {
        self.add_person_in(self.admin().workspace, role).await
    }

    pub async fn add_person_in(&self, workspace: WorkspaceId, role: &'static str) -> Person {
        let make = move |tx: &mut Tx| {
            let user = add_user(tx, role)?;
            let role = role_id(tx, workspace, role)?;
            workspaces::add_member(tx, workspace, user, role)?;
            Ok((user, open_session(tx, user, workspace)?))
        };
        let (user, token) = self
            .app
            .db
            .write(make)
            .await
            .unwrap_or_else(|err: leadline::base::Error| panic!("{err}"));
        Person {
            user,
            workspace,
            client: self.with_session(&token),
        }
    }

    /// A client with a new API key of the first workspace that has these rights alone.
    pub async fn add_key(&self, rights: &[Permission]) -> Client {
        let rights: Vec<_> = rights.iter().map(|it| it.key()).collect();
        let workspace = self.admin().workspace;
        let make = move |tx: &mut Tx| insert_key(tx, workspace, &rights);
        let key = self
            .app
            .db
            .write(make)
            .await
            .unwrap_or_else(|err: leadline::base::Error| panic!("{err}"));
        self.stranger().with_key(key.expose())
    }

    fn with_session(&self, token: &Secret) -> Client {
        let cookie = format!("{}={}", workspaces::COOKIE, token.expose());
        self.stranger().with_header(header::COOKIE, &cookie)
    }
}

fn add_user(tx: &mut Tx, role: &str) -> Result<Uuid> {
    let (id, now) = (tx.id(), tx.now());
    let email = format!("{role}-{}@example.org", id.simple());
    tx.exec(
        "insert into users (id, email, name, created_at) values ($1, $2, $3, $4)",
        &[&id, &email, &format!("Test {role}"), &now],
    )?;
    Ok(id)
}

fn role_id(tx: &mut Tx, workspace: WorkspaceId, key: &str) -> Result<Uuid> {
    Ok(tx
        .one::<(Uuid,)>(
            "select id from roles where workspace_id = $1 and key = $2",
            &[&workspace, &key],
        )?
        .0)
}

fn open_session(tx: &mut Tx, user: Uuid, workspace: WorkspaceId) -> Result<Secret> {
    let (id, now, token) = (tx.id(), tx.now(), Secret::random("test_"));
    let forever = now.0 + 10 * 365 * 24 * 60 * 60 * 1000;
    tx.exec(
        "insert into sessions (id, token_hash, user_id, workspace_id, user_agent, address, created_at, last_seen_at, expires_at)
         values ($1, $2, $3, $4, 'test', '127.0.0.1', $5, $5, $6)",
        &[&id, &token.hash().to_vec(), &user, &workspace, &now, &forever],
    )?;
    Ok(token)
}

fn insert_key(tx: &mut Tx, workspace: WorkspaceId, rights: &[&str]) -> Result<Secret> {
    let (id, now, key) = (tx.id(), tx.now(), Secret::random("ll_"));
    let role = role_id(tx, workspace, "super-admin")?;
    tx.exec(
        "insert into api_keys (workspace_id, id, name, prefix, role_id, permissions, created_at)
         values ($1, $2, 'test', 'll_test', $3, $4, $5)",
        &[&workspace, &id, &role, &Json(rights), &now],
    )?;
    tx.exec(
        "insert into api_key_lookup (token_hash, workspace_id, key_id) values ($1, $2, $3)",
        &[&key.hash().to_vec(), &workspace, &id],
    )?;
    Ok(key)
}
