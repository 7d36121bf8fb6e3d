//! Giving a suspended user the former access back.

use scim_core::Error;

use super::Users;
use crate::lifecycle::guard::{check_changeable, stays_deactivated};
use crate::lifecycle::identity::check_identity;
use crate::lifecycle::{Member, UserState};
use crate::mapping::Desired;
use crate::state::Origin;

impl Users {
    /// Gives a suspended user the permission set, teams and seats of the record, unless the request wants others.
    pub(super) async fn resume(
        &self,
        member: Member,
        desired: &Desired,
    ) -> Result<UserState, Error> {
        let (account, policy) = (&self.account, &self.policy);
        check_changeable(policy, &member.user, &member.row)?;
        if member.row.is_deactivated() {
            return Err(stays_deactivated());
        }
        check_identity(&member.user, member.record.as_ref(), desired)?;
        account.check_name(&member.user.id, desired).await?;

        let change = account.returning_change(&member, desired, policy).await?;
        let was = member.user.clone();
        let entry = account.supersede(member.record, desired).await?;
        let member = Member {
            record: entry.as_ref().map(|entry| entry.record().clone()),
            ..member
        };

        let returned = account.change_row_and(member, desired, |user| {
            account.converge_returning(user, &change)
        });
        let (member, pending_name) = match returned.await {
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
        account.settle_creation(&was.email).await?;
        Ok(UserState::of_unsuspended(member))
    }

    /// Handles a creation for a suspended user: gives the access that the request asks for.
    pub(super) async fn resume_created(
        &self,
        member: Member,
        desired: &Desired,
    ) -> Result<UserState, Error> {
        self.account.check_name(&member.user.id, desired).await?;
        // If the address went to somebody new, the former access is not given back.
        let member = member.without_record_of_another(desired);
        if desired.active == Some(false) {
            return self.deactivate(member, desired).await;
        }
        self.account
            .release_external_id(&member.user.id, desired)
            .await?;
        self.resume(member, desired).await
    }
}
