//! Each client's requests over the life of a user and of a group, sent to the memory server and to the HubSpot server.
//!
//! A client sends what its documentation, its code or a capture of its traffic shows (`docs/evidence.md`, Clients): headers,
//! encoding and bodies. It uses the answers as the client does. A module says which steps of its client are not published.
//!
//! After each step the test checks the answer, and reads the server's data with a plain GET. The HubSpot server runs in
//! behaviors that cover every pair of values of any two keys. At the end of a life the test checks the account itself.

#![expect(clippy::indexing_slicing, reason = "a missing member fails the test")]

#[macro_use]
mod macros;

mod authentik;
mod entra;
mod google;
mod groups;
mod jump_cloud;
mod keycloak;
mod mid_point;
mod okta;
mod one_login;
mod ping;
mod rippling;
mod server;
mod wire;
