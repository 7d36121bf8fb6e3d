//! Changing a user whom HubSpot has.

use scim_core::{Error, ErrorKind};

use super::comeback::all_teams;
use super::deactivated::check_is_read;
use super::identity::check_identity;
use super::seats::{Asked, NoSeat};
use super::{Seen, Users, ignored};
use crate::client::{self, User, UserUpdate};
use crate::error::{from_hubspot, from_state, unverified};
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
        // No permission set stands for Super Admin: any role asked for in its place is a change.
        if user.super_admin && desired.roles.is_some() {
            self.guard(&user, &row)?;
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

impl Change {
    fn names_someone(&self) -> bool {
        self.first_name.is_some() || self.last_name.is_some()
    }
}
