//! Giving a suspended user the former access back.

use scim_core::{Error, ErrorKind};

use super::Users;
use crate::account::{SeatShortage, note_left_out};
use crate::client::User;
use crate::lifecycle::guard::{check_changeable, stays_deactivated};
use crate::lifecycle::identity::check_identity;
use crate::lifecycle::{Change, Member, PendingName, UserState};
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

        let change = self.returning_change(&member, desired).await?;
        let was = member.user.clone();
        let entry = account.supersede(member.record, desired).await?;
        let member = Member {
            record: entry.as_ref().map(|entry| entry.record().clone()),
            ..member
        };

        let returned = account.change_row_and(member, desired, |user| self.give_back(user, change));
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

    /// The change that gives a suspended user the former access back.
    async fn returning_change(&self, member: &Member, desired: &Desired) -> Result<Change, Error> {
        let (account, policy) = (&self.account, &self.policy);
        let user = &member.user;
        let former = member.record.as_ref().map(|record| &record.last_seen);

        let role = account.role_to_restore(former, desired, policy).await?;
        let (first, last) = member.pending_name();
        let places = match former {
            Some(former) => account.places_to_restore(user, former, desired).await?,
            None => Change {
                seat_names: account.wanted_seats(desired, &user.seat_names).await?,
                ..Change::default()
            },
        };
        Ok(Change {
            first_name: desired.first_name.clone().or(first),
            last_name: desired.last_name.clone().or(last),
            role: role.into(),
            ..places
        })
    }

    /// Makes the change of a returning user; a team that is gone must not keep the user out forever.
    async fn give_back(&self, user: User, change: Change) -> Result<(User, PendingName), Error> {
        let account = &self.account;
        let teams = change.teams_alone();
        let without_teams = change.clone().without_teams();
        let converged = account.converge(user.clone(), &change, SeatShortage::Passing);
        let refused = match converged.await {
            Err(refused)
                if refused.kind() == ErrorKind::InvalidValue && change != without_teams =>
            {
                refused
            }
            outcome => return outcome,
        };
        note_left_out(&user.id, &refused);

        let converged = account.converge(user, &without_teams, SeatShortage::Passing);
        let (user, pending_name) = converged.await?;
        // HubSpot may have refused something else, and still have the teams.
        let teams = account.converge(user.clone(), &teams, SeatShortage::Final);
        match teams.await {
            Err(refused) if refused.kind() == ErrorKind::InvalidValue => Ok((user, pending_name)),
            outcome => outcome.map(|(user, _)| (user, pending_name)),
        }
    }

    /// Gives a suspended user whom a request creates the access of the request.
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
