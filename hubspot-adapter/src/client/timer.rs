//! The client's time and jitter. Tests replace both, so that no test waits.

use std::fmt;
use std::time::{Duration, Instant};

use async_trait::async_trait;

/// A clock that can also wait.
///
/// Pacing, retries and deadlines of the client run on one timer. [`TokioTimer`] is real time; an embedder's tests use
/// `VirtualTimer`.
#[async_trait]
pub trait Timer: fmt::Debug + Send + Sync {
    /// The current time, which never goes back.
    fn now(&self) -> Instant;

    /// Returns once `duration` has passed.
    async fn sleep(&self, duration: Duration);
}

/// Real time, on tokio's timer: the default of a client.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::{Timer, TokioTimer};
///
/// let earlier = TokioTimer.now();
/// assert!(TokioTimer.now() >= earlier);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has no settings")]
pub struct TokioTimer;

#[async_trait]
impl Timer for TokioTimer {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// A source of fractions that spread retries over time, for an embedder's tests.
pub trait Jitter: fmt::Debug + Send + Sync {
    /// The next fraction. The client clamps it to `0.0..=1.0`.
    fn fraction(&self) -> f64;
}

/// Jitter from the random keys of the standard library's hash maps.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RandomJitter;

impl Jitter for RandomJitter {
    fn fraction(&self) -> f64 {
        use std::hash::{BuildHasher, Hasher};

        let bits = std::collections::hash_map::RandomState::new()
            .build_hasher()
            .finish();
        let [first, second, third, fourth, ..] = bits.to_le_bytes();
        f64::from(u32::from_le_bytes([first, second, third, fourth])) / f64::from(u32::MAX)
    }
}

#[cfg(any(test, feature = "emulator"))]
pub use self::virtual_timer::VirtualTimer;

#[cfg(any(test, feature = "emulator"))]
mod virtual_timer {
    use std::sync::{Arc, Mutex, PoisonError};
    use std::time::{Duration, Instant};

    use async_trait::async_trait;

    use super::Timer;

    /// A timer for tests: a sleep returns at once, advances the clock and is recorded.
    ///
    /// Clones share one clock. A client and an emulated account with clones of one timer agree about the time. Sleeps
    /// that begin at the same moment overlap instead of adding up.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use hubspot_adapter::client::{Timer, VirtualTimer};
    ///
    /// let timer = VirtualTimer::new();
    /// let start = timer.now();
    /// timer.advance(Duration::from_secs(10));
    /// assert_eq!(timer.now() - start, Duration::from_secs(10));
    /// assert!(timer.sleeps().is_empty());
    /// ```
    #[derive(Clone, Debug)]
    pub struct VirtualTimer {
        start: Instant,
        state: Arc<Mutex<State>>,
    }

    #[derive(Debug, Default)]
    struct State {
        passed: Duration,
        sleeps: Vec<Duration>,
    }

    impl VirtualTimer {
        /// A clock that only sleeps and [`advance`](Self::advance) move.
        #[must_use]
        pub fn new() -> Self {
            Self {
                start: Instant::now(),
                state: Arc::default(),
            }
        }

        /// Advances the clock without a sleep.
        pub fn advance(&self, duration: Duration) {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.passed = state.passed.saturating_add(duration);
        }

        /// All sleeps so far, in order.
        #[must_use]
        pub fn sleeps(&self) -> Vec<Duration> {
            self.state
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .sleeps
                .clone()
        }
    }

    impl Default for VirtualTimer {
        fn default() -> Self {
            Self::new()
        }
    }

    #[async_trait]
    impl Timer for VirtualTimer {
        fn now(&self) -> Instant {
            let passed = self
                .state
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .passed;
            self.start.checked_add(passed).unwrap_or(self.start)
        }

        async fn sleep(&self, duration: Duration) {
            let awake = {
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                state.sleeps.push(duration);
                state.passed.saturating_add(duration)
            };

            // Another sleep that begins now must see the same time.
            tokio::task::yield_now().await;
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.passed = state.passed.max(awake);
        }
    }
}
