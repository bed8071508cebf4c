//! The limit of `footprint`: a web server over a SQLite file with one route and nothing else.
//! `bare ADDRESS FILE`

use std::{
    env,
    error::Error,
    sync::{Arc, Mutex},
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::get};
use rusqlite::Connection;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Shared = Arc<Mutex<Connection>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(address), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bare ADDRESS FILE".into());
    };
    let conn = Connection::open(file)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.pragma_update(None, "synchronous", "full")?;
    let router = Router::new()
        .route("/", get(newest).post(keep))
        .with_state(Shared::new(Mutex::new(conn)));
    axum::serve(tokio::net::TcpListener::bind(address).await?, router).await?;
    Ok(())
}

/// One row of the large table, to show that the file is open.
async fn newest(State(conn): State<Shared>) -> Result<String, StatusCode> {
    let name = |conn: &Connection| {
        conn.query_row(
            "select name from leads order by seq desc limit 1",
            [],
            |row| row.get::<_, String>(0),
        )
    };
    let conn = conn.lock().map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    name(&conn).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn keep(body: Bytes) -> Result<StatusCode, StatusCode> {
    serde_json::from_slice::<serde_json::Value>(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    Ok(StatusCode::NO_CONTENT)
}
