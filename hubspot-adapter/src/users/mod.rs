//! HubSpot users as SCIM users: each request is observe, plan, execute, verify.

mod converge;
#[cfg(test)]
mod converge_tests;
mod create;
mod identity;
mod provider;
mod remove;
mod roles;
mod search;
mod seats;
mod suspend;

use std::fmt;
use std::sync::Arc;

use scim_core::clock::Clock;
use scim_core::filter::case;
use scim_core::patch::{self, Applied};
use scim_core::provider::PatchRequest;
use scim_core::schema::ResourceType;
use scim_core::{Error, ErrorKind, PatchOp, Resource};

use crate::client::{self, Client, Role, User};
use crate::dialect::Dialect;
use crate::directory::Directory;
use crate::error::{from_hubspot, from_state};
use crate::features::Features;
use crate::locks::Locks;
use crate::mapping::{self, Desired};
use crate::plan;
use crate::policy::{Deprovision, Policy};
use crate::state::{StateStore, UserRecord};

/// The users of a HubSpot account as SCIM users.
///
/// A user who was deactivated is gone from HubSpot, or has no access left there, and stays readable and findable here with
/// `active: false`.
#[derive(Clone)]
pub struct Users {
    client: Client,
    policy: Arc<Policy>,
    dialect: Dialect,
    state: Arc<dyn StateStore>,
    directory: Arc<Directory>,
    locks: Arc<Locks>,
    clock: Arc<dyn Clock>,
    /// By what adapters that share a state know each other apart.
    holder: Arc<str>,
    features: Arc<Features>,
    resource_type: Arc<ResourceType>,
}

impl fmt::Debug for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Users")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// A user as HubSpot and the state know them.
#[derive(Clone)]
enum Seen {
    /// HubSpot has them; a record says what a request said of them.
    Present(User, Option<UserRecord>),
    /// HubSpot has them with the permission set that takes access away; a record says what they had before.
    Suspended(User, Option<UserRecord>),
    /// HubSpot has them no more.
    Gone(UserRecord),
}

impl Users {
    #[expect(
        clippy::too_many_arguments,
        reason = "each is chosen on its own in the builder"
    )]
    pub(crate) fn new(
        client: Client,
        policy: Arc<Policy>,
        dialect: Dialect,
        state: Arc<dyn StateStore>,
        directory: Arc<Directory>,
        clock: Arc<dyn Clock>,
        holder: String,
        features: &Features,
    ) -> Self {
        Self {
            client,
            policy,
            dialect,
            state,
            directory,
            locks: Arc::new(Locks::new()),
            clock,
            holder: holder.into(),
            features: Arc::new(features.clone()),
            resource_type: Arc::new(mapping::resource_type(features)),
        }
    }

    /// The same users for one request, whose calls to HubSpot together end within the total deadline.
    fn for_request(&self) -> Self {
        Self {
            client: self.client.for_request(),
            ..self.clone()
        }
    }

    /// The user with an id; `NotFound` when neither HubSpot nor the state knows them.
    ///
    /// HubSpot is asked first and always: it alone knows whether somebody was removed, or came back, by hand.
    async fn observe(&self, id: &str) -> Result<Seen, Error> {
        self.observe_any(id)
            .await?
            .filter(|seen| self.shows(seen))
            .ok_or_else(|| Error::not_found(id))
    }

    /// As [`observe`](Self::observe), also of users of whom nobody is to know; `None` when neither HubSpot nor the state does.
    async fn observe_any(&self, id: &str) -> Result<Option<Seen>, Error> {
        let user = self.read(id).await?;
        let record = self.state.by_id(id).await.map_err(from_state)?;
        let roles = self.roles_of_policy().await?;
        Ok(self.seen(user, record, &roles))
    }

    /// The permission sets, where the policy has it that one of them takes access away.
    async fn roles_of_policy(&self) -> Result<Arc<[Role]>, Error> {
        match self.policy.deprovision {
            Deprovision::NoAccess(_) => self.directory.roles(&self.client).await,
            Deprovision::Remove | Deprovision::Refuse => Ok(Arc::from([])),
        }
    }

    /// A user as HubSpot and the state know them, if either does.
    fn seen(&self, user: Option<User>, record: Option<UserRecord>, roles: &[Role]) -> Option<Seen> {
        match (user, record) {
            (Some(user), record) if self.policy.is_without_access(&user, roles) => {
                Some(Seen::Suspended(user, record))
            }
            (Some(user), record) => Some(Seen::Present(user, record)),
            (None, record) => record.map(|record| Seen::Gone(record.with_pending_name())),
        }
    }

    /// Whether a user is to be known of.
    ///
    /// Who has no access, and no record here either, is to SCIM as who is not in the account at all.
    fn shows(&self, seen: &Seen) -> bool {
        match seen {
            Seen::Present(user, _) => !self.policy.hides(user),
            Seen::Suspended(_, record) => record.is_some(),
            Seen::Gone(_) => true,
        }
    }

    /// Whether there is something left to do about a user though a request asks for nothing new: a name waits, a return was cut
    /// short, or teams or seats are left of somebody without access.
    fn is_unfinished_business(&self, seen: &Seen) -> bool {
        match seen {
            Seen::Present(user, record) => {
                mapping::waiting_name(user, record.as_ref()) != (None, None)
                    || self.returns(record.as_ref())
            }
            Seen::Suspended(user, _) => plan::unmet(user, &self.no_places()).is_some(),
            Seen::Gone(_) => false,
        }
    }

    /// As [`observe`](Self::observe), for a request that takes access away: it does so although the state cannot be read.
    ///
    /// The answer says then that the request was not done whole, so that the client comes back.
    async fn observe_to_remove(&self, id: &str) -> Result<Seen, Error> {
        let user = self.read(id).await?;
        match (self.state.by_id(id).await, user) {
            (Ok(record), user) => {
                // Names and teams matter less than that the access goes: permission sets as they last were will do.
                let roles = self.directory.roles_if_any(&self.client).await;
                self.seen(user, record, &roles)
                    .filter(|seen| self.shows(seen))
                    .ok_or_else(|| Error::not_found(id))
            }
            (Err(failed), Some(user)) => {
                self.may_remove(&user)?;
                Err(self.take_access_unrecorded(&user, failed).await)
            }
            (Err(failed), None) => Err(from_state(failed)),
        }
    }

    /// The user with an id, as HubSpot has them.
    async fn read(&self, id: &str) -> Result<Option<User>, Error> {
        let is_decimal = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        match self.client.read_user(id).await {
            Ok(user) => Ok(Some(user)),
            Err(error) if error.is_not_found() => Ok(None),
            // HubSpot's ids are decimal numbers; what it says of another one is not documented.
            Err(error) if !is_decimal && *error.kind() == client::ErrorKind::Invalid => Ok(None),
            Err(error) => Err(from_hubspot(error)),
        }
    }

    /// The user with an address, as HubSpot has them.
    async fn find_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        match self.client.read_user_by_email(email).await {
            Ok(user) if case::eq(&user.email, email) => Ok(Some(user)),
            Ok(_) => Ok(None),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(from_hubspot(error)),
        }
    }

    async fn render(&self, seen: &Seen) -> Result<Resource, Error> {
        Ok(self.show(seen, &self.directory.roles(&self.client).await?))
    }

    /// The user as shown to a request that must not fail because the names of permission sets cannot be had.
    async fn render_in_any_case(&self, seen: &Seen) -> Resource {
        self.show(seen, &self.directory.roles_if_any(&self.client).await)
    }

    fn show(&self, seen: &Seen, roles: &[Role]) -> Resource {
        let features = &self.features;
        match seen {
            Seen::Present(user, record) => mapping::present(user, record.as_ref(), roles, features),
            Seen::Suspended(user, record) => {
                mapping::without_access(user, record.as_ref(), roles, features)
            }
            Seen::Gone(record) => mapping::inactive(record, roles, features),
        }
    }

    /// Refuses to change a user who is not to be changed by any request.
    fn guard(&self, user: &User) -> Result<(), Error> {
        if user.super_admin {
            return Err(Error::new(
                ErrorKind::Mutability,
                "This user is a Super Admin, whom HubSpot's API cannot change; change them in HubSpot itself",
            ));
        }
        if self.policy.protects(&user.email) {
            return Err(protected());
        }
        Ok(())
    }

    /// What a PATCH makes of a user; of one that takes access away and cannot be applied whole, that much.
    fn apply(&self, current: &Resource, request: &PatchRequest) -> Result<Applied, Error> {
        let apply =
            |patch: &PatchOp| patch::apply(current, patch, &self.resource_type, request.profile);
        apply(&request.patch).or_else(|refused| match self.deactivation(request) {
            Some(deactivation) => {
                let applied = apply(&deactivation)?;
                ignored(&request.id, &refused);
                Ok(applied)
            }
            None => Err(refused),
        })
    }

    /// The part of a PATCH that takes access away.
    fn deactivation(&self, request: &PatchRequest) -> Option<PatchOp> {
        request
            .patch
            .deactivation(&self.resource_type, request.profile)
    }

    /// Brings a user to what a request wants, and answers the user as they are then.
    async fn bring(&self, seen: Seen, desired: Desired) -> Result<Resource, Error> {
        let seen = match (seen, desired.active) {
            (Seen::Present(user, record) | Seen::Suspended(user, record), Some(false)) => {
                self.deactivate(user, record, &desired).await?
            }
            (Seen::Present(user, record), Some(true) | None) => {
                self.update(user, record, &desired).await?
            }
            (Seen::Suspended(user, record), Some(true)) => {
                self.resume(user, record, &desired).await?
            }
            (Seen::Suspended(user, record), None) => {
                self.update_suspended(user, record, &desired).await?
            }
            (Seen::Gone(record), Some(true)) => self.reactivate(record, &desired).await?,
            (Seen::Gone(record), Some(false) | None) => self.update_gone(record, &desired).await?,
        };
        match seen {
            // Done, and to be told so.
            Seen::Gone(_) | Seen::Suspended(..) => Ok(self.render_in_any_case(&seen).await),
            Seen::Present(..) => self.render(&seen).await,
        }
    }
}

fn protected() -> Error {
    Error::new(
        ErrorKind::Mutability,
        "This user is protected by the configuration of this server",
    )
}

/// Notes what a request asked for and did not get, where the rest of it had to be done.
fn ignored(id: &str, refused: &Error) {
    tracing::warn!(
        target: "hubspot_adapter::audit",
        id,
        ignored = refused.detail(),
        "a part of a request was ignored"
    );
}
