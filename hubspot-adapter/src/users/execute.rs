//! Making a change of a user step by step, reading it back, and taking back what cannot be finished.

use scim_core::{Error, ErrorKind};

use super::converge::PendingName;
use super::seats::{Asked, NoSeat};
use super::{Users, ignored};
use crate::client::{self, User, UserUpdate};
use crate::error::{from_hubspot, unverified};
use crate::plan::{self, Change};

impl Users {
    /// Makes a change and reads it back; answers the user as HubSpot then has them, and a name it does not take yet.
    ///
    /// A 200 to a PUT proves nothing (`docs/evidence.md`, H13).
    pub(super) async fn converge(
        &self,
        user: User,
        change: &Change,
        no_seat: NoSeat,
    ) -> Result<(User, PendingName), Error> {
        let role_goes = Change {
            clears_role: true,
            ..Change::default()
        };
        if change.clears_role && *change != role_goes && plan::unmet(&user, &role_goes).is_some() {
            return if self.can_give_back_role(&user).await {
                self.converge_without_role(user, change, no_seat).await
            } else {
                self.converge_role_and_all(user, change, no_seat).await
            };
        }
        self.make_change(user, change, no_seat).await
    }

    /// Makes a change; of one with a name that HubSpot does not take yet, the rest.
    async fn make_change(
        &self,
        user: User,
        change: &Change,
        no_seat: NoSeat,
    ) -> Result<(User, PendingName), Error> {
        match self.execute(&user, change, no_seat).await {
            Ok(after) => Ok((after.unwrap_or(user), None)),
            // Before the user's activation a name is refused: the rest is done, and the name is kept for later.
            Err(NotMade::NameWaits(_)) => {
                let pending = Some((change.first_name.clone(), change.last_name.clone()));
                let rest = Change {
                    first_name: None,
                    last_name: None,
                    ..change.clone()
                };
                let after = self.execute(&user, &rest, no_seat).await?;
                Ok((after.unwrap_or(user), pending))
            }
            Err(NotMade::Failed(error)) => Err(error),
        }
    }

    /// Makes a change that takes the permission set away: that first of all and alone, since HubSpot may keep it, and then nothing
    /// else is to have changed. Where the rest fails the permission set is given back.
    async fn converge_without_role(
        &self,
        user: User,
        change: &Change,
        no_seat: NoSeat,
    ) -> Result<(User, PendingName), Error> {
        let role_goes = Change {
            clears_role: true,
            ..Change::default()
        };
        let given_back = UserUpdate {
            role_id: plan::role_of(&user).map(str::to_owned),
            ..UserUpdate::new()
        };
        let id = user.id.clone();
        let after = self.execute(&user, &role_goes, no_seat).await?;
        let rest = Box::pin(self.converge(after.unwrap_or(user), change, no_seat)).await;
        if rest.is_err() {
            self.undo(&id, &given_back).await;
        }
        rest
    }

    /// Makes a change that takes a permission set away which cannot be given back: in the same PUT as the rest, which is carried out
    /// whole or not at all. Where HubSpot keeps the permission set all the same, the rest is undone.
    async fn converge_role_and_all(
        &self,
        user: User,
        change: &Change,
        no_seat: NoSeat,
    ) -> Result<(User, PendingName), Error> {
        let outcome = self.make_change(user.clone(), change, no_seat).await;
        if outcome.is_err() {
            if let Err(failed) = self.put_back(&user, change).await {
                ignored(&user.id, &failed);
            }
        }
        outcome
    }

    /// Makes of what a change may have changed what it was, unless the permission set is gone, and the change with it made.
    async fn put_back(&self, was: &User, change: &Change) -> Result<(), Error> {
        let now = self.client.read_user(&was.id).await.map_err(from_hubspot)?;
        if plan::role_of(&now) != plan::role_of(was) {
            return Ok(());
        }
        let former = |wanted: &Option<String>, was: &Option<String>| {
            wanted.as_ref().map(|_| was.clone().unwrap_or_default())
        };
        let former_list =
            |wanted: &Option<Vec<String>>, was: &[String]| wanted.as_ref().map(|_| was.to_vec());
        let back = Change {
            first_name: former(&change.first_name, &was.first_name),
            last_name: former(&change.last_name, &was.last_name),
            primary_team_id: former(&change.primary_team_id, &was.primary_team_id),
            secondary_team_ids: former_list(&change.secondary_team_ids, &was.secondary_team_ids),
            seat_names: former_list(&change.seat_names, &was.seat_names),
            ..Change::default()
        };
        self.execute(&now, &back, NoSeat::Final).await?;
        Ok(())
    }

    /// Whether a token like ours can give a user the permission set that they have.
    ///
    /// One that takes a paid seat needs the scope without which there are no seats here (`docs/evidence.md`, H29).
    async fn can_give_back_role(&self, user: &User) -> bool {
        if self.features.seats {
            return true;
        }
        let roles = self.directory.roles_if_any(&self.client).await;
        plan::role_of(user).is_some_and(|id| {
            roles
                .iter()
                .any(|role| role.id == id && !role.requires_billing_write)
        })
    }

    /// Puts back what the first step of a change took away; should that fail too, the client's retry finds what is there.
    async fn undo(&self, id: &str, undo: &UserUpdate) {
        if let Err(error) = self.client.update_user(id, undo).await {
            ignored(id, &from_hubspot(error));
        }
    }

    /// Takes the steps of a change one after the other, and reads back what they claim; `None` when there is nothing to do.
    ///
    /// Where a later step fails, what the first one took away is put back.
    async fn execute(
        &self,
        user: &User,
        change: &Change,
        no_seat: NoSeat,
    ) -> Result<Option<User>, NotMade> {
        let Some(plan) = plan::update(user, change, self.dialect)? else {
            return Ok(None);
        };
        let mut steps_begun = 0;
        let outcome = async {
            for step in &plan.steps {
                steps_begun += 1;
                if let Err(error) = self.client.update_user(&user.id, step).await {
                    return Err(not_made(error, user, change, no_seat));
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

    /// The user as HubSpot has them after a change, which must have taken effect.
    async fn read_back(&self, id: &str, claims: &Change) -> Result<User, Error> {
        let user = self.client.read_user(id).await.map_err(unverified)?;
        match plan::unmet(&user, claims) {
            None => Ok(user),
            Some("roles") if claims.clears_role => Err(plan::role_stays()),
            Some(attribute) => Err(Error::new(
                ErrorKind::BadGateway,
                format!("{attribute}: HubSpot accepted the change and did not make it"),
            )),
        }
    }
}

/// Why a change was not made.
enum NotMade {
    /// HubSpot does not take the name yet.
    NameWaits(Error),
    Failed(Error),
}

impl From<Error> for NotMade {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<NotMade> for Error {
    fn from(not_made: NotMade) -> Self {
        match not_made {
            NotMade::NameWaits(error) | NotMade::Failed(error) => error,
        }
    }
}

/// What it means that HubSpot refused a step of a change: a refusal of values names the attributes that were to change.
fn not_made(error: client::Error, user: &User, change: &Change, no_seat: NoSeat) -> NotMade {
    if error.is_user_not_on_any_hubs() && change.names_someone() {
        return NotMade::NameWaits(from_hubspot(error));
    }
    NotMade::Failed(Asked::by_change(user, change).refused(error, no_seat))
}

impl Change {
    fn names_someone(&self) -> bool {
        self.first_name.is_some() || self.last_name.is_some()
    }
}
