//! Leads and conditions made by chance, with everything in them that could be read in two ways.

use jiff::{ToSpan, tz::TimeZone};
use leadline::leads::{Amount, Currency, Lead, fields::FieldKind, search, tags::Tags};
use proptest::{prelude::*, sample::select};
use serde_json::{Map, Value, json};
use store::Timestamp;
use uuid::Uuid;

pub const ZONES: [&str; 5] = [
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Asia/Kathmandu",
];

/// Nights on which clocks are set, a leap day, the turn of a year.
pub const NOWS: [&str; 6] = [
    "2026-01-05T12:00:00Z",
    "2026-03-29T00:59:59.999Z",
    "2024-02-29T23:30:00Z",
    "2018-11-04T03:00:00Z",
    "2011-12-30T10:00:00Z",
    "2025-12-31T23:59:59.999Z",
];

pub const ME: Uuid = Uuid::from_u128(0xA1);
pub const MATE: Uuid = Uuid::from_u128(0xA2);
pub const OTHER: Uuid = Uuid::from_u128(0xA3);

/// Change sets, and what each did to how many leads: every second or third is made, changed or left alone by one.
pub const SETS: [Uuid; 3] = [
    Uuid::from_u128(0xC1),
    Uuid::from_u128(0xC2),
    Uuid::from_u128(0xC3),
];

/// Pipelines with their stages and the stages' types.
pub const STAGES: [(Uuid, Uuid, &str); 5] = [
    (Uuid::from_u128(1), Uuid::from_u128(11), "open"),
    (Uuid::from_u128(1), Uuid::from_u128(12), "won"),
    (Uuid::from_u128(1), Uuid::from_u128(13), "lost"),
    (Uuid::from_u128(2), Uuid::from_u128(21), "open"),
    (Uuid::from_u128(2), Uuid::from_u128(22), "won"),
];

pub const FIELDS: [(&str, FieldKind); 10] = [
    ("aText", FieldKind::Text),
    ("aNumber", FieldKind::Number),
    ("aMoney", FieldKind::Money),
    ("aDate", FieldKind::Date),
    ("aFlag", FieldKind::Boolean),
    ("aChoice", FieldKind::Choice),
    ("someChoices", FieldKind::MultiChoice),
    ("anUrl", FieldKind::Url),
    ("anEmail", FieldKind::Email),
    ("aPhone", FieldKind::Phone),
];

const TEXTS: [&str; 43] = [
    "Ada",
    "ada",
    "ÁDA",
    "José",
    "jose\u{301}",
    "ﬁn",
    "FIN",
    "Straße",
    "STRASSE",
    "İstanbul",
    "istanbul",
    "i\u{307}stanbul",
    "😀",
    "😀 a",
    "가",
    "각 나",
    "a",
    "A",
    "%",
    "_",
    "\\",
    "'",
    "\"q\"",
    "a\nb",
    "x\ty",
    "ΟΔΟΣ",
    "οδος",
    "οδοσ",
    "ſ",
    "s",
    "\u{212a}",
    "k",
    "ǅ",
    "ﷺ",
    "null",
    "true",
    "5",
    "5.0",
    "1e3",
    "2026-03-29",
    "{}",
    "$1",
    "ö\u{fb03}",
];

const NUMBERS: [f64; 16] = [
    0.0,
    -0.0,
    1.0,
    5.0,
    -7.0,
    0.1,
    1e15,
    9_007_199_254_740_993.0,
    f64::MAX,
    f64::MIN,
    5e-324,
    2.225_073_858_507_201_4e-308,
    123_456_789.123_456_79,
    1e16,
    1e21,
    0.300_000_000_000_000_04,
];

const WHOLES: [i64; 10] = [
    0,
    1,
    5,
    -7,
    50,
    100,
    1000,
    9_007_199_254_740_993,
    i64::MAX,
    i64::MIN,
];

const AMOUNTS: [i64; 8] = [
    0,
    1,
    10_000,
    15_000,
    -35_000,
    2_500_000,
    9_999_999_999_999_999,
    -9_999_999_999_999_999,
];

pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(&TEXTS[..]).prop_map(str::to_owned),
        1 => "[aAéß😀 ]{1,5}",
        1 => "\\PC{1,8}",
        1 => Just("x".repeat(190)),
    ]
}

/// As text is kept: it may be empty.
fn kept_text() -> impl Strategy<Value = String> {
    prop_oneof![9 => text(), 1 => Just(String::new())]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        select(&NUMBERS[..]).prop_map(|it| json!(it)),
        select(&WHOLES[..]).prop_map(|it| json!(it)),
        Just(json!(u64::MAX)),
        any::<f64>()
            .prop_filter("JSON has no other", |it| it.is_finite())
            .prop_map(|it| json!(it)),
    ]
}

fn amount() -> impl Strategy<Value = Amount> {
    select(&AMOUNTS[..]).prop_map(Amount)
}

/// Around the borders of days in the zone.
fn moment(now: Timestamp, zone: &'static str) -> impl Strategy<Value = Timestamp> {
    let borders = (
        -400_i64..400,
        select(&[-3_600_000_i64, -1, 0, 1, 60_000][..]),
    );
    prop_oneof![
        3 => borders.prop_map(move |(days, off)| {
            let zone = TimeZone::get(zone).unwrap();
            let today = jiff::Timestamp::from_millisecond(now.0).unwrap().to_zoned(zone.clone()).date();
            let day = today.checked_add((days / 20).days()).unwrap().to_zoned(zone).unwrap();
            Timestamp(day.timestamp().as_millisecond() + off)
        }),
        1 => select(&[-1_i64, 0, 1, 86_400_000, -86_400_000, -86_400_001, -604_800_000, 31_536_000_000][..])
            .prop_map(move |off| Timestamp(now.0 + off)),
    ]
}

fn day() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (-5_i64..5, select(&NOWS[..])).prop_map(|(days, now)| {
            let day: jiff::civil::Date = now[..10].parse().unwrap();
            day.checked_add(days.days()).unwrap().to_string()
        }),
        1 => select(&["0001-01-01", "9999-12-31", "2026-02-30", "2026-1-1", "today"][..]).prop_map(str::to_owned),
    ]
}

/// What a custom field of this kind holds, or something that it should not hold.
fn custom_value(kind: Option<FieldKind>) -> BoxedStrategy<Value> {
    let plain = prop_oneof![
        kept_text().prop_map(Value::from),
        number(),
        any::<bool>().prop_map(Value::from),
        day().prop_map(Value::from),
        prop::collection::vec(
            prop_oneof![kept_text().prop_map(Value::from), number()],
            0..3
        )
        .prop_map(Value::from),
    ];
    let right: BoxedStrategy<Value> = match kind {
        Some(FieldKind::Number) => number().boxed(),
        Some(FieldKind::Money) => amount()
            .prop_map(|it| serde_json::to_value(it).unwrap())
            .boxed(),
        Some(FieldKind::Date) => day().prop_map(Value::from).boxed(),
        Some(FieldKind::Boolean) => any::<bool>().prop_map(Value::from).boxed(),
        Some(FieldKind::MultiChoice) => prop::collection::vec(kept_text(), 0..4)
            .prop_map(|it| json!(it))
            .boxed(),
        Some(FieldKind::Email) => email().prop_map(Value::from).boxed(),
        Some(FieldKind::Phone) => phone().prop_map(Value::from).boxed(),
        Some(_) => kept_text().prop_map(Value::from).boxed(),
        None => return plain.boxed(),
    };
    prop_oneof![4 => right, 1 => plain].boxed()
}

fn email() -> impl Strategy<Value = String> {
    select(
        &[
            "ada@example.com",
            "josé@münchen.de",
            "jose@example.com",
            "x+y@a.co",
        ][..],
    )
    .prop_map(str::to_owned)
}

fn phone() -> impl Strategy<Value = String> {
    select(&["+12025550173", "+493012345678", "+5511987654321"][..]).prop_map(str::to_owned)
}

fn customs() -> impl Strategy<Value = String> {
    let kinds: Vec<(String, Option<FieldKind>)> = FIELDS
        .iter()
        .map(|(key, kind)| ((*key).to_owned(), Some(*kind)))
        .chain(["loose".to_owned(), "größe".to_owned()].map(|it| (it, None)))
        .collect();
    let fields: Vec<_> = kinds
        .into_iter()
        .map(|(key, kind)| {
            prop::option::weighted(0.6, custom_value(kind)).prop_map(move |it| (key.clone(), it))
        })
        .collect();
    fields.prop_map(|fields| {
        let mut object = Map::new();
        for (key, value) in fields {
            object.extend(value.map(|it| (key, it)));
        }
        object.insert("_displayNames".into(), json!({"loose": "Loose \"}{\\ one"}));
        Value::Object(object).to_string()
    })
}

pub fn lead(now: Timestamp, zone: &'static str) -> impl Strategy<Value = Lead> {
    let texts = (
        kept_text(),
        prop::option::of(email()),
        prop::option::of(phone()),
        prop::option::of(kept_text()),
        prop::option::of(kept_text()),
        prop_oneof![
            select(&["api", "web", "Web", "wéb"][..]).prop_map(str::to_owned),
            text()
        ],
    );
    let numbers = (
        prop_oneof![0_i64..100, select(&WHOLES[..])],
        prop::option::of(amount()),
        prop::option::of(select(&["EUR", "USD"][..])),
    );
    let places = (
        select(&STAGES[..]),
        prop::option::of(select(&[ME, MATE, OTHER][..])),
        prop::collection::vec(text(), 0..4),
        prop::bool::weighted(0.15),
    );
    let times = (
        moment(now, zone),
        moment(now, zone),
        moment(now, zone),
        prop::option::of(moment(now, zone)),
    );
    (texts, numbers, places, times, customs()).prop_map(
        |(texts, numbers, places, times, custom_fields)| {
            let (name, email, phone, company, title, source) = texts;
            let ((pipeline_id, stage_id, _), assigned_to, tags, deleted) = places;
            let mut problems = leadline::base::Problems::new();
            Lead {
                id: Uuid::nil().into(),
                name,
                name_provisional: false,
                email,
                phone_display: phone.clone(),
                phone,
                company,
                title,
                tags: Tags::new(tags, "tags", &mut problems).to_json(),
                source,
                score: numbers.0,
                value: numbers.1,
                currency: numbers.2.and_then(Currency::parse),
                pipeline_id,
                stage_id,
                assigned_to,
                custom_fields,
                stage_changed_at: times.2,
                converted_at: times.3,
                contact_id: None,
                last_submission_at: times.3,
                version: 1,
                created_at: times.0,
                updated_at: times.1,
                deleted_at: deleted.then_some(times.1),
                position: 0,
            }
        },
    )
}

pub fn search_text(lead: &Lead) -> String {
    search::text_of(
        &lead.name,
        lead.email.as_deref(),
        lead.phone.as_deref(),
        lead.company.as_deref(),
    )
}

fn test(field: impl Into<String>, op: &str, value: Value) -> Value {
    let mut object = Map::new();
    object.insert("field".into(), field.into().into());
    object.insert("op".into(), op.into());
    if !value.is_null() {
        object.insert("value".into(), value);
    }
    object.into()
}

/// Single values for some, lists for others.
fn with<S: Strategy<Value = Value> + Clone + 'static>(
    field: String,
    single: &'static [&'static str],
    many: &'static [&'static str],
    value: S,
) -> BoxedStrategy<Value> {
    let one = (select(single), value.clone());
    let (first, second) = (field.clone(), field.clone());
    let list = (select(many), prop::collection::vec(value, 1..4));
    prop_oneof![
        3 => one.prop_map(move |(op, value)| test(first.clone(), op, value)),
        2 => list.prop_map(move |(op, values)| test(second.clone(), op, values.into())),
        1 => select(&["isEmpty", "isNotEmpty"][..]).prop_map(move |op| test(field.clone(), op, Value::Null)),
    ]
    .boxed()
}

fn text_test(field: String) -> BoxedStrategy<Value> {
    let single = &["is", "isNot", "contains", "notContains", "startsWith"];
    with(
        field,
        single,
        &["in", "notIn"],
        text().prop_map(Value::from).boxed(),
    )
}

fn number_test(field: String, value: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let single = &["is", "isNot", "atLeast", "moreThan", "atMost", "lessThan"];
    with(field, single, &["in", "notIn", "between"], value)
}

fn time_test(field: &str, now: Timestamp, zone: &'static str) -> BoxedStrategy<Value> {
    let units = || {
        (
            1_i64..40,
            select(
                &[
                    "minutes", "hours", "days", "weeks", "months", "quarters", "years",
                ][..],
            ),
        )
    };
    let points = prop_oneof![
        day().prop_map(Value::from),
        moment(now, zone).prop_map(|it| json!(it)),
        select(&["today", "yesterday", "tomorrow", "now"][..]).prop_map(Value::from),
        (select(&["ago", "ahead"][..]), units())
            .prop_map(|(word, (n, unit))| json!({word: {unit: n}})),
    ]
    .boxed();
    let periods = prop_oneof![
        (
            select(&["this", "last", "next"][..]),
            select(&["Week", "Month", "Quarter", "Year"][..])
        )
            .prop_map(|(word, unit)| json!(format!("{word}{unit}"))),
        select(&["today", "yesterday", "tomorrow"][..]).prop_map(Value::from),
        (select(&["last", "next"][..]), units())
            .prop_map(|(word, (n, unit))| json!({word: {unit: n}})),
    ];
    let [f1, f2, f3, f4, f5] = [(); 5].map(|()| field.to_owned());
    prop_oneof![
        3 => (select(&["before", "after", "on"][..]), points.clone()).prop_map(move |(op, at)| test(f1.clone(), op, at)),
        3 => periods.prop_map(move |it| test(f2.clone(), "within", it)),
        1 => (points.clone(), points).prop_map(move |(a, b)| test(f3.clone(), "between", json!([a, b]))),
        1 => units().prop_map(move |(n, unit)| test(f4.clone(), "olderThan", json!({unit: n}))),
        1 => select(&["isEmpty", "isNotEmpty"][..]).prop_map(move |op| test(f5.clone(), op, Value::Null)),
    ]
    .boxed()
}

fn members_test(field: String) -> BoxedStrategy<Value> {
    with(
        field,
        &["has"],
        &["hasAny", "hasAll", "hasNone"],
        text().prop_map(Value::from).boxed(),
    )
}

fn custom_test(now: Timestamp, zone: &'static str) -> BoxedStrategy<Value> {
    let of = |key: &str, kind: Option<FieldKind>| -> BoxedStrategy<Value> {
        let field = format!("customFields.{key}");
        match kind {
            Some(FieldKind::Number) => number_test(field, number().boxed()),
            Some(FieldKind::Money) => number_test(
                field,
                amount()
                    .prop_map(|it| serde_json::to_value(it).unwrap())
                    .boxed(),
            ),
            Some(FieldKind::Date) => time_test(&field, now, zone),
            Some(FieldKind::Boolean) => (select(&["is", "isNot"][..]), any::<bool>())
                .prop_map(move |(op, it)| test(field.clone(), op, it.into()))
                .boxed(),
            Some(FieldKind::MultiChoice) => members_test(field),
            Some(FieldKind::Phone) => phone_test(field),
            Some(_) => text_test(field),
            None => {
                let plain = prop_oneof![
                    text().prop_map(Value::from),
                    number(),
                    any::<bool>().prop_map(Value::from)
                ]
                .boxed();
                prop_oneof![
                    with(field.clone(), &["is", "isNot"], &["in", "notIn"], plain),
                    text_test(field.clone()),
                    number_test(field.clone(), number().boxed()),
                    members_test(field),
                ]
                .boxed()
            }
        }
    };
    let mut all: Vec<_> = FIELDS
        .iter()
        .map(|(key, kind)| of(key, Some(*kind)))
        .collect();
    all.extend(["loose", "größe", "absent"].map(|key| of(key, None)));
    proptest::strategy::Union::new(all).boxed()
}

fn phone_test(field: String) -> BoxedStrategy<Value> {
    let part = (
        select(&["contains", "startsWith"][..]),
        select(&["+1 202", "30-123", "0173", "55"][..]),
    );
    let other = field.clone();
    prop_oneof![
        with(
            field,
            &["is", "isNot"],
            &["in", "notIn"],
            phone().prop_map(Value::from).boxed()
        ),
        part.prop_map(move |(op, it)| test(other.clone(), op, it.into())),
    ]
    .boxed()
}

fn sets() -> BoxedStrategy<Value> {
    let known = select(&SETS[..]).prop_map(|it| json!(it));
    prop_oneof![9 => known, 1 => Just(json!(Uuid::nil()))].boxed()
}

/// A test of one field.
pub fn leaf(now: Timestamp, zone: &'static str) -> BoxedStrategy<Value> {
    let texts =
        select(&["name", "company", "title"][..]).prop_flat_map(|it| text_test(it.to_owned()));
    let sources = prop_oneof![
        select(&["api", "web", "Web", "wéb"][..]).prop_map(Value::from),
        text().prop_map(Value::from)
    ];
    let times = select(
        &[
            "created",
            "updated",
            "stageChanged",
            "converted",
            "lastSubmission",
        ][..],
    )
    .prop_flat_map(move |it| time_test(it, now, zone));
    let people = prop_oneof![
        select(&["me", "myTeam", "nobody"][..]).prop_map(Value::from),
        select(vec![ME, MATE, OTHER, Uuid::nil()]).prop_map(|it| json!(it)),
    ];
    let stages = select(&STAGES[..]).prop_map(|it| json!(it.1));
    let pipelines = select(vec![Uuid::from_u128(1), Uuid::from_u128(2)]).prop_map(|it| json!(it));
    let ids = |field: &'static str, value: BoxedStrategy<Value>| {
        let list = (
            select(&["in", "notIn"][..]),
            prop::collection::vec(value.clone(), 1..4),
        );
        prop_oneof![
            (select(&["is", "isNot"][..]), value).prop_map(move |(op, it)| test(field, op, it)),
            list.prop_map(move |(op, it)| test(field, op, it.into())),
        ]
        .boxed()
    };
    prop_oneof![
        3 => texts,
        2 => with("source".into(), &["is", "isNot", "contains", "startsWith"], &["in", "notIn"], sources.boxed()),
        2 => with("email".into(), &["is", "isNot"], &["in", "notIn"], email().prop_map(Value::from).boxed()),
        1 => select(&["exa", "JOSE@", "@münchen", "munchen"][..]).prop_map(|it| test("email", "contains", it.into())),
        1 => phone_test("phone".into()),
        1 => with("currency".into(), &["is", "isNot"], &["in", "notIn"], select(&["EUR", "usd", "GBP"][..]).prop_map(Value::from).boxed()),
        2 => (select(&["is", "isNot", "atLeast", "moreThan", "atMost", "lessThan"][..]), prop_oneof![0_i64..100, select(&WHOLES[..])])
            .prop_map(|(op, it)| test("score", op, it.into())),
        1 => (0_i64..100, 0_i64..100).prop_map(|(a, b)| test("score", "between", json!([a.min(b), a.max(b)]))),
        2 => number_test("value".into(), amount().prop_map(|it| serde_json::to_value(it).unwrap()).boxed()),
        2 => members_test("tags".into()),
        2 => ids("stage", stages.boxed()),
        1 => ids("pipeline", pipelines.boxed()),
        2 => ids("stageType", select(&["open", "won", "lost"][..]).prop_map(Value::from).boxed()),
        3 => ids("owner", people.boxed()),
        1 => select(&["isEmpty", "isNotEmpty"][..]).prop_map(|op| test("owner", op, Value::Null)),
        3 => times,
        1 => ids("createdIn", sets()),
        1 => ids("changedIn", sets()),
        1 => ids("skippedIn", sets()),
        1 => any::<bool>().prop_map(|it| test("converted", "is", it.into())),
        1 => (select(&["is", "isNot", "atLeast", "moreThan", "atMost", "lessThan"][..]), -2_i64..30).prop_map(|(op, it)| test("daysInStage", op, it.into())),
        1 => text().prop_map(|it| test("search", "contains", it.into())),
        8 => custom_test(now, zone),
    ]
    .boxed()
}

/// Groups of groups of tests.
pub fn condition(now: Timestamp, zone: &'static str) -> BoxedStrategy<Value> {
    leaf(now, zone)
        .prop_recursive(4, 12, 4, |inner| {
            prop_oneof![
                3 => prop::collection::vec(inner.clone(), 0..4).prop_map(|it| json!({"all": it})),
                3 => prop::collection::vec(inner.clone(), 0..4).prop_map(|it| json!({"any": it})),
                1 => inner.prop_map(|it| json!({"not": it})),
            ]
        })
        .boxed()
}

/// A few flat facts.
pub fn flat() -> BoxedStrategy<Map<String, Value>> {
    let entry = prop_oneof![
        select(&STAGES[..]).prop_map(|it| ("stageId", json!(it.1))),
        select(&STAGES[..]).prop_map(|it| ("pipelineId", json!(it.0))),
        select(&["me", "none"][..]).prop_map(|it| ("assignedTo", json!(it))),
        select(&["api", "web"][..]).prop_map(|it| ("source", json!(it))),
        text()
            .prop_filter("tags are separated by commas", |it| !it.contains(',')
                && !it.trim().is_empty())
            .prop_map(|it| ("tag", json!([it]))),
        (0_i64..90).prop_map(|it| ("minScore", json!(it))),
        email().prop_map(|it| ("email", json!(it))),
        Just(("deleted", json!(true))),
        Just(("converted", json!(false))),
        text()
            .prop_filter("short terms look back", |it| it.chars().count() > 2)
            .prop_map(|it| ("search", json!(it))),
        text().prop_map(|it| ("cf.aText", json!(it))),
    ];
    prop_oneof![
        2 => Just(Map::new()),
        1 => prop::collection::vec(entry, 1..3).prop_map(|it| it.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
    ]
    .boxed()
}
