//! The decision to retry a call. Pure: time and jitter are arguments.

use std::time::Duration;

use super::limits::{BURST_INTERVAL, LOCKED_WAIT, MIGRATING};
use super::{Error, ErrorKind};

/// Whether a call may be sent twice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Replay {
    /// GET, PUT and DELETE are idempotent. A repeated DELETE is 204 again.
    Safe,
    /// POST: HubSpot documents no idempotency key, so only if it certainly took nothing.
    OnlyIfNotTaken,
}

/// The number of attempts and the waits between them, for [`ClientBuilder::retry`](super::ClientBuilder::retry).
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::RetryPolicy;
///
/// let impatient = RetryPolicy::default().with_attempts(1);
/// assert_ne!(impatient, RetryPolicy::default());
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RetryPolicy {
    attempts: u32,
    backoff: Duration,
    longest_backoff: Duration,
}

impl Default for RetryPolicy {
    /// Four attempts. If HubSpot names no time, the wait is 250 ms and doubles up to 5 s.
    fn default() -> Self {
        Self {
            attempts: 4,
            backoff: Duration::from_millis(250),
            longest_backoff: Duration::from_secs(5),
        }
    }
}

impl RetryPolicy {
    /// Sets the total number of attempts; 0 counts as 1.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Waits `first` before the second attempt, twice that before the third, up to `longest`.
    #[must_use]
    pub fn with_backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.backoff = first;
        self.longest_backoff = longest;
        self
    }

    /// Decides the next step after an error.
    pub(super) fn decide(&self, attempt: &Attempt, error: &Error) -> Decision {
        let wait = match error.kind() {
            ErrorKind::Unauthorized if error.status().is_some() && !attempt.refreshed => {
                return Decision::RefreshToken;
            }
            ErrorKind::RateLimited { daily: false } => {
                // Without a spread, all refused clients would return at the same moment.
                let spread = self.backoff.mul_f64(attempt.jitter.clamp(0.0, 1.0));
                error
                    .retry_after()
                    .unwrap_or(BURST_INTERVAL)
                    .saturating_add(spread)
            }
            ErrorKind::Locked => {
                let wait = error.retry_after().unwrap_or_default();
                wait.max(LOCKED_WAIT).max(self.backoff_after(attempt))
            }
            ErrorKind::Unavailable if error.status().is_some_and(|s| s.as_u16() == MIGRATING) => {
                return Decision::GiveUp;
            }
            ErrorKind::Unavailable | ErrorKind::Unreachable => error
                .retry_after()
                .unwrap_or_default()
                .max(self.backoff_after(attempt)),
            ErrorKind::Ambiguous
            | ErrorKind::Conflict
            | ErrorKind::Forbidden
            | ErrorKind::Invalid
            | ErrorKind::MissingScopes(_)
            | ErrorKind::NotFound
            | ErrorKind::RateLimited { daily: true }
            | ErrorKind::Unauthorized
            | ErrorKind::Unexpected
            | ErrorKind::Unreadable => return Decision::GiveUp,
        };

        if attempt.number >= self.attempts || wait >= attempt.time_left {
            return Decision::GiveUp;
        }
        Decision::RetryAfter(wait)
    }

    /// Doubles the wait with each attempt and takes between half and all of it, so that clients spread out.
    fn backoff_after(&self, attempt: &Attempt) -> Duration {
        let doublings = attempt.number.saturating_sub(1).min(16);
        let full = self
            .backoff
            .saturating_mul(1 << doublings)
            .min(self.longest_backoff);
        full.mul_f64(0.5 + attempt.jitter.clamp(0.0, 1.0) / 2.0)
    }
}

/// The progress of a call at a failure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    /// The number of attempts, this one included.
    pub(super) number: u32,
    /// Whether this call already fetched a new token.
    pub(super) refreshed: bool,
    /// The time until the call's deadline.
    pub(super) time_left: Duration,
    /// A fraction between 0 and 1.
    pub(super) jitter: f64,
}

/// The next step after a failure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Decision {
    GiveUp,
    RefreshToken,
    RetryAfter(Duration),
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Response;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn attempt(number: u32) -> Attempt {
        Attempt {
            number,
            refreshed: false,
            time_left: 45 * SECOND,
            jitter: 0.0,
        }
    }

    fn answer(status: u16, headers: &[(&str, &str)], body: &str, replay: Replay) -> Error {
        let mut builder = Response::builder().status(status);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let response = builder
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap();
        Error::from_response(&response, replay, "", &[])
    }

    #[track_caller]
    fn decided(error: &Error, expected: Decision) {
        assert_eq!(
            RetryPolicy::default().decide(&attempt(1), error),
            expected,
            "{error:?}"
        );
    }

    #[test]
    fn a_server_failure_of_an_idempotent_call_is_retried() {
        for status in [500, 502, 503, 504, 521, 523, 524] {
            let error = answer(status, &[], "", Replay::Safe);
            decided(&error, Decision::RetryAfter(Duration::from_millis(125)));
            let error = answer(status, &[], "", Replay::OnlyIfNotTaken);
            assert_eq!(*error.kind(), ErrorKind::Ambiguous);
            decided(&error, Decision::GiveUp);
        }
    }

    #[test]
    fn a_creation_is_retried_only_if_hubspot_certainly_did_not_take_it() {
        let post = |status| answer(status, &[], "", Replay::OnlyIfNotTaken);
        decided(
            &Error::new(ErrorKind::Unreachable),
            Decision::RetryAfter(SECOND / 8),
        );
        decided(&post(423), Decision::RetryAfter(2 * SECOND));
        decided(&post(429), Decision::RetryAfter(10 * SECOND));
        decided(&post(401), Decision::RefreshToken);
        for status in [302, 400, 403, 404, 405, 408, 409, 477, 500, 503] {
            decided(&post(status), Decision::GiveUp);
        }
    }

    #[test]
    fn a_burst_limit_is_waited_out() {
        let body = r#"{"policyName":"TEN_SECONDLY_ROLLING"}"#;
        decided(
            &answer(429, &[], body, Replay::Safe),
            Decision::RetryAfter(10 * SECOND),
        );

        let named = answer(429, &[("Retry-After", "3")], body, Replay::Safe);
        decided(&named, Decision::RetryAfter(3 * SECOND));
        let interval = [("X-HubSpot-RateLimit-Interval-Milliseconds", "5000")];
        decided(
            &answer(429, &interval, body, Replay::Safe),
            Decision::RetryAfter(5 * SECOND),
        );

        let search = answer(429, &[], r#"{"policyName":"SECONDLY"}"#, Replay::Safe);
        decided(&search, Decision::RetryAfter(SECOND));
    }

    #[test]
    fn the_daily_limit_is_never_retried() {
        let daily = answer(
            429,
            &[("Retry-After", "1")],
            r#"{"policyName":"DAILY"}"#,
            Replay::Safe,
        );
        decided(&daily, Decision::GiveUp);
        assert_eq!(*daily.kind(), ErrorKind::RateLimited { daily: true });
    }

    #[test]
    fn a_lock_takes_two_seconds_or_the_time_hubspot_names() {
        decided(
            &answer(423, &[], "", Replay::Safe),
            Decision::RetryAfter(2 * SECOND),
        );
        let named = answer(423, &[("Retry-After", "7")], "", Replay::Safe);
        decided(&named, Decision::RetryAfter(7 * SECOND));
    }

    #[test]
    fn a_migration_is_left_to_the_caller_with_its_time() {
        let error = answer(477, &[("Retry-After", "7200")], "", Replay::Safe);
        decided(&error, Decision::GiveUp);
        assert_eq!(error.retry_after(), Some(7200 * SECOND));
    }

    #[test]
    fn refusals_are_final() {
        for status in [400, 403, 404, 405, 409] {
            decided(&answer(status, &[], "", Replay::Safe), Decision::GiveUp);
        }
        decided(&Error::new(ErrorKind::Unreadable), Decision::GiveUp);
    }

    #[test]
    fn a_refused_token_is_renewed_once() {
        let refused = answer(401, &[], "", Replay::Safe);
        let again = Attempt {
            refreshed: true,
            ..attempt(2)
        };
        assert_eq!(
            RetryPolicy::default().decide(&again, &refused),
            Decision::GiveUp
        );
    }

    #[test]
    fn attempts_are_bounded() {
        let error = answer(500, &[], "", Replay::Safe);
        let policy = RetryPolicy::default();
        assert_ne!(policy.decide(&attempt(3), &error), Decision::GiveUp);
        assert_eq!(policy.decide(&attempt(4), &error), Decision::GiveUp);
        assert_eq!(
            policy.with_attempts(0).decide(&attempt(1), &error),
            Decision::GiveUp
        );
    }

    #[test]
    fn a_wait_beyond_the_deadline_does_not_begin() {
        let error = answer(429, &[("Retry-After", "20")], "", Replay::Safe);
        let late = Attempt {
            time_left: 20 * SECOND,
            ..attempt(1)
        };
        assert_eq!(
            RetryPolicy::default().decide(&late, &error),
            Decision::GiveUp
        );
    }

    #[test]
    fn backoff_doubles_up_to_its_bound_and_is_spread() {
        let policy = RetryPolicy::default().with_attempts(100);
        let error = answer(500, &[], "", Replay::Safe);
        let wait = |number, jitter| match policy.decide(
            &Attempt {
                jitter,
                ..attempt(number)
            },
            &error,
        ) {
            Decision::RetryAfter(wait) => wait,
            Decision::GiveUp | Decision::RefreshToken => panic!("no wait"),
        };

        assert_eq!(wait(1, 1.0), SECOND / 4);
        assert_eq!(wait(2, 1.0), SECOND / 2);
        assert_eq!(wait(3, 0.0), SECOND / 2);
        assert_eq!(wait(99, 1.0), 5 * SECOND);
    }
}
