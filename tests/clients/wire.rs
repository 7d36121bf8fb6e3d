//! How a client speaks HTTP, and what holds for every answer to any of them.

use std::fmt::Write;

use scim_tests::{Answer, SECRET_TOKEN};
use serde_json::Value;

use crate::server::Server;

/// How often a client tries again when it is told to come back.
const TRIES: usize = 4;

/// The enterprise extension, as `schemas` and paths name it.
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The schema of a user.
pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// The schema of a group.
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// One client at a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wire<'s> {
    pub(crate) server: &'s Server,
    /// The headers of every request.
    pub(crate) always: &'static [(&'static str, &'static str)],
    /// Those of a request with a body besides.
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

    /// Sends a request below the base URL; where the server says when to come back, comes back.
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
            // C50: in whole seconds.
            let wait = answer.header("retry-after").unwrap_or_default();
            assert!(wait.parse::<u32>().is_ok(), "{wait}");
            answer = self.server.exchange(method, &path, &headers, &body).await;
        }
        check(&answer);
        answer
    }
}

/// What every client relies on: SCIM JSON or nothing, no null in it, and every error one of SCIM.
#[track_caller]
fn check(answer: &Answer) {
    match answer.status() {
        204 => answer.expect_no_content(),
        200 | 201 => {
            let body = answer.expect(answer.status());
            assert!(!has_null(body), "{body}");
        }
        status => {
            let scim_type = answer.json()["scimType"].as_str();
            answer.expect_error(status, scim_type);
        }
    }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(entries) => entries.iter().any(has_null),
        Value::Object(members) => members.values().any(has_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The id of the one resource in a list, or none in an empty one.
#[track_caller]
pub(crate) fn only(answer: &Answer) -> Option<String> {
    let body = answer.expect(200);
    let total = body["totalResults"].as_u64().unwrap_or_default();
    assert!(total <= 1, "{body}");
    let found = answer.expect_list(usize::from(total == 1));
    let id = found.first()?["id"].as_str();
    id.map(str::to_owned)
}

/// Text in a query, with the blank as this client writes it: `+` or `%20`.
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
