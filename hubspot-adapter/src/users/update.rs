//! Changing a user: present, deactivated, suspended or removed.

use scim_core::Error;

use super::Users;
use crate::account::{SeatShortage, note_left_out};
use crate::lifecycle::change::unmet;
use crate::lifecycle::guard::{check_changeable, check_is_read};
use crate::lifecycle::identity::check_identity;
use crate::lifecycle::{Change, Member, UserState, roles};
use crate::mapping::Desired;
use crate::state::{Origin, UserRecord};

impl Users {
    /// Changes a member of the account as a request wants.
    pub(super) async fn update(
        &self,
        member: Member,
        desired: &Desired,
    ) -> Result<UserState, Error> {
        let (account, policy) = (&self.account, &self.policy);
        check_identity(&member.user, member.record.as_ref(), desired)?;
        account.check_name(&member.user.id, desired).await?;
        if roles::of_existing(desired, policy).is_some() {
            // No permission set stands for Super Admin: any role for a super admin is a change.
            if member.user.super_admin {
                check_changeable(policy, &member.user, &member.row)?;
            }
            // If HubSpot does not return the user, nobody knows whether the role is a change.
            check_is_read(&member.row)?;
        }

        let change = account.resolve_change(&member, desired, policy).await?;
        let row_changes = member.row_changes(desired);
        if row_changes || unmet(&member.user, &change).is_some() {
            check_changeable(policy, &member.user, &member.row)?;
        }
        // A change that cannot be planned is refused before the row is written.
        if account.takes_calls(&member.user, &change)? || row_changes {
            check_is_read(&member.row)?;
        }

        let was = member.user.clone();
        let entry = account.supersede(member.record, desired).await?;
        let member = Member {
            record: entry.as_ref().map(|entry| entry.record().clone()),
            ..member
        };
        let converged = account.change_row_and(member, desired, |user| {
            account.converge(user, &change, SeatShortage::Final)
        });
        let (member, pending_name) = match converged.await {
            Ok(done) => done,
            Err(error) => {
                if let Some(entry) = entry {
                    account.roll_back_unmade(entry, &was, &error).await;
                }
                return Err(error);
            }
        };

        let member = account
            .remember(member, desired, Origin::Adopted, pending_name, policy)
            .await?;
        // The update completes an earlier creation of this user, too.
        account.settle_creation(&was.email).await?;
        Ok(UserState::of_unsuspended(member))
    }

    /// Changes a deactivated user for a request that says inactive: that needs no call, and any refusal goes to the audit trail.
    pub(super) async fn update_deactivated(
        &self,
        member: Member,
        desired: &Desired,
    ) -> Result<UserState, Error> {
        let refused = match self.update(member.clone(), desired).await {
            Ok(state) => return Ok(state),
            Err(refused) => refused,
        };
        note_left_out(&member.user.id, &refused);

        if check_identity(&member.user, member.record.as_ref(), desired).is_err() {
            return Ok(UserState::Deactivated(member));
        }
        let record = member.record.as_ref();
        let pending_name = record.and_then(|record| record.pending_name.clone());
        let member = self
            .account
            .remember(member, desired, Origin::Adopted, pending_name, &self.policy)
            .await?;
        Ok(UserState::of_unsuspended(member))
    }

    /// Changes what a suspended user is shown as, and gets back.
    pub(super) async fn update_suspended(
        &self,
        member: Member,
        desired: &Desired,
    ) -> Result<UserState, Error> {
        let (account, policy) = (&self.account, &self.policy);
        check_identity(&member.user, member.record.as_ref(), desired)?;
        account.check_name(&member.user.id, desired).await?;

        let is_renamed = unmet(&member.user, &Change::of_name(desired)).is_some();
        let is_changed = is_renamed || member.row_changes(desired);
        let has_roles = roles::of_existing(desired, policy).is_some();
        if is_changed || has_roles || desired.seats.is_some() {
            check_changeable(policy, &member.user, &member.row)?;
        }
        if is_changed {
            check_is_read(&member.row)?;
        }

        let Member { user, record, row } = member;
        let mut record = record.unwrap_or_else(|| UserRecord::of_unmanaged(&user));
        record.supersede_name(desired);
        record.supersede_row(desired);
        record.accept(desired);
        record.prepare_return(desired);
        account
            .set_former_access(&mut record, desired, policy)
            .await?;

        let id = user.id.clone();
        let written = account.change_row(&id, row, &desired.row).await?;
        let user = match account.converge_name(user, &mut record, desired).await {
            Ok(renamed) => renamed,
            Err(error) => {
                account.undo_row(&id, written).await;
                return Err(error);
            }
        };

        let row = account
            .settle_record_row(&user, &mut record, written.row, desired, policy)
            .await;
        let record = Some(account.put_record(record).await?);
        Ok(UserState::Suspended(Member { user, record, row }))
    }

    /// Changes what a removed user is shown as, and gets back.
    pub(super) async fn update_removed(
        &self,
        mut record: UserRecord,
        desired: &Desired,
    ) -> Result<UserState, Error> {
        let (account, policy) = (&self.account, &self.policy);
        // A request that says "inactive" once more is never refused for the rest of it.
        let is_lenient = desired.active == Some(false);

        let checked = match check_identity(&record.last_seen, Some(&record), desired) {
            Ok(()) => account.check_name(record.id(), desired).await,
            Err(refused) => Err(refused),
        };
        match checked {
            Ok(()) => record.accept(desired),
            Err(refused) if is_lenient => note_left_out(record.id(), &refused),
            Err(refused) => return Err(refused),
        }

        if is_lenient {
            account
                .set_former_access_or_note(&mut record, desired, policy)
                .await;
        } else {
            account
                .set_former_access(&mut record, desired, policy)
                .await?;
        }

        record.prepare_return(desired);
        record.removed = true;
        let record = account.put_record(record).await?;
        Ok(UserState::Removed(record))
    }
}
