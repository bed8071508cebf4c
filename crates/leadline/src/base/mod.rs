//! The ground floor: what every room stands on and no room may be missing.
//! Ids, errors and their answers, who is calling, request bodies, pages, configuration, secrets, and `App`.

mod answer;
mod app;
mod caller;
pub mod config;
mod error;
mod extract;
mod id;
mod idempotent;
mod page;
pub mod permission;
mod refusals;
pub mod secret;
mod strict;
pub mod text;

pub use answer::Answer;
pub use app::{App, Shared};
pub use caller::{Actor, Caller, ClientAddress, Scope, Via};
pub use error::{Error, Moved, Problem, Problems, Result};
pub use extract::{IfMatch, Json, Path, Query, double_option, parse as parse_json};
pub use id::{Id, WorkspaceId};
pub use idempotent::{IdempotencyKey, remember_key};
pub use page::{Cursor, Page, PageQuery};
pub use permission::{Permission, Permissions};
pub use refusals::{FileRefusals, MovedElsewhere, PublicRefusals, ReadRefusals, WriteRefusals};
pub use secret::{Secret, SecretKey};
