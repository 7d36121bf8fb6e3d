//! Filters asked of real databases: random users, kept as columns and as JSON, beside what the filter says of them in
//! memory.

mod people;
mod schema;
mod store;

pub use people::{filters, people};
pub use schema::{Kind, View};
pub use store::{Layout, Rows, Store};
