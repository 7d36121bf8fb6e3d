//! Every tolerance by the request of the client that needs it: served, refused without the rule, and as the RFC has it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed, and so has one that misses a member"
)]

mod bodies;
mod deactivation;
mod life;
mod log;
mod members;
mod not_demanded;
mod patches;
mod rules;
mod said_once;
mod scene;
mod urls;
mod values;
