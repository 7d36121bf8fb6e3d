//! What can go wrong, by meaning, and how each kind answers on the wire.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

/// A failed SCIM operation: its kind, a sentence for the administrator, and what caused it.
///
/// The wire body is a type of its own, [`ErrorBody`](crate::message::ErrorBody); the source stays inside the process.
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

/// What an [`Error`] means; decides status and `scimType`.
///
/// Source: RFC 7644 §3.12, tables 8 and 9.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// 400 `invalidFilter`: the filter cannot be parsed, or names what cannot be filtered on.
    InvalidFilter,
    /// 400 `tooMany`: the answer would be larger than the server is willing to give.
    TooMany,
    /// 409 `uniqueness`: a value that must be unique is in use.
    Uniqueness,
    /// 400 `mutability`: the change is not compatible with the attribute's mutability.
    Mutability,
    /// 400 `invalidSyntax`: the body is not what the schema of the request says.
    InvalidSyntax,
    /// 400 `invalidPath`: the PATCH path is malformed or names nothing.
    InvalidPath,
    /// 400 `noTarget`: the PATCH path selects no value.
    NoTarget,
    /// 400 `invalidValue`: a value is missing, of the wrong type, or not acceptable.
    InvalidValue,
    /// 400 `invalidVers`: the protocol version is not supported.
    InvalidVersion,
    /// 401: no credentials, or wrong ones.
    Unauthenticated,
    /// 403: the caller, or the server on the caller's behalf, may not do this.
    Forbidden,
    /// 404: no such resource, or no such endpoint.
    NotFound,
    /// 405: the endpoint exists and has no such method.
    MethodNotAllowed,
    /// 409 without `scimType`: the resource is in a state that does not allow the change.
    Conflict,
    /// 412: the resource is not at the version the client named.
    PreconditionFailed,
    /// 413: the body is larger than the limit.
    PayloadTooLarge,
    /// 414: the query of the URL is larger than the limit.
    UriTooLong,
    /// 429: the client must come back later.
    TooManyRequests,
    /// 500: a fault of this server.
    Internal,
    /// 501: not supported here.
    NotImplemented,
    /// 502: the system behind this server refused or answered nonsense.
    BadGateway,
    /// 503: not available now; nothing was changed, or what was changed is not known.
    Unavailable,
    /// 504: the system behind this server did not answer in time.
    GatewayTimeout,
}

impl ErrorKind {
    /// The HTTP status this kind answers with.
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

    /// The `scimType` keyword of this kind, where the RFC has one.
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
    /// An error of `kind` with a detail that the client's administrator will read.
    ///
    /// The detail goes out on the wire: it names the attribute and holds nothing secret.
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

    /// 404 for a resource that `id` does not name.
    #[must_use]
    pub fn not_found(id: &str) -> Self {
        Self::new(
            ErrorKind::NotFound,
            format!("Resource {} not found", shorten(id)),
        )
    }

    /// Says it for logs in other words: for a detail that repeats what the client wrote, which may be an address.
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

    /// Keeps what caused this error, for logs; never sent to the client.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Says when the client may come back; goes out as `Retry-After` in whole seconds.
    #[must_use]
    pub fn with_retry_after(mut self, after: Duration) -> Self {
        self.0.retry_after = Some(after);
        self
    }

    /// Keeps the id under which the system behind this server logged the failure, for the audit trail.
    #[must_use]
    pub fn with_upstream_id(mut self, id: impl Into<String>) -> Self {
        self.0.upstream_id = Some(id.into());
        self
    }

    /// What the error means.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The sentence for the administrator.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The sentence for logs; the detail, unless there is another.
    #[must_use]
    pub fn logged_detail(&self) -> &str {
        self.0.logged.unwrap_or(&self.0.detail)
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.kind.status()
    }

    /// The `scimType` keyword, where there is one.
    #[must_use]
    pub fn scim_type(&self) -> Option<&'static str> {
        self.0.kind.scim_type()
    }

    /// When the client may come back.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The id under which the system behind this server logged the failure.
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
    /// `invalidFilter` or `invalidPath`, with the position and without the text, which may be personal.
    fn from(error: scim_filter::ParseError) -> Self {
        let kind = match error.scim_type() {
            "invalidPath" => ErrorKind::InvalidPath,
            _ => ErrorKind::InvalidFilter,
        };
        Self::new(kind, error.to_string()).with_source(error)
    }
}

/// A name out of a request as a detail repeats it: not without bound.
pub(crate) fn shorten(name: &str) -> Cow<'_, str> {
    const LONGEST: usize = 120;
    match name.char_indices().nth(LONGEST) {
        None => Cow::Borrowed(name),
        Some((end, _)) => Cow::Owned(format!("{}…", name.get(..end).unwrap_or_default())),
    }
}

/// A name that no schema knows, as a log may show it: what does not look like one is whatever somebody put there.
pub(crate) fn loggable(name: &str) -> &str {
    const LONGEST: usize = 120;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/$".contains(&byte);
    let looks_like_one = name.len() <= LONGEST
        && name.bytes().all(is_part)
        && name.starts_with(|first: char| first.is_ascii_alphabetic());
    if looks_like_one { name } else { "?" }
}

/// Where and how a JSON text is broken, without any of the text: it may be personal or secret.
pub(crate) fn describe_json_error(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Io => "unreadable",
        serde_json::error::Category::Syntax => "syntax error",
        serde_json::error::Category::Data => "unexpected type",
        serde_json::error::Category::Eof => "cut short",
    };
    format!("{what} at line {} column {}", error.line(), error.column())
}
