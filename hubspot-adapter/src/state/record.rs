//! The record of one user.

use std::fmt;

use crate::client::User;
use crate::row::RowValues;

/// How a user came under management.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Origin {
    /// A request adopted a user whom HubSpot already had.
    Adopted,
    /// A request created the user.
    Created,
}

/// The record of one user, which a [`StateStore`](super::StateStore) keeps.
///
/// It contains no more than the adapter needs to show, find and restore a removed user. Of a request it keeps `userName`,
/// `externalId`, an address that differs from HubSpot's, and pending values.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::User;
/// use hubspot_adapter::state::{Origin, UserRecord};
///
/// let record = UserRecord::new(User::new("7", "ada@acme.example"), "ada@acme.example", Origin::Adopted);
/// assert_eq!(record.revision(), None);
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct UserRecord {
    /// The user as HubSpot last showed them. Answers show it, and a return restores it, after a removal.
    pub last_seen: User,
    /// `userName` as the request sent it.
    pub user_name: String,
    /// `externalId` as the request sent it.
    pub external_id: Option<String>,
    /// The address in `emails` if it differs from HubSpot's. It differed from the start, so sending it again is no change.
    pub other_email: Option<String>,
    /// How the user came under management.
    pub origin: Origin,
    /// Whether the last request took the user's access away. A return then restores `last_seen`.
    pub removed: bool,
    /// The pending first and last name: HubSpot takes none before the user's activation.
    pub pending_name: Option<(Option<String>, Option<String>)>,
    /// The last seen values of the CRM row. A return restores them if HubSpot deleted the row with the user.
    pub row: RowValues,
    /// The pending values of the CRM row, which does not exist before the first sign-in.
    pub pending_row: Option<RowValues>,
    revision: Option<u64>,
}

impl UserRecord {
    /// The record of a present user.
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
            row: RowValues::default(),
            pending_row: None,
            revision: None,
        }
    }

    /// The HubSpot user id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.last_seen.id
    }

    /// The revision in the store that this record came from, or `None` for a new record.
    #[must_use]
    pub fn revision(&self) -> Option<u64> {
        self.revision
    }

    /// Sets the revision. Only a store calls this.
    #[must_use]
    pub fn with_revision(mut self, revision: Option<u64>) -> Self {
        self.revision = revision;
        self
    }
}

impl fmt::Debug for UserRecord {
    /// Omits names, addresses and external ids, which are personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserRecord")
            .field("id", &self.last_seen.id)
            .field("origin", &self.origin)
            .field("removed", &self.removed)
            .finish_non_exhaustive()
    }
}
