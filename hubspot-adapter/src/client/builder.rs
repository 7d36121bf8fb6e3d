//! The builder of a client.

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

/// The default time to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The default time for one attempt.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// The default time for one operation with its retries and waits.
///
/// Okta gives a SCIM request 60 seconds, which leaves room for an operation that fails late and a read after it.
const DEADLINE: Duration = Duration::from_secs(25);

/// The default time for all calls of one SCIM request.
///
/// Okta waits 60 seconds, so 15 remain for the network. An embedder keeps its own request timeout above this time.
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

/// A misconfigured client, from [`ClientBuilder::build`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL has another scheme than `http` or `https`, or a user, query or fragment.
    #[error("the HubSpot base URL must be http or https, without user, query or fragment")]
    BaseUrl,
    /// The builder has neither a token nor a credential provider.
    #[error("a HubSpot access token is missing")]
    MissingToken,
    /// The token contains characters that no HTTP header can carry.
    #[error(
        "the HubSpot access token contains blanks or other characters that no header can carry"
    )]
    Token,
    /// The network transport failed to start, for example without trust anchors.
    #[error("the network connection to HubSpot cannot be set up")]
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

    /// Sets the base URL, for example of an emulated account; the default is [`DEFAULT_BASE_URL`].
    #[must_use]
    pub fn base_url(mut self, url: Url) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets a token that does not change: that of a Service Key or a private app.
    #[must_use]
    pub fn access_token(mut self, token: SecretString) -> Self {
        self.token = Some(token);
        self
    }

    /// Sets a provider that supplies the token of each request, in place of a fixed one.
    #[must_use]
    pub fn credentials(mut self, credentials: Arc<dyn CredentialProvider>) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Sets a transport in place of the network, for tests.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Sets a timer in place of real time, for tests.
    #[must_use]
    pub fn timer(mut self, timer: Arc<dyn Timer>) -> Self {
        self.timer = timer;
        self
    }

    /// Sets the jitter of retries in place of a random one, for tests.
    #[must_use]
    pub fn jitter(mut self, jitter: Arc<dyn Jitter>) -> Self {
        self.jitter = jitter;
        self
    }

    /// Sets an HTTP proxy. The client ignores the proxy settings of the environment.
    #[must_use]
    pub fn proxy(mut self, proxy: Url) -> Self {
        self.proxy = Some(proxy.into());
        self
    }

    /// Limits the time to connect; the default is 5 seconds.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Limits the time of one attempt; the default is 15 seconds.
    #[must_use]
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// Limits the time of one operation with its retries and waits; the default is 25 seconds.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Limits the time of all calls of one [`Client::for_request`]; the default is [`TOTAL_DEADLINE`].
    #[must_use]
    pub fn total_deadline(mut self, deadline: Duration) -> Self {
        self.total_deadline = deadline;
        self
    }

    /// Sets the retry policy.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`BuildError::MissingToken`], [`BuildError::Token`], [`BuildError::BaseUrl`], or
    /// [`BuildError::Transport`] if the TLS trust anchors cannot be loaded.
    pub fn build(self) -> Result<Client, BuildError> {
        let base_url = checked_base_url(self.base_url.map(Redacted::into_inner))?;
        let credentials = match (self.credentials, self.token) {
            (Some(credentials), _) => credentials,
            (None, Some(token)) => Arc::new(StaticToken::new(checked_token(token)?)),
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

fn checked_base_url(given: Option<Url>) -> Result<Url, BuildError> {
    let url = match given {
        Some(url) => url,
        None => Url::parse(DEFAULT_BASE_URL).map_err(|_| BuildError::BaseUrl)?,
    };

    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if is_plain {
        Ok(url)
    } else {
        Err(BuildError::BaseUrl)
    }
}

fn checked_token(token: SecretString) -> Result<SecretString, BuildError> {
    let text = token.expose_secret();
    if text.is_empty() {
        return Err(BuildError::MissingToken);
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(BuildError::Token);
    }
    Ok(token)
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
