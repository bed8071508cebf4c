//! A unit that takes long is logged with the place that asked for it; nothing of its data is.

use std::{
    io::Write,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use store::Error;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::engines;

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Sink {
    type Writer = Sink;

    fn make_writer(&self) -> Sink {
        self.clone()
    }
}

/// One subscriber for the whole process: the threads of a database have no other.
fn log() -> &'static Sink {
    static SINK: OnceLock<Sink> = OnceLock::new();
    SINK.get_or_init(|| {
        let sink = Sink::default();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(sink.clone())
            .init();
        sink
    })
}

#[tokio::test]
async fn a_slow_unit_is_logged_with_its_caller() {
    let log = log();
    for make in engines() {
        let mut fresh = make();
        fresh.options.slow_unit = Duration::ZERO;
        let db = fresh.open().await;
        let line = line!() + 1;
        db.write(|tx| {
            tx.exec(
                "insert into things (id, name) values (1, $1)",
                &[&"secret words"],
            )
        })
        .await
        .unwrap();
        fresh.options.slow_unit = Duration::from_mins(1);
        db.read(|_| Ok::<_, Error>(())).await.unwrap();
        db.close().await;
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let expected = format!("logging.rs:{line}:");
        assert!(
            text.contains("slow unit of work") && text.contains(&expected),
            "{expected} in {text}"
        );
        assert!(text.contains("ms="), "{text}");
        assert!(!text.contains("secret words"), "{text}");
        assert!(db.stats().slow_units >= 2);
    }
}
