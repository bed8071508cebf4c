//! The rows of one unit of work — a lead, an activity, a job — and the three statements that insert them, for both
//! sides of `units` alike.

use postgres::types::Json;
use rusqlite::types::Value as Lite;
use serde_json::{
    json,
    value::{RawValue, to_raw_value},
};
use store::{Tx, Value as Stored};
use uuid::Uuid;

use crate::people::{self, Made};

pub const INSERT_LEAD: &str = "insert into leads (workspace_id, id, pipeline_id, stage_id, position, assigned_to, name, \
    email, phone, company, title, source, score, value, currency, tags, custom_fields, search_text, email_hash, \
    phone_hash, stage_changed_at, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, \
    $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)";
pub const INSERT_ACTIVITY: &str = "insert into lead_activities (workspace_id, lead_id, id, kind, actor_kind, actor_id, \
    at, data) values ($1, $2, $3, $4, $5, $6, $7, $8)";
pub const INSERT_JOB: &str = "insert into jobs (id, workspace_id, kind, payload, priority, state, run_at, max_attempts, \
    created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
pub const STATEMENTS: [&str; 3] = [INSERT_LEAD, INSERT_ACTIVITY, INSERT_JOB];

pub const WORKSPACE: i64 = 1;
pub const START_MS: i64 = 1_760_000_000_000;
const PIPELINE: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001);

/// One value, in the words of whoever takes it.
#[derive(Debug, Clone)]
enum Cell {
    Int(i64),
    OptInt(Option<i64>),
    Text(String),
    OptText(Option<String>),
    Uuid(Uuid),
    OptUuid(Option<Uuid>),
    Json(Box<RawValue>),
}

/// The values of the three statements of one unit.
#[derive(Debug, Clone)]
pub struct Unit {
    rows: [Vec<Cell>; 3],
}

/// The same unit ready for the store and for each driver, so that its making is not in the time.
pub type StoredUnit = [Vec<Stored>; 3];
pub type LiteUnit = [Vec<Lite>; 3];
pub type PostgresUnit = [Vec<Box<dyn postgres::types::ToSql + Sync + Send>>; 3];

impl Unit {
    pub fn new(seed: u64, number: u64) -> Unit {
        let made = people::lead(seed, number);
        let at = START_MS + i64::try_from(number).unwrap_or(0);
        let id = uuid_at(at, seed, number);
        let key = |offset: u64| uuid_at(at, seed, number ^ (offset << 60));
        let activity = vec![
            Cell::Int(WORKSPACE),
            Cell::Uuid(id),
            Cell::Uuid(key(1)),
            Cell::Text("lead.created".into()),
            Cell::Text("apiKey".into()),
            Cell::OptUuid(Some(owner(0))),
            Cell::Int(at),
            Cell::json(&json!({ "source": made.source })),
        ];
        let job = vec![
            Cell::Uuid(key(2)),
            Cell::Int(WORKSPACE),
            Cell::Text("bench".into()),
            Cell::json(&json!({ "lead": id })),
            Cell::Int(1),
            Cell::Text("ready".into()),
            Cell::Int(at),
            Cell::Int(10),
            Cell::Int(at),
        ];
        Unit {
            rows: [lead_row(id, made, at, number), activity, job],
        }
    }

    pub fn stored(&self) -> StoredUnit {
        self.rows
            .each_ref()
            .map(|row| row.iter().map(Cell::stored).collect())
    }

    pub fn lite(&self) -> LiteUnit {
        self.rows
            .each_ref()
            .map(|row| row.iter().map(Cell::lite).collect())
    }

    pub fn postgres(&self) -> PostgresUnit {
        self.rows
            .each_ref()
            .map(|row| row.iter().map(Cell::postgres).collect())
    }
}

/// The workspace, its pipeline and six stages, that the foreign keys ask for.
pub fn ground(tx: &mut Tx) -> store::Result<()> {
    tx.exec(
        "insert into workspaces (id, public_id, name, slug, identity_key, settings, created_at) \
         values ($1, $2, 'Bench', 'bench', $3, $4, $5)",
        &[
            &WORKSPACE,
            &uuid_at(START_MS, 3, 0),
            &vec![7_u8; 16],
            &Stored::Json(json!({})),
            &START_MS,
        ],
    )?;
    tx.exec(
        "insert into lead_pipelines (workspace_id, id, name, is_default, position, created_at, updated_at) \
         values ($1, $2, 'Sales', true, 0, $3, $4)",
        &[&WORKSPACE, &PIPELINE, &START_MS, &START_MS],
    )?;
    for place in 0..people::STAGES.len() {
        let position = i64::try_from(place).unwrap_or(0);
        tx.exec(
            "insert into lead_pipeline_stages (workspace_id, id, pipeline_id, name, color, type, position, created_at, \
             updated_at) values ($1, $2, $3, 'Stage', '#888888', 'open', $4, $5, $6)",
            &[&WORKSPACE, &stage(place), &PIPELINE, &position, &START_MS, &START_MS],
        )?;
    }
    Ok(())
}

/// What a unit of work does.
pub fn insert(tx: &mut Tx, unit: &StoredUnit) -> store::Result<()> {
    for (sql, row) in STATEMENTS.iter().zip(unit) {
        let params: Vec<&dyn store::ToValue> =
            row.iter().map(|it| it as &dyn store::ToValue).collect();
        tx.exec(sql, &params)?;
    }
    Ok(())
}

/// A UUID of version 7 with the given time; the rest follows from seed and number.
pub fn uuid_at(ms: i64, seed: u64, number: u64) -> Uuid {
    let mut random = crate::random::Random::new(seed, number);
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&random.next().to_le_bytes());
    bytes[8..].copy_from_slice(&random.next().to_le_bytes()[..2]);
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(ms).unwrap_or(0), &bytes).into_uuid()
}

fn stage(place: usize) -> Uuid {
    Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0100 + place as u128)
}

fn owner(place: usize) -> Uuid {
    Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0200 + place as u128)
}

fn lead_row(id: Uuid, made: Made, at: i64, number: u64) -> Vec<Cell> {
    let mut random = crate::random::Random::new(91, number);
    let mut hash = |present: bool| Cell::OptInt(present.then(|| random.next().cast_signed()));
    let hashes = [hash(made.email.is_some()), hash(made.phone.is_some())];
    let [email_hash, phone_hash] = hashes;
    let company = made.company.as_deref().unwrap_or_default();
    let search = people::folded(&format!(
        "{}\n{}\n{company}",
        made.name,
        made.email.as_deref().unwrap_or_default()
    ));
    vec![
        Cell::Int(WORKSPACE),
        Cell::Uuid(id),
        Cell::Uuid(PIPELINE),
        Cell::Uuid(stage(made.stage)),
        Cell::Int(at * 1000),
        Cell::OptUuid(made.owner.map(owner)),
        Cell::Text(made.name),
        Cell::OptText(made.email),
        Cell::OptText(made.phone),
        Cell::OptText(made.company),
        Cell::OptText(made.title.map(str::to_owned)),
        Cell::Text(made.source.to_owned()),
        Cell::Int(made.score),
        Cell::OptInt(made.value),
        Cell::OptText(made.value.map(|_| made.currency.to_owned())),
        Cell::json(&made.tags),
        Cell::json(&made.custom_fields),
        Cell::Text(search),
        email_hash,
        phone_hash,
        Cell::Int(at),
        Cell::Int(at),
        Cell::Int(at),
    ]
}

impl Cell {
    fn json(value: &impl serde::Serialize) -> Cell {
        to_raw_value(value).map_or_else(|_| Cell::OptText(None), Cell::Json)
    }

    fn stored(&self) -> Stored {
        match self {
            Cell::Int(it) => Stored::Int(*it),
            Cell::OptInt(it) => it.map_or(Stored::Null, Stored::Int),
            Cell::Text(it) => Stored::Text(it.clone()),
            Cell::OptText(it) => it.clone().map_or(Stored::Null, Stored::Text),
            Cell::Uuid(it) => Stored::Uuid(*it),
            Cell::OptUuid(it) => it.map_or(Stored::Null, Stored::Uuid),
            Cell::Json(it) => Stored::RawJson(it.get().to_owned()),
        }
    }

    fn lite(&self) -> Lite {
        match self {
            Cell::Int(it) => Lite::Integer(*it),
            Cell::OptInt(it) => it.map_or(Lite::Null, Lite::Integer),
            Cell::Text(it) => Lite::Text(it.clone()),
            Cell::OptText(it) => it.clone().map_or(Lite::Null, Lite::Text),
            Cell::Uuid(it) => Lite::Blob(it.as_bytes().to_vec()),
            Cell::OptUuid(it) => it.map_or(Lite::Null, |it| Lite::Blob(it.as_bytes().to_vec())),
            Cell::Json(it) => Lite::Text(it.get().to_owned()),
        }
    }

    fn postgres(&self) -> Box<dyn postgres::types::ToSql + Sync + Send> {
        match self {
            Cell::Int(it) => Box::new(*it),
            Cell::OptInt(it) => Box::new(*it),
            Cell::Text(it) => Box::new(it.clone()),
            Cell::OptText(it) => Box::new(it.clone()),
            Cell::Uuid(it) => Box::new(*it),
            Cell::OptUuid(it) => Box::new(*it),
            Cell::Json(it) => Box::new(Json(it.clone())),
        }
    }
}
