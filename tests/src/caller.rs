//! The requests of an identity provider.

use std::fmt::Display;

use bytes::Bytes;
use http::Request;
use scim_core::Service;
use serde_json::Value;

use crate::{Answer, SECRET_TOKEN};

/// Sends requests to a service in the same process, as an identity provider with the right token.
///
/// # Examples
///
/// ```
/// use scim_tests::MemoryScene;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let scene = MemoryScene::start();
/// let answer = scene
///     .literal(
///         r#"POST /scim/v2/Users
/// Content-Type: application/json
///
/// {"userName": "ada@acme.example"}"#,
///     )
///     .await;
/// answer.expect(201);
/// # });
/// ```
#[derive(Debug)]
pub struct Caller {
    service: Service,
}

impl Caller {
    /// Creates a caller of a service that accepts [`SECRET_TOKEN`].
    #[must_use]
    pub fn new(service: Service) -> Self {
        Self { service }
    }

    /// The called service.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Sends a GET without a body and without a media type.
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

    /// Sends a DELETE without a body and without a media type.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None).await
    }

    /// Sends a request with the right token. A body has the media type of Entra ID and Okta.
    pub async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let authorization = format!("Bearer {SECRET_TOKEN}");
        let mut headers = vec![("Authorization", authorization.as_str())];
        if body.is_some() {
            headers.push(("Content-Type", "application/scim+json; charset=utf-8"));
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        self.exchange(method, path, &headers, &body).await
    }

    /// Sends a captured request: method and target, header lines, an empty line, the body.
    ///
    /// Adds only the token, which no capture shows. Ignores blanks at the beginning of a head line.
    ///
    /// # Panics
    ///
    /// If the text is not an HTTP request.
    pub async fn literal(&self, text: &str) -> Answer {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines().map(str::trim);
        let (method, target) = lines
            .next()
            .and_then(|line| line.split_once(' '))
            .unwrap_or_default();
        let authorization = format!("Bearer {SECRET_TOKEN}");
        let mut headers: Vec<(&str, &str)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name, value.trim()))
            .collect();
        headers.push(("Authorization", &authorization));
        self.exchange(method, target, &headers, body).await
    }

    /// Sends a request exactly as given, even without a token.
    ///
    /// # Panics
    ///
    /// If the text is not an HTTP request.
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

    /// Searches with `userName eq`, as identity providers do before they write.
    ///
    /// # Panics
    ///
    /// If the answer is not a list, or has several users.
    pub async fn find(&self, user_name: &str) -> Option<Value> {
        let name = user_name.replace('%', "%25").replace('+', "%2B");
        let path = format!("/scim/v2/Users?filter=userName+eq+%22{name}%22");
        let answer = self.get(&path).await;
        let total = answer.expect(200).get("totalResults");
        let found = answer.expect_list(usize::from(total != Some(&0.into())));
        found.first().cloned()
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "a broken setup fails the test")]
pub(crate) fn ready<T, E: Display>(outcome: Result<T, E>) -> T {
    match outcome {
        Ok(value) => value,
        Err(error) => panic!("the setup is broken: {error}"),
    }
}
