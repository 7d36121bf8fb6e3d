//! Filters asked of real databases: random users, kept as columns and as JSON, beside what the filter says of them in
//! memory.

#![expect(clippy::panic, reason = "a test that cannot be set up has failed")]

mod people;
mod schema;
mod store;

pub use people::{filters, people};
pub use schema::{Kind, View};
pub use store::{Layout, Rows, Store};
