//! Whether somebody may still take what they began to take.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::base::{App, Caller, Error, Permission, Result, Scope};

/// By what whoever takes an export is known.
pub enum Right {
    /// What a request presented; it is looked at again before each page, and a session or a key that ended is refused.
    Presented(Box<Parts>),
    /// Whoever has the machine has the data.
    OfTheMachine,
}

impl Right {
    /// Refuses whoever lost the right, or sees other leads now than when they began.
    pub async fn check(&self, app: &Arc<App>, began: &Caller) -> Result<()> {
        let Right::Presented(parts) = self else {
            return Ok(());
        };
        let now = Caller::from_request_parts(&mut parts.as_ref().clone(), app).await?;
        now.need(Permission::LeadsExport)?;
        if now.workspace == began.workspace && is_same(&now.scope, &began.scope) {
            Ok(())
        } else {
            Err(Error::Forbidden(Permission::LeadsExport.key()))
        }
    }
}

/// Teams come in any order.
fn is_same(now: &Scope, then: &Scope) -> bool {
    match (now, then) {
        (Scope::Team(now), Scope::Team(then)) => {
            now.len() == then.len() && now.iter().all(|it| then.contains(it))
        }
        _ => now == then,
    }
}
