//! The plain server beside that of HubSpot, so that a client can be played to both.

use bytes::Bytes;
use http::Request;
use scim_core::auth::BearerTokens;
use scim_core::memory::MemoryStore;
use scim_core::tenant::Tenant;
use scim_core::{Profile, Service};
use serde_json::Value;

use crate::scene::{BASE_URL, ready};
use crate::{Answer, SECRET_TOKEN};

/// A SCIM service over users and groups in memory.
///
/// # Examples
///
/// ```
/// use scim_core::Profile;
/// use scim_tests::{MemoryScene, entra_user};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let scene = MemoryScene::start(Profile::tolerant());
/// scene.post("/scim/v2/Users", &entra_user("ada@acme.example")).await.expect(201);
/// # });
/// ```
#[derive(Debug)]
pub struct MemoryScene {
    service: Service,
}

impl MemoryScene {
    /// Starts with nobody in it.
    ///
    /// # Panics
    ///
    /// Where the service cannot be built.
    #[must_use]
    pub fn start(profile: Profile) -> Self {
        let store = MemoryStore::new();
        let tenant = Tenant::builder(ready(BASE_URL.parse()))
            .profile(profile)
            .authenticator(BearerTokens::new("identity provider", SECRET_TOKEN))
            .provider(store.users())
            .provider(store.groups())
            .build();
        Self {
            service: Service::new(ready(tenant)),
        }
    }

    /// Sends a GET: no body, no media type.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    /// Sends a POST.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body)).await
    }

    /// Sends a PUT.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, Some(body)).await
    }

    /// Sends a PATCH.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send("PATCH", path, Some(body)).await
    }

    /// Sends a DELETE: no body, no media type.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None).await
    }

    /// Sends a request with the right token and, on a body, the media type that Entra ID and Okta give.
    pub async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let authorization = format!("Bearer {SECRET_TOKEN}");
        let mut headers = vec![("Authorization", authorization.as_str())];
        if body.is_some() {
            headers.push(("Content-Type", "application/scim+json; charset=utf-8"));
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        self.exchange(method, path, &headers, &body).await
    }

    /// Sends a request exactly as given: nothing is added to it, not even a token.
    ///
    /// # Panics
    ///
    /// Where it cannot be an HTTP request.
    pub async fn exchange(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = ready(request.body(Bytes::copy_from_slice(body.as_bytes())));
        Answer::new(self.service.handle(request).await)
    }
}
