//! The state that HubSpot cannot keep: external ids, removed users, creations under way.

#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod document;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
mod record;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::error::Error;
use std::fmt;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use scim_core::Redacted;

pub use self::memory::MemoryState;
#[cfg(feature = "postgres")]
pub use self::postgres::PostgresState;
pub use self::record::{Origin, UserRecord};
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteState;
pub use crate::row::RowValues;

/// How long an unsettled creation explains a user who appears at its address.
///
/// Identity providers try again within minutes, and a day later in quarantine (`docs/evidence.md`, C48).
pub const INTENT_LIFETIME: Duration = Duration::from_secs(36 * 60 * 60);

/// A store for the state that HubSpot cannot keep.
///
/// HubSpot decides whether a user exists. A record adds the data that HubSpot cannot keep, and the data that answers show
/// and a return restores after a removal. Several processes may share one store.
///
/// Each method takes effect as a whole or not at all. A change that was answered with `Ok` outlives the process, except in
/// [`MemoryState`]. Addresses and names match without regard to ASCII case, external ids exactly.
///
/// The adapter calls the store; an embedder implements it to keep the state elsewhere.
#[async_trait]
pub trait StateStore: fmt::Debug + Send + Sync + 'static {
    /// Reads the record of a HubSpot user id.
    ///
    /// # Errors
    ///
    /// A [`StateError`] if the store cannot be read.
    async fn by_id(&self, id: &str) -> Result<Option<UserRecord>, StateError>;

    /// Finds the record with this `userName` or e-mail address; of several, the first by id.
    ///
    /// # Errors
    ///
    /// A [`StateError`] if the store cannot be read.
    async fn by_name(&self, name: &str) -> Result<Option<UserRecord>, StateError>;

    /// Finds the records with this `externalId`, ordered by id.
    ///
    /// # Errors
    ///
    /// A [`StateError`] if the store cannot be read.
    async fn by_external_id(&self, external_id: &str) -> Result<Vec<UserRecord>, StateError>;

    /// Reads all records, ordered by id.
    ///
    /// # Errors
    ///
    /// A [`StateError`] if the store cannot be read.
    async fn all(&self) -> Result<Vec<UserRecord>, StateError>;

    /// Stores a record and returns it with its new revision.
    ///
    /// A record that was read before ([`UserRecord::revision`]) replaces only that revision. A new record replaces any
    /// record of its id.
    ///
    /// # Errors
    ///
    /// A [`StateError`] if the store cannot be written, or if another caller replaced the revision
    /// ([`StateError::is_conflict`]).
    async fn put(&self, record: UserRecord) -> Result<UserRecord, StateError>;

    /// Deletes the record of an id, if any.
    ///
    /// # Errors
    ///
    /// A [`StateError`] if the store cannot be written.
    async fn forget(&self, id: &str) -> Result<(), StateError>;

    /// Claims an address for a creation, before the request to HubSpot. Of several holders at once, one wins.
    ///
    /// The call also deletes intents older than [`INTENT_LIFETIME`].
    ///
    /// # Errors
    ///
    /// A [`StateError`] if the store cannot be written.
    async fn claim_creation(&self, intent: &CreateIntent) -> Result<Claim, StateError>;

    /// Releases the claim of a holder that no longer waits for HubSpot. The creation stays unsettled.
    ///
    /// # Errors
    ///
    /// A [`StateError`] if the store cannot be written.
    async fn release_creation(&self, address: &str, holder: &str) -> Result<(), StateError>;

    /// Reads when the unsettled creation of an address last began. This adapter created a user who appears there soon after.
    ///
    /// # Errors
    ///
    /// A [`StateError`] if the store cannot be read.
    async fn unsettled_creation(&self, address: &str) -> Result<Option<SystemTime>, StateError>;

    /// Settles the creation of an address, whether it succeeded or failed.
    ///
    /// # Errors
    ///
    /// A [`StateError`] if the store cannot be written.
    async fn settle_creation(&self, address: &str) -> Result<(), StateError>;

    /// Notes when HubSpot removed a user, in place of any earlier note.
    ///
    /// # Errors
    ///
    /// A [`StateError`] if the store cannot be written.
    async fn note_removal(&self, at: SystemTime) -> Result<(), StateError>;

    /// Reads when HubSpot last removed a user: the seat may take minutes to become free.
    ///
    /// # Errors
    ///
    /// A [`StateError`] if the store cannot be read.
    async fn last_removal(&self) -> Result<Option<SystemTime>, StateError>;
}

/// A creation about to begin.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CreateIntent {
    /// The e-mail address of the user.
    pub address: Redacted<String>,
    /// The adapter that begins the creation. Only one adapter at a time may wait for HubSpot's answer.
    pub holder: String,
    /// When the creation begins.
    pub at: SystemTime,
    /// Until when HubSpot may still answer. Afterwards the holder counts as dead, and another may claim the address.
    pub busy_until: SystemTime,
}

impl CreateIntent {
    /// A creation that begins at `at` and waits for HubSpot no longer than `busy_for`.
    #[must_use]
    pub fn new(
        address: impl Into<String>,
        holder: impl Into<String>,
        at: SystemTime,
        busy_for: Duration,
    ) -> Self {
        Self {
            address: address.into().into(),
            holder: holder.into(),
            at,
            busy_until: at.checked_add(busy_for).unwrap_or(at),
        }
    }
}

/// The outcome of [`StateStore::claim_creation`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a caller has to know what to do with each"
)]
pub enum Claim {
    /// The creation may begin; the address had no unsettled one.
    First,
    /// The creation may begin; an earlier one was never settled.
    Again,
    /// The creation must wait: another holder waits for HubSpot, at most until this time.
    HeldUntil(SystemTime),
}

/// A failure of a state store.
///
/// Neither its texts nor its sources contain personal data or secrets.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StateError {
    message: &'static str,
    is_conflict: bool,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl StateError {
    /// A failure with its cause.
    #[must_use]
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            message: "the state store failed",
            is_conflict: false,
            source: Some(source.into()),
        }
    }

    /// A write that lost: another caller replaced or deleted the record first.
    #[must_use]
    pub fn conflict() -> Self {
        Self {
            message: "another request changed the record first",
            is_conflict: true,
            source: None,
        }
    }

    /// Whether another caller changed the record first, so that reading it again helps.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.is_conflict
    }
}
