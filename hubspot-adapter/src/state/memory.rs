//! State in memory: a restart forgets it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use scim_core::filter::case;

use super::{StateError, StateStore, UserRecord};

/// State that lives as long as the process: for the emulated account and for tests.
///
/// ```
/// use hubspot_adapter::state::MemoryState;
///
/// let state = MemoryState::new();
/// ```
#[derive(Debug, Default)]
pub struct MemoryState {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    records: BTreeMap<String, UserRecord>,
    intents: HashMap<String, SystemTime>,
}

impl MemoryState {
    /// An empty state.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Each change is one insertion or removal: a panic elsewhere leaves nothing half done.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl StateStore for MemoryState {
    async fn by_id(&self, id: &str) -> Result<Option<UserRecord>, StateError> {
        Ok(self.lock().records.get(id).cloned())
    }

    async fn by_name(&self, name: &str) -> Result<Option<UserRecord>, StateError> {
        let is = |record: &&UserRecord| {
            case::eq(&record.user_name, name) || case::eq(&record.last_seen.email, name)
        };
        Ok(self.lock().records.values().find(is).cloned())
    }

    async fn by_external_id(&self, external_id: &str) -> Result<Vec<UserRecord>, StateError> {
        let is = |record: &&UserRecord| record.external_id.as_deref() == Some(external_id);
        Ok(self.lock().records.values().filter(is).cloned().collect())
    }

    async fn all(&self) -> Result<Vec<UserRecord>, StateError> {
        Ok(self.lock().records.values().cloned().collect())
    }

    async fn put(&self, record: UserRecord) -> Result<(), StateError> {
        self.lock().records.insert(record.id().to_owned(), record);
        Ok(())
    }

    async fn forget(&self, id: &str) -> Result<(), StateError> {
        self.lock().records.remove(id);
        Ok(())
    }

    async fn intend_create(&self, email: &str, at: SystemTime) -> Result<(), StateError> {
        self.lock().intents.insert(email.to_ascii_lowercase(), at);
        Ok(())
    }

    async fn intended_create(&self, email: &str) -> Result<Option<SystemTime>, StateError> {
        Ok(self
            .lock()
            .intents
            .get(&email.to_ascii_lowercase())
            .copied())
    }

    async fn settle_create(&self, email: &str) -> Result<(), StateError> {
        self.lock().intents.remove(&email.to_ascii_lowercase());
        Ok(())
    }
}
