//! SCIM 2.0 providers over HubSpot's public API.

pub mod client;
pub mod dialect;
#[cfg(feature = "emulator")]
pub mod emulator;
