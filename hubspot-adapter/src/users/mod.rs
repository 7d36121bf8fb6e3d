//! HubSpot users as SCIM users: each request is observe, plan, execute, verify.

mod comeback;
mod converge;
#[cfg(test)]
mod converge_tests;
mod create;
mod deactivated;
mod execute;
mod identity;
mod listing;
mod post;
mod profile;
mod provider;
mod remove;
mod roles;
mod rows;
mod search;
mod seats;
mod suspend;

use std::fmt;
use std::sync::Arc;

use scim_core::clock::Clock;
use scim_core::filter::case;
use scim_core::schema::ResourceType;
use scim_core::{Error, ErrorKind, Resource};

use crate::client::{self, Client, Role, User};
use crate::dialect::Dialect;
use crate::directory::Directory;
use crate::error::{from_hubspot, from_state};
use crate::features::Features;
use crate::locks::Locks;
use crate::mapping::{self, Desired};
use crate::plan;
use crate::policy::{Deprovision, Policy, ServiceAccounts};
use crate::row::Row;
use crate::state::{StateStore, UserRecord};
use listing::Listing;
use rows::Rows;

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
    listing: Arc<Listing>,
    /// Where the account's CRM can be read.
    rows: Option<Arc<Rows>>,
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
    Present(User, Option<UserRecord>, Row),
    /// HubSpot has them with the permission set that takes access away; a record says what they had before.
    Suspended(User, Option<UserRecord>, Row),
    /// HubSpot has them, and an administrator deactivated them in HubSpot's own pages.
    Deactivated(User, Option<UserRecord>, Row),
    /// HubSpot has them no more.
    Gone(UserRecord),
}

impl Seen {
    /// A user whom HubSpot has, and who has the access that their permission set gives unless they were deactivated.
    fn there(user: User, record: Option<UserRecord>, row: Row) -> Self {
        if row.is_deactivated() {
            Self::Deactivated(user, record, row)
        } else {
            Self::Present(user, record, row)
        }
    }
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
            listing: Arc::default(),
            rows: features.rows.clone().map(|kept| Arc::new(Rows::new(kept))),
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
        self.check_absence(user.as_ref(), record.as_ref()).await?;
        let row = self.row(id).await?;
        let roles = self.roles_of_policy().await?;
        Ok(self.seen(id, user, record, row, &roles))
    }

    /// The permission sets, where the policy has it that one of them takes access away.
    async fn roles_of_policy(&self) -> Result<Arc<[Role]>, Error> {
        match self.policy.deprovision {
            Deprovision::NoAccess(_) => self.directory.roles(&self.client).await,
            Deprovision::Remove | Deprovision::Refuse => Ok(Arc::from([])),
        }
    }

    /// A user as HubSpot and the state know them, if either does.
    fn seen(
        &self,
        id: &str,
        user: Option<User>,
        record: Option<UserRecord>,
        mut row: Row,
        roles: &[Role],
    ) -> Option<Seen> {
        let user = user.or_else(|| deactivated::unread(id, record.as_ref(), &mut row));
        match (user, record) {
            (Some(user), record) => Some(self.seen_there(user, record, row, roles)),
            (None, record) => record.map(|record| Seen::Gone(record.with_what_waits())),
        }
    }

    /// A user whom HubSpot has.
    fn seen_there(&self, user: User, record: Option<UserRecord>, row: Row, roles: &[Role]) -> Seen {
        let is_suspended = self.policy.is_without_access(&user, roles);
        // Who is deactivated besides is without access still: with a record as they are to come back, and without one to SCIM as who
        // is not in the account.
        let is_told_of = record.as_ref().is_some_and(|record| !record.removed);
        if is_suspended && !(is_told_of && row.is_deactivated()) {
            return Seen::Suspended(user, record, row);
        }
        Seen::there(user, record, row)
    }

    /// Whether a user is to be known of.
    ///
    /// Who has no access, and no record here either, is to SCIM as who is not in the account at all.
    fn shows(&self, seen: &Seen) -> bool {
        !self.hides(seen)
            && match seen {
                Seen::Suspended(_, record, _) => record.is_some(),
                Seen::Present(..) | Seen::Deactivated(..) | Seen::Gone(_) => true,
            }
    }

    /// Whether the policy has it that nobody is to know of a user.
    fn hides(&self, seen: &Seen) -> bool {
        match seen {
            Seen::Present(user, _, row)
            | Seen::Suspended(user, _, row)
            | Seen::Deactivated(user, _, row) => {
                let hides_apps = self.policy.service_accounts == ServiceAccounts::Hidden;
                self.policy.hides(user) || (hides_apps && row.is_service_account())
            }
            Seen::Gone(_) => false,
        }
    }

    /// Whether there is something left to do about a user though a request asks for nothing new: a name or another value waits, a
    /// return was cut short, what is remembered of them is old, or teams or seats are left of somebody without access.
    fn is_unfinished_business(&self, seen: &Seen) -> bool {
        match seen {
            Seen::Present(user, record, row) => {
                mapping::waiting_name(user, record.as_ref()) != (None, None)
                    || record
                        .as_ref()
                        .is_some_and(|record| record.removed || record.last_seen != *user)
                    || self.row_waits(row, record.as_ref())
            }
            Seen::Suspended(user, ..) => plan::unmet(user, &self.no_places()).is_some(),
            Seen::Deactivated(..) | Seen::Gone(_) => false,
        }
    }

    /// As [`observe`](Self::observe), for a request that takes access away: it does so although the state cannot be read.
    ///
    /// The answer says then that the request was not done whole, so that the client comes back.
    async fn observe_to_remove(&self, id: &str) -> Result<Seen, Error> {
        let user = self.read(id).await?;
        let row = self.row_if_any(id).await;
        match (self.state.by_id(id).await, user) {
            (Ok(record), user) => {
                self.check_absence(user.as_ref(), record.as_ref()).await?;
                // Names and teams matter less than that the access goes: permission sets as they last were will do.
                let roles = self.directory.roles_if_any(&self.client).await;
                self.seen(id, user, record, row, &roles)
                    .filter(|seen| self.shows(seen))
                    .ok_or_else(|| Error::not_found(id))
            }
            (Err(failed), Some(_)) if row.is_deactivated() || row.was_deactivated() => {
                Err(from_state(failed))
            }
            (Err(failed), Some(user)) => {
                self.may_remove(&user, &row)?;
                Err(self.take_access_unrecorded(&user, failed).await)
            }
            (Err(failed), None) => Err(from_state(failed)),
        }
    }

    /// The user with an id, as HubSpot has them.
    async fn read(&self, id: &str) -> Result<Option<User>, Error> {
        match self.client.read_user(id).await {
            Ok(user) => Ok(Some(user)),
            Err(error) if error.is_not_found() => Ok(None),
            // HubSpot's ids are decimal numbers; what it says of another one is not documented.
            Err(error) if !rows::is_decimal(id) && *error.kind() == client::ErrorKind::Invalid => {
                Ok(None)
            }
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
            Seen::Present(user, record, row) => {
                mapping::present(user, record.as_ref(), row, roles, features)
            }
            Seen::Suspended(user, record, row) => {
                mapping::without_access(user, record.as_ref(), row, roles, features)
            }
            Seen::Deactivated(user, record, row) => {
                mapping::deactivated(user, record.as_ref(), row, roles, features)
            }
            Seen::Gone(record) => mapping::inactive(record, roles, features),
        }
    }

    /// Refuses to change a user who is not to be changed by any request.
    fn guard(&self, user: &User, row: &Row) -> Result<(), Error> {
        if user.super_admin {
            return Err(Error::new(
                ErrorKind::Mutability,
                "This user is a Super Admin, whom HubSpot's API cannot change; change them in HubSpot itself",
            ));
        }
        if row.is_service_account() {
            return Err(Error::new(
                ErrorKind::Mutability,
                "This is the account of an app or a bot, which this server does not change; change it in HubSpot itself",
            ));
        }
        if self.policy.protects(&user.email) {
            return Err(identity::protected());
        }
        Ok(())
    }

    /// Brings a user to what a request wants, and answers the user as they are then.
    async fn bring(&self, seen: Seen, desired: Desired) -> Result<Resource, Error> {
        let seen = match (seen, desired.active) {
            (
                Seen::Present(user, record, row) | Seen::Suspended(user, record, row),
                Some(false),
            ) => Box::pin(self.deactivate(user, record, row, &desired)).await?,
            (Seen::Present(user, record, row), Some(true) | None)
                if self.is_half_back(&user, record.as_ref()).await? =>
            {
                Box::pin(self.finish_return(user, record, row, &desired)).await?
            }
            (Seen::Present(user, record, row), Some(true) | None)
            | (Seen::Deactivated(user, record, row), None) => {
                Box::pin(self.update(user, record, row, &desired)).await?
            }
            (Seen::Suspended(user, record, row), Some(true)) => {
                Box::pin(self.resume(user, record, row, &desired)).await?
            }
            (Seen::Suspended(user, record, row), None) => {
                Box::pin(self.update_suspended(user, record, row, &desired)).await?
            }
            (Seen::Deactivated(..), Some(true)) => return Err(deactivated::stays()),
            (Seen::Deactivated(user, record, row), Some(false)) => {
                Box::pin(self.stay_deactivated(user, record, row, &desired)).await?
            }
            (Seen::Gone(record), Some(true)) => Box::pin(self.reactivate(record, &desired)).await?,
            (Seen::Gone(record), Some(false) | None) => self.update_gone(record, &desired).await?,
        };
        match seen {
            // Done, and to be told so.
            Seen::Gone(_) | Seen::Suspended(..) | Seen::Deactivated(..) => {
                Ok(self.render_in_any_case(&seen).await)
            }
            Seen::Present(..) => self.render(&seen).await,
        }
    }
}

/// Notes what a request asked for and did not get, where the rest of it had to be done.
fn ignored(id: &str, refused: &Error) {
    tracing::warn!(
        target: "hubspot_adapter::audit",
        id,
        left_out = refused.detail(),
        "a part of a request was left out"
    );
}
