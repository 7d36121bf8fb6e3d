//! Deep and long inputs need only a small stack, and logs get no personal data.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod privacy;
mod stack;
