//! What one person has made of views: pins, defaults, subscriptions.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::base::{Caller, Result};

/// What the caller has made of a view.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MyView)]
pub struct Mine {
    pub pin: Option<Pin>,
    /// Pages on which it is shown first.
    pub default_on: Vec<Page>,
    pub subscription: Option<Subscribed>,
    /// Whether the caller may change it.
    pub may_change: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ViewPin)]
pub struct Pin {
    pub icon: String,
    /// Counted from 0 at the top.
    pub position: i64,
}

/// What somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ViewSubscription)]
pub struct Subscription {
    /// Leads that come into the view.
    pub entering: bool,
    /// Leads that go out of it.
    pub leaving: bool,
}

/// A subscription and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ViewSubscribed)]
pub struct Subscribed {
    pub entering: bool,
    pub leaving: bool,
    /// `beginning`: a moment later it is `watching`. `tooLarge`: the view has grown beyond 10,000 leads, and nothing is told.
    pub state: String,
}

/// Pages that begin with a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ViewPage)]
pub enum Page {
    Leads,
    Board,
    Calendar,
}

impl Page {
    pub fn key(self) -> &'static str {
        match self {
            Page::Leads => "leads",
            Page::Board => "board",
            Page::Calendar => "calendar",
        }
    }

    fn from_key(key: &str) -> Option<Page> {
        [Page::Leads, Page::Board, Page::Calendar]
            .into_iter()
            .find(|it| it.key() == key)
    }
}

/// By view.
pub fn all(tx: &mut Tx, caller: &Caller) -> Result<HashMap<Uuid, Mine>> {
    let mut mine: HashMap<Uuid, Mine> = HashMap::new();
    let Some(user) = caller.user() else {
        return Ok(mine);
    };
    let workspace = caller.workspace;
    for (view, icon, position) in pins(tx, caller, user)? {
        mine.entry(view).or_default().pin = Some(Pin { icon, position });
    }
    let defaults: Vec<(Uuid, String)> = tx.all(
        "select view_id, page from lead_view_defaults where workspace_id = $1 and user_id = $2 order by page",
        &[&workspace, &user],
    )?;
    for (view, page) in defaults {
        mine.entry(view)
            .or_default()
            .default_on
            .extend(Page::from_key(&page));
    }
    let subscriptions: Vec<(Uuid, bool, bool, String)> = tx.all(
        "select view_id, entering, leaving, state from lead_view_subscriptions where workspace_id = $1 and user_id = $2",
        &[&workspace, &user],
    )?;
    for (view, entering, leaving, state) in subscriptions {
        mine.entry(view).or_default().subscription = Some(Subscribed {
            entering,
            leaving,
            state,
        });
    }
    Ok(mine)
}

/// View, icon and place, from the top down.
pub fn pins(tx: &mut Tx, caller: &Caller, user: Uuid) -> Result<Vec<(Uuid, String, i64)>> {
    let rows: Vec<(Uuid, String)> = tx.all(
        "select view_id, icon from lead_view_pins where workspace_id = $1 and user_id = $2 order by position, view_id",
        &[&caller.workspace, &user],
    )?;
    Ok((0..)
        .zip(rows)
        .map(|(at, (view, icon))| (view, icon, at))
        .collect())
}
