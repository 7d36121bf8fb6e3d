//! What can go wrong between this process and HubSpot.

mod codes;
mod told;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};

#[cfg(feature = "emulator")]
pub(crate) use self::codes::{MISSING_SCOPES, ROLES_UNAVAILABLE};
pub use self::codes::{NO_SEAT_AVAILABLE, USER_NOT_ON_ANY_HUBS};
use self::told::{Reasons, Told, correlation_id, presentable, retry_after};
use super::calls::Operation;
use super::retry::Replay;
use crate::client::limits::MIGRATING;

/// What is said of a 404 that is not HubSpot's.
const NOT_HUBSPOTS_404: &str =
    "a 404 that is not HubSpot's: is a proxy in between, or the base URL wrong?";

/// A call to HubSpot that did not give what was asked for.
///
/// Neither `Debug` nor `Display` shows a token or an e-mail address: no URL is kept, and in
/// HubSpot's own words addresses are masked.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Conflict).with_message("ada@acme.example already exists");
/// assert_eq!(*error.kind(), ErrorKind::Conflict);
/// assert_eq!(error.message(), Some("*** already exists"));
/// ```
#[derive(Debug)]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    operation: Option<&'static str>,
    status: Option<StatusCode>,
    category: Option<String>,
    message: Option<String>,
    correlation_id: Option<String>,
    retry_after: Option<Duration>,
    reasons: Reasons,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of failure it was, and so what may be done about it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// It is unknown whether HubSpot took a creation: no answer, a broken one, one that is not
    /// HubSpot's, or a 5xx.
    ///
    /// Read the user by e-mail before anything else; never send the creation again blindly.
    Ambiguous,
    /// 409: what was to be created exists.
    Conflict,
    /// 403, for another reason than a scope.
    Forbidden,
    /// 400: HubSpot refuses what the request says.
    Invalid,
    /// 423: another write to the same thing is under way.
    Locked,
    /// The token lacks a scope: those of which one would do, by HubSpot's word, or by its documentation where it names none.
    MissingScopes(Vec<String>),
    /// 404 in HubSpot's words or in none: absent. Nothing else proves absence, least of all a proxy's page.
    NotFound,
    /// 429, or the request would have to wait for the limit longer than the deadline allows.
    RateLimited {
        /// The limit of the day is used up; waiting seconds is no use.
        daily: bool,
    },
    /// 401: HubSpot does not accept the token.
    Unauthorized,
    /// HubSpot answered 5xx, answered too late or broke off, or refused in words that were lost, and may do
    /// better later.
    ///
    /// The call is one that may be sent again, so nothing is in doubt that a repetition would
    /// not settle.
    Unavailable,
    /// A status that HubSpot does not document for this call, for instance a redirect.
    Unexpected,
    /// No connection could be made. Nothing was sent.
    Unreachable,
    /// HubSpot said yes in words that could not be read, or something else than HubSpot said 404.
    Unreadable,
}

impl Error {
    /// An error of this kind.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                operation: None,
                status: None,
                category: None,
                message: None,
                correlation_id: None,
                retry_after: None,
                reasons: Reasons::default(),
                source: None,
            }),
        }
    }

    /// Adds what HubSpot, or the client, says about it: bounded, masked, on one line.
    #[must_use]
    pub fn with_message(mut self, message: &str) -> Self {
        self.inner.message = Some(presentable(message)).filter(|message| !message.is_empty());
        self
    }

    /// Adds how long to wait before another attempt is worth it.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.inner.retry_after = Some(wait);
        self
    }

    /// Adds the cause, which must show neither a URL nor a token.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.inner.source = Some(Box::new(source));
        self
    }

    pub(super) fn with_operation(mut self, operation: Operation) -> Self {
        self.inner.operation = Some(operation.name);
        if let ErrorKind::MissingScopes(scopes) = &mut self.inner.kind {
            if scopes.is_empty() {
                // HubSpot said that one is missing and not which.
                scopes.extend(operation.scopes.iter().map(ToString::to_string));
            }
        }
        self
    }

    /// What kind of failure it was.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.inner.kind
    }

    /// The status HubSpot answered with, if it answered.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.inner.status
    }

    /// HubSpot's name for the kind of error, for instance `VALIDATION_ERROR`.
    #[must_use]
    pub fn category(&self) -> Option<&str> {
        self.inner.category.as_deref()
    }

    /// HubSpot's words: bounded, on one line, e-mail addresses masked, otherwise untrusted.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.inner.message.as_deref()
    }

    /// What HubSpot's support finds the call by.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        self.inner.correlation_id.as_deref()
    }

    /// How long to wait before another attempt is worth it, where that is known.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// Whether HubSpot says that the thing does not exist, the only proof of absence.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.inner.kind == ErrorKind::NotFound
    }

    /// Whether HubSpot refuses what a request says, or has it that something else says so already.
    pub(crate) fn is_about_values(&self) -> bool {
        matches!(self.inner.kind, ErrorKind::Invalid | ErrorKind::Conflict)
    }

    /// Whether a name was refused because the person never logged in:
    /// [`USER_NOT_ON_ANY_HUBS`].
    #[must_use]
    pub fn is_user_not_on_any_hubs(&self) -> bool {
        self.inner.reasons.user_not_on_any_hubs
    }

    /// Whether no seat is free for the role: [`NO_SEAT_AVAILABLE`].
    #[must_use]
    pub fn no_seat_available(&self) -> bool {
        self.inner.reasons.no_seat_available
    }

    /// Whether the account has no permission sets: `docs/evidence.md`, H8.
    #[must_use]
    pub fn roles_unavailable(&self) -> bool {
        self.inner.reasons.roles_unavailable
    }

    /// That an answer of success says nothing that can be read.
    pub(super) fn of_unread(response: &Response<Bytes>, replay: Replay) -> Self {
        let mut error = Self::new(match replay {
            Replay::Safe => ErrorKind::Unreadable,
            Replay::OnlyIfNotTaken => ErrorKind::Ambiguous,
        });
        error.inner.status = Some(response.status());
        error.inner.correlation_id = correlation_id(response.headers());
        error
    }

    /// What an answer that is not a success says, without the `secret` and the personal `values` that were sent, should HubSpot
    /// repeat them.
    pub(super) fn from_response(
        response: &Response<Bytes>,
        replay: Replay,
        secret: &str,
        values: &[String],
    ) -> Self {
        let told = Told::read(response).without(secret).impersonal(values);
        let daily = told.is_daily();
        let status = response.status().as_u16();
        let kind = match (status, replay) {
            (400 | 403 | 422, _) if told.is_about_scopes() => {
                ErrorKind::MissingScopes(told.scopes.clone())
            }
            // Somebody in between may have said no after HubSpot said yes.
            (400 | 403 | 404 | 422, Replay::OnlyIfNotTaken) if told.is_garbled => {
                ErrorKind::Ambiguous
            }
            // Why is unknown, and may be a reason to come back.
            (400 | 403 | 422, Replay::Safe) if told.is_garbled => ErrorKind::Unavailable,
            // A proxy's page, or that of a wrong path, proves nobody's absence.
            (404, Replay::Safe) if told.is_garbled => ErrorKind::Unreadable,
            (400 | 422, _) => ErrorKind::Invalid,
            (401, _) => ErrorKind::Unauthorized,
            (403, _) => ErrorKind::Forbidden,
            (404, _) => ErrorKind::NotFound,
            (409, _) => ErrorKind::Conflict,
            (423, _) => ErrorKind::Locked,
            (429, _) => ErrorKind::RateLimited { daily },
            // Nothing is taken, and `Retry-After` says until when.
            (MIGRATING, _) | (408 | 500.., Replay::Safe) => ErrorKind::Unavailable,
            (408 | 500.., Replay::OnlyIfNotTaken) => ErrorKind::Ambiguous,
            (400..=499, _) | (_, Replay::Safe) => ErrorKind::Unexpected,
            // A redirect may follow on a creation that was made.
            (_, Replay::OnlyIfNotTaken) => ErrorKind::Ambiguous,
        };
        let retry_after = retry_after(response.headers()).or_else(|| match kind {
            ErrorKind::RateLimited { daily: false } => Some(told.burst_wait(response.headers())),
            ErrorKind::Ambiguous
            | ErrorKind::Conflict
            | ErrorKind::Forbidden
            | ErrorKind::Invalid
            | ErrorKind::Locked
            | ErrorKind::MissingScopes(_)
            | ErrorKind::NotFound
            | ErrorKind::RateLimited { daily: true }
            | ErrorKind::Unauthorized
            | ErrorKind::Unavailable
            | ErrorKind::Unexpected
            | ErrorKind::Unreachable
            | ErrorKind::Unreadable => None,
        });

        let mut error = Self::new(kind);
        error.inner.status = Some(response.status());
        error.inner.retry_after = retry_after;
        error.inner.category = told.category;
        error.inner.correlation_id = told.correlation_id;
        error.inner.reasons = told.reasons;
        if status == 404 && told.is_garbled {
            return error.with_message(NOT_HUBSPOTS_404);
        }
        error.with_message(&told.message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.inner.operation {
            write!(f, "{operation}: ")?;
        }
        write!(f, "{}", self.inner.kind)?;
        if let Some(status) = self.inner.status {
            write!(f, " ({})", status.as_u16())?;
        }
        if let Some(message) = &self.inner.message {
            write!(f, ": {message}")?;
        }
        if let Some(id) = &self.inner.correlation_id {
            write!(f, " [correlation id {id}]")?;
        }
        Ok(())
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ambiguous => "it is unknown whether HubSpot did it",
            Self::Conflict => "it exists in HubSpot already",
            Self::Forbidden => "HubSpot forbids it",
            Self::Invalid => "HubSpot refuses the request",
            Self::Locked => "another write is under way in HubSpot",
            Self::MissingScopes(scopes) if scopes.is_empty() => "the HubSpot token lacks a scope",
            Self::MissingScopes(scopes) => {
                return write!(
                    f,
                    "the HubSpot token lacks one of the scopes {}",
                    scopes.join(", ")
                );
            }
            Self::NotFound => "HubSpot does not have it",
            Self::RateLimited { daily: false } => "HubSpot's rate limit is reached",
            Self::RateLimited { daily: true } => "HubSpot's daily limit is reached",
            Self::Unauthorized => "HubSpot does not accept the token",
            Self::Unavailable => "HubSpot is not available",
            Self::Unexpected => "HubSpot answered with a status it does not document",
            Self::Unreachable => "HubSpot cannot be reached",
            Self::Unreadable => "HubSpot's answer cannot be read",
        })
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| {
            let source: &(dyn StdError + 'static) = source;
            source
        })
    }
}

#[cfg(test)]
mod tests;
