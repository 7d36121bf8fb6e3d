//! The messages of the protocol: lists, PATCH requests, errors.

mod error;
pub(crate) mod list;
mod patch;

pub use self::error::{ERROR_SCHEMA, ErrorBody};
pub use self::list::{LIST_SCHEMA, ListResponse};
pub use self::patch::{Op, Operation, PATCH_SCHEMA, PatchOp};
