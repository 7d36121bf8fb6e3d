//! How an emulated account is put together.

use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use url::Url;

use super::account::Plan;
use super::behavior::{Behavior, ParseBehaviorError};
use super::server::Shared;
use super::{Emulator, Fault, routes, server};
use crate::client::{Timer, TokioTimer};
use crate::dialect::pairs;

/// The burst limit of a Professional or Enterprise account.
const RATE: u32 = 190;

/// How many seats of each kind are free unless said: more than anyone tries out.
const FREE_SEATS: u32 = 10_000;

/// Says what an emulated account shall be like.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::emulator::Emulator;
///
/// let builder = Emulator::builder().token("pat-test").users(500).play("role=kept,rate=20")?;
/// assert!(!format!("{builder:?}").contains("pat-test"));
/// # Ok::<(), hubspot_adapter::emulator::ParseBehaviorError>(())
/// ```
#[derive(Debug)]
pub struct EmulatorBuilder {
    token: Option<SecretString>,
    scopes: Vec<String>,
    others: Vec<(SecretString, Vec<String>)>,
    timer: Arc<dyn Timer>,
    plan: Plan,
    rate: u32,
    faults: Vec<Fault>,
}

impl EmulatorBuilder {
    pub(super) fn new() -> Self {
        Self {
            token: None,
            scopes: routes::ALL_SCOPES.map(str::to_owned).to_vec(),
            others: Vec::new(),
            timer: Arc::new(TokioTimer),
            plan: Plan {
                behavior: Behavior::default(),
                has_roles: true,
                users: 0,
                deactivated: 0,
                service_accounts: 0,
                free_seats: FREE_SEATS,
                properties: Vec::new(),
            },
            rate: RATE,
            faults: Vec::new(),
        }
    }

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

    /// Accepts this bearer token as well, which has these scopes.
    #[must_use]
    pub fn other_token<S: Into<String>>(
        mut self,
        token: impl Into<String>,
        scopes: impl IntoIterator<Item = S>,
    ) -> Self {
        let scopes = scopes.into_iter().map(Into::into).collect();
        self.others.push((token.into().into(), scopes));
        self
    }

    /// Sets how the account behaves where reports about HubSpot differ.
    #[must_use]
    pub fn behavior(mut self, behavior: impl Into<Behavior>) -> Self {
        self.plan.behavior = behavior.into();
        self
    }

    /// Plays what `KEY=VALUE` pairs separated by commas say.
    ///
    /// Besides the keys of [`Behavior`], there are those that say what the account is like:
    /// `rate=N` (requests in ten seconds), `roles=available|unavailable` (whether its plan has
    /// permission sets), `free-seats=N` (of each kind that is counted), `deactivated=N` and
    /// `service-accounts=N` (such users besides the named ones), `property=NAME` (one more
    /// property of CRM users; may be repeated) and `scope=NAME` (what the token has in place of
    /// everything; may be repeated).
    ///
    /// # Errors
    ///
    /// Where a key is unknown or does not take the value.
    pub fn play(mut self, text: &str) -> Result<Self, ParseBehaviorError> {
        let mut scopes = Vec::new();
        for (key, value) in pairs(text) {
            let number = || {
                value
                    .parse()
                    .map_err(|_| ParseBehaviorError::value(key, value))
            };
            let unknown_value = || ParseBehaviorError::value(key, value);
            match (key, value) {
                ("rate", _) => self.rate = number()?,
                ("free-seats", _) => self.plan.free_seats = number()?,
                ("deactivated", _) => self.plan.deactivated = number()?,
                ("service-accounts", _) => self.plan.service_accounts = number()?,
                ("property" | "scope", "") => return Err(unknown_value()),
                ("property", name) => self.plan.properties.push(name.to_owned()),
                ("scope", name) => scopes.push(name.to_owned()),
                ("roles", "available") => self.plan.has_roles = true,
                ("roles", "unavailable") => self.plan.has_roles = false,
                ("roles", _) => return Err(unknown_value()),
                (key, value) => self.plan.behavior.set(key, value)?,
            }
        }
        if !scopes.is_empty() {
            self.scopes = scopes;
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

    /// Adds so many users who were deactivated by hand: `left0000001@acme.example` and so on.
    #[must_use]
    pub fn deactivated_users(mut self, count: u32) -> Self {
        self.plan.deactivated = count;
        self
    }

    /// Adds so many apps' accounts, which the list has like users: `app0000001@acme.example` and
    /// so on.
    #[must_use]
    pub fn service_accounts(mut self, count: u32) -> Self {
        self.plan.service_accounts = count;
        self
    }

    /// Leaves so many seats of each kind free that is counted; 10,000 unless said.
    #[must_use]
    pub fn free_seats(mut self, count: u32) -> Self {
        self.plan.free_seats = count;
        self
    }

    /// Adds a property of the account's own to CRM users.
    #[must_use]
    pub fn crm_property(mut self, name: impl Into<String>) -> Self {
        self.plan.properties.push(name.into());
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
            self.others,
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

/// A token no one else knows, from the randomness the standard library keys its maps with.
fn made_up_token() -> String {
    let random = || {
        std::collections::hash_map::RandomState::new()
            .build_hasher()
            .finish()
    };
    format!("pat-emulated-{:016x}{:016x}", random(), random())
}
