//! The whole product in one process.

mod builder;

use std::ops::Deref;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use hubspot_adapter::client::{CrmUser, Timer, User, VirtualTimer};
use hubspot_adapter::config::Config;
use hubspot_adapter::emulator::Emulator;
use hubspot_adapter::policy::Policy;
use hubspot_adapter::state::StateStore;
use hubspot_adapter::{Features, HubSpot, HubSpotBuilder};
use scim_core::auth::BearerTokens;
use scim_core::clock::Clock;
use scim_core::tenant::Tenant;
use scim_core::{Profile, Service};
use serde_json::Value;

use crate::caller::{Caller, ready};

pub use self::builder::SceneBuilder;

/// The token that identity providers present to the service.
pub const SECRET_TOKEN: &str = "scim-secret-of-the-identity-provider";

/// The base URL of the service.
pub(crate) const BASE_URL: &str = "https://scim.acme.example/scim/v2";

/// The time of day on a virtual clock.
#[derive(Debug)]
struct TimeOfDay {
    timer: VirtualTimer,
    start: Instant,
}

impl Clock for TimeOfDay {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.timer.now().saturating_duration_since(self.start)
    }
}

/// A SCIM service over an emulated HubSpot account, on one virtual clock.
#[derive(Debug)]
pub struct Scene {
    hubspot: Arc<Emulator>,
    clock: Arc<TimeOfDay>,
    state: Arc<dyn StateStore>,
    policy: Policy,
    profile: Profile,
    client_token: Option<String>,
    features: Features,
    caller: Caller,
}

impl Scene {
    /// A builder with the default behavior, policy and profile, and no faults.
    pub fn builder() -> SceneBuilder {
        SceneBuilder::new()
    }

    /// Starts a scene with all defaults.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// The emulated account: its data, its requests and its faults.
    #[must_use]
    pub fn hubspot(&self) -> &Emulator {
        &self.hubspot
    }

    /// The clock of the client and of the account.
    #[must_use]
    pub fn timer(&self) -> &VirtualTimer {
        &self.clock.timer
    }

    /// The state of the adapter.
    #[must_use]
    pub fn state(&self) -> &Arc<dyn StateStore> {
        &self.state
    }

    /// Replaces the adapter by a new one over the same state and account, as a restart of the process does.
    pub fn restart(&mut self) {
        self.caller = Caller::new(self.serve(&self.state));
    }

    /// Restarts with a newly opened state store.
    pub fn restart_on(&mut self, state: Arc<dyn StateStore>) {
        self.state = state;
        self.restart();
    }

    /// Restarts with other features.
    pub fn restart_with(&mut self, features: Features) {
        self.features = features;
        self.restart();
    }

    /// Another server of the same account, on the same clock, with its own state store.
    #[must_use]
    pub fn replica(&self, state: Arc<dyn StateStore>) -> Self {
        let caller = Caller::new(self.serve(&state));
        Self {
            hubspot: Arc::clone(&self.hubspot),
            clock: Arc::<TimeOfDay>::clone(&self.clock),
            state,
            policy: self.policy.clone(),
            profile: self.profile,
            client_token: self.client_token.clone(),
            features: self.features.clone(),
            caller,
        }
    }

    fn serve(&self, state: &Arc<dyn StateStore>) -> Service {
        let adapter = adapter(
            &self.hubspot,
            &self.clock,
            state,
            &self.policy,
            self.client_token.as_deref(),
        );
        service(adapter.features(self.features.clone()), self.profile)
    }

    /// Restarts with another configuration.
    ///
    /// # Panics
    ///
    /// If the adapter refuses the configuration.
    #[track_caller]
    pub fn reconfigure(&mut self, json: &str) {
        self.policy = policy(json);
        self.restart();
    }

    /// Creates a user, forgets the HubSpot calls so far, and returns the user's id.
    ///
    /// # Panics
    ///
    /// If the answer is not a 201.
    pub async fn create(&self, user: &Value) -> String {
        let created = self.post("/scim/v2/Users", user).await;
        created.expect(201);
        self.hubspot.clear_requests();
        created.id().to_owned()
    }

    /// The HubSpot calls since the last look, one line each: method, path with query, status or `closed`.
    #[must_use = "reading the calls forgets them"]
    pub fn calls(&self) -> Vec<String> {
        let calls = self.hubspot.requests();
        self.hubspot.clear_requests();
        calls.iter().map(ToString::to_string).collect()
    }

    /// The same as [`calls`](Self::calls), without reads.
    #[must_use = "reading the calls forgets them"]
    pub fn writes(&self) -> Vec<String> {
        let mut calls = self.calls();
        calls.retain(|call| !call.starts_with("GET ") && !call.contains("/search "));
        calls
    }

    /// A user in HubSpot.
    ///
    /// # Panics
    ///
    /// If HubSpot has no such user.
    #[must_use]
    #[track_caller]
    pub fn member(&self, email: &str) -> User {
        let member = self.hubspot.user_by_email(email);
        ready(member.ok_or_else(|| format!("HubSpot does not have {email}")))
    }

    /// A user's CRM row, even if it is not visible yet.
    ///
    /// # Panics
    ///
    /// If HubSpot has no such user.
    #[must_use]
    #[track_caller]
    pub fn row(&self, email: &str) -> CrmUser {
        let row = self.hubspot.crm_user(email);
        ready(row.ok_or_else(|| format!("HubSpot has no row of {email}")))
    }

    /// The names of a user's permission sets in HubSpot.
    ///
    /// # Panics
    ///
    /// If HubSpot has no such user.
    #[must_use]
    #[track_caller]
    pub fn roles_of(&self, email: &str) -> Vec<String> {
        let user = self.member(email);
        let roles = self.hubspot.roles();
        let name = |id: &String| {
            let role = roles.iter().find(|role| role.id == *id);
            role.map_or_else(|| id.clone(), |role| role.name.clone())
        };
        user.role_ids.iter().map(name).collect()
    }
}

impl Deref for Scene {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

fn adapter(
    hubspot: &Emulator,
    clock: &Arc<TimeOfDay>,
    state: &Arc<dyn StateStore>,
    policy: &Policy,
    token: Option<&str>,
) -> HubSpotBuilder {
    let mut client = hubspot.client().timer(Arc::new(clock.timer.clone()));
    if let Some(token) = token {
        client = client.access_token(token.to_owned().into());
    }
    HubSpot::builder(ready(client.build()))
        .policy(policy.clone())
        .state(Arc::clone(state))
        .timer(Arc::new(clock.timer.clone()))
        .clock(Arc::<TimeOfDay>::clone(clock))
}

fn service(adapter: HubSpotBuilder, profile: Profile) -> Service {
    let adapter = adapter.build();
    let tenant = Tenant::builder(ready(BASE_URL.parse()))
        .profile(profile)
        .authenticator(BearerTokens::new("identity provider", SECRET_TOKEN))
        .provider(adapter.users())
        .provider(adapter.groups())
        .build();
    Service::new(ready(tenant))
}

#[track_caller]
fn policy(json: &str) -> Policy {
    let config: Config = ready(serde_json::from_str(json));
    ready(config.validate())
}
