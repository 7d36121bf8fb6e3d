//! Taking access away.

use std::time::Duration;

use scim_core::{Error, ErrorKind};

use super::comeback::whole;
use super::deactivated::check_is_read;
use super::identity::check_identity;
use super::{Seen, Users, ignored};
use crate::client::{self, User};
use crate::error::{from_hubspot_list, from_state, refused_values};
use crate::mapping::Desired;
use crate::policy::{Deprovision, RoleChoice};
use crate::row::Row;
use crate::state::{Origin, StateError, UserRecord};

impl Users {
    /// Takes a user's access away, as the policy has it; whatever else the request wants is no reason not to.
    pub(super) async fn deactivate(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        self.may_remove(&user, &row)?;
        match self.policy.deprovision {
            Deprovision::NoAccess(_) => self.suspend(user, record, row, desired).await,
            // Nobody could undo it, and they have no access by all that is known.
            Deprovision::Remove if row.was_deactivated() => Err(may_be_deactivated()),
            Deprovision::Remove | Deprovision::Refuse => {
                self.remove_and_remember(user, record, &row, desired).await
            }
        }
    }

    /// Removes a user who can be brought back.
    ///
    /// The record is written first: it is what the user is shown as, and brought back from, once HubSpot has them no more.
    /// Where it cannot be written the access goes all the same, and the answer has the client come back for the record.
    async fn remove_and_remember(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: &Row,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        let mut gone = record
            .clone()
            .unwrap_or_else(|| UserRecord::new(user.clone(), user.email.as_str(), Origin::Adopted));
        gone.last_seen = match &record {
            // What a return that was cut short has yet to give back is not lost, nor where the state cannot tell of one.
            Some(was) if self.is_half_back(&user, Some(was)).await.unwrap_or(true) => {
                whole(&user, &was.last_seen)
            }
            Some(_) | None => user.clone(),
        };
        if let Some(held) = row.held() {
            gone.row = held.values.clone();
        }
        // What waits goes on waiting: should this be cut short, HubSpot still has the user, and not what waits.
        gone.supersede_name(desired);
        gone.supersede_row(desired);
        match check_identity(&user, record.as_ref(), desired) {
            Ok(()) => gone.say(desired),
            Err(refused) => ignored(&user.id, &refused),
        }
        gone.rename(desired);
        gone.removed = true;
        gone = match self.state.put(gone).await {
            Ok(gone) => gone,
            Err(failed) => return Err(self.remove_unrecorded(&user, failed).await),
        };
        match self.remove_from_hubspot(&user.id).await {
            Ok(()) => {}
            Err(StillThere(error)) => {
                match record {
                    Some(record) => {
                        let record = record.with_revision(gone.revision());
                        self.state.put(record).await.map(drop)
                    }
                    None => self.state.forget(&user.id).await,
                }
                .map_err(from_state)?;
                return Err(error);
            }
            Err(Unknown(error)) => return Err(error),
        }
        // Access is gone; nothing from here on makes the request fail.
        if let Err(failed) = self.state.settle_create(&user.email).await {
            ignored(&user.id, &from_state(failed));
        }
        let written = gone.clone();
        if let Err(refused) = self.take_role(&mut gone, desired).await {
            ignored(&user.id, &refused);
        }
        if let Err(refused) = self.take_seats(&mut gone, desired).await {
            ignored(&user.id, &refused);
        }
        if gone != written {
            if let Err(failed) = self.state.put(gone.clone()).await {
                ignored(&user.id, &from_state(failed));
            }
        }
        Ok(Seen::Gone(gone.with_what_waits()))
    }

    /// Takes access away although the state cannot be read; answers why the request is not done.
    pub(super) async fn take_access_unrecorded(&self, user: &User, failed: StateError) -> Error {
        match self.policy.deprovision {
            Deprovision::NoAccess(_) => self.suspend_unrecorded(user, failed).await,
            Deprovision::Remove | Deprovision::Refuse => self.remove_unrecorded(user, failed).await,
        }
    }

    /// Takes access away although the state cannot keep what is to be restored; answers why the request is not done.
    async fn remove_unrecorded(&self, user: &User, failed: StateError) -> Error {
        match self.remove_from_hubspot(&user.id).await {
            Ok(()) => {
                note_unrecorded(user);
                from_state(failed)
            }
            Err(StillThere(error) | Unknown(error)) => error,
        }
    }

    /// Changes what is shown of, and restored to, a user whom HubSpot has no more.
    pub(super) async fn update_gone(
        &self,
        mut record: UserRecord,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        // A request that says "inactive" once more is never refused for the rest of it.
        let lenient = desired.active == Some(false);
        let checked = match check_identity(&record.last_seen, Some(&record), desired) {
            Ok(()) => self.check_name(record.id(), desired).await,
            Err(refused) => Err(refused),
        };
        match checked {
            Ok(()) => record.say(desired),
            Err(refused) if lenient => ignored(record.id(), &refused),
            Err(refused) => return Err(refused),
        }
        match self.take_role(&mut record, desired).await {
            Err(refused) if lenient => ignored(record.id(), &refused),
            outcome => outcome?,
        }
        match self.take_seats(&mut record, desired).await {
            Err(refused) if lenient => ignored(record.id(), &refused),
            outcome => outcome?,
        }
        record.rename(desired);
        record.removed = true;
        let record = self.state.put(record).await.map_err(from_state)?;
        Ok(Seen::Gone(record))
    }

    /// Takes over the permission set with which a removed user is to come back: one taken away meanwhile stays away.
    pub(super) async fn take_role(
        &self,
        record: &mut UserRecord,
        desired: &Desired,
    ) -> Result<(), Error> {
        let Some(names) = &desired.roles else {
            return Ok(());
        };
        let id = match self.choose_role(names).await? {
            RoleChoice::Role(id) => Some(id),
            RoleChoice::Minimal => None,
        };
        record.last_seen.role_ids = id.iter().cloned().collect();
        record.last_seen.role_id = id;
        Ok(())
    }

    /// Removes a user for good: the state forgets them, and HubSpot too, unless the policy leaves them there without access.
    pub(super) async fn remove(&self, seen: Seen) -> Result<(), Error> {
        let user = match seen {
            Seen::Deactivated(user, record, row)
                if self.policy.deprovision == Deprovision::Remove =>
            {
                if record.is_none() {
                    check_is_read(&row)?;
                }
                self.remove_deactivated(&user, &row).await?;
                user
            }
            Seen::Present(user, _, row)
            | Seen::Suspended(user, _, row)
            | Seen::Deactivated(user, _, row) => {
                self.may_remove(&user, &row)?;
                match self.policy.deprovision {
                    Deprovision::NoAccess(_) => {
                        check_is_read(&row)?;
                        self.suspend_in_hubspot(&user).await?;
                    }
                    Deprovision::Remove | Deprovision::Refuse => {
                        match self.remove_from_hubspot(&user.id).await {
                            Ok(()) => {}
                            Err(StillThere(error) | Unknown(error)) => return Err(error),
                        }
                    }
                }
                user
            }
            Seen::Gone(record) => {
                // By hand perhaps, and a moment ago.
                self.note_removal().await;
                record.last_seen
            }
        };
        self.state.forget(&user.id).await.map_err(from_state)?;
        self.state
            .settle_create(&user.email)
            .await
            .map_err(from_state)
    }

    pub(super) fn may_remove(&self, user: &User, row: &Row) -> Result<(), Error> {
        self.guard(user, row)?;
        match self.policy.deprovision {
            Deprovision::Remove | Deprovision::NoAccess(_) => Ok(()),
            Deprovision::Refuse => Err(Error::new(
                ErrorKind::Mutability,
                "active: the configuration of this server does not let requests take access away",
            )),
        }
    }

    /// Removes a user from the account. HubSpot's 204 is proof: a removed user was 404 at once, by id and by address
    /// (`docs/evidence.md`, H16).
    ///
    /// After a failure HubSpot is asked whether it has the user: one of several tries may have been carried out, and only the
    /// last one's error is seen.
    async fn remove_from_hubspot(&self, id: &str) -> Result<(), NotRemoved> {
        use client::ErrorKind as Hub;
        let error = match self.client.delete_user(id).await {
            Ok(()) => {
                self.note_removal().await;
                return Ok(());
            }
            Err(error) => error,
        };
        let refused = matches!(
            error.kind(),
            Hub::Unauthorized | Hub::MissingScopes(_) | Hub::Forbidden | Hub::Invalid
        );
        let is_about_values = error.is_about_values();
        let told = |error| {
            if is_about_values {
                refused_values(error, "active")
            } else {
                // Were it true that there is no such user, a read would say so.
                from_hubspot_list(error)
            }
        };
        match self.client.read_user(id).await {
            Err(read) if read.is_not_found() => {
                self.note_removal().await;
                Ok(())
            }
            Ok(_) => Err(StillThere(told(error))),
            Err(_) if refused => Err(StillThere(told(error))),
            Err(_) => Err(Unknown(told(error))),
        }
    }
}

fn may_be_deactivated() -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "active: an administrator had deactivated this user in HubSpot, whose CRM cannot be asked for the moment whether it is so still",
    )
    .with_retry_after(Duration::from_secs(30))
}

/// The ids of what a user was allowed go to the audit trail where nothing else may know them from here on.
pub(super) fn note_unrecorded(user: &User) {
    tracing::warn!(
        target: "hubspot_adapter::audit",
        id = user.id,
        roles = ?user.role_ids,
        primary_team = user.primary_team_id,
        secondary_teams = ?user.secondary_team_ids,
        seats = ?user.seat_names,
        "access was taken away while the state could not be kept"
    );
}

/// Why a user was not removed.
enum NotRemoved {
    /// HubSpot has them still.
    StillThere(Error),
    /// It is not known whether HubSpot has them.
    Unknown(Error),
}

use NotRemoved::{StillThere, Unknown};
