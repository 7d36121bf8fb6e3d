//! The whole list of users, kept for a client that reads it page by page.
//!
//! HubSpot has no total and no page numbers, so each of our pages takes a walk over its whole list. A client gets all pages from one
//! walk: a change by hand in between neither repeats nor drops a user.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use scim_core::{Redacted, Resource};

/// How long later pages come from the walk of the first page.
const KEPT_FOR: Duration = Duration::from_secs(300);

/// The list of the latest walk, kept until a request writes through this adapter.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The number of writes that have ended.
    writes: AtomicU64,
    kept: Redacted<Mutex<Option<Kept>>>,
}

#[derive(Clone)]
struct Kept {
    walk: Walk,
    all: Arc<[Resource]>,
}

/// The beginning of a walk.
#[derive(Clone, Copy)]
pub(super) struct Walk {
    at: SystemTime,
    writes: u64,
}

/// A write under way. When it ends, the kept list is outdated.
pub(super) struct Writing<'a>(&'a Listing);

impl Listing {
    /// Begins a walk.
    pub(super) fn begin(&self, now: SystemTime) -> Walk {
        Walk {
            at: now,
            writes: self.writes.load(Ordering::SeqCst),
        }
    }

    /// Keeps the users that a walk found.
    pub(super) fn keep(&self, walk: Walk, all: Arc<[Resource]>) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Kept { walk, all });
    }

    /// The users of the last walk, unless they are outdated.
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

impl Drop for Writing<'_> {
    /// Also runs if the client hung up: part of the write may be done.
    fn drop(&mut self) {
        self.0.writes.fetch_add(1, Ordering::SeqCst);
        *self.0.kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
