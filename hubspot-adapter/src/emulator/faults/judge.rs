//! The effect of the faults on each request.

use std::time::Duration;

use http::{HeaderName, HeaderValue, StatusCode};

use super::{Action, Content, Fault};
use crate::emulator::answer::{Answer, Body};

/// The faults that strike one request.
#[derive(Clone, Debug, Default)]
pub(in crate::emulator) struct Verdict {
    pub(in crate::emulator) delay: Duration,
    pub(in crate::emulator) strike: Option<Strike>,
}

/// A fault in place of the true answer.
#[derive(Clone, Debug)]
pub(in crate::emulator) struct Strike {
    /// Whether the account carries out the request first.
    pub(in crate::emulator) commit: bool,
    pub(in crate::emulator) ending: Ending,
}

#[derive(Clone, Debug)]
pub(in crate::emulator) enum Ending {
    /// Another answer in place of the true one.
    Answer(Answer),
    /// Another answer, with nothing added.
    Exactly(Answer),
    /// A broken connection, in the middle of the true answer if there is one.
    Broken,
    /// The true answer with half its body.
    Truncated,
}

/// The faults that have not struck yet, in the order of their arrival.
#[derive(Debug, Default)]
pub(in crate::emulator) struct Faults(Vec<Fault>);

impl Faults {
    pub(in crate::emulator) fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        self.0.extend(faults);
    }

    /// Decides about one request, and uses up the faults that strike it.
    pub(in crate::emulator) fn judge(&mut self, method: &str, path: &str) -> Verdict {
        let mut verdict = Verdict::default();

        for fault in self
            .0
            .iter_mut()
            .filter(|fault| fault.matches(method, path))
        {
            if fault.skip > 0 {
                fault.skip = fault.skip.saturating_sub(1);
                continue;
            }
            if fault.times == 0 {
                continue;
            }
            fault.times = fault.times.saturating_sub(1);

            if let Action::Delay(wait) = fault.action {
                verdict.delay = verdict.delay.saturating_add(wait);
            } else {
                verdict.strike = Some(strike(&fault.action));
                break;
            }
        }

        self.0.retain(|fault| fault.times > 0);
        verdict
    }
}

fn strike(action: &Action) -> Strike {
    match action {
        Action::Close { commit } => Strike {
            commit: *commit,
            ending: Ending::Broken,
        },
        Action::Html { status, commit } => {
            let answer = Answer {
                status: known(*status),
                headers: Vec::new(),
                body: Body::Html("<!DOCTYPE html><html><body><h1>HubSpot</h1></body></html>"),
            };
            Strike {
                commit: *commit,
                ending: Ending::Answer(answer),
            }
        }
        Action::Status {
            status,
            commit,
            content,
        } => {
            let answer = scripted(known(*status), content);
            let ending = match content.body {
                Some(_) => Ending::Exactly(answer),
                None => Ending::Answer(answer),
            };
            Strike {
                commit: *commit,
                ending,
            }
        }
        Action::Delay(_) | Action::Truncate => Strike {
            commit: true,
            ending: Ending::Truncated,
        },
    }
}

fn known(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn scripted(status: StatusCode, content: &Content) -> Answer {
    let policy = content.policy.as_deref().unwrap_or("TEN_SECONDLY_ROLLING");
    let mut answer = match status {
        StatusCode::BAD_REQUEST => Answer::invalid("The request is not valid."),
        StatusCode::UNAUTHORIZED => Answer::unauthorized(),
        StatusCode::NOT_FOUND => Answer::not_found(),
        StatusCode::CONFLICT => Answer::conflict(),
        StatusCode::TOO_MANY_REQUESTS => Answer::rate_limited(policy),
        StatusCode::NO_CONTENT => Answer::no_content(),
        status => Answer::error(
            status,
            status.canonical_reason().unwrap_or("An error occurred."),
        ),
    };

    if let Some(body) = &content.body {
        answer.body = Body::Json(body.clone());
    }

    let sendable = |(name, value): &(&String, &String)| {
        HeaderName::try_from(name.as_str()).is_ok() && HeaderValue::try_from(value.as_str()).is_ok()
    };
    let headers = content.headers.iter().filter(sendable);
    answer
        .headers
        .extend(headers.map(|(name, value)| (name.clone(), value.clone())));
    answer
}
