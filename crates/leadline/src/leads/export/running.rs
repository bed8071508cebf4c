//! An export under way: piece after piece, each read when it is asked for.

use std::sync::Arc;

use super::{
    asked::{Asked, Format},
    columns::Among,
    encoder::Encoder,
    people::People,
    shown::Shown,
    trail::Trail,
    walk::{Walk, Went},
};
use crate::{
    base::{App, Caller, Permission, Result},
    leads::{fields, pipelines, total},
};

pub struct Export {
    app: Arc<App>,
    state: State,
    trail: Trail,
    /// How many leads there are, where that is known at once.
    pub expected: Option<i64>,
    pub format: Format,
}

enum State {
    Reading(Box<(Walk, Encoder)>),
    Ended,
}

/// What one unit of work came to.
struct Page {
    walk_and_encoder: Box<(Walk, Encoder)>,
    rows: i64,
    went: Went,
}

impl Export {
    /// Checks everything that can be wrong with what was asked for, and writes down that the export begins.
    pub async fn begin(app: &Arc<App>, caller: &Caller, asked: Asked) -> Result<Export> {
        caller.need(Permission::LeadsExport)?;
        pipelines::ready(app, caller.workspace).await?;
        let (with, by) = (asked.clone(), caller.clone());
        let (walk, shown, expected) = app
            .read(move |tx| {
                let among = if with.filter.deleted {
                    Among::Trash
                } else {
                    Among::Live
                };
                let fields = fields::all(tx, by.workspace)?;
                let shown = Shown::new(&with.shape, &fields, People::load(tx, &by)?, among)?;
                let walk = Walk::begin(tx, with.filter, &by, with.order)?;
                let expected = if walk.chosen().is_counted() {
                    Some(total::counted(tx, walk.chosen())?)
                } else {
                    walk.known()
                };
                Ok((walk, shown, expected))
            })
            .await?;
        let trail = Trail::begin(app, caller, &asked).await?;
        let encoder = Encoder::begin(&asked.shape, shown);
        Ok(Export {
            app: Arc::clone(app),
            state: State::Reading(Box::new((walk, encoder))),
            trail,
            expected,
            format: asked.shape.format,
        })
    }

    /// Under which the audit log knows it.
    pub fn id(&self) -> uuid::Uuid {
        self.trail.id
    }

    /// Leads written so far.
    pub fn rows(&self) -> i64 {
        self.trail.rows
    }

    /// The next piece of the file; nothing at its end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let piece = self.piece().await;
        if piece.is_err() {
            self.state = State::Ended;
            self.trail.fail();
        }
        piece
    }

    async fn piece(&mut self) -> Result<Option<Vec<u8>>> {
        // A page on which nothing matched makes no piece.
        while let State::Reading(reading) = std::mem::replace(&mut self.state, State::Ended) {
            let mut page = self.app.read(move |tx| read(tx, reading)).await?;
            self.trail.rows += page.rows;
            let bytes = page.walk_and_encoder.1.take();
            if page.went == Went::On {
                self.state = State::Reading(page.walk_and_encoder);
            }
            if !bytes.is_empty() {
                return Ok(Some(bytes));
            }
        }
        self.trail.end().await?;
        Ok(None)
    }
}

fn read(tx: &mut store::Tx, mut reading: Box<(Walk, Encoder)>) -> Result<Page> {
    let (walk, encoder) = &mut *reading;
    let (limit, mut rows) = (encoder.rows_at_a_time(), 0);
    let went = walk.page(tx, limit, |lead| {
        rows += 1;
        encoder.row(lead);
    })?;
    Ok(Page {
        walk_and_encoder: reading,
        rows,
        went,
    })
}
