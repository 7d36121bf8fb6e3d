//! A service in the same process with its client.

use bytes::Bytes;
use http::Request;
use scim_core::auth::Anonymous;
use scim_core::memory::{MemoryProvider, MemoryStore};
use scim_core::provider::{
    Capabilities, CreateRequest, DeleteRequest, GetRequest, ListRequest, ReplaceRequest,
};
use scim_core::query::Page;
use scim_core::schema::{Attribute, AttributeType, ResourceType};
use scim_core::tenant::Tenant;
use scim_core::{Error, Profile, Provider, Resource, Schema, Service};
use serde_json::Value;

use crate::support::{exchange, request};

pub(crate) const BADGE: &str = "urn:example:schemas:extension:badge:2.0:User";

/// Users with a number in an extension. The provider leaves PATCH to the service.
#[derive(Debug)]
struct WithoutPatch {
    inner: MemoryProvider,
    resource_type: ResourceType,
}

#[async_trait::async_trait]
impl Provider for WithoutPatch {
    fn resource_type(&self) -> &ResourceType {
        &self.resource_type
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    async fn create(&self, request: CreateRequest) -> Result<Resource, Error> {
        self.inner.create(request).await
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        self.inner.get(request).await
    }

    async fn list(&self, request: ListRequest) -> Result<Page, Error> {
        self.inner.list(request).await
    }

    async fn replace(&self, request: ReplaceRequest) -> Result<Resource, Error> {
        self.inner.replace(request).await
    }

    async fn delete(&self, request: DeleteRequest) -> Result<(), Error> {
        self.inner.delete(request).await
    }
}

/// The part that applies a PATCH to a user, or a service without groups.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Patching {
    Provider,
    Service,
    WithoutGroups,
}

/// A request: method, path and body. `{0}` stands for the id of the first resource, and so on.
pub(crate) type Wire = (&'static str, &'static str, &'static str);

pub(crate) struct Scene {
    service: Service,
    pub(crate) ids: Vec<String>,
}

impl Scene {
    pub(crate) fn new(profile: Profile) -> Self {
        Self::patched_by(Patching::Provider, profile)
    }

    pub(crate) fn patched_by(patching: Patching, profile: Profile) -> Self {
        let store = MemoryStore::new();
        let base = "https://scim.example.com/scim/v2";
        let tenant = Tenant::builder(base.parse().expect("a URL"))
            .profile(profile)
            .authenticator(Anonymous::new());
        let tenant = match patching {
            Patching::WithoutGroups => tenant.provider(store.users()),
            Patching::Provider => tenant.provider(store.groups()).provider(store.users()),
            Patching::Service => {
                let floor = Attribute::new("floor", AttributeType::Integer);
                let badge = Schema::new(BADGE, "Badge", vec![floor]);
                tenant.provider(store.groups()).provider(WithoutPatch {
                    inner: store.users(),
                    resource_type: ResourceType::user().with_extension(badge),
                })
            }
        };

        Self {
            service: Service::new(tenant.build().expect("a tenant")).checking_answers(),
            ids: Vec::new(),
        }
    }

    /// Creates the resources of a test, in a form that every profile accepts.
    pub(crate) fn given(mut self, given: &[(&str, &str)]) -> Self {
        self.give(given);
        self
    }

    pub(crate) fn give(&mut self, given: &[(&str, &str)]) {
        for (path, json) in given {
            let (status, made) = self.send("POST", path, json);
            assert_eq!(status, 201, "{json}: {made}");
            self.ids
                .push(made["id"].as_str().expect("an id").to_owned());
        }
    }

    /// Deletes every resource: that is faster than a new service.
    pub(crate) fn clear(&mut self) {
        let all = self.get("/");
        for resource in all["Resources"].as_array().expect("a list") {
            let location = resource["meta"]["location"].as_str().expect("a URL");
            let (status, answer) = self.send("DELETE", location, "");
            assert_eq!(status, 204, "{location}: {answer}");
        }
        assert_eq!(self.get("/")["totalResults"], 0);
        self.ids.clear();
    }

    pub(crate) fn with_ids(&self, text: &str) -> String {
        let ids = self.ids.iter().enumerate();
        ids.fold(text.to_owned(), |text, (index, id)| {
            text.replace(&format!("{{{index}}}"), id)
        })
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        self.request(request(method, &self.with_ids(path), self.with_ids(body)))
    }

    pub(crate) fn request(&self, request: Request<Bytes>) -> (u16, Value) {
        exchange(&self.service, request)
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let (status, body) = self.send("GET", path, "");
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Whether the first resource, a user, has a value at a JSON pointer.
    pub(crate) fn user_has(&self, place: &str, value: &Value) -> bool {
        self.get("/Users/{0}").pointer(place) == Some(value)
    }
}
