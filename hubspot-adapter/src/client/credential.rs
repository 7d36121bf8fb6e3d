//! The source of the client's access token.

use std::fmt;

use async_trait::async_trait;
use secrecy::SecretString;

use super::Error;

/// A source of HubSpot access tokens, for an embedder whose token changes.
///
/// [`ClientBuilder::access_token`](super::ClientBuilder::access_token) serves Service Keys and private apps. An OAuth app
/// needs a provider: its tokens expire after 1800 seconds, and HubSpot then answers 401 `EXPIRED_AUTHENTICATION`.
#[async_trait]
pub trait CredentialProvider: fmt::Debug + Send + Sync {
    /// Returns the token for the next request. The client stops waiting at the deadline of the call.
    ///
    /// # Errors
    ///
    /// The error that ends the HubSpot call.
    async fn access_token(&self) -> Result<SecretString, Error>;

    /// Returns a new token after HubSpot refused `refused` with 401, or `None` if the provider has no other.
    ///
    /// The client calls this at most once per operation. Several operations may be refused at the same time: a provider
    /// that has already replaced `refused` returns its current token.
    ///
    /// # Errors
    ///
    /// The error that ends the HubSpot call.
    async fn refresh(&self, refused: &SecretString) -> Result<Option<SecretString>, Error> {
        let _ = refused;
        Ok(None)
    }
}

/// The token of [`ClientBuilder::access_token`](super::ClientBuilder::access_token), which never changes.
#[derive(Clone, Debug)]
pub(super) struct StaticToken(SecretString);

impl StaticToken {
    pub(super) fn new(token: SecretString) -> Self {
        Self(token)
    }
}

#[async_trait]
impl CredentialProvider for StaticToken {
    async fn access_token(&self) -> Result<SecretString, Error> {
        Ok(self.0.clone())
    }
}
