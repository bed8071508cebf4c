//! The queue of leads that may be about one person.
//!
//! A look through the whole base ([`Scan`]) finds leads that share a key; from then on [`Follow`] looks at what is new or
//! changed. Both end in [`settle`], which works out anew which of some leads belong together, from the leads as they are:
//! it may be called at any time, as often as one likes, with any leads. Nothing but groups is ever written here.

mod accept;
mod apart;
pub mod api;
mod follow;
mod groups;
mod queue;
mod runs;
mod scan;
pub mod settle;

use serde::{Deserialize, Serialize};
use store::Timestamp;
use utoipa::ToSchema;

pub use accept::AcceptJob;
pub use apart::{forget, inherit_apart, keep_apart, leave};
pub use follow::Follow;
pub use scan::Scan;

/// What became of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DuplicateState)]
pub enum State {
    /// Somebody should look at it.
    Open,
    /// Put aside until another lead joins it.
    Dismissed,
    /// They are different people, for ever.
    Separate,
}

impl State {
    const ALL: [State; 3] = [State::Open, State::Dismissed, State::Separate];

    pub fn key(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Dismissed => "dismissed",
            State::Separate => "separate",
        }
    }

    pub fn parse(key: &str) -> Option<State> {
        State::ALL.into_iter().find(|it| it.key() == key)
    }
}

/// How far the last look through the whole base has come.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DuplicateScan)]
pub struct Progress {
    /// `never`, `reading`, `comparing`, `done`.
    pub state: String,
    /// Leads read so far, of `total`.
    pub done: i64,
    pub total: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
}
