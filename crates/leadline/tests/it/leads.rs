//! Leads, one at a time: what goes in comes out, what is wrong is named, and everything that hangs on a lead stays true.

mod bulk;
mod bulk_edit;
pub mod changes;
mod demo;
mod duplicates;
mod fields;
pub mod fixtures;
mod merge;
mod notes;
mod one;
mod past;
mod pipelines;
mod sight;
mod stage;
