//! What a scene shall be like.

use std::sync::Arc;

use hubspot_adapter::Features;
use hubspot_adapter::client::{Timer, VirtualTimer};
use hubspot_adapter::emulator::Behavior;
use hubspot_adapter::emulator::{Emulator, EmulatorBuilder, Fault};
use hubspot_adapter::policy::Policy;
use hubspot_adapter::state::{MemoryState, StateStore};
use scim_core::Profile;

use super::{Scene, TimeOfDay, adapter, policy, service};
use crate::caller::{Caller, ready};

/// Says what a [`Scene`] shall be like.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::emulator::Fault;
/// use scim_core::Profile;
/// use scim_tests::Scene;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let scene = Scene::builder()
///     .play("role=kept,activation=waits")
///     .fault(Fault::status(503).times(100))
///     .configure(r#"{"default_role": "Read Only"}"#)
///     .profile(Profile::entra())
///     .start()
///     .await;
/// scene.get("/scim/v2/Users").await.expect_error(503, None);
/// # });
/// ```
#[derive(Debug)]
#[must_use]
pub struct SceneBuilder {
    emulator: EmulatorBuilder,
    state: Arc<dyn StateStore>,
    policy: Policy,
    profile: Profile,
    client_token: Option<String>,
    faults: Vec<Fault>,
    features: Asked,
}

/// Which features the adapter has.
#[derive(Debug)]
enum Asked {
    Given(Features),
    Hubspot,
}

impl SceneBuilder {
    pub(super) fn new() -> Self {
        Self {
            emulator: Emulator::builder(),
            state: Arc::new(MemoryState::new()),
            policy: Policy::default(),
            profile: Profile::default(),
            client_token: None,
            faults: Vec::new(),
            features: Asked::Given(Features::none()),
        }
    }

    /// Starts the emulated account with this behavior.
    pub fn behavior(mut self, behavior: Behavior) -> Self {
        self.emulator = self.emulator.behavior(behavior);
        self
    }

    /// Plays what `KEY=VALUE` pairs separated by commas say: [`EmulatorBuilder::play`].
    ///
    /// # Panics
    ///
    /// Where they say nothing known.
    #[track_caller]
    pub fn play(mut self, text: &str) -> Self {
        self.emulator = ready(self.emulator.play(text));
        self
    }

    /// Gives the adapter's token these scopes only.
    pub fn scopes(mut self, scopes: &[&str]) -> Self {
        self.emulator = self.emulator.scopes(scopes.iter().copied());
        self
    }

    /// Has the adapter present this token in place of the one that HubSpot accepts.
    pub fn hubspot_token(mut self, token: &str) -> Self {
        self.client_token = Some(token.to_owned());
        self
    }

    /// Has this go wrong in HubSpot, once the adapter has begun.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Has the adapter ask HubSpot at the start what the account keeps, as the server does.
    pub fn connected(mut self) -> Self {
        self.features = Asked::Hubspot;
        self
    }

    /// Tells the adapter what the account keeps; nothing beyond what every account does when not called.
    pub fn features(mut self, features: Features) -> Self {
        self.features = Asked::Given(features);
        self
    }

    /// Generates so many users in HubSpot besides the named ones.
    pub fn users(mut self, count: u32) -> Self {
        self.emulator = self.emulator.users(count);
        self
    }

    /// Configures the adapter as an operator does, in JSON in place of TOML.
    ///
    /// # Panics
    ///
    /// Where the adapter refuses the configuration.
    #[track_caller]
    pub fn configure(mut self, json: &str) -> Self {
        self.policy = policy(json);
        self
    }

    /// Serves under this profile.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Keeps the state here; in memory when not called.
    pub fn state(mut self, state: Arc<dyn StateStore>) -> Self {
        self.state = state;
        self
    }

    /// Starts it all.
    ///
    /// # Panics
    ///
    /// Where no port can be had.
    pub async fn start(self) -> Scene {
        let timer = VirtualTimer::new();
        let emulator = self.emulator.timer(Arc::new(timer.clone()));
        let hubspot = Arc::new(ready(emulator.start().await));
        let state = self.state;
        let start = timer.now();
        let clock = Arc::new(TimeOfDay { timer, start });
        let token = self.client_token.as_deref();
        let begun = adapter(&hubspot, &clock, &state, &self.policy, token);
        let features = match self.features {
            Asked::Given(features) => features,
            Asked::Hubspot => begun.connect().await.1.features(&self.policy),
        };
        let begun = adapter(&hubspot, &clock, &state, &self.policy, token);
        let service = service(begun.features(features.clone()), self.profile);
        let scene = Scene {
            hubspot,
            clock,
            state,
            policy: self.policy,
            profile: self.profile,
            client_token: self.client_token,
            features,
            caller: Caller::new(service),
        };
        scene.hubspot.clear_requests();
        for fault in self.faults {
            scene.hubspot.inject(fault);
        }
        scene
    }
}
