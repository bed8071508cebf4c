//! Privacy: a person's file, erasing people, whom not to take in again, how long what is kept.

mod erasing;
mod faults;
mod file;
mod fixtures;
mod retention;
mod rights;
mod suppressing;
mod tables;
