//! What happened is written down with what happened, told once, and streamed to whoever may see it.

mod listening;
mod log;
mod stream;
