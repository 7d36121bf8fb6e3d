//! Filters in real databases, over random users in columns and in JSON. The same filters in memory are the reference.

#![expect(clippy::panic, reason = "a broken setup fails the test")]

mod people;
mod schema;
mod store;

pub use people::{filters, people};
pub use schema::{Kind, View};
pub use store::{Layout, Rows, Store};
