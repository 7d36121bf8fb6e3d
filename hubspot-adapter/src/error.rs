//! HubSpot's failures as SCIM errors.

use std::time::Duration;

use scim_core::{Error, ErrorKind};

use crate::client;
use crate::dialect::{BILLING_SCOPE, is_billing_scope};
use crate::state::StateError;

/// When a client may come back after the daily limit: an hour, since the limit ends at midnight in the account's time zone.
const DAILY_LIMIT_WAIT: Duration = Duration::from_secs(3600);
/// When a client may come back after a fault of HubSpot's, or of the state store's.
const FAULT_WAIT: Duration = Duration::from_secs(30);

/// The SCIM error that an identity provider gets when a call to HubSpot failed.
///
/// A token that HubSpot refuses is this server's trouble, not the caller's: never 401, which would make the identity provider
/// distrust its own token (`docs/evidence.md`, C47). HubSpot's correlation id is kept for the audit trail.
pub(crate) fn from_hubspot(error: client::Error) -> Error {
    use client::ErrorKind as Hub;
    let (kind, detail, wait) = match error.kind() {
        Hub::Unauthorized => (
            ErrorKind::BadGateway,
            "HubSpot refuses the access token of this server; it must be renewed there".to_owned(),
            None,
        ),
        // One user's permission set is one user's trouble: Entra takes a 403 for bad credentials, and stops the whole job.
        Hub::MissingScopes(scopes) if lacks_billing(&error) => (
            ErrorKind::InvalidValue,
            format!(
                "roles: this permission set takes a paid seat, and the HubSpot access token of this server lacks the scope {}",
                scopes.join(", ")
            ),
            None,
        ),
        Hub::MissingScopes(scopes) => (
            ErrorKind::Forbidden,
            format!(
                "The HubSpot access token of this server lacks a scope; one of these is needed: {}",
                scopes.join(", ")
            ),
            None,
        ),
        Hub::Forbidden => (
            ErrorKind::Forbidden,
            sentence("HubSpot does not permit this", &error),
            None,
        ),
        Hub::NotFound => (
            ErrorKind::NotFound,
            "HubSpot has no such user".to_owned(),
            None,
        ),
        Hub::Conflict => (
            ErrorKind::Uniqueness,
            sentence("HubSpot reports a conflict with what it has", &error),
            None,
        ),
        Hub::Invalid => (
            ErrorKind::InvalidValue,
            sentence("HubSpot refuses the request", &error),
            None,
        ),
        Hub::RateLimited { daily: true } => (
            ErrorKind::TooManyRequests,
            "HubSpot's daily limit of calls is used up".to_owned(),
            Some(DAILY_LIMIT_WAIT),
        ),
        Hub::RateLimited { daily: false } => (
            ErrorKind::TooManyRequests,
            "HubSpot's limit of calls is used up for the moment".to_owned(),
            Some(Duration::from_secs(10)),
        ),
        Hub::Locked => (
            ErrorKind::Unavailable,
            "HubSpot is changing this user for someone else".to_owned(),
            Some(Duration::from_secs(2)),
        ),
        Hub::Unreachable => (
            ErrorKind::Unavailable,
            "HubSpot cannot be reached".to_owned(),
            Some(FAULT_WAIT),
        ),
        Hub::Unavailable | Hub::Ambiguous => (
            ErrorKind::Unavailable,
            "HubSpot did not answer properly; it is not known whether the change was made"
                .to_owned(),
            Some(FAULT_WAIT),
        ),
        Hub::Unreadable | Hub::Unexpected => (
            ErrorKind::BadGateway,
            sentence("HubSpot answered something unexpected", &error),
            None,
        ),
    };
    let mut scim = Error::new(kind, detail);
    if let Some(wait) = error.retry_after().or(wait) {
        scim = scim.with_retry_after(wait);
    }
    if let Some(id) = error.correlation_id() {
        scim = scim.with_upstream_id(id);
    }
    scim.with_source(error)
}

/// The SCIM error for values that HubSpot refuses, by the attributes that were to have them.
pub(crate) fn refused_values(error: client::Error, attributes: &str) -> Error {
    let refused = from_hubspot(error);
    let detail = format!("{attributes}: {}", refused.detail());
    let mut named = Error::new(refused.kind(), detail);
    if let Some(id) = refused.upstream_id() {
        named = named.with_upstream_id(id);
    }
    named.with_source(refused)
}

/// The SCIM error where a change was sent and the read that is to prove it failed: whatever HubSpot says to the read is no refusal of
/// the change.
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
        "It is not known whether HubSpot made the change: {}",
        failed.detail()
    );
    caused_by(Error::new(ErrorKind::BadGateway, detail), failed)
}

/// The SCIM error for a failed call about no single user: a 404 there says that HubSpot is not where it should be.
pub(crate) fn from_hubspot_list(error: client::Error) -> Error {
    if error.is_not_found() {
        let mut scim = Error::new(
            ErrorKind::BadGateway,
            "HubSpot does not have what it is known to have; is the base URL right?",
        );
        if let Some(id) = error.correlation_id() {
            scim = scim.with_upstream_id(id);
        }
        return scim.with_source(error);
    }
    from_hubspot(error)
}

/// The SCIM error where these attributes of a request take the billing scope, and the token lacks it.
pub(crate) fn no_billing(attributes: &str, error: client::Error) -> Error {
    let detail = format!(
        "{attributes}: seats take the scope {BILLING_SCOPE}, which the HubSpot access token of this server lacks"
    );
    restated(from_hubspot(error), detail)
}

/// Whether HubSpot refuses a call for want of the scope that paid permission sets and seats take.
pub(crate) fn lacks_billing(error: &client::Error) -> bool {
    if let client::ErrorKind::MissingScopes(scopes) = error.kind() {
        scopes.iter().any(|scope| is_billing_scope(scope))
    } else {
        false
    }
}

/// The same error in other words.
pub(crate) fn restated(error: Error, detail: String) -> Error {
    caused_by(Error::new(error.kind(), detail), error)
}

/// An error that says better what another one means; HubSpot's correlation id stays with it.
pub(crate) fn caused_by(mut scim: Error, error: Error) -> Error {
    if let Some(id) = error.upstream_id() {
        scim = scim.with_upstream_id(id);
    }
    scim.with_source(error)
}

/// The SCIM error for a state store that failed: the client is to come back, whatever the store's trouble is.
pub(crate) fn from_state(error: StateError) -> Error {
    let (detail, wait) = if error.is_conflict() {
        (
            "Another server is changing this user",
            Duration::from_secs(1),
        )
    } else {
        (
            "The state of this server cannot be read or written",
            FAULT_WAIT,
        )
    };
    Error::new(ErrorKind::Unavailable, detail)
        .with_retry_after(wait)
        .with_source(error)
}

fn sentence(what: &str, error: &client::Error) -> String {
    match error.message() {
        Some(message) => format!("{what}: {message}"),
        None => what.to_owned(),
    }
}
