//! The life of a user and of a group as each client has it, played to the memory server and to that of HubSpot.
//!
//! A client here sends what its documentation, its code or a capture of its traffic shows (`docs/evidence.md`, Clients): its
//! headers, its encoding, its bodies, and what it does with the answers. Where one step of a life is not published, the module
//! says so. After each step the answer is compared, and what the server holds then, through a GET that owes nothing to the
//! client. HubSpot's server is played in behaviors among which any two keys have each pair of answers, and at the end of a life the
//! account is looked at, not the answers.

#![expect(
    clippy::indexing_slicing,
    reason = "an answer that lacks what is looked at has failed the test"
)]

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
