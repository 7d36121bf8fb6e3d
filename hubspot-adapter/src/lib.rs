//! SCIM 2.0 providers over HubSpot's public API.

mod account;
mod builder;
pub mod client;
pub mod config;
pub mod dialect;
#[cfg(feature = "emulator")]
pub mod emulator;
mod error;
mod features;
mod groups;
mod lifecycle;
mod mapping;
pub mod policy;
mod report;
mod row;
pub mod state;
mod users;

pub use crate::builder::{HubSpot, HubSpotBuilder};
pub use crate::features::Features;
pub use crate::groups::Groups;
pub use crate::report::Report;
pub use crate::row::{RowFeatures, RowField};
pub use crate::users::Users;
