//! Made-up leads. Each is a function of the seed and its number, so that any part of a million can be made again.

use serde_json::{Map, Value, json};

use crate::random::Random;

pub const STAGES: [u64; 6] = [45, 20, 12, 8, 7, 8];
pub const SOURCES: [&str; 4] = ["webhook", "import", "manual", "api"];
pub const OWNERS: usize = 25;
pub const TAGS: usize = 60;

/// Changes whenever the leads do, so that a kept database of other leads is not taken for this one.
pub const GENERATION: &str = "people 1";

#[derive(Debug, Clone)]
pub struct Made {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
    pub title: Option<&'static str>,
    pub source: &'static str,
    /// Place of the stage among six.
    pub stage: usize,
    /// Place of the owner among 25; one lead in ten has none.
    pub owner: Option<usize>,
    pub score: i64,
    /// Ten-thousandths of a euro or a dollar.
    pub value: Option<i64>,
    pub currency: &'static str,
    pub tags: Vec<String>,
    pub custom_fields: Map<String, Value>,
}

pub fn lead(seed: u64, number: u64) -> Made {
    let mut random = Random::new(seed, number);
    let (first, last) = (random.pick(&FIRST), random.pick(&LAST));
    let company = random.percent(85).then(|| {
        format!(
            "{}{} {}",
            random.pick(&FIRM_HEADS),
            random.pick(&FIRM_TAILS),
            random.pick(&FIRM_KINDS)
        )
    });
    let tags = tags(&mut random);
    Made {
        name: format!("{first} {last}"),
        email: random
            .percent(92)
            .then(|| email(&mut random, first, last, company.as_deref())),
        phone: random.percent(80).then(|| phone(&mut random)),
        title: random.percent(60).then(|| random.pick(&TITLES)),
        source: SOURCES[random.weighted(&[60, 25, 10, 5])],
        stage: random.weighted(&STAGES),
        owner: random.percent(90).then(|| random.index(OWNERS)),
        score: i64::try_from(random.below(101)).unwrap_or(0),
        value: random
            .percent(50)
            .then(|| i64::try_from((random.below(500) + 1) * 1_000_000).unwrap_or(0)),
        currency: if random.percent(70) { "EUR" } else { "USD" },
        custom_fields: custom_fields(&mut random),
        tags,
        company,
    }
}

impl Made {
    /// The body of `POST /api/leads`: about 398 bytes.
    pub fn body(&self) -> Value {
        let mut body = json!({
            "name": self.name, "email": self.email, "phone": self.phone, "company": self.company,
            "title": self.title, "source": self.source, "score": self.score, "tags": self.tags,
            "customFields": self.custom_fields,
        });
        if let Some(value) = self.value {
            body["value"] = json!(value / 10_000);
            body["currency"] = json!(self.currency);
        }
        if let Some(fields) = body.as_object_mut() {
            fields.retain(|_, it| !it.is_null());
        }
        body
    }
}

/// Lower case, accents taken off: what a search compares. Made apart from the product's own folding, to check it.
pub fn folded(text: &str) -> String {
    let plain = |c: char| match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' | 'č' | 'ć' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'ě' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' | 'ń' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ř' => 'r',
        'š' | 'ş' => 's',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ý' => 'y',
        'ž' => 'z',
        other => other,
    };
    text.chars()
        .flat_map(char::to_lowercase)
        .map(plain)
        .collect()
}

pub fn tag(place: usize) -> String {
    format!(
        "{}-{}",
        TAG_HEADS[place % TAG_HEADS.len()],
        TAG_TAILS[place / TAG_HEADS.len() % TAG_TAILS.len()]
    )
}

fn tags(random: &mut Random) -> Vec<String> {
    let mut places: Vec<usize> = (0..random.below(4)).map(|_| random.skewed(TAGS)).collect();
    places.sort_unstable();
    places.dedup();
    places.into_iter().map(tag).collect()
}

/// Six in ten live at one of five free providers, the others at their company.
fn email(random: &mut Random, first: &str, last: &str, company: Option<&str>) -> String {
    let ascii = |text: &str| -> String {
        folded(text)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect()
    };
    let user = format!("{}.{}{}", ascii(first), ascii(last), random.below(10_000));
    match company {
        Some(company) if random.percent(40) => {
            format!(
                "{user}@{}.example",
                ascii(company.split(' ').next().unwrap_or(company))
            )
        }
        _ => format!("{user}@{}", random.pick(&FREE_MAIL)),
    }
}

/// Numbers that number plans allow, written as people write them.
fn phone(random: &mut Random) -> String {
    let (area, local) = (random.pick(&AREAS), random.below(10_000));
    match random.below(4) {
        0 => format!("+49 30 {}{local:04}", 2300 + random.below(600)),
        1 => format!("+44 20 7{:03} {local:04}", 200 + random.below(700)),
        2 => format!("+1 ({area}) {}-{local:04}", exchange(random)),
        _ => format!("+1{area}{}{local:04}", exchange(random)),
    }
}

/// The middle three digits of a North American number: 220 to 899 without the service codes.
fn exchange(random: &mut Random) -> u64 {
    let res = 220 + random.below(680);
    if res % 100 == 11 || res == 555 {
        res + 1
    } else {
        res
    }
}

fn custom_fields(random: &mut Random) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert(
        "utmCampaign".into(),
        json!(format!("spring-{}", random.below(40))),
    );
    fields.insert(
        "landingPage".into(),
        json!(format!("/products/{}", random.pick(&PRODUCTS))),
    );
    fields.insert(
        "employees".into(),
        json!(random.pick(&[5, 20, 80, 300, 1200])),
    );
    let message = format!(
        "{} {}, {}",
        random.pick(&ASKS),
        random.pick(&PRODUCTS),
        random.pick(&WHENS)
    );
    fields.insert("message".into(), json!(message));
    fields.insert("consent".into(), json!("2025-10-09"));
    if random.percent(50) {
        fields.insert(
            "preferredContact".into(),
            json!(random.pick(&["email", "phone", "whatsapp"])),
        );
    }
    fields
}

const FREE_MAIL: [&str; 5] = [
    "gmail.com",
    "outlook.com",
    "yahoo.com",
    "icloud.com",
    "proton.me",
];
const AREAS: [u64; 10] = [212, 213, 312, 415, 512, 617, 702, 713, 305, 206];
const PRODUCTS: [&str; 8] = [
    "heat-pumps",
    "solar",
    "storage",
    "wallbox",
    "service",
    "finance",
    "rent",
    "trade-in",
];
const ASKS: [&str; 5] = [
    "Please send an offer for",
    "We would like to talk about",
    "Could somebody call me about",
    "I saw your stand and want to know more of",
    "Our board decides on",
];
const WHENS: [&str; 4] = [
    "as soon as possible",
    "some time next month",
    "before the summer",
    "best on a weekday after four",
];
const TITLES: [&str; 12] = [
    "CEO",
    "Head of Sales",
    "Buyer",
    "Office Manager",
    "Founder",
    "CTO",
    "Marketing Lead",
    "Engineer",
    "Director",
    "Consultant",
    "Facility Manager",
    "Partner",
];
const TAG_HEADS: [&str; 12] = [
    "hot",
    "fair",
    "partner",
    "newsletter",
    "region",
    "event",
    "trial",
    "webinar",
    "renewal",
    "press",
    "field",
    "beta",
];
const TAG_TAILS: [&str; 5] = ["2025", "north", "south", "vip", "follow"];
const FIRM_HEADS: [&str; 40] = [
    "Nord", "Alpen", "Blue", "Silver", "Meridian", "Atlas", "Quanta", "Terra", "Lumen", "Vertex",
    "Harbor", "Summit", "Cobalt", "Delta", "Ever", "Falken", "Granit", "Helio", "Iris", "Jade",
    "Kern", "Loch", "Mono", "Nova", "Orbit", "Polar", "Quell", "Raven", "Sonnen", "Tidal", "Ultra",
    "Vista", "Wald", "Xeno", "Yellow", "Zenit", "Brück", "Côte", "Señor", "Škoda",
];
const FIRM_TAILS: [&str; 30] = [
    "wind", "works", "soft", "line", "craft", "data", "media", "build", "trade", "foods", "lab",
    "forge", "port", "stone", "field", "bridge", "path", "point", "grid", "care", "loop", "mill",
    "house", "gate", "cast", "spring", "wave", "crest", "hub", "mark",
];
const FIRM_KINDS: [&str; 10] = [
    "GmbH",
    "Ltd",
    "Inc",
    "Systems",
    "Partners",
    "Logistics",
    "Energy",
    "Consulting",
    "Studios",
    "Group",
];
const FIRST: [&str; 80] = [
    "Anna",
    "Ben",
    "Clara",
    "David",
    "Elena",
    "Felix",
    "Greta",
    "Hugo",
    "Ida",
    "Jonas",
    "Katharina",
    "Leon",
    "Maria",
    "Noah",
    "Olga",
    "Paul",
    "Quentin",
    "Rosa",
    "Simon",
    "Theresa",
    "Ulrich",
    "Vera",
    "William",
    "Xenia",
    "Yara",
    "Zoe",
    "Alice",
    "Bruno",
    "Carmen",
    "Dimitri",
    "Emma",
    "Frank",
    "Gloria",
    "Henry",
    "Isabel",
    "James",
    "Karl",
    "Laura",
    "Michael",
    "Nina",
    "Oliver",
    "Patricia",
    "Robert",
    "Sarah",
    "Thomas",
    "Ursula",
    "Victor",
    "Wanda",
    "Yusuf",
    "Zara",
    "Andrea",
    "Charles",
    "Daniel",
    "Eva",
    "George",
    "Hannah",
    "Jennifer",
    "Kevin",
    "Linda",
    "Mark",
    "Nancy",
    "Peter",
    "Rachel",
    "Steven",
    "Tina",
    "Walter",
    "José",
    "François",
    "Jürgen",
    "Zoë",
    "André",
    "Renée",
    "Søren",
    "Björn",
    "Inés",
    "Tomáš",
    "Siân",
    "Noël",
    "Máire",
    "Łucja",
];
const LAST: [&str; 162] = [
    "Smith",
    "Johnson",
    "Williams",
    "Brown",
    "Jones",
    "Miller",
    "Davis",
    "Wilson",
    "Anderson",
    "Taylor",
    "Moore",
    "Jackson",
    "Martin",
    "Lee",
    "Thompson",
    "White",
    "Harris",
    "Clark",
    "Lewis",
    "Robinson",
    "Walker",
    "Young",
    "Allen",
    "King",
    "Wright",
    "Scott",
    "Green",
    "Baker",
    "Adams",
    "Nelson",
    "Hill",
    "Campbell",
    "Mitchell",
    "Roberts",
    "Carter",
    "Phillips",
    "Evans",
    "Turner",
    "Parker",
    "Collins",
    "Edwards",
    "Stewart",
    "Morris",
    "Murphy",
    "Cook",
    "Rogers",
    "Morgan",
    "Cooper",
    "Peterson",
    "Reed",
    "Bailey",
    "Bell",
    "Kelly",
    "Howard",
    "Ward",
    "Cox",
    "Richardson",
    "Wood",
    "Watson",
    "Brooks",
    "Bennett",
    "Gray",
    "Hughes",
    "Price",
    "Myers",
    "Long",
    "Foster",
    "Sanders",
    "Ross",
    "Powell",
    "Schmidt",
    "Schneider",
    "Fischer",
    "Weber",
    "Meyer",
    "Wagner",
    "Becker",
    "Schulz",
    "Hoffmann",
    "Koch",
    "Bauer",
    "Richter",
    "Klein",
    "Wolf",
    "Neumann",
    "Schwarz",
    "Zimmermann",
    "Braun",
    "Hofmann",
    "Hartmann",
    "Lange",
    "Schmitt",
    "Werner",
    "Krause",
    "Lehmann",
    "Maier",
    "Herrmann",
    "Walter",
    "Huber",
    "Kaiser",
    "Fuchs",
    "Peters",
    "Lang",
    "Scholz",
    "Jung",
    "Hahn",
    "Keller",
    "Vogel",
    "Friedrich",
    "Berger",
    "Winkler",
    "Roth",
    "Beck",
    "Lorenz",
    "Baumann",
    "Franke",
    "Albrecht",
    "Winter",
    "Simon",
    "Rossi",
    "Russo",
    "Ferrari",
    "Bianchi",
    "Romano",
    "Colombo",
    "Ricci",
    "Marino",
    "Dubois",
    "Moreau",
    "Laurent",
    "Lefebvre",
    "Michel",
    "Garnier",
    "Rousseau",
    "Fontaine",
    "Kowalski",
    "Nowak",
    "Novák",
    "Svoboda",
    "Dvořák",
    "Müller",
    "Schäfer",
    "Krüger",
    "König",
    "Möller",
    "Günther",
    "García",
    "Fernández",
    "González",
    "Rodríguez",
    "López",
    "Martínez",
    "Sánchez",
    "Pérez",
    "Gómez",
    "Núñez",
    "Gonçalves",
    "Lefèvre",
    "Bergström",
    "Lindqvist",
    "Håkansson",
    "Strauß",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_is_a_function_of_seed_and_number() {
        assert_eq!(lead(1, 5).body(), lead(1, 5).body());
        assert_ne!(lead(1, 5).body(), lead(1, 6).body());
    }

    #[test]
    fn the_distributions_are_those_promised() {
        let all: Vec<Made> = (0..20_000).map(|number| lead(1, number)).collect();
        let share = |keep: &dyn Fn(&Made) -> bool| {
            all.iter().filter(|it| keep(it)).count() * 100 / all.len()
        };
        assert!((44..=46).contains(&share(&|it| it.stage == 0)));
        assert!((59..=61).contains(&share(&|it| it.source == "webhook")));
        let free = share(&|it| {
            it.email
                .as_ref()
                .is_some_and(|it| FREE_MAIL.iter().any(|host| it.ends_with(host)))
        });
        assert!((57..=63).contains(&free), "{free}");
        assert!((20..=35).contains(&share(&|it| !it.name.is_ascii())));
        let bytes: usize = all
            .iter()
            .map(|it| it.body().to_string().len())
            .sum::<usize>()
            / all.len();
        assert!((390..=406).contains(&bytes), "{bytes}");
    }
}
