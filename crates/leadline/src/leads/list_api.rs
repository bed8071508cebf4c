//! The list of leads over HTTP.

use std::{hash::Hasher, sync::Arc};

use axum::extract::{RawQuery, State};
use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher24;
use store::Tx;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    base::{Answer, App, Caller, Cursor, Error, Page, PageQuery, Permission, ReadRefusals, Result},
    leads::{
        Lead, LeadView,
        chosen::Chosen,
        filter::{self, Filter, FilterQuery, Own},
        json,
        list::{self, Order, Place, SortBy, WHOLE_LEADS, Window},
        pipelines,
        total::Total,
        totals::{self, Totals},
        views,
    },
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list))
}

/// How a list is ordered.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "documents the parameters that `order` reads")]
struct OrderQuery {
    /// `createdAt`, `updatedAt`, `name`, `score`, `value`, `company` or `source`. Leads without a value come last.
    #[param(default = "createdAt")]
    sort_by: Option<String>,
    /// `desc` or `asc`.
    #[param(default = "desc")]
    sort_order: Option<String>,
    /// A view whose leads are listed, in its order unless another is asked for; the other parameters narrow it.
    view: Option<Uuid>,
}

const OWN: [&str; 6] = ["sortBy", "sortOrder", "page", "limit", "cursor", "view"];

/// What a cursor carries: where the page ended, in which list, and what need not be counted again.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ended {
    #[serde(rename = "l")]
    list: u64,
    #[serde(rename = "p")]
    place: Place,
    #[serde(rename = "n")]
    page: i64,
    #[serde(rename = "t")]
    total: i64,
    #[serde(rename = "c")]
    capped: bool,
}

/// One list: a choice in an order.
struct Asked {
    chosen: Chosen,
    window: Window,
    page: i64,
    known: Option<Total>,
    list: u64,
}

/// List leads
///
/// Newest first, unless sorted otherwise. Pages by number end at row 10,000; `nextCursor` goes on for ever, and a lead that
/// comes in meanwhile moves nothing on later pages. `total` is exact where stage, pipeline and owner say everything or
/// the leads are few; otherwise it may be capped.
#[utoipa::path(
    get,
    path = "/leads",
    operation_id = "listLeads",
    tag = "leads",
    params(FilterQuery, OrderQuery, PageQuery),
    responses((status = 200, description = "A page of leads", body = Page<Lead>), ReadRefusals)
)]
async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let (filter, own) = filter::read_query(query.as_deref(), &OWN)?;
    pipelines::ready(&app, caller.workspace).await?;
    let sorted = own.contains_key("sortBy") || own.contains_key("view");
    let quick = filter.is_quick(&caller.scope) && !sorted;
    let (totals, commits) = (app.state.get::<Totals>(), totals::commits(&app));
    let answer = move |tx: &mut Tx| {
        let asked = Asked::read(tx, filter, &own, &caller)?;
        asked.answer(tx, &totals, commits)
    };
    if quick {
        app.glance(answer).await
    } else {
        app.read(answer).await
    }
}

impl Asked {
    fn read(tx: &mut Tx, filter: Filter, own: &Own, caller: &Caller) -> Result<Asked> {
        let (filter, view) = views::narrowed(tx, caller, views::asked(own)?, filter)?;
        let order = match view.and_then(|it| it.sort).and_then(views::Sort::of_list) {
            Some(order) if !own.contains_key("sortBy") && !own.contains_key("sortOrder") => order,
            _ => order(own)?,
        };
        let pages = pages(own)?;
        let (limit, page, skip) = (pages.limit()?, pages.page()?, pages.offset()?);
        let mut hasher = SipHasher24::new();
        hasher.write(filter.fingerprint().as_bytes());
        hasher.write(format!("{order:?} {:?}", caller.workspace).as_bytes());
        let list = hasher.finish();
        let chosen = Chosen::bind(tx, filter, caller)?;
        let mut asked = Asked {
            chosen,
            window: Window {
                columns: WHOLE_LEADS,
                order,
                after: None,
                skip,
                limit: limit + 1,
            },
            page,
            known: None,
            list,
        };
        if let Some(cursor) = &pages.cursor {
            asked.go_on(Cursor::read(cursor)?)?;
        }
        Ok(asked)
    }

    fn go_on(&mut self, ended: Ended) -> Result<()> {
        if ended.list != self.list {
            return Err(Error::invalid(
                "cursor",
                "belongs to a list with another filter or order",
            ));
        }
        self.page = ended.page.clamp(0, i64::MAX - 1) + 1;
        self.known = Some(Total {
            n: ended.total,
            capped: ended.capped,
        });
        self.window.after = Some(ended.place);
        self.window.check()
    }

    fn answer(mut self, tx: &mut Tx, totals: &Totals, commits: u64) -> Result<Answer> {
        let limit = self.window.limit - 1;
        let mut out = Vec::with_capacity(64 * 1024);
        out.extend_from_slice(b"{\"data\":[");
        let (mut rows, mut last) = (0, None);
        let window = &self.window;
        list::page(tx, &mut self.chosen, window, &mut |row| {
            rows += 1;
            if rows > limit {
                return Ok(());
            }
            if rows > 1 {
                out.push(b',');
            }
            if rows == limit {
                last = Some(Place::read(row, window)?);
            }
            LeadView::read(row)?.write(&mut out);
            Ok(())
        })?;
        let next = last.filter(|_| rows > limit);
        let total = match self.told(rows) {
            Some(total) => total,
            None => totals.of(tx, &self.chosen, self.window.skip + rows, commits)?,
        };
        self.close(&mut out, total, next);
        Ok(Answer::json(out))
    }

    /// Counted once a list, on its first page; a page that is the last one tells the number by itself.
    fn told(&self, rows: i64) -> Option<Total> {
        let ends_here = rows < self.window.limit && (rows > 0 || self.window.skip == 0);
        let tells = ends_here && self.chosen.since.is_none();
        self.known
            .or_else(|| tells.then(|| Total::exactly(self.window.skip + rows)))
    }

    fn close(&self, out: &mut Vec<u8>, total: Total, next: Option<Place>) {
        out.push(b']');
        let mut more = json::Object::resume(out);
        more.int("page", self.page);
        more.int("limit", self.window.limit - 1);
        more.int("total", total.n);
        if total.capped {
            more.raw("totalCapped", "true");
        }
        let cursor = next.map(|place| {
            Cursor::write(&Ended {
                list: self.list,
                place,
                page: self.page,
                total: total.n,
                capped: total.capped,
            })
        });
        more.opt_text("nextCursor", cursor.as_deref());
        more.close();
    }
}

pub(super) fn order(own: &Own) -> Result<Order> {
    let by = match own.get("sortBy") {
        None => SortBy::CreatedAt,
        Some(name) => SortBy::NAMED
            .into_iter()
            .find(|it| it.0 == name)
            .map(|it| it.1)
            .ok_or_else(|| {
                Error::invalid(
                    "sortBy",
                    format!(
                        "must be one of {}",
                        SortBy::NAMED.map(|(name, _)| name).join(", ")
                    ),
                )
            })?,
    };
    let descending = match own.get("sortOrder").map(String::as_str) {
        None | Some("desc") => true,
        Some("asc") => false,
        Some(_) => return Err(Error::invalid("sortOrder", "must be asc or desc")),
    };
    Ok(Order { by, descending })
}

fn pages(own: &Own) -> Result<PageQuery> {
    let number = |name: &str| match own.get(name).map(|it| it.parse()) {
        None => Ok(None),
        Some(Ok(n)) => Ok(Some(n)),
        Some(Err(_)) => Err(Error::invalid(name, "must be a whole number")),
    };
    Ok(PageQuery {
        page: number("page")?,
        limit: number("limit")?,
        cursor: own.get("cursor").cloned(),
    })
}
