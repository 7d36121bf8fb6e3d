//! Time and randomness as parameters.

use std::fmt;
use std::time::SystemTime;

use jiff::Timestamp;

/// A source of the current time.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The current time.
    fn now(&self) -> SystemTime;
}

/// The system clock.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl SystemClock {
    /// The system clock.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A source of random bytes.
pub trait Random: fmt::Debug + Send + Sync + 'static {
    /// Sixteen unpredictable bytes.
    fn bytes(&self) -> [u8; 16];
}

/// The system's random source.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemRandom;

impl SystemRandom {
    /// The system's random source.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Random for SystemRandom {
    fn bytes(&self) -> [u8; 16] {
        *uuid::Uuid::new_v4().as_bytes()
    }
}

/// Formats an instant for `meta.created`: `2026-11-21T09:30:00.000Z`.
///
/// The precision is a millisecond, the precision that clients keep. `None` if the year does not fit the format.
#[must_use]
pub fn date_time(instant: SystemTime) -> Option<String> {
    Timestamp::try_from(instant)
        .ok()
        .map(|instant| format!("{instant:.3}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_instant_is_formatted_in_utc_with_milliseconds() {
        let instant = SystemTime::UNIX_EPOCH + Duration::from_millis(1_763_717_400_250);
        assert_eq!(
            date_time(instant).as_deref(),
            Some("2025-11-21T09:30:00.250Z")
        );
    }
}
