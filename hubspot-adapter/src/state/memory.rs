//! State in memory, which ends with the process.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use scim_core::Redacted;

use super::{Claim, CreateIntent, INTENT_LIFETIME, StateError, StateStore, UserRecord};

/// State in memory, which ends with the process: for an emulated account and for tests.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::state::MemoryState;
///
/// let state = MemoryState::new();
/// ```
#[derive(Debug, Default)]
pub struct MemoryState {
    inner: Redacted<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    records: BTreeMap<String, UserRecord>,
    /// Each `userName` and each address, with the id of its record.
    names: BTreeSet<(String, String)>,
    external_ids: BTreeSet<(String, String)>,
    intents: HashMap<String, CreateIntent>,
    last_removal: Option<SystemTime>,
}

impl MemoryState {
    /// An empty state.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // No method panics between two changes, so a poisoned lock still guards consistent data.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn remove(&mut self, id: &str) {
        let Some(record) = self.records.remove(id) else {
            return;
        };
        for name in names(&record) {
            self.names.remove(&(name, id.to_owned()));
        }
        if let Some(external_id) = record.external_id {
            self.external_ids.remove(&(external_id, id.to_owned()));
        }
    }

    fn insert(&mut self, record: UserRecord) {
        let id = record.id().to_owned();
        self.remove(&id);
        for name in names(&record) {
            self.names.insert((name, id.clone()));
        }
        if let Some(external_id) = &record.external_id {
            self.external_ids.insert((external_id.clone(), id.clone()));
        }
        self.records.insert(id, record);
    }

    /// The records under a key of an index, ordered by id.
    fn under<'a>(
        &'a self,
        index: &'a BTreeSet<(String, String)>,
        key: &'a str,
    ) -> impl Iterator<Item = &'a UserRecord> {
        index
            .range((key.to_owned(), String::new())..)
            .take_while(move |(held, _)| held == key)
            .filter_map(|(_, id)| self.records.get(id))
    }
}

/// The names that find a record: `userName` and address.
fn names(record: &UserRecord) -> [String; 2] {
    [&record.user_name, &record.last_seen.email].map(|name| name.to_ascii_lowercase())
}

#[async_trait]
impl StateStore for MemoryState {
    async fn by_id(&self, id: &str) -> Result<Option<UserRecord>, StateError> {
        Ok(self.lock().records.get(id).cloned())
    }

    async fn by_name(&self, name: &str) -> Result<Option<UserRecord>, StateError> {
        let inner = self.lock();
        let key = name.to_ascii_lowercase();
        Ok(inner.under(&inner.names, &key).next().cloned())
    }

    async fn by_external_id(&self, external_id: &str) -> Result<Vec<UserRecord>, StateError> {
        let inner = self.lock();
        let found = inner.under(&inner.external_ids, external_id);
        Ok(found.cloned().collect())
    }

    async fn all(&self) -> Result<Vec<UserRecord>, StateError> {
        Ok(self.lock().records.values().cloned().collect())
    }

    async fn put(&self, record: UserRecord) -> Result<UserRecord, StateError> {
        let mut inner = self.lock();
        let held = inner.records.get(record.id());
        let held = held.and_then(UserRecord::revision);
        if record.revision().is_some() && record.revision() != held {
            return Err(StateError::conflict());
        }

        let next = held.unwrap_or_default().saturating_add(1);
        let record = record.with_revision(Some(next));
        inner.insert(record.clone());
        Ok(record)
    }

    async fn forget(&self, id: &str) -> Result<(), StateError> {
        self.lock().remove(id);
        Ok(())
    }

    async fn claim_creation(&self, intent: &CreateIntent) -> Result<Claim, StateError> {
        let mut inner = self.lock();
        if let Some(stale) = intent.at.checked_sub(INTENT_LIFETIME) {
            inner.intents.retain(|_, held| held.at >= stale);
        }

        let key = intent.address.to_ascii_lowercase();
        let claim = match inner.intents.get(&key) {
            None => Claim::First,
            Some(held) if held.holder != intent.holder && held.busy_until > intent.at => {
                return Ok(Claim::HeldUntil(held.busy_until));
            }
            Some(_) => Claim::Again,
        };

        inner.intents.insert(key, intent.clone());
        Ok(claim)
    }

    async fn release_creation(&self, address: &str, holder: &str) -> Result<(), StateError> {
        let mut inner = self.lock();
        let held = inner.intents.get_mut(&address.to_ascii_lowercase());
        if let Some(held) = held.filter(|held| held.holder == holder) {
            held.busy_until = held.at;
        }
        Ok(())
    }

    async fn unsettled_creation(&self, address: &str) -> Result<Option<SystemTime>, StateError> {
        let inner = self.lock();
        let held = inner.intents.get(&address.to_ascii_lowercase());
        Ok(held.map(|held| held.at))
    }

    async fn settle_creation(&self, address: &str) -> Result<(), StateError> {
        self.lock().intents.remove(&address.to_ascii_lowercase());
        Ok(())
    }

    async fn note_removal(&self, at: SystemTime) -> Result<(), StateError> {
        self.lock().last_removal = Some(at);
        Ok(())
    }

    async fn last_removal(&self) -> Result<Option<SystemTime>, StateError> {
        Ok(self.lock().last_removal)
    }
}
