//! Lists, searches and the board, held against the same leads in memory.

mod board;
mod list;
mod routes;
mod search;
mod seed;
