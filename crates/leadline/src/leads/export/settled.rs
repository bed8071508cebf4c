//! What was asked for with what its view says: whose leads, in which order, which columns.

use serde_json::Value as Json;
use store::Tx;
use uuid::Uuid;

use super::asked::{Asked, Shape, Wanted};
use crate::{
    base::{Caller, Result},
    leads::{
        filter::Filter,
        list::{Order, SortBy},
        views::{self, Sort, ViewState},
    },
};

pub struct Settled {
    pub filter: Filter,
    pub order: Order,
    pub shape: Shape,
    /// With its filter as it is now: a view may be another one tomorrow.
    pub view: Option<(Uuid, Json)>,
}

/// As the list has them.
const NEWEST_FIRST: Order = Order {
    by: SortBy::CreatedAt,
    descending: true,
};

/// What is asked for goes before what the view says, and narrows its leads.
pub fn settle(tx: &mut Tx, caller: &Caller, asked: Asked) -> Result<Settled> {
    let view = match &asked.view {
        None => None,
        Some(Wanted::Seen(id)) => Some(views::one(tx, caller, *id)?),
        Some(Wanted::Anybodys(name)) => Some(views::anybodys(tx, caller.workspace, name)?),
    };
    let Some(view) = view else {
        return Ok(Settled {
            filter: asked.filter,
            order: asked.order.unwrap_or(NEWEST_FIRST),
            shape: asked.shape,
            view: None,
        });
    };
    let mut shape = asked.shape;
    shape.columns = shape.columns.or_else(|| columns(&view.state));
    let order = view.state.sort.and_then(Sort::of_list);
    let kept = serde_json::to_value(&view.state.filter).unwrap_or_default();
    Ok(Settled {
        filter: view.state.filter.narrowed(asked.filter)?,
        order: asked.order.or(order).unwrap_or(NEWEST_FIRST),
        shape,
        view: Some((view.id, kept)),
    })
}

/// The columns of a view's table that leads have; what only a screen can show is passed over.
fn columns(state: &ViewState) -> Option<Vec<String>> {
    let mut columns: Vec<String> = Vec::new();
    for column in &state.columns {
        let key = key(&column.field);
        if super::columns::is_one(key) && !columns.iter().any(|it| it == key) {
            columns.push(key.to_owned());
        }
    }
    (!columns.is_empty()).then_some(columns)
}

/// Filters and tables call some things shorter than an export.
fn key(field: &str) -> &str {
    match field {
        "stage" => "stageName",
        "pipeline" => "pipelineName",
        "owner" => "assignedToName",
        "created" => "createdAt",
        "updated" => "updatedAt",
        "stageChanged" | "daysInStage" => "stageChangedAt",
        "converted" => "convertedAt",
        "lastSubmission" => "lastSubmissionAt",
        other => other,
    }
}
