//! The night: active rules are worked off, a bounded unit at a time; who is stopped in the middle goes on there.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Json, Tx};
use uuid::Uuid;

use super::{
    choose::{self, EntryPlace},
    rules::{self, Rule, Run, What},
};
use crate::{
    base::{App, Result, WorkspaceId},
    intake::import::leftovers,
    jobs::{self, Context, Failure, Job},
    leads::write::By,
    privacy::{
        erasure::{self, Begun, State},
        steps,
        subject::{Subject, Wanted},
    },
    workspaces::audit,
};

/// Leads of one erasure, which looks through everything once for all of them.
const TOGETHER: usize = 2_000;

/// Looks every hour whether a rule is due.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Night {}

impl Job for Night {
    const KIND: &'static str = "privacy.night";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let app = Arc::clone(&context.app);
        for workspace in app.read(jobs::workspaces).await? {
            app.db.write(move |tx| begin_due(tx, workspace)).await?;
        }
        Ok(())
    }
}

fn begin_due(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    let now = tx.now();
    let due = |it: &Rule| it.active && it.next_at.is_some_and(|at| at <= now);
    let rules = rules::all(tx, workspace)?;
    for rule in rules.iter().filter(|it| due(it)) {
        let mut rule = rules::lock(tx, workspace, rule.id)?;
        if due(&rule) {
            rule.next_at = Some(rules::next_night(now));
            rules::put(tx, workspace, &rule)?;
            let run = rules::begin_run(tx, workspace, &rule)?;
            jobs::Enqueue::new(&RunJob { rule: rule.id, run })
                .workspace(workspace)
                .priority(jobs::Priority::Whenever)
                .lane(format!("retention:{}", workspace.0), 1)
                .insert(tx)?;
        }
    }
    Ok(())
}

/// One rule in one night.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunJob {
    rule: Uuid,
    run: Uuid,
}

impl Job for RunJob {
    const KIND: &'static str = "privacy.retention";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let workspace = context.workspace()?;
        let app = Arc::clone(&context.app);
        while self.step(&app, workspace).await? {}
        Ok(())
    }
}

/// How far a run has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    lead: Option<Uuid>,
    /// Under way, and to be ended first.
    erasure: Option<Uuid>,
    entry: Option<EntryPlace>,
    import: Option<Uuid>,
}

impl RunJob {
    /// Whether there is more to do. A rule that was changed, switched off or removed meanwhile does nothing more.
    async fn step(&self, app: &Arc<App>, workspace: WorkspaceId) -> Result<bool> {
        let (rule, id) = (self.rule, self.run);
        let found = app
            .read(move |tx| {
                let run = rules::run(tx, workspace, rule, id)?;
                Ok(match run.filter(|it| it.state == "running") {
                    Some(run) => Some((rules::find(tx, workspace, rule)?, run)),
                    None => None,
                })
            })
            .await?;
        let Some((rule, run)) = found else {
            return Ok(false);
        };
        let place = run.place.clone().map(|it| it.0);
        let place: Place = place
            .and_then(|it| serde_json::from_value(it).ok())
            .unwrap_or_default();
        if let Some(erasure) = place.erasure {
            steps::to_the_end(app, workspace, erasure).await?;
        }
        if !rule.active {
            return app.db.write(move |tx| end(tx, workspace, &rule, run)).await;
        }
        match rule.what {
            What::Leads => leads(app, workspace, rule, run, place).await,
            What::History => {
                app.db
                    .write(move |tx| history(tx, workspace, &rule, run, &place))
                    .await
            }
            What::ImportFiles => {
                let with = Arc::clone(app);
                app.db
                    .write(move |tx| import_file(tx, &with, workspace, &rule, run, &place))
                    .await
            }
        }
    }
}

/// Gathers leads for one erasure, and begins it.
async fn leads(
    app: &Arc<App>,
    workspace: WorkspaceId,
    rule: Rule,
    run: Run,
    place: Place,
) -> Result<bool> {
    let (mut ids, mut after, cutoff) = (Vec::new(), place.lead, run.cutoff);
    loop {
        let with = rule.clone();
        let (found, last) = app
            .read(move |tx| choose::leads(tx, workspace, &with, cutoff, after))
            .await?;
        ids.extend(found.into_iter().map(|it| it.lead_id));
        after = last;
        if after.is_none() || ids.len() >= TOGETHER {
            break;
        }
    }
    app.db
        .write(move |tx| begin(tx, workspace, &rule, run, &ids, after))
        .await
}

fn begin(
    tx: &mut Tx,
    workspace: WorkspaceId,
    rule: &Rule,
    mut run: Run,
    ids: &[Uuid],
    after: Option<Uuid>,
) -> Result<bool> {
    let caller = choose::system(tx, workspace)?;
    let mut still = Vec::new();
    for some in ids.chunks(500) {
        let found = choose::untouched(tx, workspace, some, run.cutoff)?;
        still.extend(found.into_iter().map(|it| it.lead_id));
    }
    if still.is_empty() && after.is_none() {
        return end(tx, workspace, rule, run);
    }
    let mut place = Place {
        lead: after,
        ..Place::default()
    };
    if !still.is_empty() {
        // What they are known by is read when the erasure settles who is meant.
        let subject = Subject {
            asked: Wanted {
                leads: still.clone(),
                ..Wanted::default()
            },
            leads: still.clone(),
            ..Subject::default()
        };
        let begun = Begun {
            state: State::Erasing,
            mode: rule.mode,
            suppress: rule.suppress,
            rule: Some(rule.id),
            subject: &subject,
        };
        place.erasure = Some(erasure::begin(tx, &By::from(&caller), &begun)?);
        run.erasures += 1;
        run.done += i64::try_from(still.len()).unwrap_or(0);
    }
    run.place = serde_json::to_value(&place).ok().map(Json);
    rules::save_run(tx, workspace, rule.id, &run)?;
    Ok(true)
}

/// Takes out of some entries what they say.
fn history(
    tx: &mut Tx,
    workspace: WorkspaceId,
    rule: &Rule,
    mut run: Run,
    place: &Place,
) -> Result<bool> {
    let (found, last) = choose::entries(tx, workspace, run.cutoff, place.entry)?;
    for (lead, id) in &found {
        tx.exec(
            "update lead_activities set data = $4 where workspace_id = $1 and lead_id = $2 and id = $3",
            &[&workspace, lead, id, &Json(json!({}))],
        )?;
    }
    run.done += i64::try_from(found.len()).unwrap_or(0);
    let Some(last) = last else {
        return end(tx, workspace, rule, run);
    };
    let place = Place {
        entry: Some(last),
        ..Place::default()
    };
    run.place = serde_json::to_value(&place).ok().map(Json);
    rules::save_run(tx, workspace, rule.id, &run)?;
    Ok(true)
}

/// Removes the next file.
fn import_file(
    tx: &mut Tx,
    app: &App,
    workspace: WorkspaceId,
    rule: &Rule,
    mut run: Run,
    place: &Place,
) -> Result<bool> {
    let next = leftovers::next_older(tx, workspace, place.import, run.cutoff)?;
    let Some(import) = next else {
        return end(tx, workspace, rule, run);
    };
    leftovers::forget(tx, &app.config, workspace, import)?;
    run.done += 1;
    let place = Place {
        import: Some(import),
        ..Place::default()
    };
    run.place = serde_json::to_value(&place).ok().map(Json);
    rules::save_run(tx, workspace, rule.id, &run)?;
    Ok(true)
}

fn end(tx: &mut Tx, workspace: WorkspaceId, rule: &Rule, mut run: Run) -> Result<bool> {
    "done".clone_into(&mut run.state);
    run.finished_at = Some(tx.now());
    run.place = None;
    rules::save_run(tx, workspace, rule.id, &run)?;
    let caller = choose::system(tx, workspace)?;
    let data =
        json!({ "run": run.id, "what": rule.what, "done": run.done, "erasures": run.erasures });
    let target = format!("retentionRule:{}", rule.id);
    audit::record(tx, &caller, "retention.run", &target, data)?;
    Ok(false)
}
