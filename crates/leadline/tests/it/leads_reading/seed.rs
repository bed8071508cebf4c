//! A few hundred leads that differ in everything a filter asks about, in the database and in memory.

use std::collections::BTreeMap;

use leadline::{
    base::{Actor, Result},
    leads::{
        Amount, Currency, Lead, crowd, identity,
        tags::Tags,
        write::{By, NewLead, Place, SLICE, insert_many},
    },
};
use serde_json::{Value, json};
use store::{Timestamp, Tx};
use uuid::Uuid;

use crate::harness::{Client, Person, START_MS, TestApp};

/// The leads of a test's workspace, and the people they belong to.
pub struct World {
    pub leads: Vec<Known>,
    pub people: Vec<Person>,
    pub stages: Vec<Uuid>,
    pub pipelines: Vec<Uuid>,
}

/// A lead as it must be found.
#[derive(Debug, Clone)]
pub struct Known {
    pub lead: Lead,
    pub deleted: bool,
    pub search_text: String,
}

impl Known {
    pub fn custom(&self) -> BTreeMap<String, Value> {
        serde_json::from_str(&self.lead.custom_fields).unwrap()
    }

    pub fn folded_tags(&self) -> Vec<String> {
        Tags::from_json(&self.lead.tags).folded()
    }
}

impl World {
    /// Live leads, the newest first.
    pub fn live(&self, wanted: impl Fn(&Known) -> bool) -> Vec<&Known> {
        let mut leads: Vec<&Known> = self
            .leads
            .iter()
            .filter(|it| !it.deleted && wanted(it))
            .collect();
        leads.sort_by_key(|it| std::cmp::Reverse(it.lead.id));
        leads
    }
}

/// Numbers that look like chance and are the same every time.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed * 2 + 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    pub fn of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

const FIRST: [&str; 10] = [
    "Ada", "José", "Łukasz", "Zoë", "ada", "Grace", "Jürgen", "O'Neil", "100%", "Mary_Ann",
];
const LAST: [&str; 9] = [
    "Lovelace",
    "Álvarez",
    "Hopper",
    "Müller",
    "Nguyễn",
    "Strauß",
    "\"Quote\"",
    "O*r",
    "Hop 😀",
];
const COMPANIES: [Option<&str>; 7] = [
    None,
    None,
    Some("Acme GmbH"),
    Some("acme gmbh"),
    Some("Ünited Føøds"),
    Some("100% Pure"),
    Some("Zeta-Sigma Ltd"),
];
pub const SOURCES: [&str; 4] = ["manual", "webhook", "import", "api"];
pub const TAGS: [&str; 6] = ["Hot", "cold", "Café", "newsletter", "vip", "rare one"];

/// `n` leads in the workspace of the Super Admin, of three people and of nobody, some of them in the trash.
pub async fn world(app: &TestApp, n: usize) -> World {
    let people = vec![
        app.add_person("sales").await,
        app.add_person("sales").await,
        app.add_person("marketer").await,
    ];
    let owners: Vec<Uuid> = people.iter().map(|it| it.user).collect();
    let pipelines = two_pipelines(app).await;
    let stages: Vec<(Uuid, Uuid)> = pipelines
        .iter()
        .flat_map(|(id, stages)| stages.iter().map(|stage| (*id, *stage)))
        .collect();
    let leads = write(app, n, &owners, &stages).await;
    World {
        leads,
        people,
        stages: stages.iter().map(|(_, stage)| *stage).collect(),
        pipelines: pipelines.into_iter().map(|(id, _)| id).collect(),
    }
}

async fn two_pipelines(app: &Client) -> Vec<(Uuid, Vec<Uuid>)> {
    app.post("/lead-pipelines/ensure-default")
        .json(&json!({}))
        .await;
    let second = json!({"name": "Second", "stages": [{"name": "In"}, {"name": "Out"}]});
    app.post("/lead-pipelines").json(&second).await.created();
    let listed = app.get("/lead-pipelines").await.ok();
    let id = |value: &Value| value["id"].as_str().unwrap().parse::<Uuid>().unwrap();
    let pipelines = listed["data"].as_array().or(listed.as_array()).unwrap();
    pipelines
        .iter()
        .map(|it| {
            (
                id(it),
                it["stages"].as_array().unwrap().iter().map(id).collect(),
            )
        })
        .collect()
}

async fn write(app: &TestApp, n: usize, owners: &[Uuid], stages: &[(Uuid, Uuid)]) -> Vec<Known> {
    let workspace = app.admin().workspace;
    let by = By {
        workspace,
        actor: Actor::System,
        via: leadline::base::Via::Job,
        identity_key: identity_key(app).await,
        change_set: None,
    };
    let mut chance = Chance::new(42);
    let new: Vec<NewLead> = (0..n)
        .map(|index| new_lead(&mut chance, index, owners, stages))
        .collect();
    let mut known = Vec::new();
    for slice in new.chunks(SLICE.min(100)) {
        let slice = slice.to_vec();
        let leads = app
            .app
            .db
            .write(move |tx| insert_many(tx, &by, slice))
            .await
            .unwrap();
        known.extend(leads.into_iter().map(|lead| Known {
            search_text: text_of(&lead),
            lead,
            deleted: false,
        }));
    }
    change_some(app, by, &mut known).await;
    app.work().await;
    known
}

fn text_of(lead: &Lead) -> String {
    leadline::leads::search::text_of(
        &lead.name,
        lead.email.as_deref(),
        lead.phone.as_deref(),
        lead.company.as_deref(),
    )
}

async fn identity_key(app: &TestApp) -> [u8; 16] {
    let workspace = app.admin().workspace;
    let read = move |tx: &mut Tx| {
        let (key,): (Vec<u8>,) = tx.one(
            "select identity_key from workspaces where id = $1",
            &[&workspace],
        )?;
        Ok::<_, leadline::base::Error>(key)
    };
    app.app.read(read).await.unwrap().try_into().unwrap()
}

/// Every ninth goes to the trash, every seventh is converted, every fifth was changed later.
async fn change_some(app: &TestApp, by: By, known: &mut [Known]) {
    let every = |known: &[Known], n: usize| -> Vec<Lead> {
        known.iter().step_by(n).map(|it| it.lead.clone()).collect()
    };
    let (trash, converted, changed) = (every(known, 9), every(known, 7), every(known, 5));
    let ids = |leads: &[Lead]| leads.iter().map(|it| it.id).collect::<Vec<_>>();
    let (converted_ids, changed_ids) = (ids(&converted), ids(&changed));
    let workspace = by.workspace;
    let change = move |tx: &mut Tx| -> Result<()> {
        crowd::delete_all(tx, &by, &trash)?;
        for id in converted_ids {
            tx.exec(
                "update leads set converted_at = $3 where workspace_id = $1 and id = $2",
                &[&workspace, &id, &Timestamp(START_MS)],
            )?;
        }
        for id in changed_ids {
            tx.exec(
                "update leads set updated_at = $3 where workspace_id = $1 and id = $2",
                &[&workspace, &id, &Timestamp(START_MS + 5)],
            )?;
        }
        Ok(())
    };
    app.app.db.write(change).await.unwrap();
    let now = app.clock.now();
    for (index, it) in known.iter_mut().enumerate() {
        if index % 9 == 0 {
            it.deleted = true;
            it.lead.updated_at = now;
        }
        if index % 7 == 0 {
            it.lead.converted_at = Some(Timestamp(START_MS));
        }
        if index % 5 == 0 {
            it.lead.updated_at = Timestamp(START_MS + 5);
        }
    }
}

fn new_lead(
    chance: &mut Chance,
    index: usize,
    owners: &[Uuid],
    stages: &[(Uuid, Uuid)],
) -> NewLead {
    let (first, last) = (chance.of(&FIRST), chance.of(&LAST));
    let (pipeline, stage) = chance.of(stages);
    let email = (chance.below(10) > 1).then(|| {
        format!(
            "lead{}@{}",
            index / 2,
            chance.of(&["gmail.com", "example.org"])
        )
    });
    let phone = (chance.below(10) > 2).then(|| format!("+4930123{:05}", 70_000 + index / 2));
    let value = (chance.below(10) > 3)
        .then(|| i64::try_from(chance.below(6)).unwrap() * 25_000_000 - 25_000_000);
    let mut problems = leadline::base::Problems::new();
    let tags = (0..chance.below(4)).map(|_| chance.of(&TAGS).to_owned());
    let tags = Tags::new(tags, "tags", &mut problems);
    NewLead {
        place: Place { pipeline, stage },
        owner: (chance.below(5) > 0).then(|| chance.of(owners)),
        name: format!("{first} {last}"),
        name_provisional: false,
        email: email.and_then(|it| identity::normal_email(&it)),
        phone: phone.and_then(|it| identity::normal_phone(&it, "")),
        company: chance.of(&COMPANIES).map(str::to_owned),
        title: None,
        source: chance.of(&SOURCES).to_owned(),
        score: i64::try_from(chance.below(11)).unwrap() * 10,
        value: value.map(Amount),
        currency: value.and_then(|_| Currency::parse(chance.of(&["EUR", "USD"]))),
        tags,
        custom_fields: custom(chance),
        // Several in one millisecond, and not in the order of time.
        at: Some(Timestamp(
            START_MS - 86_400_000 + i64::try_from(chance.below(90)).unwrap() * 60_000,
        )),
    }
}

fn custom(chance: &mut Chance) -> String {
    let mut fields = serde_json::Map::new();
    if chance.below(3) > 0 {
        fields.insert("budget".into(), json!(chance.below(4) * 100));
    }
    if chance.below(3) > 0 {
        fields.insert(
            "contactFirstName".into(),
            json!(chance.of(&["Ada", "Zoë \"Z\"", "100"])),
        );
    }
    if chance.below(2) > 0 {
        fields.insert("vip".into(), json!(chance.below(2) == 0));
    }
    json!(fields).to_string()
}
