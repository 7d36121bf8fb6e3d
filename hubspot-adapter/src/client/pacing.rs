//! Pacing by HubSpot's burst limit. Pure: the time is an argument.
//!
//! HubSpot allows 100, 110, 190 or 250 requests in any ten seconds, by plan and kind of app. Headers give the limit and
//! the rest of it. Other servers and apps of the account share the limit, so pacing counts its own requests and those
//! that others must have made by the headers (`docs/evidence.md`, H32, H33).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use http::HeaderMap;

use super::limits::{
    BURST_INTERVAL, BURST_INTERVAL_HEADER, BURST_LEFT_HEADER, BURST_LIMIT_HEADER,
    SEARCHES_PER_SECOND, SMALLEST_BURST_LIMIT,
};

/// The largest believable limit, since memory keeps one entry for each request of an interval.
const LARGEST_LIMIT: u32 = 10_000;

const LONGEST_INTERVAL: Duration = Duration::from_secs(60);

/// One rate limit of one account, and its use.
#[derive(Debug)]
pub(super) struct Pacing {
    limit: u32,
    interval: Duration,
    /// The requests without an answer. They do not age, since HubSpot may count them at any time.
    in_flight: u32,
    /// The times of the last interval's answers, oldest first. HubSpot counted each request before its answer.
    answered: VecDeque<Instant>,
    /// The requests of others by the latest headers, and the time until which they count.
    others: Option<(u32, Instant)>,
    /// The end of a pause after a 429.
    blocked_until: Option<Instant>,
}

impl Pacing {
    pub(super) fn new() -> Self {
        Self {
            limit: SMALLEST_BURST_LIMIT,
            interval: BURST_INTERVAL,
            in_flight: 0,
            answered: VecDeque::new(),
            others: None,
            blocked_until: None,
        }
    }

    /// The limit on CRM searches, which no header describes.
    pub(super) fn of_searches() -> Self {
        Self {
            limit: SEARCHES_PER_SECOND,
            interval: Duration::from_secs(1),
            ..Self::new()
        }
    }

    /// Takes a place for one request, or returns the time to wait before asking again.
    pub(super) fn admit(&mut self, now: Instant) -> Result<(), Duration> {
        self.forget(now);
        if let Some(until) = self.blocked_until {
            return Err(until.saturating_duration_since(now));
        }
        if self.used() < self.limit {
            self.in_flight = self.in_flight.saturating_add(1);
            return Ok(());
        }

        let oldest = self
            .answered
            .front()
            .and_then(|answered| answered.checked_add(self.interval));
        let others = self.others.map(|(_, until)| until);
        let next = match (oldest, others) {
            (Some(oldest), Some(others)) => Some(oldest.min(others)),
            (oldest, others) => oldest.or(others),
        };
        // While all requests are under way, an answer may come at any moment.
        let wait = next.map_or(self.interval / 10, |next| {
            next.saturating_duration_since(now)
        });
        Err(wait.max(Duration::from_millis(1)))
    }

    /// Notes the end of a request, with the headers of its answer if there was one.
    pub(super) fn ended(&mut self, now: Instant, headers: Option<&HeaderMap>) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.answered.push_back(now);
        self.forget(now);

        let Some(headers) = headers else {
            return;
        };
        if let Some(interval) = number(headers, BURST_INTERVAL_HEADER) {
            if interval > 0 {
                self.interval = Duration::from_millis(interval).min(LONGEST_INTERVAL);
            }
        }
        if let Some(limit) = number(headers, BURST_LIMIT_HEADER) {
            if limit > 0 {
                self.limit = u32::try_from(limit).unwrap_or(u32::MAX).min(LARGEST_LIMIT);
            }
        }
        if let Some(remaining) = number(headers, BURST_LEFT_HEADER) {
            let remaining = u32::try_from(remaining).unwrap_or(u32::MAX);
            let by_others = self
                .limit
                .saturating_sub(remaining)
                .saturating_sub(self.own());
            self.others = now
                .checked_add(self.interval)
                .map(|until| (by_others, until));
        }
    }

    /// Pauses all requests after a 429.
    pub(super) fn refused(&mut self, now: Instant, wait: Duration) {
        let until = now.checked_add(wait.min(LONGEST_INTERVAL));
        self.blocked_until = self.blocked_until.max(until);
    }

    fn used(&self) -> u32 {
        self.own()
            .saturating_add(self.others.map_or(0, |(count, _)| count))
    }

    fn own(&self) -> u32 {
        let answered = u32::try_from(self.answered.len()).unwrap_or(u32::MAX);
        self.in_flight.saturating_add(answered)
    }

    fn forget(&mut self, now: Instant) {
        let expired =
            |answered: &Instant| now.saturating_duration_since(*answered) >= self.interval;
        while self.answered.front().is_some_and(expired) {
            self.answered.pop_front();
        }
        self.others = self.others.filter(|(_, until)| *until > now);
        self.blocked_until = self.blocked_until.filter(|until| *until > now);
    }
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn headers(max: u32, remaining: u32) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("X-HubSpot-RateLimit-Max", max.into());
        headers.insert("X-HubSpot-RateLimit-Remaining", remaining.into());
        headers.insert("X-HubSpot-RateLimit-Interval-Milliseconds", 10_000.into());
        headers
    }

    fn admitted(pacing: &mut Pacing, now: Instant) -> u32 {
        let mut count = 0;
        while count < 1_000 && pacing.admit(now).is_ok() {
            count += 1;
        }
        count
    }

    #[test]
    fn before_the_first_header_the_smallest_plan_is_assumed() {
        let now = Instant::now();
        assert_eq!(admitted(&mut Pacing::new(), now), 100);
    }

    #[test]
    fn the_limit_follows_the_header() {
        let now = Instant::now();
        let mut pacing = Pacing::new();
        pacing.admit(now).unwrap();
        pacing.ended(now, Some(&headers(190, 189)));
        assert_eq!(admitted(&mut pacing, now), 189);
    }

    #[test]
    fn what_others_used_is_not_there_to_be_used() {
        let now = Instant::now();
        let mut pacing = Pacing::new();
        pacing.admit(now).unwrap();
        pacing.ended(now, Some(&headers(100, 30)));
        assert_eq!(admitted(&mut pacing, now), 30);
    }

    #[test]
    fn own_requests_are_not_taken_for_those_of_others() {
        let now = Instant::now();
        let mut pacing = Pacing::new();
        for _ in 0..10 {
            pacing.admit(now).unwrap();
        }
        // HubSpot has counted five of the ten when it answers the first.
        pacing.ended(now, Some(&headers(100, 95)));
        assert_eq!(admitted(&mut pacing, now), 90);
    }

    #[test]
    fn an_answered_request_counts_for_one_interval() {
        let start = Instant::now();
        let mut pacing = Pacing::new();
        for _ in 0..100 {
            pacing.admit(start).unwrap();
        }
        assert_eq!(pacing.admit(start), Err(SECOND), "no answer yet");
        pacing.ended(start + SECOND, None);
        assert_eq!(pacing.admit(start + 3 * SECOND), Err(8 * SECOND));
        assert_eq!(admitted(&mut pacing, start + 11 * SECOND), 1);
    }

    #[test]
    fn after_a_refusal_all_requests_wait() {
        let now = Instant::now();
        let mut pacing = Pacing::new();
        pacing.refused(now, 10 * SECOND);
        pacing.refused(now, 2 * SECOND);
        assert_eq!(pacing.admit(now + SECOND), Err(9 * SECOND));
        assert_eq!(pacing.admit(now + 10 * SECOND), Ok(()));
    }

    #[test]
    fn malformed_headers_change_nothing() {
        let now = Instant::now();
        let mut pacing = Pacing::new();
        pacing.admit(now).unwrap();
        let mut nonsense = headers(0, 0);
        nonsense.insert(
            "X-HubSpot-RateLimit-Remaining",
            http::HeaderValue::from_static("many"),
        );
        nonsense.insert("X-HubSpot-RateLimit-Interval-Milliseconds", 0.into());
        pacing.ended(now, Some(&nonsense));
        assert_eq!(admitted(&mut pacing, now), 99);
    }
}
