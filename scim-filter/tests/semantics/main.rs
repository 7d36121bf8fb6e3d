//! The meaning of a filter: evaluation, checks against a schema, and round trips through text.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod check;
#[cfg(feature = "json")]
mod evaluation;
#[cfg(feature = "json")]
mod oracle;
mod random_filters;
