//! The meaning of a filter: what it matches, what a schema refuses, and that printing keeps it.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod check;
#[cfg(feature = "json")]
mod evaluation;
#[cfg(feature = "json")]
mod oracle;
mod random_filters;
