//! Making a user, and taking one over.

use scim_core::filter::case;
use scim_core::{Error, ErrorKind};

use super::identity::{check_identity, in_use};
use super::post::Made;
use super::seats::NoSeat;
use super::{Seen, Users, ignored};
use crate::client::{NewUser, User};
use crate::error::from_state;
use crate::mapping::Desired;
use crate::plan::{self, Change};
use crate::policy::{Adopt, RoleChoice};
use crate::row::Row;
use crate::state::{INTENT_COUNTS_FOR, Origin, UserRecord};

impl Users {
    pub(super) async fn create_user(&self, desired: &Desired) -> Result<Seen, Error> {
        let email = desired.email()?;
        let _address = self.locks.hold(&email.to_ascii_lowercase()).await;
        if !self.policy.allows_domain(email) {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                "userName: the configuration of this server does not allow users of this domain",
            ));
        }
        let known = match self.find_by_email(email).await? {
            Some(user) => Some(user.id),
            None => self
                .record_of(email, desired)
                .await?
                .map(|record| record.last_seen.id),
        };
        let Some(id) = known else {
            return Box::pin(self.create_unknown(email, desired, NoSeat::Final)).await;
        };
        // Other requests name the user by id: looked at again once none of them is under way.
        let _id = self.locks.hold(&id).await;
        match self.observe_any(&id).await? {
            Some(seen) if self.hides(&seen) => Err(in_use()),
            Some(Seen::Gone(record)) => Box::pin(self.create_again(email, record, desired)).await,
            Some(seen) => Box::pin(self.create_there(seen, desired)).await,
            None => Box::pin(self.create_unknown(email, desired, NoSeat::Final)).await,
        }
    }

    /// Does what a creation wants of somebody whom HubSpot has.
    async fn create_there(&self, seen: Seen, desired: &Desired) -> Result<Seen, Error> {
        match seen {
            seen if self.hides(&seen) => Err(in_use()),
            Seen::Present(user, record, row) => {
                self.check_name(&user.id, desired).await?;
                self.create_present(user, record, row, desired).await
            }
            Seen::Deactivated(user, record, row) => {
                self.create_deactivated(user, record, row, desired).await
            }
            Seen::Suspended(user, record, row) => self.readmit(user, record, row, desired).await,
            Seen::Gone(_) => Err(in_use()),
        }
    }

    /// A user whom HubSpot has already: of our own making and unfinished, known, or a stranger.
    async fn create_present(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        if self.is_unfinished(&user).await? {
            Box::pin(self.finish(user, record, row, desired)).await
        } else if self.returns(record.as_ref()) {
            Box::pin(self.come_back(user, record, row, desired)).await
        } else if record.is_some() {
            Err(in_use())
        } else {
            Box::pin(self.take_over(user, row, desired)).await
        }
    }

    /// A user who is on their way back: HubSpot gave them access, and the answer to the same request may have been lost.
    async fn come_back(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        let record = record.filter(|record| !record.is_of_another(desired));
        if desired.active == Some(false) {
            return self.deactivate(user, record, row, desired).await;
        }
        self.release(&user.id, desired).await?;
        self.update(user, record, row, desired).await
    }

    /// The record of a user by the name or the address of a request.
    async fn record_of(&self, email: &str, desired: &Desired) -> Result<Option<UserRecord>, Error> {
        match self
            .state
            .by_name(&desired.user_name)
            .await
            .map_err(from_state)?
        {
            Some(record) => Ok(Some(record)),
            None if case::eq(&desired.user_name, email) => Ok(None),
            None => self.state.by_name(email).await.map_err(from_state),
        }
    }

    /// A user of whom neither HubSpot nor the state knows anything.
    async fn create_unknown(
        &self,
        email: &str,
        desired: &Desired,
        no_seat: NoSeat,
    ) -> Result<Seen, Error> {
        if let Some(id) = self.deactivated_with_address(email).await? {
            match self.observe_any(&id).await? {
                Some(seen) if self.hides(&seen) => return Err(in_use()),
                Some(Seen::Deactivated(user, record, row)) => {
                    return self.create_deactivated(user, record, row, desired).await;
                }
                Some(Seen::Suspended(user, record, row)) => {
                    return Box::pin(self.readmit(user, record, row, desired)).await;
                }
                // Reactivated or removed in this moment: HubSpot is asked to make them, and says.
                Some(Seen::Present(..) | Seen::Gone(_)) | None => {}
            }
        }
        if self.policy.protects(email) {
            // Whom no request may change could not be removed again either.
            return Err(super::identity::protected());
        }
        if desired.active == Some(false) {
            // HubSpot's own look-up may mind the letter case: nobody keeps their access for that.
            return match self.find_by_email_in_any_case(email).await? {
                Some(user) => self.create_existing(user, desired).await,
                None => Err(Error::new(
                    ErrorKind::InvalidValue,
                    "active: HubSpot cannot create a user who is disabled",
                )),
            };
        }
        Box::pin(self.make(email, desired, no_seat)).await
    }

    /// A user whom HubSpot turned out to have: another server of ours made them in this moment, if there is an intent or a record,
    /// or they have the address in another letter case.
    async fn create_existing(&self, user: User, desired: &Desired) -> Result<Seen, Error> {
        let record = self.state.by_id(&user.id).await.map_err(from_state)?;
        let record = record.filter(|record| !record.removed);
        let row = self.row(&user.id).await?;
        let roles = self.roles_of_policy().await?;
        let seen = self.seen_there(user, record, row, &roles);
        Box::pin(self.create_there(seen, desired)).await
    }

    /// A user who was removed, or whose name or address somebody else now has.
    async fn create_again(
        &self,
        email: &str,
        mut record: UserRecord,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        if !case::eq(&record.last_seen.email, email) {
            // A name that is no address went over to somebody new.
            record.user_name.clone_from(&record.last_seen.email);
            self.state.put(record).await.map_err(from_state)?;
            return self.create_unknown(email, desired, NoSeat::Final).await;
        }
        if record.is_of_another(desired) {
            // An address given to somebody new: what its last holder was allowed is not restored. Their seat may not be free yet.
            return self.create_unknown(email, desired, NoSeat::Passing).await;
        }
        if desired.active == Some(false) {
            return self.update_gone(record, desired).await;
        }
        Box::pin(self.reactivate(record, desired)).await
    }

    async fn make(&self, email: &str, desired: &Desired, no_seat: NoSeat) -> Result<Seen, Error> {
        let role = self
            .choose_role(desired.roles.as_deref().unwrap_or_default())
            .await?;
        let mut new = NewUser::new(email).with_welcome_email(self.policy.welcome_email);
        (*new.first_name).clone_from(&desired.first_name);
        (*new.last_name).clone_from(&desired.last_name);
        if let RoleChoice::Role(id) = role {
            new.role_id = Some(id);
        }
        new.seat_names = self.wanted_seats(desired, &[]).await?.unwrap_or_default();
        let change = Change::of(&new);
        match self.post(&new, no_seat).await? {
            Made::New(user) => Box::pin(self.complete(user, None, desired, &change)).await,
            Made::Existing(user) => self.create_existing(user, desired).await,
        }
    }

    /// Whether a creation of ours was cut short: the user is of our making, and perhaps not as the request wants them.
    async fn is_unfinished(&self, user: &User) -> Result<bool, Error> {
        let intended = self
            .state
            .intended_create(&user.email)
            .await
            .map_err(from_state)?;
        // A clock that was set back makes an intent of the future, which is a young one.
        Ok(intended.is_some_and(|at| {
            self.clock.now().duration_since(at).unwrap_or_default() < INTENT_COUNTS_FOR
        }))
    }

    /// Whether a return that a creation began was cut short.
    pub(super) async fn is_half_back(
        &self,
        user: &User,
        record: Option<&UserRecord>,
    ) -> Result<bool, Error> {
        Ok(record.is_some_and(|record| record.removed) && self.is_unfinished(user).await?)
    }

    /// Does what is left to do of a return that was cut short, for a request that names the user by id.
    pub(super) async fn finish_return(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        check_identity(&user, record.as_ref(), desired)?;
        self.check_name(&user.id, desired).await?;
        self.finish(user, record, row, desired).await
    }

    /// Does what is left to do of a creation that was cut short.
    async fn finish(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        if desired.active == Some(false) {
            return self.deactivate(user, record, row, desired).await;
        }
        self.guard(&user, &row)?;
        let mut change = self.change(&user, record.as_ref(), desired).await?;
        let was = record.as_ref().filter(|record| record.removed);
        let was = was.map(|record| &record.last_seen);
        if desired.roles.is_none() {
            // Who comes back has the permission set they had, and not that of somebody new.
            if let RoleChoice::Role(id) = self.role_to_restore(was, desired).await? {
                change.role_id = Some(id);
            }
        }
        if let Some(was) = was {
            let places = self.places_back(&user, was, desired).await?;
            change.primary_team_id = places.primary_team_id;
            change.secondary_team_ids = places.secondary_team_ids;
            change.seat_names = places.seat_names;
        }
        self.complete(user, record, desired, &change).await
    }

    /// Sees to it that a user just made is what was asked for, and keeps the record.
    ///
    /// The 201 is proof of what it echoes; what it does not echo is sent once more and read back.
    pub(super) async fn complete(
        &self,
        user: User,
        record: Option<UserRecord>,
        desired: &Desired,
        change: &Change,
    ) -> Result<Seen, Error> {
        let email = user.email.clone();
        let comes_back = record.as_ref().is_some_and(|record| record.removed);
        let seat = if comes_back {
            NoSeat::Passing
        } else {
            NoSeat::Final
        };
        let name = Change {
            first_name: change.first_name.clone(),
            last_name: change.last_name.clone(),
            ..Change::default()
        };
        let waiting = plan::unmet(&user, &name).map(|_| (name.first_name, name.last_name));
        self.release(&user.id, desired).await?;
        // First of all: from here on the user is known to be ours, whatever happens next.
        let (mut kept, row) = self
            .to_keep(
                &user,
                record,
                self.no_row_yet(),
                desired,
                Origin::Created,
                waiting,
            )
            .await;
        if comes_back && plan::unmet(&user, change).is_some() {
            // Still on their way, should this be cut short, and to what they are to be.
            kept.removed = true;
            kept.last_seen = change.made_of(user.clone());
        }
        let record = Some(self.state.put(kept).await.map_err(from_state)?);
        let (user, pending) = self.converge(user, change, seat).await?;
        let row = if record
            .as_ref()
            .is_some_and(|record| record.pending_row.is_some())
        {
            self.row_if_any(&user.id).await
        } else {
            row
        };
        let kept = self
            .keep(user, record, row, desired, Origin::Created, pending)
            .await?;
        // Last of all: until here, the client's retry finds a creation to finish and no conflict.
        self.state.settle_create(&email).await.map_err(from_state)?;
        Ok(kept)
    }

    /// Takes over a user whom HubSpot has and no request made, if the policy has it so.
    async fn take_over(&self, user: User, row: Row, desired: &Desired) -> Result<Seen, Error> {
        if !self.adopts(&user, desired).await? {
            return Err(in_use());
        }
        let id = user.id.clone();
        let seen = self.manage(user, row, desired).await?;
        tracing::info!(target: "hubspot_adapter::audit", id, "a user who was in HubSpot is taken over");
        Ok(seen)
    }

    /// Makes of a user whom nobody manages what a request wants.
    async fn manage(&self, user: User, row: Row, desired: &Desired) -> Result<Seen, Error> {
        if desired.active == Some(false) {
            return self.deactivate(user, None, row, desired).await;
        }
        self.release(&user.id, desired).await?;
        if let Err(protected) = self.guard(&user, &row) {
            // Known from now on, and left as they are.
            ignored(&user.id, &protected);
            return self
                .keep(user, None, row, desired, Origin::Adopted, None)
                .await;
        }
        self.update(user, None, row, desired).await
    }

    /// Whether the policy has somebody taken over whom HubSpot has and no request made.
    pub(super) async fn adopts(&self, user: &User, desired: &Desired) -> Result<bool, Error> {
        Ok(match self.policy.adopt {
            Adopt::ByEmail => true,
            Adopt::IfRoleMatches => {
                let names = desired.roles.as_deref().unwrap_or_default();
                let matches = match self.choose_role(names).await? {
                    RoleChoice::Role(id) => plan::role_of(user) == Some(id.as_str()),
                    RoleChoice::Minimal => plan::role_of(user).is_none(),
                };
                matches && !user.super_admin
            }
            Adopt::Refuse => false,
        })
    }
}

impl Change {
    /// What a user who was just made must have.
    pub(super) fn of(new: &NewUser) -> Self {
        let named = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
        Self {
            first_name: named(&new.first_name),
            last_name: named(&new.last_name),
            role_id: new.role_id.clone(),
            clears_role: false,
            primary_team_id: new.primary_team_id.clone(),
            secondary_team_ids: (!new.secondary_team_ids.is_empty())
                .then(|| new.secondary_team_ids.clone()),
            seat_names: (!new.seat_names.is_empty()).then(|| new.seat_names.clone()),
        }
    }
}
