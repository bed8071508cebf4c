//! What an import is held to, so that no file, however it was made, takes more memory than a plain one.

/// Bytes of one row. A longer one is reported and passed over.
pub const LONGEST_ROW: usize = 1024 * 1024;
/// Columns that are read; what stands beyond them is told once and left out.
pub const MOST_COLUMNS: usize = 1000;
/// Rows that what is found out about a file is found out from.
pub const SAMPLE_ROWS: usize = 1000;
/// Bytes that the encoding and the delimiter are told by.
pub const SAMPLE_BYTES: usize = 1024 * 1024;
/// Characters of a value as samples and problem rows show it.
pub const SHOWN: usize = 200;
/// Problem rows that are kept for each kind of problem; the rest is counted, and stands in the file of skipped rows.
pub const PROBLEMS_KEPT: i64 = 1_000;
/// Corrections kept with an import.
pub const MOST_CORRECTIONS: i64 = 10_000;
/// Saved mappings of a workspace.
pub const MOST_MAPPINGS: i64 = 500;
/// Days after which an import can no longer be undone and its file is removed.
pub const UNDO_DAYS: u64 = 30;

/// Entries of an XLSX file.
pub const SHEET_ENTRIES: usize = 2_000;
/// Bytes that one entry of it may unpack to.
pub const SHEET_UNPACKED: u64 = 4 * 1024 * 1024 * 1024;
/// Bytes that its table of texts may unpack to, which is held in memory.
pub const SHEET_TEXTS: u64 = 96 * 1024 * 1024;
/// Texts in that table.
pub const SHEET_TEXT_COUNT: usize = 1_500_000;
/// How much larger an entry may become when it is unpacked; spreadsheets reach 20.
pub const SHEET_RATIO: u64 = 200;
