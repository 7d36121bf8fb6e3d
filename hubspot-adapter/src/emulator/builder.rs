//! The builder of an emulated account.

use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use url::Url;

use super::account::Setup;
use super::behavior::{Behavior, ParseBehaviorError};
use super::server::Shared;
use super::{Emulator, Fault, routes, server};
use crate::client::{Timer, TokioTimer};
use crate::dialect::pairs;

/// The burst limit of a Professional or Enterprise account.
const RATE: u32 = 190;

/// The default number of free seats of each kind: more than any test needs.
const FREE_SEATS: u32 = 10_000;

/// Builds an emulated account.
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
    setup: Setup,
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
            setup: Setup {
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

    /// Accepts this bearer token. The default is a random one.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into().into());
        self
    }

    /// Gives the token these scopes only. The default is every scope for users.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Accepts one more bearer token, with these scopes.
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

    /// Sets the answers on which reports about HubSpot differ.
    #[must_use]
    pub fn behavior(mut self, behavior: impl Into<Behavior>) -> Self {
        self.setup.behavior = behavior.into();
        self
    }

    /// Sets the account by `KEY=VALUE` pairs with commas between.
    ///
    /// The keys are those of [`Behavior`], and those that describe the account:
    ///
    /// | key | meaning |
    /// |---|---|
    /// | `rate=N` | requests in ten seconds |
    /// | `roles=available` or `unavailable` | whether the account's plan has permission sets |
    /// | `free-seats=N` | free seats of each counted kind |
    /// | `deactivated=N`, `service-accounts=N` | further users of these kinds |
    /// | `property=NAME` | one more property of CRM rows; repeatable |
    /// | `scope=NAME` | a scope of the token, in place of all; repeatable |
    ///
    /// # Errors
    ///
    /// If a key is unknown or does not take the value.
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
                ("free-seats", _) => self.setup.free_seats = number()?,
                ("deactivated", _) => self.setup.deactivated = number()?,
                ("service-accounts", _) => self.setup.service_accounts = number()?,
                ("property" | "scope", "") => return Err(unknown_value()),
                ("property", name) => self.setup.properties.push(name.to_owned()),
                ("scope", name) => scopes.push(name.to_owned()),
                ("roles", "available") => self.setup.has_roles = true,
                ("roles", "unavailable") => self.setup.has_roles = false,
                ("roles", _) => return Err(unknown_value()),
                (key, value) => self.setup.behavior.set(key, value)?,
            }
        }

        if !scopes.is_empty() {
            self.scopes = scopes;
        }
        Ok(self)
    }

    /// Sets the number of requests in ten seconds. The default is 190.
    #[must_use]
    pub fn rate(mut self, limit: u32) -> Self {
        self.rate = limit;
        self
    }

    /// Adds generated users to the named ones: `user0000001@acme.example` and so on.
    #[must_use]
    pub fn users(mut self, count: u32) -> Self {
        self.setup.users = count;
        self
    }

    /// Adds deactivated users: `left0000001@acme.example` and so on.
    #[must_use]
    pub fn deactivated_users(mut self, count: u32) -> Self {
        self.setup.deactivated = count;
        self
    }

    /// Adds service accounts of apps, which the list shows like users: `app0000001@acme.example` and
    /// so on.
    #[must_use]
    pub fn service_accounts(mut self, count: u32) -> Self {
        self.setup.service_accounts = count;
        self
    }

    /// Sets the number of free seats of each counted kind. The default is 10,000.
    #[must_use]
    pub fn free_seats(mut self, count: u32) -> Self {
        self.setup.free_seats = count;
        self
    }

    /// Adds a property of the account's own to the CRM rows.
    #[must_use]
    pub fn crm_property(mut self, name: impl Into<String>) -> Self {
        self.setup.properties.push(name.into());
        self
    }

    /// Takes the time of the limit and of delays from this timer. The default is real time.
    #[must_use]
    pub fn timer(mut self, timer: Arc<dyn Timer>) -> Self {
        self.timer = timer;
        self
    }

    /// Adds a fault.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Adds the faults of a JSON text: one [`Fault`] or a list of them.
    ///
    /// # Errors
    ///
    /// If the JSON is neither.
    pub fn faults_json(mut self, json: &[u8]) -> Result<Self, serde_json::Error> {
        self.faults.extend(server::faults(json)?);
        Ok(self)
    }

    /// Starts on a free port of this machine's loopback address.
    ///
    /// # Errors
    ///
    /// If the machine has no free port.
    pub async fn start(self) -> io::Result<Emulator> {
        self.listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .await
    }

    /// Starts on this address. Port 0 picks a free one.
    ///
    /// # Errors
    ///
    /// If the address is not available.
    pub async fn listen(self, address: SocketAddr) -> io::Result<Emulator> {
        self.serve(TcpListener::bind(address).await?)
    }

    /// Starts on an existing listener. The caller must be inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// If the listener has no address.
    pub fn serve(self, listener: TcpListener) -> io::Result<Emulator> {
        let address = listener.local_addr()?;
        let url = Url::parse(&format!("http://{address}")).map_err(io::Error::other)?;

        let token = self.token.unwrap_or_else(|| random_token().into());
        let shared = Arc::new(Shared::new(
            token,
            self.scopes,
            self.others,
            self.timer,
            self.setup,
            self.rate,
        ));
        shared.live().faults.extend(self.faults);

        let (stop, stopped) = oneshot::channel::<()>();
        let router = server::router(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(async move {
                    // The sender never sends: its drop is the signal.
                    let _ = stopped.await;
                })
                .await
        });

        Ok(Emulator {
            shared: shared.into(),
            address,
            url,
            _stop: stop,
            task,
        })
    }
}

/// Returns a random token, from the seeds of the standard library's hash maps.
fn random_token() -> String {
    let random = || {
        std::collections::hash_map::RandomState::new()
            .build_hasher()
            .finish()
    };
    format!("pat-emulated-{:016x}{:016x}", random(), random())
}
