//! What is kept of one user.

use std::fmt;

use crate::client::User;
use crate::row::RowValues;

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
///
/// No more than is needed to answer for, find and bring back somebody whom HubSpot has no more; nothing of the request but
/// `userName`, `externalId` and an address that differs from HubSpot's.
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
    /// Whether the last thing that was done is to take the user's access away: `last_seen` is then what to give back.
    pub removed: bool,
    /// A first and last name that HubSpot refused before the user's activation.
    pub pending_name: Option<(Option<String>, Option<String>)>,
    /// What the user's row in the CRM was last seen to hold: what is restored where it goes with the user.
    pub row: RowValues,
    /// Values that no row could take yet, since there is none before the first sign-in.
    pub pending_row: Option<RowValues>,
    revision: Option<u64>,
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

    /// Which state of the record in the store this one follows; `None` for one that was never stored.
    #[must_use]
    pub fn revision(&self) -> Option<u64> {
        self.revision
    }

    /// The record as a store holds it under a revision.
    #[must_use]
    pub fn with_revision(mut self, revision: Option<u64>) -> Self {
        self.revision = revision;
        self
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
