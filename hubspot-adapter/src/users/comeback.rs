//! Bringing back a user who was removed.

use scim_core::{Error, ErrorKind};

use super::converge::teams_back;
use super::identity::{check_identity, in_use};
use super::post::Made;
use super::seats::NoSeat;
use super::{Seen, Users, ignored};
use crate::client::{self, NewUser, User};
use crate::error::from_state;
use crate::mapping::Desired;
use crate::plan::{self, Change};
use crate::policy::RoleChoice;
use crate::state::UserRecord;

impl Users {
    /// Brings back a user who was removed: the same address gives the same HubSpot id (`docs/evidence.md`, H18).
    pub(super) async fn reactivate(
        &self,
        mut record: UserRecord,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        check_identity(&record.last_seen, Some(&record), desired)?;
        if self.policy.protects(&record.last_seen.email) {
            return Err(super::identity::protected());
        }
        let id = record.last_seen.id.clone();
        let before = record.clone();
        // Perhaps by hand: what the record says from here on has to be kept in any case.
        record.removed = true;
        // The row may have gone with the user, and come back late and empty.
        record.pending_row = Some(record.row.clone()).filter(|row| !row.is_empty());
        let mut new = self.as_they_were(&record.last_seen, desired).await?;
        record.last_seen = self.as_they_are_to_be(&new, record.last_seen, desired);
        if record.pending_row.is_some() || record.last_seen != before.last_seen {
            // Before HubSpot is asked: should its answer be lost, nothing else tells what is to be restored.
            record = self.state.put(record).await.map_err(from_state)?;
        }
        let mut made = self.post(&new, NoSeat::Passing).await;
        let has_teams = new.primary_team_id.is_some() || !new.secondary_team_ids.is_empty();
        if let (true, Err(refused)) = (has_teams, &made) {
            if refused.kind() == ErrorKind::InvalidValue {
                // A team may be gone: that must not keep the user out for ever.
                ignored(&id, refused);
                new.primary_team_id = None;
                new.secondary_team_ids = Vec::new();
                made = self.post(&new, NoSeat::Passing).await;
            }
        }
        // HubSpot keeps a person's name beyond the membership: one that is to be none takes a change.
        let change = Change {
            first_name: record.last_seen.first_name.clone().into_inner(),
            last_name: record.last_seen.last_name.clone().into_inner(),
            ..Change::of(&new)
        };
        let made = match made {
            Ok(made) => made,
            Err(error) => {
                self.stay_away(before, &record).await;
                return Err(error);
            }
        };
        match made {
            Made::New(user) if user.id == id => {
                let change = with_seats_held(change, &user, desired);
                self.complete(user, Some(record), desired, &change).await
            }
            Made::New(user) => {
                // Not what HubSpot was seen to do: the client has to look the user up again by name.
                let seen = self.complete(user, Some(record), desired, &change).await?;
                self.state.forget(&id).await.map_err(from_state)?;
                Ok(seen)
            }
            Made::Existing(user) if user.id == id => {
                let row = self.row(&user.id).await?;
                self.guard(&user, &row)?;
                if row.is_deactivated() {
                    return Err(super::deactivated::stays());
                }
                let change = Change {
                    secondary_team_ids: change
                        .secondary_team_ids
                        .map(|teams| all_teams(&user.secondary_team_ids, &teams)),
                    ..change
                };
                let change = with_seats_held(change, &user, desired);
                self.complete(user, Some(record), desired, &change).await
            }
            Made::Existing(_) => Err(in_use()),
        }
    }

    /// Puts back the record of somebody whose return failed and whom HubSpot does not have: a later request is to find what was.
    async fn stay_away(&self, before: UserRecord, now: &UserRecord) {
        let is_away =
            |read: Result<User, client::Error>| read.is_err_and(|error| error.is_not_found());
        if before == *now || !is_away(self.client.read_user(now.id()).await) {
            return;
        }
        let before = before.with_revision(now.revision());
        if let Err(failed) = self.state.put(before).await {
            ignored(now.id(), &from_state(failed));
        }
    }

    /// A user who was removed, as what HubSpot is asked for is to make them; a name that is to be none is empty and not unknown, or a
    /// retry would leave the one that HubSpot keeps.
    fn as_they_are_to_be(&self, new: &NewUser, was: User, desired: &Desired) -> User {
        User {
            first_name: desired
                .first_name
                .clone()
                .or(was.first_name.into_inner())
                .into(),
            last_name: desired
                .last_name
                .clone()
                .or(was.last_name.into_inner())
                .into(),
            role_id: new.role_id.clone(),
            role_ids: new.role_id.iter().cloned().collect(),
            primary_team_id: new.primary_team_id.clone(),
            secondary_team_ids: new.secondary_team_ids.clone(),
            seat_names: if self.features.seats {
                new.seat_names.clone()
            } else {
                was.seat_names
            },
            ..was
        }
    }

    /// What to ask HubSpot for to have a user back as they were, with what a request wants to be different.
    async fn as_they_were(&self, was: &User, desired: &Desired) -> Result<NewUser, Error> {
        let mut new =
            NewUser::new(was.email.as_str()).with_welcome_email(self.policy.welcome_email);
        let either = |wanted: &Option<String>, was: &Option<String>| {
            wanted
                .clone()
                .or_else(|| was.clone())
                .filter(|name| !name.is_empty())
        };
        *new.first_name = either(&desired.first_name, &was.first_name);
        *new.last_name = either(&desired.last_name, &was.last_name);
        let choice = self.role_to_restore(Some(was), desired).await?;
        if let RoleChoice::Role(id) = choice {
            new.role_id = Some(id);
        }
        new.primary_team_id.clone_from(&was.primary_team_id);
        new.secondary_team_ids.clone_from(&was.secondary_team_ids);
        let seats = self.seats_to_restore(&was.id, &was.seat_names, &[], desired);
        new.seat_names = seats.await?.unwrap_or_default();
        Ok(new)
    }
}

impl Change {
    /// A user as this change is to make them.
    pub(super) fn made_of(&self, mut user: User) -> User {
        let change = self.clone();
        if change.role_id.is_some() || change.clears_role {
            user.role_ids = change.role_id.iter().cloned().collect();
            user.role_id = change.role_id;
        }
        let filled = |text: String| Some(text).filter(|text| !text.is_empty());
        User {
            first_name: change
                .first_name
                .map_or(user.first_name, |name| filled(name).into()),
            last_name: change
                .last_name
                .map_or(user.last_name, |name| filled(name).into()),
            primary_team_id: change.primary_team_id.map_or(user.primary_team_id, filled),
            secondary_team_ids: change.secondary_team_ids.unwrap_or(user.secondary_team_ids),
            seat_names: change.seat_names.unwrap_or(user.seat_names),
            ..user
        }
    }
}

/// A user who has a part of what they had, as they are to be with all of it.
pub(super) fn whole(user: &User, was: &User) -> User {
    let missing = Change {
        role_id: plan::role_of(was)
            .filter(|_| plan::role_of(user).is_none())
            .map(str::to_owned),
        seat_names: Some(all_teams(&user.seat_names, &was.seat_names)),
        ..teams_back(user, was)
    };
    missing.made_of(user.clone())
}

/// Teams that somebody has, and those to add to them.
pub(super) fn all_teams(held: &[String], added: &[String]) -> Vec<String> {
    let new = added.iter().filter(|team| !held.contains(team));
    held.iter().chain(new).cloned().collect()
}

/// A seat that HubSpot gives somebody who comes back, besides those they had, is left to them unless the request says which
/// there are to be.
fn with_seats_held(mut change: Change, user: &User, desired: &Desired) -> Change {
    if let (Some(seats), None) = (&mut change.seat_names, &desired.seats) {
        *seats = all_teams(&user.seat_names, seats);
    }
    change
}
