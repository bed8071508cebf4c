//! The queue worked off on the spot, for tests.

use std::{collections::HashMap, sync::Arc, time::Duration};

use crate::{
    base::{App, Error, Result, secret},
    jobs::{
        hands,
        kind::Kind,
        lease::{Outcome, Verdict},
        turn::{CLAIM, Turn, turn},
    },
};

/// More runs than any test means to cause.
const RUNAWAY: usize = 100_000;

/// Runs everything that is due, one job after the other, and what that causes, until nothing is due any more.
/// For tests, with a clock moved by hand. Answers how many jobs ran.
pub async fn run_until_idle(app: &Arc<App>, kinds: &[Kind]) -> Result<usize> {
    let node = uuid::Builder::from_random_bytes(secret::random()).into_uuid();
    let kinds: Arc<HashMap<&'static str, Kind>> =
        Arc::new(kinds.iter().map(|it| (it.name, it.clone())).collect());
    let lease = Duration::from_secs(app.config.jobs.lease_s.max(1));
    let (mut ran, mut outcomes) = (0, Vec::new());
    loop {
        let plan = Turn {
            node,
            lease,
            kinds: Arc::clone(&kinds),
            outcomes: std::mem::take(&mut outcomes),
            take_over: Some(app.db.clock().now()),
            want: CLAIM,
            ..Turn::default()
        };
        let written = plan.outcomes.len();
        let turned = app.db.write(move |tx| turn(tx, &plan)).await?;
        if turned.claimed.is_empty() && turned.strangers.is_empty() && !turned.more && written == 0
        {
            return Ok(ran);
        }
        outcomes.extend(turned.strangers.into_iter().map(|lease| Outcome {
            lease,
            verdict: Verdict::Unknown,
        }));
        let mut claimed = turned.claimed;
        claimed.sort_by_key(|it| (it.priority, it.run_at, it.lease.id));
        for job in claimed {
            let lease = job.lease.clone();
            let verdict = hands::run(app, job).await;
            outcomes.push(Outcome { lease, verdict });
            ran += 1;
        }
        if ran > RUNAWAY {
            return Err(Error::Internal(
                "jobs cause each other without end".to_owned(),
            ));
        }
    }
}
