//! One operation: the client paces, authorizes and sends it, and retries if that is safe.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use super::calls::Operation;
use super::pacing::Pacing;
use super::retry::{Attempt, Decision, Replay};
use super::{
    CredentialProvider, Error, ErrorKind, Jitter, RetryPolicy, Timer, Transport, TransportError,
    TransportErrorKind,
};

/// A call to HubSpot. Its URL and body are personal.
pub(super) struct Call {
    /// The operation in errors and logs, which must not show the URL.
    pub(super) operation: Operation,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) body: Option<Bytes>,
    pub(super) replay: Replay,
    pub(super) budget: Budget,
}

impl Call {
    /// The personal values in the body: names and row values. HubSpot may repeat them in a refusal.
    ///
    /// Values of less than three characters are left out, since other words contain them.
    fn personal_values(&self) -> Vec<String> {
        let body = self.body.as_deref().map(serde_json::from_slice::<Value>);
        let Some(Ok(Value::Object(body))) = body else {
            return Vec::new();
        };

        let names = ["firstName", "lastName"].map(|name| body.get(name));
        let row = body.get("properties").and_then(Value::as_object);
        let values = names.into_iter().flatten();
        let values = values.chain(row.into_iter().flat_map(serde_json::Map::values));
        let texts = values.filter_map(Value::as_str).map(str::trim);
        texts
            .filter(|text| text.chars().count() > 2)
            .map(str::to_owned)
            .collect()
    }
}

/// The rate limit that a call counts against.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Budget {
    /// The account's burst limit.
    Burst,
    /// The limit on searches, and the burst limit too, since nothing exempts searches from it.
    Search,
}

/// The connection to one account.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) credentials: Arc<dyn CredentialProvider>,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) timer: Arc<dyn Timer>,
    pub(super) jitter: Arc<dyn Jitter>,
    pub(super) request_timeout: Duration,
    pub(super) deadline: Duration,
    pub(super) retry: RetryPolicy,
    /// The time for all calls of one SCIM request together.
    pub(super) total_deadline: Duration,
    pub(super) pacing: Mutex<Pacing>,
    pub(super) search_pacing: Mutex<Pacing>,
}

/// The end of a call: the earlier of two limits.
#[derive(Clone, Copy, Debug)]
struct Deadline {
    start: Instant,
    after: Duration,
    until: Option<Instant>,
}

impl Exchange {
    /// Returns HubSpot's success, or the error that remains after all retries.
    pub(super) async fn send(
        &self,
        call: &Call,
        until: Option<Instant>,
    ) -> Result<Response<Bytes>, Error> {
        let deadline = Deadline {
            start: self.timer.now(),
            after: self.deadline,
            until,
        };
        self.attempts(call, deadline)
            .await
            .map_err(|error| error.with_operation(call.operation))
    }

    /// The end of all calls of a SCIM request that begins now.
    pub(super) fn deadline_of_request(&self) -> Option<Instant> {
        self.timer.now().checked_add(self.total_deadline)
    }

    async fn attempts(&self, call: &Call, deadline: Deadline) -> Result<Response<Bytes>, Error> {
        let mut number = 0_u32;
        let mut refreshed = false;
        let mut token = None;
        loop {
            number = number.saturating_add(1);
            let current = match token.take() {
                Some(token) => token,
                None => {
                    self.in_time(self.credentials.access_token(), deadline)
                        .await?
                }
            };

            let error = match self.attempt(call, &current, deadline).await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };

            let attempt = Attempt {
                number,
                refreshed,
                time_left: self.time_left(deadline),
                jitter: self.jitter.fraction(),
            };
            match self.retry.decide(&attempt, &error) {
                Decision::GiveUp => return Err(error),
                Decision::RefreshToken => {
                    refreshed = true;
                    match self
                        .in_time(self.credentials.refresh(&current), deadline)
                        .await?
                    {
                        Some(renewed) => token = Some(renewed),
                        None => return Err(error),
                    }
                }
                Decision::RetryAfter(wait) => {
                    tracing::debug!(operation = call.operation.name, number, ?wait, %error, "retrying a call to HubSpot");
                    self.timer.sleep(wait).await;
                }
            }
        }
    }

    /// Waits for a token source to answer, but not past the deadline.
    async fn in_time<T>(
        &self,
        answer: impl Future<Output = Result<T, Error>>,
        deadline: Deadline,
    ) -> Result<T, Error> {
        let left = self.time_left(deadline);
        if left.is_zero() {
            return Err(out_of_time());
        }

        let (mut answer, mut over) = (pin!(answer), pin!(self.timer.sleep(left)));
        poll_fn(|context| match answer.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(answer),
            Poll::Pending => over.as_mut().poll(context).map(|()| Err(out_of_time())),
        })
        .await
    }

    async fn attempt(
        &self,
        call: &Call,
        token: &SecretString,
        deadline: Deadline,
    ) -> Result<Response<Bytes>, Error> {
        let request = request(call, token)?;
        let searched = match call.budget {
            Budget::Burst => None,
            Budget::Search => Some(self.admission(&self.search_pacing, deadline).await?),
        };
        let permit = self.admission(&self.pacing, deadline).await?;

        let time_left = self.time_left(deadline);
        if time_left.is_zero() {
            return Err(out_of_time());
        }
        let timeout = self.request_timeout.min(time_left);
        let outcome = self.transport.send(request, timeout).await;
        // The headers describe the burst limit alone.
        drop(searched);
        let response = match outcome {
            Ok(response) => response,
            Err(error) => {
                permit.end(None);
                return Err(unanswered(error, call.replay));
            }
        };
        permit.end(Some(response.headers()));
        tracing::debug!(
            operation = call.operation.name,
            status = response.status().as_u16(),
            "answer of HubSpot"
        );
        if response.status().is_success() {
            return Ok(response);
        }

        let token = token.expose_secret();
        let values = call.personal_values();
        let error = Error::from_response(&response, call.replay, token, &values);
        if *error.kind() == (ErrorKind::RateLimited { daily: false }) {
            if let Some(wait) = error.retry_after() {
                let pacing = match call.budget {
                    Budget::Burst => &self.pacing,
                    Budget::Search => &self.search_pacing,
                };
                held(pacing).refused(self.timer.now(), wait);
            }
        }
        Err(error)
    }

    /// Waits for a place within the rate limit, at most until the deadline.
    async fn admission<'a>(
        &'a self,
        pacing: &'a Mutex<Pacing>,
        deadline: Deadline,
    ) -> Result<Permit<'a>, Error> {
        loop {
            let admitted = held(pacing).admit(self.timer.now());
            let Err(wait) = admitted else {
                return Ok(Permit {
                    pacing,
                    timer: self.timer.as_ref(),
                    open: true,
                });
            };

            if wait >= self.time_left(deadline) {
                return Err(Error::new(ErrorKind::RateLimited { daily: false })
                    .with_message("the rate limit would delay the call beyond its deadline")
                    .with_retry_after(wait));
            }
            self.timer.sleep(wait).await;
        }
    }

    fn time_left(&self, deadline: Deadline) -> Duration {
        let now = self.timer.now();
        let passed = now.saturating_duration_since(deadline.start);
        let left = deadline.after.saturating_sub(passed);
        match deadline.until {
            Some(until) => left.min(until.saturating_duration_since(now)),
            None => left,
        }
    }
}

fn held(pacing: &Mutex<Pacing>) -> MutexGuard<'_, Pacing> {
    pacing.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The error of a call that was never sent, so that even a creation certainly did not happen.
fn out_of_time() -> Error {
    Error::new(ErrorKind::Unavailable)
        .with_message("the time for the request is over, and this call was not sent")
}

/// A place within the rate limit. Dropping it returns it, even if the caller goes away in the middle.
#[derive(Debug)]
struct Permit<'a> {
    pacing: &'a Mutex<Pacing>,
    timer: &'a dyn Timer,
    open: bool,
}

impl Permit<'_> {
    fn end(mut self, headers: Option<&HeaderMap>) {
        self.open = false;
        held(self.pacing).ended(self.timer.now(), headers);
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.open {
            held(self.pacing).ended(self.timer.now(), None);
        }
    }
}

fn request(call: &Call, token: &SecretString) -> Result<Request<Bytes>, Error> {
    let mut bearer =
        HeaderValue::try_from(format!("Bearer {}", token.expose_secret())).map_err(|_| {
            Error::new(ErrorKind::Unauthorized)
                .with_message("the access token contains characters that no header can carry")
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
        .map_err(|_| Error::new(ErrorKind::Invalid).with_message("the URL is malformed"))?;
    request.headers_mut().insert(AUTHORIZATION, bearer);
    Ok(request)
}

/// The error of a call without an answer.
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
