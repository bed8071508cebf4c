//! A connection driven by the thread that owns it: no other thread or task stands between a unit and its socket.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    runtime::{Builder, Runtime},
};
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls, config::SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error::error;
use crate::{Error, Result};

/// Where to connect, and how.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) config: Config,
    pub(crate) tls: Option<MakeRustlsConnect>,
    pub(crate) timeout: Duration,
}

/// The half of a connection that moves bytes, whatever they travel over.
pub(crate) trait Drive: Send {
    fn poll_message(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<AsyncMessage, tokio_postgres::Error>>>;
}

impl<S, T> Drive for Connection<S, T>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    T: AsyncRead + AsyncWrite + Unpin + Send,
{
    fn poll_message(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<AsyncMessage, tokio_postgres::Error>>> {
        Connection::poll_message(self, cx)
    }
}

impl Target {
    pub(crate) async fn connect(&self) -> Result<(Client, Box<dyn Drive>)> {
        tokio::time::timeout(self.timeout, self.shake_hands())
            .await
            .unwrap_or_else(|_| {
                Err(Error::Unavailable(
                    "no connection to the database in time".to_owned(),
                ))
            })
    }

    async fn shake_hands(&self) -> Result<(Client, Box<dyn Drive>)> {
        match &self.tls {
            Some(tls) if self.config.get_ssl_mode() != SslMode::Disable => {
                let (client, connection) = self
                    .config
                    .connect(tls.clone())
                    .await
                    .map_err(unreachable)?;
                Ok((client, Box::new(connection)))
            }
            _ => {
                let (client, connection) = self.config.connect(NoTls).await.map_err(unreachable)?;
                Ok((client, Box::new(connection)))
            }
        }
    }
}

/// Whatever keeps us from connecting, trying again later is all that can be done.
fn unreachable(err: tokio_postgres::Error) -> Error {
    match error(err) {
        Error::Database(text) => Error::Unavailable(text),
        other => other,
    }
}

pub(crate) struct Link {
    runtime: Runtime,
    driver: Driver,
    client: Client,
}

/// Let go as soon as the connection ends, so that nobody waits for an answer that cannot come.
struct Driver(Option<Box<dyn Drive>>);

impl Link {
    pub(crate) fn connect(target: &Target) -> Result<Link> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|err| {
                Error::Unavailable(format!("no event loop for the connection: {err}"))
            })?;
        let (client, drive) = runtime.block_on(target.connect())?;
        Ok(Link {
            runtime,
            driver: Driver(Some(drive)),
            client,
        })
    }

    /// Runs `work` with the client while moving the connection's bytes.
    pub(crate) fn wait<'l, F: Future + 'l>(
        &'l mut self,
        work: impl FnOnce(&'l Client) -> F,
    ) -> F::Output {
        let Link {
            runtime,
            driver,
            client,
        } = self;
        let mut future = pin!(work(client));
        runtime.block_on(poll_fn(|cx| {
            // First the question, then the socket, then the answer: nothing has to be woken in between.
            if let Poll::Ready(done) = future.as_mut().poll(cx) {
                return Poll::Ready(done);
            }
            driver.turn(cx);
            future.as_mut().poll(cx)
        }))
    }

    /// Looks whether the server has hung up while nobody was talking to it.
    pub(crate) fn is_alive(&mut self) -> bool {
        let driver = &mut self.driver;
        self.runtime.block_on(async {
            let mut turn = async || {
                poll_fn(|cx| {
                    driver.turn(cx);
                    Poll::Ready(())
                })
                .await;
            };
            turn().await;
            tokio::task::yield_now().await;
            turn().await;
        });
        driver.0.is_some() && !self.client.is_closed()
    }
}

impl Driver {
    fn turn(&mut self, cx: &mut Context<'_>) {
        while let Some(drive) = &mut self.0 {
            match drive.poll_message(cx) {
                Poll::Pending => return,
                Poll::Ready(Some(Ok(AsyncMessage::Notice(notice)))) => {
                    tracing::debug!(text = notice.message(), "notice");
                }
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(Some(Err(err))) => {
                    let err = error(err);
                    tracing::warn!(%err, "the connection to the database was lost");
                    self.0 = None;
                }
                Poll::Ready(None) => self.0 = None,
            }
        }
    }
}

/// Polls a connection that nobody else drives.
pub(crate) async fn next_message(
    drive: &mut Box<dyn Drive>,
) -> Option<Result<AsyncMessage, tokio_postgres::Error>> {
    poll_fn(|cx| drive.poll_message(cx)).await
}
