//! Bringing back a removed user: the same address gives the same HubSpot id (`docs/evidence.md`, H18).

use scim_core::{Error, ErrorKind, Redacted};

use super::Users;
use crate::account::{Creation, JournalEntry, SeatShortage, note_left_out};
use crate::client::{NewUser, User};
use crate::error::from_state;
use crate::lifecycle::guard::{check_changeable, check_unprotected, stays_deactivated};
use crate::lifecycle::identity::{check_identity, in_use};
use crate::lifecycle::places::{keeping_seats, keeping_teams};
use crate::lifecycle::{Change, UserState};
use crate::mapping::Desired;
use crate::policy::RoleChoice;
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
        let mut new = self.former_user(&record.last_seen, desired).await?;
        let entry = self.write_return(record, &new, desired).await?;
        let record = entry.record().clone();

        let created = match self.create_with_teams_if_any(&id, &mut new).await {
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
        record.last_seen = self.returning_user(new, record.last_seen, desired);

        let is_worth_writing = record.pending_row.is_some() || record.last_seen != before.last_seen;
        let entry = JournalEntry::new(Some(before), record);
        if is_worth_writing {
            self.account.write_ahead(entry).await.map_err(from_state)
        } else {
            Ok(entry)
        }
    }

    /// Creates a returning user; a team that is gone must not keep the user out forever.
    async fn create_with_teams_if_any(
        &self,
        id: &str,
        new: &mut NewUser,
    ) -> Result<Creation, Error> {
        let created = self.account.create(new, SeatShortage::Passing).await;

        let has_teams = new.primary_team_id.is_some() || !new.secondary_team_ids.is_empty();
        match created {
            Err(refused) if has_teams && refused.kind() == ErrorKind::InvalidValue => {
                note_left_out(id, &refused);
                new.primary_team_id = None;
                new.secondary_team_ids = Vec::new();
                self.account.create(new, SeatShortage::Passing).await
            }
            outcome => outcome,
        }
    }

    /// The creation that brings a user back as they were, with the changes that a request wants.
    async fn former_user(&self, former: &User, desired: &Desired) -> Result<NewUser, Error> {
        let (account, policy) = (&self.account, &self.policy);
        let name = |wanted: &Option<String>, former: &Option<String>| {
            let name = wanted.as_ref().or(former.as_ref());
            name.filter(|name| !name.is_empty()).cloned()
        };

        let mut new = NewUser::new(former.email.as_str()).with_welcome_email(policy.welcome_email);
        *new.first_name = name(&desired.first_name, &former.first_name);
        *new.last_name = name(&desired.last_name, &former.last_name);

        let choice = account
            .role_to_restore(Some(former), desired, policy)
            .await?;
        if let RoleChoice::Role(id) = choice {
            new.role_id = Some(id);
        }
        new.primary_team_id.clone_from(&former.primary_team_id);
        new.secondary_team_ids
            .clone_from(&former.secondary_team_ids);
        let seats = account.seats_to_restore(former, &[], desired).await?;
        new.seat_names = seats.unwrap_or_default();
        Ok(new)
    }

    /// A removed user after this creation. A cleared name is empty and not unknown: a retry would otherwise leave the name that
    /// HubSpot keeps.
    fn returning_user(&self, new: &NewUser, former: User, desired: &Desired) -> User {
        let seat_names = if self.account.features().seats {
            new.seat_names.clone()
        } else {
            former.seat_names
        };
        let name = |wanted: &Option<String>, former: Redacted<Option<String>>| {
            Redacted::from(wanted.clone().or(former.into_inner()))
        };
        User {
            first_name: name(&desired.first_name, former.first_name),
            last_name: name(&desired.last_name, former.last_name),
            role_id: new.role_id.clone(),
            role_ids: new.role_id.iter().cloned().collect(),
            primary_team_id: new.primary_team_id.clone(),
            secondary_team_ids: new.secondary_team_ids.clone(),
            seat_names,
            ..former
        }
    }
}
