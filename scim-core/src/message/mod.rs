//! The messages of the protocol: list responses, search and PATCH requests, error bodies.

mod error;
pub(crate) mod list;
mod parameter;
mod patch;
mod schemas;
mod search;

pub use self::error::{ERROR_SCHEMA, ErrorBody};
pub use self::list::{LIST_SCHEMA, ListResponse};
pub(crate) use self::parameter::{Parameter, parameters};
pub use self::patch::{Op, Operation, PATCH_SCHEMA, PatchOp};
pub use self::search::{SEARCH_SCHEMA, SearchRequest};
