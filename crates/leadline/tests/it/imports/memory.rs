//! Files that would like to be held in memory, and are not: what the process took at most is asked of the kernel. Each
//! test is a process of its own.

use std::{convert::Infallible, fs, io::Write};

use axum::body::{Body, Bytes};
use futures_util::stream;
use serde_json::{Value, json};
use store::Engine;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::fixtures::{assert_balanced, check, path, run, upload};
use crate::harness::{Client, TestApp};

const MIB: usize = 1024 * 1024;
/// A row, a slice of rows and the pieces on their way; far less than any of the files.
const MOST_MIB: i64 = 64;

/// The most memory that was in use since [`forget`], in MiB.
fn most() -> i64 {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    let line = text
        .lines()
        .find_map(|it| it.strip_prefix("VmHWM:"))
        .unwrap();
    let kib: i64 = line.split_whitespace().next().unwrap().parse().unwrap();
    kib / 1024
}

fn forget() -> i64 {
    fs::write("/proc/self/clear_refs", "5").unwrap();
    most()
}

/// Two people, and between them a line of so many megabytes.
fn long_line(mib: usize) -> Body {
    let piece = Bytes::from(vec![b'x'; MIB]);
    let begin = Bytes::from_static(b"name,email\nAda,ada@example.org\nLong,");
    let end = Bytes::from_static(b"\nGrace,grace@example.org\n");
    let pieces = std::iter::once(begin)
        .chain(std::iter::repeat_n(piece, mib))
        .chain(std::iter::once(end));
    Body::from_stream(stream::iter(pieces.map(Ok::<_, Infallible>)))
}

async fn send(client: &Client, body: Body) -> Value {
    client
        .post("/imports?name=long.csv")
        .streamed("application/octet-stream", body)
        .await
        .created()
}

async fn a_line_of(app: &TestApp, mib: usize) {
    // What the first import of a process loads is no growth.
    upload(app, "plain.csv", "name\nAda\n").await;
    let before = forget();
    let import = send(app, long_line(mib)).await;
    let checked = check(app, &import).await;
    assert_eq!(checked["checked"]["new"], 2, "{}", checked["checked"]);
    assert_eq!(checked["checked"]["problems"]["lineTooLong"], 1);
    let done = run(app, &import).await;
    assert_eq!(
        (&done["report"]["created"], &done["report"]["invalid"]),
        (&json!(2), &json!(1)),
        "{done}"
    );
    assert_balanced(&done);
    let grown = most() - before;
    assert!(grown < MOST_MIB, "memory grew by {grown} MiB");
    app.delete(path(&import)).await.no_content();
}

/// A workbook whose one sheet unpacks to so many megabytes of nothing.
fn bomb(mib: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    zip.start_file("xl/workbook.xml", options).unwrap();
    zip.write_all(b"<workbook/>").unwrap();
    zip.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let nothing = vec![b' '; MIB];
    for _ in 0..mib {
        zip.write_all(&nothing).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

crate::on_both_engines! {
    async fn a_line_of_128_megabytes_is_passed_over(app: TestApp) {
        a_line_of(&app, 128).await;
    }

    async fn a_bomb_is_refused_before_it_is_unpacked(app: TestApp) {
        upload(&app, "plain.csv", "name\nAda\n").await;
        let bomb = bomb(256);
        assert!(bomb.len() < MIB, "{}", bomb.len());
        let before = forget();
        let refused = app.post("/imports?name=bomb.xlsx").raw("application/octet-stream", bomb).await.status(422);
        assert!(refused.to_string().contains("unpacks to far more"), "{refused}");
        let grown = most() - before;
        assert!(grown < MOST_MIB, "memory grew by {grown} MiB");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "writes two gigabytes twice; run it with --run-ignored"]
async fn a_line_of_two_gigabytes_is_passed_over() {
    let app = TestApp::start_with(Engine::Sqlite, |it| it.imports.file_limit_mib = 4096).await;
    a_line_of(&app, 2048).await;
}
