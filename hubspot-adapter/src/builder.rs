//! The adapter of one HubSpot account, and its builder.

use std::sync::Arc;

use scim_core::clock::{Clock, Random, SystemClock, SystemRandom};

use crate::account::Account;
use crate::client::{Client, Timer, TokioTimer};
use crate::dialect::Dialect;
use crate::features::Features;
use crate::groups::Groups;
use crate::policy::Policy;
use crate::report::Report;
use crate::state::{MemoryState, StateStore};
use crate::users::Users;

/// The SCIM adapter of one HubSpot account.
///
/// An embedder mounts the providers [`users`](Self::users) and [`groups`](Self::groups) in a `scim_core` tenant.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::HubSpot;
/// use hubspot_adapter::client::Client;
///
/// let client = Client::builder().access_token("pat-na1-00000000".to_owned().into()).build()?;
/// let hubspot = HubSpot::builder(client).build();
/// let (users, groups) = (hubspot.users(), hubspot.groups());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct HubSpot {
    client: Client,
    policy: Arc<Policy>,
    users: Users,
    groups: Groups,
}

/// Builds a [`HubSpot`].
#[derive(Debug)]
pub struct HubSpotBuilder {
    client: Client,
    policy: Policy,
    dialect: Dialect,
    state: Arc<dyn StateStore>,
    features: Features,
    timer: Arc<dyn Timer>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl HubSpot {
    /// Starts to build an adapter over a client.
    #[must_use]
    pub fn builder(client: Client) -> HubSpotBuilder {
        HubSpotBuilder {
            client,
            policy: Policy::default(),
            dialect: Dialect::default(),
            state: Arc::new(MemoryState::new()),
            features: Features::none(),
            timer: Arc::new(TokioTimer),
            clock: Arc::new(SystemClock::new()),
            random: Arc::new(SystemRandom::new()),
        }
    }

    /// The provider of users.
    #[must_use]
    pub fn users(&self) -> Users {
        self.users.clone()
    }

    /// The provider of groups.
    #[must_use]
    pub fn groups(&self) -> Groups {
        self.groups.clone()
    }

    /// Reads everything that the adapter needs from HubSpot, and reports what is missing.
    pub async fn check(&self) -> Report {
        Report::of(&self.client, &self.policy).await
    }
}

impl HubSpotBuilder {
    /// Sets the operator's choices; the default is [`Policy::default`].
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the measured behavior of this account. The default is safe for every account.
    ///
    /// With `teams=replacing` and `seats=replacing`, a shorter list takes one call instead of two. With `role=kept`, the
    /// adapter refuses to take away the last permission set without a call.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Sets the store for the state that HubSpot cannot keep; the default is [`MemoryState`].
    #[must_use]
    pub fn state(mut self, state: Arc<dyn StateStore>) -> Self {
        self.state = state;
        self
    }

    /// Sets the optional data that the account keeps; [`connect`](Self::connect) asks HubSpot instead.
    #[must_use]
    pub fn features(mut self, features: Features) -> Self {
        self.features = features;
        self
    }

    /// Sets the timer that ages the list of permission sets, for tests; the default is real time.
    #[must_use]
    pub fn timer(mut self, timer: Arc<dyn Timer>) -> Self {
        self.timer = timer;
        self
    }

    /// Sets the clock that ages creations under way, for tests; the default is the machine's.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sets the random source of the id that tells this adapter from others on the same state; the default is the machine's.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// Builds the adapter with the features that HubSpot reports, and returns the report.
    ///
    /// The call succeeds even if HubSpot is unreachable: a feature with an unknown answer counts as available.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) {
    /// let (hubspot, report) = hubspot_adapter::HubSpot::builder(client).connect().await;
    /// println!("{report}");
    /// # }
    /// ```
    pub async fn connect(self) -> (HubSpot, Report) {
        let report = Report::of(&self.client, &self.policy).await;
        let features = report.features(&self.policy);
        (self.features(features).build(), report)
    }

    /// Builds the adapter. Nothing is sent.
    #[must_use]
    pub fn build(self) -> HubSpot {
        let policy = Arc::new(self.policy);
        let holder = format!("{:032x}", u128::from_be_bytes(self.random.bytes()));
        let account = Account::new(
            self.client.clone(),
            self.dialect,
            self.state,
            &self.features,
            self.timer,
            self.clock,
            holder,
        );

        HubSpot {
            users: Users::new(account.clone(), Arc::clone(&policy)),
            groups: Groups::new(account),
            client: self.client,
            policy,
        }
    }
}
