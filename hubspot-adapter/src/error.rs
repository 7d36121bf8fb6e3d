//! HubSpot's failures as SCIM errors.

use std::time::Duration;

use scim_core::{Error, ErrorKind};

use crate::client;
use crate::client::scopes::{BILLING_SCOPE, is_billing_scope};
use crate::state::StateError;

/// The `Retry-After` for the daily limit: one hour, since the limit resets at midnight in the account's time zone.
const DAILY_LIMIT_WAIT: Duration = Duration::from_secs(3600);
/// The `Retry-After` for the burst limit.
const BURST_LIMIT_WAIT: Duration = Duration::from_secs(10);
/// The `Retry-After` for a failure of HubSpot or of the state store.
const FAULT_WAIT: Duration = Duration::from_secs(30);

/// Converts a failed call to HubSpot to the SCIM error for the identity provider.
///
/// A refused HubSpot token is a fault of this server and never 401: the identity provider would suspect its own token
/// (`docs/evidence.md`, C47). The error keeps HubSpot's correlation id for the audit trail.
pub(crate) fn from_hubspot(error: client::Error) -> Error {
    let (kind, detail) = answer_to(&error);
    let mut scim = Error::new(kind, detail);

    if let Some(wait) = error.retry_after().or_else(|| usual_wait(error.kind())) {
        scim = scim.with_retry_after(wait);
    }
    if let Some(id) = error.correlation_id() {
        scim = scim.with_upstream_id(id);
    }
    scim.with_source(error)
}

fn answer_to(error: &client::Error) -> (ErrorKind, String) {
    use client::ErrorKind as Hub;

    match error.kind() {
        Hub::Unauthorized => (
            ErrorKind::BadGateway,
            "HubSpot does not accept the access token of this server. Replace the token there."
                .to_owned(),
        ),
        // The permission set of one user must not stop the others: Entra takes a 403 for bad credentials and stops the job.
        Hub::MissingScopes(scopes) if lacks_billing(error) => (
            ErrorKind::InvalidValue,
            format!(
                "roles: this permission set needs a paid seat. Grant the HubSpot access token of this server {}.",
                any_of(scopes)
            ),
        ),
        Hub::MissingScopes(scopes) => (
            ErrorKind::Forbidden,
            format!(
                "The HubSpot access token of this server lacks a scope. Grant it {}.",
                any_of(scopes)
            ),
        ),
        Hub::Forbidden => (
            ErrorKind::Forbidden,
            with_message("HubSpot does not permit the request", error),
        ),
        Hub::NotFound => (ErrorKind::NotFound, "HubSpot has no such user".to_owned()),
        Hub::Conflict => (
            ErrorKind::Uniqueness,
            with_message("HubSpot reports a conflict with existing data", error),
        ),
        Hub::Invalid => (
            ErrorKind::InvalidValue,
            with_message("HubSpot refuses the request", error),
        ),
        Hub::RateLimited { daily: true } => (
            ErrorKind::TooManyRequests,
            "The HubSpot account has used up its API calls for today".to_owned(),
        ),
        Hub::RateLimited { daily: false } => (
            ErrorKind::TooManyRequests,
            "The HubSpot account has reached its API rate limit".to_owned(),
        ),
        Hub::Locked => (
            ErrorKind::Unavailable,
            "Another request is changing this user in HubSpot".to_owned(),
        ),
        Hub::Unreachable => (
            ErrorKind::Unavailable,
            "This server cannot reach HubSpot".to_owned(),
        ),
        Hub::Unavailable | Hub::Ambiguous => (
            ErrorKind::Unavailable,
            "HubSpot gave no usable answer; the change may or may not have taken effect".to_owned(),
        ),
        Hub::Unreadable | Hub::Unexpected => (
            ErrorKind::BadGateway,
            with_message("HubSpot gave an unexpected answer", error),
        ),
    }
}

/// The time to wait if HubSpot names none.
fn usual_wait(kind: &client::ErrorKind) -> Option<Duration> {
    use client::ErrorKind as Hub;

    match kind {
        Hub::RateLimited { daily: true } => Some(DAILY_LIMIT_WAIT),
        Hub::RateLimited { daily: false } => Some(BURST_LIMIT_WAIT),
        Hub::Locked => Some(Duration::from_secs(2)),
        Hub::Unreachable | Hub::Unavailable | Hub::Ambiguous => Some(FAULT_WAIT),
        Hub::Unauthorized
        | Hub::MissingScopes(_)
        | Hub::Forbidden
        | Hub::NotFound
        | Hub::Conflict
        | Hub::Invalid
        | Hub::Unreadable
        | Hub::Unexpected => None,
    }
}

/// Names the scopes of which a token needs one.
pub(crate) fn any_of(scopes: &[String]) -> String {
    match scopes {
        [scope] => format!("the scope {scope}"),
        scopes => format!("one of the scopes {}", scopes.join(", ")),
    }
}

/// Adds HubSpot's own message to a detail.
fn with_message(detail: &str, error: &client::Error) -> String {
    match error.message() {
        Some(message) => format!("{detail}: {message}"),
        None => detail.to_owned(),
    }
}

/// Names the attributes whose values HubSpot refuses.
pub(crate) fn refused_values(error: client::Error, attributes: &str) -> Error {
    let refused = from_hubspot(error);
    let detail = format!("{attributes}: {}", refused.detail());

    let mut named = Error::new(refused.kind(), detail);
    if let Some(id) = refused.upstream_id() {
        named = named.with_upstream_id(id);
    }
    named.with_source(refused)
}

/// The error for a change whose read-back failed. A refusal of the read is no refusal of the change.
pub(crate) fn unverified(error: client::Error) -> Error {
    let failed = from_hubspot(error);
    let refuses = matches!(
        failed.kind(),
        ErrorKind::InvalidValue | ErrorKind::Forbidden | ErrorKind::Uniqueness
    );
    if !refuses {
        return failed;
    }

    let detail = format!(
        "The change in HubSpot may or may not have taken effect: {}",
        failed.detail()
    );
    caused_by(Error::new(ErrorKind::BadGateway, detail), failed)
}

/// The error for a failed call that concerns no single user. A 404 then points to a wrong base URL.
pub(crate) fn from_hubspot_list(error: client::Error) -> Error {
    if !error.is_not_found() {
        return from_hubspot(error);
    }

    let mut scim = Error::new(
        ErrorKind::BadGateway,
        "HubSpot answers 404 at a path that every account has. Check the HubSpot base URL of this server.",
    );
    if let Some(id) = error.correlation_id() {
        scim = scim.with_upstream_id(id);
    }
    scim.with_source(error)
}

/// The error for attributes that need the billing scope if the token lacks it.
pub(crate) fn no_billing(attributes: &str, error: client::Error) -> Error {
    let detail = format!(
        "{attributes}: seats need the scope {BILLING_SCOPE}. Grant it to the HubSpot access token of this server."
    );
    restated(from_hubspot(error), detail)
}

/// Whether HubSpot refuses a call because the token lacks the scope for paid permission sets and seats.
pub(crate) fn lacks_billing(error: &client::Error) -> bool {
    if let client::ErrorKind::MissingScopes(scopes) = error.kind() {
        scopes.iter().any(|scope| is_billing_scope(scope))
    } else {
        false
    }
}

/// Replaces the detail of an error and keeps its kind.
pub(crate) fn restated(error: Error, detail: String) -> Error {
    caused_by(Error::new(error.kind(), detail), error)
}

/// Attaches the cause of an error, and takes over HubSpot's correlation id.
pub(crate) fn caused_by(mut scim: Error, cause: Error) -> Error {
    if let Some(id) = cause.upstream_id() {
        scim = scim.with_upstream_id(id);
    }
    scim.with_source(cause)
}

/// Converts a failure of the state store to a SCIM error that lets the client try again.
pub(crate) fn from_state(error: StateError) -> Error {
    let (detail, wait) = if error.is_conflict() {
        (
            "Another request is changing this user",
            Duration::from_secs(1),
        )
    } else {
        ("This server cannot read or write its state", FAULT_WAIT)
    };
    Error::new(ErrorKind::Unavailable, detail)
        .with_retry_after(wait)
        .with_source(error)
}
