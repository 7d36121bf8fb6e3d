//! A client's HTTP, and the checks on every answer.

use std::fmt::Write;

use scim_tests::{Answer, SECRET_TOKEN};
use serde_json::Value;

use crate::server::Server;

/// The number of times a client sends a request that is answered 503.
const TRIES: usize = 4;

/// The URN of the enterprise extension.
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The URN of the user schema.
pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// The URN of the group schema.
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// A client's connection to a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wire<'s> {
    pub(crate) server: &'s Server,
    /// Headers of every request.
    pub(crate) always: &'static [(&'static str, &'static str)],
    /// Additional headers of a request with a body.
    pub(crate) with_body: &'static [(&'static str, &'static str)],
}

impl Wire<'_> {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send("PATCH", path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None).await
    }

    /// Sends a request to a path below the base URL, and repeats it after a 503.
    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let path = format!("/scim/v2{path}");
        let token = format!("Bearer {SECRET_TOKEN}");
        let mut headers = self.always.to_vec();
        headers.push(("Authorization", &token));
        if body.is_some() {
            headers.extend_from_slice(self.with_body);
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut answer = self.server.exchange(method, &path, &headers, &body).await;
        for _ in 1..TRIES {
            if answer.status() != 503 {
                break;
            }
            // C50: `Retry-After` is in whole seconds.
            let wait = answer.header("retry-after").unwrap_or_default();
            assert!(wait.parse::<u32>().is_ok(), "{wait}");
            answer = self.server.exchange(method, &path, &headers, &body).await;
        }
        expect_scim(&answer);
        answer
    }
}

/// Expects what every client relies on: a SCIM error, or SCIM JSON without null, or no content.
#[track_caller]
fn expect_scim(answer: &Answer) {
    match answer.status() {
        204 => answer.expect_no_content(),
        200 | 201 => {
            let body = answer.expect(answer.status());
            assert!(!contains_null(body), "{body}");
        }
        status => {
            let scim_type = answer.json()["scimType"].as_str();
            answer.expect_error(status, scim_type);
        }
    }
}

fn contains_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(entries) => entries.iter().any(contains_null),
        Value::Object(members) => members.values().any(contains_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The id of the only resource in a list; `None` if the list is empty.
#[track_caller]
pub(crate) fn only_id(answer: &Answer) -> Option<String> {
    let body = answer.expect(200);
    let total = body["totalResults"].as_u64().unwrap_or_default();
    assert!(total <= 1, "{body}");
    let found = answer.expect_list(usize::from(total == 1));
    let id = found.first()?["id"].as_str();
    id.map(str::to_owned)
}

/// Encodes text for a query. `blank` is this client's form of a blank: `+` or `%20`.
pub(crate) fn encoded(text: &str, blank: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => encoded.push_str(blank),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                encoded.push(char::from(byte));
            }
            _ => {
                // Writing to text cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}
