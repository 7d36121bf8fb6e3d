//! How a client is put together.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use scim_core::Redacted;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::credential::StaticToken;
use super::exchange::Exchange;
use super::pacing::Pacing;
use super::timer::RandomJitter;
use super::transport::{Options, ReqwestTransport};
use super::{
    Client, CredentialProvider, DEFAULT_BASE_URL, Jitter, RetryPolicy, Timer, TokioTimer,
    Transport, TransportError,
};

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long one attempt may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// How long one operation may take with all its attempts and waits. Okta gives a SCIM request
/// 60 seconds, in which there is room for an operation that fails late and the reading after it.
const DEADLINE: Duration = Duration::from_secs(25);

/// How long all calls for one SCIM request may take unless said: Okta waits 60 seconds, and what
/// is left is for the way there and back.
pub const TOTAL_DEADLINE: Duration = Duration::from_secs(45);

/// Builds a [`Client`].
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::Client;
///
/// let client = Client::builder().access_token("pat-eu1-secret".into()).build()?;
/// assert!(!format!("{client:?}").contains("secret"));
/// # Ok::<(), hubspot_adapter::client::BuildError>(())
/// ```
#[derive(Debug)]
pub struct ClientBuilder {
    base_url: Option<Redacted<Url>>,
    token: Option<SecretString>,
    credentials: Option<Arc<dyn CredentialProvider>>,
    transport: Option<Arc<dyn Transport>>,
    timer: Arc<dyn Timer>,
    jitter: Arc<dyn Jitter>,
    proxy: Option<Redacted<Url>>,
    connect_timeout: Duration,
    request_timeout: Duration,
    deadline: Duration,
    total_deadline: Duration,
    retry: RetryPolicy,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL is not a plain `http` or `https` URL.
    #[error("the HubSpot base URL must be http or https, without user, query or fragment")]
    BaseUrl,
    /// Neither a token nor a credential provider was given.
    #[error("a HubSpot access token is missing")]
    MissingToken,
    /// The token has characters that no HTTP header can hold.
    #[error("the HubSpot access token holds characters that cannot be sent")]
    Token,
    /// The network transport cannot be set up, for instance without trust anchors.
    #[error("the connection to HubSpot cannot be set up")]
    Transport(#[source] TransportError),
}

impl ClientBuilder {
    pub(super) fn new() -> Self {
        Self {
            base_url: None,
            token: None,
            credentials: None,
            transport: None,
            timer: Arc::new(TokioTimer),
            jitter: Arc::new(RandomJitter),
            proxy: None,
            connect_timeout: CONNECT_TIMEOUT,
            request_timeout: REQUEST_TIMEOUT,
            deadline: DEADLINE,
            total_deadline: TOTAL_DEADLINE,
            retry: RetryPolicy::default(),
        }
    }

    /// Talks to another host than [`DEFAULT_BASE_URL`], for instance an emulated account.
    #[must_use]
    pub fn base_url(mut self, url: Url) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Uses a token that does not change: a Service Key or a private app's.
    #[must_use]
    pub fn access_token(mut self, token: SecretString) -> Self {
        self.token = Some(token);
        self
    }

    /// Asks a provider for the token of each request, in place of a fixed one.
    #[must_use]
    pub fn credentials(mut self, credentials: Arc<dyn CredentialProvider>) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Sends through this transport in place of the network.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Takes time from here in place of the real one.
    #[must_use]
    pub fn timer(mut self, timer: Arc<dyn Timer>) -> Self {
        self.timer = timer;
        self
    }

    /// Takes the spread of retries from here in place of randomness.
    #[must_use]
    pub fn jitter(mut self, jitter: Arc<dyn Jitter>) -> Self {
        self.jitter = jitter;
        self
    }

    /// Goes through an HTTP proxy. The environment's proxy settings are never read.
    #[must_use]
    pub fn proxy(mut self, proxy: Url) -> Self {
        self.proxy = Some(proxy.into());
        self
    }

    /// Bounds the time a connection takes to come about; 5 seconds unless said.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Bounds the time of one attempt; 15 seconds unless said.
    #[must_use]
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// Bounds the time of one operation with its retries and waits; 25 seconds unless said.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Bounds the time of all calls of [`Client::for_request`] together; [`TOTAL_DEADLINE`] unless
    /// said.
    #[must_use]
    pub fn total_deadline(mut self, deadline: Duration) -> Self {
        self.total_deadline = deadline;
        self
    }

    /// Retries by another policy than the default.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`BuildError::MissingToken`], [`BuildError::Token`], [`BuildError::BaseUrl`], or
    /// [`BuildError::Transport`] where the TLS trust anchors cannot be loaded.
    pub fn build(self) -> Result<Client, BuildError> {
        let base_url = match self.base_url {
            Some(url) => url.into_inner(),
            None => Url::parse(DEFAULT_BASE_URL).map_err(|_| BuildError::BaseUrl)?,
        };
        let plain = matches!(base_url.scheme(), "http" | "https")
            && base_url.username().is_empty()
            && base_url.password().is_none()
            && base_url.query().is_none()
            && base_url.fragment().is_none();
        if !plain {
            return Err(BuildError::BaseUrl);
        }
        let credentials = match (self.credentials, self.token) {
            (Some(credentials), _) => credentials,
            (None, Some(token)) => {
                let sendable = token
                    .expose_secret()
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic());
                if token.expose_secret().is_empty() {
                    return Err(BuildError::MissingToken);
                }
                if !sendable {
                    return Err(BuildError::Token);
                }
                Arc::new(StaticToken::new(token))
            }
            (None, None) => return Err(BuildError::MissingToken),
        };
        let transport = if let Some(transport) = self.transport {
            transport
        } else {
            let over_tls = |url: &Url| url.scheme() == "https";
            let options = Options {
                connect_timeout: self.connect_timeout,
                tls: over_tls(&base_url) || self.proxy.as_deref().is_some_and(over_tls),
                proxy: self.proxy.map(Redacted::into_inner),
            };
            Arc::new(ReqwestTransport::new(&options).map_err(BuildError::Transport)?)
        };
        Ok(Client::new(
            base_url,
            Exchange {
                credentials,
                transport,
                timer: self.timer,
                jitter: self.jitter,
                request_timeout: self.request_timeout,
                deadline: self.deadline,
                retry: self.retry,
                total_deadline: self.total_deadline,
                pacing: Mutex::new(Pacing::new()),
                search_pacing: Mutex::new(Pacing::of_searches()),
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder() -> ClientBuilder {
        Client::builder().access_token("pat-na1-planted".into())
    }

    #[test]
    fn a_token_is_required_and_must_be_sendable() {
        assert!(matches!(
            Client::builder().build(),
            Err(BuildError::MissingToken)
        ));
        let empty = Client::builder().access_token("".into());
        assert!(matches!(empty.build(), Err(BuildError::MissingToken)));
        let broken = Client::builder().access_token("two\r\nlines".into());
        assert!(matches!(broken.build(), Err(BuildError::Token)));
    }

    #[test]
    fn a_base_url_is_plain_http_or_https() {
        for refused in [
            "ftp://h.example",
            "https://u:p@h.example",
            "https://h.example/?a=b",
        ] {
            let built = builder().base_url(Url::parse(refused).unwrap()).build();
            assert!(matches!(built, Err(BuildError::BaseUrl)), "{refused}");
        }
        assert!(
            builder()
                .base_url(Url::parse("http://127.0.0.1:1/p/").unwrap())
                .build()
                .is_ok()
        );
    }

    #[test]
    fn neither_the_builder_nor_the_client_shows_the_token() {
        assert!(!format!("{:?}", builder()).contains("planted"));
        assert!(!format!("{:?}", builder().build().unwrap()).contains("planted"));
    }
}
