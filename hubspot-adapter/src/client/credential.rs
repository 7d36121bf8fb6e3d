//! Where the client's access token comes from.

use std::fmt;

use async_trait::async_trait;
use secrecy::SecretString;

use super::Error;

/// A source of HubSpot access tokens.
///
/// [`StaticToken`] serves Service Keys and private apps, whose token does not change. An OAuth
/// app refreshes: its tokens live 1800 seconds, then HubSpot answers 401 `EXPIRED_AUTHENTICATION`.
#[async_trait]
pub trait CredentialProvider: fmt::Debug + Send + Sync {
    /// The token to send with the next request; given up where it takes longer than the call may.
    ///
    /// # Errors
    ///
    /// Whatever kept the token away, as the error the HubSpot call shall end in.
    async fn access_token(&self) -> Result<SecretString, Error>;

    /// Another token, after HubSpot refused `refused` with 401, or `None` if there is none.
    ///
    /// Called at most once per HubSpot operation. Several operations may be refused at the same
    /// time: an implementation that has replaced `refused` meanwhile answers what it has.
    ///
    /// # Errors
    ///
    /// Whatever kept the new token away, as the error the HubSpot call shall end in.
    async fn refresh(&self, refused: &SecretString) -> Result<Option<SecretString>, Error> {
        let _ = refused;
        Ok(None)
    }
}

/// A token that never changes.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::StaticToken;
///
/// let token = StaticToken::new("pat-eu1-secret".into());
/// assert!(!format!("{token:?}").contains("secret"));
/// ```
#[derive(Clone, Debug)]
pub struct StaticToken(SecretString);

impl StaticToken {
    /// Serves `token` for ever.
    #[must_use]
    pub fn new(token: SecretString) -> Self {
        Self(token)
    }
}

#[async_trait]
impl CredentialProvider for StaticToken {
    async fn access_token(&self) -> Result<SecretString, Error> {
        Ok(self.0.clone())
    }
}
