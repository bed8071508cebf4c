//! PostgreSQL: the newest finds of a search before all others.
//!
//! The index that knows groups of letters tells its finds in no order, so the newest fifty of a hundred thousand would cost
//! a hundred thousand rows. But it also knows the stretch of time in which a lead's id was made. So a stretch of the newest
//! is searched, then a longer one before it, and everything at once only for what turns out to be rare. How long a stretch
//! must be is guessed from the newest leads; a wrong guess costs time and never a find.

use store::{Engine, Sql, Tx};
use uuid::Uuid;

use crate::{
    base::{Result, WorkspaceId},
    leads::{
        chosen::Chosen,
        list::{self, Key, Place, Window},
        list_sql,
    },
};

/// The newest leads of a window, looked at one by one.
#[derive(Debug, Clone, Copy)]
pub struct Walked {
    /// Where the window begins; nothing where that is the newest lead.
    pub from: Option<Uuid>,
    /// The last one looked at.
    pub border: Uuid,
    pub rows: i64,
    pub found: i64,
}

/// Stretches of time that follow one another, as `migrations/0006_search.sql` cuts time into them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    cut: Cut,
    first: i64,
    last: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// 2^24 ms are 4.7 hours.
    Fine,
    /// 2^28 ms are 3.1 days.
    Coarse,
}

/// One in so many: walking on finds more frequent terms sooner than any index.
const FREQUENT: i64 = 20;

/// The same where leads came in so fast that stretches of time do not tell them apart.
const FREQUENT_IN_A_RUSH: i64 = 400;

/// So many leads are searched first.
const ROWS: i64 = 16_000;

/// With so many in one stretch it is no help.
const RUSH: i64 = 8 * ROWS;

/// The index is asked for so many stretches at most.
const MOST: i64 = 24;

/// A term with fewer finds in a stretch is rare: all of them are fetched sooner than stretch after stretch is searched.
const FEW: i64 = 8;

impl Walked {
    /// How far back to search for what the window lacks; nothing where stretches of time do not help.
    pub fn reach(&self, tx: &mut Tx, chosen: &Chosen, left: &Window) -> Result<Option<Reach>> {
        if tx.engine() != Engine::Postgres || !left.order.descending {
            return Ok(None);
        }
        let newest = Window {
            after: None,
            ..left.clone()
        };
        let from = match self.from {
            Some(it) => Some(it),
            None => list::border(tx, chosen, &newest, 0)?,
        };
        Ok(from.and_then(|from| self.reach_from(made_at(from), left.limit)))
    }

    fn reach_from(&self, from: i64, missing: i64) -> Option<Reach> {
        let border = made_at(self.border);
        let took = (from - border).max(1);
        let rows = if self.found > 0 {
            (self.rows * missing / self.found * 3 / 2).clamp(ROWS / 8, ROWS)
        } else {
            ROWS
        };
        let in_a_rush = Cut::Fine.ms() / took >= RUSH / self.rows;
        let length = took.saturating_mul(rows) / self.rows;
        (!in_a_rush).then(|| Reach::back_to(border.saturating_sub(length), border))
    }

    /// Whether the term is so frequent that looking at the next leads one by one is the shortest way.
    pub fn is_worth_going_on(&self, otherwise_by_time: bool) -> bool {
        let frequent = if otherwise_by_time {
            FREQUENT
        } else {
            FREQUENT_IN_A_RUSH
        };
        self.found * frequent >= self.rows
    }
}

impl Reach {
    fn back_to(since: i64, until: i64) -> Reach {
        let (since, until) = (since.max(0), until.max(0));
        let cut = |cut: Cut| Reach {
            cut,
            first: since / cut.ms(),
            last: until / cut.ms(),
        };
        let fine = cut(Cut::Fine);
        if fine.last - fine.first < MOST {
            return fine;
        }
        let coarse = cut(Cut::Coarse);
        Reach {
            first: coarse.first.max(coarse.last - MOST + 1),
            ..coarse
        }
    }

    /// How far to go on behind this, where so many were found here and so many are missing.
    fn next(self, found: i64, missing: i64) -> Option<Reach> {
        if found < FEW || missing > found * 8 || self.first == 0 {
            return None;
        }
        let (start, end) = (self.start(), (self.last + 1) * self.cut.ms());
        let length = (end - start) / found * missing * 5 / 4;
        Some(Reach::back_to(start - 1 - length, start - 1))
    }

    fn start(self) -> i64 {
        self.first * self.cut.ms()
    }

    /// The least id that a lead from these stretches can have.
    fn first_id(self) -> Uuid {
        let ms = u128::try_from(self.start()).unwrap_or(0);
        Uuid::from_u128(ms << 80)
    }

    /// The condition on a row, as the index has it.
    pub fn push(self, workspace: WorkspaceId, sql: &mut Sql) {
        sql.push(
            " and array[leads.workspace_id::text || '/' || left(leads.id::text, 6), \
             leads.workspace_id::text || '/' || left(leads.id::text, 5)] && string_to_array(",
        );
        sql.bind(self.keys(workspace)).push(", ' ')");
    }

    fn keys(self, workspace: WorkspaceId) -> String {
        let digits = match self.cut {
            Cut::Fine => 6,
            Cut::Coarse => 5,
        };
        (self.first..=self.last)
            .map(|it| format!("{}/{it:0digits$x}", workspace.0))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl Cut {
    fn ms(self) -> i64 {
        match self {
            Cut::Fine => 1 << 24,
            Cut::Coarse => 1 << 28,
        }
    }
}

/// Searches stretch after stretch, each shown by `show`, which answers how many were found. Answers whether the window is
/// full; else it begins where the last stretch ended.
pub fn is_all(
    tx: &mut Tx,
    chosen: &Chosen,
    left: &mut Window,
    mut reach: Option<Reach>,
    show: &mut dyn FnMut(&mut Tx, &Sql) -> Result<i64>,
) -> Result<bool> {
    while let Some(now) = reach {
        let found = show(tx, &list_sql::recent(chosen, left, now))?;
        left.limit -= found;
        if left.limit <= 0 {
            return Ok(true);
        }
        left.after = Some(Place {
            id: now.first_id(),
            key: Key::None,
        });
        reach = now.next(found, left.limit);
    }
    Ok(false)
}

/// Milliseconds since 1970, which an id begins with.
fn made_at(id: Uuid) -> i64 {
    i64::try_from(id.as_u128() >> 80).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    const NOW: i64 = 1_795_170_768_203;

    fn walked(rows_an_hour: i64, found: i64) -> Option<Reach> {
        let border = u128::try_from(NOW - 600 * HOUR / rows_an_hour).unwrap();
        let walked = Walked {
            from: None,
            border: Uuid::from_u128(border << 80),
            rows: 600,
            found,
        };
        walked.reach_from(NOW, 50)
    }

    #[test]
    fn a_reach_holds_about_as_many_leads_as_are_wanted() {
        for rows_an_hour in [20, 100, 1000, 10_000] {
            let reach = walked(rows_an_hour, 0).unwrap();
            let hours = ((reach.last + 1) * reach.cut.ms() - reach.start()) / HOUR;
            let rows = hours * rows_an_hour;
            assert!(
                (ROWS / 3..ROWS * 8).contains(&rows),
                "{rows_an_hour}: {rows}"
            );
        }
        let (rare, frequent) = (walked(100, 0).unwrap(), walked(100, 10).unwrap());
        assert!(frequent.first > rare.first || frequent.cut != rare.cut);
        assert_eq!(walked(1_000_000, 0), None);
    }

    #[test]
    fn a_reach_names_every_stretch_in_it_and_begins_with_its_first_id() {
        let reach = Reach::back_to(NOW - 5 * HOUR, NOW);
        assert_eq!(reach.keys(WorkspaceId(7)), "7/01a1f7 7/01a1f8");
        assert!(made_at(reach.first_id()) <= NOW - 5 * HOUR);
        assert_eq!(made_at(reach.first_id()), reach.start());
        let id = reach.first_id().to_string();
        assert!(id.starts_with("01a1f7"), "{id}");
        let far = Reach::back_to(NOW - 20_000 * HOUR, NOW);
        assert_eq!((far.cut, far.last - far.first + 1), (Cut::Coarse, MOST));
        assert_eq!(Reach::back_to(-5, 3).keys(WorkspaceId(1)), "1/000000");
    }

    #[test]
    fn the_next_reach_ends_where_the_last_began_and_rare_terms_end_it() {
        let reach = Reach::back_to(NOW - 50 * HOUR, NOW);
        let next = reach.next(10, 41).unwrap();
        assert!(next.first < reach.first);
        assert_eq!(next.last, (reach.start() - 1) / next.cut.ms());
        assert!(reach.start() - next.start() >= 4 * 50 * HOUR);
        assert_eq!(reach.next(FEW - 1, 10), None);
        assert_eq!(reach.next(10, 200), None);
        assert_eq!(Reach::back_to(0, 5).next(50, 1), None);
    }
}
