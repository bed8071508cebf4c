//! The job of each commit that held events: every listener is asked about each of them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use store::Tx;

use crate::{
    base::{Result, WorkspaceId},
    events::{Listener, log},
    jobs::{Context, Failure, Kind, Lease, kind_by},
};

pub(super) const KIND: &str = "events.dispatch";

/// Events told in one unit of work.
const SLICE: i64 = 200;

/// The events of one commit: all of these numbers, in these workspaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Dispatch {
    pub(super) workspaces: Vec<WorkspaceId>,
    pub(super) epoch: i64,
    pub(super) from: i64,
    pub(super) to: i64,
    /// The last one told of the first workspace, where telling it takes several units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) told: Option<i64>,
}

type Listeners = Arc<Vec<Box<dyn Listener>>>;

pub(super) fn kind(listeners: Vec<Box<dyn Listener>>) -> Kind {
    let listeners: Listeners = Arc::new(listeners);
    kind_by(KIND, move |range, context| {
        run(range, context, Arc::clone(&listeners))
    })
}

async fn run(range: Dispatch, context: Context, listeners: Listeners) -> Result<(), Failure> {
    if listeners.is_empty() {
        return Ok(());
    }
    let mut rest = Some(range);
    while let Some(range) = rest {
        let (lease, listeners) = (context.lease(), Arc::clone(&listeners));
        rest = context
            .app
            .db
            .write(move |tx| tell_some(tx, range, &lease, &listeners))
            .await?;
    }
    Ok(())
}

/// Tells the next events and writes down, in the same unit, that they were told: so each is told once,
/// however often the job runs. Answers what is left.
fn tell_some(
    tx: &mut Tx,
    range: Dispatch,
    lease: &Lease,
    listeners: &Listeners,
) -> Result<Option<Dispatch>> {
    let Some(workspace) = range.workspaces.first().copied() else {
        lease.complete(tx)?;
        return Ok(None);
    };
    let rows = log::of_commit(tx, workspace, &range, SLICE)?;
    for row in &rows {
        let recorded = row.recorded(workspace)?;
        for listener in listeners.iter() {
            listener.on(tx, &recorded)?;
        }
    }
    let full = i64::try_from(rows.len()).is_ok_and(|it| it >= SLICE);
    let rest = range.after(rows.last().filter(|_| full).map(|it| it.place.seq));
    match &rest {
        Some(rest) => lease.advance(tx, rest)?,
        None => lease.complete(tx)?,
    }
    Ok(rest)
}

impl Dispatch {
    /// What is left when the first workspace was told up to `told`, or whole.
    fn after(mut self, told: Option<i64>) -> Option<Dispatch> {
        self.told = told;
        if told.is_none() {
            self.workspaces.remove(0);
        }
        if self.workspaces.is_empty() {
            None
        } else {
            Some(self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_ends_with_the_last_workspace() {
        let all = Dispatch {
            workspaces: vec![WorkspaceId(1), WorkspaceId(2)],
            epoch: 0,
            from: 5,
            to: 900,
            told: None,
        };
        let part = all.after(Some(204)).unwrap();
        assert_eq!((part.workspaces.len(), part.told), (2, Some(204)));
        let second = part.after(None).unwrap();
        assert_eq!(
            (second.workspaces.clone(), second.told),
            (vec![WorkspaceId(2)], None)
        );
        assert_eq!(second.after(None), None);
    }
}
