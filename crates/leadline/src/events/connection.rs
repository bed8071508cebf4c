//! One connection to the stream: what it has missed from the log, then what comes, and a sign of life in between.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use axum::{extract::FromRequestParts, http::request::Parts, response::sse};
use serde::Serialize;
use serde_json::value::RawValue;
use store::Timestamp;
use tokio::{
    sync::broadcast::error::RecvError,
    time::{Instant, sleep_until},
};
use uuid::Uuid;

use crate::{
    base::{App, Caller, Error, Permission, Result, Scope, WorkspaceId},
    events::{
        Place, event,
        log::{self, Row},
        place::Cursor,
        sweep,
        tailer::{BEHIND, Joined, Stream},
    },
};

/// Events read from the log in one go.
const SLICE: i64 = 200;

pub(super) struct Connection {
    app: Arc<App>,
    /// The request's head, to ask again who is calling.
    parts: Parts,
    caller: Caller,
    types: Option<Vec<&'static str>>,
    joined: Joined,
    /// Everything up to here was sent or is not for this caller.
    place: Place,
    /// Read from the log up to here; then listen.
    catch_up_to: Option<Place>,
    missed: VecDeque<Row>,
    greeting: Option<sse::Event>,
    heartbeat: Duration,
    next_heartbeat: Instant,
    /// When the client last took something.
    given_at: Instant,
}

/// What of an event a caller may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    Whole,
    /// The lead went to somebody whose leads the caller does not see: that it left, and nothing else.
    Left,
    Nothing,
}

/// What stands behind `data:`.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StreamedEvent<'a> {
    /// Send it as `Last-Event-ID` or `after` to go on behind this event.
    id: String,
    #[serde(rename = "type")]
    name: &'a str,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    lead_id: Option<Uuid>,
    /// The lead is not yours to see any more; nothing else is told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    left: bool,
    /// What one must know to react, by the event's type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    data: Option<&'a RawValue>,
}

/// The id of the place where a workspace's stream is now. Who reads something after asking for it, and listens behind it,
/// misses nothing.
pub async fn here(app: &App, workspace: WorkspaceId) -> Result<String> {
    let joined = app.state.get::<Stream>().join(app, workspace).await?;
    Ok(cursor(app, joined.place))
}

fn cursor(app: &App, place: Place) -> String {
    let at = app.db.clock().now();
    Cursor { place, at }.to_string()
}

impl Connection {
    pub(super) async fn open(
        app: Arc<App>,
        parts: Parts,
        caller: Caller,
        resume: Option<Cursor>,
        types: Option<Vec<&'static str>>,
    ) -> Result<Connection> {
        let joined = app
            .state
            .get::<Stream>()
            .join(&app, caller.workspace)
            .await?;
        let resume = match resume {
            None => Resume::Now,
            Some(cursor) if is_kept(&app, cursor, joined.place).await? => {
                Resume::After(cursor.place)
            }
            Some(_) => Resume::Lost,
        };
        let here = cursor(&app, joined.place);
        let (place, catch_up_to, greeting) = match resume {
            Resume::Now => (joined.place, None, Some(greeting("hello", here))),
            Resume::After(place) => (place, Some(joined.place), None),
            Resume::Lost => (joined.place, None, Some(greeting("reset", here))),
        };
        let heartbeat = Duration::from_secs(app.config.events.heartbeat_s.max(1));
        let next_heartbeat = Instant::now() + heartbeat;
        let missed = VecDeque::new();
        Ok(Connection {
            app,
            parts,
            caller,
            types,
            joined,
            place,
            catch_up_to,
            missed,
            greeting,
            heartbeat,
            next_heartbeat,
            given_at: Instant::now(),
        })
    }

    /// The next thing to send; nothing when the stream is over.
    pub(super) async fn next(mut self) -> Option<(sse::Event, Connection)> {
        // A client that stood still is cut off: it comes back when it can, and reads what it has missed.
        let stood_still = self.given_at.elapsed() >= self.heartbeat;
        if stood_still && self.joined.receiver.len() > BEHIND {
            return None;
        }
        let event = match self.greeting.take() {
            Some(greeting) => greeting,
            None => self.wait().await?,
        };
        self.given_at = Instant::now();
        Some((event, self))
    }

    async fn wait(&mut self) -> Option<sse::Event> {
        loop {
            if *self.joined.stopped.borrow() {
                return None;
            }
            if Instant::now() >= self.next_heartbeat {
                return self.beat().await;
            }
            while let Some(row) = self.missed.pop_front() {
                if let Some(event) = self.show(&row) {
                    return Some(event);
                }
            }
            if let Some(to) = self.catch_up_to {
                self.catch_up(to).await.ok()?;
                continue;
            }
            tokio::select! {
                received = self.joined.receiver.recv() => match received {
                    Ok(row) => if let Some(event) = self.show(&row) {
                        return Some(event);
                    },
                    Err(RecvError::Lagged(_)) => self.join_again().await.ok()?,
                    Err(RecvError::Closed) => return None,
                },
                () = sleep_until(self.next_heartbeat) => {}
                changed = self.joined.stopped.changed() => changed.ok()?,
            }
        }
    }

    /// More has come at once than is kept for a connection: the log has it all.
    async fn join_again(&mut self) -> Result<()> {
        let stream = self.app.state.get::<Stream>();
        self.joined = stream.join(&self.app, self.caller.workspace).await?;
        self.catch_up_to = Some(self.joined.place);
        Ok(())
    }

    async fn catch_up(&mut self, to: Place) -> Result<()> {
        let (workspace, place) = (self.caller.workspace, self.place);
        let (rows, _) = self
            .app
            .read(move |tx| Ok(log::after(tx, workspace, place, SLICE)?))
            .await?;
        match rows.last() {
            Some(last) if last.place < to => {}
            // Beyond `to` the rows come through the receiver as well; `show` passes over what it has seen.
            _ => self.catch_up_to = None,
        }
        self.missed = rows.into();
        Ok(())
    }

    /// The event as this caller may see it; moves on in any case.
    fn show(&mut self, row: &Row) -> Option<sse::Event> {
        if row.place <= self.place {
            return None;
        }
        self.place = row.place;
        if self
            .types
            .as_ref()
            .is_some_and(|types| !types.contains(&row.name.as_str()))
        {
            return None;
        }
        let may_not = |it| !self.caller.may(it);
        if event::right_to_hear(&row.name).is_some_and(may_not)
            || !is_meant_for(self.caller.user(), row)
        {
            return None;
        }
        let sight = sight(&self.caller.scope, row);
        let data = match sight {
            Sight::Whole => Some(serde_json::from_str(&row.content).ok()?),
            Sight::Left => None,
            Sight::Nothing => return None,
        };
        let id = Cursor {
            place: row.place,
            at: row.at,
        }
        .to_string();
        let left = sight == Sight::Left;
        let shown = StreamedEvent {
            id,
            name: &row.name,
            at: row.at,
            lead_id: row.lead,
            left,
            data,
        };
        let text = serde_json::to_string(&shown).ok()?;
        Some(
            sse::Event::default()
                .id(shown.id)
                .event(shown.name)
                .data(text),
        )
    }

    /// A sign of life, if the caller may still listen. It carries the place, so that a quiet stream resumes from near its end.
    async fn beat(&mut self) -> Option<sse::Event> {
        self.next_heartbeat = Instant::now() + self.heartbeat;
        match self.ask_again().await {
            Ok(()) | Err(Error::Unavailable(_)) => {}
            Err(_) => return None,
        }
        let at = self.app.db.clock().now();
        Some(
            sse::Event::default()
                .id(Cursor {
                    place: self.place,
                    at,
                }
                .to_string())
                .comment("heartbeat"),
        )
    }

    async fn ask_again(&mut self) -> Result<()> {
        let caller = Caller::from_request_parts(&mut self.parts.clone(), &self.app).await?;
        caller.need(Permission::LeadsView)?;
        if caller.workspace != self.caller.workspace {
            return Err(Error::Unauthenticated);
        }
        self.caller = caller;
        Ok(())
    }
}

enum Resume {
    Now,
    After(Place),
    /// Something behind the place is gone, or the place is from another life of this database.
    Lost,
}

async fn is_kept(app: &App, cursor: Cursor, joined: Place) -> Result<bool> {
    let oldest = app
        .db
        .clock()
        .now()
        .minus(sweep::kept(app.config.events.keep_days));
    if cursor.at < oldest {
        return Ok(false);
    }
    if cursor.place <= joined {
        return Ok(true);
    }
    Ok(cursor.place <= app.read(|tx| Ok(log::present(tx)?)).await?)
}

fn greeting(name: &'static str, here: String) -> sse::Event {
    let data = format!("{{\"id\":\"{here}\"}}");
    sse::Event::default()
        .retry(Duration::from_secs(2))
        .event(name)
        .data(data)
        .id(here)
}

/// What happens in somebody's view is for that person's eyes.
fn is_meant_for(person: Option<Uuid>, row: &Row) -> bool {
    #[derive(serde::Deserialize)]
    struct For {
        user: Uuid,
    }
    if !row.name.starts_with("view.") {
        return true;
    }
    let meant = serde_json::from_str::<For>(&row.content);
    meant.is_ok_and(|it| Some(it.user) == person)
}

fn sight(scope: &Scope, row: &Row) -> Sight {
    if row.lead.is_none() || scope.admits(row.owner) {
        return Sight::Whole;
    }
    if scope.admits(row.former_owner) {
        Sight::Left
    } else {
        Sight::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(lead: Option<u128>, owner: Option<u128>, former: Option<u128>) -> Row {
        Row {
            place: Place { epoch: 0, seq: 1 },
            name: "lead.assigned".into(),
            lead: lead.map(Uuid::from_u128),
            owner: owner.map(Uuid::from_u128),
            former_owner: former.map(Uuid::from_u128),
            at: Timestamp(0),
            content: "{}".into(),
        }
    }

    #[test]
    fn a_lead_that_was_taken_away_is_told_of_without_details() {
        let me = Scope::Own(Uuid::from_u128(1));
        for (scope, owner, former, seen) in [
            (&me, Some(1), Some(1), Sight::Whole),
            (&me, Some(1), None, Sight::Whole),
            (&me, Some(2), Some(1), Sight::Left),
            (&me, None, Some(1), Sight::Left),
            (&me, Some(2), Some(3), Sight::Nothing),
            (&me, None, None, Sight::Nothing),
            (&Scope::All, None, None, Sight::Whole),
            (&Scope::None, Some(1), Some(1), Sight::Nothing),
        ] {
            assert_eq!(
                sight(scope, &row(Some(9), owner, former)),
                seen,
                "{scope:?} {owner:?} {former:?}"
            );
        }
        assert_eq!(sight(&me, &row(None, None, None)), Sight::Whole);
    }

    #[test]
    fn what_happens_in_a_view_is_for_its_subscriber() {
        let (me, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut told = row(Some(9), None, None);
        assert!(is_meant_for(None, &told));
        told.name = "view.lead_entered".into();
        told.content = format!("{{\"lead\":\"{other}\",\"view\":\"{other}\",\"user\":\"{me}\"}}");
        assert!(is_meant_for(Some(me), &told));
        assert!(!is_meant_for(Some(other), &told) && !is_meant_for(None, &told));
    }
}
