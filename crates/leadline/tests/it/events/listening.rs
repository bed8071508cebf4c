//! A reader of the event stream.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures_util::StreamExt;
use leadline::{
    base::WorkspaceId,
    events::{self, Event},
};
use serde_json::Value;
use uuid::Uuid;

use crate::harness::{Call, TestApp};

/// An open stream.
pub struct Listening {
    body: BodyDataStream,
    text: String,
}

/// One block of the stream.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frame {
    pub id: String,
    pub event: String,
    pub data: Value,
    pub comment: String,
}

impl Listening {
    pub async fn open(call: Call) -> Listening {
        let response = call.open().await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(response.headers().get("content-encoding").is_none());
        Listening {
            body: response.into_body().into_data_stream(),
            text: String::new(),
        }
    }

    /// Opens a stream from now on.
    pub async fn from_now(call: Call) -> Listening {
        let mut listening = Listening::open(call).await;
        let hello = listening.next().await.unwrap();
        assert_eq!(hello.event, "hello");
        listening
    }

    /// The next block; nothing at the end.
    pub async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let frame = parse(&self.text[..end]);
                self.text.drain(..end + 2);
                return Some(frame);
            }
            let chunk = tokio::time::timeout(Duration::from_secs(30), self.body.next())
                .await
                .expect("the stream says nothing")?
                .unwrap();
            self.text += std::str::from_utf8(&chunk).unwrap();
        }
    }

    /// The next event, heartbeats passed over.
    pub async fn event(&mut self) -> Frame {
        loop {
            let frame = self.next().await.expect("the stream ended");
            if frame.comment.is_empty() {
                return frame;
            }
        }
    }

    /// Reads on until the stream ends.
    pub async fn rest(&mut self) -> Vec<Frame> {
        let mut rest = Vec::new();
        while let Some(frame) = self.next().await {
            rest.push(frame);
        }
        rest
    }
}

fn parse(block: &str) -> Frame {
    let mut frame = Frame::default();
    for line in block.lines() {
        let (field, value) = line.split_once(':').unwrap();
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => value.clone_into(&mut frame.id),
            "event" => value.clone_into(&mut frame.event),
            "data" => frame.data = serde_json::from_str(value).unwrap(),
            "" => value.clone_into(&mut frame.comment),
            "retry" => {}
            other => panic!("unknown field {other}"),
        }
    }
    frame
}

/// Records an event about a lead as a unit of work of its own.
pub async fn happen(
    app: &TestApp,
    workspace: WorkspaceId,
    lead: u128,
    owner: Option<Uuid>,
    former: Option<Uuid>,
) {
    let event = Event::LeadPurged {
        lead: Uuid::from_u128(lead),
    };
    let write = app
        .app
        .db
        .write(move |tx| events::record(tx, workspace, owner, former, &event));
    write.await.unwrap();
}

/// The lead that a frame is about, as `happen` was given it.
pub fn lead(frame: &Frame) -> u128 {
    frame.data["leadId"]
        .as_str()
        .unwrap()
        .parse::<Uuid>()
        .unwrap()
        .as_u128()
}
