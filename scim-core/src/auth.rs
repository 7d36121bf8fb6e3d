//! Who may call.

use std::fmt;

use async_trait::async_trait;
use http::header::AUTHORIZATION;
use http::request::Parts;
use subtle::{Choice, ConstantTimeEq};

use crate::provider::Principal;
use crate::{Error, ErrorKind};

/// Tells who sends a request.
#[async_trait]
pub trait Authenticator: fmt::Debug + Send + Sync + 'static {
    /// The caller, from the head of a request.
    ///
    /// # Errors
    ///
    /// `Unauthenticated` when there are no credentials or wrong ones.
    async fn authenticate(&self, head: &Parts) -> Result<Principal, Error>;
}

/// Bearer tokens (RFC 6750): the "Secret Token" of Entra ID, the "API token" of Okta.
///
/// Compared in constant time, and kept out of `Debug`. Several are accepted at once, so that a token can be changed without
/// an interruption.
///
/// ```
/// use scim_core::auth::BearerTokens;
///
/// let tokens = BearerTokens::new("entra", "s3cret").or("entra-next", "n3xt");
/// assert!(!format!("{tokens:?}").contains("s3cret"));
/// ```
#[derive(Clone)]
pub struct BearerTokens(Vec<(Principal, Vec<u8>)>);

impl BearerTokens {
    /// One token, and the name under which its holder appears in the audit trail.
    #[must_use]
    pub fn new(name: impl Into<String>, token: impl AsRef<[u8]>) -> Self {
        Self(Vec::new()).or(name, token)
    }

    /// Accepts another token as well.
    #[must_use]
    pub fn or(mut self, name: impl Into<String>, token: impl AsRef<[u8]>) -> Self {
        self.0.push((Principal::new(name), token.as_ref().to_vec()));
        self
    }
}

impl fmt::Debug for BearerTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(principal, _)| principal))
            .finish()
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
            // An empty token would let in whoever sends none: it is never the right one.
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
}

/// Lets everyone in: for tests, and where a layer in front has authenticated the caller.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Anonymous;

impl Anonymous {
    /// Lets everyone in.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

#[async_trait]
impl Authenticator for Anonymous {
    async fn authenticate(&self, _head: &Parts) -> Result<Principal, Error> {
        Ok(Principal::new("anonymous"))
    }
}
