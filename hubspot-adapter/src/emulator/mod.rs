//! An emulated HubSpot account behind a real socket.
//!
//! It plays the user provisioning API as HubSpot's documentation and measurements of real
//! accounts describe it: the PUT that is no replacement, the removal that is remembered, the
//! limit of requests, the shapes of refusals. Where reports differ it plays either side
//! ([`Behavior`]). The people, teams and permission sets it starts with are always the same.
//!
//! | route | |
//! |---|---|
//! | `GET`, `POST /settings/users/2026-09` | list in cursor pages, create |
//! | `GET`, `PUT`, `DELETE /settings/users/2026-09/{id}` | also by `?idProperty=EMAIL` |
//! | `GET /settings/users/2026-09/roles`, `…/seats`, `…/teams` | permission sets, seats, teams with members |
//! | `POST`, `DELETE /settings/teams/2026-09/{id}/members[/{user}]` | members from the side of the team |
//! | `GET /crm/objects/2026-09/users` | users as the CRM has them, in cursor pages |
//! | `GET`, `PATCH /crm/objects/2026-09/users/{id}`, `POST …/search` | one of them, and the search for some |
//! | `GET /crm/properties/2026-09/user` | what their rows can hold |
//! | `GET /account-info/2026-09/details` | the account |
//! | `GET /_emulator/requests` | what it was asked, and how it answered |
//! | `POST /_emulator/reset` | people as at the start; requests, faults and limit forgotten |
//! | `POST /_emulator/faults` | one [`Fault`] or a list of them |
//!
//! What HubSpot does is not known where nothing was measured or documented. Here the emulated
//! account is strict: a role, team, seat or property that does not exist and a page limit below 1
//! are 400; seats are given only with `settings.billing.write`; a permission set that requires
//! billing rights needs a free sales seat, which is not shown. What takes a while in HubSpot takes a number of requests
//! here, never time: a change that comes late to the list is there the second time that the list
//! is begun, a CRM row that comes late the third time that it is looked for, and what a CRM search
//! learns late is what was there when the search before it was made.
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

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

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

/// A running emulated account. It stops when dropped.
pub struct Emulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    url: Url,
    /// Dropped, it ends the server.
    _stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl fmt::Debug for Emulator {
    /// Where it is, and not who is in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Emulator {
    /// Starts to describe an account.
    #[must_use]
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL for a client.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The bearer token it accepts.
    #[must_use]
    pub fn token(&self) -> &SecretString {
        &self.shared.token
    }

    /// A client for this account, to be built on.
    #[must_use]
    pub fn client(&self) -> ClientBuilder {
        Client::builder()
            .base_url(self.url.clone())
            .access_token(self.shared.token.clone())
    }

    /// What it was asked since the start, the last reset or [`clear_requests`](Self::clear_requests).
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.now().requests.clone()
    }

    /// Forgets what it was asked.
    pub fn clear_requests(&self) {
        self.shared.now().requests.clear();
    }

    /// Everyone in the account, by id.
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        self.shared.now().account.users()
    }

    /// Who has this e-mail address, in whatever letter case.
    #[must_use]
    pub fn user_by_email(&self, email: &str) -> Option<User> {
        self.shared
            .now()
            .account
            .user(&Key::Email(email.to_owned()))
    }

    /// Whose CRM row has this e-mail address, with all properties, even where it still comes late.
    #[must_use]
    pub fn crm_user(&self, email: &str) -> Option<CrmUser> {
        self.shared
            .now()
            .account
            .crm_user(&Key::Email(email.to_owned()))
    }

    /// The seats and how many are free.
    #[must_use]
    pub fn seats(&self) -> Vec<Seat> {
        self.shared.now().account.seats()
    }

    /// The permission sets.
    #[must_use]
    pub fn roles(&self) -> Vec<Role> {
        self.shared.now().account.roles()
    }

    /// The teams and who is in them.
    #[must_use]
    pub fn teams(&self) -> Vec<Team> {
        self.shared.now().account.teams()
    }

    /// Has something go wrong.
    pub fn inject(&self, fault: Fault) {
        self.shared.now().faults.extend([fault]);
    }

    /// Has everything go well again.
    pub fn clear_faults(&self) {
        self.shared.now().faults = Faults::default();
    }

    /// Puts people back to the start, and forgets requests, faults and what was used of the limit.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Returns when the server has ended, which it does on an error of its socket only.
    ///
    /// # Errors
    ///
    /// What ended it.
    pub async fn stopped(mut self) -> io::Result<()> {
        (&mut self.task).await.map_err(io::Error::other)?
    }
}
