//! Answers in the shapes that HubSpot has been seen to give.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::client::{MISSING_SCOPES, NO_SEAT_AVAILABLE, limits};

/// An answer before it becomes HTTP.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Body,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Empty,
    Html(&'static str),
    Json(Value),
}

impl Answer {
    pub(super) fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            headers: Vec::new(),
            body: Body::Json(body),
        }
    }

    pub(super) fn created(location: String, body: Value) -> Self {
        let headers = vec![("location".to_owned(), location)];
        Self {
            status: StatusCode::CREATED,
            headers,
            body: Body::Json(body),
        }
    }

    pub(super) fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            headers: Vec::new(),
            body: Body::Empty,
        }
    }

    /// An error without a category, like a gateway's.
    pub(super) fn error(status: StatusCode, message: &str) -> Self {
        let body = Body::Json(json!({"status": "error", "message": message}));
        Self {
            status,
            headers: Vec::new(),
            body,
        }
    }

    fn categorized(status: StatusCode, category: &str, message: &str) -> Self {
        Self::error(status, message).with("category", category.into())
    }

    pub(super) fn invalid(message: &str) -> Self {
        Self::categorized(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message)
    }

    /// A refusal with its code in the nested text.
    pub(super) fn invalid_with_code(message: &str, code: &str) -> Self {
        Self::invalid(message).with("errors", json!([{"message": message, "code": code}]))
    }

    pub(super) fn unauthorized() -> Self {
        Self::categorized(
            StatusCode::UNAUTHORIZED,
            "INVALID_AUTHENTICATION",
            "Authentication credentials not found.",
        )
    }

    pub(super) fn missing_scopes(scopes: &[&str]) -> Self {
        Self::categorized(
            StatusCode::FORBIDDEN,
            MISSING_SCOPES,
            "This app hasn't been granted all required scopes to make this call.",
        )
        .with(
            "errors",
            json!([{
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": scopes},
            }]),
        )
    }

    pub(super) fn not_found() -> Self {
        Self::categorized(
            StatusCode::NOT_FOUND,
            "OBJECT_NOT_FOUND",
            "resource not found",
        )
    }

    pub(super) fn conflict() -> Self {
        Self::categorized(StatusCode::CONFLICT, "CONFLICT", "User already exists.")
    }

    pub(super) fn no_seat() -> Self {
        let code = format!("AppUserErrors.{NO_SEAT_AVAILABLE}");
        Self::invalid_with_code(&format!("The user cannot be given the role: {code}"), &code)
    }

    /// Removes the body.
    pub(super) fn without_body(mut self) -> Self {
        self.body = Body::Empty;
        self
    }

    pub(super) fn method_not_allowed(allow: &str) -> Self {
        let mut answer = Self::error(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed.");
        answer.headers.push(("allow".to_owned(), allow.to_owned()));
        answer
    }

    /// A refusal for a limit, in HubSpot's words and without `Retry-After`.
    pub(super) fn rate_limited(policy: &str) -> Self {
        let limit = policy.to_ascii_lowercase();
        Self::error(
            StatusCode::TOO_MANY_REQUESTS,
            &format!("You have reached your {limit} limit."),
        )
        .with("errorType", "RATE_LIMIT".into())
        .with("policyName", policy.into())
    }

    /// Adds a field to the body, if it is an object.
    pub(super) fn with(mut self, field: &str, value: Value) -> Self {
        if let Body::Json(Value::Object(object)) = &mut self.body {
            object.insert(field.to_owned(), value);
        }
        self
    }

    /// Adds `Retry-After`.
    pub(super) fn with_retry_after(mut self, wait: Duration) -> Self {
        let seconds = wait.as_secs().to_string();
        self.headers.push(("retry-after".to_owned(), seconds));
        self
    }

    /// Adds the headers of the burst limit.
    pub(super) fn with_rate(mut self, limit: u32, remaining: u32, interval: Duration) -> Self {
        for (name, value) in [
            (limits::BURST_LIMIT_HEADER, u128::from(limit)),
            (limits::BURST_LEFT_HEADER, u128::from(remaining)),
            (limits::BURST_INTERVAL_HEADER, interval.as_millis()),
        ] {
            self.headers.push((name.to_owned(), value.to_string()));
        }
        self
    }
}
