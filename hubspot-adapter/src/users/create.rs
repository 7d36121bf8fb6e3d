//! Making a user, taking one over, and bringing one back.

use std::time::{Duration, SystemTime};

use scim_core::filter::case;
use scim_core::{Error, ErrorKind};

use super::identity::{check_identity, in_use};
use super::seats::{Asked, NoSeat};
use super::{Seen, Users, ignored};
use crate::client::{self, NewUser, User};
use crate::error::{from_hubspot, from_hubspot_list, from_state};
use crate::mapping::Desired;
use crate::plan::{self, Change};
use crate::policy::{Adopt, RoleChoice};
use crate::state::{INTENT_COUNTS_FOR, Intended, Intent, Origin, UserRecord};

/// How long HubSpot's answer to a creation may be under way, its retries included: longer than the client waits for it.
const ANSWER_TAKES: Duration = Duration::from_secs(60);

/// What became of a request to HubSpot to make a user.
enum Made {
    /// There is a user, made by this request.
    New(User),
    /// There is a user, and it is not known who made them.
    Existing(User),
}

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
            return self.create_unknown(email, desired).await;
        };
        // Other requests name the user by id: looked at again once none of them is under way.
        let _id = self.locks.hold(&id).await;
        match self.observe_any(&id).await? {
            Some(Seen::Present(user, _)) if self.policy.hides(&user) => Err(in_use()),
            Some(Seen::Present(user, record)) => {
                self.check_name(&user.id, desired).await?;
                if self.is_unfinished(&user).await? {
                    self.finish(user, record, desired).await
                } else if record.is_some() {
                    Err(in_use())
                } else {
                    self.take_over(user, desired).await
                }
            }
            Some(Seen::Suspended(user, record)) => self.readmit(user, record, desired).await,
            Some(Seen::Gone(record)) => self.create_again(email, record, desired).await,
            None => self.create_unknown(email, desired).await,
        }
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
    async fn create_unknown(&self, email: &str, desired: &Desired) -> Result<Seen, Error> {
        if self.policy.protects(email) {
            // Whom no request may change could not be removed again either.
            return Err(super::protected());
        }
        if desired.active == Some(false) {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                "active: HubSpot cannot create a user who is disabled",
            ));
        }
        self.make(email, desired).await
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
            return self.create_unknown(email, desired).await;
        }
        if record.is_of_another(desired) {
            // An address given to somebody new: what its last holder was allowed is not restored.
            return self.create_unknown(email, desired).await;
        }
        if desired.active == Some(false) {
            return self.update_gone(record, desired).await;
        }
        self.reactivate(record, desired).await
    }

    async fn make(&self, email: &str, desired: &Desired) -> Result<Seen, Error> {
        let role = self
            .choose_role(desired.roles.as_deref().unwrap_or_default())
            .await?;
        let mut new = NewUser::new(email).with_welcome_email(self.policy.welcome_email);
        new.first_name.clone_from(&desired.first_name);
        new.last_name.clone_from(&desired.last_name);
        if let RoleChoice::Role(id) = role {
            new.role_id = Some(id);
        }
        new.seat_names = self.wanted_seats(desired, &[]).await?.unwrap_or_default();
        let change = Change::of(&new);
        match self.post(&new, NoSeat::Final).await? {
            Made::New(user) => self.complete(user, None, desired, &change).await,
            Made::Existing(user) => {
                // Somebody made them in this moment: another server of ours, if there is an intent or a record.
                let record = self.state.by_id(&user.id).await.map_err(from_state)?;
                let record = record.filter(|record| !record.removed);
                if self.policy.hides(&user) {
                    return Err(in_use());
                }
                if self.is_unfinished(&user).await? {
                    self.finish(user, record, desired).await
                } else if record.is_some() {
                    Err(in_use())
                } else {
                    self.take_over(user, desired).await
                }
            }
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

    /// Does what is left to do of a creation that was cut short.
    async fn finish(
        &self,
        user: User,
        record: Option<UserRecord>,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        if desired.active == Some(false) {
            return self.deactivate(user, record, desired).await;
        }
        self.guard(&user)?;
        let mut change = self.change(&user, record.as_ref(), desired).await?;
        if desired.roles.is_none() {
            if let RoleChoice::Role(id) = self.choose_role(&[]).await? {
                change.role_id = Some(id);
            }
        }
        self.complete(user, record, desired, &change).await
    }

    /// Asks HubSpot to make a user, once, and finds out what became of it.
    ///
    /// HubSpot did not have the user a moment ago. The intent is written first: should the answer be lost, and this process
    /// with it, a user who is found there later is known to be of our making. Of several servers that share the state, one at
    /// a time asks.
    async fn post(&self, new: &NewUser, no_seat: NoSeat) -> Result<Made, Error> {
        let email = new.email.as_str();
        let now = self.clock.now();
        let intent = Intent::new(email, &*self.holder, now, ANSWER_TAKES);
        let intended = self.state.intend_create(&intent).await;
        let tried_before = match intended.map_err(from_state)? {
            Intended::First => false,
            Intended::Again => true,
            Intended::Elsewhere(until) => return Err(made_elsewhere(until, now)),
        };
        let error = match self.client.create_user(new).await {
            Ok(user) => return Ok(Made::New(user)),
            Err(error) => error,
        };
        // No answer is under way any more: any server may try again at once.
        if let Err(failed) = self.state.rest_create(email, &self.holder).await {
            tracing::warn!(error = %from_state(failed), "a creation that failed holds its address for a while");
        }
        if *error.kind() == client::ErrorKind::Ambiguous {
            // Never again blindly: whether HubSpot took it is read, not guessed.
            return match self.find_by_email(email).await? {
                Some(user) => Ok(Made::New(user)),
                None => Err(from_hubspot(error)),
            };
        }
        if !tried_before {
            // HubSpot said no: whoever has the address, this request did not make them.
            self.state.settle_create(email).await.map_err(from_state)?;
        }
        if *error.kind() == client::ErrorKind::Conflict {
            return match self.find_by_email_in_any_case(email).await? {
                Some(user) => Ok(Made::Existing(user)),
                None => Err(from_hubspot(error)),
            };
        }
        Err(Asked::by_creation(new).refused(error, no_seat))
    }

    /// The user with an address in any spelling: whether HubSpot's own look-up minds the case is not known.
    ///
    /// Read by id at last, since a row of the list may lack teams.
    async fn find_by_email_in_any_case(&self, email: &str) -> Result<Option<User>, Error> {
        if let Some(user) = self.find_by_email(email).await? {
            return Ok(Some(user));
        }
        let mut pages = self.client.walk_users();
        while let Some(users) = pages.next().await.map_err(from_hubspot_list)? {
            if let Some(user) = users.into_iter().find(|user| case::eq(&user.email, email)) {
                return self
                    .client
                    .read_user(&user.id)
                    .await
                    .map(Some)
                    .map_err(from_hubspot);
            }
        }
        Ok(None)
    }

    /// Sees to it that a user just made is what was asked for, and keeps the record.
    ///
    /// The 201 is proof of what it echoes; what it does not echo is sent once more and read back.
    async fn complete(
        &self,
        user: User,
        record: Option<UserRecord>,
        desired: &Desired,
        change: &Change,
    ) -> Result<Seen, Error> {
        let email = user.email.clone();
        let seat = match &record {
            Some(record) if record.removed => NoSeat::Passing,
            Some(_) | None => NoSeat::Final,
        };
        let name = Change {
            first_name: change.first_name.clone(),
            last_name: change.last_name.clone(),
            ..Change::default()
        };
        let waiting = plan::unmet(&user, &name).map(|_| (name.first_name, name.last_name));
        self.release(&user.id, desired).await?;
        // First of all: from here on the user is known to be ours, whatever happens next.
        let kept = self
            .keep(user.clone(), record, desired, Origin::Created, waiting)
            .await?;
        let Seen::Present(_, record) = kept else {
            return Ok(kept);
        };
        let (user, pending) = self.converge(user, change, seat).await?;
        let kept = self
            .keep(user, record, desired, Origin::Created, pending)
            .await?;
        // Last of all: until here, the client's retry finds a creation to finish and no conflict.
        self.state.settle_create(&email).await.map_err(from_state)?;
        Ok(kept)
    }

    /// Takes over a user whom HubSpot has and no request made, if the policy has it so.
    async fn take_over(&self, user: User, desired: &Desired) -> Result<Seen, Error> {
        match self.policy.adopt {
            Adopt::ByEmail => {}
            Adopt::IfRoleMatches => {
                let names = desired.roles.as_deref().unwrap_or_default();
                let matches = match self.choose_role(names).await? {
                    RoleChoice::Role(id) => plan::role_of(&user) == Some(id.as_str()),
                    RoleChoice::Minimal => plan::role_of(&user).is_none(),
                };
                if !matches || user.super_admin {
                    return Err(in_use());
                }
            }
            Adopt::Refuse => return Err(in_use()),
        }
        if desired.active == Some(false) {
            return self.deactivate(user, None, desired).await;
        }
        self.release(&user.id, desired).await?;
        if let Err(protected) = self.guard(&user) {
            // Known from now on, and left as they are.
            ignored(&user.id, &protected);
            return self.keep(user, None, desired, Origin::Adopted, None).await;
        }
        self.update(user, None, desired).await
    }

    /// Brings back a user who was removed: the same address gives the same HubSpot id (`docs/evidence.md`, H18).
    pub(super) async fn reactivate(
        &self,
        record: UserRecord,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        check_identity(&record.last_seen, Some(&record), desired)?;
        let id = record.last_seen.id.clone();
        let mut new = self.as_they_were(&record.last_seen, desired).await?;
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
        let change = Change::of(&new);
        match made? {
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
                self.guard(&user)?;
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
        new.first_name = either(&desired.first_name, &was.first_name);
        new.last_name = either(&desired.last_name, &was.last_name);
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

fn made_elsewhere(until: SystemTime, now: SystemTime) -> Error {
    let left = until.duration_since(now).unwrap_or_default();
    Error::new(
        ErrorKind::Unavailable,
        "userName: this user is being created by another server",
    )
    .with_retry_after(left.max(Duration::from_secs(1)))
}

impl Change {
    /// What a user who was just made must have.
    fn of(new: &NewUser) -> Self {
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
