//! The product serving a made-up workspace, with a connection and a key to it.

use std::{net::SocketAddr, path::Path};

use tokio::runtime::Runtime;

use crate::{
    frame::{Outcome, Settings},
    http::Client,
    program::{self, Program},
    raw::{Places, Raw},
    world,
};

pub const ENGINES: [&str; 2] = ["sqlite", "postgres"];

pub struct Site {
    pub program: Program,
    pub client: Client,
    /// The same database without the product.
    pub raw: Raw,
    pub places: Places,
}

impl Site {
    /// Serves this database; it holds a made-up workspace already.
    pub fn over(settings: &Settings, url: &str) -> Outcome<Site> {
        let key = world::key(settings, url)?;
        let program = program::serve(url, &settings.dir)?;
        let client = Client::connect(program.address, Some(&key))?;
        let mut raw = Raw::open(url)?;
        let places = raw.places()?;
        Ok(Site {
            program,
            client,
            raw,
            places,
        })
    }

    /// Serves so many leads, read-only by agreement.
    pub fn reading(
        settings: &Settings,
        runtime: &Runtime,
        engine: &str,
        leads: u64,
    ) -> Outcome<Site> {
        let url = match engine {
            "sqlite" => sqlite_url(&world::sqlite(settings, runtime, leads)?),
            _ => world::postgres(settings, runtime, leads)?,
        };
        Site::over(settings, &url)
    }

    pub fn address(&self) -> SocketAddr {
        self.program.address
    }

    pub fn get(&self, path: &str) -> Vec<u8> {
        self.client.prepare("GET", path, None)
    }
}

pub fn sqlite_url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}
