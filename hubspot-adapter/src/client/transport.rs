//! The network: one HTTP exchange, without pacing and retries.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use scim_core::Redacted;
use url::Url;

/// The largest answer that the client reads, in bytes.
///
/// A page of 100 users is about 40 KiB and a list of all teams of a large account about 1 MiB.
pub const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// One HTTP exchange.
///
/// The trait lies below pacing and retries. An embedder's test implements it to simulate years of traffic in no time.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a request once and reads the whole answer, within `timeout`.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Connect`] only if certainly nothing was sent. After any other kind, HubSpot may have acted.
    /// A status other than success is no error here.
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, TransportError>;
}

/// The reason for a missing answer.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: the request was certainly not sent.
    Connect,
    /// The connection broke before the answer was complete.
    Interrupted,
    /// The answer was not complete in time.
    Timeout,
    /// The answer is larger than [`MAX_BODY_BYTES`].
    TooLarge,
}

/// A failed exchange. It contains no URL, since a URL may contain an e-mail address.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::{TransportError, TransportErrorKind};
///
/// let error = TransportError::new(TransportErrorKind::Connect);
/// assert_eq!(error.kind(), TransportErrorKind::Connect);
/// ```
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// An error of this kind.
    #[must_use]
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// Attaches the underlying error, which must show neither a URL nor a token.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// The reason for the failure.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "no connection to HubSpot",
            TransportErrorKind::Interrupted => {
                "the connection broke before the answer was complete"
            }
            TransportErrorKind::Timeout => "the answer was not complete in time",
            TransportErrorKind::TooLarge => "the answer is larger than 16 MiB",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| {
            let source: &(dyn StdError + 'static) = source;
            source
        })
    }
}

/// The options of the network transport.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) connect_timeout: Duration,
    pub(crate) proxy: Option<Url>,
    /// Whether to load trust anchors.
    pub(crate) tls: bool,
}

/// The network, over a pool of connections.
///
/// The transport follows no redirect, which would carry the token elsewhere, and reads no proxy from the environment. It
/// drops connections after 30 idle seconds: a request on a connection that HubSpot is closing has an unknown outcome.
#[derive(Debug)]
pub(crate) struct ReqwestTransport {
    client: Redacted<reqwest::Client>,
}

impl ReqwestTransport {
    pub(crate) fn new(options: &Options) -> Result<Self, TransportError> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(options.connect_timeout)
            .pool_idle_timeout(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .user_agent(concat!("hubspot-adapter/", env!("CARGO_PKG_VERSION")))
            .no_proxy();

        if !options.tls {
            builder = builder.tls_certs_only([]);
        }
        if let Some(url) = &options.proxy {
            builder = builder.proxy(reqwest::Proxy::all(url.clone()).map_err(from_reqwest)?);
        }
        Ok(Self {
            client: builder.build().map_err(from_reqwest)?.into(),
        })
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let mut request = reqwest::Request::try_from(request).map_err(from_reqwest)?;
        *request.timeout_mut() = Some(timeout);
        let mut answer = self.client.execute(request).await.map_err(from_reqwest)?;

        let mut body = BytesMut::new();
        let mut cut_short = false;
        loop {
            match answer.chunk().await {
                Ok(Some(chunk)) => {
                    if body.len().saturating_add(chunk.len()) > MAX_BODY_BYTES {
                        return Err(TransportError::new(TransportErrorKind::TooLarge));
                    }
                    body.extend_from_slice(&chunk);
                }
                Ok(None) => break,
                // The status of a refusal counts even if its text is lost.
                Err(_) if !answer.status().is_success() => {
                    cut_short = true;
                    break;
                }
                Err(error) => return Err(from_reqwest(error)),
            }
        }

        let mut response = http::Response::new(body.freeze());
        *response.status_mut() = answer.status();
        std::mem::swap(response.headers_mut(), answer.headers_mut());
        if cut_short {
            response.extensions_mut().insert(CutShort);
        }
        Ok(response)
    }
}

/// Marks a refusal with a lost text.
#[derive(Clone, Copy, Debug)]
struct CutShort;

/// Whether the text of this refusal is lost, wholly or in part.
pub(super) fn is_cut_short(response: &http::Response<Bytes>) -> bool {
    response.extensions().get::<CutShort>().is_some()
}

fn from_reqwest(error: reqwest::Error) -> TransportError {
    let kind = if error.is_connect() || error.is_builder() {
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind).with_source(error.without_url())
}
