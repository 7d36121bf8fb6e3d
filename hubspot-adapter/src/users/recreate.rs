//! Bringing back a removed user: the same address gives the same HubSpot id (`docs/evidence.md`, H18).

use scim_core::Error;

use super::Users;
use crate::account::{Creation, JournalEntry};
use crate::client::NewUser;
use crate::error::from_state;
use crate::lifecycle::guard::{check_changeable, check_unprotected, stays_deactivated};
use crate::lifecycle::identity::{check_identity, in_use};
use crate::lifecycle::places::{keeping_seats, keeping_teams};
use crate::lifecycle::{Change, UserState};
use crate::mapping::Desired;
use crate::state::UserRecord;

impl Users {
    /// Creates a removed user again, with the former access unless the request wants another.
    pub(super) async fn recreate(
        &self,
        record: UserRecord,
        desired: &Desired,
    ) -> Result<UserState, Error> {
        check_identity(&record.last_seen, Some(&record), desired)?;
        check_unprotected(&self.policy, &record.last_seen.email)?;

        let id = record.id().to_owned();
        let mut new = self
            .account
            .returning_creation(&record.last_seen, desired, &self.policy)
            .await?;
        let entry = self.write_return(record, &new, desired).await?;
        let record = entry.record().clone();

        let created = match self.account.create_returning(&id, &mut new).await {
            Ok(created) => created,
            Err(error) => {
                self.account.roll_back_absent(entry).await;
                return Err(error);
            }
        };

        // HubSpot keeps a person's name beyond the membership: a cleared name takes a change.
        let change = Change {
            first_name: record.last_seen.first_name.clone().into_inner(),
            last_name: record.last_seen.last_name.clone().into_inner(),
            ..Change::of(&new)
        };
        match created {
            Creation::New(user) if user.id == id => {
                let change = keeping_seats(change, &user, desired);
                self.complete(user, Some(record), desired, &change).await
            }
            Creation::New(user) => {
                // HubSpot was never seen to give another id: the client has to look the user up again by name.
                let state = self.complete(user, Some(record), desired, &change).await?;
                self.account.forget_record(&id).await?;
                Ok(state)
            }
            Creation::Existing(user) if user.id == id => {
                let row = self.account.row(&user.id).await?;
                check_changeable(&self.policy, &user, &row)?;
                if row.is_deactivated() {
                    return Err(stays_deactivated());
                }
                let change = keeping_teams(change, &user);
                let change = keeping_seats(change, &user, desired);
                self.complete(user, Some(record), desired, &change).await
            }
            Creation::Existing(_) => Err(in_use()),
        }
    }

    /// Writes into the record what the user is about to get back.
    ///
    /// This comes before the call to HubSpot: if its answer is lost, nothing else tells what is restored.
    async fn write_return(
        &self,
        before: UserRecord,
        new: &NewUser,
        desired: &Desired,
    ) -> Result<JournalEntry, Error> {
        let mut record = before.clone();
        // Somebody may have removed the user by hand: from here on the record must stay.
        record.removed = true;
        // The row may have gone with the user, and come back late and empty.
        record.pending_row = Some(record.row.clone()).filter(|row| !row.is_empty());
        record.prepare_creation(new, desired, self.account.features());

        let is_worth_writing = record.pending_row.is_some() || record.last_seen != before.last_seen;
        let entry = JournalEntry::new(Some(before), record);
        if is_worth_writing {
            self.account.write_ahead(entry).await.map_err(from_state)
        } else {
            Ok(entry)
        }
    }
}
