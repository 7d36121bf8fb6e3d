//! PATCH requests applied to resources, without a service.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

mod cases;
mod characteristics;
mod device;
mod differences;
mod entries;
mod extensions;
mod groups;
mod lists;
mod members;
mod refusals;
mod rfc;
mod users;
