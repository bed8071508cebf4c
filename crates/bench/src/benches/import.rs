//! `import.sqlite`, `import.postgres`: a CSV file of a million leads through the product as it is shipped, over HTTP, into a
//! workspace that has a tenth as many, while others go on working; beside bare rows loaded in bulk and indexed after.
//!
//! The time is that of the run, from its start to its end, with matching, search, counters and the timeline. The dry run of
//! the whole file before it, the memory of the server and the answers to others meanwhile have goals of their own.

use std::{
    cell::RefCell,
    fs::File,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde_json::Value;
use store::Timestamp;
use tokio::runtime::Runtime;

use crate::{
    bulk,
    databases::PostgresScratch,
    figures::Latencies,
    frame::{Failure, Goal, Outcome, Reading, Report, Settings, compare_times},
    http::Client,
    people::{self, Made},
    site::Site,
    world,
};

/// A repetition takes a minute or more.
const REPETITIONS: usize = 3;
/// Of the limit's rate.
const SHARE: f64 = 0.30;
/// Times the latency of others when nothing is imported.
const MOST_SLOWER: f64 = 10.0;
const MOST_MIB: f64 = 300.0;
/// Rows a second of a dry run.
const DRY_RUN: f64 = 250_000.0;
/// Others ask so often, reading and writing in turn.
const EVERY: Duration = Duration::from_millis(10);
/// So long they are asked for before the import.
const IDLE: Duration = Duration::from_secs(6);
const LOOK_AGAIN: Duration = Duration::from_millis(200);

pub fn sqlite(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    let before = settings.leads / 10;
    let repetition = |file: &Path| {
        let copy = world::sqlite_copy(settings, &runtime, before, "import.db")?;
        once(settings, &copy.url(), file)
    };
    let limit = || bulk::sqlite(settings, settings.leads);
    measure(settings, report, "import.sqlite", limit, repetition)
}

pub fn postgres(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    let before = settings.leads / 10;
    let repetition = |file: &Path| {
        let kept = world::postgres(settings, &runtime, before)?;
        let copy = PostgresScratch::copy_of(settings, "bench_import", &kept)?;
        once(settings, &copy.url, file)
    };
    let limit = || bulk::postgres(settings, settings.leads);
    measure(settings, report, "import.postgres", limit, repetition)
}

/// What one import came to.
struct Imported {
    run: f64,
    dry_run: f64,
    mib: f64,
    /// Latencies of others in milliseconds, at the 99th of a hundred: when nothing else goes on, and during the run.
    idle: f64,
    busy: f64,
    told: String,
}

fn measure(
    settings: &Settings,
    report: &mut Report,
    title: &'static str,
    limit: impl Fn() -> Outcome<f64>,
    repetition: impl Fn(&Path) -> Outcome<Imported>,
) -> Outcome<()> {
    let leads = settings.leads as f64;
    let file = write_file(settings)?;
    let told = RefCell::new(Vec::new());
    let times = if settings.quick { 1 } else { REPETITIONS };
    let compared = compare_times(
        settings,
        times,
        || Ok(Reading(vec![("rate", leads / limit()?)])),
        || {
            let done = repetition(&file)?;
            told.borrow_mut().push(done.told);
            Ok(Reading(vec![
                ("rate", leads / done.run),
                ("dry-run", leads / done.dry_run),
                ("MiB", done.mib),
                ("idle-p99-ms", done.idle),
                ("busy-p99-ms", done.busy),
                ("times", done.busy / done.idle),
            ]))
        },
    )?;
    std::fs::remove_file(&file)?;
    for line in told.borrow().iter() {
        report.say(&format!("{title}: {line}"));
    }
    report.show(title, &compared);
    let median = |name| compared.product(name).median;
    let rate = compared.limit("rate").median;
    report.goal("", median("rate"), rate, Goal::AtLeast(SHARE));
    report.goal("dry-run", median("dry-run"), DRY_RUN, Goal::AtLeast(1.0));
    report.goal("memory", median("MiB"), MOST_MIB, Goal::AtMost(1.0));
    let (busy, idle) = (median("busy-p99-ms"), median("idle-p99-ms"));
    report.goal("others", busy, idle, Goal::AtMost(MOST_SLOWER));
    Ok(())
}

fn once(settings: &Settings, url: &str, file: &Path) -> Outcome<Imported> {
    let mut site = Site::over(settings, url)?;
    let idle = Others::begin(&site);
    thread::sleep(IDLE);
    let idle = idle.end()?;
    let import = site.client.upload("/api/imports?name=leads.csv", file)?;
    let path = format!("/api/imports/{}", import["id"].as_str().unwrap_or_default());
    site.client.json("POST", &format!("{path}/check"), None)?;
    let checked = wait(&mut site.client, &path, "ready")?;
    site.client.json("POST", &format!("{path}/run"), None)?;
    let others = Others::begin(&site);
    let done = wait(&mut site.client, &path, "done");
    let busy = others.end()?;
    let done = done?;
    let imported = Imported {
        run: (time(&done, "finishedAt")? - time(&done, "startedAt")?) / 1000.0,
        dry_run: checked["checked"]["milliseconds"]
            .as_f64()
            .unwrap_or(f64::NAN)
            / 1000.0,
        mib: site.program.most_memory_mib(),
        idle,
        busy,
        told: done["report"].to_string(),
    };
    site.program.stop()?;
    Ok(imported)
}

/// Somebody else at work: a request every hundredth of a second, reading the list and adding a lead in turn.
struct Others {
    going: Arc<AtomicBool>,
    asking: JoinHandle<Outcome<Latencies>>,
}

impl Others {
    fn begin(site: &Site) -> Others {
        let going = Arc::new(AtomicBool::new(true));
        let (go, client) = (Arc::clone(&going), site.client.again());
        Others {
            going,
            asking: thread::spawn(move || ask(client?, &go)),
        }
    }

    /// What ninety-nine of a hundred answers took at most, in milliseconds.
    fn end(self) -> Outcome<f64> {
        self.going.store(false, Ordering::Relaxed);
        let asked = self.asking.join();
        let mut latencies = asked.map_err(|_| "asking meanwhile failed")??;
        let [p99] = latencies.percentiles([99.0]);
        Ok(p99)
    }
}

fn ask(mut client: Client, going: &AtomicBool) -> Outcome<Latencies> {
    let mut latencies = Latencies::default();
    let mut number = u64::from(std::process::id()) << 32;
    while going.load(Ordering::Relaxed) {
        number += 1;
        let request = if number.is_multiple_of(2) {
            client.prepare("GET", "/api/leads?limit=50", None)
        } else {
            let lead = people::lead(5, number);
            client.prepare("POST", "/api/leads", Some(&lead.body()))
        };
        let start = Instant::now();
        let status = client.send(&request)?.status;
        latencies.push(start.elapsed());
        if !(200..300).contains(&status) {
            return Err(format!("others are answered {status}").into());
        }
        thread::sleep(EVERY.saturating_sub(start.elapsed()));
    }
    Ok(latencies)
}

/// The import, once it has come to this state.
fn wait(client: &mut Client, path: &str, state: &str) -> Outcome<Value> {
    loop {
        thread::sleep(LOOK_AGAIN);
        let import = client.json("GET", path, None)?;
        match import["state"].as_str() {
            Some(it) if it == state => return Ok(import),
            Some("checking" | "running") => {}
            other => return Err(format!("the import is {other:?}: {}", import["error"]).into()),
        }
    }
}

/// In milliseconds.
fn time(import: &Value, name: &str) -> Outcome<f64> {
    let at: Timestamp = import[name].as_str().unwrap_or_default().parse()?;
    Ok(at.0 as f64)
}

/// The file: people who follow on those in front, some of whom share an address or a number.
fn write_file(settings: &Settings) -> Outcome<PathBuf> {
    let path = settings.dir.join("import.csv");
    let mut out = BufWriter::new(File::create(&path)?);
    writeln!(
        out,
        "Name,E-Mail,Phone,Company,Title,Source,Value,Currency,Tags,utmCampaign,landingPage,employees,message,preferredContact"
    )?;
    let first = settings.leads / 10;
    for number in first..first + settings.leads {
        write_row(&mut out, &people::lead(world::SEED, number))?;
    }
    out.into_inner()
        .map_err(|err| Failure::from(err.to_string()))?
        .sync_all()?;
    Ok(path)
}

fn write_row(out: &mut impl std::io::Write, made: &Made) -> Outcome<()> {
    let text = |it: Option<&str>| it.unwrap_or_default().to_owned();
    let custom = |key: &str| match &made.custom_fields.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let cells = [
        made.name.clone(),
        text(made.email.as_deref()),
        text(made.phone.as_deref()),
        text(made.company.as_deref()),
        text(made.title),
        made.source.to_owned(),
        made.value
            .map_or_else(String::new, |it| (it / 10_000).to_string()),
        made.value
            .map_or_else(String::new, |_| made.currency.to_owned()),
        made.tags.join(";"),
        custom("utmCampaign"),
        custom("landingPage"),
        custom("employees"),
        custom("message"),
        custom("preferredContact"),
    ];
    for (place, cell) in cells.iter().enumerate() {
        let between = if place == 0 { "" } else { "," };
        write!(out, "{between}\"{}\"", cell.replace('"', "\"\""))?;
    }
    writeln!(out)?;
    Ok(())
}
