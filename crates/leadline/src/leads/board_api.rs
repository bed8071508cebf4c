//! The board over HTTP.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
    hash::Hasher,
    sync::Arc,
};

use axum::extract::{RawQuery, State};
use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher24;
use store::Tx;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    base::{Answer, App, Caller, Cursor, Error, Path, Permission, ReadRefusals, Result, Scope},
    leads::{
        Amount,
        board::{self, Cards, Column},
        card::{self, Card},
        chosen::Chosen,
        filter::{self, Filter, FilterQuery, Own},
        json::Object,
        list::{self, Order, Place, SortBy, Window},
        pipelines,
        total::{self, Total},
        views,
    },
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(page))
}

/// A pipeline as columns of cards, all read at one moment.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what `write_board` writes")]
struct Board {
    pipeline: BoardPipeline,
    /// From left to right.
    stages: Vec<BoardStage>,
    /// When this was so.
    #[schema(format = DateTime)]
    as_of: String,
}

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what `write_board` writes")]
struct BoardPipeline {
    id: Uuid,
    name: String,
    is_default: bool,
    version: i64,
}

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what `write_board` writes")]
struct BoardStage {
    id: Uuid,
    name: String,
    color: String,
    /// `open`, `won` or `lost`.
    #[schema(rename = "type")]
    kind: String,
    /// The stage is being removed; its leads are on their way there.
    #[schema(required = false)]
    moving_to: Option<Uuid>,
    /// Leads in the column that match and that the caller sees.
    count: i64,
    /// There are more than `count`; counting stopped, and `sums` with it.
    #[schema(required = false)]
    count_capped: Option<bool>,
    /// What they are worth, by currency.
    sums: Vec<Sum>,
    /// The first cards from the top.
    cards: Vec<Card>,
    /// Send it as `after` for the next cards of the column; null where there are none.
    next_after: Option<String>,
}

#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what `write_board` writes")]
struct Sum {
    currency: String,
    amount: f64,
}

/// Cards of one column.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what `write_page` writes")]
struct CardPage {
    /// The row of the first card, counted from 0 at the top.
    row: i64,
    /// Cards in the column that match and that the caller sees.
    total: i64,
    #[schema(required = false)]
    total_capped: Option<bool>,
    cards: Vec<Card>,
    /// Send it as `after` for the cards below; null at the bottom.
    next_after: Option<String>,
    /// Send it as `before` for the cards above; null at the top.
    next_before: Option<String>,
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the parameters that `Asked` reads")]
struct BoardQuery {
    /// `position` (as people put them), `newest`, `score` or `value`, the greatest on top.
    #[param(default = "position")]
    sort: Option<String>,
    /// A view whose leads are shown, in its order and of its pipeline unless others are asked for.
    view: Option<Uuid>,
    /// Cards per column.
    #[param(minimum = 1, maximum = 50, default = 20)]
    limit: Option<i64>,
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the parameters that `Asked` reads")]
struct CardPageQuery {
    /// Cards below the one that this `nextAfter` names.
    after: Option<String>,
    /// Cards above the one that this `nextBefore` names; empty: the last cards of the column.
    before: Option<String>,
    /// Cards from this row on, counted from 0 at the top.
    #[param(minimum = 0, maximum = 50000)]
    row: Option<i64>,
    /// `position`, `newest`, `score` or `value`.
    #[param(default = "position")]
    sort: Option<String>,
    /// A view whose leads are shown.
    view: Option<Uuid>,
    #[param(minimum = 1, maximum = 50, default = 50)]
    limit: Option<i64>,
}

/// A column is shown down to here; below it, a filter or the list helps.
const DEEPEST_ROW: i64 = 50_000;
const MOST_CARDS: i64 = 50;

/// What a cursor carries: a card, its row, the column it stands in, and what need not be counted again.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    #[serde(rename = "l")]
    column: u64,
    #[serde(rename = "p")]
    place: Place,
    #[serde(rename = "r")]
    row: i64,
    #[serde(rename = "t")]
    total: i64,
    #[serde(rename = "c")]
    capped: bool,
}

struct Asked {
    chosen: Chosen,
    order: Order,
    limit: i64,
    /// Of filter and order: what two pages of one column share.
    list: u64,
    own: Own,
}

/// Show the board
///
/// The stages of a pipeline (the default one, unless `pipelineId` names another), the number and worth of their leads, and
/// the first cards of each column.
#[utoipa::path(
    get,
    path = "/board",
    operation_id = "getBoard",
    tag = "board",
    params(BoardQuery, FilterQuery),
    responses((status = 200, description = "The board", body = Board), ReadRefusals)
)]
async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Answer> {
    board_of(&app, caller, query.as_deref()).await
}

/// The board as this query asks for it.
pub async fn board_of(app: &Arc<App>, caller: Caller, query: Option<&str>) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let (filter, own) = filter::read_query(query, &["sort", "limit", "view"])?;
    pipelines::ready(app, caller.workspace).await?;
    let quick = is_quick(&filter, &own, &caller);
    let answer = move |tx: &mut Tx| {
        let mut asked = Asked::read(tx, filter, own, 20, &caller)?;
        let pipeline = asked.chosen.filter.pipeline.take();
        asked.board(tx, pipeline)
    };
    if quick {
        app.glance(answer).await
    } else {
        app.read(answer).await
    }
}

/// List cards of a column
///
/// From the top, below or above a card, from the bottom up, or from a row.
#[utoipa::path(
    get,
    path = "/board/{stageId}/cards",
    operation_id = "listBoardCards",
    tag = "board",
    params(("stageId" = Uuid, Path, description = "The column"), CardPageQuery, FilterQuery),
    responses((status = 200, description = "Cards of the column", body = CardPage), ReadRefusals)
)]
async fn page(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(stage): Path<Uuid>,
    RawQuery(query): RawQuery,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let own = ["sort", "limit", "view", "after", "before", "row"];
    let (filter, own) = filter::read_query(query.as_deref(), &own)?;
    let quick = is_quick(&filter, &own, &caller) && is_near(&own);
    let answer = move |tx: &mut Tx| {
        let asked = Asked::read(tx, filter, own, MOST_CARDS, &caller)?;
        let from = asked.from(stage)?;
        asked.page(tx, stage, from)
    };
    if quick {
        app.glance(answer).await
    } else {
        app.read(answer).await
    }
}

/// Where a page of cards begins.
enum From {
    Row(i64),
    Below(At),
    Above(At),
    Bottom,
}

/// A row of the pipeline's stages.
struct Stage {
    id: Uuid,
    name: String,
    color: String,
    kind: String,
    moving_to: Option<Uuid>,
}

struct Pipeline {
    id: Uuid,
    name: String,
    is_default: bool,
    version: i64,
}

/// Rows from here on are far down a column: every row above them is passed over one by one.
const NEAR: i64 = 1000;

/// Whether the index of the columns leads straight to the cards.
fn is_quick(filter: &Filter, own: &Own, caller: &Caller) -> bool {
    filter.is_of_pipeline()
        && caller.scope == Scope::All
        && !own.contains_key("sort")
        && !own.contains_key("view")
}

fn is_near(own: &Own) -> bool {
    own.get("row")
        .is_none_or(|it| it.parse::<i64>().is_ok_and(|row| row < NEAR))
}

impl Asked {
    fn read(tx: &mut Tx, filter: Filter, own: Own, usual: i64, caller: &Caller) -> Result<Asked> {
        let (filter, view) = views::narrowed(tx, caller, views::asked(&own)?, filter)?;
        if filter.deleted {
            return Err(Error::invalid(
                "deleted",
                "is for the list; the trash has no board",
            ));
        }
        let by = match own.get("sort").map(String::as_str) {
            None => view
                .as_ref()
                .and_then(|it| it.sort)
                .map_or(SortBy::Position, views::Sort::of_board),
            Some("position") => SortBy::Position,
            Some("newest") => SortBy::CreatedAt,
            Some("score") => SortBy::Score,
            Some("value") => SortBy::Worth,
            Some(_) => {
                return Err(Error::invalid(
                    "sort",
                    "must be position, newest, score or value",
                ));
            }
        };
        let limit = match own.get("limit").map(|it| it.parse()) {
            None => usual,
            Some(Ok(limit @ 1..=MOST_CARDS)) => limit,
            Some(_) => {
                return Err(Error::invalid(
                    "limit",
                    format!("must be between 1 and {MOST_CARDS}"),
                ));
            }
        };
        let mut hasher = SipHasher24::new();
        hasher.write(filter.fingerprint().as_bytes());
        hasher.write(format!("{by:?} {:?}", caller.workspace).as_bytes());
        let mut chosen = Chosen::bind(tx, filter, caller)?;
        let pipeline = view.and_then(|it| it.pipeline_id);
        chosen.filter.pipeline = chosen.filter.pipeline.or(pipeline);
        Ok(Asked {
            chosen,
            order: Order {
                by,
                descending: true,
            },
            limit,
            list: hasher.finish(),
            own,
        })
    }

    /// Pages of one column know each other by this.
    fn column(&self, stage: Uuid) -> u64 {
        let mut hasher = SipHasher24::new();
        hasher.write_u64(self.list);
        hasher.write(stage.as_bytes());
        hasher.finish()
    }

    fn from(&self, stage: Uuid) -> Result<From> {
        let given = ["after", "before", "row"]
            .map(|name| self.own.get(name).map(|value| (name, value.as_str())));
        let mut given = given.into_iter().flatten();
        let from = match given.next() {
            None => From::Row(0),
            Some(("before", "")) => From::Bottom,
            Some(("before", cursor)) => From::Above(self.at("before", cursor, stage)?),
            Some(("after", cursor)) => From::Below(self.at("after", cursor, stage)?),
            Some((name, row)) => match row.parse() {
                Ok(row @ 0..=DEEPEST_ROW) => From::Row(row),
                _ => {
                    return Err(Error::invalid(
                        name,
                        format!("must be between 0 and {DEEPEST_ROW}"),
                    ));
                }
            },
        };
        match given.next() {
            None => Ok(from),
            Some((name, _)) => Err(Error::invalid(
                name,
                "cannot stand beside another place to begin at",
            )),
        }
    }

    fn at(&self, name: &'static str, cursor: &str, stage: Uuid) -> Result<At> {
        let unknown = |_| Error::invalid(name, "is not a place that this column gave out");
        let at: At = Cursor::read(cursor).map_err(unknown)?;
        if at.column != self.column(stage) {
            return Err(Error::invalid(
                name,
                "belongs to another column, filter or order",
            ));
        }
        self.window(Some(at.place.clone()), 0)
            .check()
            .map_err(unknown)?;
        Ok(at)
    }

    fn window(&self, after: Option<Place>, skip: i64) -> Window {
        Window {
            columns: card::COLUMNS,
            order: self.order,
            after,
            skip,
            limit: self.limit,
        }
    }

    fn board(&mut self, tx: &mut Tx, pipeline: Option<Uuid>) -> Result<Answer> {
        let (pipeline, mut stages) = pipeline_with_stages(tx, &self.chosen, pipeline)?;
        if let Some(only) = self.chosen.filter.stage.take() {
            stages.retain(|it| it.id == only);
        }
        list::look_back(tx, &mut self.chosen)?;
        let ids: Vec<Uuid> = stages.iter().map(|it| it.id).collect();
        let columns = board::columns(tx, &self.chosen, &ids, self.order, self.limit)?;
        Ok(Answer::json(
            self.write_board(tx, &pipeline, &stages, columns),
        ))
    }

    fn write_board(
        &self,
        tx: &Tx,
        pipeline: &Pipeline,
        stages: &[Stage],
        mut columns: HashMap<Uuid, Column>,
    ) -> Vec<u8> {
        let mut out = Vec::with_capacity(128 * 1024);
        out.extend_from_slice(b"{\"pipeline\":");
        let mut object = Object::open(&mut out);
        object.uuid("id", pipeline.id);
        object.text("name", &pipeline.name);
        object.raw(
            "isDefault",
            if pipeline.is_default { "true" } else { "false" },
        );
        object.int("version", pipeline.version);
        object.close();
        out.extend_from_slice(b",\"stages\":[");
        for (index, stage) in stages.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            self.write_column(
                &mut out,
                stage,
                columns.remove(&stage.id).unwrap_or_default(),
            );
        }
        out.push(b']');
        let mut object = Object::resume(&mut out);
        object.time("asOf", tx.now());
        object.close();
        out
    }

    fn write_column(&self, out: &mut Vec<u8>, stage: &Stage, column: Column) {
        let Column {
            count,
            capped,
            sums,
            cards,
        } = column;
        let mut object = Object::open(out);
        object.uuid("id", stage.id);
        object.text("name", &stage.name);
        object.text("color", &stage.color);
        object.text("type", &stage.kind);
        if let Some(target) = stage.moving_to {
            object.uuid("movingTo", target);
        }
        object.int("count", count.max(cards.count()));
        if capped {
            object.raw("countCapped", "true");
        }
        object.raw("sums", &sums_json(&sums));
        let more = cards.count() == self.limit && (capped || count > cards.count());
        let next = more.then_some(cards.last.as_ref()).flatten().map(|place| {
            let column = self.column(stage.id);
            Cursor::write(&At {
                column,
                place: place.clone(),
                row: cards.count() - 1,
                total: count,
                capped,
            })
        });
        object.opt_text("nextAfter", next.as_deref());
        object.key("cards");
        write_cards(out, &cards);
        out.push(b'}');
    }

    fn page(mut self, tx: &mut Tx, stage: Uuid, from: From) -> Result<Answer> {
        need_stage(tx, &self.chosen, stage)?;
        list::look_back(tx, &mut self.chosen)?;
        if self
            .chosen
            .filter
            .stage
            .take()
            .is_some_and(|it| it != stage)
        {
            return Ok(Answer::json(write_page(
                0,
                Total::exactly(0),
                &Cards::default(),
                [None, None],
            )));
        }
        let mut of_stage = self.chosen.clone();
        of_stage.filter.stage = Some(stage);
        let known = match &from {
            From::Below(at) | From::Above(at) => Some(Total {
                n: at.total,
                capped: at.capped,
            }),
            From::Row(_) | From::Bottom => None,
        };
        let counted = of_stage
            .is_counted()
            .then(|| total::counted(tx, &of_stage))
            .transpose()?;
        let (row, cards) = self.cards(tx, stage, from)?;
        let seen = row.unwrap_or(0) + cards.count();
        let total = match counted.map(Total::exactly).or(known) {
            Some(total) => total,
            None if row.is_some() && cards.count() < self.limit => Total::exactly(seen),
            None => total::of(tx, &of_stage, seen)?,
        };
        let row = row.unwrap_or_else(|| (total.n - cards.count()).max(0));
        let at = |place: &Option<Place>, row: i64| {
            let place = place.clone()?;
            Some(At {
                column: self.column(stage),
                place,
                row,
                total: total.n,
                capped: total.capped,
            })
        };
        let end = row + cards.count();
        let below = at(&cards.last, end - 1)
            .filter(|_| end < total.n || total.capped && cards.count() == self.limit);
        let above = at(&cards.first, row).filter(|_| row > 0);
        Ok(Answer::json(write_page(row, total, &cards, [below, above])))
    }

    /// The cards and the row of the first, where it is known without the number of all.
    fn cards(&self, tx: &mut Tx, stage: Uuid, from: From) -> Result<(Option<i64>, Cards)> {
        let reversed = |place| Window {
            order: self.order.reversed(),
            ..self.window(place, 0)
        };
        Ok(match from {
            From::Row(row) => (
                Some(row),
                board::cards(tx, &self.chosen, stage, &self.window(None, row))?,
            ),
            From::Below(at) => {
                let cards = board::cards(tx, &self.chosen, stage, &self.window(Some(at.place), 0))?;
                (Some(at.row.clamp(0, i64::MAX / 2) + 1), cards)
            }
            From::Above(at) => {
                let cards =
                    board::cards(tx, &self.chosen, stage, &reversed(Some(at.place)))?.reversed();
                (Some((at.row - cards.count()).max(0)), cards)
            }
            From::Bottom => (
                None,
                board::cards(tx, &self.chosen, stage, &reversed(None))?.reversed(),
            ),
        })
    }
}

fn write_page(row: i64, total: Total, cards: &Cards, [below, above]: [Option<At>; 2]) -> Vec<u8> {
    let mut out = Vec::with_capacity(32 * 1024);
    let mut object = Object::open(&mut out);
    object.int("row", row);
    object.int("total", total.n);
    if total.capped {
        object.raw("totalCapped", "true");
    }
    object.opt_text("nextAfter", below.as_ref().map(Cursor::write).as_deref());
    object.opt_text("nextBefore", above.as_ref().map(Cursor::write).as_deref());
    object.key("cards");
    write_cards(&mut out, cards);
    out.push(b'}');
    out
}

fn write_cards(out: &mut Vec<u8>, cards: &Cards) {
    out.push(b'[');
    out.extend_from_slice(&cards.json);
    out.push(b']');
}

fn sums_json(sums: &BTreeMap<String, i64>) -> String {
    let mut out = String::from("[");
    for (currency, amount) in sums {
        if out.len() > 1 {
            out.push(',');
        }
        // Currencies are three letters, and writing to memory does not fail.
        let _ = write!(
            out,
            "{{\"currency\":\"{currency}\",\"amount\":{}}}",
            Amount(*amount)
        );
    }
    out.push(']');
    out
}

fn pipeline_with_stages(
    tx: &mut Tx,
    chosen: &Chosen,
    pipeline: Option<Uuid>,
) -> Result<(Pipeline, Vec<Stage>)> {
    let mut stages = Vec::new();
    let mut found = None;
    tx.each(
        "select p.id, p.name, p.is_default, p.version, s.id, s.name, s.color, s.type, s.moving_to
         from lead_pipelines p
         join lead_pipeline_stages s on s.workspace_id = p.workspace_id and s.pipeline_id = p.id
         where p.workspace_id = $1 and (p.id = $2 or p.is_default and $3) and p.removed_at is null and s.removed_at is null
         order by s.position, s.id",
        &[&chosen.workspace, &pipeline.unwrap_or_default(), &pipeline.is_none()],
        |row| {
            found = Some(Pipeline {
                id: row.uuid(0)?,
                name: row.text(1)?.to_owned(),
                is_default: row.bool(2)?,
                version: row.int(3)?,
            });
            stages.push(Stage {
                id: row.uuid(4)?,
                name: row.text(5)?.to_owned(),
                color: row.text(6)?.to_owned(),
                kind: row.text(7)?.to_owned(),
                moving_to: row.opt_uuid(8)?,
            });
            Ok(())
        },
    )?;
    Ok((found.ok_or(Error::NotFound("pipeline"))?, stages))
}

fn need_stage(tx: &mut Tx, chosen: &Chosen, stage: Uuid) -> Result<()> {
    let found: Option<(Uuid,)> = tx.opt(
        "select id from lead_pipeline_stages where workspace_id = $1 and id = $2 and removed_at is null",
        &[&chosen.workspace, &stage],
    )?;
    found.map(|_| ()).ok_or(Error::NotFound("stage"))
}
