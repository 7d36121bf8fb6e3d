//! Taking access away.

use scim_core::{Error, ErrorKind};

use super::converge::check_identity;
use super::{Seen, Users};
use crate::client::{self, User};
use crate::error::{from_hubspot, from_state};
use crate::mapping::Desired;
use crate::policy::Deprovision;
use crate::state::{Origin, UserRecord};

impl Users {
    /// Takes a user's access away; whatever else the request wants is no reason not to.
    ///
    /// The record is written first: it is what the user is shown as, and brought back from, once HubSpot has them no more.
    pub(super) async fn deactivate(
        &self,
        user: User,
        record: Option<UserRecord>,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        self.may_remove(&user)?;
        let mut gone = record
            .clone()
            .unwrap_or_else(|| UserRecord::new(user.clone(), user.email.as_str(), Origin::Adopted));
        gone.last_seen = user.clone();
        let mut gone = gone.with_pending_name();
        if let Err(ignored) = check_identity(&user, record.as_ref(), desired) {
            tracing::warn!(
                target: "hubspot_adapter::audit",
                id = user.id,
                ignored = ignored.detail(),
                "a change was ignored in a request that takes access away"
            );
        } else {
            gone.say(desired);
        }
        if desired.roles.is_some() {
            tracing::warn!(
                target: "hubspot_adapter::audit",
                id = user.id,
                ignored = "roles",
                "a change was ignored in a request that takes access away"
            );
        }
        if desired.first_name.is_some() {
            gone.last_seen.first_name.clone_from(&desired.first_name);
        }
        if desired.last_name.is_some() {
            gone.last_seen.last_name.clone_from(&desired.last_name);
        }
        gone.removed = true;
        self.state.put(gone.clone()).await.map_err(from_state)?;
        match self.remove_from_hubspot(&user.id).await {
            Ok(()) => Ok(Seen::Gone(gone)),
            Err(StillThere(error)) => {
                match record {
                    Some(record) => self.state.put(record).await,
                    None => self.state.forget(&user.id).await,
                }
                .map_err(from_state)?;
                Err(error)
            }
            Err(Unknown(error)) => Err(error),
        }
    }

    /// Changes what is shown of, and restored to, a user whom HubSpot has no more.
    pub(super) async fn update_gone(
        &self,
        mut record: UserRecord,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        match check_identity(&record.last_seen, Some(&record), desired) {
            Ok(()) => record.say(desired),
            // A request that says "inactive" once more is never refused for the rest of it.
            Err(_) if desired.active == Some(false) => {}
            Err(error) => return Err(error),
        }
        if desired.first_name.is_some() {
            record.last_seen.first_name.clone_from(&desired.first_name);
        }
        if desired.last_name.is_some() {
            record.last_seen.last_name.clone_from(&desired.last_name);
        }
        record.removed = true;
        self.state.put(record.clone()).await.map_err(from_state)?;
        Ok(Seen::Gone(record))
    }

    /// Removes a user for good: HubSpot and the state forget them.
    pub(super) async fn remove(&self, seen: Seen) -> Result<(), Error> {
        let id = match seen {
            Seen::Present(user, _) => {
                self.may_remove(&user)?;
                match self.remove_from_hubspot(&user.id).await {
                    Ok(()) => user.id,
                    Err(StillThere(error) | Unknown(error)) => return Err(error),
                }
            }
            Seen::Gone(record) => record.last_seen.id,
        };
        self.state.forget(&id).await.map_err(from_state)
    }

    fn may_remove(&self, user: &User) -> Result<(), Error> {
        self.guard(user)?;
        match self.policy.deprovision {
            Deprovision::Remove => Ok(()),
            Deprovision::Refuse => Err(Error::new(
                ErrorKind::Mutability,
                "active: the configuration of this server does not let requests take access away",
            )),
        }
    }

    /// Removes a user from the account. HubSpot's 204 is proof: a removed user was 404 at once, by id and by address.
    async fn remove_from_hubspot(&self, id: &str) -> Result<(), NotRemoved> {
        let error = match self.client.delete_user(id).await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) => error,
        };
        let in_doubt = matches!(
            error.kind(),
            client::ErrorKind::Unavailable | client::ErrorKind::Unexpected
        );
        if !in_doubt {
            return Err(StillThere(from_hubspot(error)));
        }
        match self.client.read_user(id).await {
            Err(read) if read.is_not_found() => Ok(()),
            Ok(_) => Err(StillThere(from_hubspot(error))),
            Err(_) => Err(Unknown(from_hubspot(error))),
        }
    }
}

/// Why a user was not removed.
enum NotRemoved {
    /// HubSpot has them still.
    StillThere(Error),
    /// It is not known whether HubSpot has them.
    Unknown(Error),
}

use NotRemoved::{StillThere, Unknown};
