//! `search`: the newest 50 leads in which a term stands, over HTTP, beside one pass of `memmem` over all that is searched,
//! held in memory. What the pass finds is also what the product must find.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::{
    figures::Latencies,
    frame::{Goal, Outcome, Reading, Report, Settings, compare},
    people,
    site::{ENGINES, Site},
    terms::{self, ADVERSARIAL, Arena, CLASSES, NEWEST, Searched, Term},
};

pub fn run(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    for engine in ENGINES {
        let mut site = Site::reading(settings, &runtime, engine, settings.leads)?;
        one_engine(settings, report, engine, &mut site)?;
        site.program.stop()?;
    }
    Ok(())
}

fn one_engine(
    settings: &Settings,
    report: &mut Report,
    engine: &str,
    site: &mut Site,
) -> Outcome<()> {
    let (arena, sample) = arena(site)?;
    let terms = terms::make(&arena, &sample, settings.sized(67, 5));
    let leads = arena.len();
    report.say(&format!(
        "search.{engine}: {} terms, {leads} leads, {:.0} MiB of text",
        terms.len(),
        arena.mib()
    ));
    let folded: Vec<String> = terms.iter().map(|it| people::folded(&it.typed)).collect();
    let requests: Vec<Vec<u8>> = terms.iter().map(|it| site.get(&path(it))).collect();
    let same = recall(site, report, &arena, &terms)?;

    let client = &mut site.client;
    let mut slowest = vec![Duration::ZERO; terms.len()];
    let compared = compare(
        settings,
        || {
            by_class(&terms, |place| {
                let start = Instant::now();
                std::hint::black_box(arena.scan(&folded[place]));
                Ok(start.elapsed())
            })
        },
        || {
            by_class(&terms, |place| {
                let start = Instant::now();
                let status = client.send(&requests[place])?.status;
                let took = start.elapsed();
                slowest[place] = slowest[place].max(took);
                if status == 200 {
                    Ok(took)
                } else {
                    Err(format!("{status} for {}", terms[place].typed).into())
                }
            })
        },
    )?;
    report.show(&format!("search.{engine}"), &compared);
    report.say(&format!(
        "search.{engine} slowest: {}",
        worst(&terms, &slowest)
    ));
    for (class, name) in CLASSES.iter().enumerate() {
        let goal = if class == ADVERSARIAL { 5.0 } else { 1.5 };
        let (value, limit) = (compared.product(name).median, compared.limit(name).median);
        report.goal(
            &format!("{engine}.{name}"),
            value,
            limit,
            Goal::AtMost(goal),
        );
    }
    report.goal(
        &format!("{engine}.p99"),
        compared.product("p99").median,
        compared.limit("p50").median,
        Goal::AtMost(6.0),
    );
    report.goal(
        &format!("{engine}.recall"),
        same as f64,
        terms.len() as f64,
        Goal::AtLeast(1.0),
    );
    Ok(())
}

fn path(term: &Term) -> String {
    format!("/api/leads?limit={NEWEST}&search={}", encoded(&term.typed))
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|it| {
            if it.is_ascii_alphanumeric() {
                char::from(it).to_string()
            } else {
                format!("%{it:02X}")
            }
        })
        .collect()
}

/// The terms that took longest, for whoever wants to know why.
fn worst(terms: &[Term], took: &[Duration]) -> String {
    let mut order: Vec<usize> = (0..terms.len()).collect();
    order.sort_unstable_by_key(|place| std::cmp::Reverse(took[*place]));
    order
        .iter()
        .take(12)
        .map(|place| {
            let (term, ms) = (&terms[*place], took[*place].as_secs_f64() * 1000.0);
            format!("{} {:?} {ms:.1} ms", CLASSES[term.class], term.typed)
        })
        .collect::<Vec<_>>()
        .join(", ")
}

/// Everything that is searched, and some leads to make terms from.
fn arena(site: &mut Site) -> Outcome<(Arena, Vec<Searched>)> {
    let (mut arena, mut sample) = (Arena::default(), Vec::new());
    let every = (site.raw.count("select count(*) from leads")? as usize / 20_000).max(1);
    site.raw.searched(|lead| {
        if arena.len().is_multiple_of(every) {
            sample.push(lead.clone());
        }
        arena.push(&lead);
    })?;
    Ok((arena, sample))
}

/// How many terms give exactly the newest leads that the pass finds, in the same order.
fn recall(site: &mut Site, report: &mut Report, arena: &Arena, terms: &[Term]) -> Outcome<usize> {
    let mut same = 0;
    for term in terms {
        let answer = site.client.json("GET", &path(term), None)?;
        let listed = answer["data"]
            .as_array()
            .ok_or("the search answers no list")?;
        let ids: Vec<Uuid> = listed
            .iter()
            .filter_map(|it| it["id"].as_str()?.parse().ok())
            .collect();
        let wanted = arena.scan(&people::folded(&term.typed)).newest;
        if ids == wanted {
            same += 1;
        } else {
            let (class, n, of) = (CLASSES[term.class], ids.len(), wanted.len());
            report.say(&format!(
                "{class} {:?}: the product lists {n}, the pass {of}, or others",
                term.typed
            ));
        }
    }
    Ok(same)
}

fn by_class(terms: &[Term], mut time: impl FnMut(usize) -> Outcome<Duration>) -> Outcome<Reading> {
    let mut all = Latencies::default();
    let mut classes = vec![Latencies::default(); CLASSES.len()];
    for (place, term) in terms.iter().enumerate() {
        let took = time(place)?;
        all.push(took);
        classes[term.class].push(took);
    }
    let [p50, p99] = all.percentiles([50.0, 99.0]);
    let mut figures = vec![("p50", p50), ("p99", p99)];
    for (name, latencies) in CLASSES.iter().zip(&mut classes) {
        figures.push((name, latencies.percentiles([50.0])[0]));
    }
    Ok(Reading(figures))
}
