//! SCIM 2.0 providers over HubSpot's public API.
//!
//! A [`Client`](client::Client) talks to one HubSpot account, and [`HubSpot`] turns the account into two providers for
//! `scim_core`. Users are HubSpot users, roles are permission sets, entitlements are seats, and groups are teams.
//!
//! # Examples
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use hubspot_adapter::HubSpot;
//! use hubspot_adapter::client::Client;
//! use hubspot_adapter::config::Config;
//! use hubspot_adapter::state::MemoryState;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let config: Config = serde_json::from_str(r#"{"default_role": "Sales Rep"}"#)?;
//! let token = std::env::var("HUBSPOT_ACCESS_TOKEN")?;
//! let client = Client::builder().access_token(token.into()).build()?;
//! let (hubspot, report) = HubSpot::builder(client)
//!     .policy(config.validate()?)
//!     .state(Arc::new(MemoryState::new()))
//!     .connect()
//!     .await;
//! println!("{report}");
//! let (users, groups) = (hubspot.users(), hubspot.groups());
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! | module | contents | used by |
//! |---|---|---|
//! | crate root | [`HubSpot`] with its providers, and the start-up [`Report`] | every embedder, the examples `server` and the bridge |
//! | [`config`], [`policy`] | the operator's choices, as written and as checked | every embedder |
//! | [`state`] | the stores for the state that HubSpot cannot keep | every embedder; [`StateStore`](state::StateStore) for a store of its own |
//! | [`client`] | calls to HubSpot's API, paced and retried | every embedder for the token; the live probe and the bridge for calls |
//! | [`dialect`] | the measured behavior of an account | an embedder that ran the live probe |
//! | `emulator` | an emulated account (feature `emulator`) | the examples and an embedder's tests |
//!
//! # Features
//!
//! - `sqlite`: `state::SqliteState`, one file for one server.
//! - `postgres`: `state::PostgresState`, a database for several servers.
//! - `emulator`: an emulated account, and a timer for tests.

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
