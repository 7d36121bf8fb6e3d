//! Changing a user whom HubSpot has.

use scim_core::{Error, ErrorKind};

use super::comeback::all_teams;
use super::deactivated::check_is_read;
use super::identity::check_identity;
use super::seats::NoSeat;
use super::{Seen, Users, ignored};
use crate::client::User;
use crate::error::from_state;
use crate::mapping::{self, Desired};
use crate::plan::{self, Change};
use crate::policy::RoleChoice;
use crate::row::Row;
use crate::state::{Origin, UserRecord};

/// A first and a last name that HubSpot does not take yet.
pub(super) type PendingName = Option<(Option<String>, Option<String>)>;

impl Users {
    /// Brings a user whom HubSpot has to what a request wants.
    pub(super) async fn update(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        check_identity(&user, record.as_ref(), desired)?;
        self.check_name(&user.id, desired).await?;
        if desired.roles.is_some() {
            // No permission set stands for Super Admin: any role asked for in its place is a change.
            if user.super_admin {
                self.guard(&user, &row)?;
            }
            // What somebody has whom a read does not find is not known, nor whether the role is a change.
            check_is_read(&row)?;
        }
        let change = self.change(&user, record.as_ref(), desired).await?;
        if plan::unmet(&user, &change).is_some() || Self::changes_row(&row, desired) {
            self.guard(&user, &row)?;
        }
        // What cannot be planned is refused before the row is written.
        let plan = plan::update(&user, &change, self.dialect)?;
        if plan.is_some() || Self::changes_row(&row, desired) {
            check_is_read(&row)?;
        }
        let (was, before) = (user.clone(), record.clone());
        let record = self.supersede(record, desired).await?;
        let (id, email) = (user.id.clone(), user.email.clone());
        let outcome = self
            .with_row(&id, row, desired, || {
                self.converge(user, &change, NoSeat::Final)
            })
            .await;
        let (user, pending, row) = match outcome {
            Ok(done) => done,
            Err(error) => return Err(self.reinstate(&was, before, record, error).await),
        };
        let kept = self
            .keep(user, record, row, desired, Origin::Adopted, pending)
            .await?;
        // Whatever was begun with this user is done.
        self.state.settle_create(&email).await.map_err(from_state)?;
        Ok(kept)
    }

    /// Has the row hold what a request wants, and then makes a change, which takes the row with it where it fails.
    pub(super) async fn with_row<C>(
        &self,
        id: &str,
        row: Row,
        desired: &Desired,
        change: impl FnOnce() -> C,
    ) -> Result<(User, PendingName, Row), Error>
    where
        C: Future<Output = Result<(User, PendingName), Error>>,
    {
        let written = self.change_row(id, row, &desired.row).await?;
        match Box::pin(change()).await {
            Ok((user, pending)) => Ok((user, pending, written.row)),
            Err(error) => {
                self.undo_row(id, written).await;
                Err(error)
            }
        }
    }

    /// Puts a record back as it was before a request superseded some of it that HubSpot then refused; answers the refusal.
    ///
    /// Not where it may have been carried out: then what is old must not come back over what is new.
    pub(super) async fn reinstate(
        &self,
        was: &User,
        before: Option<UserRecord>,
        now: Option<UserRecord>,
        error: Error,
    ) -> Error {
        if let (Some(before), Some(now)) = (before, now) {
            if before != now && self.is_undone(was, &now, &error).await {
                let before = before.with_revision(now.revision());
                if let Err(failed) = self.state.put(before).await {
                    ignored(now.id(), &from_state(failed));
                }
            }
        }
        error
    }

    /// Whether nothing came of a request that failed: HubSpot refused it, or has somebody who was to come back as they were.
    async fn is_undone(&self, was: &User, record: &UserRecord, error: &Error) -> bool {
        let is_refusal = matches!(
            error.kind(),
            ErrorKind::InvalidValue
                | ErrorKind::Mutability
                | ErrorKind::Forbidden
                | ErrorKind::Uniqueness
        );
        is_refusal
            || (record.removed
                && self
                    .client
                    .read_user(&was.id)
                    .await
                    .is_ok_and(|now| now == *was))
    }

    /// Forgets a name and other values that wait where the request has newer ones, and seats that were to come back.
    ///
    /// Before HubSpot is asked: should its answer be lost, what is old must not come back over what is new.
    pub(super) async fn supersede(
        &self,
        record: Option<UserRecord>,
        desired: &Desired,
    ) -> Result<Option<UserRecord>, Error> {
        let Some(mut record) = record else {
            return Ok(None);
        };
        let superseded = [
            record.supersede_name(desired),
            record.supersede_row(desired),
            record.supersede_seats(desired),
        ];
        if superseded.contains(&true) {
            record = self.state.put(record).await.map_err(from_state)?;
        }
        Ok(Some(record))
    }

    /// What a request wants to be different in HubSpot.
    pub(super) async fn change(
        &self,
        user: &User,
        record: Option<&UserRecord>,
        desired: &Desired,
    ) -> Result<Change, Error> {
        let choice = match &desired.roles {
            None => None,
            // All that the user has and more, or in another order: to choose one of them would take the others away.
            Some(names) if self.holds_several_of(user, names).await? => {
                return Err(plan::several_roles());
            }
            Some(names) => Some(self.choose_role(names).await?),
        };
        let clears_role = choice == Some(RoleChoice::Minimal);
        let role_id = match choice {
            Some(RoleChoice::Role(id)) => Some(id),
            Some(RoleChoice::Minimal) | None => None,
        };
        let (pending_first, pending_last) = mapping::waiting_name(user, record);
        let places = match record {
            Some(record) if self.returns(Some(record)) => {
                self.places_back(user, &record.last_seen, desired).await?
            }
            Some(_) | None => Change {
                seat_names: self.wanted_seats(desired, &user.seat_names).await?,
                ..Change::default()
            },
        };
        Ok(Change {
            first_name: desired.first_name.clone().or(pending_first),
            last_name: desired.last_name.clone().or(pending_last),
            role_id,
            clears_role,
            ..places
        })
    }

    /// Keeps what a request said of a user whom HubSpot has.
    pub(super) async fn keep(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
        origin: Origin,
        pending_name: PendingName,
    ) -> Result<Seen, Error> {
        let stored = record.clone();
        let (mut record, row) = self
            .to_keep(&user, record, row, desired, origin, pending_name)
            .await;
        if stored.as_ref() != Some(&record) {
            record = self.state.put(record).await.map_err(from_state)?;
        }
        Ok(Seen::there(user, Some(record), row))
    }

    /// What is to be kept of a user whom HubSpot has, and the row, which holds what waited for it.
    pub(super) async fn to_keep(
        &self,
        user: &User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
        origin: Origin,
        pending_name: PendingName,
    ) -> (UserRecord, Row) {
        let mut record = record
            .unwrap_or_else(|| UserRecord::new(user.clone(), desired.user_name.as_str(), origin));
        if record.id() != user.id {
            // The record of another id is not replaced by this one.
            record = record.with_revision(None);
        }
        record.say(desired);
        record.last_seen = user.clone();
        // Told only in the answer to a creation.
        record.last_seen.send_welcome_email = false;
        record.removed = false;
        record.pending_name = pending_name;
        let row = self.keep_row(user, &mut record, row, desired).await;
        (record, row)
    }
}

/// The teams that somebody who comes back is to have again: a main team given since stays, and so do extra ones.
pub(super) fn teams_back(user: &User, was: &User) -> Change {
    Change {
        primary_team_id: user
            .primary_team_id
            .clone()
            .or_else(|| was.primary_team_id.clone()),
        secondary_team_ids: Some(all_teams(&user.secondary_team_ids, &was.secondary_team_ids)),
        ..Change::default()
    }
}
