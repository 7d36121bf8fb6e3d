//! Authentication of callers.

use std::fmt;

use async_trait::async_trait;
use http::header::AUTHORIZATION;
use http::request::Parts;
use serde::Serialize;
use subtle::{Choice, ConstantTimeEq};

use crate::provider::Principal;
use crate::{Error, ErrorKind, Redacted};

/// Identifies the caller of a request.
///
/// [`BearerTokens`] and [`Anonymous`] are two; a server with logins of its own implements the trait.
#[async_trait]
pub trait Authenticator: fmt::Debug + Send + Sync + 'static {
    /// Identifies the caller from the head of a request.
    ///
    /// # Errors
    ///
    /// `Unauthenticated` if the credentials are missing or wrong.
    async fn authenticate(&self, head: &Parts) -> Result<Principal, Error>;

    /// The schemes that `/ServiceProviderConfig` advertises; none by default.
    fn schemes(&self) -> Vec<AuthenticationScheme> {
        Vec::new()
    }
}

/// An authentication scheme, as `/ServiceProviderConfig` advertises it.
///
/// ```
/// use scim_core::auth::AuthenticationScheme;
///
/// let scheme = AuthenticationScheme::bearer_token()
///     .with_documentation_uri("https://example.com/help/tokens")
///     .primary();
/// assert_eq!(scheme.kind(), "oauthbearertoken");
/// ```
///
/// Source: RFC 7643 §5.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationScheme {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spec_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    documentation_uri: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    primary: bool,
}

impl AuthenticationScheme {
    /// A scheme with its kind (for example `oauth2`), a name, and a one-sentence description.
    #[must_use]
    pub fn new(
        kind: impl Into<String>,
        name: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        Self {
            kind: kind.into(),
            name: name.into(),
            description: description.into(),
            spec_uri: None,
            documentation_uri: None,
            primary: false,
        }
    }

    /// The scheme `oauthbearertoken`: a secret token in the `Authorization` header (RFC 6750).
    #[must_use]
    pub fn bearer_token() -> Self {
        Self::new(
            "oauthbearertoken",
            "Bearer token",
            "A secret token in the Authorization header",
        )
        .with_spec_uri("https://www.rfc-editor.org/rfc/rfc6750")
    }

    /// The scheme `httpbasic`: a name and a password in the `Authorization` header (RFC 7617).
    #[must_use]
    pub fn http_basic() -> Self {
        Self::new(
            "httpbasic",
            "HTTP Basic",
            "A name and a password in the Authorization header",
        )
        .with_spec_uri("https://www.rfc-editor.org/rfc/rfc7617")
    }

    /// Sets the address of the scheme's specification.
    #[must_use]
    pub fn with_spec_uri(mut self, uri: impl Into<String>) -> Self {
        self.spec_uri = Some(uri.into());
        self
    }

    /// Sets the address of the page that explains how to use the scheme here.
    #[must_use]
    pub fn with_documentation_uri(mut self, uri: impl Into<String>) -> Self {
        self.documentation_uri = Some(uri.into());
        self
    }

    /// Marks the scheme as the preferred one.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.primary = true;
        self
    }

    /// The kind of scheme, for example `oauthbearertoken`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }
}

/// Bearer tokens (RFC 6750): the "Secret Token" of Entra ID, the "API token" of Okta.
///
/// Tokens are compared in constant time and never appear in `Debug`. Several tokens can be valid at once, so a token can be
/// rotated without an interruption.
///
/// ```
/// use scim_core::auth::BearerTokens;
///
/// let tokens = BearerTokens::new("entra", "s3cret").or("entra-next", "n3xt");
/// assert!(!format!("{tokens:?}").contains("s3cret"));
/// ```
#[derive(Clone, Debug)]
pub struct BearerTokens(Vec<(Principal, Redacted<Vec<u8>>)>);

impl BearerTokens {
    /// Accepts one token. `name` identifies its holder in the audit trail.
    #[must_use]
    pub fn new(name: impl Into<String>, token: impl AsRef<[u8]>) -> Self {
        Self(Vec::new()).or(name, token)
    }

    /// Accepts another token as well, for a holder called `name`.
    #[must_use]
    pub fn or(mut self, name: impl Into<String>, token: impl AsRef<[u8]>) -> Self {
        let token = Redacted::new(token.as_ref().to_vec());
        self.0.push((Principal::new(name), token));
        self
    }
}

#[async_trait]
impl Authenticator for BearerTokens {
    async fn authenticate(&self, head: &Parts) -> Result<Principal, Error> {
        let refuse = |detail| Err(Error::new(ErrorKind::Unauthenticated, detail));

        let Some(header) = head.headers.get(AUTHORIZATION) else {
            return refuse("A bearer token is required");
        };

        let header = header.as_bytes();
        let Some((scheme, token)) = header.split_at_checked(7) else {
            return refuse("A bearer token is required");
        };
        if !scheme.eq_ignore_ascii_case(b"bearer ") {
            return refuse("A bearer token is required");
        }

        let token = token.trim_ascii();
        let mut found = None;
        for (principal, expected) in &self.0 {
            // An empty token never matches: otherwise a caller without credentials would pass.
            let same =
                expected.as_slice().ct_eq(token) & Choice::from(u8::from(!expected.is_empty()));
            if bool::from(same) {
                found = Some(principal.clone());
            }
        }

        match found {
            Some(principal) => Ok(principal),
            None => refuse("The bearer token is not valid"),
        }
    }

    fn schemes(&self) -> Vec<AuthenticationScheme> {
        vec![AuthenticationScheme::bearer_token().primary()]
    }
}

/// Accepts every caller: for tests, and for servers behind a layer that authenticates.
///
/// ```
/// use scim_core::auth::{Anonymous, AuthenticationScheme};
///
/// // A proxy in front asks for a name and a password.
/// let authenticator = Anonymous::new().advertising(AuthenticationScheme::http_basic());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Anonymous(Vec<AuthenticationScheme>);

impl Anonymous {
    /// Accepts every caller and advertises no scheme.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Advertises the scheme that the layer in front requires.
    #[must_use]
    pub fn advertising(mut self, scheme: AuthenticationScheme) -> Self {
        self.0.push(scheme);
        self
    }
}

#[async_trait]
impl Authenticator for Anonymous {
    async fn authenticate(&self, _head: &Parts) -> Result<Principal, Error> {
        Ok(Principal::new("anonymous"))
    }

    fn schemes(&self) -> Vec<AuthenticationScheme> {
        self.0.clone()
    }
}
