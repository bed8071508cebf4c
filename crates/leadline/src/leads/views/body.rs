//! Views as they are sent and shown.

use serde::{Deserialize, Serialize};
use store::{Timestamp, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Mine, View, ViewState, Visibility,
    state::{Column, Density, Layout, Sort},
    teams,
};
use crate::{
    base::{Actor, Caller, Permission, Problems, Result, double_option},
    leads::{body::line, chosen::Chosen, filter::Filter},
};

const LONGEST_NAME: usize = 100;

/// A view, or what of it is to change: fields that are not sent stay as they are.
#[expect(
    clippy::option_option,
    reason = "absent and null are two different wishes"
)]
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ViewBody)]
pub struct ViewBody {
    /// Needed for a new view.
    #[schema(min_length = 1, max_length = 100, example = "Hot leads of this week")]
    pub name: Option<String>,
    visibility: Option<Visibility>,
    /// Whose view it is where `visibility` is `team`: a team of the caller's.
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<Uuid>)]
    team_id: Option<Option<Uuid>>,
    /// Only its owner and administrators change it.
    locked: Option<bool>,
    filter: Option<Filter>,
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<Sort>)]
    sort: Option<Option<Sort>>,
    #[schema(max_items = 100)]
    columns: Option<Vec<Column>>,
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<String>)]
    group_by: Option<Option<String>>,
    layout: Option<Layout>,
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<Uuid>)]
    pipeline_id: Option<Option<Uuid>>,
    density: Option<Density>,
    #[schema(max_items = 20)]
    card_fields: Option<Vec<String>>,
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<String>)]
    date_field: Option<Option<String>>,
}

/// A view as the API shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = View)]
pub struct ViewShown {
    id: Uuid,
    name: String,
    /// Null where a program made it.
    owner_id: Option<Uuid>,
    visibility: Visibility,
    team_id: Option<Uuid>,
    locked: bool,
    #[serde(flatten)]
    state: ViewState,
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// What the caller has made of it.
    mine: Mine,
}

impl ViewShown {
    pub fn new(view: View, mine: Option<Mine>, caller: &Caller) -> ViewShown {
        let may_change = view.may_be_changed_by(caller);
        ViewShown {
            mine: Mine {
                may_change,
                ..mine.unwrap_or_default()
            },
            id: view.id,
            name: view.name,
            owner_id: view.owner,
            visibility: view.visibility,
            team_id: view.team,
            locked: view.locked,
            state: view.state,
            version: view.version,
            created_at: view.created_at,
            updated_at: view.updated_at,
        }
    }
}

impl ViewBody {
    pub fn named(name: Option<String>) -> ViewBody {
        ViewBody {
            name,
            ..ViewBody::default()
        }
    }

    /// The view with what was sent in place of what it had; refuses what does not hold.
    pub fn apply(self, tx: &mut Tx, caller: &Caller, mut view: View) -> Result<View> {
        let mut problems = Problems::new();
        if let Some(name) = self.name {
            view.name = line("name", Some(name), LONGEST_NAME, &mut problems).unwrap_or_default();
        }
        if view.name.is_empty() {
            problems.add("name", "must not be empty");
        }
        view.locked = self.locked.unwrap_or(view.locked);
        view.visibility = self.visibility.unwrap_or(view.visibility);
        view.team = self.team_id.unwrap_or(view.team);
        if view.visibility != Visibility::Team && self.team_id.is_none() {
            view.team = None;
        }
        check_team(tx, caller, &view, &mut problems)?;
        let state = &mut view.state;
        state.filter = self.filter.unwrap_or_else(|| state.filter.clone());
        state.sort = self.sort.unwrap_or(state.sort);
        state.columns = self.columns.unwrap_or_else(|| state.columns.clone());
        state.group_by = self.group_by.unwrap_or_else(|| state.group_by.clone());
        state.layout = self.layout.unwrap_or(state.layout);
        state.pipeline_id = self.pipeline_id.unwrap_or(state.pipeline_id);
        state.density = self.density.unwrap_or(state.density);
        state.card_fields = self
            .card_fields
            .unwrap_or_else(|| state.card_fields.clone());
        state.date_field = self.date_field.unwrap_or_else(|| state.date_field.clone());
        state.check(&mut problems);
        check_pipeline(tx, caller, state, &mut problems)?;
        problems.done()?;
        check_filter(tx, caller, state)?;
        check_sharing(caller, &view)?;
        Ok(view)
    }
}

fn check_team(tx: &mut Tx, caller: &Caller, view: &View, problems: &mut Problems) -> Result<()> {
    match (view.visibility, view.team) {
        (Visibility::Team, None) => problems.add("teamId", "is needed to share with a team"),
        (Visibility::Team, Some(team)) if !teams(tx, caller)?.contains(&team) => {
            problems.add("teamId", "is not a team of yours");
        }
        (Visibility::Private | Visibility::Everyone, Some(_)) => {
            problems.add("teamId", "belongs to views that a team shares");
        }
        _ => {}
    }
    if caller.user().is_none() && view.visibility != Visibility::Everyone {
        problems.add("visibility", "must be everyone for what a program makes");
    }
    Ok(())
}

fn check_pipeline(
    tx: &mut Tx,
    caller: &Caller,
    state: &ViewState,
    problems: &mut Problems,
) -> Result<()> {
    let Some(pipeline) = state.pipeline_id else {
        return Ok(());
    };
    let there: Option<(Uuid,)> = tx.opt(
        "select id from lead_pipelines where workspace_id = $1 and id = $2 and removed_at is null",
        &[&caller.workspace, &pipeline],
    )?;
    if there.is_none() {
        problems.add("pipelineId", "is not a pipeline of this workspace");
    }
    Ok(())
}

/// Binds it once; "me" is somebody, whoever it will be.
fn check_filter(tx: &mut Tx, caller: &Caller, state: &ViewState) -> Result<()> {
    let somebody = Caller {
        actor: Actor::User(caller.user().unwrap_or_default()),
        ..caller.clone()
    };
    Chosen::bind(tx, state.filter.clone(), &somebody)
        .map(drop)
        .map_err(|err| err.within("filter"))
}

fn check_sharing(caller: &Caller, view: &View) -> Result<()> {
    if view.visibility == Visibility::Private {
        Ok(())
    } else {
        caller.need(Permission::ViewsShare)
    }
}
