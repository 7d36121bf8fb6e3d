//! Taking access away: the policy says whether the user is removed from the account or suspended in it.

use std::time::Duration;

use scim_core::{Error, ErrorKind};

use super::Users;
use crate::account::{JournalEntry, note_left_out};
use crate::client::User;
use crate::error::from_state;
use crate::lifecycle::guard::{check_is_read, check_removable};
use crate::lifecycle::{Member, UserState, Withdrawal};
use crate::mapping::Desired;
use crate::policy::Deprovision;
use crate::row::Row;
use crate::state::{StateError, UserRecord};

impl Users {
    /// Takes a user's access away. No other part of the request can prevent that.
    ///
    /// The record is written first, because it holds what reads show and what the user gets back later. If it cannot be written, the
    /// access goes all the same, and the error tells the client to try again, so that the record gets written.
    pub(super) async fn deactivate(
        &self,
        member: Member,
        desired: &Desired,
    ) -> Result<UserState, Error> {
        check_removable(&self.policy, &member.user, &member.row)?;
        if self.policy.deprovision == Deprovision::Remove && member.row.was_deactivated() {
            // The CRM does not answer. When it last did, the user was deactivated and had no access. A removal would lose the
            // deactivation, and no API call restores it.
            return Err(may_be_deactivated());
        }
        let withdrawal = self.account.withdrawal(&self.policy).await?;

        let is_returning = match &withdrawal {
            Withdrawal::Suspension(_) => member.former().is_some(),
            // If the state cannot tell, the former access must not be lost.
            Withdrawal::Removal => {
                let is_unfinished = self.account.is_return_unfinished(&member).await;
                is_unfinished.unwrap_or(true)
            }
        };
        let (record, refused) = withdrawal.record(&member, desired, is_returning);
        if let Some(refused) = refused {
            note_left_out(&member.user.id, &refused);
        }

        let Member {
            user,
            record: before,
            row,
        } = member;
        let entry = JournalEntry::new(before, record);
        let entry = match self.account.write_ahead(entry).await {
            Ok(entry) => entry,
            Err(failed) => return Err(self.withdraw_and_note(&user, &withdrawal, failed).await),
        };

        let withdrawn = match &withdrawal {
            // The user is suspended already, and HubSpot's API cannot change a deactivated user.
            Withdrawal::Suspension(_) if row.is_deactivated() => Ok(Some(user.clone())),
            Withdrawal::Suspension(_) | Withdrawal::Removal => {
                self.account.withdraw(&user, &withdrawal).await
            }
        };
        let suspended = match withdrawn {
            Ok(suspended) => suspended,
            Err(failed) => {
                let account = &self.account;
                if account
                    .still_has_access(&user.id, &withdrawal, &failed)
                    .await
                {
                    account.roll_back(entry).await.map_err(from_state)?;
                }
                return Err(failed.into());
            }
        };

        // The access is gone; from here on nothing makes the request fail.
        self.account.settle_creation_or_note(&user).await;
        Ok(self
            .remember_rest(suspended, entry.into_record(), row, desired)
            .await)
    }

    /// Records what else a request wants of a user whose access is gone; a refusal of it goes to the audit trail.
    async fn remember_rest(
        &self,
        suspended: Option<User>,
        mut record: UserRecord,
        row: Row,
        desired: &Desired,
    ) -> UserState {
        let (account, policy) = (&self.account, &self.policy);
        let before = record.clone();
        account
            .set_former_access_or_note(&mut record, desired, policy)
            .await;

        let Some(user) = suspended else {
            let record = account.put_record_or_note(&before, record).await;
            return UserState::Removed(record.with_pending_applied());
        };

        let renamed = account.converge_name(user.clone(), &mut record, desired);
        let user = renamed.await.unwrap_or_else(|refused| {
            note_left_out(&user.id, &refused);
            user
        });
        let row = account
            .settle_record_row(&user, &mut record, row, desired, policy)
            .await;
        let record = Some(account.put_record_or_note(&before, record).await);
        UserState::Suspended(Member { user, record, row })
    }

    /// Takes a user's access away although the state cannot be read; returns why the request is not complete.
    pub(super) async fn withdraw_unrecorded(&self, member: &Member, failed: StateError) -> Error {
        if let Err(refused) = check_removable(&self.policy, &member.user, &member.row) {
            return refused;
        }
        match self.account.withdrawal(&self.policy).await {
            Ok(withdrawal) => {
                self.withdraw_and_note(&member.user, &withdrawal, failed)
                    .await
            }
            Err(error) => error,
        }
    }

    /// Takes a user's access away although the state cannot keep what the user gets back; returns why the request is not complete.
    async fn withdraw_and_note(
        &self,
        user: &User,
        withdrawal: &Withdrawal,
        failed: StateError,
    ) -> Error {
        match self.account.withdraw(user, withdrawal).await {
            Ok(_) => {
                note_unrecorded(user);
                from_state(failed)
            }
            Err(error) => error.into(),
        }
    }

    /// Deletes a user: the state forgets the user, and so does HubSpot, unless the policy keeps users there without access.
    pub(super) async fn delete_user(&self, state: UserState) -> Result<(), Error> {
        let removes = self.policy.deprovision == Deprovision::Remove;
        let user = match state {
            UserState::Deactivated(Member { user, record, row }) if removes => {
                if record.is_none() {
                    check_is_read(&row)?;
                }
                check_removable(&self.policy, &user, &row)?;
                self.account.remove_deactivated(&user.id).await?;
                user
            }
            UserState::Present(member)
            | UserState::Suspended(member)
            | UserState::Deactivated(member) => {
                let Member { user, row, .. } = member;
                check_removable(&self.policy, &user, &row)?;
                if !removes {
                    check_is_read(&row)?;
                }
                let withdrawal = self.account.withdrawal(&self.policy).await?;
                self.account.withdraw(&user, &withdrawal).await?;
                user
            }
            UserState::Removed(record) => {
                // Somebody may have removed the user by hand a moment ago.
                self.account.note_removal().await;
                record.last_seen
            }
        };

        self.account.forget_record(&user.id).await?;
        self.account.settle_creation(&user.email).await
    }
}

/// Puts the ids of a user's former access into the audit trail, since no record keeps them.
fn note_unrecorded(user: &User) {
    tracing::warn!(
        target: "hubspot_adapter::audit",
        id = user.id,
        roles = ?user.role_ids,
        primary_team = user.primary_team_id,
        secondary_teams = ?user.secondary_team_ids,
        seats = ?user.seat_names,
        "access was taken away while the state could not be kept"
    );
}

fn may_be_deactivated() -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "active: an administrator had deactivated this user in HubSpot, and HubSpot's CRM does not answer whether that is still so",
    )
    .with_retry_after(Duration::from_secs(30))
}
