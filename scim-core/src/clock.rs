//! Time and randomness as values that are passed in.

use std::fmt;
use std::time::SystemTime;

use jiff::Timestamp;

/// Tells the time.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> SystemTime;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl SystemClock {
    /// The clock of the machine.
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

/// Gives random bytes.
pub trait Random: fmt::Debug + Send + Sync + 'static {
    /// Sixteen bytes that nobody can guess.
    fn bytes(&self) -> [u8; 16];
}

/// The random source of the machine.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemRandom;

impl SystemRandom {
    /// The random source of the machine.
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

/// An instant as `meta.created` shows it: `2026-11-21T09:30:00.000Z`.
///
/// Milliseconds, because that is what clients keep; `None` for an instant outside the years that the format has.
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
    fn an_instant_is_shown_in_utc_with_milliseconds() {
        let instant = SystemTime::UNIX_EPOCH + Duration::from_millis(1_763_717_400_250);
        assert_eq!(
            date_time(instant).as_deref(),
            Some("2025-11-21T09:30:00.250Z")
        );
    }
}
