//! Groups of leads over HTTP.

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::{RawQuery, State};
use serde::Serialize;
use store::Tx;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    base::{Answer, App, Caller, Error, Permission, ReadRefusals, Result},
    leads::{
        Amount,
        chosen::Chosen,
        fields::{self, FieldKind},
        filter::{self, FilterQuery},
        groups::{self, By},
        views,
    },
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "documents the parameters that `list` reads")]
struct GroupQuery {
    /// `stage`, `owner`, `source`, `tag`, or `customFields.<key>` of a choice. By default the view's, else `stage`.
    #[param(default = "stage")]
    group_by: Option<String>,
    /// A view whose leads are grouped; the other parameters narrow it.
    view: Option<Uuid>,
}

/// The groups of a choice of leads.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LeadGroups {
    group_by: String,
    /// The largest first, at most 500.
    groups: Vec<LeadGroup>,
    /// Only 10,000 leads were looked at: there may be more in each group, and further groups.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    capped: bool,
    /// There are further, smaller groups.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more_groups: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct LeadGroup {
    /// A stage's or a member's id, a source, a folded tag, a choice; null for the leads that have none.
    key: Option<String>,
    /// The name of the stage or member; the tag as it is written.
    label: Option<String>,
    count: i64,
    sums: Vec<GroupSum>,
}

#[derive(Debug, Serialize, ToSchema)]
struct GroupSum {
    currency: String,
    #[schema(value_type = f64)]
    amount: Amount,
}

/// Group leads
///
/// How many leads of a choice are in each group and what they are worth, by currency. By stage and owner the numbers are
/// exact where stage, pipeline and owner say everything; otherwise as far as the first 10,000 leads go. A lead is in the
/// group of each of its tags.
#[utoipa::path(get, path = "/leads/groups", operation_id = "groupLeads", tag = "leads", params(GroupQuery, FilterQuery),
    responses((status = 200, description = "The groups", body = LeadGroups), ReadRefusals))]
async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let (filter, own) = filter::read_query(query.as_deref(), &["groupBy", "view"])?;
    let view = views::asked(&own)?;
    let asked = own.get("groupBy").cloned();
    app.read(move |tx| {
        let (filter, view) = views::narrowed(tx, &caller, view, filter)?;
        let group_by = asked
            .or_else(|| view.and_then(|it| it.group_by))
            .unwrap_or_else(|| "stage".into());
        let by = By::parse(&group_by).map_err(|message| Error::invalid("groupBy", message))?;
        check(tx, &caller, &by)?;
        let chosen = Chosen::bind(tx, filter, &caller)?;
        let found = groups::of(tx, &chosen, &by)?;
        Answer::ok(&LeadGroups {
            group_by,
            groups: found.groups.into_iter().map(shown).collect(),
            capped: found.capped,
            more_groups: found.more,
        })
    })
    .await
}

fn check(tx: &mut Tx, caller: &Caller, by: &By) -> Result<()> {
    let By::Choice(key) = by else { return Ok(()) };
    let fields = fields::all(tx, caller.workspace)?;
    let is_choice = |it: &fields::Field| it.key == *key && it.kind == FieldKind::Choice;
    if fields.iter().any(is_choice) {
        Ok(())
    } else {
        Err(Error::invalid(
            "groupBy",
            "is not a custom field that holds a choice",
        ))
    }
}

fn shown(group: groups::Group) -> LeadGroup {
    LeadGroup {
        key: group.key,
        label: group.label,
        count: group.count,
        sums: sums(group.sums),
    }
}

fn sums(sums: BTreeMap<String, i64>) -> Vec<GroupSum> {
    sums.into_iter()
        .filter(|(_, amount)| *amount != 0)
        .map(|(currency, amount)| GroupSum {
            currency,
            amount: Amount(amount),
        })
        .collect()
}
