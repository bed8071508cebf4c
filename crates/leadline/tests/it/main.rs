//! The tests of the whole product, as one program: a file a room.

#![allow(clippy::unwrap_used, reason = "in a test, to panic is to fail")]

mod crash;
mod events;
mod export;
mod faults;
mod filter;
mod harness;
mod house_rules;
mod imports;
mod intake;
mod jobs;
mod leads;
mod leads_reading;
mod onboarding;
mod privacy;
mod readme;
mod server;
mod strangers;
mod views;
mod web;
mod workspaces_audit;
mod workspaces_commands;
mod workspaces_keys;
mod workspaces_members;
mod workspaces_profile;
mod workspaces_sign_in;
