//! One operation: paced, authorised, sent, judged and where it is safe sent again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::pacing::Pacing;
use super::retry::{Attempt, Decision, Replay};
use super::{
    CredentialProvider, Error, ErrorKind, Jitter, RetryPolicy, Timer, Transport, TransportError,
    TransportErrorKind,
};

/// What is sent, as often as need be.
#[derive(Debug)]
pub(super) struct Call {
    /// The operation's name for errors and logs, which must not hold the URL.
    pub(super) operation: &'static str,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) body: Option<Bytes>,
}

impl Call {
    pub(super) fn replay(&self) -> Replay {
        if self.method == Method::POST {
            Replay::OnlyIfNotTaken
        } else {
            Replay::Safe
        }
    }
}

/// The way to one account.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) credentials: Arc<dyn CredentialProvider>,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) timer: Arc<dyn Timer>,
    pub(super) jitter: Arc<dyn Jitter>,
    pub(super) request_timeout: Duration,
    pub(super) deadline: Duration,
    pub(super) retry: RetryPolicy,
    pub(super) pacing: Mutex<Pacing>,
}

impl Exchange {
    /// Answers HubSpot's success, or the error that remains after all retries.
    pub(super) async fn send(&self, call: &Call) -> Result<Response<Bytes>, Error> {
        self.attempts(call)
            .await
            .map_err(|error| error.with_operation(call.operation))
    }

    async fn attempts(&self, call: &Call) -> Result<Response<Bytes>, Error> {
        let start = self.timer.now();
        let mut number = 0_u32;
        let mut refreshed = false;
        let mut token = None;
        loop {
            number = number.saturating_add(1);
            let current = match token.take() {
                Some(token) => token,
                None => self.credentials.access_token().await?,
            };
            let error = match self.attempt(call, &current, start).await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let attempt = Attempt {
                number,
                refreshed,
                time_left: self.time_left(start),
                jitter: self.jitter.fraction(),
            };
            match self.retry.decide(&attempt, &error) {
                Decision::GiveUp => return Err(error),
                Decision::RefreshToken => {
                    refreshed = true;
                    match self.credentials.refresh(&current).await? {
                        Some(renewed) => token = Some(renewed),
                        None => return Err(error),
                    }
                }
                Decision::RetryAfter(wait) => {
                    tracing::debug!(operation = call.operation, number, ?wait, %error, "retry");
                    self.timer.sleep(wait).await;
                }
            }
        }
    }

    async fn attempt(
        &self,
        call: &Call,
        token: &SecretString,
        start: Instant,
    ) -> Result<Response<Bytes>, Error> {
        let request = request(call, token)?;
        let permit = self.admission(start).await?;
        let timeout = self.request_timeout.min(self.time_left(start));
        let outcome = self.transport.send(request, timeout).await;
        let response = match outcome {
            Ok(response) => response,
            Err(error) => {
                permit.end(None);
                return Err(unanswered(error, call.replay()));
            }
        };
        permit.end(Some(response.headers()));
        tracing::debug!(
            operation = call.operation,
            status = response.status().as_u16(),
            "answer"
        );
        if response.status().is_success() {
            return Ok(response);
        }
        let error =
            Error::from_response(&response, call.replay()).without_secret(token.expose_secret());
        if *error.kind() == (ErrorKind::RateLimited { daily: false }) {
            if let Some(wait) = error.retry_after() {
                self.pacing().refused(self.timer.now(), wait);
            }
        }
        Err(error)
    }

    /// Waits for a place in the budget, within the deadline.
    async fn admission(&self, start: Instant) -> Result<Permit<'_>, Error> {
        loop {
            let admitted = self.pacing().admit(self.timer.now());
            let Err(wait) = admitted else {
                return Ok(Permit {
                    exchange: self,
                    open: true,
                });
            };
            if wait >= self.time_left(start) {
                return Err(Error::new(ErrorKind::RateLimited { daily: false })
                    .with_message("the request would wait for the rate limit too long")
                    .with_retry_after(wait));
            }
            self.timer.sleep(wait).await;
        }
    }

    fn time_left(&self, start: Instant) -> Duration {
        let passed = self.timer.now().saturating_duration_since(start);
        self.deadline.saturating_sub(passed)
    }

    fn pacing(&self) -> std::sync::MutexGuard<'_, Pacing> {
        self.pacing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the budget, given back even if the caller goes away in the middle.
#[derive(Debug)]
struct Permit<'a> {
    exchange: &'a Exchange,
    open: bool,
}

impl Permit<'_> {
    fn end(mut self, headers: Option<&HeaderMap>) {
        self.open = false;
        self.exchange
            .pacing()
            .ended(self.exchange.timer.now(), headers);
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.open {
            self.exchange
                .pacing()
                .ended(self.exchange.timer.now(), None);
        }
    }
}

fn request(call: &Call, token: &SecretString) -> Result<Request<Bytes>, Error> {
    let mut bearer =
        HeaderValue::try_from(format!("Bearer {}", token.expose_secret())).map_err(|_| {
            Error::new(ErrorKind::Unauthorized)
                .with_message("the access token holds characters that cannot be sent")
        })?;
    bearer.set_sensitive(true);
    let mut request = Request::builder()
        .method(call.method.clone())
        .uri(call.url.as_str())
        .header(ACCEPT, HeaderValue::from_static("application/json"));
    if call.body.is_some() {
        request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    let mut request = request
        .body(call.body.clone().unwrap_or_default())
        .map_err(|_| Error::new(ErrorKind::Invalid).with_message("the URL cannot be sent"))?;
    request.headers_mut().insert(AUTHORIZATION, bearer);
    Ok(request)
}

/// What the lack of an answer means for this call.
fn unanswered(error: TransportError, replay: Replay) -> Error {
    let kind = match (error.kind(), replay) {
        (TransportErrorKind::Connect, _) => ErrorKind::Unreachable,
        (
            TransportErrorKind::Interrupted
            | TransportErrorKind::Timeout
            | TransportErrorKind::TooLarge,
            Replay::OnlyIfNotTaken,
        ) => ErrorKind::Ambiguous,
        (TransportErrorKind::Interrupted | TransportErrorKind::Timeout, Replay::Safe) => {
            ErrorKind::Unavailable
        }
        (TransportErrorKind::TooLarge, Replay::Safe) => ErrorKind::Unreadable,
    };
    Error::new(kind).with_source(error)
}

#[cfg(test)]
#[path = "exchange_tests.rs"]
mod tests;
