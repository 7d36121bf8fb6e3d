//! The whole list of users, kept for whoever reads it page by page.
//!
//! HubSpot has no total and no page by number: each page of ours takes a walk over its whole list. A client that goes through the
//! pages gets all of them from one walk, so that none repeats or leaves out a user because of a change by hand in between.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use scim_core::Resource;

/// How long the pages after the first come from the walk that the first one took.
const KEPT_FOR: Duration = Duration::from_secs(300);

/// The list that the last first page was cut from, until somebody writes through this adapter.
#[derive(Default)]
pub(super) struct Listing {
    /// How many writes ended so far.
    writes: AtomicU64,
    kept: Mutex<Option<Kept>>,
}

#[derive(Clone)]
struct Kept {
    walk: Walk,
    all: Arc<[Resource]>,
}

/// When a walk began.
#[derive(Clone, Copy)]
pub(super) struct Walk {
    at: SystemTime,
    writes: u64,
}

/// A write under way; what was listed before it ends is old.
pub(super) struct Writing<'a>(&'a Listing);

impl Listing {
    /// Notes that a walk begins.
    pub(super) fn begin(&self, now: SystemTime) -> Walk {
        Walk {
            at: now,
            writes: self.writes.load(Ordering::SeqCst),
        }
    }

    /// Keeps what a walk found.
    pub(super) fn keep(&self, walk: Walk, all: Arc<[Resource]>) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Kept { walk, all });
    }

    /// What was found last, unless it is old.
    pub(super) fn kept(&self, now: SystemTime) -> Option<Arc<[Resource]>> {
        let kept = self
            .kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()?;
        let is_young = now
            .duration_since(kept.walk.at)
            .is_ok_and(|age| age < KEPT_FOR);
        let is_whole = kept.walk.writes == self.writes.load(Ordering::SeqCst);
        (is_young && is_whole).then_some(kept.all)
    }

    pub(super) fn writing(&self) -> Writing<'_> {
        Writing(self)
    }
}

impl fmt::Debug for Listing {
    /// Without the users.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing").finish_non_exhaustive()
    }
}

impl Drop for Writing<'_> {
    /// Also where the client hung up: a part of the write may be done.
    fn drop(&mut self) {
        self.0.writes.fetch_add(1, Ordering::SeqCst);
        *self.0.kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
