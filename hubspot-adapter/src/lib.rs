//! SCIM 2.0 providers over HubSpot's public API.

mod builder;
pub mod client;
pub mod config;
pub mod dialect;
mod directory;
#[cfg(feature = "emulator")]
pub mod emulator;
mod error;
mod groups;
mod locks;
mod mapping;
mod plan;
pub mod policy;
pub mod state;
mod users;

pub use crate::builder::{HubSpot, HubSpotBuilder, Report};
pub use crate::groups::Groups;
pub use crate::users::Users;
