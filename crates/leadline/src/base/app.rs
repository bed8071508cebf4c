//! What the whole program shares. It is passed, never global.

use std::{any::Any, collections::HashMap, sync::Arc};

use store::{Db, Tx};

use crate::base::{Answer, Caller, Result, SecretKey, config::Config, idempotent};

pub struct App {
    pub db: Db,
    pub config: Config,
    pub secret_key: SecretKey,
    /// What rooms keep for the life of the program (caches, limiters, wake-ups), by type.
    pub state: Shared,
}

/// One value of each type, put in by `server.rs` at the start.
#[derive(Default)]
pub struct Shared(HashMap<std::any::TypeId, Arc<dyn Any + Send + Sync>>);

impl App {
    /// A unit of work that reads.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.read(f).await
    }

    /// A unit of work that reads what is found in a moment, by a few steps through an index: it may run right here.
    pub async fn glance<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.glance(f).await
    }

    /// A unit of work that writes and answers; under an `Idempotency-Key` it happens once.
    pub async fn write(
        &self,
        caller: &Caller,
        f: impl FnOnce(&mut Tx) -> Result<Answer> + Send + 'static,
    ) -> Result<Answer> {
        let Some(key) = caller.idempotency.clone() else {
            return self.db.write(f).await;
        };
        let (workspace, who) = (caller.workspace, caller.actor.id().unwrap_or_default());
        self.db
            .write(move |tx| idempotent::once(tx, workspace, who, &key, f))
            .await
    }
}

impl Shared {
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, value: T) -> Shared {
        self.0.insert(std::any::TypeId::of::<T>(), Arc::new(value));
        self
    }

    /// The value of this type; its absence is a mistake of `server.rs` that the first request shows.
    #[expect(
        clippy::expect_used,
        reason = "a mistake in the program's own wiring, found by its first test"
    )]
    pub fn get<T: Send + Sync + 'static>(&self) -> Arc<T> {
        let found = self.0.get(&std::any::TypeId::of::<T>()).cloned();
        found
            .and_then(|it| it.downcast().ok())
            .expect("server.rs puts every room's state in")
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}
