//! A limit on the number of requests in any interval.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The interval of the burst limit.
pub(super) const INTERVAL: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Limiter {
    limit: u32,
    interval: Duration,
    taken: VecDeque<Instant>,
}

impl Limiter {
    pub(super) fn new(limit: u32, interval: Duration) -> Self {
        Self {
            limit,
            interval,
            taken: VecDeque::new(),
        }
    }

    /// Counts one request. Returns the number of requests left, or `None` if this one is too many.
    pub(super) fn take(&mut self, now: Instant) -> Option<u32> {
        while self
            .taken
            .front()
            .is_some_and(|at| now.saturating_duration_since(*at) >= self.interval)
        {
            self.taken.pop_front();
        }

        let taken = u32::try_from(self.taken.len()).unwrap_or(u32::MAX);
        let left = self.limit.checked_sub(taken)?.checked_sub(1)?;
        self.taken.push_back(now);
        Some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_rolls() {
        let start = Instant::now();
        let mut limiter = Limiter::new(2, INTERVAL);
        assert_eq!(limiter.take(start), Some(1));
        assert_eq!(limiter.take(start + INTERVAL / 2), Some(0));
        assert_eq!(limiter.take(start + INTERVAL / 2), None);
        assert_eq!(limiter.take(start + INTERVAL), Some(0));
        assert_eq!(limiter.take(start + INTERVAL), None);
    }
}
