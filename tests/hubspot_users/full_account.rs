//! Scenarios of the modules beside this one, in an account with every feature.
//!
//! The adapter asks HubSpot for the account's features at the start, as the server does, and reads every user's CRM row.

#![expect(
    clippy::duplicate_mod,
    reason = "the same scenarios run in a second account"
)]

#[path = "edges.rs"]
mod edges;
#[path = "lifecycle.rs"]
mod lifecycle;
#[path = "names.rs"]
mod names;
#[path = "no_access.rs"]
mod no_access;
#[path = "restart.rs"]
mod restart;
#[path = "returns.rs"]
mod returns;

use scim_tests::{Scene, SceneBuilder};

fn account() -> SceneBuilder {
    Scene::builder().connected()
}
