//! Putting the adapter together, and checking that it can work.

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

/// A HubSpot account behind SCIM: the providers of its users and of its groups.
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
    /// Begins an adapter over a client.
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

    /// The provider of the users.
    #[must_use]
    pub fn users(&self) -> Users {
        self.users.clone()
    }

    /// The provider of the groups.
    #[must_use]
    pub fn groups(&self) -> Groups {
        self.groups.clone()
    }

    /// Asks HubSpot for everything the adapter needs, and reports what it sees and what is missing.
    pub async fn check(&self) -> Report {
        Report::of(&self.client, &self.policy).await
    }
}

impl HubSpotBuilder {
    /// Sets what the operator chose.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets what this account was measured to do; the default relies on nothing that was not measured everywhere.
    ///
    /// With `teams=replacing` and `seats=replacing` a shorter list of either takes one call and not two; with `role=kept` a request that would take the
    /// last permission set away is refused without being tried.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Sets where what HubSpot cannot keep is kept; in memory when not called.
    #[must_use]
    pub fn state(mut self, state: Arc<dyn StateStore>) -> Self {
        self.state = state;
        self
    }

    /// Sets what the account lets the adapter keep; [`connect`](Self::connect) asks HubSpot instead.
    #[must_use]
    pub fn features(mut self, features: Features) -> Self {
        self.features = features;
        self
    }

    /// Sets the timer by which permission sets are read again; the machine's when not called.
    #[must_use]
    pub fn timer(mut self, timer: Arc<dyn Timer>) -> Self {
        self.timer = timer;
        self
    }

    /// Sets the clock by which a creation under way grows old; the machine's when not called.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sets the randomness by which adapters that share a state know each other apart; the machine's when not called.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// The adapter for what HubSpot says this account and its token allow, and the report of what it said.
    ///
    /// A HubSpot that cannot be reached is no failure: what could not be found out is taken to be there.
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

    /// The adapter.
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
