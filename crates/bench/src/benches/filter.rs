//! `filter`: records a second that conditions are held against in memory, on one core, beside the number that was promised.

use std::{hint::black_box, time::Instant};

use leadline::{
    base::{Actor, Caller, Permissions, Scope, Via, WorkspaceId},
    leads::{
        Amount, Currency, Lead,
        filter::{Filter, Rule},
        tags::Tags,
    },
};
use serde_json::{Value, json};
use store::Timestamp;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::{
    figures::{Spread, short},
    frame::{Goal, Outcome, Report, Settings},
    people, world,
};

/// What a core is to do.
const PROMISED: f64 = 2_000_000.0;

const REPETITIONS: usize = 5;

/// As many as stay out of the nearest cache and in memory.
const RECORDS: u64 = 100_000;

/// Filters as people make them, of four to six conditions.
fn filters() -> [(&'static str, Value); 4] {
    [
        (
            "typical",
            json!({"all": [
                {"field": "score", "op": "atLeast", "value": 20},
                {"field": "source", "op": "in", "value": ["webhook", "import"]},
                {"any": [
                    {"field": "customFields.employees", "op": "moreThan", "value": 50},
                    {"field": "tags", "op": "has", "value": "HOT-2025"},
                ]},
                {"field": "created", "op": "within", "value": {"last": {"years": 2}}},
            ]}),
        ),
        (
            "custom fields",
            json!({"all": [
                {"field": "customFields.employees", "op": "atLeast", "value": 2},
                {"field": "customFields.preferredContact", "op": "isNotEmpty"},
                {"field": "customFields.utmCampaign", "op": "isNot", "value": "Spring-7"},
                {"field": "score", "op": "moreThan", "value": 10},
            ]}),
        ),
        (
            "text",
            json!({"all": [
                {"field": "name", "op": "contains", "value": "mar"},
                {"field": "company", "op": "isNotEmpty"},
                {"field": "title", "op": "notContains", "value": "assistant"},
                {"field": "email", "op": "contains", "value": "@gmail."},
            ]}),
        ),
        (
            "nested",
            json!({"any": [
                {"all": [
                    {"field": "score", "op": "atLeast", "value": 90},
                    {"field": "value", "op": "atLeast", "value": 10_000},
                ]},
                {"not": {"field": "owner", "op": "isNotEmpty"}},
                {"all": [
                    {"field": "tags", "op": "hasAny", "value": ["hot-vip", "partner-2025"]},
                    {"field": "customFields.employees", "op": "moreThan", "value": 1},
                    {"field": "daysInStage", "op": "lessThan", "value": 30},
                ]},
            ]}),
        ),
    ]
}

pub fn run(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    let rules = rules(settings, &runtime)?;
    let count = if settings.quick { 2000 } else { RECORDS };
    let leads: Vec<Lead> = (0..count).map(made).collect();
    let mut least = f64::INFINITY;
    for (name, rule) in &rules {
        let rates = (0..REPETITIONS).map(|_| rate(rule, &leads));
        let spread = Spread::of(rates);
        let found = leads.iter().filter(|it| rule.matches(&it.view())).count();
        let share = found as f64 / leads.len() as f64;
        report.say(&format!(
            "filter: {name:<14} {spread} records/s, {} of them match",
            short(share)
        ));
        if *name == "typical" {
            report.goal("", spread.median, PROMISED, Goal::AtLeast(1.0));
        }
        least = least.min(spread.median);
    }
    report.goal("slowest", least, PROMISED, Goal::AtLeast(0.5));
    Ok(())
}

/// Bound as a server would bind them.
fn rules(settings: &Settings, runtime: &Runtime) -> Outcome<Vec<(&'static str, Rule)>> {
    let copy = world::sqlite_copy(settings, runtime, 2000, "filter.db")?;
    let mut options = store::Options::new(format!("sqlite:{}", copy.0.display()));
    options.functions = leadline::leads::filter::functions::FUNCTIONS.to_vec();
    let db = store::Db::open(options)?;
    let bind = |tx: &mut store::Tx| -> leadline::base::Result<Vec<(&'static str, Rule)>> {
        let (workspace,): (i64,) = tx.one("select min(id) from workspaces", &[])?;
        let caller = caller(WorkspaceId(workspace));
        let now = tx.now();
        let mut rules = Vec::new();
        for (name, condition) in filters() {
            let filter: Filter = serde_json::from_value(json!({ "where": condition }))
                .map_err(|err| leadline::base::Error::Internal(err.to_string()))?;
            rules.push((name, filter.rule(tx, &caller, now)?));
        }
        Ok(rules)
    };
    let rules = runtime.block_on(db.read(bind));
    runtime.block_on(db.close());
    Ok(rules.map_err(|err| err.to_string())?)
}

fn caller(workspace: WorkspaceId) -> Caller {
    Caller {
        workspace,
        workspace_public: Uuid::nil(),
        actor: Actor::User(Uuid::from_u128(1)),
        via: Via::Job,
        permissions: Permissions::all(),
        scope: Scope::All,
        identity_key: [0; 16],
        idempotency: None,
    }
}

/// Records a second.
fn rate(rule: &Rule, leads: &[Lead]) -> f64 {
    let started = Instant::now();
    let mut found = 0_u64;
    let rounds = 5;
    for _ in 0..rounds {
        for lead in leads {
            found += u64::from(rule.matches(black_box(&lead.view())));
        }
    }
    black_box(found);
    (leads.len() * rounds) as f64 / started.elapsed().as_secs_f64()
}

/// A made-up lead as it lies in memory.
fn made(number: u64) -> Lead {
    let made = people::lead(7, number);
    let mut problems = leadline::base::Problems::new();
    let tags = Tags::new(made.tags, "tags", &mut problems).to_json();
    let at = Timestamp(1_700_000_000_000 + i64::try_from(number).unwrap_or(0) * 600_000);
    Lead {
        id: Uuid::from_u128(u128::from(number)).into(),
        name: made.name,
        name_provisional: false,
        email: made.email,
        phone_display: made.phone.clone(),
        phone: made.phone,
        company: made.company,
        title: made.title.map(str::to_owned),
        tags,
        source: made.source.to_owned(),
        score: made.score,
        value: made.value.map(Amount),
        currency: Currency::parse(made.currency),
        pipeline_id: Uuid::nil(),
        stage_id: Uuid::from_u128(made.stage as u128),
        assigned_to: made.owner.map(|it| Uuid::from_u128(it as u128 + 1)),
        custom_fields: Value::Object(made.custom_fields).to_string(),
        stage_changed_at: at,
        converted_at: None,
        contact_id: None,
        last_submission_at: None,
        version: 1,
        created_at: at,
        updated_at: at,
        deleted_at: None,
        position: 0,
    }
}
