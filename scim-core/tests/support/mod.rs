//! A client and providers for tests of several kinds.

mod client;
mod exchange;
mod providers;

pub(crate) use self::client::{BASE, Client, ENTERPRISE, SEARCH, USER, column, encoded};
pub(crate) use self::exchange::{exchange, request};
pub(crate) use self::providers::{Capped, Empty};
