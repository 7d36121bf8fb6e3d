//! PATCH requests applied to resources, without a service.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails"
)]

mod cases;
mod characteristics;
mod device;
mod differences;
mod entries;
mod extensions;
mod groups;
mod lists;
mod members;
mod properties;
mod refusals;
mod rfc;
mod users;
