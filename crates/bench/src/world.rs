//! The made-up workspace: its people, its pipeline, its leads, all written by the product's own functions.
//! A large one is made once and kept beside `target/` for as long as the schema and the leads stay the same.

use std::{
    fs,
    hash::{DefaultHasher, Hasher},
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use leadline::{
    base::{App, SecretKey, Via, WorkspaceId, config::Config},
    jobs::Wake,
    leads::{
        Amount, Currency, identity, pipelines,
        tags::Tags,
        write::{self, By, NewLead, Place},
    },
    server,
    workspaces::{self, people, roles},
};
use store::{Clock, Db, Engine, Options, Timestamp, Tx};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::{
    databases::{self, Scratch},
    frame::{Outcome, Settings},
    people::{self as made_up, Made},
    program,
};

pub const NAME: &str = "Bench";
pub const SEED: u64 = 1;
/// Rows in one unit of work while leads come in crowds.
pub const BATCH: usize = 256;
/// The leads of a made-up workspace came in within this time.
const YEAR_MS: i64 = 365 * 24 * 3600 * 1000;

/// What a new lead refers to.
#[derive(Debug, Clone)]
pub struct Ground {
    pub by: By,
    pub stages: Vec<Place>,
    pub owners: Vec<Uuid>,
}

/// When leads came in.
#[derive(Debug, Clone, Copy)]
pub enum Ages {
    /// Spread over the year before this moment, as this many.
    YearBefore(Timestamp, u64),
    /// As they are written.
    Now,
}

/// The product's shared state over a database of this address, brought to the present schema. Blocks.
pub fn open(url: &str) -> Outcome<Arc<App>> {
    store::migrate::run(&Options::new(url), server::MIGRATIONS)?;
    open_as_it_is(url, |options| options)
}

/// The same over whatever schema is there, with the options changed.
pub fn open_as_it_is(url: &str, change: impl FnOnce(Options) -> Options) -> Outcome<Arc<App>> {
    let mut config = Config::default();
    url.clone_into(&mut config.database.url);
    let wake = Wake::new();
    let options = change(server::store_options(&config, Clock::system(), &wake));
    let db = Db::open(options)?;
    Ok(server::assemble(
        config,
        db,
        SecretKey::from_bytes([7; 32]),
        wake,
    ))
}

/// The workspace's ground; made where it is not there yet.
pub fn ground(runtime: &Runtime, app: &App) -> Outcome<Ground> {
    Ok(runtime.block_on(app.db.write(lay))?)
}

fn lay(tx: &mut Tx) -> leadline::base::Result<Ground> {
    let workspace = match workspaces::find(tx, NAME)? {
        Some(it) => it.id,
        None => found(tx)?,
    };
    let caller = workspaces::system_caller(tx, workspace, Via::CommandLine)?;
    let pipeline = pipelines::ensure_default(tx, workspace)?;
    let mut stages = Vec::new();
    tx.each(
        "select pipeline_id, id from lead_pipeline_stages where workspace_id = $1 and pipeline_id = $2 order by position",
        &[&workspace, &pipeline],
        |row| {
            stages.push(Place { pipeline: row.uuid(0)?, stage: row.uuid(1)? });
            Ok(())
        },
    )?;
    let owners: Vec<(Uuid,)> = tx.all(
        "select user_id from members where workspace_id = $1 order by user_id",
        &[&workspace],
    )?;
    Ok(Ground {
        by: By::from(&caller),
        stages,
        owners: owners.into_iter().map(|it| it.0).collect(),
    })
}

fn found(tx: &mut Tx) -> leadline::base::Result<WorkspaceId> {
    let first = people::add(tx, "owner-0@bench.example", "Owner 0", None)?;
    let workspace = workspaces::create(tx, NAME, first)?;
    let role = roles::all(tx, workspace)?
        .first()
        .map(|it| it.id)
        .unwrap_or_default();
    for number in 1..made_up::OWNERS {
        let user = people::add(
            tx,
            &format!("owner-{number}@bench.example"),
            &format!("Owner {number}"),
            None,
        )?;
        workspaces::add_member(tx, workspace, user, role)?;
    }
    Ok(workspace)
}

impl Ground {
    /// The lead as the product writes it, everything checked and normalised.
    pub fn lead(&self, made: Made, at: Option<Timestamp>) -> NewLead {
        NewLead {
            place: self.stages[made.stage % self.stages.len()],
            owner: made.owner.map(|it| self.owners[it % self.owners.len()]),
            name_provisional: false,
            email: made.email.as_deref().and_then(identity::normal_email),
            phone: made
                .phone
                .as_deref()
                .and_then(|it| identity::normal_phone(it, "")),
            company: made.company,
            title: made.title.map(str::to_owned),
            source: made.source.to_owned(),
            score: made.score,
            value: made.value.map(Amount),
            currency: made.value.and_then(|_| Currency::parse(made.currency)),
            tags: Tags::from_json(&serde_json::to_string(&made.tags).unwrap_or_default()),
            custom_fields: serde_json::to_string(&made.custom_fields).unwrap_or_default(),
            name: made.name,
            at,
        }
    }

    /// Leads of these numbers, in slices of one unit of work each.
    pub fn slices(&self, numbers: std::ops::Range<u64>, ages: Ages) -> Vec<Vec<NewLead>> {
        let all: Vec<NewLead> = numbers.map(|number| self.numbered(number, ages)).collect();
        all.chunks(BATCH).map(<[NewLead]>::to_vec).collect()
    }

    fn numbered(&self, number: u64, ages: Ages) -> NewLead {
        let at = match ages {
            Ages::Now => None,
            Ages::YearBefore(end, count) => {
                let back = i128::from(count.saturating_sub(number)) * i128::from(YEAR_MS)
                    / i128::from(count.max(1));
                Some(Timestamp(end.0 - i64::try_from(back).unwrap_or(0)))
            }
        };
        self.lead(made_up::lead(SEED, number), at)
    }
}

/// Writes slices one after the other, each in a commit of its own.
pub fn write_slices(
    runtime: &Runtime,
    app: &App,
    by: By,
    slices: impl IntoIterator<Item = Vec<NewLead>>,
) -> Outcome<()> {
    for slice in slices {
        runtime.block_on(
            app.db
                .write(move |tx| write::insert_many(tx, &by, slice).map(drop)),
        )?;
    }
    Ok(())
}

/// Makes a workspace of so many leads in an empty database, and lets the jobs that follow from them run.
pub fn make(settings: &Settings, runtime: &Runtime, url: &str, count: u64) -> Outcome<()> {
    let start = Instant::now();
    let app = open(url)?;
    let postgres = app.db.engine() == Engine::Postgres;
    let index = if postgres {
        // Built in one go at the end: a tenth of the time.
        let mut client = postgres::Client::connect(url, postgres::NoTls)?;
        let row = client.query_one("select pg_get_indexdef('leads_search'::regclass)", &[])?;
        client.batch_execute("drop index leads_search")?;
        Some(row.get::<_, String>(0))
    } else {
        None
    };
    let ground = ground(runtime, &app)?;
    let (sender, slices) = std::sync::mpsc::sync_channel(8);
    let (made, now) = (ground.clone(), app.db.clock().now());
    let maker = thread::spawn(move || {
        let mut from = 0;
        while from < count {
            let to = (from + BATCH as u64).min(count);
            let slice = made.slices(from..to, Ages::YearBefore(now, count)).concat();
            if sender.send(slice).is_err() {
                return;
            }
            from = to;
        }
    });
    write_slices(runtime, &app, ground.by, slices)?;
    maker.join().map_err(|_| "making leads failed")?;
    if let Some(again) = index {
        let mut client = postgres::Client::connect(url, postgres::NoTls)?;
        client.batch_execute("set maintenance_work_mem = '512MB'")?;
        client.batch_execute(&again)?;
        client.batch_execute("vacuum analyze")?;
    }
    runtime.block_on(app.db.close());
    drop(app);
    settle(settings, url)?;
    let seconds = start.elapsed().as_secs_f64();
    eprintln!(
        "made a workspace of {count} leads in {seconds:.1} s ({:.0} a second)",
        count as f64 / seconds
    );
    Ok(())
}

/// Serves until no job is due any more, so that the next start finds nothing left to do.
fn settle(settings: &Settings, url: &str) -> Outcome<()> {
    let program = program::serve(url, &settings.dir)?;
    let start = Instant::now();
    loop {
        // Also the time in which a program that has just answered learns to listen for its end.
        thread::sleep(Duration::from_millis(200));
        if databases::due_jobs(url)? == 0 {
            break;
        }
        if start.elapsed() > Duration::from_mins(10) {
            return Err("the jobs of a made-up workspace do not come to an end".into());
        }
    }
    program.stop()
}

/// The kept SQLite file of so many leads; made now where there is none. Whoever writes to it takes a copy.
pub fn sqlite(settings: &Settings, runtime: &Runtime, count: u64) -> Outcome<PathBuf> {
    let name = format!("leads-{count}-{:016x}.db", fingerprint());
    let kept = settings.dir.join(&name);
    if kept.exists() {
        return Ok(kept);
    }
    // Those of former schemas are of no use any more.
    for entry in fs::read_dir(&settings.dir)? {
        let entry = entry?;
        if entry
            .file_name()
            .to_string_lossy()
            .starts_with(&format!("leads-{count}-"))
        {
            fs::remove_file(entry.path())?;
        }
    }
    let scratch = Scratch::new(&settings.dir, "making.db");
    make(settings, runtime, &scratch.url(), count)?;
    fs::rename(&scratch.0, &kept)?;
    Ok(kept)
}

/// A copy that may be written to.
pub fn sqlite_copy(
    settings: &Settings,
    runtime: &Runtime,
    count: u64,
    name: &str,
) -> Outcome<Scratch> {
    let kept = sqlite(settings, runtime, count)?;
    let copy = Scratch::new(&settings.dir, name);
    fs::copy(kept, &copy.0)?;
    fs::File::open(&copy.0)?.sync_all()?;
    Ok(copy)
}

/// The address of a PostgreSQL database of so many leads; it lives as long as the server of this run.
pub fn postgres(settings: &Settings, runtime: &Runtime, count: u64) -> Outcome<String> {
    let name = format!("bench_leads_{count}_{:016x}", fingerprint());
    let admin = settings.need_postgres()?;
    let url = databases::with_database(admin, &name);
    let mut client = postgres::Client::connect(admin, postgres::NoTls)?;
    databases::durable(&mut client)?;
    if client
        .query_opt("select 1 from pg_database where datname = $1", &[&name])?
        .is_none()
    {
        let making = format!("{name}_making");
        client.batch_execute(&format!("drop database if exists {making} with (force)"))?;
        client.batch_execute(&format!("create database {making}"))?;
        make(
            settings,
            runtime,
            &databases::with_database(admin, &making),
            count,
        )?;
        client.batch_execute(&format!("alter database {making} rename to {name}"))?;
    }
    Ok(url)
}

/// A key with every right in the made-up workspace.
pub fn key(settings: &Settings, url: &str) -> Outcome<String> {
    program::leadline(
        url,
        &settings.dir,
        &["key", "add", "--workspace", NAME, "--role", "super-admin"],
    )
}

/// Of everything that makes the leads and their tables what they are.
fn fingerprint() -> u64 {
    let mut hasher = DefaultHasher::new();
    for migration in server::MIGRATIONS {
        hasher.write(migration.sql.as_bytes());
    }
    hasher.write(made_up::GENERATION.as_bytes());
    hasher.finish()
}
