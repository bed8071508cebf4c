//! Guessing passwords gets slower with every failure, for the account and for the place it comes from.
//!
//! Known and unknown addresses are counted alike, so that neither the answer nor its time tells them apart.
//! Nothing is locked for good: after the longest wait the next try is looked at.

use std::time::Duration;

use sha2::{Digest, Sha256};
use store::{Sql, Timestamp, Tx};

use super::client::Client;
use crate::base::{Error, Result};

const LONGEST: Duration = Duration::from_mins(15);

/// Failures are forgotten after a day without another.
const MEMORY: Duration = Duration::from_hours(24);

/// Failures that cost nothing, for people mistype; more of them where a whole office may sit behind one address.
const FREE: i64 = 4;
const FREE_FROM_ONE_NETWORK: i64 = 30;

/// What failures are counted under. Hashes, for somebody may have typed a password as the address.
#[derive(Debug, Clone)]
pub(super) struct Doors {
    email: String,
    account: Door,
    network: Option<Door>,
}

#[derive(Debug, Clone)]
struct Door {
    key: [u8; 32],
    free: i64,
}

impl Doors {
    pub(super) fn of(email: &str, client: &Client) -> Doors {
        let network = (!client.network.is_empty())
            .then(|| Door::new("network", &client.network, FREE_FROM_ONE_NETWORK));
        Doors {
            email: email.to_owned(),
            account: Door::new("account", email, FREE),
            network,
        }
    }

    /// The doors of somebody who is signed in already and gives his password again.
    pub(super) fn of_account(email: &str) -> Doors {
        Doors {
            email: email.to_owned(),
            account: Door::new("account", email, FREE),
            network: None,
        }
    }

    pub(super) fn email(&self) -> &str {
        &self.email
    }

    fn all(&self) -> impl Iterator<Item = &Door> {
        std::iter::once(&self.account).chain(&self.network)
    }
}

impl Door {
    fn new(kind: &str, name: &str, free: i64) -> Door {
        Door {
            key: Sha256::digest(format!("{kind}:{name}")).into(),
            free,
        }
    }
}

/// Refuses while one of the doors is shut. Asked before the password is looked at.
pub(super) fn check(tx: &mut Tx, doors: &Doors) -> Result<()> {
    check_rows(tx, doors, "")
}

/// Asked again with the result in hand, so that tries sent side by side do not all get an answer.
pub(super) fn check_again(tx: &mut Tx, doors: &Doors) -> Result<()> {
    let lock = tx.for_update();
    check_rows(tx, doors, lock)
}

fn check_rows(tx: &mut Tx, doors: &Doors, lock: &'static str) -> Result<()> {
    let mut sql = Sql::new("select locked_until from sign_in_failures where key in ");
    sql.list(doors.all().map(|it| it.key))
        .push(" order by key")
        .push(lock);
    let now = tx.now();
    let until = tx
        .fetch::<(Option<Timestamp>,)>(&sql)?
        .into_iter()
        .filter_map(|it| it.0)
        .max();
    match until {
        Some(until) if until > now => Err(Error::TooMany {
            retry_after: until.since(now),
        }),
        _ => Ok(()),
    }
}

/// Counts a failure; answers until when the account is shut now, if it is.
pub(super) fn failed(tx: &mut Tx, doors: &Doors) -> Result<Option<Timestamp>> {
    let now = tx.now();
    forget_the_old(tx)?;
    let mut doors: Vec<&Door> = doors.all().collect();
    let account = doors[0].key;
    // In one order everywhere, so that two sign-ins never wait for each other.
    doors.sort_by_key(|it| it.key);
    let mut account_until = None;
    for door in doors {
        let (failures,) = tx.one::<(i64,)>(
            "insert into sign_in_failures (key, failures, last_at) values ($1, 1, $2)
             on conflict (key) do update set failures = sign_in_failures.failures + 1, last_at = excluded.last_at
             returning failures",
            &[&door.key, &now],
        )?;
        let Some(wait) = wait(failures, door.free) else {
            continue;
        };
        let until = now.plus(wait);
        tx.exec(
            "update sign_in_failures set locked_until = $2 where key = $1",
            &[&door.key, &until],
        )?;
        if door.key == account {
            account_until = Some(until);
        }
    }
    Ok(account_until)
}

fn forget_the_old(tx: &mut Tx) -> Result<()> {
    let mut sql = Sql::new(
        "delete from sign_in_failures where key in (select key from sign_in_failures where last_at < ",
    );
    sql.bind(tx.now().minus(MEMORY))
        .push(" limit 100")
        .push(tx.skip_locked())
        .push(")");
    tx.run(&sql)?;
    Ok(())
}

/// A good sign-in clears the account. The place stays counted, or an account of one's own would open it for guessing.
pub(super) fn forgive(tx: &mut Tx, doors: &Doors) -> Result<()> {
    tx.exec(
        "delete from sign_in_failures where key = $1",
        &[&doors.account.key],
    )?;
    Ok(())
}

/// 1 s after the first failure that counts, then twice as long each time.
fn wait(failures: i64, free: i64) -> Option<Duration> {
    let doublings = failures.saturating_sub(free).saturating_sub(1);
    (doublings >= 0).then(|| Duration::from_secs(1 << doublings.min(20)).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end_somewhere() {
        let seconds = |failures| wait(failures, FREE).map(|it| it.as_secs());
        assert_eq!((1..=4).map(seconds).collect::<Vec<_>>(), [None; 4]);
        assert_eq!(
            (5..=9).map(seconds).collect::<Vec<_>>(),
            [Some(1), Some(2), Some(4), Some(8), Some(16)]
        );
        assert_eq!(seconds(15), Some(900));
        assert_eq!(seconds(i64::MAX), Some(900));
    }
}
