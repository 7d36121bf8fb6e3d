//! One write at a time for each user: while a request is under way, no other changes the user that it observed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::OwnedMutexGuard;

/// Locks by name. A lock that nobody holds or waits for takes no memory.
#[derive(Debug, Default)]
pub(crate) struct Locks {
    held: Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>,
}

impl Locks {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Waits for the lock of `name` and holds it until the guard drops.
    pub(crate) async fn hold(&self, name: &str) -> OwnedMutexGuard<()> {
        let lock = {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.retain(|_, lock| lock.strong_count() > 0);
            let live = held.get(name).and_then(Weak::upgrade);
            live.unwrap_or_else(|| {
                let lock = Arc::new(tokio::sync::Mutex::new(()));
                held.insert(name.to_owned(), Arc::downgrade(&lock));
                lock
            })
        };
        lock.lock_owned().await
    }
}
