//! The HubSpot adapter's users, request by request: the answer, the calls to HubSpot, and the account afterwards.

mod addresses;
mod adoption;
mod comebacks;
mod deactivated;
mod edges;
mod entra_access;
mod entra_connection;
mod entra_users;
mod full_account;
mod guards;
mod interplay;
mod lifecycle;
mod names;
mod no_access;
mod okta_users;
mod pages;
mod pending_values;
mod policies;
mod restart;
mod returns;
mod roles;
mod row_schema;
mod rows;
mod seats;
mod service_accounts;
mod unknown_roles;

use scim_tests::{Scene, SceneBuilder};

/// The account that a scenario runs in. [`full_account`] runs the same scenarios in its own.
fn account() -> SceneBuilder {
    Scene::builder()
}
