//! Saved views: a filter with the way in which its leads are shown, kept under a name for one person, a team or everybody.

pub mod api;
mod body;
mod mine;
pub mod personal;
mod rows;
mod state;
pub mod watch;

use serde::{Deserialize, Serialize};
use store::{Timestamp, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{Caller, Error, Permission, Result, WorkspaceId},
    leads::filter::{Filter, Own},
    workspaces,
};

pub use mine::Mine;
pub use state::{Sort, ViewState};

/// A view as it is kept.
#[derive(Debug, Clone)]
pub struct View {
    pub id: Uuid,
    pub name: String,
    pub owner: Option<Uuid>,
    pub visibility: Visibility,
    pub team: Option<Uuid>,
    pub locked: bool,
    pub state: ViewState,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ViewVisibility)]
pub enum Visibility {
    /// For its owner alone.
    #[default]
    Private,
    /// For the members of a team.
    Team,
    Everyone,
}

impl Visibility {
    pub fn key(self) -> &'static str {
        match self {
            Visibility::Private => "private",
            Visibility::Team => "team",
            Visibility::Everyone => "everyone",
        }
    }
}

impl View {
    /// Whether somebody sees it: its owner, the members of its team, or everybody.
    fn is_seen_by(&self, user: Option<Uuid>, teams: &[Uuid]) -> bool {
        let own = self.owner.is_some() && self.owner == user;
        own || match self.visibility {
            Visibility::Private => false,
            Visibility::Team => self.team.is_some_and(|it| teams.contains(&it)),
            Visibility::Everyone => true,
        }
    }

    fn is_shared(&self) -> bool {
        self.visibility != Visibility::Private
    }

    /// Whether the caller may change it, who sees it.
    pub fn may_be_changed_by(&self, caller: &Caller) -> bool {
        let own = self.owner.is_some() && self.owner == caller.user();
        let right = caller.may(if self.locked && !own {
            Permission::WorkspaceManage
        } else {
            Permission::ViewsShare
        });
        if self.is_shared() { right || own } else { own }
    }
}

/// A view that the caller sees; any other is not found.
pub fn one(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<View> {
    let teams = teams(tx, caller)?;
    rows::one(tx, caller.workspace, id)?
        .filter(|it| it.is_seen_by(caller.user(), &teams))
        .ok_or(Error::NotFound("view"))
}

/// A view of whoever it is, by its id or its name: for whoever has the machine.
pub fn anybodys(tx: &mut Tx, workspace: WorkspaceId, named: &str) -> Result<View> {
    if let Ok(id) = Uuid::parse_str(named) {
        return rows::one(tx, workspace, id)?.ok_or(Error::NotFound("view"));
    }
    let mut found = rows::named(tx, workspace, named)?;
    match (found.pop(), found.len()) {
        (None, _) => Err(Error::NotFound("view")),
        (Some(view), 0) => Ok(view),
        (Some(view), _) => {
            found.push(view);
            let ids: Vec<String> = found.iter().map(|it| it.id.to_string()).collect();
            let message = format!(
                "is the name of several; say which by its id: {}",
                ids.join(", ")
            );
            Err(Error::invalid("view", message))
        }
    }
}

/// A view's leads as far as another filter lets them through, and how the view shows them.
pub fn narrowed(
    tx: &mut Tx,
    caller: &Caller,
    id: Option<Uuid>,
    by: Filter,
) -> Result<(Filter, Option<ViewState>)> {
    let Some(id) = id else { return Ok((by, None)) };
    let state = one(tx, caller, id)?.state;
    Ok((state.filter.clone().narrowed(by)?, Some(state)))
}

/// The view that a query asks for by the parameter `view`.
pub fn asked(own: &Own) -> Result<Option<Uuid>> {
    let view = own.get("view").map(|it| Uuid::parse_str(it)).transpose();
    view.map_err(|_| Error::invalid("view", "is not an id"))
}

fn teams(tx: &mut Tx, caller: &Caller) -> Result<Vec<Uuid>> {
    match caller.user() {
        Some(user) => workspaces::teams_of(tx, caller.workspace, user),
        None => Ok(Vec::new()),
    }
}

fn person(caller: &Caller) -> Result<Uuid> {
    caller.user().ok_or_else(|| Error::Refused {
        code: "person_needed",
        detail: "This is for a signed-in person; an API key cannot do it.".into(),
    })
}

/// As many views as a workspace keeps.
const MOST: i64 = 2000;

fn check_room(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    let (count,): (i64,) = tx.one(
        "select count(*) from lead_views where workspace_id = $1",
        &[&workspace],
    )?;
    if count < MOST {
        Ok(())
    } else {
        let detail = format!("A workspace keeps at most {MOST} views.");
        Err(Error::conflict("too_many_views", detail))
    }
}
