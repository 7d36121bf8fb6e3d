//! The body of a refusal.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response};
use serde_json::Value;

use super::codes;
use crate::client::limits::{BURST_INTERVAL, BURST_INTERVAL_HEADER, SECONDLY_INTERVAL};
use crate::client::scopes::BILLING_SCOPE;
use crate::client::transport::is_cut_short;

const MAX_MESSAGE_CHARS: usize = 300;
const MAX_WORD_CHARS: usize = 100;
const MAX_SCOPES: usize = 20;

/// The causes that HubSpot states only in its text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reasons {
    pub(super) user_not_on_any_hubs: bool,
    pub(super) no_seat_available: bool,
    pub(super) roles_unavailable: bool,
}

/// The body of a refusal. HubSpot documents every field as optional.
#[derive(Debug, Default)]
pub(super) struct ErrorBody {
    pub(super) message: String,
    pub(super) category: Option<String>,
    pub(super) correlation_id: Option<String>,
    policy: String,
    pub(super) scopes: Vec<String>,
    pub(super) reasons: Reasons,
    /// Whether the body is incomplete or does not come from HubSpot, so that the reason is lost.
    pub(super) is_garbled: bool,
}

impl ErrorBody {
    pub(super) fn read(response: &Response<Bytes>) -> Self {
        let header_id = correlation_id(response.headers());
        let Ok(body) = serde_json::from_slice::<Value>(response.body()) else {
            let is_empty = response.body().is_empty() && !is_page(response.headers());
            return Self {
                correlation_id: header_id,
                is_garbled: !is_empty || is_cut_short(response),
                ..Self::default()
            };
        };

        // The codes appear at several depths, sometimes in a text that is JSON itself.
        let everything = body.to_string();
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let mut scopes = scopes(&body);
        // For a permission set with a paid seat, HubSpot was seen to name the scope in the text alone.
        if scopes.is_empty() && everything.contains(BILLING_SCOPE) {
            scopes.push(BILLING_SCOPE.to_owned());
        }

        Self {
            message: text("message").unwrap_or_default().to_owned(),
            category: text("category").and_then(word),
            correlation_id: text("correlationId").and_then(word).or(header_id),
            policy: text("policyName").unwrap_or_default().to_owned(),
            scopes,
            reasons: Reasons {
                user_not_on_any_hubs: everything.contains(codes::USER_NOT_ON_ANY_HUBS),
                no_seat_available: everything.contains(codes::NO_SEAT_AVAILABLE),
                roles_unavailable: everything.contains(codes::ROLES_UNAVAILABLE),
            },
            is_garbled: false,
        }
    }

    /// Masks the secret. This comes before any text is shortened, or a part of the secret would stay.
    pub(super) fn without(mut self, secret: &str) -> Self {
        if secret.is_empty() {
            return self;
        }
        self.message = self.message.replace(secret, "***");
        for word in [&mut self.category, &mut self.correlation_id] {
            word.take_if(|word| word.contains(secret));
        }
        self.scopes.retain(|scope| !scope.contains(secret));
        self
    }

    /// Masks these values in the message, the longest first, since one may contain another.
    pub(super) fn impersonal(mut self, values: &[String]) -> Self {
        let mut values: Vec<&String> = values.iter().collect();
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        for value in values {
            self.message = self.message.replace(value, "***");
        }
        self
    }

    pub(super) fn is_about_scopes(&self) -> bool {
        !self.scopes.is_empty() || codes::is_about_scopes(self.category.as_deref(), &self.message)
    }

    pub(super) fn is_daily(&self) -> bool {
        codes::is_daily_limit(&self.policy, &self.message)
    }

    /// The time until a burst limit clears: its interval, or one second for the limit on searches.
    pub(super) fn burst_wait(&self, headers: &HeaderMap) -> Duration {
        if codes::is_secondly_limit(&self.policy, &self.message) {
            return SECONDLY_INTERVAL;
        }
        let header = headers.get(BURST_INTERVAL_HEADER);
        let milliseconds = header.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        milliseconds.map_or(BURST_INTERVAL, Duration::from_millis)
    }
}

/// Reads HubSpot's correlation id from a header.
pub(super) fn correlation_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("x-hubspot-correlation-id")?;
    id.to_str().ok().and_then(word)
}

/// Whether the answer is an HTML page, which HubSpot's API never sends.
fn is_page(headers: &HeaderMap) -> bool {
    let media_type = headers.get(http::header::CONTENT_TYPE);
    media_type
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.trim().to_ascii_lowercase().starts_with("text/html"))
}

/// Reads the scopes in `errors[].context`.
fn scopes(body: &Value) -> Vec<String> {
    let errors = body
        .get("errors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();

    let mut scopes = Vec::new();
    for context in errors.filter_map(|error| error.get("context")) {
        for name in codes::NEEDED_SCOPES {
            let named = context
                .get(name)
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            scopes.extend(named.filter_map(Value::as_str).filter_map(word));
        }
    }

    scopes.truncate(MAX_SCOPES);
    scopes
}

/// Reads `Retry-After` in seconds. HubSpot documents no date form, and nobody has seen one.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

/// The text if it is a short identifier.
fn word(text: &str) -> Option<String> {
    let fits = !text.is_empty() && text.len() <= MAX_WORD_CHARS;
    (fits
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'@'))
    .then(|| text.to_owned())
}

/// Prepares a foreign text for logs and answers: one line, shortened, addresses masked.
pub(super) fn presentable(text: &str) -> String {
    let mut shown = String::new();
    // Twice the limit, since masking shortens the text.
    let start: String = text
        .chars()
        .take(MAX_MESSAGE_CHARS.saturating_mul(2))
        .collect();

    for word in start.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !shown.is_empty() {
            shown.push(' ');
        }
        // In a path, an address contains `%40`.
        shown.push_str(if word.contains('@') || word.contains("%40") {
            "***"
        } else {
            word
        });
    }

    if let Some((end, _)) = shown.char_indices().nth(MAX_MESSAGE_CHARS) {
        shown.truncate(end);
    }
    shown
}
