//! What a job is, and the list of kinds a node can run.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use serde::{Serialize, de::DeserializeOwned};

use crate::jobs::{Context, Failure};

/// A piece of background work: its fields are the payload.
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// Stands in the queue's rows: never change it while such rows exist.
    const KIND: &'static str;

    fn run(self, context: Context) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// A kind of job that a node can run; `server.rs` holds the list of them all.
#[derive(Clone)]
pub struct Kind {
    pub(super) name: &'static str,
    /// Comes again this long after each run.
    pub(super) every: Option<Duration>,
    pub(super) first_payload: Option<fn() -> String>,
    run: Arc<Run>,
}

type Run = dyn Fn(&str, Context) -> Running + Send + Sync;
type Running = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

pub fn kind<T: Job>() -> Kind {
    kind_by(T::KIND, T::run)
}

/// A kind whose jobs are run by a closure, which may hold what the payload cannot.
pub fn kind_by<T, F>(
    name: &'static str,
    run: impl Fn(T, Context) -> F + Send + Sync + 'static,
) -> Kind
where
    T: DeserializeOwned,
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let run = move |payload: &str, context: Context| -> Running {
        match serde_json::from_str::<T>(payload) {
            Ok(job) => Box::pin(run(job, context)),
            // Perhaps a newer node wrote it, and will take it. Where in the payload, but not what: it may be personal.
            Err(err) => {
                let place = format!("the payload cannot be read at column {}", err.column());
                Box::pin(std::future::ready(Err(Failure::Again(place))))
            }
        }
    };
    Kind {
        name,
        every: None,
        first_payload: None,
        run: Arc::new(run),
    }
}

/// A kind of which exactly one job always exists: the runner puts it there, and it comes again `every` so often.
/// It never goes to the dead-letter list; when its attempts are used up it waits for its next turn.
pub fn recurring<T: Job + Default>(every: Duration) -> Kind {
    let first_payload =
        || serde_json::to_string(&T::default()).unwrap_or_else(|_| "null".to_owned());
    Kind {
        every: Some(every),
        first_payload: Some(first_payload),
        ..kind::<T>()
    }
}

impl Kind {
    pub(super) fn run(&self, payload: &str, context: Context) -> Running {
        (self.run)(payload, context)
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kind")
            .field("name", &self.name)
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}
