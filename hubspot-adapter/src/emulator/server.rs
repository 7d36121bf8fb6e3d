//! The socket of the emulated account: HTTP requests, answers, and connections that a fault breaks.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body::Frame;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::account::{Account, Setup};
use super::answer::{self, Answer};
use super::behavior::{RateHeaders, RetryAfter};
use super::faults::{Ending, Fault, Faults, Verdict};
use super::limiter::{INTERVAL, Limiter};
use super::record::RecordedRequest;
use super::routes::Endpoint;
use crate::client::Timer;
use crate::client::limits::SEARCHES_PER_SECOND;

/// The largest accepted request body, in bytes.
const MAX_REQUEST_BYTES: usize = 1024 * 1024;

/// The state that the handle and the connections share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) token: SecretString,
    pub(super) scopes: Vec<String>,
    /// Further tokens with their scopes.
    pub(super) others: Vec<(SecretString, Vec<String>)>,
    pub(super) timer: Arc<dyn Timer>,
    pub(super) setup: Setup,
    pub(super) rate: u32,
    state: Mutex<Live>,
}

/// The part of the state that changes.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) account: Account,
    pub(super) faults: Faults,
    pub(super) requests: Vec<RecordedRequest>,
    limiter: Limiter,
    search_limiter: Limiter,
    answers: u64,
}

impl Live {
    fn new(setup: &Setup, rate: u32) -> Self {
        Self {
            account: Account::new(setup.clone()),
            faults: Faults::default(),
            requests: Vec::new(),
            limiter: Limiter::new(rate, INTERVAL),
            search_limiter: Limiter::new(SEARCHES_PER_SECOND, Duration::from_secs(1)),
            answers: 0,
        }
    }
}

/// How a request ends on the wire.
enum Outcome {
    Answered(Answer),
    /// The connection breaks in the middle of this answer, or before any.
    Broken(Option<Answer>),
    Truncated(Answer),
}

impl Shared {
    pub(super) fn new(
        token: SecretString,
        scopes: Vec<String>,
        others: Vec<(SecretString, Vec<String>)>,
        timer: Arc<dyn Timer>,
        setup: Setup,
        rate: u32,
    ) -> Self {
        Self {
            token,
            scopes,
            others,
            timer,
            rate,
            state: Mutex::new(Live::new(&setup, rate)),
            setup,
        }
    }

    pub(super) fn live(&self) -> MutexGuard<'_, Live> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn reset(&self) {
        *self.live() = Live::new(&self.setup, self.rate);
    }

    /// Carries out a request as far as the verdict allows, and records it.
    fn handle(&self, head: &Parts, body: &Bytes, verdict: Verdict) -> Outcome {
        let mut live = self.live();
        let outcome = match verdict.strike {
            None => Outcome::Answered(self.answer(&mut live, head, body)),
            Some(strike) => {
                let answer = strike.commit.then(|| self.answer(&mut live, head, body));
                match (strike.ending, answer) {
                    (Ending::Answer(answer), _) => {
                        Outcome::Answered(with_correlation_id(&mut live, answer))
                    }
                    (Ending::Exactly(answer), _) => Outcome::Answered(answer),
                    (Ending::Truncated, Some(answer)) => Outcome::Truncated(answer),
                    (Ending::Broken | Ending::Truncated, answer) => Outcome::Broken(answer),
                }
            }
        };

        let status = match &outcome {
            Outcome::Answered(answer) | Outcome::Truncated(answer) => Some(answer.status.as_u16()),
            Outcome::Broken(_) => None,
        };
        live.requests.push(RecordedRequest {
            method: head.method.to_string(),
            path: head
                .uri
                .path_and_query()
                .map_or_else(String::new, ToString::to_string),
            body: serde_json::from_slice(body).ok(),
            status,
        });
        outcome
    }

    fn answer(&self, live: &mut Live, head: &Parts, body: &Bytes) -> Answer {
        let Some(scopes) = self.scopes_of(head) else {
            return with_correlation_id(live, Answer::unauthorized());
        };

        let moment = self.timer.now();
        let left = live.limiter.take(moment);

        let query = head.uri.query().unwrap_or_default();
        let endpoint = Endpoint::of(&head.method, head.uri.path(), query);
        let is_search = endpoint.as_ref().is_ok_and(Endpoint::is_search);

        let answer = if left.is_none() {
            self.limited("TEN_SECONDLY_ROLLING", INTERVAL)
        } else if is_search && live.search_limiter.take(moment).is_none() {
            self.limited("SECONDLY", Duration::from_secs(1))
        } else {
            match endpoint {
                Ok(endpoint) => endpoint.perform(&mut live.account, scopes, body),
                Err(refusal) => refusal,
            }
        };

        // Answers to searches carry no headers of the limit.
        let answer = if is_search || self.setup.behavior.rate_headers == RateHeaders::Absent {
            answer
        } else {
            answer.with_rate(self.rate, left.unwrap_or(0), INTERVAL)
        };
        with_correlation_id(live, answer)
    }

    fn limited(&self, policy: &str, interval: Duration) -> Answer {
        let answer = Answer::rate_limited(policy);
        match self.setup.behavior.retry_after {
            RetryAfter::Absent => answer,
            RetryAfter::Sent => answer.with_retry_after(interval),
        }
    }

    /// Returns the scopes of the token that a request presents, if the account accepts it.
    fn scopes_of(&self, head: &Parts) -> Option<&[String]> {
        let header = head.headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = header.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let is_it = |known: &SecretString| known.expose_secret() == token.trim();

        if is_it(&self.token) {
            return Some(&self.scopes);
        }
        let other = self.others.iter().find(|(known, _)| is_it(known));
        other.map(|(_, scopes)| scopes.as_slice())
    }
}

/// Gives an error its correlation id, a counter: the same run gets the same ids again.
fn with_correlation_id(live: &mut Live, answer: Answer) -> Answer {
    live.answers = live.answers.saturating_add(1);
    if answer.status.is_success() {
        return answer;
    }
    let id = format!("00000000-0000-4000-8000-{:012x}", live.answers);
    answer.with("correlationId", id.into())
}

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(serve).with_state(shared)
}

async fn serve(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_REQUEST_BYTES).await else {
        return complete(Answer::error(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The request is too large.",
        ));
    };
    if let Some(action) = head.uri.path().strip_prefix("/_emulator/") {
        return complete(control(&shared, head.method.as_str(), action, &body));
    }

    let verdict = shared
        .live()
        .faults
        .judge(head.method.as_str(), head.uri.path());
    if !verdict.delay.is_zero() {
        shared.timer.sleep(verdict.delay).await;
    }

    match shared.handle(&head, &body, verdict) {
        Outcome::Answered(answer) => complete(answer),
        Outcome::Broken(answer) => broken(answer),
        Outcome::Truncated(answer) => truncated(answer),
    }
}

/// Answers the control routes, which HubSpot does not have.
fn control(shared: &Shared, method: &str, action: &str, body: &[u8]) -> Answer {
    match (method, action) {
        ("GET", "requests") => Answer::ok(json!({"results": shared.live().requests})),
        ("POST", "reset") => {
            shared.reset();
            Answer::no_content()
        }
        ("POST", "faults") => match faults(body) {
            Ok(faults) => {
                shared.live().faults.extend(faults);
                Answer::no_content()
            }
            Err(error) => Answer::invalid(&error.to_string()),
        },
        (_, "requests") => Answer::method_not_allowed("GET"),
        (_, "reset" | "faults") => Answer::method_not_allowed("POST"),
        _ => Answer::not_found(),
    }
}

/// Parses one fault or a list of faults.
pub(super) fn faults(json: &[u8]) -> Result<Vec<Fault>, serde_json::Error> {
    let json: Value = serde_json::from_slice(json)?;
    if json.is_array() {
        serde_json::from_value(json)
    } else {
        serde_json::from_value(json).map(|fault| vec![fault])
    }
}

fn complete(answer: Answer) -> Response<Body> {
    let (response, body) = split(answer);
    response.map(|()| Body::from(body))
}

/// Sends a well-formed answer with half a body.
fn truncated(answer: Answer) -> Response<Body> {
    let (response, body) = split(answer);
    let half = body.slice(..body.len() / 2);
    response.map(|()| Body::from(half))
}

/// Sends an answer whose connection breaks before the promised end.
fn broken(answer: Option<Answer>) -> Response<Body> {
    let (mut response, body) = split(answer.unwrap_or_else(Answer::no_content));
    let half = body.slice(..body.len() / 2);
    if body.is_empty() {
        *response.status_mut() = StatusCode::OK;
    }

    response
        .headers_mut()
        .insert(CONTENT_LENGTH, body.len().max(1).into());
    response.map(|()| {
        Body::new(BrokenBody {
            flushed: half.is_empty(),
            first: Some(half),
        })
    })
}

fn split(answer: Answer) -> (Response<()>, Bytes) {
    let mut response = Response::new(());
    *response.status_mut() = answer.status;
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }

    let (content_type, body) = match answer.body {
        answer::Body::Empty => return (response, Bytes::new()),
        answer::Body::Html(page) => (
            "text/html;charset=utf-8",
            Bytes::from_static(page.as_bytes()),
        ),
        answer::Body::Json(json) => ("application/json;charset=utf-8", json.to_string().into()),
    };

    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    (response, body)
}

/// A body that breaks off. Without a first part, the client does not even get the status.
struct BrokenBody {
    first: Option<Bytes>,
    flushed: bool,
}

impl http_body::Body for BrokenBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(first) = self.first.take().filter(|first| !first.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        if !self.flushed {
            // While the body is not ready, the server sends the part before it.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
    }
}
