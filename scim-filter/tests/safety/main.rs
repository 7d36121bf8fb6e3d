//! Deep and long inputs keep to a small stack, and logs keep no values.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod privacy;
mod stack;
