//! Where a browser stands when it opens a page: signed in or not, and what its page needs to know at once.

use axum::http::HeaderMap;
use serde_json::value::{RawValue, to_raw_value};
use std::sync::Arc;

use super::{
    authenticate::authenticate,
    client::{self, Presented},
    me::Me,
    preferences::{Density, Theme},
    state::State,
    workspace,
};
use crate::base::{App, Caller, Error, Result};

/// A browser that has come to a page.
#[derive(Debug)]
pub enum Arrival {
    Known(Box<Known>),
    /// Nobody is signed in; `setup_needed` where there is no workspace yet.
    Stranger {
        setup_needed: bool,
    },
}

/// Somebody who is signed in.
#[derive(Debug)]
pub struct Known {
    pub caller: Caller,
    /// What `GET /session` answers.
    pub me: Box<RawValue>,
    pub theme: Theme,
    pub density: Density,
    /// The `Set-Cookie` that keeps the session from running out.
    pub cookie: String,
}

/// Who comes with these headers. Only a cookie counts, for pages are for people.
pub async fn arrival(app: &Arc<App>, headers: &HeaderMap) -> Result<Arrival> {
    let Some(token) = client::cookie(headers) else {
        return stranger(app).await;
    };
    let life = app.state.get::<State>().session_life();
    let cookie = client::set_cookie(&app.config, &token, life);
    let caller = match authenticate(app, Presented::Session(token)).await {
        Ok(caller) => caller,
        Err(Error::Unauthenticated) => return stranger(app).await,
        Err(err) => return Err(err),
    };
    let who = caller.clone();
    let me = app.read(move |tx| Me::of(tx, &who)).await?;
    let chosen = me.preferences.as_ref();
    Ok(Arrival::Known(Box::new(Known {
        theme: chosen.map(|it| it.theme).unwrap_or_default(),
        density: chosen.map(|it| it.density).unwrap_or_default(),
        me: to_raw_value(&me).map_err(|err| Error::Internal(err.to_string()))?,
        caller,
        cookie,
    })))
}

async fn stranger(app: &App) -> Result<Arrival> {
    let is_there_any = app.read(workspace::is_there_any).await?;
    Ok(Arrival::Stranger {
        setup_needed: !is_there_any,
    })
}
