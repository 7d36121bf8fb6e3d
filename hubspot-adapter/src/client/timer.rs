//! Time, given to the client so that nothing waits in a test.

use std::fmt;
use std::time::{Duration, Instant};

use async_trait::async_trait;

/// A clock that can also wait.
///
/// The client asks it for the time of pacing, retries and deadlines, and never sleeps by any
/// other means. [`TokioTimer`] is the real one.
#[async_trait]
pub trait Timer: fmt::Debug + Send + Sync {
    /// The present moment; it never goes back.
    fn now(&self) -> Instant;

    /// Returns once `duration` has passed.
    async fn sleep(&self, duration: Duration);
}

/// Real time, on tokio's timer.
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
#[expect(clippy::exhaustive_structs, reason = "it has nothing to say")]
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

/// A fraction between 0 and 1 for spreading retries, given to the client.
pub trait Jitter: fmt::Debug + Send + Sync {
    /// The next fraction; values outside `0.0..=1.0` are clamped by the caller.
    fn fraction(&self) -> f64;
}

/// Jitter from the randomness the standard library keys its hash maps with.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::{Jitter, RandomJitter};
///
/// assert!((0.0..=1.0).contains(&RandomJitter.fraction()));
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing to say")]
pub struct RandomJitter;

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

    /// A timer whose sleeps return at once, move its clock, and are remembered.
    ///
    /// Clones share one clock: given to the client and to the emulated account, both agree about
    /// the time. Those who sleep at the same moment sleep side by side, not one after the other.
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
        /// A clock that stands still until someone sleeps or advances it.
        #[must_use]
        pub fn new() -> Self {
            Self {
                start: Instant::now(),
                state: Arc::default(),
            }
        }

        /// Lets time pass without anyone having slept.
        pub fn advance(&self, duration: Duration) {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.passed = state.passed.saturating_add(duration);
        }

        /// Every sleep so far, in order.
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
            // Others who go to sleep at this moment shall find the same time.
            tokio::task::yield_now().await;
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.passed = state.passed.max(awake);
        }
    }
}
