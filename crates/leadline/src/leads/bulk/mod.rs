//! One action over many leads: over those named, or over a whole filter.
//!
//! Up to a slice of leads the action is done in the request's own unit of work. More are done by a job, a slice a unit;
//! the change set's row says how far it has come, and is written with each slice, so a job that runs twice goes on where
//! the first run ended.

pub mod api;
mod edit;
mod job;

use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{Error, Problems, Result, Scope, WorkspaceId},
    leads::{
        changes::action::{self, Header},
        chosen::Chosen,
        crowd::{self, Landing},
        filter::Filter,
        find::{self, Among, For},
        list,
        merge::redirect,
        pipelines,
        tags::Tags,
        write::{By, Place},
    },
};

pub use edit::Edit;
pub use job::BulkJob;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BulkActionName)]
pub enum Action {
    MoveStage,
    Assign,
    Delete,
    Restore,
    /// Adds tags.
    Tag,
    /// Takes tags off.
    Untag,
    /// Writes the same values into all of them.
    Edit,
}

/// What was asked for, in the form in which it is kept with the change set.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    pub action: Action,
    pub ids: Option<Vec<Uuid>>,
    pub filter: Option<Filter>,
    /// The filter of a view, as it was then; `filter` narrows it.
    #[serde(default)]
    pub view: Option<Filter>,
    pub exclude: Vec<Uuid>,
    pub stage: Option<Uuid>,
    pub owner: Option<Uuid>,
    pub tags: Vec<String>,
    #[serde(default)]
    pub edit: Option<Edit>,
    /// Which leads the one who asked sees.
    pub seen: Scope,
}

impl Request {
    /// Every lead that is meant, where none are named.
    fn chosen(&self) -> Result<Filter> {
        let filter = self.filter.clone().unwrap_or_default();
        match &self.view {
            Some(view) => view.clone().narrowed(filter),
            None => Ok(filter),
        }
    }
}

/// What became of one lead.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = BulkResult)]
pub struct RowResult {
    pub id: Uuid,
    pub ok: bool,
    /// Why not: `not_found`, `too_many_tags`; `invalid` where a rule of the lead's fields forbids the edit, such as
    /// a required one that would be emptied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What became of a slice.
#[derive(Debug, Default)]
pub struct Outcome {
    pub results: Vec<RowResult>,
    pub changed: i64,
}

impl Action {
    const ALL: [Action; 7] = [
        Action::MoveStage,
        Action::Assign,
        Action::Delete,
        Action::Restore,
        Action::Tag,
        Action::Untag,
        Action::Edit,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Action::MoveStage => "move_stage",
            Action::Assign => "assign",
            Action::Delete => "delete",
            Action::Restore => "restore",
            Action::Tag => "tag",
            Action::Untag => "untag",
            Action::Edit => "edit",
        }
    }

    fn among(self) -> Among {
        if self == Action::Restore {
            Among::Trash
        } else {
            Among::Live
        }
    }
}

/// The next leads of a filter, from `after` downwards, and whether there are more.
fn next_ids(
    tx: &mut Tx,
    chosen: &mut Chosen,
    after: Option<Uuid>,
    limit: usize,
) -> Result<(Vec<Uuid>, bool)> {
    let wanted = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut ids = list::ids(tx, chosen, after, wanted.saturating_add(1))?;
    let more = ids.len() > limit;
    ids.truncate(limit);
    Ok((ids, more))
}

/// Does the action to leads, at most a slice of them.
fn act(tx: &mut Tx, by: &By, scope: &Scope, request: &Request, ids: &[Uuid]) -> Result<Outcome> {
    // Before the leads, as everybody locks a stage before what stands in it. Where the stage has been removed since the
    // request, its leads went somewhere; so do these.
    let place = match request.stage {
        Some(stage) => Some(pipelines::follow(
            tx,
            by.workspace,
            Place {
                pipeline: Uuid::nil(),
                stage,
            },
        )?),
        None => None,
    };
    let went = redirect::targets(tx, by.workspace, ids)?;
    let meant: Vec<Uuid> = ids
        .iter()
        .map(|id| went.get(id).copied().unwrap_or(*id))
        .collect();
    let leads = find::some(
        tx,
        by.workspace,
        scope,
        &meant,
        request.action.among(),
        For::Writing,
    )?;
    let (mut full, mut refused) = (Vec::new(), Vec::new());
    let changed = match request.action {
        Action::MoveStage => match place {
            Some(place) => crowd::move_all(tx, by, &leads, place, Landing::Top)?,
            None => 0,
        },
        Action::Assign => crowd::assign_all(tx, by, &leads, request.owner)?,
        Action::Delete => crowd::delete_all(tx, by, &leads)?,
        Action::Restore => crowd::restore_all(tx, by, &leads)?,
        Action::Tag | Action::Untag => {
            let tags = Tags::new(request.tags.iter().cloned(), "tags", &mut Problems::new());
            let none = Tags::default();
            let (add, remove) = if request.action == Action::Tag {
                (&tags, &none)
            } else {
                (&none, &tags)
            };
            let (changed, too_many) = crowd::tag_all(tx, by, &leads, add, remove)?;
            full = too_many;
            changed
        }
        Action::Edit => match &request.edit {
            Some(edit) => {
                let (changed, invalid) = edit::edit_all(tx, by, &leads, edit)?;
                refused = invalid;
                changed
            }
            None => 0,
        },
    };
    let found: Vec<Uuid> = leads.iter().map(|it| it.id.uuid()).collect();
    let results = ids.iter().zip(&meant).map(|(id, meant)| {
        let error = match meant {
            meant if found.binary_search(meant).is_err() => Some("not_found"),
            meant if full.contains(meant) => Some("too_many_tags"),
            meant if refused.contains(meant) => Some("invalid"),
            _ => None,
        };
        RowResult {
            id: *id,
            ok: error.is_none(),
            error: error.map(str::to_owned),
        }
    });
    Ok(Outcome {
        results: results.collect(),
        changed: i64::try_from(changed).unwrap_or(i64::MAX),
    })
}

/// Does the action and takes it back, to see what it would do.
fn rehearse(
    tx: &mut Tx,
    by: &By,
    scope: &Scope,
    request: &Request,
    ids: &[Uuid],
) -> Result<Outcome> {
    const REHEARSED: &str = "rehearsed";
    let mut outcome = None;
    let undone: Result<()> = tx.attempt(|tx| {
        outcome = Some(act(tx, by, scope, request, ids)?);
        Err(Error::conflict(REHEARSED, ""))
    });
    match (undone, outcome) {
        (
            Err(Error::Conflict {
                code: REHEARSED, ..
            }),
            Some(outcome),
        ) => Ok(outcome),
        (Err(err), _) => Err(err),
        (Ok(()), _) => Ok(Outcome::default()),
    }
}

fn load(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Header> {
    let found = action::header(tx, workspace, id)?;
    found
        .filter(|it| Action::ALL.iter().any(|action| action.key() == it.action))
        .ok_or(Error::NotFound("bulk action"))
}
