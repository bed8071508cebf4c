//! What can be wrong with a row, in a word for programs and a sentence for people.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::records::Trouble;

/// Why a row does not go in, or why one should look at it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportProblemKind)]
pub enum ProblemKind {
    LineTooLong,
    QuoteNotClosed,
    BrokenText,
    NulByte,
    RaggedRow,
    NotAnEmail,
    NotAPhone,
    NotADate,
    NotANumber,
    NotAnAmount,
    NotACurrency,
    NotAScore,
    NotAChoice,
    NotValid,
    UnknownStage,
    UnknownOwner,
    UnknownValue,
    TooLong,
    NobodyNamed,
    Required,
    DuplicateInFile,
    Suppressed,
    /// Something the database would not take.
    Refused,
}

/// One thing that is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    /// Of the file, counted from 0; none where it is about the whole row.
    pub column: Option<usize>,
    pub message: String,
}

use ProblemKind as K;

impl ProblemKind {
    pub const ALL: [ProblemKind; 23] = [
        K::LineTooLong,
        K::QuoteNotClosed,
        K::BrokenText,
        K::NulByte,
        K::RaggedRow,
        K::NotAnEmail,
        K::NotAPhone,
        K::NotADate,
        K::NotANumber,
        K::NotAnAmount,
        K::NotACurrency,
        K::NotAScore,
        K::NotAChoice,
        K::NotValid,
        K::UnknownStage,
        K::UnknownOwner,
        K::UnknownValue,
        K::TooLong,
        K::NobodyNamed,
        K::Required,
        K::DuplicateInFile,
        K::Suppressed,
        K::Refused,
    ];

    pub fn key(self) -> &'static str {
        match self {
            K::LineTooLong => "lineTooLong",
            K::QuoteNotClosed => "quoteNotClosed",
            K::BrokenText => "brokenText",
            K::NulByte => "nulByte",
            K::RaggedRow => "raggedRow",
            K::NotAnEmail => "notAnEmail",
            K::NotAPhone => "notAPhone",
            K::NotADate => "notADate",
            K::NotANumber => "notANumber",
            K::NotAnAmount => "notAnAmount",
            K::NotACurrency => "notACurrency",
            K::NotAScore => "notAScore",
            K::NotAChoice => "notAChoice",
            K::NotValid => "notValid",
            K::UnknownStage => "unknownStage",
            K::UnknownOwner => "unknownOwner",
            K::UnknownValue => "unknownValue",
            K::TooLong => "tooLong",
            K::NobodyNamed => "nobodyNamed",
            K::Required => "required",
            K::DuplicateInFile => "duplicateInFile",
            K::Suppressed => "suppressed",
            K::Refused => "refused",
        }
    }

    /// Whether the row cannot go in as it is.
    pub fn is_invalid(self) -> bool {
        !matches!(self, K::DuplicateInFile | K::Suppressed)
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Problem {
        let (kind, message) = match trouble {
            Trouble::LineTooLong => (
                K::LineTooLong,
                "The row is longer than the 1 MiB that a row may have.",
            ),
            Trouble::QuoteNotClosed => (
                K::QuoteNotClosed,
                "A quotation mark is opened here and not closed at the end of its value.",
            ),
            Trouble::BrokenText => (
                K::BrokenText,
                "The row holds bytes that are no text in the file's encoding.",
            ),
            Trouble::NulByte => (K::NulByte, "The row holds a NUL byte, which no text has."),
        };
        Problem {
            kind,
            column: None,
            message: message.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_what_serde_writes() {
        for kind in ProblemKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.key());
        }
    }
}
