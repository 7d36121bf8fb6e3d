//! The example programs: their configuration, their output and their crashes, as an operator meets them.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test without its scene has failed already"
)]

mod configuration;
mod connections;
mod crash;
mod custom_provider;
mod mounting;
mod program;
mod start_up;
