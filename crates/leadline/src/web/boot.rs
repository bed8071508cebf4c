//! What the page brings along: who is signed in, and, for the board, its first cards.

use std::sync::Arc;

use axum::http::{HeaderMap, Uri};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    base::{App, Caller},
    events, leads,
    workspaces::{
        self, Arrival, Known,
        preferences::{Density, Theme},
    },
};

/// The addresses of the board (the app leads from the first to the second), and how many cards of each column come along.
pub(super) const BOARD: &str = "/board";
pub(super) const HOME: &str = "/";
const FIRST_CARDS: u32 = 20;

/// What a page of the app begins with.
#[derive(Debug, Default)]
pub(super) struct Boot {
    pub json: String,
    pub theme: Theme,
    pub density: Density,
    pub cookie: Option<String>,
}

/// The block as `web/src/app/boot.ts` reads it. What is missing the app asks for itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Block<'a> {
    /// What `GET /session` answers; null where nobody is signed in.
    me: Option<&'a RawValue>,
    setup_needed: bool,
    /// Where the stream of events was before anything below was read: the app listens from there on.
    events: Option<String>,
    /// What `GET /board` answers for the board as it is first shown.
    board: Option<Box<RawValue>>,
}

/// A page is shown whatever happens: where the database does not answer, the app asks again and says so.
pub(super) async fn boot(app: &Arc<App>, uri: &Uri, headers: &HeaderMap) -> Boot {
    match workspaces::arrival(app, headers).await {
        Ok(Arrival::Known(known)) => known_boot(app, uri, *known).await,
        Ok(Arrival::Stranger { setup_needed }) => Boot {
            json: json(&Block {
                me: None,
                setup_needed,
                events: None,
                board: None,
            }),
            ..Boot::default()
        },
        Err(err) => {
            tracing::debug!(%err, "a page goes out without its boot block");
            Boot::default()
        }
    }
}

async fn known_boot(app: &Arc<App>, uri: &Uri, known: Known) -> Boot {
    let is_plain_board =
        [BOARD, HOME].contains(&uri.path()) && uri.query().is_none_or(only_opens_something);
    let events = events::here(app, known.caller.workspace).await.ok();
    let board = if is_plain_board {
        board(app, known.caller).await
    } else {
        None
    };
    let block = Block {
        me: Some(&known.me),
        setup_needed: false,
        events,
        board,
    };
    Boot {
        json: json(&block),
        theme: known.theme,
        density: known.density,
        cookie: Some(known.cookie),
    }
}

/// Whether an address shows the board as it is, with perhaps a lead or a dialog opened on it.
fn only_opens_something(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes())
        .all(|(name, _)| ["lead", "dialog", "density"].contains(&&*name))
}

async fn board(app: &Arc<App>, caller: Caller) -> Option<Box<RawValue>> {
    let query = format!("limit={FIRST_CARDS}");
    let answer = leads::board_of(app, caller, Some(&query)).await.ok()?;
    String::from_utf8(answer.into_body())
        .ok()
        .and_then(|it| RawValue::from_string(it).ok())
}

fn json(block: &Block<'_>) -> String {
    serde_json::to_string(block).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filtered_board_is_not_the_plain_one() {
        for plain in ["", "lead=7", "lead=7&dialog=edit"] {
            assert!(only_opens_something(plain), "{plain}");
        }
        for other in ["q=ada", "lead=7&f=score:gte:60", "view=1", "pipeline=2"] {
            assert!(!only_opens_something(other), "{other}");
        }
    }
}
