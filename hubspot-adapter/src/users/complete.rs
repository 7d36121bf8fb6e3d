//! Completing a creation or a return: HubSpot has the user, perhaps not yet as the request wants.

use scim_core::Error;

use super::Users;
use crate::account::SeatShortage;
use crate::client::User;
use crate::lifecycle::change::unmet;
use crate::lifecycle::guard::check_changeable;
use crate::lifecycle::identity::check_identity;
use crate::lifecycle::{Change, Member, RoleChange, UserState};
use crate::mapping::Desired;
use crate::policy::RoleChoice;
use crate::state::{Origin, UserRecord};

impl Users {
    /// Finishes a return that was cut short, for a request that names the user by id.
    pub(super) async fn finish_return(
        &self,
        member: Member,
        desired: &Desired,
    ) -> Result<UserState, Error> {
        check_identity(&member.user, member.record.as_ref(), desired)?;
        self.account.check_name(&member.user.id, desired).await?;
        self.finish(member, desired).await
    }

    /// Finishes a creation that was cut short.
    pub(super) async fn finish(
        &self,
        member: Member,
        desired: &Desired,
    ) -> Result<UserState, Error> {
        let (account, policy) = (&self.account, &self.policy);
        check_changeable(policy, &member.user, &member.row)?;

        let mut change = account.resolve_change(&member, desired, policy).await?;
        let former = member.former();
        if change.role == RoleChange::Keep {
            // A returning user has the former permission set, not that of a new user.
            let (choice, _) = account.restored_role(former, desired, policy).await?;
            if let RoleChoice::Role(id) = choice {
                change.role = RoleChange::Set(id);
            }
        }
        if let Some(former) = former {
            let places = account
                .places_to_restore(&member.user, former, desired)
                .await?;
            // HubSpot keeps names beyond the membership, also those that were cleared meanwhile.
            let is_cleared = |name: &&String| name.is_empty();
            let cleared = |name: &Option<String>| name.as_ref().filter(is_cleared).cloned();
            change.first_name = change.first_name.or(cleared(&former.first_name));
            change.last_name = change.last_name.or(cleared(&former.last_name));

            change.primary_team_id = places.primary_team_id;
            change.secondary_team_ids = places.secondary_team_ids;
            change.seat_names = places.seat_names;
        }

        self.complete(member.user, member.record, desired, &change)
            .await
    }

    /// Gives a new or returning user what the request wants, and keeps the record.
    ///
    /// The 201 proves the fields that it echoes; the others are sent once more and read back.
    pub(super) async fn complete(
        &self,
        user: User,
        record: Option<UserRecord>,
        desired: &Desired,
        change: &Change,
    ) -> Result<UserState, Error> {
        let (account, policy) = (&self.account, &self.policy);
        let email = user.email.clone();
        let row = account.no_row_yet();
        let member = Member { user, record, row };
        let is_returning = member.former().is_some();
        let shortage = if is_returning {
            SeatShortage::Passing
        } else {
            SeatShortage::Final
        };

        // The record comes first: from here on the user is known to be ours, whatever happens next.
        account
            .release_external_id(&member.user.id, desired)
            .await?;
        let name = change.name_alone();
        let pending_name = unmet(&member.user, &name).map(|_| (name.first_name, name.last_name));
        let member = account
            .with_new_record(member, desired, Origin::Created, pending_name, policy)
            .await;
        let member = account.store_begun(member, change, is_returning).await?;

        let Member { user, record, row } = member;
        let (user, pending_name) = account.converge(user, change, shortage).await?;
        let has_pending_row = record
            .as_ref()
            .is_some_and(|record| record.pending_row.is_some());
        let row = if has_pending_row {
            account.row_if_any(&user.id).await
        } else {
            row
        };

        let member = Member { user, record, row };
        let member = account
            .remember(member, desired, Origin::Created, pending_name, policy)
            .await?;
        // This comes last: until here, the client's retry finds a creation to finish, and no conflict.
        account.settle_creation(&email).await?;
        Ok(UserState::of_unsuspended(member))
    }
}
