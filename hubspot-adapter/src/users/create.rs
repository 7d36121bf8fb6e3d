//! Making a user, taking one over, and bringing one back.

use scim_core::filter::case;
use scim_core::{Error, ErrorKind};

use super::converge::check_identity;
use super::{Seen, Users};
use crate::client::{self, NewUser, User};
use crate::error::{from_hubspot, from_state};
use crate::mapping::Desired;
use crate::plan::{self, Change};
use crate::policy::{Adopt, RoleChoice};
use crate::state::{Origin, UserRecord};

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
        let _held = self.locks.hold(&email.to_ascii_lowercase()).await;
        if !self.policy.allows_domain(email) {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                "userName: the configuration of this server does not allow users of this domain",
            ));
        }
        let existing = self.find_by_email(email).await?;
        let record = match &existing {
            Some(user) => self.state.by_id(&user.id).await,
            None => match self.state.by_name(&desired.user_name).await {
                Ok(None) => self.state.by_name(email).await,
                found => found,
            },
        }
        .map_err(from_state)?;
        match (existing, record) {
            (Some(user), record) if self.is_unfinished(&user).await? => {
                self.finish(user, record, desired).await
            }
            (Some(_), Some(_)) => Err(in_use()),
            (Some(user), None) => self.take_over(user, desired).await,
            (None, Some(record)) => {
                // The address is free and the name is not: the record may be of another address, whom HubSpot still has.
                match self.observe(record.id()).await? {
                    Seen::Present(..) => Err(in_use()),
                    Seen::Gone(record) if desired.active == Some(false) => {
                        self.update_gone(record, desired).await
                    }
                    Seen::Gone(record) => self.reactivate(record, desired).await,
                }
            }
            (None, None) if desired.active == Some(false) => Err(Error::new(
                ErrorKind::InvalidValue,
                "active: HubSpot cannot create a user who is disabled",
            )),
            (None, None) => self.make(email, desired).await,
        }
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
        let change = Change::of(&new);
        match self.post(&new).await? {
            Made::New(user) => self.complete(user, None, desired, &change).await,
            Made::Existing(user) if self.is_unfinished(&user).await? => {
                self.finish(user, None, desired).await
            }
            Made::Existing(user) => self.take_over(user, desired).await,
        }
    }

    /// Whether a creation of ours was cut short: the user is of our making, and perhaps not as the request wants them.
    async fn is_unfinished(&self, user: &User) -> Result<bool, Error> {
        self.state
            .intends_create(&user.email)
            .await
            .map_err(from_state)
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
        let role = self
            .choose_role(desired.roles.as_deref().unwrap_or_default())
            .await?;
        let mut change = self.change(&user, record.as_ref(), desired).await?;
        if let RoleChoice::Role(id) = role {
            change.role_id = Some(id);
        }
        self.complete(user, record, desired, &change).await
    }

    /// Asks HubSpot to make a user, once, and finds out what became of it.
    ///
    /// HubSpot did not have the user a moment ago. The intent is written first: should the answer be lost, and this process
    /// with it, a user who is found there later is known to be of our making.
    async fn post(&self, new: &NewUser) -> Result<Made, Error> {
        let email = new.email.as_str();
        let tried_before = self.state.intends_create(email).await.map_err(from_state)?;
        self.state.intend_create(email).await.map_err(from_state)?;
        let error = match self.client.create_user(new).await {
            Ok(user) => return Ok(Made::New(user)),
            Err(error) => error,
        };
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
        Err(if error.no_seat_available() {
            no_seat(error)
        } else {
            from_hubspot(error)
        })
    }

    /// The user with an address in any spelling: whether HubSpot's own look-up minds the case is not known.
    async fn find_by_email_in_any_case(&self, email: &str) -> Result<Option<User>, Error> {
        if let Some(user) = self.find_by_email(email).await? {
            return Ok(Some(user));
        }
        let mut pages = self.client.walk_users();
        while let Some(users) = pages.next().await.map_err(from_hubspot)? {
            if let Some(user) = users.into_iter().find(|user| case::eq(&user.email, email)) {
                return Ok(Some(user));
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
        let name = Change {
            first_name: change.first_name.clone(),
            last_name: change.last_name.clone(),
            ..Change::default()
        };
        let waiting = plan::unmet(&user, &name).map(|_| (name.first_name, name.last_name));
        // First of all: from here on the user is known to be ours, whatever happens next.
        let kept = self
            .keep(user.clone(), record, desired, Origin::Created, waiting)
            .await?;
        let Seen::Present(_, record) = kept else {
            return Ok(kept);
        };
        let (user, pending) = self.converge(user, change).await?;
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
        check_identity(&user, None, desired)?;
        if desired.active == Some(false) {
            return self.deactivate(user, None, desired).await;
        }
        if self.guard(&user).is_err() {
            // Known from now on, and left as they are.
            return self.keep(user, None, desired, Origin::Adopted, None).await;
        }
        self.update(user, None, desired).await
    }

    /// Brings back a user who was removed: the same address gives the same HubSpot id.
    pub(super) async fn reactivate(
        &self,
        record: UserRecord,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        check_identity(&record.last_seen, Some(&record), desired)?;
        let was = &record.last_seen;
        let mut new =
            NewUser::new(was.email.as_str()).with_welcome_email(self.policy.welcome_email);
        new.first_name = desired
            .first_name
            .clone()
            .or_else(|| was.first_name.clone());
        new.last_name = desired.last_name.clone().or_else(|| was.last_name.clone());
        new.role_id = match &desired.roles {
            None => plan::role_of(was).map(str::to_owned),
            Some(names) => match self.choose_role(names).await? {
                RoleChoice::Role(id) => Some(id),
                RoleChoice::Minimal => None,
            },
        };
        new.primary_team_id.clone_from(&was.primary_team_id);
        new.secondary_team_ids.clone_from(&was.secondary_team_ids);
        let change = Change::of(&new);
        let user = match self.post(&new).await? {
            Made::New(user) | Made::Existing(user) => user,
        };
        if user.id != record.last_seen.id {
            // Not what HubSpot was seen to do: the old id is gone, and the client has to look the user up again.
            self.state
                .forget(&record.last_seen.id)
                .await
                .map_err(from_state)?;
        }
        self.complete(user, Some(record), desired, &change).await
    }
}

impl Change {
    /// What a user who was just made must have.
    fn of(new: &NewUser) -> Self {
        let named = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
        Self {
            first_name: named(&new.first_name),
            last_name: named(&new.last_name),
            role_id: new.role_id.clone(),
            primary_team_id: new.primary_team_id.clone(),
            secondary_team_ids: (!new.secondary_team_ids.is_empty())
                .then(|| new.secondary_team_ids.clone()),
        }
    }
}

fn in_use() -> Error {
    Error::new(ErrorKind::Uniqueness, "userName is already in use")
}

/// Right after a removal HubSpot may see no free seat and see it a moment later (`facts/hubspot-api.md` §2.1).
fn no_seat(error: client::Error) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "roles: the HubSpot account has no free seat for this permission set",
    )
    .with_retry_after(std::time::Duration::from_secs(30))
    .with_source(error)
}
