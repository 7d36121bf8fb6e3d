//! The description of a scene.

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

/// Describes and starts a [`Scene`].
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
    features: FeatureSource,
}

/// The source of the features.
#[derive(Debug)]
enum FeatureSource {
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
            features: FeatureSource::Given(Features::none()),
        }
    }

    /// Starts the emulated account with this behavior.
    pub fn behavior(mut self, behavior: Behavior) -> Self {
        self.emulator = self.emulator.behavior(behavior);
        self
    }

    /// Sets keys of the behavior from comma-separated `KEY=VALUE` pairs: [`EmulatorBuilder::play`].
    ///
    /// # Panics
    ///
    /// If a pair is unknown.
    #[track_caller]
    pub fn play(mut self, text: &str) -> Self {
        self.emulator = ready(self.emulator.play(text));
        self
    }

    /// Gives the adapter's token only these scopes.
    pub fn scopes(mut self, scopes: &[&str]) -> Self {
        self.emulator = self.emulator.scopes(scopes.iter().copied());
        self
    }

    /// Lets the adapter send this token instead of the accepted one.
    pub fn hubspot_token(mut self, token: &str) -> Self {
        self.client_token = Some(token.to_owned());
        self
    }

    /// Injects a fault into HubSpot after the start of the adapter.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Lets the adapter ask HubSpot for the features at the start, as the server does.
    pub fn connected(mut self) -> Self {
        self.features = FeatureSource::Hubspot;
        self
    }

    /// Sets the features of the adapter. The default is none.
    pub fn features(mut self, features: Features) -> Self {
        self.features = FeatureSource::Given(features);
        self
    }

    /// Adds this number of generated users to HubSpot.
    pub fn users(mut self, count: u32) -> Self {
        self.emulator = self.emulator.users(count);
        self
    }

    /// Configures the adapter as an operator does, in JSON instead of TOML.
    ///
    /// # Panics
    ///
    /// If the adapter refuses the configuration.
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

    /// Sets the state store. The default is in memory.
    pub fn state(mut self, state: Arc<dyn StateStore>) -> Self {
        self.state = state;
        self
    }

    /// Starts the account and the service.
    ///
    /// # Panics
    ///
    /// If no port is free.
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
            FeatureSource::Given(features) => features,
            FeatureSource::Hubspot => begun.connect().await.1.features(&self.policy),
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
