//! A client with a bearer token that returns whole responses: status, headers and body.

use bytes::Bytes;
use http::{Request, Response};
use scim_core::auth::BearerTokens;
use scim_core::memory::MemoryStore;
use scim_core::tenant::Tenant;
use scim_core::{Profile, Provider, Service};
use serde_json::{Value, json};

pub(crate) use crate::support::{BASE, ENTERPRISE, USER};

pub(crate) const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: http::response::Parts,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// Asserts a SCIM error with a status and a `scimType`.
    #[track_caller]
    pub(crate) fn assert_error(&self, status: u16, scim_type: Option<&str>) {
        let body = self.json();
        assert_eq!(self.status, status, "{body}");
        assert_eq!(self.header("content-type"), Some("application/scim+json"));
        assert_eq!(
            body["schemas"],
            json!(["urn:ietf:params:scim:api:messages:2.0:Error"])
        );
        assert_eq!(body["status"], status.to_string());
        assert_eq!(body.get("scimType").and_then(Value::as_str), scim_type);
        assert!(
            body["detail"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty())
        );
    }
}

pub(crate) struct HttpClient {
    pub(crate) service: Service,
}

impl HttpClient {
    pub(crate) fn new(profile: Profile) -> Self {
        Self::at(BASE, profile)
    }

    pub(crate) fn at(base: &str, profile: Profile) -> Self {
        let store = MemoryStore::new();
        let tenant = Tenant::builder(base.parse().expect("a URL"))
            .profile(profile)
            .authenticator(BearerTokens::new("test", "s3cret"))
            .provider(store.users())
            .provider(store.groups().taking_any_member())
            .build()
            .expect("a tenant");
        Self {
            service: Service::new(tenant),
        }
    }

    pub(crate) fn serving(provider: impl Provider) -> Self {
        let tenant = Tenant::builder(BASE.parse().expect("a URL"))
            .authenticator(BearerTokens::new("test", "s3cret"))
            .provider(provider)
            .build()
            .expect("a tenant");
        Self {
            service: Service::new(tenant),
        }
    }

    pub(crate) fn send(&self, request: Request<Bytes>) -> Answer {
        let response = futures_util::FutureExt::now_or_never(self.service.handle(request));
        let (head, body) = response.map(Response::into_parts).expect("no waiting");
        Answer {
            status: head.status.as_u16(),
            head,
            body,
        }
    }

    pub(crate) fn request(&self, method: &str, path: &str, body: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", "Bearer s3cret")
            .body(Bytes::copy_from_slice(body.as_bytes()));
        self.send(request.expect("a request"))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", path, "")
    }

    pub(crate) fn create(&self, path: &str, body: &Value) -> String {
        let answer = self.request("POST", path, &body.to_string());
        assert_eq!(answer.status, 201, "{}", answer.json());
        answer.json()["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn patch(&self, path: &str, operations: &Value) -> Answer {
        let body = json!({"schemas": [PATCH_OP], "Operations": operations});
        self.request("PATCH", path, &body.to_string())
    }
}

pub(crate) fn user(name: &str) -> Value {
    json!({"schemas": [USER], "userName": name})
}

pub(crate) fn group(name: &str) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name})
}
