//! What HubSpot cannot keep, kept here: external ids, users who were removed, creations under way.

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

/// How long a user who appears at the address of an unsettled creation is taken to be of its making: identity providers try
/// again within minutes, and a day later in quarantine (`docs/evidence.md`, C48).
pub const INTENT_COUNTS_FOR: Duration = Duration::from_secs(36 * 60 * 60);

/// Keeps what HubSpot cannot.
///
/// HubSpot decides whether a user exists: a record says what HubSpot does not know of a user, and what to answer and restore
/// when HubSpot no longer has them. Several processes may share one store.
///
/// Each method happens whole or not at all, and what it answered `Ok` to outlives the process (but for [`MemoryState`]).
/// Addresses and names are compared without regard to ASCII case, external ids exactly.
#[async_trait]
pub trait StateStore: fmt::Debug + Send + Sync + 'static {
    /// The record of a HubSpot user id.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be read.
    async fn by_id(&self, id: &str) -> Result<Option<UserRecord>, StateError>;

    /// The record whose `userName` or e-mail address this is; of several, the first in the order of ids.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be read.
    async fn by_name(&self, name: &str) -> Result<Option<UserRecord>, StateError>;

    /// The records with an `externalId`, in the order of their ids.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be read.
    async fn by_external_id(&self, external_id: &str) -> Result<Vec<UserRecord>, StateError>;

    /// All records, in the order of their ids.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be read.
    async fn all(&self) -> Result<Vec<UserRecord>, StateError>;

    /// Stores a record, and answers it with its new revision.
    ///
    /// One that was read before ([`UserRecord::revision`]) takes the place of that revision only; a new one, of whatever has
    /// its id.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be written, or when the revision is not there any more
    /// ([`StateError::is_conflict`]).
    async fn put(&self, record: UserRecord) -> Result<UserRecord, StateError>;

    /// Drops the record of an id, if there is one.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be written.
    async fn forget(&self, id: &str) -> Result<(), StateError>;

    /// Notes that a user is about to be created, before HubSpot is asked to; of several holders at once, one wins.
    ///
    /// Intents older than [`INTENT_COUNTS_FOR`] are of no use, and go.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be written.
    async fn intend_create(&self, intent: &Intent) -> Result<Intended, StateError>;

    /// Notes that `holder` waits for no answer of HubSpot's any more, and that the creation is not settled.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be written.
    async fn rest_create(&self, address: &str, holder: &str) -> Result<(), StateError>;

    /// When a creation was last begun for this address that is not settled: a user found there soon after is of our making.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be read.
    async fn intended_create(&self, address: &str) -> Result<Option<SystemTime>, StateError>;

    /// Notes that the creation is settled, either way.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be written.
    async fn settle_create(&self, address: &str) -> Result<(), StateError>;
}

/// A creation about to begin.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Intent {
    /// The e-mail address of the user.
    pub address: Redacted<String>,
    /// Which adapter begins it: only one of them may wait for HubSpot's answer.
    pub holder: String,
    /// When it begins.
    pub at: SystemTime,
    /// Until when HubSpot's answer may be under way; another holder may then begin anew, because this one has died.
    pub busy_until: SystemTime,
}

impl Intent {
    /// A creation that begins at an instant and may be under way for so long.
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

/// Whether a creation may begin.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a caller has to know what to do with each"
)]
pub enum Intended {
    /// It may: none was unsettled for this address.
    First,
    /// It may: one for this address was begun before, and never settled.
    Again,
    /// It may not: another holder waits for HubSpot's answer, at most until then.
    Elsewhere(SystemTime),
}

/// A state store that cannot be read or written, or that holds something newer.
///
/// Its texts and its source hold no personal values and no secrets.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StateError {
    message: &'static str,
    is_conflict: bool,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl StateError {
    /// A failure of a store, with its cause.
    #[must_use]
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            message: "the state store failed",
            is_conflict: false,
            source: Some(source.into()),
        }
    }

    /// The revision to be replaced is not there any more: somebody else wrote or dropped the record.
    #[must_use]
    pub fn conflict() -> Self {
        Self {
            message: "the record was changed meanwhile",
            is_conflict: true,
            source: None,
        }
    }

    /// Whether the record was changed by somebody else meanwhile, so that reading it again helps.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.is_conflict
    }
}
