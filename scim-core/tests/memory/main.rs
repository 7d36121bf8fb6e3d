//! The reference provider, used as any other provider.

#![cfg(feature = "memory")]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails"
)]

#[path = "../support/exchange.rs"]
mod exchange;

mod calls;
mod member_patches;
mod members;
mod queries;
mod server;
mod users;
