//! Creating a user, or adopting one that HubSpot already has.

use scim_core::filter::case;
use scim_core::{Error, ErrorKind};

use super::Users;
use crate::account::{Creation, SeatShortage, note_left_out, note_roles};
use crate::client::{NewUser, User};
use crate::lifecycle::guard::{check_changeable, check_unprotected, is_hidden, stays_deactivated};
use crate::lifecycle::identity::in_use;
use crate::lifecycle::{Change, Member, UserState};
use crate::mapping::Desired;
use crate::policy::{Deprovision, RoleChoice};
use crate::state::{Origin, UserRecord};

impl Users {
    /// Creates the user of a request, or handles the creation for a user that HubSpot or the state already has.
    pub(super) async fn create_user(&self, desired: &Desired) -> Result<UserState, Error> {
        let email = desired.email()?;
        let _address = self.account.lock_address(email).await;
        if !self.policy.allows_domain(email) {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                "userName: the configuration of this server does not allow users of this domain (allowed_domains)",
            ));
        }

        let Some(id) = self.account.find_id(email, desired).await? else {
            return Box::pin(self.create_unknown(email, desired, SeatShortage::Final)).await;
        };

        // Other requests name the user by id: the user is read again once none of them is under way.
        let _id = self.account.lock_user(&id).await;
        match self.account.observe(&id, &self.policy).await? {
            Some(state) if is_hidden(&self.policy, &state) => Err(in_use()),
            Some(UserState::Removed(record)) => {
                Box::pin(self.create_removed(email, record, desired)).await
            }
            Some(state) => Box::pin(self.create_existing(state, desired)).await,
            None => Box::pin(self.create_unknown(email, desired, SeatShortage::Final)).await,
        }
    }

    /// Handles a creation for a member of the account.
    async fn create_existing(
        &self,
        state: UserState,
        desired: &Desired,
    ) -> Result<UserState, Error> {
        if is_hidden(&self.policy, &state) {
            return Err(in_use());
        }
        match state {
            UserState::Present(member) => {
                self.account.check_name(&member.user.id, desired).await?;
                self.create_present(member, desired).await
            }
            UserState::Deactivated(member) => self.create_deactivated(member, desired).await,
            UserState::Suspended(member) => self.resume_created(member, desired).await,
            UserState::Removed(_) => Err(in_use()),
        }
    }

    /// Handles a creation for a present user: one whose creation or return was cut short, a managed one, or an unmanaged one.
    async fn create_present(&self, member: Member, desired: &Desired) -> Result<UserState, Error> {
        let is_deactivation = desired.active == Some(false);
        let suspends = matches!(self.policy.deprovision, Deprovision::NoAccess(_));

        if self.account.is_creation_unfinished(&member.user).await? {
            if is_deactivation {
                return Box::pin(self.deactivate(member, desired)).await;
            }
            Box::pin(self.finish(member, desired)).await
        } else if suspends && member.former().is_some() {
            // The user is returning: HubSpot gave access, and the answer to the same request may have been lost.
            let member = member.without_record_of_another(desired);
            if is_deactivation {
                return Box::pin(self.deactivate(member, desired)).await;
            }
            let id = &member.user.id;
            self.account.release_external_id(id, desired).await?;
            Box::pin(self.update(member, desired)).await
        } else if member.record.is_some() {
            Err(in_use())
        } else {
            Box::pin(self.adopt(member, desired)).await
        }
    }

    /// Adopts a deactivated user, if the policy does so and the request wants no access.
    async fn create_deactivated(
        &self,
        member: Member,
        desired: &Desired,
    ) -> Result<UserState, Error> {
        let (account, policy) = (&self.account, &self.policy);
        account.check_name(&member.user.id, desired).await?;
        if member.record.is_none() && !account.adopts(&member.user, desired, policy).await? {
            return Err(in_use());
        }
        if desired.active != Some(false) {
            return Err(stays_deactivated());
        }

        account
            .release_external_id(&member.user.id, desired)
            .await?;
        self.update_deactivated(member, desired).await
    }

    /// Creates a user that neither HubSpot nor the state has under this address.
    async fn create_unknown(
        &self,
        email: &str,
        desired: &Desired,
        shortage: SeatShortage,
    ) -> Result<UserState, Error> {
        if let Some(id) = self.account.deactivated_with_address(email).await? {
            match self.account.observe(&id, &self.policy).await? {
                Some(state) if is_hidden(&self.policy, &state) => return Err(in_use()),
                Some(UserState::Deactivated(member)) => {
                    return self.create_deactivated(member, desired).await;
                }
                Some(UserState::Suspended(member)) => {
                    return Box::pin(self.resume_created(member, desired)).await;
                }
                // Somebody reactivated or removed the user a moment ago: HubSpot's answer to the creation decides.
                Some(UserState::Present(_) | UserState::Removed(_)) | None => {}
            }
        }

        // No request could remove a protected user again.
        check_unprotected(&self.policy, email)?;

        if desired.active == Some(false) {
            // HubSpot's look-up may distinguish letter case: nobody keeps access for that.
            return match self.account.read_by_email_in_any_case(email).await? {
                Some(user) => self.create_found(user, desired).await,
                None => Err(Error::new(
                    ErrorKind::InvalidValue,
                    "active: HubSpot cannot create a user who is disabled",
                )),
            };
        }
        Box::pin(self.create_new(email, desired, shortage)).await
    }

    /// Handles a creation for a user that HubSpot turned out to have.
    ///
    /// Another server created the user at the same moment, or HubSpot has the address in another letter case.
    async fn create_found(&self, user: User, desired: &Desired) -> Result<UserState, Error> {
        let state = self.account.observe_found(user, &self.policy).await?;
        Box::pin(self.create_existing(state, desired)).await
    }

    /// Brings a removed user back, or creates another person with the user's former name or address.
    async fn create_removed(
        &self,
        email: &str,
        mut record: UserRecord,
        desired: &Desired,
    ) -> Result<UserState, Error> {
        if !case::eq(&record.last_seen.email, email) {
            // A name that is no address went to somebody new.
            record.user_name.clone_from(&record.last_seen.email);
            self.account.put_record(record).await?;
            return Box::pin(self.create_unknown(email, desired, SeatShortage::Final)).await;
        }
        if record.is_of_another(desired) {
            // The address went to somebody new, who does not get the former access. The former seat may not be free yet.
            return Box::pin(self.create_unknown(email, desired, SeatShortage::Passing)).await;
        }

        if desired.active == Some(false) {
            return self.update_removed(record, desired).await;
        }
        Box::pin(self.recreate(record, desired)).await
    }

    async fn create_new(
        &self,
        email: &str,
        desired: &Desired,
        shortage: SeatShortage,
    ) -> Result<UserState, Error> {
        let (account, policy) = (&self.account, &self.policy);
        let (role, roles) = account.role_of_new_user(desired, policy).await?;

        let mut new = NewUser::new(email).with_welcome_email(policy.welcome_email);
        (*new.first_name).clone_from(&desired.first_name);
        (*new.last_name).clone_from(&desired.last_name);
        if let RoleChoice::Role(id) = role {
            new.role_id = Some(id);
        }
        let seats = account.wanted_seats(desired, &[]).await?;
        new.seat_names = seats.unwrap_or_default();

        match account.create(&new, shortage).await? {
            Creation::New(user) => {
                note_roles(&user.id, &roles);
                let change = Change::of(&new);
                Box::pin(self.complete(user, None, desired, &change)).await
            }
            Creation::Existing(user) => self.create_found(user, desired).await,
        }
    }

    /// Adopts an unmanaged user, if the policy does so, and changes the user as the creation wants.
    async fn adopt(&self, member: Member, desired: &Desired) -> Result<UserState, Error> {
        let (account, policy) = (&self.account, &self.policy);
        let id = member.user.id.clone();
        if !account.adopts(&member.user, desired, policy).await? {
            return Err(in_use());
        }

        let state = if desired.active == Some(false) {
            self.deactivate(member, desired).await?
        } else {
            account.release_external_id(&id, desired).await?;
            match check_changeable(policy, &member.user, &member.row) {
                Ok(()) => self.update(member, desired).await?,
                Err(refused) => {
                    // From now on the user has a record, and is left unchanged.
                    note_left_out(&id, &refused);
                    let kept = account.remember(member, desired, Origin::Adopted, None, policy);
                    UserState::of_unsuspended(kept.await?)
                }
            }
        };

        tracing::info!(target: "hubspot_adapter::audit", id, "a user who was in HubSpot already is adopted");
        Ok(state)
    }
}
