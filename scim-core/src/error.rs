//! Errors by meaning, each kind with its HTTP status and `scimType`.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

/// A failed SCIM operation: its kind, a sentence for the administrator, and the underlying error.
///
/// [`ErrorBody`](crate::message::ErrorBody) is the form that goes to the client. The underlying error stays in the process.
///
/// ```
/// use scim_core::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Uniqueness, "userName is already taken");
/// assert_eq!(error.status(), 409);
/// assert_eq!(error.scim_type(), Some("uniqueness"));
/// ```
///
/// Source: RFC 7644 §3.12.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    detail: Cow<'static, str>,
    logged: Option<&'static str>,
    retry_after: Option<Duration>,
    upstream_id: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The meaning of an [`Error`]; it decides the HTTP status and `scimType`.
///
/// Source: RFC 7644 §3.12, tables 8 and 9.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// 400 `invalidFilter`: the filter is malformed or names an attribute that cannot be filtered on.
    InvalidFilter,
    /// 400 `tooMany`: the response would exceed the server's limit.
    TooMany,
    /// 409 `uniqueness`: another resource has a value that must be unique.
    Uniqueness,
    /// 400 `mutability`: the attribute's mutability forbids the change.
    Mutability,
    /// 400 `invalidSyntax`: the body does not follow the schema of the request.
    InvalidSyntax,
    /// 400 `invalidPath`: the PATCH path is malformed or names nothing.
    InvalidPath,
    /// 400 `noTarget`: the PATCH path selects no value.
    NoTarget,
    /// 400 `invalidValue`: a value is missing, has the wrong type, or is not acceptable.
    InvalidValue,
    /// 400 `invalidVers`: the server does not support the protocol version.
    InvalidVersion,
    /// 401: the credentials are missing or wrong.
    Unauthenticated,
    /// 403: the caller, or the server on the caller's behalf, lacks the permission.
    Forbidden,
    /// 404: no such resource or endpoint.
    NotFound,
    /// 405: the endpoint exists but does not take this method.
    MethodNotAllowed,
    /// 409 without `scimType`: the state of the resource does not allow the change.
    Conflict,
    /// 412: the resource does not have the version that the client named.
    PreconditionFailed,
    /// 413: the body exceeds the limit.
    PayloadTooLarge,
    /// 414: the query of the URL exceeds the limit.
    UriTooLong,
    /// 429: the client must retry later.
    TooManyRequests,
    /// 500: a fault in this server.
    Internal,
    /// 501: this server does not support the operation.
    NotImplemented,
    /// 502: the upstream system refused the request or sent an unusable response.
    BadGateway,
    /// 503: the server is unavailable; nothing changed, or the outcome is unknown.
    Unavailable,
    /// 504: the upstream system did not answer in time.
    GatewayTimeout,
}

impl ErrorKind {
    /// The HTTP status of this kind.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::InvalidFilter
            | Self::TooMany
            | Self::Mutability
            | Self::InvalidSyntax
            | Self::InvalidPath
            | Self::NoTarget
            | Self::InvalidValue
            | Self::InvalidVersion => StatusCode::BAD_REQUEST,
            Self::Uniqueness | Self::Conflict => StatusCode::CONFLICT,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UriTooLong => StatusCode::URI_TOO_LONG,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotImplemented => StatusCode::NOT_IMPLEMENTED,
            Self::BadGateway => StatusCode::BAD_GATEWAY,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::GatewayTimeout => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// The `scimType` keyword of this kind, if the RFC defines one.
    #[must_use]
    pub const fn scim_type(self) -> Option<&'static str> {
        match self {
            Self::InvalidFilter => Some("invalidFilter"),
            Self::TooMany => Some("tooMany"),
            Self::Uniqueness => Some("uniqueness"),
            Self::Mutability => Some("mutability"),
            Self::InvalidSyntax => Some("invalidSyntax"),
            Self::InvalidPath => Some("invalidPath"),
            Self::NoTarget => Some("noTarget"),
            Self::InvalidValue => Some("invalidValue"),
            Self::InvalidVersion => Some("invalidVers"),
            Self::Unauthenticated
            | Self::Forbidden
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::Conflict
            | Self::PreconditionFailed
            | Self::PayloadTooLarge
            | Self::UriTooLong
            | Self::TooManyRequests
            | Self::Internal
            | Self::NotImplemented
            | Self::BadGateway
            | Self::Unavailable
            | Self::GatewayTimeout => None,
        }
    }
}

impl Error {
    /// An error of `kind` with a detail for the administrator of the client.
    ///
    /// The detail goes to the client: it names the attribute and contains no secret.
    #[must_use]
    pub fn new(kind: ErrorKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            detail: detail.into(),
            logged: None,
            retry_after: None,
            upstream_id: None,
            source: None,
        }))
    }

    /// A 404: no resource has this `id`.
    #[must_use]
    pub fn not_found(id: &str) -> Self {
        Self::new(
            ErrorKind::NotFound,
            format!("Resource {} not found", shorten(id)),
        )
    }

    /// Sets another detail for logs, for example if the detail repeats an e-mail address from the request.
    ///
    /// ```
    /// use scim_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::InvalidValue, "members: nobody is ada@example.com")
    ///     .with_logged_detail("members: an unknown id");
    /// assert_eq!(error.detail(), "members: nobody is ada@example.com");
    /// assert_eq!(error.logged_detail(), "members: an unknown id");
    /// ```
    #[must_use]
    pub fn with_logged_detail(mut self, detail: &'static str) -> Self {
        self.0.logged = Some(detail);
        self
    }

    /// Attaches the underlying error for logs; it never goes to the client.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Sets the delay before a retry, sent as `Retry-After` in whole seconds.
    #[must_use]
    pub fn with_retry_after(mut self, after: Duration) -> Self {
        self.0.retry_after = Some(after);
        self
    }

    /// Attaches the id that the upstream system gave the failure, for the audit trail.
    #[must_use]
    pub fn with_upstream_id(mut self, id: impl Into<String>) -> Self {
        self.0.upstream_id = Some(id.into());
        self
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The sentence for the administrator.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The sentence for logs: the detail, unless [`with_logged_detail`](Self::with_logged_detail) set another.
    #[must_use]
    pub fn logged_detail(&self) -> &str {
        self.0.logged.unwrap_or(&self.0.detail)
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.kind.status()
    }

    /// The `scimType` keyword, if the kind has one.
    #[must_use]
    pub fn scim_type(&self) -> Option<&'static str> {
        self.0.kind.scim_type()
    }

    /// The delay before a retry.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The id that the upstream system gave the failure.
    #[must_use]
    pub fn upstream_id(&self) -> Option<&str> {
        self.0.upstream_id.as_deref()
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("detail", &self.logged_detail())
            .field("retry_after", &self.0.retry_after)
            .field("upstream_id", &self.0.upstream_id)
            .field("source", &self.0.source)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.detail)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl From<scim_filter::ParseError> for Error {
    /// `invalidFilter` or `invalidPath` with the position, but without the text: it may be personal data.
    fn from(error: scim_filter::ParseError) -> Self {
        let kind = match error.scim_type() {
            "invalidPath" => ErrorKind::InvalidPath,
            _ => ErrorKind::InvalidFilter,
        };
        Self::new(kind, error.to_string()).with_source(error)
    }
}

/// Shortens a name from a request to at most 120 characters, for an error detail.
pub(crate) fn shorten(name: &str) -> Cow<'_, str> {
    const LONGEST: usize = 120;

    match name.char_indices().nth(LONGEST) {
        None => Cow::Borrowed(name),
        Some((end, _)) => Cow::Owned(format!("{}…", name.get(..end).unwrap_or_default())),
    }
}

/// Returns an unknown name for a log if it looks like an attribute name, and `?` otherwise.
///
/// A client may put anything in the place of a name, personal data included.
pub(crate) fn loggable(name: &str) -> &str {
    const LONGEST: usize = 120;

    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/$".contains(&byte);

    let looks_like_a_name = name.len() <= LONGEST
        && name.bytes().all(is_part)
        && name.starts_with(|first: char| first.is_ascii_alphabetic());

    if looks_like_a_name { name } else { "?" }
}

/// Describes a JSON error by kind and position, without the text: it may be personal or secret.
pub(crate) fn describe_json_error(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Io => "unreadable",
        serde_json::error::Category::Syntax => "syntax error",
        serde_json::error::Category::Data => "unexpected type",
        serde_json::error::Category::Eof => "cut short",
    };

    format!("{what} at line {} column {}", error.line(), error.column())
}
