//! An emulated HubSpot account behind a real socket.
//!
//! It plays the user provisioning API as HubSpot's documentation and measurements of real
//! accounts describe it: the PUT that is no replacement, the removal that is remembered, the
//! limit of requests, the shapes of refusals. Where reports differ it plays either side
//! ([`Dialect`]). The people, teams and permission sets it starts with are always the same.
//!
//! | route | |
//! |---|---|
//! | `GET`, `POST /settings/users/2026-09` | list in cursor pages, create |
//! | `GET`, `PUT`, `DELETE /settings/users/2026-09/{id}` | also by `?idProperty=EMAIL` |
//! | `GET /settings/users/2026-09/roles`, `…/teams` | permission sets, teams with members |
//! | `GET /account-info/2026-09/details` | the account |
//! | `GET /_emulator/requests` | what it was asked, and how it answered |
//! | `POST /_emulator/reset` | people as at the start; requests, faults and limit forgotten |
//! | `POST /_emulator/faults` | one [`Fault`] or a list of them |
//!
//! What HubSpot does is not known where nothing was measured or documented. Here the emulated
//! account is strict: a PUT to a super admin, a role or team that does not exist, and a
//! page limit below 1 are 400; a page is never longer than 100 rows; seats given in a PUT replace
//! those held; a role that requires billing rights is 403 without `settings.billing.write`.
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
mod faults;
mod limiter;
mod record;
mod routes;
mod seed;
mod server;

use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;

pub use self::faults::Fault;
use self::faults::Faults;
pub use self::record::RecordedRequest;

use self::account::{ByHand, Key, Plan};
use self::server::Shared;
use crate::client::{Client, ClientBuilder, Role, Team, Timer, TokioTimer, User};
use crate::dialect::{Dialect, ParseDialectError, pairs};

/// The burst limit of a Professional or Enterprise account.
const RATE: u32 = 190;

/// A running emulated account. It stops when dropped.
#[derive(Debug)]
pub struct Emulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    url: Url,
    /// Dropped, it ends the server.
    _stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

/// Says what an emulated account shall be like.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::emulator::Emulator;
///
/// let builder = Emulator::builder().token("pat-test").users(500).play("role=kept,rate=20")?;
/// assert!(!format!("{builder:?}").contains("pat-test"));
/// # Ok::<(), hubspot_adapter::dialect::ParseDialectError>(())
/// ```
#[derive(Debug)]
pub struct EmulatorBuilder {
    token: Option<SecretString>,
    scopes: Vec<String>,
    timer: Arc<dyn Timer>,
    plan: Plan,
    rate: u32,
    faults: Vec<Fault>,
}

impl EmulatorBuilder {
    /// Accepts this bearer token; without it, one is made up.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into().into());
        self
    }

    /// Gives the token these scopes only; without it, it has all that concern users.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Plays this dialect.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.plan.dialect = dialect;
        self
    }

    /// Plays what `KEY=VALUE` pairs separated by commas say.
    ///
    /// Besides the keys of [`Dialect`], there are `rate=N` (requests in ten seconds) and
    /// `roles=available|unavailable` (whether the account's plan has permission sets).
    ///
    /// # Errors
    ///
    /// Where a key is unknown or does not take the value.
    pub fn play(mut self, text: &str) -> Result<Self, ParseDialectError> {
        for (key, value) in pairs(text) {
            let value = value?;
            let unknown_value = || ParseDialectError::value(key, value);
            match (key, value) {
                ("rate", value) => self.rate = value.parse().map_err(|_| unknown_value())?,
                ("roles", "available") => self.plan.has_roles = true,
                ("roles", "unavailable") => self.plan.has_roles = false,
                ("roles", _) => return Err(unknown_value()),
                (key, value) => self.plan.dialect.set(key, value)?,
            }
        }
        Ok(self)
    }

    /// Allows so many requests in ten seconds; 190 unless said.
    #[must_use]
    pub fn rate(mut self, limit: u32) -> Self {
        self.rate = limit;
        self
    }

    /// Generates so many users besides the named ones: `user0000001@acme.example` and so on.
    #[must_use]
    pub fn users(mut self, count: u32) -> Self {
        self.plan.users = count;
        self
    }

    /// Takes the time of the limit and of delays from here in place of the real one.
    #[must_use]
    pub fn timer(mut self, timer: Arc<dyn Timer>) -> Self {
        self.timer = timer;
        self
    }

    /// Has this go wrong.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Has go wrong what this JSON says: one [`Fault`] or a list of them.
    ///
    /// # Errors
    ///
    /// Where the JSON is no such thing.
    pub fn faults_json(mut self, json: &[u8]) -> Result<Self, serde_json::Error> {
        self.faults.extend(server::faults(json)?);
        Ok(self)
    }

    /// Starts on a free port of this machine's loopback address.
    ///
    /// # Errors
    ///
    /// Where no port can be had.
    pub async fn start(self) -> io::Result<Emulator> {
        self.listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .await
    }

    /// Starts on this address; port 0 picks a free one.
    ///
    /// # Errors
    ///
    /// Where the address cannot be had.
    pub async fn listen(self, address: SocketAddr) -> io::Result<Emulator> {
        self.serve(TcpListener::bind(address).await?)
    }

    /// Starts on a listener that is there already. Needs a tokio runtime around it.
    ///
    /// # Errors
    ///
    /// Where the listener has no address.
    pub fn serve(self, listener: TcpListener) -> io::Result<Emulator> {
        let address = listener.local_addr()?;
        let url = Url::parse(&format!("http://{address}")).map_err(io::Error::other)?;
        let token = self.token.unwrap_or_else(|| made_up_token().into());
        let shared = Arc::new(Shared::new(
            token,
            self.scopes,
            self.timer,
            self.plan,
            self.rate,
        ));
        shared.now().faults.extend(self.faults);
        let (stop, stopped) = oneshot::channel::<()>();
        let router = server::router(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(async move {
                    // Sent or dropped, both mean the end.
                    let _ = stopped.await;
                })
                .await
        });
        Ok(Emulator {
            shared,
            address,
            url,
            _stop: stop,
            task,
        })
    }
}

impl Emulator {
    /// Starts to describe an account.
    #[must_use]
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder {
            token: None,
            scopes: routes::ALL_SCOPES.map(str::to_owned).to_vec(),
            timer: Arc::new(TokioTimer),
            plan: Plan {
                dialect: Dialect::default(),
                has_roles: true,
                users: 0,
            },
            rate: RATE,
            faults: Vec::new(),
        }
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

    /// Removes someone as an administrator does; `false` if there is no such user.
    #[must_use = "who is not there is not changed"]
    pub fn remove_user_by_hand(&self, email: &str) -> bool {
        self.shared
            .now()
            .account
            .remove(&Key::Email(email.to_owned()))
    }

    /// Gives someone these permission sets; several are possible by hand.
    #[must_use = "who is not there is not changed"]
    pub fn set_roles_by_hand(&self, email: &str, ids: &[&str]) -> bool {
        self.by_hand(
            email,
            ByHand::Roles(ids.iter().map(|id| (*id).to_owned()).collect()),
        )
    }

    /// Gives someone this main team, or none.
    #[must_use = "who is not there is not changed"]
    pub fn set_primary_team_by_hand(&self, email: &str, id: Option<&str>) -> bool {
        self.by_hand(email, ByHand::MainTeam(id.map(str::to_owned)))
    }

    /// Gives someone these extra teams and no others.
    #[must_use = "who is not there is not changed"]
    pub fn set_secondary_teams_by_hand(&self, email: &str, ids: &[&str]) -> bool {
        self.by_hand(
            email,
            ByHand::ExtraTeams(ids.iter().map(|id| (*id).to_owned()).collect()),
        )
    }

    /// Renames someone, as they do in their own profile.
    #[must_use = "who is not there is not changed"]
    pub fn rename_by_hand(&self, email: &str, first: &str, last: &str) -> bool {
        self.by_hand(email, ByHand::Name(first.to_owned(), last.to_owned()))
    }

    /// Makes someone a super admin, or an ordinary user again.
    #[must_use = "who is not there is not changed"]
    pub fn set_super_admin_by_hand(&self, email: &str, is: bool) -> bool {
        self.by_hand(email, ByHand::SuperAdmin(is))
    }

    /// Has someone log in for the first time, after which their name can be written.
    #[must_use = "who is not there is not changed"]
    pub fn activate(&self, email: &str) -> bool {
        self.by_hand(email, ByHand::Activate)
    }

    /// Returns when the server has ended, which it does on an error of its socket only.
    ///
    /// # Errors
    ///
    /// What ended it.
    pub async fn stopped(mut self) -> io::Result<()> {
        (&mut self.task).await.map_err(io::Error::other)?
    }

    fn by_hand(&self, email: &str, change: ByHand) -> bool {
        self.shared
            .now()
            .account
            .change_by_hand(&Key::Email(email.to_owned()), change)
    }
}

/// A token no one else knows, from the randomness the standard library keys its maps with.
fn made_up_token() -> String {
    let random = || {
        std::collections::hash_map::RandomState::new()
            .build_hasher()
            .finish()
    };
    format!("pat-emulated-{:016x}{:016x}", random(), random())
}
