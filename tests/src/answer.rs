//! The answers of the service.

use bytes::Bytes;
use http::{HeaderMap, Response};
use serde_json::Value;

/// A response of the service, with assertions for each kind of answer.
///
/// # Examples
///
/// ```
/// use scim_tests::Scene;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let scene = Scene::start().await;
/// let answer = scene.get("/scim/v2/Users/1").await;
/// assert_eq!(answer.expect_error(404, None), "Resource 1 not found");
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
    json: Value,
}

impl Answer {
    pub(crate) fn new(response: Response<Bytes>) -> Self {
        let (head, body) = response.into_parts();
        Self {
            status: head.status.as_u16(),
            headers: head.headers,
            text: String::from_utf8_lossy(&body).into_owned(),
            json: serde_json::from_slice(&body).unwrap_or(Value::Null),
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The value of a header, if the answer has it.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The body as JSON; null if it is not JSON.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The `id` of the resource in the body; empty without one.
    #[must_use]
    pub fn id(&self) -> &str {
        self.json
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Expects this status and SCIM JSON, and returns the body.
    ///
    /// # Panics
    ///
    /// If the answer differs.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "it asserts first of all")]
    pub fn expect(&self, status: u16) -> &Value {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), Some("application/scim+json"));
        assert!(self.json.is_object(), "{}", self.text);
        &self.json
    }

    /// Expects a 204 without a body and without a media type.
    ///
    /// # Panics
    ///
    /// If the answer differs.
    #[track_caller]
    pub fn expect_no_content(&self) {
        assert_eq!(self.status, 204, "{}", self.text);
        assert_eq!(self.text, "");
        assert_eq!(self.header("content-type"), None);
    }

    /// Expects a SCIM error (RFC 7644 §3.12) with this status and `scimType`, and returns its `detail`.
    ///
    /// # Panics
    ///
    /// If the answer differs.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "it asserts first of all")]
    pub fn expect_error(&self, status: u16, scim_type: Option<&str>) -> &str {
        let body = self.expect(status);
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let schemas = serde_json::json!(["urn:ietf:params:scim:api:messages:2.0:Error"]);
        assert_eq!(body.get("schemas"), Some(&schemas));
        assert_eq!(text("status"), Some(status.to_string().as_str()));
        assert_eq!(text("scimType"), scim_type, "{}", self.text);
        let detail = text("detail").unwrap_or_default();
        assert!(!detail.is_empty(), "{}", self.text);
        detail
    }

    /// Expects a `ListResponse` (RFC 7644 §3.4.2) with `total` resources on one page, and returns them.
    ///
    /// # Panics
    ///
    /// If the answer differs.
    #[track_caller]
    pub fn expect_list(&self, total: usize) -> &[Value] {
        let body = self.expect(200);
        let schemas = serde_json::json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]);
        assert_eq!(body.get("schemas"), Some(&schemas));
        let resources = body.get("Resources").and_then(Value::as_array);
        let resources = resources.map(Vec::as_slice).unwrap_or_default();
        assert_eq!(resources.len(), total, "{}", self.text);
        assert_eq!(body.get("totalResults"), Some(&total.into()));
        assert_eq!(body.get("itemsPerPage"), Some(&total.into()));
        assert_eq!(body.get("startIndex"), Some(&1.into()));
        resources
    }
}
