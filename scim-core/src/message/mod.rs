//! The messages of the protocol: lists, searches, PATCH requests, errors.

mod error;
mod list;
mod patch;
mod search;

pub use self::error::{ERROR_SCHEMA, ErrorBody};
pub use self::list::{LIST_SCHEMA, ListResponse};
pub use self::patch::{Op, Operation, PATCH_SCHEMA, PatchOp};
pub(crate) use self::search::{Parameter, parameters};
pub use self::search::{SEARCH_SCHEMA, SearchRequest};
