//! What a refusal says, wherever in it HubSpot says it.

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

/// Causes that HubSpot tells only somewhere in the text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reasons {
    pub(super) user_not_on_any_hubs: bool,
    pub(super) no_seat_available: bool,
    pub(super) roles_unavailable: bool,
}

/// What the body of a refusal says. Every field is optional, by HubSpot's own advice.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) message: String,
    pub(super) category: Option<String>,
    pub(super) correlation_id: Option<String>,
    policy: String,
    pub(super) scopes: Vec<String>,
    pub(super) reasons: Reasons,
    /// There is a body, and it is not HubSpot's, or not all of it is there: what it would say is unknown.
    pub(super) is_garbled: bool,
}

impl Told {
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
        // The codes appear at several depths, sometimes inside a text that is itself JSON.
        let everything = body.to_string();
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let mut scopes = scopes(&body);
        // A permission set with a paid seat was seen refused with the scope in the text alone.
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

    /// The same without `secret`: before any text is cut, or what is left of a secret would not be known as one.
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

    /// The same without these values in the message: the longest first, which may have others in it.
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

    /// How long a burst limit takes to clear: its own interval, a second for the search limit.
    pub(super) fn burst_wait(&self, headers: &HeaderMap) -> Duration {
        if codes::is_secondly_limit(&self.policy, &self.message) {
            return SECONDLY_INTERVAL;
        }
        let header = headers.get(BURST_INTERVAL_HEADER);
        let milliseconds = header.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        milliseconds.map_or(BURST_INTERVAL, Duration::from_millis)
    }
}

/// What HubSpot's support finds a call by, where a header says it.
pub(super) fn correlation_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("x-hubspot-correlation-id")?;
    id.to_str().ok().and_then(word)
}

/// Whether the answer says that it is a page for people, which HubSpot's API never gives.
fn is_page(headers: &HeaderMap) -> bool {
    let media_type = headers.get(http::header::CONTENT_TYPE);
    media_type
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.trim().to_ascii_lowercase().starts_with("text/html"))
}

/// The scopes named in `errors[].context`.
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

/// `Retry-After` in seconds. HubSpot documents no date form, and none was seen.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

/// A short identifier, or nothing if the text is not one.
fn word(text: &str) -> Option<String> {
    let fits = !text.is_empty() && text.len() <= MAX_WORD_CHARS;
    (fits
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'@'))
    .then(|| text.to_owned())
}

/// A foreign text made fit for a log line and an answer: one line, bounded, addresses masked.
pub(super) fn presentable(text: &str) -> String {
    let mut shown = String::new();
    // Twice the room: masking shortens, and nothing longer than this can be needed.
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
        // `%40` is how an address reads in a path.
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
