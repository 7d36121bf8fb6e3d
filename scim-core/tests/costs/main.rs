//! The cost of an operation in heap allocations: independent of the clock and the same on every machine.

#![cfg(feature = "memory")]
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

mod operations;
mod patch;
