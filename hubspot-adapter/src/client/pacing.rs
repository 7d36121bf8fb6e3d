//! How many requests may be under way, by HubSpot's burst limit. Pure: it is told the time.
//!
//! HubSpot allows so many requests in any ten seconds (100, 110, 190 or 250 by plan and kind of
//! app) and tells the number, and what is left of it, in headers. The budget is shared with
//! other replicas and other apps of the account, so besides its own requests the pace counts
//! those that, by the headers, others must have made (`docs/evidence.md`, H32, H33).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use http::HeaderMap;

use super::limits::{
    BURST_INTERVAL, BURST_INTERVAL_HEADER, BURST_LEFT_HEADER, BURST_LIMIT_HEADER,
    SEARCHES_PER_SECOND, SMALLEST_BURST_LIMIT,
};

/// A limit above this is taken for a mistake: the history of the interval is kept in memory.
const LARGEST_LIMIT: u32 = 10_000;

const LONGEST_INTERVAL: Duration = Duration::from_secs(60);

/// One budget of one account.
#[derive(Debug)]
pub(super) struct Pacing {
    limit: u32,
    interval: Duration,
    /// Requests without an answer. When HubSpot counted them is unknown, so they do not age.
    in_flight: u32,
    /// When the answers of the last interval came, oldest first. HubSpot counted each before.
    answered: VecDeque<Instant>,
    /// What others used, by the latest headers, and until when that counts.
    others: Option<(u32, Instant)>,
    /// Nothing is sent before: HubSpot said 429.
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

    /// The budget of CRM searches, of which no header tells.
    pub(super) fn of_searches() -> Self {
        Self {
            limit: SEARCHES_PER_SECOND,
            interval: Duration::from_secs(1),
            ..Self::new()
        }
    }

    /// Takes a place for one request, or says how long to wait before asking again.
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
        // With everything still under way, an answer may come at any moment.
        let wait = next.map_or(self.interval / 10, |next| {
            next.saturating_duration_since(now)
        });
        Err(wait.max(Duration::from_millis(1)))
    }

    /// Notes that a request ended, with the headers of its answer if there was one.
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

    /// Notes that HubSpot refused a request for its burst limit.
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
        assert_eq!(pacing.admit(start), Err(SECOND), "nothing is answered yet");
        pacing.ended(start + SECOND, None);
        assert_eq!(pacing.admit(start + 3 * SECOND), Err(8 * SECOND));
        assert_eq!(admitted(&mut pacing, start + 11 * SECOND), 1);
    }

    #[test]
    fn after_a_refusal_everyone_waits() {
        let now = Instant::now();
        let mut pacing = Pacing::new();
        pacing.refused(now, 10 * SECOND);
        pacing.refused(now, 2 * SECOND);
        assert_eq!(pacing.admit(now + SECOND), Err(9 * SECOND));
        assert_eq!(pacing.admit(now + 10 * SECOND), Ok(()));
    }

    #[test]
    fn nonsense_in_headers_changes_nothing() {
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
