//! The answer to a unit of work, to be awaited.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::sync::oneshot;

use crate::{Error, Result};

/// What [`Db::read`](crate::Db::read) and [`Db::write`](crate::Db::write) return: a future of the unit's answer.
#[must_use = "a unit's failure shows only in its answer"]
pub struct Reply<T, E> {
    state: State<T, E>,
}

enum State<T, E> {
    Waiting(oneshot::Receiver<Result<T, E>>),
    Refused(&'static str),
}

impl<T, E> Reply<T, E> {
    pub(crate) fn waiting(answer: oneshot::Receiver<Result<T, E>>) -> Reply<T, E> {
        Reply {
            state: State::Waiting(answer),
        }
    }

    pub(crate) fn refused(why: &'static str) -> Reply<T, E> {
        Reply {
            state: State::Refused(why),
        }
    }
}

impl<T, E: From<Error>> Future for Reply<T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T, E>> {
        let unavailable = |why: &str| Err(E::from(Error::Unavailable(why.to_owned())));
        match &mut self.state {
            State::Refused(why) => Poll::Ready(unavailable(why)),
            State::Waiting(answer) => Pin::new(answer)
                .poll(cx)
                .map(|it| it.unwrap_or_else(|_| unavailable("the database stopped"))),
        }
    }
}
