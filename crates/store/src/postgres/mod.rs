//! PostgreSQL: a few threads, each with its own connection and its own statements.

pub(crate) mod announce;
mod bind;
pub(crate) mod error;
pub(crate) mod link;
mod session;
mod tls;
mod worker;

use std::{sync::Arc, time::Duration};

use tokio_postgres::{Config, config::SslMode};

use crate::{
    Error, Options, Result,
    db::{Alive, Lanes},
    queue::Queue,
    shared::Shared,
    sqlite::{Units, spawn},
};
use announce::{Announcer, Ears};
use link::Target;
use session::{Naming, Session};

pub(crate) fn open(options: &Options, shared: &Arc<Shared>, alive: &Alive) -> Result<Lanes> {
    let target = target(&options.url, options)?;
    let naming = if options.named_statements {
        Naming::Named
    } else {
        Naming::Unnamed
    };
    let settings = settings(options);
    // Connected here first, so that what is wrong with the address is told to the one who opens.
    let mut first = Some(Session::connect(&target, naming, &settings)?);

    let (ears, listen) = match &options.listen_url {
        Some(url) => (Ears::Open, self::target(url, options)?),
        None if options.named_statements => (Ears::Open, target.clone()),
        None => (Ears::Shut, target.clone()),
    };
    let (bell, announcer) = Announcer::new(listen, ears, Arc::clone(shared));
    spawn("store-announcer", alive, move || announcer.work())?;

    let units: Arc<Units> = Arc::new(Queue::new(options.queue));
    for number in 0..i64::try_from(options.connections.max(1)).unwrap_or(1) {
        let worker = worker::Worker {
            target: target.clone(),
            naming,
            settings: settings.clone(),
            units: Arc::clone(&units),
            shared: Arc::clone(shared),
            bell: bell.clone(),
            number,
            refusal: None,
            lost: false,
        };
        let session = first.take();
        spawn(&format!("store-worker-{number}"), alive, move || {
            worker.work(session);
        })?;
    }
    Ok(Lanes {
        reads: Arc::clone(&units),
        walks: Arc::clone(&units),
        writes: units,
        glances: None,
    })
}

pub(crate) fn target(url: &str, options: &Options) -> Result<Target> {
    let (url, trust) = tls::split_mode(url, options.tls_root.is_some());
    // The parser's message quotes nothing of the address but the name of what it did not understand.
    let mut config: Config = url.parse().map_err(|err: tokio_postgres::Error| {
        Error::Database(format!("database address: {err}"))
    })?;
    if config.get_application_name().is_none() {
        config.application_name("leadline");
    }
    config.connect_timeout(options.connect_timeout);
    // A peer that is gone without a word is given up after this time.
    config.keepalives_idle(Duration::from_secs(30));
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_secs(30));
    }
    let tls = match config.get_ssl_mode() {
        SslMode::Disable => None,
        _ => Some(tls::connector(trust, options.tls_root.as_deref())?),
    };
    Ok(Target {
        config,
        tls,
        timeout: options.connect_timeout,
    })
}

fn settings(options: &Options) -> String {
    let limit = options.statement_timeout.as_millis();
    if limit == 0 {
        String::new()
    } else {
        format!("set statement_timeout = {limit};")
    }
}

/// A connection that no thread owns, for migrations. Statements there may take as long as they need.
pub(crate) struct Solo {
    session: Session,
}

impl Solo {
    pub(crate) fn connect(options: &Options) -> Result<Solo> {
        let target = target(&options.url, options)?;
        let session = Session::connect(&target, Naming::Unnamed, "")?;
        Ok(Solo { session })
    }

    pub(crate) fn transaction<T>(
        &mut self,
        f: impl FnOnce(&mut dyn crate::conn::Conn) -> Result<T>,
    ) -> Result<T> {
        let session = &mut self.session;
        session.begin(session::Begin::Write);
        let result = f(session).and_then(|value| session.commit().map(|()| value));
        if result.is_err() {
            session.rollback()?;
        }
        result
    }
}
