//! The front door: who is known, what becomes of him, and that the same person is one lead however he comes in.

mod accept;
mod check;
mod crowds;
mod fixtures;
mod keys;
mod sources;
