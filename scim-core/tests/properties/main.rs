//! Properties of the service and of PATCH, over random requests and resources.
//!
//! The random names fill the process-wide memory of logged names, so the tests of the log are in another program.

#![cfg(feature = "memory")]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails"
)]

mod hostile;
mod patch;
