//! An export under way: piece after piece, each read when it is asked for.

use std::sync::Arc;

use super::{
    asked::{Asked, Format},
    columns::Among,
    encoder::Encoder,
    people::People,
    settled::{Settled, settle},
    shown::Shown,
    still::Right,
    trail::Trail,
    walk::{Walk, Went},
};
use crate::{
    base::{App, Caller, Error, Permission, Result},
    leads::{fields, pipelines, total},
};

pub struct Export {
    app: Arc<App>,
    caller: Caller,
    right: Right,
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
    pub async fn begin(
        app: &Arc<App>,
        caller: &Caller,
        right: Right,
        asked: Asked,
    ) -> Result<Export> {
        caller.need(Permission::LeadsExport)?;
        pipelines::ready(app, caller.workspace).await?;
        let by = caller.clone();
        let (walk, shown, expected, settled) = app.read(move |tx| choose(tx, &by, asked)).await?;
        let encoder = Encoder::begin(&settled.shape, shown)?;
        let trail = Trail::begin(app, caller, &settled).await?;
        Ok(Export {
            app: Arc::clone(app),
            caller: caller.clone(),
            right,
            state: State::Reading(Box::new((walk, encoder))),
            trail,
            expected,
            format: settled.shape.format,
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

    /// The next piece of the file; nothing at its end. Whoever lost the right meanwhile gets no further one.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let piece = match self.right.check(&self.app, &self.caller).await {
            Ok(()) => self.piece().await.inspect_err(|_| self.trail.fail()),
            Err(err) => {
                self.trail.withdraw();
                Err(err)
            }
        };
        if piece.is_err() {
            self.state = State::Ended;
        }
        piece
    }

    async fn piece(&mut self) -> Result<Option<Vec<u8>>> {
        // A page on which nothing matched makes no piece.
        while let State::Reading(reading) = std::mem::replace(&mut self.state, State::Ended) {
            let page = self.app.db.walk(move |tx| read(tx, reading)).await?;
            self.trail.rows += page.rows;
            let (walk, mut encoder) = *page.walk_and_encoder;
            let bytes = if page.went == Went::On {
                let (encoder, bytes) = beside(move || {
                    let bytes = encoder.take()?;
                    Ok((encoder, bytes))
                })
                .await?;
                self.state = State::Reading(Box::new((walk, encoder)));
                bytes
            } else {
                beside(move || encoder.finish()).await?
            };
            if !bytes.is_empty() {
                return Ok(Some(bytes));
            }
        }
        self.trail.end().await?;
        Ok(None)
    }
}

/// Everything that can be wrong with what was asked for comes to light here.
fn choose(
    tx: &mut store::Tx,
    by: &Caller,
    asked: Asked,
) -> Result<(Walk, Shown, Option<i64>, Settled)> {
    let settled = settle(tx, by, asked)?;
    let among = if settled.filter.deleted {
        Among::Trash
    } else {
        Among::Live
    };
    let fields = fields::all(tx, by.workspace)?;
    let shown = Shown::new(&settled.shape, &fields, People::load(tx, by)?, among)?;
    let walk = Walk::begin(tx, settled.filter.clone(), by, settled.order)?;
    let expected = if walk.chosen().is_counted() {
        Some(total::counted(tx, walk.chosen())?)
    } else {
        walk.known()
    };
    Ok((walk, shown, expected, settled))
}

/// Where a long computation holds nobody up: neither requests nor the readers of the database.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|err| Error::Internal(err.to_string()))?
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
