//! A client of a service in the same process.

use bytes::Bytes;
use scim_core::auth::Anonymous;
use scim_core::memory::MemoryStore;
use scim_core::service::Limits;
use scim_core::tenant::Tenant;
use scim_core::{Profile, Provider, Service};
use serde_json::{Value, json};

use super::exchange::{exchange, request};

pub(crate) const BASE: &str = "https://scim.example.com/scim/v2";
pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(crate) const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

pub(crate) struct Client(Service);

impl Client {
    /// A client of a service with users and groups in memory.
    pub(crate) fn new(profile: Profile) -> Self {
        let store = MemoryStore::new();
        Self::of(
            Tenant::builder(BASE.parse().expect("a URL"))
                .profile(profile)
                .authenticator(Anonymous::new())
                .provider(store.users())
                .provider(store.groups().taking_any_member()),
        )
    }

    pub(crate) fn serving(profile: Profile, provider: impl Provider) -> Self {
        Self::of(
            Tenant::builder(BASE.parse().expect("a URL"))
                .profile(profile)
                .authenticator(Anonymous::new())
                .provider(provider),
        )
    }

    pub(crate) fn of(tenant: scim_core::tenant::TenantBuilder) -> Self {
        Self(Service::new(tenant.build().expect("a tenant")))
    }

    pub(crate) fn with_limits(self, limits: Limits) -> Self {
        Self(self.0.with_limits(limits))
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: impl Into<Bytes>) -> (u16, Value) {
        exchange(&self.0, request(method, path, body))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send("POST", path, body.to_string())
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let (status, body) = self.send("GET", path, Bytes::new());
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub(crate) fn search(&self, path: &str, search: &Value) -> Value {
        let mut search = search.clone();
        search["schemas"] = json!([SEARCH]);
        let (status, body) = self.post(path, &search);
        assert_eq!(status, 200, "{path} {search}: {body}");
        body
    }

    /// Creates a resource and returns its id.
    pub(crate) fn create(&self, path: &str, resource: &Value) -> String {
        let (status, made) = self.post(path, resource);
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Sends a request that must fail. Returns the status and the `scimType`.
    pub(crate) fn refusal(
        &self,
        method: &str,
        path: &str,
        body: impl Into<Bytes>,
    ) -> (u16, String) {
        let (status, error) = self.send(method, path, body);
        assert!(status >= 400, "{method} {path}: {status} {error}");
        assert_eq!(error["status"], status.to_string());
        let kind = error["scimType"].as_str().unwrap_or_default().to_owned();
        (status, kind)
    }
}

/// The text of one attribute of each resource in a list.
pub(crate) fn column<'l>(list: &'l Value, name: &str) -> Vec<&'l str> {
    let resources = list["Resources"].as_array().expect("a list");
    resources
        .iter()
        .map(|resource| resource[name].as_str().unwrap_or_default())
        .collect()
}

/// Encodes text for the query of a URL.
pub(crate) fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
