//! Lists by page number and by cursor.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};

use crate::base::{Error, Problems, Result};

/// Pages by number end here; a cursor goes on for ever.
pub const DEEPEST_ROW: i64 = 10_000;

/// What every list answers.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    pub data: Vec<T>,
    pub page: i64,
    pub limit: i64,
    pub total: i64,
    /// There are more than `total`; counting stopped.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub total_capped: bool,
    /// Send it as `cursor` for the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// `page` and `limit`, or `cursor` and `limit`.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Counted from 1.
    #[param(minimum = 1, default = 1)]
    pub page: Option<i64>,
    /// Rows per page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<i64>,
    /// The `nextCursor` of the page before.
    pub cursor: Option<String>,
}

/// Where a page ended, as opaque text.
#[derive(Debug)]
pub struct Cursor;

impl PageQuery {
    pub fn limit(&self) -> Result<i64> {
        match self.limit.unwrap_or(50) {
            limit @ 1..=200 => Ok(limit),
            _ => Err(Error::invalid("limit", "must be between 1 and 200")),
        }
    }

    pub fn page(&self) -> Result<i64> {
        let page = self.page.unwrap_or(1);
        let mut problems = Problems::new();
        if page < 1 {
            problems.add("page", "must be 1 or more");
        } else if (page - 1).saturating_mul(self.limit()?) > DEEPEST_ROW {
            problems.add(
                "page",
                format!("goes beyond row {DEEPEST_ROW}; follow nextCursor instead"),
            );
        }
        if self.page.is_some() && self.cursor.is_some() {
            problems.add("cursor", "cannot stand beside page");
        }
        problems.done()?;
        Ok(page)
    }

    /// Rows to skip for the page number asked for.
    pub fn offset(&self) -> Result<i64> {
        Ok((self.page()? - 1) * self.limit()?)
    }
}

impl Cursor {
    pub fn write(place: &impl Serialize) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default())
    }

    pub fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
        URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| Error::invalid("cursor", "is not a cursor that this list gave out"))
    }
}

impl<T> Page<T> {
    /// A list that is always shown whole.
    pub fn whole(data: Vec<T>) -> Page<T> {
        let total = i64::try_from(data.len()).unwrap_or(i64::MAX);
        Page {
            data,
            page: 1,
            limit: total.max(1),
            total,
            total_capped: false,
            next_cursor: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_nothing_else_does() {
        let text = Cursor::write(&(7, "x"));
        assert_eq!(
            Cursor::read::<(i64, String)>(&text).unwrap(),
            (7, "x".into())
        );
        for bad in ["", "!", "AAAA", "bnVsbA"] {
            assert!(Cursor::read::<(i64, String)>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn pages_stay_within_their_bounds() {
        let query = |page, limit| PageQuery {
            page,
            limit,
            cursor: None,
        };
        assert_eq!(query(Some(3), Some(20)).offset().unwrap(), 40);
        assert_eq!(query(None, None).limit().unwrap(), 50);
        for (page, limit) in [
            (Some(0), None),
            (Some(i64::MAX), None),
            (None, Some(0)),
            (None, Some(201)),
        ] {
            let query = query(page, limit);
            assert!(
                query.limit().and_then(|_| query.page()).is_err(),
                "{query:?}"
            );
        }
    }
}
