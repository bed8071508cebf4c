//! Search: the same finds as looking through every lead, whatever is typed.

use leadline::{
    base::text::fold,
    leads::{
        pipelines,
        tags::Tags,
        write::{By, NewLead, insert_many},
    },
};
use serde_json::{Value, json};
use store::{Timestamp, Tx};

use super::seed::{self, Chance, Known, World};
use crate::{
    harness::{Client, START_MS, TestApp},
    on_both_engines,
};

fn names(page: &Value) -> Vec<&str> {
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect()
}

fn ids(page: &Value) -> Vec<&str> {
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["id"].as_str().unwrap())
        .collect()
}

fn escaped(typed: &str) -> String {
    form_urlencoded::byte_serialize(typed.as_bytes()).collect()
}

async fn found(client: &Client, typed: &str) -> Vec<String> {
    let page = client
        .get(format!("/leads?limit=200&search={}", escaped(typed)))
        .await
        .ok();
    ids(&page).into_iter().map(str::to_owned).collect()
}

fn expected(world: &World, wanted: impl Fn(&Known) -> bool) -> Vec<String> {
    world
        .live(wanted)
        .iter()
        .map(|it| it.lead.id.to_string())
        .collect()
}

/// What is looked for: as typed, folded, in one line.
fn plain(typed: &str) -> String {
    fold(typed).split_whitespace().collect::<Vec<_>>().join(" ")
}

on_both_engines! {
    async fn whatever_is_typed_finds_what_holds_it(app: TestApp) {
        let world = seed::world(&app, 300).await;
        for typed in [
            "lovelace", "LOVELACE", "jose alvarez", "josé ÁLVAREZ", "álvarez\nlead", "müller", "muller", "strauß", "nguyen",
            "ace", "ada lovelace", "ada  lovelace", "gmail.com", "@gmail", "lead1", "acme gmbh", "ünited", "zeta-sigma",
            "100%", "%", "100", "mary_ann", "y_a", "mary%ann", "_", "o'neil", "'", "''", "\"quote\"", "\"", "o*r", "*", "o* r",
            "hop 😀", "😀", "hopper or ada", "NOT ada", "ada AND", "(ada", "ada)", "^ada", "name:ada", "{ada}", "ada -zoe",
            "\\", "\\%", "no such lead", "493012370", "30123", "@@@", "---", "a", "ad", "lo", "zz", "é", "ł", "lukasz",
        ] {
            let term = plain(typed);
            let wanted = |it: &Known| {
                if term.chars().count() < 3 {
                    format!(" {}", it.search_text.replace('\n', " ")).contains(&format!(" {term}"))
                } else {
                    it.search_text.contains(&term)
                }
            };
            assert_eq!(found(&app, typed).await, expected(&world, wanted), "{typed:?}");
        }
        // A term that is nothing but marks and space is no term.
        assert_eq!(found(&app, " \u{301}\u{0}").await, expected(&world, |_| true)[..200]);
        assert_eq!(found(&app, "love\u{0}lace").await, Vec::<String>::new());
    }

    async fn numbers_are_found_however_they_are_typed(app: TestApp) {
        let lead = json!({"name": "Ada", "phone": "+49 30 901820"});
        let ada = app.post("/leads").json(&lead).await.created();
        let id = ada["id"].as_str().unwrap();
        app.post("/leads").json(&json!({"name": "Zoë", "phone": "+12025550173"})).await.created();
        for typed in ["+4930901820", "+49 30 901820", "+49 (30) 901-820", "0049 30 90 18 20", "030 901820", "(030) 901820", "+49 (0)30 901820", "0901820", "901820", "1820", "90 18"] {
            assert_eq!(found(&app, typed).await, [id], "{typed}");
        }
        for typed in ["+49 30 901821", "030 5550173", "12 34 56"] {
            assert_eq!(found(&app, typed).await, Vec::<String>::new(), "{typed}");
        }
        app.work().await;
    }

    async fn what_changes_is_found_as_it_is_now(app: TestApp) {
        let made = app.post("/leads").json(&json!({"name": "Grace Hopper", "company": "Navy"})).await.created();
        let path = format!("/leads/{}", made["id"].as_str().unwrap());
        assert_eq!(found(&app, "race hop").await.len(), 1);
        app.patch(&path).json(&json!({"name": "Amazing Grace", "email": "grace@example.org"})).await.ok();
        assert_eq!(found(&app, "race hop").await.len(), 0);
        assert_eq!(found(&app, "zing gr").await.len(), 1);
        assert_eq!(found(&app, "navy").await.len(), 1);
        app.delete(&path).await.no_content();
        assert_eq!(found(&app, "zing gr").await.len(), 0);
        app.work().await;
    }

    /// Beyond the size at which the index is asked, with answers that the newest leads do not hold.
    async fn in_a_large_workspace_the_index_finds_the_same(app: TestApp) {
        let many = crowd(&app, 4300, 3).await;
        pages_hold(&app, &many).await;
        let other = app.add_workspace("Small").await;
        other.post("/leads").json(&json!({"name": "common cold"})).await.created();
        assert_eq!(found(&other, "common").await.len(), 1);
        app.work().await;
    }

    /// PostgreSQL looks through stretches of time one after the other, as far as leads are apart.
    async fn leads_of_a_year_are_found_stretch_by_stretch(app: TestApp) {
        let many = crowd(&app, 4300, 2 * 3_600_000).await;
        pages_hold(&app, &many).await;
        app.work().await;
    }
}

/// Pages of finds are those of looking at each text, newest first.
async fn pages_hold(app: &TestApp, many: &[(String, String)]) {
    for (typed, limit) in [
        ("rare bird", 50),
        ("common", 50),
        ("common", 7),
        ("every tenth", 20),
        ("thirtieth", 20),
        ("thirtieth", 50),
        ("nobody", 50),
        ("49301231", 50),
        ("\"odd\" 100%", 50),
        ("common lead 42", 50),
        ("@@@", 50),
        ("every fifth tenth", 50),
        ("co", 30),
        ("zz", 30),
    ] {
        let term = plain(typed);
        let short = term.chars().count() < 3;
        let holds = |text: &str| {
            if short {
                format!(" {text}").contains(&format!(" {term}"))
            } else {
                text.contains(&term)
            }
        };
        let expected: Vec<&str> = many
            .iter()
            .rev()
            .filter(|(_, text)| holds(text))
            .map(|(name, _)| name.as_str())
            .collect();
        let mut all = Vec::new();
        let mut query = format!("/leads?limit={limit}&search={}", escaped(typed));
        for _ in 0..6 {
            let page = app.get(&query).await.ok();
            assert!(
                page["total"].as_u64().unwrap() <= expected.len() as u64,
                "{typed}"
            );
            all.extend(names(&page).into_iter().map(str::to_owned));
            let Some(cursor) = page["nextCursor"].as_str() else {
                break;
            };
            query = format!(
                "/leads?limit={limit}&search={}&cursor={cursor}",
                escaped(typed)
            );
        }
        let shown = expected.len().min(all.len().max(limit));
        assert_eq!(all, expected[..shown], "{typed}");
        let third = app
            .get(format!("/leads?limit=5&page=3&search={}", escaped(typed)))
            .await
            .ok();
        let (from, to) = (10.min(expected.len()), 15.min(expected.len()));
        assert_eq!(names(&third), expected[from..to], "{typed}");
    }
}

/// So many leads in the order of time, so far apart, as names and texts.
async fn crowd(app: &TestApp, n: usize, apart_ms: i64) -> Vec<(String, String)> {
    let workspace = app.admin().workspace;
    let by = By {
        workspace,
        actor: leadline::base::Actor::System,
        via: leadline::base::Via::Job,
        identity_key: [0; 16],
        change_set: None,
    };
    let place = app
        .app
        .db
        .write(move |tx: &mut Tx| {
            pipelines::ensure_default(tx, workspace)?;
            pipelines::place(tx, workspace, None, None)
        })
        .await
        .unwrap_or_else(|err: leadline::base::Error| panic!("{err}"));
    let mut chance = Chance::new(7);
    let mut leads = Vec::new();
    for index in 0..n {
        let mut name = format!("{} lead {index}", chance.of(&["common", "Cómmon", "other"]));
        if index % 10 == 0 {
            name.push_str(" every tenth");
        }
        if index % 30 == 7 {
            name.push_str(" every thirtieth");
        }
        if (5..1500).contains(&index) && index % 250 == 5 {
            name = format!("Rare bird {index}");
        }
        if index % 999 == 998 {
            name.push_str(" \"odd\" 100%");
        }
        leads.push(name);
    }
    let first = START_MS - i64::try_from(n).unwrap() * apart_ms;
    for (from, names) in (0_i64..).step_by(400).zip(leads.chunks(400)) {
        let new: Vec<NewLead> = (from..)
            .zip(names)
            .map(|(index, name)| NewLead {
                place,
                owner: None,
                name: name.clone(),
                name_provisional: false,
                email: None,
                phone: None,
                company: None,
                title: None,
                source: "import".into(),
                score: 0,
                value: None,
                currency: None,
                tags: Tags::default(),
                custom_fields: "{}".into(),
                at: Some(Timestamp(first + index * apart_ms)),
            })
            .collect();
        app.app
            .db
            .write(move |tx| insert_many(tx, &by, new))
            .await
            .unwrap();
    }
    leads
        .into_iter()
        .map(|name| (name.clone(), plain(&name)))
        .collect()
}
