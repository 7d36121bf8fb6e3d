//! What HubSpot cannot keep, kept here: external ids, users who were removed, creations under way.

mod memory;

use std::fmt;
use std::time::SystemTime;

use async_trait::async_trait;

pub use self::memory::MemoryState;
use crate::client::User;

/// Keeps what HubSpot cannot.
///
/// HubSpot decides whether a user exists: a record says what HubSpot does not know of a user, and what to answer and restore
/// when HubSpot no longer has them.
#[async_trait]
pub trait StateStore: fmt::Debug + Send + Sync + 'static {
    /// The record of a HubSpot user id.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be read.
    async fn by_id(&self, id: &str) -> Result<Option<UserRecord>, StateError>;

    /// The record whose `userName` or e-mail address this is, without regard to case.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be read.
    async fn by_name(&self, name: &str) -> Result<Option<UserRecord>, StateError>;

    /// The records with an `externalId`.
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

    /// Stores a record in place of the one with its id.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be written.
    async fn put(&self, record: UserRecord) -> Result<(), StateError>;

    /// Drops the record of an id, if there is one.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be written.
    async fn forget(&self, id: &str) -> Result<(), StateError>;

    /// Notes that the user with this address is about to be created, before HubSpot is asked to.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be written.
    async fn intend_create(&self, email: &str, at: SystemTime) -> Result<(), StateError>;

    /// When a creation was noted for this address that is not settled: a user found there soon after is of our making.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be read.
    async fn intended_create(&self, email: &str) -> Result<Option<SystemTime>, StateError>;

    /// Notes that the creation is settled, either way.
    ///
    /// # Errors
    ///
    /// A [`StateError`] when the store cannot be written.
    async fn settle_create(&self, email: &str) -> Result<(), StateError>;
}

/// A state store that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the state store failed")]
pub struct StateError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl StateError {
    /// A failure of a store, with its cause.
    #[must_use]
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// How a user came under management.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Origin {
    /// A request took over a user whom HubSpot had.
    Adopted,
    /// A request made the user.
    Created,
}

/// What is kept of one user.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct UserRecord {
    /// The user as HubSpot last showed them: what is restored, and what is answered, when HubSpot has them no more.
    pub last_seen: User,
    /// `userName` as it was sent.
    pub user_name: String,
    /// `externalId` as it was sent.
    pub external_id: Option<String>,
    /// An address that `emails` carries and that is not the one HubSpot has: it was so from the start, and is no change.
    pub other_email: Option<String>,
    /// How the user came under management.
    pub origin: Origin,
    /// Whether the last thing that was done is to remove the user.
    pub removed: bool,
    /// A first and last name that HubSpot refused before the user's activation.
    pub pending_name: Option<(Option<String>, Option<String>)>,
}

impl UserRecord {
    /// A record of a user whom HubSpot has.
    #[must_use]
    pub fn new(last_seen: User, user_name: impl Into<String>, origin: Origin) -> Self {
        Self {
            last_seen,
            user_name: user_name.into(),
            external_id: None,
            other_email: None,
            origin,
            removed: false,
            pending_name: None,
        }
    }

    /// The HubSpot user id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.last_seen.id
    }
}

impl fmt::Debug for UserRecord {
    /// Without names and addresses, which are personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserRecord")
            .field("id", &self.last_seen.id)
            .field("origin", &self.origin)
            .field("removed", &self.removed)
            .finish_non_exhaustive()
    }
}
