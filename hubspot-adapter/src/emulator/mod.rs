//! An emulated HubSpot account behind a real socket.
//!
//! It plays the user provisioning API as HubSpot's documentation and measurements of real accounts
//! describe it. A PUT does not replace the user, and a removed user returns with the same id. The
//! limit of requests and the shapes of refusals are HubSpot's. If reports differ, it plays either
//! side ([`Behavior`]). It always starts with the same people, teams and permission sets.
//!
//! | route | |
//! |---|---|
//! | `GET`, `POST /settings/users/2026-09` | list in cursor pages, create |
//! | `GET`, `PUT`, `DELETE /settings/users/2026-09/{id}` | also by `?idProperty=EMAIL` |
//! | `GET /settings/users/2026-09/roles`, `…/seats`, `…/teams` | permission sets, seats, teams with members |
//! | `POST`, `DELETE /settings/teams/2026-09/{id}/members[/{user}]` | members from the side of the team |
//! | `GET /crm/objects/2026-09/users` | CRM rows of users, in cursor pages |
//! | `GET`, `PATCH /crm/objects/2026-09/users/{id}`, `POST …/search` | one row, and the search for rows |
//! | `GET /crm/properties/2026-09/user` | the properties of the rows |
//! | `GET /account-info/2026-09/details` | the account |
//! | `GET /_emulator/requests` | the requests so far, with their statuses |
//! | `POST /_emulator/reset` | starts over: people, requests, faults and limit |
//! | `POST /_emulator/faults` | one [`Fault`] or a list of them |
//!
//! Some answers of HubSpot are neither measured nor documented. There the emulated account is strict:
//!
//! - An unknown role, team, seat or property, and a page limit below 1, are 400.
//! - Seats need the scope `settings.billing.write`.
//! - A permission set that requires billing rights needs a free sales seat, which the list of seats
//!   does not show.
//!
//! A delay of HubSpot is a number of requests here, never time. A late change reaches the user list
//! with the second walk. A late CRM row appears at the third look. A late CRM search finds the state
//! at the search before it.
//!
//! # Examples
//!
//! ```
//! use hubspot_adapter::client::NewUser;
//! use hubspot_adapter::emulator::Emulator;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hubspot = Emulator::builder().start().await?;
//! let client = hubspot.client().build()?;
//! let ada = client.create_user(&NewUser::new("ada@acme.example")).await?;
//! assert_eq!(client.read_user(&ada.id).await?.email, "ada@acme.example");
//! assert_eq!(hubspot.requests()[0].to_string(), "POST /settings/users/2026-09 201");
//! # Ok(())
//! # }
//! ```

mod account;
mod answer;
pub mod behavior;
mod builder;
mod by_hand;
mod faults;
mod limiter;
mod record;
mod routes;
mod seed;
mod server;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use scim_core::Redacted;
use secrecy::SecretString;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;

use self::account::Key;
pub use self::behavior::{Behavior, ParseBehaviorError};
pub use self::builder::EmulatorBuilder;
pub use self::faults::Fault;
use self::faults::Faults;
pub use self::record::RecordedRequest;
use self::server::Shared;
use crate::client::{Client, ClientBuilder, CrmUser, Role, Seat, Team, User};

/// A running emulated account, for tests and for trying things out. It stops when dropped.
#[derive(Debug)]
pub struct Emulator {
    shared: Redacted<Arc<Shared>>,
    address: SocketAddr,
    url: Url,
    /// Ends the server when dropped.
    _stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl Emulator {
    /// Starts to describe an account.
    #[must_use]
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
    }

    /// Returns the address on which it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the base URL for a client.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Returns the bearer token that it accepts.
    #[must_use]
    pub fn token(&self) -> &SecretString {
        &self.shared.token
    }

    /// Returns the builder of a client for this account.
    #[must_use]
    pub fn client(&self) -> ClientBuilder {
        Client::builder()
            .base_url(self.url.clone())
            .access_token(self.shared.token.clone())
    }

    /// Returns the requests since the start, the last reset or [`clear_requests`](Self::clear_requests).
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.live().requests.clone()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.shared.live().requests.clear();
    }

    /// Returns the present users, by id.
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        self.shared.live().account.users()
    }

    /// Returns the present user with this e-mail address, in any letter case.
    #[must_use]
    pub fn user_by_email(&self, email: &str) -> Option<User> {
        self.shared
            .live()
            .account
            .user(&Key::Email(email.to_owned()))
    }

    /// Returns the CRM row with this e-mail address and all its properties, even if it is still late.
    #[must_use]
    pub fn crm_user(&self, email: &str) -> Option<CrmUser> {
        self.shared
            .live()
            .account
            .crm_user(&Key::Email(email.to_owned()))
    }

    /// Returns the seats, with the numbers of free ones.
    #[must_use]
    pub fn seats(&self) -> Vec<Seat> {
        self.shared.live().account.seats()
    }

    /// Returns the permission sets.
    #[must_use]
    pub fn roles(&self) -> Vec<Role> {
        self.shared.live().account.roles()
    }

    /// Returns the teams with their members.
    #[must_use]
    pub fn teams(&self) -> Vec<Team> {
        self.shared.live().account.teams()
    }

    /// Adds a fault.
    pub fn inject(&self, fault: Fault) {
        self.shared.live().faults.extend([fault]);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.shared.live().faults = Faults::default();
    }

    /// Starts over with the people of the start, and forgets requests, faults and the used part of the limit.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Waits until the server ends, which only an error of its socket causes.
    ///
    /// # Errors
    ///
    /// The error that ended it.
    pub async fn stopped(mut self) -> io::Result<()> {
        (&mut self.task).await.map_err(io::Error::other)?
    }
}
