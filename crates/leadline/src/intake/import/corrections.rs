//! What somebody has corrected without touching the file: a cell, a whole row left out, or every value like one.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{problem::ProblemKind, records::Row};

/// One correction. It is used by the next check and by the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[schema(as = ImportCorrection)]
pub enum Correction {
    /// Another value in one cell.
    Cell {
        /// Counted from 1, the header left out.
        #[schema(minimum = 1)]
        row: i64,
        #[schema(minimum = 0)]
        column: usize,
        #[schema(max_length = 4096)]
        value: String,
    },
    /// Another value wherever this one stands in the column.
    Like {
        #[schema(minimum = 0)]
        column: usize,
        #[schema(max_length = 4096)]
        like: String,
        #[schema(max_length = 4096)]
        value: String,
    },
    /// Another value (often an empty one) wherever the column has this problem.
    Problem {
        #[schema(minimum = 0)]
        column: usize,
        problem: ProblemKind,
        #[schema(max_length = 4096)]
        value: String,
    },
    /// The row is left out.
    Skip {
        #[schema(minimum = 1)]
        row: i64,
    },
}

/// All corrections of an import, to be asked row by row.
#[derive(Debug, Clone, Default)]
pub struct Corrections {
    cells: HashMap<(i64, usize), String>,
    like: HashMap<usize, HashMap<String, String>>,
    problems: HashMap<(usize, ProblemKind), String>,
    skipped: HashSet<i64>,
    none: bool,
}

impl Correction {
    /// Two corrections of one place are the same one; the later counts.
    pub fn place(&self) -> String {
        use sha2::{Digest, Sha256};
        let place = match self {
            Correction::Cell { row, column, .. } => format!("cell:{row}:{column}"),
            Correction::Like { column, like, .. } => format!("like:{column}:{}", like.trim()),
            Correction::Problem {
                column, problem, ..
            } => format!("problem:{column}:{}", problem.key()),
            Correction::Skip { row } => format!("skip:{row}"),
        };
        hex::encode(&Sha256::digest(place)[..16])
    }

    /// Whether its texts are of the length that values may have.
    pub fn is_small(&self) -> bool {
        let fine = |it: &String| it.len() <= 4096 && !it.contains('\0');
        match self {
            Correction::Cell { value, .. } | Correction::Problem { value, .. } => fine(value),
            Correction::Like { like, value, .. } => fine(like) && fine(value),
            Correction::Skip { .. } => true,
        }
    }

    /// Rows are counted from 1.
    pub fn is_in_a_file(&self) -> bool {
        match self {
            Correction::Cell { row, .. } | Correction::Skip { row } => *row >= 1,
            Correction::Like { .. } | Correction::Problem { .. } => true,
        }
    }
}

impl Corrections {
    pub fn new(all: impl IntoIterator<Item = Correction>) -> Corrections {
        let mut them = Corrections {
            none: true,
            ..Corrections::default()
        };
        for correction in all {
            them.none = false;
            match correction {
                Correction::Cell { row, column, value } => {
                    them.cells.insert((row, column), value);
                }
                Correction::Like {
                    column,
                    like,
                    value,
                } => {
                    let column = them.like.entry(column).or_default();
                    column.insert(like.trim().to_owned(), value);
                }
                Correction::Problem {
                    column,
                    problem,
                    value,
                } => {
                    them.problems.insert((column, problem), value);
                }
                Correction::Skip { row } => {
                    them.skipped.insert(row);
                }
            }
        }
        them
    }

    pub fn leaves_out(&self, row: i64) -> bool {
        self.skipped.contains(&row)
    }

    /// What stands in the cell, corrected.
    pub fn cell<'a>(&'a self, number: i64, row: &'a Row, column: usize) -> &'a str {
        let value = row.get(column).unwrap_or_default().trim();
        if self.none {
            return value;
        }
        if let Some(corrected) = self.cells.get(&(number, column)) {
            return corrected;
        }
        self.like
            .get(&column)
            .and_then(|it| it.get(value))
            .map_or(value, String::as_str)
    }

    /// What to take where the value has this problem.
    pub fn instead(&self, column: usize, problem: ProblemKind) -> Option<&str> {
        self.problems.get(&(column, problem)).map(String::as_str)
    }

    /// The columns of a row in which single cells are corrected.
    pub fn has_cells_of(&self, row: i64) -> bool {
        !self.none && self.cells.keys().any(|it| it.0 == row)
    }
}
