//! The service from outside: HTTP requests in, HTTP responses out.

#![cfg(feature = "memory")]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails"
)]

#[path = "../support/mod.rs"]
mod support;

mod discovery;
mod http;
mod limits;
mod own_provider;
mod query;
mod refusals;
mod responses;
mod rfc_examples;
mod roles;
mod routes;
mod search;
mod tolerances;
#[cfg(feature = "tower")]
mod tower;
