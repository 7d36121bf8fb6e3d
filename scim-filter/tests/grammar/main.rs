//! The texts that each mode accepts, the trees it reads, and the errors it reports.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up fails"
)]

mod abnf;
mod errors;
mod modes;
mod operators;
mod paths;
mod random_texts;
mod request_filters;
mod request_paths;
mod support;
