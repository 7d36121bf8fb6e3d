//! Restoring access: what a returning user gets back, and how HubSpot is asked for it.

use scim_core::{Error, ErrorKind};

use super::resolve::unknown_seats;
use super::{Account, Creation, SeatShortage, note_left_out, note_roles};
use crate::client::{NewUser, User};
use crate::lifecycle::places::{missing_from, teams_to_restore};
use crate::lifecycle::{Change, Member, PendingName, RoleChange, RoleRequest, roles};
use crate::mapping::Desired;
use crate::policy::{Policy, RoleChoice};
use crate::state::UserRecord;

impl Account {
    /// The creation that brings a removed user back as they were, with the changes that a request wants.
    pub(crate) async fn returning_creation(
        &self,
        former: &User,
        desired: &Desired,
        policy: &Policy,
    ) -> Result<NewUser, Error> {
        let name = |wanted: &Option<String>, former: &Option<String>| {
            let name = wanted.as_ref().or(former.as_ref());
            name.filter(|name| !name.is_empty()).cloned()
        };

        let mut new = NewUser::new(former.email.as_str()).with_welcome_email(policy.welcome_email);
        *new.first_name = name(&desired.first_name, &former.first_name);
        *new.last_name = name(&desired.last_name, &former.last_name);

        let choice = self.role_to_restore(&former.id, Some(former), desired, policy);
        let choice = choice.await?;
        if let RoleChoice::Role(id) = choice {
            new.role_id = Some(id);
        }

        new.primary_team_id.clone_from(&former.primary_team_id);
        new.secondary_team_ids
            .clone_from(&former.secondary_team_ids);
        let seats = self.seats_to_restore(former, &[], desired).await?;
        new.seat_names = seats.unwrap_or_default();
        Ok(new)
    }

    /// Creates a removed user again; a team that is gone must not keep the user out forever.
    pub(crate) async fn create_returning(
        &self,
        id: &str,
        new: &mut NewUser,
    ) -> Result<Creation, Error> {
        let created = self.create(new, SeatShortage::Passing).await;

        let has_teams = new.primary_team_id.is_some() || !new.secondary_team_ids.is_empty();
        match created {
            Err(refused) if has_teams && refused.kind() == ErrorKind::InvalidValue => {
                note_left_out(id, &refused);
                new.primary_team_id = None;
                new.secondary_team_ids = Vec::new();
                self.create(new, SeatShortage::Passing).await
            }
            outcome => outcome,
        }
    }

    /// The change that gives a suspended user the former access back.
    pub(crate) async fn returning_change(
        &self,
        member: &Member,
        desired: &Desired,
        policy: &Policy,
    ) -> Result<Change, Error> {
        let user = &member.user;
        let former = member.record.as_ref().map(|record| &record.last_seen);

        let role = self.role_to_restore(&user.id, former, desired, policy);
        let role = role.await?;
        let (first, last) = member.pending_name();
        let places = match former {
            Some(former) => self.places_to_restore(user, former, desired).await?,
            None => Change {
                seat_names: self.wanted_seats(desired, &user.seat_names).await?,
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

    /// Makes the change of a suspended user who returns; a team that is gone must not keep the user out forever.
    pub(crate) async fn converge_returning(
        &self,
        user: User,
        change: &Change,
    ) -> Result<(User, PendingName), Error> {
        let without_teams = change.clone().without_teams();
        let converged = self.converge(user.clone(), change, SeatShortage::Passing);
        let refused = match converged.await {
            Err(refused)
                if refused.kind() == ErrorKind::InvalidValue && *change != without_teams =>
            {
                refused
            }
            outcome => return outcome,
        };
        note_left_out(&user.id, &refused);

        let converged = self.converge(user, &without_teams, SeatShortage::Passing);
        let (user, pending_name) = converged.await?;
        // HubSpot may have refused something else, and still have the teams.
        let teams = change.teams_alone();
        let converged = self.converge(user.clone(), &teams, SeatShortage::Final);
        match converged.await {
            Err(refused) if refused.kind() == ErrorKind::InvalidValue => Ok((user, pending_name)),
            outcome => outcome.map(|(user, _)| (user, pending_name)),
        }
    }

    /// The permission set that a returning user gets: the one of the request, the former one, or the default.
    ///
    /// Roles of the request that match nothing go to the audit trail, and the user gets the former permission set.
    async fn role_to_restore(
        &self,
        id: &str,
        former: Option<&User>,
        desired: &Desired,
        policy: &Policy,
    ) -> Result<RoleChoice, Error> {
        let (choice, request) = self.restored_role(former, desired, policy).await?;
        note_roles(id, &request);
        Ok(choice)
    }

    /// The permission set that a returning user gets, and the roles of the request.
    pub(crate) async fn restored_role(
        &self,
        former: Option<&User>,
        desired: &Desired,
        policy: &Policy,
    ) -> Result<(RoleChoice, RoleRequest), Error> {
        let names = roles::of_existing(desired, policy);
        let had_no_role = former.is_some_and(|former| former.role().is_none());
        if names.is_none() && had_no_role {
            return Ok((RoleChoice::Minimal, RoleRequest::default()));
        }

        let (request, roles) = self.match_roles(names.unwrap_or_default(), policy).await?;
        if names.is_some() {
            match request.of_existing_user(policy, &roles)? {
                RoleChange::Set(id) => return Ok((RoleChoice::Role(id), request)),
                RoleChange::Clear => return Ok((RoleChoice::Minimal, request)),
                RoleChange::Keep => {}
            }
        }

        let choice = match former.map(User::role) {
            Some(None) => RoleChoice::Minimal,
            Some(Some(id))
                if former.is_some_and(|former| roles::can_restore(former, policy, &roles)) =>
            {
                RoleChoice::Role(id.to_owned())
            }
            Some(Some(_)) | None => request.of_new_user(policy, &roles)?,
        };
        Ok((choice, request))
    }

    /// The seats that a returning user gets: those of the request, or the former ones besides those held.
    ///
    /// A seat that the account no longer has must not keep the user out forever. A seat that is not free does, until an
    /// administrator frees one.
    pub(crate) async fn seats_to_restore(
        &self,
        former: &User,
        held: &[String],
        desired: &Desired,
    ) -> Result<Option<Vec<String>>, Error> {
        if !self.features.seats || desired.seats.is_some() {
            return self.wanted_seats(desired, held).await;
        }

        let mut back = missing_from(held, &former.seat_names);
        let gone = self.directory.unknown_seats(&self.client, &back).await?;
        if !gone.is_empty() {
            note_left_out(&former.id, &unknown_seats(&gone));
            back.retain(|name| !gone.contains(name));
        }
        if back.is_empty() {
            return Ok(None);
        }
        Ok(Some(held.iter().cloned().chain(back).collect()))
    }

    /// The teams and seats that a returning member gets back.
    pub(crate) async fn places_to_restore(
        &self,
        user: &User,
        former: &User,
        desired: &Desired,
    ) -> Result<Change, Error> {
        let seats = self.seats_to_restore(former, &user.seat_names, desired);
        Ok(Change {
            seat_names: seats.await?,
            ..teams_to_restore(user, former)
        })
    }

    /// Sets the permission set and the seats that a user without access gets back, if the request names them.
    pub(crate) async fn set_former_access(
        &self,
        record: &mut UserRecord,
        desired: &Desired,
        policy: &Policy,
    ) -> Result<(), Error> {
        self.set_former_role(record, desired, policy).await?;
        self.set_former_seats(record, desired).await
    }

    /// Sets the permission set and the seats that a user without access gets back; a refusal does not fail the request.
    pub(crate) async fn set_former_access_or_note(
        &self,
        record: &mut UserRecord,
        desired: &Desired,
        policy: &Policy,
    ) {
        if let Err(refused) = self.set_former_role(record, desired, policy).await {
            note_left_out(record.id(), &refused);
        }
        if let Err(refused) = self.set_former_seats(record, desired).await {
            note_left_out(record.id(), &refused);
        }
    }

    async fn set_former_role(
        &self,
        record: &mut UserRecord,
        desired: &Desired,
        policy: &Policy,
    ) -> Result<(), Error> {
        if let Some(names) = roles::of_existing(desired, policy) {
            let (request, roles) = self.match_roles(names, policy).await?;
            note_roles(record.id(), &request);
            record.set_former_role(request.of_existing_user(policy, &roles)?);
        }
        Ok(())
    }

    async fn set_former_seats(
        &self,
        record: &mut UserRecord,
        desired: &Desired,
    ) -> Result<(), Error> {
        let held = &record.last_seen.seat_names;
        if let Some(names) = self.wanted_seats(desired, held).await? {
            record.last_seen.seat_names = names;
        }
        Ok(())
    }
}
