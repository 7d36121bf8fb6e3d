//! Failed calls to HubSpot.

mod body;
mod codes;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};

use self::body::{ErrorBody, Reasons, correlation_id, presentable, retry_after};
#[cfg(feature = "emulator")]
pub(crate) use self::codes::{MISSING_SCOPES, ROLES_UNAVAILABLE};
pub use self::codes::{NO_SEAT_AVAILABLE, USER_NOT_ON_ANY_HUBS};
use super::calls::Operation;
use super::retry::Replay;
use crate::client::limits::MIGRATING;

/// The message of a 404 from something other than HubSpot.
const FOREIGN_404: &str =
    "this 404 does not come from HubSpot. Check the base URL, and the proxies in between.";

/// A failed call to HubSpot.
///
/// An embedder reads it from the [`Report`](crate::Report), or from its own calls of a [`Client`](super::Client).
/// Neither `Debug` nor `Display` shows a token or an e-mail address: the error keeps no URL and masks addresses in
/// HubSpot's texts.
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

/// The kind of a failure, which decides the next step.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// HubSpot may or may not have created the user: the answer is missing, broken, a 5xx, or not from HubSpot.
    ///
    /// Read the user by e-mail first. A blind retry may create a second user.
    Ambiguous,
    /// 409: the user already exists.
    Conflict,
    /// 403 for a reason other than a scope.
    Forbidden,
    /// 400: HubSpot refuses the values of the request.
    Invalid,
    /// 423: another write to the same user is under way.
    Locked,
    /// The token lacks a scope. Any one of these would do, by HubSpot's answer, or else by its documentation.
    MissingScopes(Vec<String>),
    /// 404 with HubSpot's text or an empty one: the user is absent. The 404 of a proxy proves nothing.
    NotFound,
    /// 429, or the limit would delay the request beyond its deadline.
    RateLimited {
        /// Whether the daily limit is used up, so that a short wait does not help.
        daily: bool,
    },
    /// 401: HubSpot does not accept the token.
    Unauthorized,
    /// HubSpot answered 5xx, too late, with a broken connection, or with a refusal whose text is lost.
    ///
    /// Only repeatable calls end this way, so a later retry settles the outcome.
    Unavailable,
    /// A status that HubSpot does not document for this call, for example a redirect.
    Unexpected,
    /// No connection to HubSpot. Nothing was sent.
    Unreachable,
    /// A success with an unreadable body, or a 404 that does not come from HubSpot.
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

    /// Adds a message: shortened to 300 characters on one line, addresses masked.
    #[must_use]
    pub fn with_message(mut self, message: &str) -> Self {
        self.inner.message = Some(presentable(message)).filter(|message| !message.is_empty());
        self
    }

    /// Adds the time to wait before the next attempt.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.inner.retry_after = Some(wait);
        self
    }

    /// Attaches the underlying error, which must show neither a URL nor a token.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.inner.source = Some(Box::new(source));
        self
    }

    pub(super) fn with_operation(mut self, operation: Operation) -> Self {
        self.inner.operation = Some(operation.name);
        if let ErrorKind::MissingScopes(scopes) = &mut self.inner.kind {
            if scopes.is_empty() {
                // HubSpot did not name the missing scope.
                scopes.extend(operation.scopes.iter().map(ToString::to_string));
            }
        }
        self
    }

    /// The kind of the failure.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.inner.kind
    }

    /// The HTTP status, if HubSpot answered.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.inner.status
    }

    /// HubSpot's category of the error, for example `VALIDATION_ERROR`.
    #[must_use]
    pub fn category(&self) -> Option<&str> {
        self.inner.category.as_deref()
    }

    /// HubSpot's message: at most 300 characters on one line, addresses masked, otherwise untrusted.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.inner.message.as_deref()
    }

    /// HubSpot's correlation id, by which its support finds the call.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        self.inner.correlation_id.as_deref()
    }

    /// The time to wait before the next attempt, if known.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// Whether HubSpot itself says that the user does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.inner.kind == ErrorKind::NotFound
    }

    /// Whether HubSpot refuses the values, or another object already has them.
    pub(crate) fn is_about_values(&self) -> bool {
        matches!(self.inner.kind, ErrorKind::Invalid | ErrorKind::Conflict)
    }

    /// Whether HubSpot refuses a name because the user never signed in: [`USER_NOT_ON_ANY_HUBS`].
    #[must_use]
    pub fn is_user_not_on_any_hubs(&self) -> bool {
        self.inner.reasons.user_not_on_any_hubs
    }

    /// Whether no seat is free for the permission set: [`NO_SEAT_AVAILABLE`].
    #[must_use]
    pub fn no_seat_available(&self) -> bool {
        self.inner.reasons.no_seat_available
    }

    /// Whether the account has no permission sets: `docs/evidence.md`, H8.
    #[must_use]
    pub fn roles_unavailable(&self) -> bool {
        self.inner.reasons.roles_unavailable
    }

    /// The error for a success with an unreadable body.
    pub(super) fn of_unreadable(response: &Response<Bytes>, replay: Replay) -> Self {
        let mut error = Self::new(match replay {
            Replay::Safe => ErrorKind::Unreadable,
            Replay::OnlyIfNotTaken => ErrorKind::Ambiguous,
        });
        error.inner.status = Some(response.status());
        error.inner.correlation_id = correlation_id(response.headers());
        error
    }

    /// Reads the error of an answer. HubSpot may repeat the `secret` and the personal `values` of the request, so the
    /// error masks both.
    pub(super) fn from_response(
        response: &Response<Bytes>,
        replay: Replay,
        secret: &str,
        values: &[String],
    ) -> Self {
        let body = ErrorBody::read(response).without(secret).impersonal(values);
        let status = response.status().as_u16();
        let kind = Self::kind_of(status, replay, &body);
        let wait = retry_after(response.headers()).or_else(|| {
            let is_burst = kind == ErrorKind::RateLimited { daily: false };
            is_burst.then(|| body.burst_wait(response.headers()))
        });

        let mut error = Self::new(kind);
        error.inner.status = Some(response.status());
        error.inner.retry_after = wait;
        error.inner.category = body.category;
        error.inner.correlation_id = body.correlation_id;
        error.inner.reasons = body.reasons;
        if status == 404 && body.is_garbled {
            return error.with_message(FOREIGN_404);
        }
        error.with_message(&body.message)
    }

    fn kind_of(status: u16, replay: Replay, body: &ErrorBody) -> ErrorKind {
        match (status, replay) {
            (400 | 403 | 422, _) if body.is_about_scopes() => {
                ErrorKind::MissingScopes(body.scopes.clone())
            }
            // A proxy may have refused after HubSpot agreed.
            (400 | 403 | 404 | 422, Replay::OnlyIfNotTaken) if body.is_garbled => {
                ErrorKind::Ambiguous
            }
            // The lost reason may be a passing one.
            (400 | 403 | 422, Replay::Safe) if body.is_garbled => ErrorKind::Unavailable,
            // The page of a proxy or of a wrong path proves no absence.
            (404, Replay::Safe) if body.is_garbled => ErrorKind::Unreadable,
            (400 | 422, _) => ErrorKind::Invalid,
            (401, _) => ErrorKind::Unauthorized,
            (403, _) => ErrorKind::Forbidden,
            (404, _) => ErrorKind::NotFound,
            (409, _) => ErrorKind::Conflict,
            (423, _) => ErrorKind::Locked,
            (429, _) => ErrorKind::RateLimited {
                daily: body.is_daily(),
            },
            // HubSpot takes no request until the time in `Retry-After`.
            (MIGRATING, _) | (408 | 500.., Replay::Safe) => ErrorKind::Unavailable,
            (408 | 500.., Replay::OnlyIfNotTaken) => ErrorKind::Ambiguous,
            (400..=499, _) | (_, Replay::Safe) => ErrorKind::Unexpected,
            // HubSpot may have created the user before the redirect.
            (_, Replay::OnlyIfNotTaken) => ErrorKind::Ambiguous,
        }
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
            Self::Ambiguous => "HubSpot may or may not have taken the request",
            Self::Conflict => "HubSpot already has it",
            Self::Forbidden => "HubSpot does not permit the request",
            Self::Invalid => "HubSpot refuses the request",
            Self::Locked => "another write is under way in HubSpot",
            Self::MissingScopes(scopes) if scopes.is_empty() => "the HubSpot token lacks a scope",
            Self::MissingScopes(scopes) => {
                let scopes = scopes.join(", ");
                return write!(f, "the HubSpot token lacks one of the scopes {scopes}");
            }
            Self::NotFound => "HubSpot does not have it",
            Self::RateLimited { daily: false } => "HubSpot's rate limit is reached",
            Self::RateLimited { daily: true } => "HubSpot's daily limit is reached",
            Self::Unauthorized => "HubSpot does not accept the token",
            Self::Unavailable => "HubSpot is not available",
            Self::Unexpected => "HubSpot answered with an undocumented status",
            Self::Unreachable => "HubSpot cannot be reached",
            Self::Unreadable => "HubSpot's answer is unreadable",
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
