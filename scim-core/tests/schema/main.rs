//! Schemas, and how resources follow them: read, projected, checked and printed.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails"
)]

#[path = "../support/exchange.rs"]
mod exchange;

mod definitions;
mod devices;
mod privacy;
mod projection;
mod representation;
