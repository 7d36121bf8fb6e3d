//! A service over users and groups in memory.

use scim_core::auth::Anonymous;
use scim_core::memory::{MemoryProvider, MemoryStore};
use scim_core::tenant::Tenant;
use scim_core::{Profile, Service};
use serde_json::{Value, json};

use crate::exchange::{exchange, request};

pub(crate) struct Server(Service);

impl Server {
    pub(crate) fn new() -> Self {
        let store = MemoryStore::new();
        Self::of(
            Profile::tolerant(),
            &store,
            store.groups().taking_any_member(),
        )
    }

    pub(crate) fn of(profile: Profile, store: &MemoryStore, groups: MemoryProvider) -> Self {
        let tenant = Tenant::builder("https://example.com/scim/v2".parse().expect("a URL"))
            .profile(profile)
            .authenticator(Anonymous::new())
            .provider(store.users())
            .provider(groups)
            .build()
            .expect("a tenant");
        Self(Service::new(tenant))
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let path = path
            .replace(' ', "%20")
            .replace('"', "%22")
            .replace('[', "%5B")
            .replace(']', "%5D");
        exchange(&self.0, request(method, &path, body.to_string()))
    }

    pub(crate) fn make(&self, path: &str, body: &Value) -> String {
        let (status, made) = self.send("POST", path, body);
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn user(&self, name: &str) -> String {
        self.make("/Users", &json!({"userName": name}))
    }

    pub(crate) fn group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members
            .iter()
            .map(|id| json!({"value": id, "type": "User"}))
            .collect();
        self.make("/Groups", &json!({"displayName": name, "members": members}))
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let (status, found) = self.send("GET", path, &Value::Null);
        assert_eq!(status, 200, "{path}: {found}");
        found
    }

    pub(crate) fn patch(&self, path: &str, operation: Value) -> (u16, Value) {
        self.send("PATCH", path, &json!({"Operations": vec![operation]}))
    }

    pub(crate) fn members(&self, group: &str) -> Vec<String> {
        let group = self.get(&format!("/Groups/{group}"));
        let members = group["members"].as_array().expect("a list");
        members
            .iter()
            .map(|member| member["value"].as_str().expect("an id").to_owned())
            .collect()
    }

    pub(crate) fn ids(&self, path: &str) -> Vec<String> {
        let list = self.get(path);
        let resources = list["Resources"].as_array().expect("a list");
        resources
            .iter()
            .map(|found| found["id"].as_str().expect("an id").to_owned())
            .collect()
    }
}
