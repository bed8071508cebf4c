//! `leadline demo`: a workspace to look around in. A clock of its own runs through the last 120 days, and what happens on
//! the way happens through the rooms' own functions, so that every record is as if people had made it.

mod dice;
mod history;
mod people;

use std::{fmt::Write, process::ExitCode, sync::Arc};

use clap::Args;
use store::{Clock, Timestamp, Tx};
use uuid::Uuid;

use self::{
    dice::Dice,
    history::{History, TURNS},
};
use super::{Outcome, open};
use crate::{
    base::{App, Caller, Error, Result, Secret, Via, WorkspaceId, config::Config},
    leads::{
        fields::{self, Field, FieldKind, api::NewField},
        pipelines::{
            self, Pipeline, StageKind,
            change::{NewPipeline, StageWanted},
        },
    },
    server,
    workspaces::{
        self, keys, people as accounts,
        roles::{self, Choice},
        staff,
    },
};

#[derive(Debug, Args)]
pub struct Arguments {
    /// How many leads to make.
    #[arg(long, default_value_t = LEADS)]
    pub leads: usize,
    /// Make another one where there is a demo workspace already.
    #[arg(long)]
    pub again: bool,
}

impl Default for Arguments {
    fn default() -> Self {
        Arguments {
            leads: LEADS,
            again: false,
        }
    }
}

const NAME: &str = "Demo";
const LEADS: usize = 2_000;
const DAYS: i64 = 120;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const SEED: u64 = 20_260_105;

/// Name, first part of the address, role.
const STAFF: [(&str, &str, &str); 8] = [
    ("Dana Whitfield", "dana", "super-admin"),
    ("Marcus Feld", "marcus", "admin"),
    ("Priya Raman", "priya", "marketer"),
    ("Sofia Marques", "sofia", "sales"),
    ("Liam O'Connor", "liam", "sales"),
    ("Aiko Tanaka", "aiko", "sales"),
    ("Noah Becker", "noah", "sales"),
    ("Grace Oduya", "grace", "viewer"),
];

const TEAMS: [(&str, [usize; 2]); 2] = [("North", [3, 4]), ("South", [5, 6])];

/// The workspace as it stands before the first lead comes in.
struct House {
    workspace: WorkspaceId,
    people: Vec<Uuid>,
    pipelines: Vec<Pipeline>,
    fields: Vec<Field>,
}

pub async fn run(config: Config, arguments: Arguments) -> Outcome {
    let app = open(config.clone()).await?;
    let free = app.read(move |tx| free_name(tx, arguments.again)).await;
    let hash = match &free {
        Ok(_) => hashed(&app).await,
        Err(_) => Ok((Secret::default(), String::new())),
    };
    let today = app.db.clock().now();
    app.db.close().await;
    let (name, domain) = free.map_err(|err| err.to_string())?;
    let (password, hash) = hash.map_err(|err| err.to_string())?;
    let begin = Timestamp(today.0 - DAYS * DAY_MS);
    let app = server::open(config, Clock::manual(begin.0))
        .await
        .map_err(|err| err.to_string())?;
    let made = make(&app, &name, &domain, hash, today, arguments.leads).await;
    let address = app.config.public_url();
    app.db.close().await;
    let key = made.map_err(|err| err.to_string())?;
    super::print(&told(
        arguments.leads,
        &name,
        &domain,
        &address,
        &password,
        &key,
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// A name that is not taken, and the domain of its people's addresses.
fn free_name(tx: &mut Tx, again: bool) -> Result<(String, String)> {
    for number in 1_u32.. {
        let (name, domain) = match number {
            1 => (NAME.to_owned(), "demo.example".to_owned()),
            number => (format!("{NAME} {number}"), format!("demo{number}.example")),
        };
        if workspaces::find(tx, &name)?.is_none()
            && accounts::by_email(tx, &format!("dana@{domain}"))?.is_none()
        {
            return Ok((name, domain));
        }
        if !again {
            let detail =
                "There is a demo workspace already; \"leadline demo --again\" makes another one.";
            return Err(Error::conflict("demo_exists", detail));
        }
    }
    Err(Error::Internal("no name is left".into()))
}

/// One password for everybody, new each time: an installation that is open to others must not have a known one.
async fn hashed(app: &App) -> Result<(Secret, String)> {
    let password = Secret::new(
        Secret::random("demo-")
            .expose()
            .chars()
            .take(17)
            .collect::<String>(),
    );
    let hash = staff::hash(app, password.clone()).await?;
    Ok((password, hash))
}

async fn make(
    app: &Arc<App>,
    name: &str,
    domain: &str,
    hash: String,
    today: Timestamp,
    leads: usize,
) -> Result<Secret> {
    let (name, domain) = (name.to_owned(), domain.to_owned());
    let house = app
        .db
        .write(move |tx| furnish(tx, &name, &domain, &hash))
        .await?;
    let workspace = house.workspace;
    let sellers = house.people[3..7].to_vec();
    let mut history = History::new(
        Dice::new(SEED),
        house.pipelines,
        house.fields,
        sellers,
        house.people[2],
    );
    let mut left = leads;
    for turn in 0..DAYS * TURNS {
        app.db.clock().set(time_of(turn, today).0);
        let coming = coming(&mut history.dice, turn, leads, left);
        left -= coming;
        history = app
            .db
            .write(move |tx| {
                let system = workspaces::system_caller(tx, workspace, Via::CommandLine)?;
                history.turn(tx, &system, turn, coming)?;
                Ok::<_, Error>(history)
            })
            .await?;
    }
    app.db.clock().set(today.0);
    app.db.write(move |tx| key(tx, workspace)).await
}

/// When a turn is: five a day, in office hours, the last one before now.
fn time_of(turn: i64, today: Timestamp) -> Timestamp {
    let (day, part) = (turn / TURNS, turn % TURNS);
    let midnight = (today.0 / DAY_MS - DAYS + 1 + day) * DAY_MS;
    let minutes = [545, 641, 733, 862, 979];
    let at = midnight + minutes[usize::try_from(part).unwrap_or(0)] * 60_000;
    Timestamp(at.min(today.0 - (TURNS - part) * 1000))
}

/// How many leads come in during this turn: now more, now fewer, and all of them by the end.
fn coming(dice: &mut Dice, turn: i64, leads: usize, left: usize) -> usize {
    let turns = DAYS * TURNS;
    if turn + 1 == turns {
        return left;
    }
    let number = |it: usize| i64::try_from(it).unwrap_or(0);
    let due = number(leads) * (turn + 1) / turns;
    let swing = number(leads) / turns / 2;
    let count = due - number(leads - left) + dice.between(-swing, swing);
    usize::try_from(count.max(0)).unwrap_or(0).min(left)
}

fn furnish(tx: &mut Tx, name: &str, domain: &str, hash: &str) -> Result<House> {
    let mut people = Vec::with_capacity(STAFF.len());
    for (full, first, _) in STAFF {
        people.push(accounts::add(
            tx,
            &format!("{first}@{domain}"),
            full,
            Some(hash),
        )?);
    }
    let workspace = workspaces::create(tx, name, people[0])?;
    for ((_, _, role), person) in STAFF.iter().zip(&people).skip(1) {
        let choice = Choice {
            id: None,
            key: Some((*role).to_owned()),
        };
        let role = roles::choose(tx, workspace, &choice)?;
        workspaces::add_member(tx, workspace, *person, role.id)?;
    }
    for (team, members) in TEAMS {
        let team = workspaces::add_team(tx, workspace, team)?;
        for member in members {
            workspaces::join_team(tx, workspace, team, people[member])?;
        }
    }
    let caller = workspaces::system_caller(tx, workspace, Via::CommandLine)?;
    let fields = define_fields(tx, &caller)?;
    let pipelines = make_pipelines(tx, &caller)?;
    Ok(House {
        workspace,
        people,
        pipelines,
        fields,
    })
}

fn define_fields(tx: &mut Tx, caller: &Caller) -> Result<Vec<Field>> {
    let industries = people::INDUSTRIES.map(str::to_owned).to_vec();
    for (name, kind, options) in [
        ("Budget", FieldKind::Money, None),
        ("Industry", FieldKind::Choice, Some(industries)),
        ("Employees", FieldKind::Number, None),
        ("Website", FieldKind::Url, None),
        ("Next meeting", FieldKind::Date, None),
        ("Newsletter", FieldKind::Boolean, None),
    ] {
        let field = NewField {
            name: name.to_owned(),
            key: None,
            kind,
            options,
            required: false,
            unique: false,
        };
        fields::api::add(tx, caller, field)?;
    }
    fields::all(tx, caller.workspace)
}

fn make_pipelines(tx: &mut Tx, caller: &Caller) -> Result<Vec<Pipeline>> {
    pipelines::ensure_default(tx, caller.workspace)?;
    let partners = [
        ("Applied", "#1a73d5", StageKind::Open),
        ("Reviewing", "#b47520", StageKind::Open),
        ("Agreement", "#8054d6", StageKind::Open),
        ("Active", "#21914e", StageKind::Won),
        ("Declined", "#d33a3c", StageKind::Lost),
    ];
    let renewals = [
        ("Due in 90 days", "#1a73d5", StageKind::Open),
        ("In talks", "#b47520", StageKind::Open),
        ("Offer sent", "#ca3f8d", StageKind::Open),
        ("Renewed", "#21914e", StageKind::Won),
        ("Ended", "#d33a3c", StageKind::Lost),
    ];
    for (name, stages) in [("Partnerships", partners), ("Renewals", renewals)] {
        let stages = stages.map(|(name, color, kind)| StageWanted {
            id: None,
            name: Some(name.to_owned()),
            color: Some(color.to_owned()),
            kind: Some(kind),
        });
        let new = NewPipeline {
            name: name.to_owned(),
            stages: Some(stages.to_vec()),
            is_default: false,
        };
        pipelines::change::create(tx, caller, new)?;
    }
    pipelines::all(tx, caller.workspace, &caller.scope)
}

fn key(tx: &mut Tx, workspace: WorkspaceId) -> Result<Secret> {
    let caller = workspaces::system_caller(tx, workspace, Via::CommandLine)?;
    let role = Choice {
        id: None,
        key: Some("super-admin".to_owned()),
    };
    let new = keys::NewKey {
        name: "Demo".to_owned(),
        role,
        permissions: None,
        expires_at: Some(Timestamp(tx.now().0 + 365 * DAY_MS)),
    };
    Ok(keys::create(tx, &caller, &new)?.1)
}

fn told(
    leads: usize,
    name: &str,
    domain: &str,
    address: &str,
    password: &Secret,
    key: &Secret,
) -> String {
    let mut text = format!(
        "The workspace \"{name}\" has {leads} leads in three pipelines.\n\nSign in at {address} as\n"
    );
    for (full, first, role) in STAFF {
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "  {:<28} {role:<12} {full}",
            format!("{first}@{domain}")
        );
    }
    let _ = writeln!(text, "with the password {}", password.expose());
    let _ = writeln!(text, "\nA key for scripts:\n  {}", key.expose());
    let _ = writeln!(
        text,
        "  curl -H \"Authorization: Bearer {}\" {address}/api/leads",
        key.expose()
    );
    text
}
