//! Made-up people and companies. Addresses end in names that are reserved for examples, numbers lie in ranges that are
//! kept free for films and books, so that nobody can be reached by mistake.

use serde_json::{Map, Value as Json, json};
use store::Timestamp;

use super::dice::Dice;
use crate::{
    base::{Problems, text::fold},
    leads::{
        Amount, Currency,
        custom::{Custom, Rules},
        fields::Field,
        identity,
        tags::Tags,
        write::{NewLead, Place},
    },
};

#[rustfmt::skip]
const FIRST: [&str; 64] = [
    "Amelia", "Ben", "Chiara", "Daniel", "Elena", "Felix", "Grace", "Henrik", "Ines", "Jonas", "Katarzyna", "Leo",
    "María", "Nils", "Olivia", "Pavel", "Quentin", "Rosa", "Samuel", "Theresa", "Uma", "Victor", "Wanjiru", "Xavier",
    "Yuki", "Zoë", "Anders", "Beatriz", "Camille", "Dmitri", "Emre", "Fatima", "Gustav", "Hannah", "Ivan", "Jürgen",
    "Kwame", "Lucía", "Mateo", "Nadia", "Oscar", "Priyanka", "Rahul", "Sanne", "Tomás", "Ursula", "Vera", "William",
    "Aisha", "Bruno", "Céline", "David", "Eun-ji", "Francesca", "Giorgos", "Hassan", "Isabel", "James", "Kofi", "Linh",
    "Mei", "Noah", "Petra", "Søren",
];

#[rustfmt::skip]
const LAST: [&str; 72] = [
    "Abbott", "Almeida", "Andersson", "Bakker", "Baumann", "Bianchi", "Boateng", "Brown", "Castillo", "Chen", "Clarke",
    "Costa", "Dubois", "Díaz", "Eriksen", "Evans", "Ferrari", "Fischer", "Flores", "Fournier", "García", "Greco",
    "Haddad", "Hansen", "Hughes", "Ibrahim", "Ivanov", "Jansen", "Johnson", "Kaya", "Keller", "Kim", "Kowalska",
    "Krüger", "Kumar", "Lambert", "Larsen", "Lefèvre", "Lindqvist", "López", "Martin", "Mensah", "Meyer", "Moreau",
    "Morris", "Müller", "Nakamura", "Nguyen", "Novák", "Nowak", "O'Brien", "Okafor", "Olsen", "Papadopoulos", "Patel",
    "Pereira", "Petrov", "Popescu", "Richter", "Rossi", "Sánchez", "Schmidt", "Silva", "Singh", "Smith", "Tanaka",
    "Taylor", "Thompson", "Vogel", "Weber", "Wilson", "Zhang",
];

#[rustfmt::skip]
const FIRM: [&str; 40] = [
    "Alder", "Anchor", "Arbor", "Atlas", "Beacon", "Birch", "Blue Harbor", "Bright", "Cedar", "Cobalt", "Copper",
    "Crescent", "Delta", "Ember", "Fairway", "Falcon", "Granite", "Greenfield", "Halcyon", "Horizon", "Ivory", "Juniper",
    "Keystone", "Lantern", "Maple", "Meridian", "Northwind", "Oakridge", "Orchard", "Pioneer", "Quarry", "Redwood",
    "Riverside", "Sterling", "Summit", "Terra", "Umbra", "Vantage", "Willow", "Zephyr",
];

const TRADE: [(&str, &str); 12] = [
    ("Logistics", "Logistics"),
    ("Dental", "Healthcare"),
    ("Software", "Technology"),
    ("Foods", "Food and drink"),
    ("Architects", "Construction"),
    ("Energy", "Energy"),
    ("Travel", "Travel"),
    ("Legal", "Professional services"),
    ("Fitness", "Healthcare"),
    ("Robotics", "Technology"),
    ("Interiors", "Construction"),
    ("Insurance", "Professional services"),
];

const KIND: [&str; 6] = ["Ltd", "GmbH", "Inc.", "AB", "S.L.", "B.V."];

const TITLES: [&str; 14] = [
    "Managing director",
    "Head of operations",
    "Office manager",
    "Chief executive",
    "Marketing manager",
    "Purchasing lead",
    "IT manager",
    "Owner",
    "Finance director",
    "Project manager",
    "Sales director",
    "Practice manager",
    "Founder",
    "Head of people",
];

const SOURCES: [(&str, u64); 6] = [
    ("form", 32),
    ("webhook", 22),
    ("import", 22),
    ("manual", 11),
    ("api", 8),
    ("email", 5),
];

const TAGS: [(&str, u64); 12] = [
    ("newsletter", 22),
    ("trade fair", 14),
    ("referral", 12),
    ("hot", 10),
    ("enterprise", 8),
    ("demo requested", 8),
    ("pricing page", 8),
    ("returning", 6),
    ("partner", 5),
    ("call back", 4),
    ("webinar", 2),
    ("Spain", 1),
];

const CAMPAIGNS: [&str; 6] = [
    "spring-launch",
    "brand-search",
    "retargeting",
    "partner-mail",
    "trade-fair-2025",
    "case-study",
];

pub const INDUSTRIES: [&str; 8] = [
    "Construction",
    "Energy",
    "Food and drink",
    "Healthcare",
    "Logistics",
    "Professional services",
    "Technology",
    "Travel",
];

/// A lead that comes in at `at`.
pub fn lead(dice: &mut Dice, fields: &[Field], place: Place, at: Timestamp) -> NewLead {
    let (first, last) = (*dice.pick(&FIRST), *dice.pick(&LAST));
    let (firm, trade) = (*dice.pick(&FIRM), dice.pick(&TRADE));
    let has_company = dice.percent(86);
    let company = has_company.then(|| format!("{firm} {} {}", trade.0, dice.pick(&KIND)));
    let site = format!("{}-{}.example", slug(firm), slug(trade.0));
    let domain = if has_company && dice.percent(70) {
        site.as_str()
    } else {
        *dice.pick(&["mail.example", "post.example", "inbox.example"])
    };
    let number = dice.below(1000);
    let email = dice
        .percent(93)
        .then(|| format!("{}.{}{number}@{domain}", slug(first), slug(last)));
    let value = dice.percent(68).then(|| amount(dice));
    let currency = *dice.weighted(&[("EUR", 60), ("USD", 30), ("GBP", 10)]);
    NewLead {
        place,
        owner: None,
        name: format!("{first} {last}"),
        name_provisional: false,
        email: email.as_deref().and_then(identity::normal_email),
        phone: if dice.percent(78) {
            identity::normal_phone(&phone(dice), "US")
        } else {
            None
        },
        company,
        title: dice.percent(64).then(|| (*dice.pick(&TITLES)).to_owned()),
        source: (*dice.weighted(&SOURCES)).to_owned(),
        score: dice.between(0, 60)
            + if value.is_some() {
                dice.between(0, 40)
            } else {
                0
            },
        currency: value.and_then(|_| Currency::parse(currency)),
        value,
        tags: tags(dice),
        custom_fields: custom(
            dice,
            fields,
            trade.1,
            has_company.then_some(site.as_str()),
            at,
        ),
        at: Some(at),
    }
}

/// Between 400 and about 80,000, with many small and few large ones, in round figures.
fn amount(dice: &mut Dice) -> Amount {
    let size = dice.between(20, 280);
    Amount(size * size * 10_000 / 50 * 50)
}

fn phone(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!(
            "+1 {} 555 01{:02}",
            dice.pick(&[212, 303, 415, 512, 617, 718]),
            dice.below(100)
        ),
        1 => format!("+49 30 23125 {:03}", dice.below(1000)),
        2 => format!("+44 20 7946 0{:03}", dice.below(1000)),
        _ => format!("+33 1 99 00 {:02} {:02}", dice.below(100), dice.below(100)),
    }
}

fn tags(dice: &mut Dice) -> Tags {
    let count = *dice.weighted(&[(0, 40), (1, 35), (2, 17), (3, 8)]);
    let mut tags = Tags::default();
    for _ in 0..count {
        tags.add((*dice.weighted(&TAGS)).to_owned());
    }
    tags
}

fn custom(
    dice: &mut Dice,
    fields: &[Field],
    industry: &str,
    domain: Option<&str>,
    at: Timestamp,
) -> String {
    let mut values: Map<String, Json> = Map::new();
    let mut put = |key: &str, value: Json| drop(values.insert(key.to_owned(), value));
    if dice.percent(55) {
        put("budget", json!(dice.between(4, 400) * 250));
    }
    if let Some(domain) = domain {
        put("industry", json!(industry));
        put("website", json!(format!("https://www.{domain}")));
        if dice.percent(60) {
            put(
                "employees",
                json!(dice.between(2, 40) * dice.between(1, 40)),
            );
        }
    }
    if dice.percent(30) {
        let day = jiff::Timestamp::from_millisecond(at.0 + dice.between(2, 30) * 86_400_000)
            .unwrap_or_default();
        put(
            "nextMeeting",
            json!(day.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()),
        );
    }
    put("newsletter", json!(dice.percent(40)));
    if dice.percent(50) {
        put("utm_campaign", json!(dice.pick(&CAMPAIGNS)));
        put(
            "Landing Page",
            json!(dice.pick(&["/pricing", "/demo", "/", "/blog/checklist"])),
        );
    }
    let mut custom = Custom::default();
    custom.merge(
        values,
        Rules {
            fields,
            country: "US",
        },
        &mut Problems::new(),
    );
    custom.to_json()
}

fn slug(text: &str) -> String {
    fold(text)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}
