//! The journal: a record is written before HubSpot is asked, and put back on proof that HubSpot changed nothing.

use scim_core::{Error, ErrorKind};

use super::{Account, note_left_out};
use crate::client::User;
use crate::error::from_state;
use crate::mapping::Desired;
use crate::state::{StateError, UserRecord};

/// A record before and after a change that HubSpot has not made yet.
pub(crate) struct JournalEntry {
    before: Option<UserRecord>,
    now: UserRecord,
}

impl JournalEntry {
    pub(crate) fn new(before: Option<UserRecord>, now: UserRecord) -> Self {
        Self { before, now }
    }

    /// The record as it is now.
    pub(crate) fn record(&self) -> &UserRecord {
        &self.now
    }

    /// The record as it is now, once the change is made.
    pub(crate) fn into_record(self) -> UserRecord {
        self.now
    }

    fn is_unchanged(&self) -> bool {
        self.before.as_ref() == Some(&self.now)
    }
}

impl Account {
    /// Writes the new record of an entry.
    pub(crate) async fn write_ahead(
        &self,
        entry: JournalEntry,
    ) -> Result<JournalEntry, StateError> {
        let JournalEntry { before, now } = entry;
        let now = self.state.put(now).await?;
        Ok(JournalEntry { before, now })
    }

    /// Drops the pending values and the former seats for which a request has newer ones; `None` if there is no record.
    ///
    /// This comes before the calls to HubSpot: if an answer is lost, an old value must not come back over a new one.
    pub(crate) async fn supersede(
        &self,
        record: Option<UserRecord>,
        desired: &Desired,
    ) -> Result<Option<JournalEntry>, Error> {
        let Some(before) = record else {
            return Ok(None);
        };

        let mut now = before.clone();
        let is_superseded = now.supersede(desired);
        let mut entry = JournalEntry::new(Some(before), now);
        if is_superseded {
            entry = self.write_ahead(entry).await.map_err(from_state)?;
        }
        Ok(Some(entry))
    }

    /// Puts back the record of an entry: HubSpot changed nothing.
    pub(crate) async fn roll_back(&self, entry: JournalEntry) -> Result<(), StateError> {
        let now = entry.now;
        match entry.before {
            Some(before) => {
                let before = before.with_revision(now.revision());
                self.state.put(before).await.map(drop)
            }
            None => self.state.forget(now.id()).await,
        }
    }

    /// Puts back the record of a change that failed, on proof that HubSpot did not make it.
    ///
    /// The proof is a refusal, or a returning user that HubSpot still shows as before.
    pub(crate) async fn roll_back_unmade(&self, entry: JournalEntry, was: &User, error: &Error) {
        if entry.is_unchanged() {
            return;
        }

        let is_refusal = matches!(
            error.kind(),
            ErrorKind::InvalidValue
                | ErrorKind::Mutability
                | ErrorKind::Forbidden
                | ErrorKind::Uniqueness
        );
        if is_refusal || (entry.now.removed && self.is_still(was).await) {
            self.roll_back_or_note(entry).await;
        }
    }

    /// Puts back the record of a creation that failed, on proof that HubSpot does not have the user.
    pub(crate) async fn roll_back_absent(&self, entry: JournalEntry) {
        if entry.is_unchanged() {
            return;
        }

        let read = self.client.read_user(entry.now.id()).await;
        if read.is_err_and(|error| error.is_not_found()) {
            self.roll_back_or_note(entry).await;
        }
    }

    async fn is_still(&self, was: &User) -> bool {
        let read = self.client.read_user(&was.id).await;
        read.is_ok_and(|now| now == *was)
    }

    async fn roll_back_or_note(&self, entry: JournalEntry) {
        let id = entry.now.id().to_owned();
        if let Err(failed) = self.roll_back(entry).await {
            note_left_out(&id, &from_state(failed));
        }
    }
}
