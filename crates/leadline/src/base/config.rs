//! Settings: small structs with good defaults. A TOML file and `LEADLINE_…` variables change them, in that order.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::base::Secret;

/// Everything that can be set. `leadline config` prints the effective values.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub server: Server,
    pub database: Database,
    pub security: Security,
    pub jobs: Jobs,
    pub events: Events,
    pub imports: Imports,
    pub log: Log,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Where to listen.
    pub listen: String,
    /// The address people use, for links; empty: http:// and the address listened on.
    pub public_url: String,
    /// Largest request body.
    pub body_limit_kib: usize,
    /// A request that takes longer is given up with 503.
    pub request_timeout_s: u64,
    /// How long a stop waits for requests and jobs in hand.
    pub stop_timeout_s: u64,
    /// The proxy in front sets X-Forwarded-For and X-Forwarded-Proto; believe it.
    pub behind_proxy: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://user:password@host/name`.
    pub url: String,
    /// Threads that read, on SQLite.
    pub readers: usize,
    /// Connections, on PostgreSQL.
    pub connections: usize,
    /// Page cache of each SQLite connection.
    pub cache_mib: usize,
    /// Units of work that may wait before requests are refused with 503.
    pub queue: usize,
    /// A unit of work that takes longer is logged with the place it came from.
    pub slow_unit_ms: u64,
    /// Switch off behind a proxy that pools transactions.
    pub named_statements: bool,
    /// Additional certificate authority for PostgreSQL's TLS (a PEM file); empty: the system's.
    pub tls_root: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Security {
    /// 64 hexadecimal digits; empty: a key file beside the database, made on first start.
    pub secret_key: Option<Secret>,
    /// Where the key file is; empty: beside the SQLite file, or ./data.
    pub key_file: String,
    pub session_days: u64,
    /// Requests a second for each key, session or, signed out, address.
    pub requests_per_second: u32,
    /// Requests that may come at once before that rate binds.
    pub request_burst: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Jobs {
    /// Jobs that run at a time on this node.
    pub workers: usize,
    /// How long a job is this node's without a sign of life.
    pub lease_s: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Events {
    /// How long events can be resumed from.
    pub keep_days: u64,
    /// A comment this often keeps idle streams open.
    pub heartbeat_s: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Imports {
    /// Largest file.
    pub file_limit_mib: u64,
    /// Where files wait, readable by every node; empty: beside the SQLite file, or in the PostgreSQL database.
    pub folder: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug`, or by module: `info,store=debug`.
    pub level: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

impl Default for Server {
    fn default() -> Self {
        Server {
            listen: "127.0.0.1:8080".into(),
            public_url: String::new(),
            body_limit_kib: 1024,
            request_timeout_s: 30,
            stop_timeout_s: 30,
            behind_proxy: false,
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Database {
            url: "sqlite:data/leadline.db".into(),
            readers: 2,
            connections: 8,
            cache_mib: 64,
            queue: 4096,
            slow_unit_ms: 50,
            named_statements: true,
            tls_root: String::new(),
        }
    }
}

impl Default for Security {
    fn default() -> Self {
        Security {
            secret_key: None,
            key_file: String::new(),
            session_days: 30,
            requests_per_second: 200,
            request_burst: 1000,
        }
    }
}

impl Default for Jobs {
    fn default() -> Self {
        Jobs {
            workers: 32,
            lease_s: 60,
        }
    }
}

impl Default for Events {
    fn default() -> Self {
        Events {
            keep_days: 7,
            heartbeat_s: 15,
        }
    }
}

impl Default for Imports {
    fn default() -> Self {
        Imports {
            file_limit_mib: 1024,
            folder: String::new(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Log {
            format: LogFormat::Text,
            level: "info".into(),
        }
    }
}

impl Config {
    /// Defaults, then the file, then the environment. Without a path, `leadline.toml` is read where it exists.
    pub fn load(
        file: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Config, String> {
        let mut table = match file {
            Some(path) => read(path)?,
            None if Path::new("leadline.toml").exists() => read(Path::new("leadline.toml"))?,
            None => Table::new(),
        };
        for (name, text) in env {
            if let Some(rest) = name.strip_prefix("LEADLINE_") {
                overlay(&mut table, &name, &rest.to_lowercase(), text)?;
            }
        }
        Value::Table(table)
            .try_into()
            .map_err(|err| format!("configuration: {err}"))
    }

    /// The effective settings as TOML, secrets hidden.
    pub fn show(&self) -> String {
        let mut shown = self.clone();
        shown.database.url = without_password(&shown.database.url);
        toml::to_string_pretty(&shown).unwrap_or_default()
    }

    pub fn public_url(&self) -> String {
        if self.server.public_url.is_empty() {
            format!("http://{}", self.server.listen)
        } else {
            self.server.public_url.trim_end_matches('/').to_owned()
        }
    }

    /// The SQLite file, where the database is one.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        self.database.url.strip_prefix("sqlite:").map(PathBuf::from)
    }

    pub fn key_file(&self) -> PathBuf {
        if !self.security.key_file.is_empty() {
            return PathBuf::from(&self.security.key_file);
        }
        match self.sqlite_file() {
            Some(file) => file.with_extension("key"),
            None => PathBuf::from("data/leadline.key"),
        }
    }

    pub fn session_life(&self) -> Duration {
        Duration::from_secs(self.security.session_days * 24 * 60 * 60)
    }
}

/// Variables that are not settings but steer tests and tools.
const NOT_SETTINGS: [&str; 3] = ["test_", "config", "web_dist"];

/// `LEADLINE_DATABASE_URL` sets `url` of `[database]`.
fn overlay(table: &mut Table, variable: &str, name: &str, text: String) -> Result<(), String> {
    if NOT_SETTINGS.iter().any(|it| name.starts_with(it)) {
        return Ok(());
    }
    let defaults = Value::try_from(Config::default()).map_err(|err| err.to_string())?;
    let unknown = || format!("{variable} is not a setting; `leadline config` lists them");
    let (section, key) = name.split_once('_').ok_or_else(unknown)?;
    let section_defaults = defaults
        .get(section)
        .and_then(Value::as_table)
        .ok_or_else(unknown)?;
    let value = match section_defaults.get(key) {
        Some(Value::Integer(_)) => text
            .parse()
            .map(Value::Integer)
            .map_err(|_| format!("{variable} must be a whole number"))?,
        Some(Value::Boolean(_)) => text
            .parse()
            .map(Value::Boolean)
            .map_err(|_| format!("{variable} must be true or false"))?,
        Some(_) => Value::String(text),
        // Unset by default, so not among the defaults' keys.
        None if (section, key) == ("security", "secret_key") => Value::String(text),
        None => return Err(unknown()),
    };
    let section = table
        .entry(section)
        .or_insert_with(|| Value::Table(Table::new()));
    section
        .as_table_mut()
        .ok_or_else(unknown)?
        .insert(key.to_owned(), value);
    Ok(())
}

fn read(path: &Path) -> Result<Table, String> {
    let text = fs::read_to_string(path).map_err(|err| format!("{}: {err}", path.display()))?;
    text.parse()
        .map_err(|err| format!("{}: {err}", path.display()))
}

/// `postgres://user:secret@host/db` without its secret.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url
            .split_whitespace()
            .map(|it| {
                if it.starts_with("password=") {
                    "password=(hidden)"
                } else {
                    it
                }
            })
            .collect::<Vec<_>>()
            .join(" ");
    };
    match rest
        .split_once('@')
        .and_then(|(login, host)| Some((login.split_once(':')?.0, host)))
    {
        Some((user, host)) => format!("{scheme}://{user}:(hidden)@{host}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, env: &[(&str, &str)]) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("leadline.toml");
        fs::write(&path, file).unwrap();
        Config::load(
            Some(&path),
            env.iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned())),
        )
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
        let config = load(
            "[server]\nlisten = \"127.0.0.1:1\"\nbody_limit_kib = 2\n",
            &[
                ("LEADLINE_SERVER_LISTEN", "127.0.0.1:9"),
                ("LEADLINE_SERVER_BEHIND_PROXY", "true"),
                ("PATH", "/bin"),
            ],
        )
        .unwrap();
        assert_eq!(config.server.listen, "127.0.0.1:9");
        assert_eq!(config.server.body_limit_kib, 2);
        assert!(config.server.behind_proxy);
        assert_eq!(config.database.readers, 2);
    }

    #[test]
    fn what_is_not_a_setting_is_refused_by_name() {
        for (file, env, named) in [
            ("[server]\nlissten = \"x\"\n", None, "lissten"),
            (
                "",
                Some(("LEADLINE_SERVER_LISSTEN", "x")),
                "LEADLINE_SERVER_LISSTEN",
            ),
            (
                "",
                Some(("LEADLINE_JOBS_WORKERS", "many")),
                "LEADLINE_JOBS_WORKERS",
            ),
            ("[log]\nformat = \"xml\"\n", None, "xml"),
        ] {
            let err = load(file, env.as_slice()).unwrap_err();
            assert!(err.contains(named), "{err}");
        }
    }

    #[test]
    fn printing_hides_every_secret() {
        let env = [
            ("LEADLINE_SECURITY_SECRET_KEY", "00ff"),
            (
                "LEADLINE_DATABASE_URL",
                "postgres://ada:lovelace@localhost/leads",
            ),
        ];
        let shown = load("", &env).unwrap().show();
        assert!(
            !shown.contains("00ff") && !shown.contains("lovelace"),
            "{shown}"
        );
        assert!(
            shown.contains("postgres://ada:(hidden)@localhost/leads"),
            "{shown}"
        );
        assert_eq!(
            without_password("host=h password=p user=u"),
            "host=h password=(hidden) user=u"
        );
    }

    #[test]
    fn the_example_file_is_the_defaults() {
        let example = include_str!("../../../../leadline.example.toml");
        let read: Config = toml::from_str(example).unwrap();
        assert_eq!(read.show(), Config::default().show());
        let defaults = Value::try_from(Config::default()).unwrap();
        for (section, keys) in defaults.as_table().unwrap() {
            for key in keys.as_table().unwrap().keys() {
                assert!(
                    example.contains(&format!("\n{key} = ")),
                    "{section}.{key} is missing in the example"
                );
            }
        }
    }
}
