//! Taking access away by a permission set that gives none, and giving it back.

use scim_core::{Error, ErrorKind};

use super::comeback::all_teams;
use super::converge::teams_back;
use super::deactivated::check_is_read;
use super::identity::check_identity;
use super::seats::NoSeat;
use super::{Seen, Users, ignored};
use crate::client::User;
use crate::error::from_state;
use crate::mapping::{self, Desired};
use crate::plan::{self, Change};
use crate::policy::{Deprovision, RoleChoice};
use crate::row::Row;
use crate::state::{Origin, StateError, UserRecord};

impl Users {
    /// What leaves a user no team and no seat.
    pub(super) fn no_places(&self) -> Change {
        Change {
            primary_team_id: Some(String::new()),
            secondary_team_ids: Some(Vec::new()),
            seat_names: self.features.seats.then(Vec::new),
            ..Change::default()
        }
    }

    /// Takes a user's access away and leaves them in HubSpot; whatever else the request wants is no reason not to.
    ///
    /// The record is written first: it is what the user is shown with, and given back.
    pub(super) async fn suspend(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        let no_access = self.no_access().await?;
        let mut away = self.away(&user, record.as_ref(), &no_access);
        away.supersede_name(desired);
        away.supersede_row(desired);
        match check_identity(&user, record.as_ref(), desired) {
            Ok(()) => away.say(desired),
            Err(refused) => ignored(&user.id, &refused),
        }
        away.rename(desired);
        if let Some(held) = row.held() {
            away.row = held.values.clone();
        }
        away = match self.state.put(away).await {
            Ok(away) => away,
            Err(failed) => return Err(self.suspend_unrecorded(&user, failed).await),
        };
        let taken = if row.is_deactivated() {
            // Suspended already, and out of the API's reach besides.
            Ok(user.clone())
        } else {
            self.take_access(user.clone(), &no_access).await
        };
        let user = match taken {
            Ok(done) => done,
            Err(error) => {
                self.take_back(&no_access, record, &away).await?;
                return Err(error);
            }
        };
        // Access is gone; nothing from here on makes the request fail.
        if let Err(failed) = self.state.settle_create(&user.email).await {
            ignored(&user.id, &from_state(failed));
        }
        Ok(self.say_rest(user, away, row, desired).await)
    }

    /// What is kept of a user who is about to lose their access: what they have, or had before they lost it.
    fn away(&self, user: &User, record: Option<&UserRecord>, no_access: &Change) -> UserRecord {
        let mut away = match record {
            Some(record) if plan::role_of(user) == no_access.role_id.as_deref() => record.clone(),
            Some(record) => {
                let mut away = record.clone();
                away.last_seen = user.clone();
                if self.returns(Some(record)) {
                    // On their way back, and perhaps not with all their teams yet.
                    let teams = teams_back(user, &record.last_seen);
                    away.last_seen.primary_team_id = teams.primary_team_id;
                    away.last_seen.secondary_team_ids =
                        teams.secondary_team_ids.unwrap_or_default();
                    away.last_seen.seat_names =
                        all_teams(&user.seat_names, &record.last_seen.seat_names);
                }
                away
            }
            None => UserRecord::new(user.clone(), user.email.as_str(), Origin::Adopted),
        };
        away.removed = true;
        away
    }

    /// Puts the record back of a user who has their access still; HubSpot is asked, since a step may have been taken.
    async fn take_back(
        &self,
        no_access: &Change,
        record: Option<UserRecord>,
        away: &UserRecord,
    ) -> Result<(), Error> {
        match self.client.read_user(away.id()).await {
            Ok(now) if plan::role_of(&now) != no_access.role_id.as_deref() => match record {
                Some(record) => {
                    let record = record.with_revision(away.revision());
                    self.state.put(record).await.map(drop)
                }
                None => self.state.forget(away.id()).await,
            }
            .map_err(from_state),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Does what else a request wants of a user whose access is gone; what HubSpot refuses of it is noted.
    async fn say_rest(
        &self,
        user: User,
        mut away: UserRecord,
        row: Row,
        desired: &Desired,
    ) -> Seen {
        let before = away.clone();
        if let Err(refused) = self.take_role(&mut away, desired).await {
            ignored(&user.id, &refused);
        }
        if let Err(refused) = self.take_seats(&mut away, desired).await {
            ignored(&user.id, &refused);
        }
        let user = match self.rename(user.clone(), &mut away, desired).await {
            Ok(renamed) => renamed,
            Err(refused) => {
                ignored(&user.id, &refused);
                user
            }
        };
        let row = self.keep_row(&user, &mut away, row, desired).await;
        if away != before {
            match self.state.put(away.clone()).await {
                Ok(kept) => away = kept,
                Err(failed) => ignored(&user.id, &from_state(failed)),
            }
        }
        Seen::Suspended(user, Some(away), row)
    }

    /// Gives a user without access the names of a request, or keeps them until HubSpot takes them.
    async fn rename(
        &self,
        user: User,
        record: &mut UserRecord,
        desired: &Desired,
    ) -> Result<User, Error> {
        let names = names(desired);
        if names == Change::default() {
            return Ok(user);
        }
        // HubSpot has no name until it has one of them, and then none waits any longer.
        let (first, last) = mapping::waiting_name(&user, Some(record));
        let names = Change {
            first_name: names.first_name.or(first),
            last_name: names.last_name.or(last),
            ..names
        };
        let (user, pending) = self.converge(user, &names, NoSeat::Final).await?;
        record.pending_name = pending;
        record.last_seen.first_name.clone_from(&user.first_name);
        record.last_seen.last_name.clone_from(&user.last_name);
        Ok(user)
    }

    /// Takes access away although the state cannot keep what is to be given back; answers why the request is not done.
    pub(super) async fn suspend_unrecorded(&self, user: &User, failed: StateError) -> Error {
        match self.suspend_in_hubspot(user).await {
            Ok(()) => {
                super::remove::note_unrecorded(user);
                from_state(failed)
            }
            Err(error) => error,
        }
    }

    /// Sees to it that a user has no access, no teams and no seats.
    pub(super) async fn suspend_in_hubspot(&self, user: &User) -> Result<(), Error> {
        let no_access = self.no_access().await?;
        self.take_access(user.clone(), &no_access).await.map(drop)
    }

    /// Takes access, teams and seats away; seats that HubSpot does not take back are no reason to leave the access.
    async fn take_access(&self, user: User, no_access: &Change) -> Result<User, Error> {
        let outcome = self
            .converge(user.clone(), no_access, NoSeat::Final)
            .await
            .map(|(user, _)| user);
        match outcome {
            Err(refused) if no_access.seat_names.is_some() && !user.seat_names.is_empty() => {
                ignored(&user.id, &refused);
                let without_seats = Change {
                    seat_names: None,
                    ..no_access.clone()
                };
                let (user, _) = self.converge(user, &without_seats, NoSeat::Final).await?;
                Ok(user)
            }
            outcome => outcome,
        }
    }

    /// Changes what is shown of, and given back to, a user without access.
    pub(super) async fn update_suspended(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        check_identity(&user, record.as_ref(), desired)?;
        self.check_name(&user.id, desired).await?;
        let is_changed =
            plan::unmet(&user, &names(desired)).is_some() || Self::changes_row(&row, desired);
        if is_changed || desired.roles.is_some() || desired.seats.is_some() {
            self.guard(&user, &row)?;
        }
        if is_changed {
            check_is_read(&row)?;
        }
        let mut record = record
            .unwrap_or_else(|| UserRecord::new(user.clone(), user.email.as_str(), Origin::Adopted));
        record.supersede_name(desired);
        record.supersede_row(desired);
        record.say(desired);
        record.rename(desired);
        self.take_role(&mut record, desired).await?;
        self.take_seats(&mut record, desired).await?;
        let id = user.id.clone();
        let written = self.change_row(&id, row, &desired.row).await?;
        let user = match self.rename(user, &mut record, desired).await {
            Ok(renamed) => renamed,
            Err(error) => {
                self.undo_row(&id, written).await;
                return Err(error);
            }
        };
        let row = self
            .keep_row(&user, &mut record, written.row, desired)
            .await;
        let record = self.state.put(record).await.map_err(from_state)?;
        Ok(Seen::Suspended(user, Some(record), row))
    }

    /// Gives a user their access back: the permission set, teams and seats that the record says, unless the request says others.
    pub(super) async fn resume(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        self.guard(&user, &row)?;
        if row.is_deactivated() {
            return Err(super::deactivated::stays());
        }
        check_identity(&user, record.as_ref(), desired)?;
        self.check_name(&user.id, desired).await?;
        let had = record.as_ref().map(|record| &record.last_seen);
        let choice = self.role_to_restore(had, desired).await?;
        let clears_role = choice == RoleChoice::Minimal;
        let (first, last) = mapping::waiting_name(&user, record.as_ref());
        let places = match had {
            Some(had) => self.places_back(&user, had, desired).await?,
            None => Change {
                seat_names: self.wanted_seats(desired, &user.seat_names).await?,
                ..Change::default()
            },
        };
        let access = Change {
            first_name: desired.first_name.clone().or(first),
            last_name: desired.last_name.clone().or(last),
            role_id: match choice {
                RoleChoice::Role(id) => Some(id),
                RoleChoice::Minimal => None,
            },
            clears_role,
            seat_names: places.seat_names.clone(),
            ..Change::default()
        };
        let (was, before) = (user.clone(), record.clone());
        let record = self.supersede(record, desired).await?;
        let (id, email) = (user.id.clone(), user.email.clone());
        let outcome = self
            .with_row(&id, row, desired, || self.give_back(user, access, places))
            .await;
        let (user, pending, row) = match outcome {
            Ok(done) => done,
            Err(error) => return Err(self.reinstate(&was, before, record, error).await),
        };
        let kept = self
            .keep(user, record, row, desired, Origin::Adopted, pending)
            .await?;
        self.state.settle_create(&email).await.map_err(from_state)?;
        Ok(kept)
    }

    /// Makes somebody's access and teams what they were.
    async fn give_back(
        &self,
        user: User,
        access: Change,
        teams: Change,
    ) -> Result<(User, super::converge::PendingName), Error> {
        let all = Change {
            primary_team_id: teams.primary_team_id,
            secondary_team_ids: teams.secondary_team_ids,
            ..access.clone()
        };
        let id = user.id.clone();
        match self.converge(user.clone(), &all, NoSeat::Passing).await {
            Err(refused) if refused.kind() == ErrorKind::InvalidValue && all != access => {
                // A team may be gone: that must not keep the user out for ever.
                ignored(&id, &refused);
                let (user, pending) = self.converge(user, &access, NoSeat::Passing).await?;
                // Something else may have been refused, and the teams are there.
                let places = Change {
                    primary_team_id: all.primary_team_id,
                    secondary_team_ids: all.secondary_team_ids,
                    ..Change::default()
                };
                match self.converge(user.clone(), &places, NoSeat::Final).await {
                    Err(refused) if refused.kind() == ErrorKind::InvalidValue => {
                        Ok((user, pending))
                    }
                    outcome => outcome.map(|(user, _)| (user, pending)),
                }
            }
            outcome => outcome,
        }
    }

    /// Gives access to somebody who is created and is in HubSpot without any.
    pub(super) async fn readmit(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        self.check_name(&user.id, desired).await?;
        // An address given to somebody new: what its last holder was allowed is not given back.
        let record = record.filter(|record| !record.is_of_another(desired));
        if desired.active == Some(false) {
            return self.deactivate(user, record, row, desired).await;
        }
        self.release(&user.id, desired).await?;
        self.resume(user, record, row, desired).await
    }

    /// Whether a user with this record, who has access, is on their way back: cut short, or begun by hand.
    pub(super) fn returns(&self, record: Option<&UserRecord>) -> bool {
        matches!(self.policy.deprovision, Deprovision::NoAccess(_))
            && record.is_some_and(|record| record.removed)
    }

    /// What takes access away.
    ///
    /// # Errors
    ///
    /// `BadGateway` when the account does not have the permission set that the configuration names.
    async fn no_access(&self) -> Result<Change, Error> {
        let roles = self.directory.roles_if_any(&self.client).await;
        let known = self
            .policy
            .no_access_role(&roles)
            .map(|role| role.id.clone());
        let id = if known.is_some() {
            known
        } else {
            let roles = self.directory.refreshed(&self.client).await?;
            self.policy
                .no_access_role(&roles)
                .map(|role| role.id.clone())
        };
        match id {
            Some(id) => Ok(Change {
                role_id: Some(id),
                ..self.no_places()
            }),
            None => Err(Error::new(
                ErrorKind::BadGateway,
                "active: the HubSpot account does not have the permission set that the configuration of this server names in deprovision, so that the user has their access still",
            )),
        }
    }
}

/// The names that a request wants somebody without access to have.
fn names(desired: &Desired) -> Change {
    Change {
        first_name: desired.first_name.clone(),
        last_name: desired.last_name.clone(),
        ..Change::default()
    }
}
