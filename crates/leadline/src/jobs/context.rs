//! What a running job is given.

use std::sync::Arc;

use serde::Serialize;
use store::Tx;

use crate::{
    base::{App, Id, Result, WorkspaceId},
    jobs::{Failure, JobRow, Lease},
};

#[derive(Debug, Clone)]
pub struct Context {
    pub app: Arc<App>,
    pub(super) workspace: Option<WorkspaceId>,
    pub(super) lease: Lease,
}

impl Context {
    pub fn job(&self) -> Id<JobRow> {
        Id::new(self.lease.id)
    }

    /// Counted from 1.
    pub fn attempt(&self) -> i64 {
        self.lease.attempt
    }

    /// Whether the job goes to the dead-letter list with this failure.
    pub fn gives_up(&self, failure: &Failure) -> bool {
        matches!(failure, Failure::Never(_)) || self.lease.attempt >= self.lease.max_attempts
    }

    /// The workspace the job was queued for.
    pub fn workspace(&self) -> Result<WorkspaceId, Failure> {
        self.workspace
            .ok_or_else(|| Failure::Never("queued without a workspace".to_owned()))
    }

    /// For units of work that must fail where the job is no longer this run's.
    pub fn lease(&self) -> Lease {
        self.lease.clone()
    }

    /// Writes the job's effect and ends the job in one unit of work, so that the effect happens once,
    /// however often the job runs.
    pub async fn complete_with<T: Send + 'static>(
        &self,
        effect: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let lease = self.lease.clone();
        let written = self.app.db.write(move |tx| {
            lease.complete(tx)?;
            effect(tx)
        });
        Ok(written.await?)
    }

    /// Writes a part of the effect and what is left to do in one unit of work.
    pub async fn advance_with<T: Send + 'static>(
        &self,
        rest: impl Serialize + Send + 'static,
        effect: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let lease = self.lease.clone();
        let written = self.app.db.write(move |tx| {
            lease.advance(tx, &rest)?;
            effect(tx)
        });
        Ok(written.await?)
    }
}
