//! Making a change of a user step by step, reading it back, and taking back what cannot be finished.

use scim_core::{Error, ErrorKind};

use super::refusal::Asked;
use super::{Account, SeatShortage, note_left_out};
use crate::client::{self, User, UserUpdate};
use crate::error::{from_hubspot, unverified};
use crate::lifecycle::change::unmet;
use crate::lifecycle::{Change, Field, PendingName, RoleChange, plan};
use crate::mapping::{self, Desired};
use crate::state::UserRecord;

impl Account {
    /// Makes a change and reads it back; returns the user afterwards, and a name that HubSpot does not take yet.
    ///
    /// A 200 to a PUT proves nothing (`docs/evidence.md`, H13).
    ///
    /// # Errors
    ///
    /// An error that names the attributes if HubSpot refuses or ignores the change.
    pub(crate) async fn converge(
        &self,
        user: User,
        change: &Change,
        shortage: SeatShortage,
    ) -> Result<(User, PendingName), Error> {
        let role_alone = Change::clearing_role();
        let clears_role = change.role == RoleChange::Clear && unmet(&user, &role_alone).is_some();
        if !clears_role || *change == role_alone {
            return self.converge_at_once(user, change, shortage).await;
        }

        if self.can_restore_role(&user).await {
            self.converge_role_first(user, change, shortage).await
        } else {
            self.converge_or_restore(user, change, shortage).await
        }
    }

    /// Whether a change takes calls to HubSpot.
    ///
    /// # Errors
    ///
    /// As [`plan::update`] for a change that cannot be planned.
    pub(crate) fn takes_calls(&self, user: &User, change: &Change) -> Result<bool, Error> {
        let plan = plan::update(user, change, self.dialect)?;
        Ok(plan.is_some())
    }

    /// Makes a change; if HubSpot does not take its name yet, makes the rest.
    async fn converge_at_once(
        &self,
        user: User,
        change: &Change,
        shortage: SeatShortage,
    ) -> Result<(User, PendingName), Error> {
        match self.execute(&user, change, shortage).await {
            Ok(after) => Ok((after.unwrap_or(user), None)),
            // HubSpot refuses a name before the user's activation: the name waits, the rest is done.
            Err(NotExecuted::NameTooEarly(_)) => {
                let pending = Some((change.first_name.clone(), change.last_name.clone()));
                let rest = Change {
                    first_name: None,
                    last_name: None,
                    ..change.clone()
                };
                let after = self.execute(&user, &rest, shortage).await?;
                Ok((after.unwrap_or(user), pending))
            }
            Err(NotExecuted::Failed(error)) => Err(error),
        }
    }

    /// Clears the permission set first and alone, since HubSpot may keep it, and then nothing else must have changed. If the rest
    /// of the change fails, the permission set is given back.
    async fn converge_role_first(
        &self,
        user: User,
        change: &Change,
        shortage: SeatShortage,
    ) -> Result<(User, PendingName), Error> {
        let former_role = UserUpdate {
            role_id: user.role().map(str::to_owned),
            ..UserUpdate::new()
        };
        let id = user.id.clone();
        let role_alone = Change::clearing_role();
        let after = self.execute(&user, &role_alone, shortage).await?;

        let rest = self.converge_at_once(after.unwrap_or(user), change, shortage);
        let outcome = Box::pin(rest).await;
        if outcome.is_err() {
            self.undo(&id, &former_role).await;
        }
        outcome
    }

    /// Clears a permission set that cannot be given back in the same PUT as the rest, so that HubSpot does all or nothing. If
    /// HubSpot keeps the permission set all the same, the rest is undone.
    async fn converge_or_restore(
        &self,
        user: User,
        change: &Change,
        shortage: SeatShortage,
    ) -> Result<(User, PendingName), Error> {
        let outcome = self.converge_at_once(user.clone(), change, shortage).await;
        if outcome.is_err() {
            if let Err(failed) = self.restore(&user, change).await {
                note_left_out(&user.id, &failed);
            }
        }
        outcome
    }

    /// Restores every field the change may have touched. If the permission set is already gone, the change took effect and stays.
    async fn restore(&self, former: &User, change: &Change) -> Result<(), Error> {
        let now = self.client.read_user(&former.id).await;
        let now = now.map_err(from_hubspot)?;
        if now.role() != former.role() {
            return Ok(());
        }

        let text = |wanted: &Option<String>, former: &Option<String>| {
            wanted.as_ref().map(|_| former.clone().unwrap_or_default())
        };
        let list = |wanted: &Option<Vec<String>>, former: &[String]| {
            wanted.as_ref().map(|_| former.to_vec())
        };
        let back = Change {
            first_name: text(&change.first_name, &former.first_name),
            last_name: text(&change.last_name, &former.last_name),
            role: RoleChange::Keep,
            primary_team_id: text(&change.primary_team_id, &former.primary_team_id),
            secondary_team_ids: list(&change.secondary_team_ids, &former.secondary_team_ids),
            seat_names: list(&change.seat_names, &former.seat_names),
        };
        self.execute(&now, &back, SeatShortage::Final).await?;
        Ok(())
    }

    /// Whether this token can give a user the current permission set again.
    ///
    /// A permission set with a paid seat needs the billing scope, without which the adapter offers no seats (`docs/evidence.md`,
    /// H29).
    async fn can_restore_role(&self, user: &User) -> bool {
        if self.features.seats {
            return true;
        }
        let roles = self.directory.roles_if_any(&self.client).await;
        user.role().is_some_and(|id| {
            roles
                .iter()
                .any(|role| role.id == id && !role.requires_billing_write)
        })
    }

    /// Takes back the first step of a change. If this fails too, the client's retry finds the user as it is.
    async fn undo(&self, id: &str, undo: &UserUpdate) {
        if let Err(error) = self.client.update_user(id, undo).await {
            note_left_out(id, &from_hubspot(error));
        }
    }

    /// Makes the calls of a change one after the other and reads the result back; `None` if the user matches the change already.
    ///
    /// If a later step fails, the first one is taken back.
    async fn execute(
        &self,
        user: &User,
        change: &Change,
        shortage: SeatShortage,
    ) -> Result<Option<User>, NotExecuted> {
        let Some(plan) = plan::update(user, change, self.dialect)? else {
            return Ok(None);
        };

        let mut steps_begun = 0;
        let outcome = async {
            for step in &plan.steps {
                steps_begun += 1;
                if let Err(error) = self.client.update_user(&user.id, step).await {
                    return Err(not_executed(error, user, change, shortage));
                }
            }
            Ok(self.read_back(&user.id, &plan.claims).await?)
        }
        .await;

        match (outcome, plan.undo) {
            (Ok(after), _) => Ok(Some(after)),
            (Err(failed), Some(undo)) if steps_begun > 1 => {
                self.undo(&user.id, &undo).await;
                Err(failed)
            }
            (Err(failed), _) => Err(failed),
        }
    }

    /// The user after a change, which must have taken effect.
    async fn read_back(&self, id: &str, claims: &Change) -> Result<User, Error> {
        let user = self.client.read_user(id).await.map_err(unverified)?;
        match unmet(&user, claims) {
            None => Ok(user),
            Some(Field::Roles) if claims.role == RoleChange::Clear => Err(plan::role_kept()),
            Some(field) => Err(Error::new(
                ErrorKind::BadGateway,
                format!(
                    "{}: HubSpot accepted the change and did not make it",
                    field.name()
                ),
            )),
        }
    }

    /// Gives a suspended user the names of a request, or keeps them in the record until HubSpot takes them.
    pub(crate) async fn converge_name(
        &self,
        user: User,
        record: &mut UserRecord,
        desired: &Desired,
    ) -> Result<User, Error> {
        let names = Change::of_name(desired);
        if !names.has_name() {
            return Ok(user);
        }

        // HubSpot has no name until it has one of the two, and from then on none is pending.
        let (first, last) = mapping::pending_name(&user, Some(record));
        let names = Change {
            first_name: names.first_name.or(first),
            last_name: names.last_name.or(last),
            ..names
        };

        let (user, pending) = self.converge(user, &names, SeatShortage::Final).await?;
        record.pending_name = pending;
        record.last_seen.first_name.clone_from(&user.first_name);
        record.last_seen.last_name.clone_from(&user.last_name);
        Ok(user)
    }
}

/// Why a change was not made.
enum NotExecuted {
    /// HubSpot takes no name before the user's activation.
    NameTooEarly(Error),
    Failed(Error),
}

impl From<Error> for NotExecuted {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<NotExecuted> for Error {
    fn from(not_executed: NotExecuted) -> Self {
        match not_executed {
            NotExecuted::NameTooEarly(error) | NotExecuted::Failed(error) => error,
        }
    }
}

/// HubSpot's refusal of a step; a refusal of values names the attributes of the change.
fn not_executed(
    error: client::Error,
    user: &User,
    change: &Change,
    shortage: SeatShortage,
) -> NotExecuted {
    if error.is_user_not_on_any_hubs() && change.has_name() {
        return NotExecuted::NameTooEarly(from_hubspot(error));
    }
    NotExecuted::Failed(Asked::by_change(user, change).refused(error, shortage))
}
