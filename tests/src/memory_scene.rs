//! Plain SCIM in one process.

use std::ops::Deref;

use scim_core::auth::BearerTokens;
use scim_core::memory::MemoryStore;
use scim_core::tenant::{Tenant, TenantBuilder};
use scim_core::{Profile, Service};
use serde_json::Value;

use crate::SECRET_TOKEN;
use crate::caller::{Caller, ready};
use crate::scene::BASE_URL;

/// A SCIM service over users and groups in memory, built like the example `memory_server`.
///
/// # Examples
///
/// ```
/// use scim_tests::{MemoryScene, entra_user};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let scene = MemoryScene::start();
/// let id = scene.create("/scim/v2/Users", &entra_user("ada@acme.example")).await;
/// let found = scene.find("ADA@acme.example").await.unwrap();
/// assert_eq!(found["id"], id);
/// # });
/// ```
#[derive(Debug)]
pub struct MemoryScene {
    caller: Caller,
}

impl MemoryScene {
    /// An empty server in the default profile.
    #[must_use]
    pub fn start() -> Self {
        Self::with_profile(Profile::default())
    }

    /// An empty server in another profile.
    #[must_use]
    pub fn with_profile(profile: Profile) -> Self {
        let store = MemoryStore::new();
        Self::of(
            tenant(profile)
                .provider(store.users())
                .provider(store.groups()),
        )
    }

    /// An empty server without groups.
    #[must_use]
    pub fn without_groups(profile: Profile) -> Self {
        Self::of(tenant(profile).provider(MemoryStore::new().users()))
    }

    /// Builds a service that checks each answer against the schemas: an answer that is not canonical becomes a 500.
    fn of(tenant: TenantBuilder) -> Self {
        let service = Service::new(ready(tenant.build())).checking_answers();
        Self {
            caller: Caller::new(service),
        }
    }

    /// Creates a resource and returns its id.
    ///
    /// # Panics
    ///
    /// If the answer is not a 201.
    pub async fn create(&self, path: &str, resource: &Value) -> String {
        let created = self.post(path, resource).await;
        created.expect(201);
        created.id().to_owned()
    }
}

impl Deref for MemoryScene {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

fn tenant(profile: Profile) -> TenantBuilder {
    Tenant::builder(ready(BASE_URL.parse()))
        .profile(profile)
        .authenticator(BearerTokens::new("identity provider", SECRET_TOKEN))
}
