//! Changing a user whom HubSpot has.

use scim_core::{Error, ErrorKind};

use super::identity::check_identity;
use super::{Seen, Users};
use crate::client::User;
use crate::error::{from_hubspot, from_state};
use crate::mapping::Desired;
use crate::plan::{self, Change};
use crate::policy::RoleChoice;
use crate::state::{Origin, UserRecord};

/// A first and a last name that HubSpot does not take yet.
pub(super) type PendingName = Option<(Option<String>, Option<String>)>;

impl Users {
    /// Brings a user whom HubSpot has to what a request wants.
    pub(super) async fn update(
        &self,
        user: User,
        record: Option<UserRecord>,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        check_identity(&user, record.as_ref(), desired)?;
        self.check_name(&user.id, desired).await?;
        // No permission set stands for Super Admin: any role asked for in its place is a change.
        if user.super_admin && desired.roles.is_some() {
            self.guard(&user)?;
        }
        let change = self.change(&user, record.as_ref(), desired).await?;
        if plan::unmet(&user, &change).is_some() {
            self.guard(&user)?;
        }
        let record = self.supersede(record, desired).await?;
        let (user, pending) = self.converge(user, &change).await?;
        let email = user.email.clone();
        let kept = self
            .keep(user, record, desired, Origin::Adopted, pending)
            .await?;
        // Whatever was begun with this user is done.
        self.state.settle_create(&email).await.map_err(from_state)?;
        Ok(kept)
    }

    /// Forgets a name that waits where the request has a newer one.
    ///
    /// Before HubSpot is asked: should its answer be lost, the old name must not come back over the new one.
    async fn supersede(
        &self,
        record: Option<UserRecord>,
        desired: &Desired,
    ) -> Result<Option<UserRecord>, Error> {
        let Some(mut record) = record else {
            return Ok(None);
        };
        if record.supersede_name(desired) {
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
        // A name that waits is for a user who has none: one whom HubSpot knows by a name has chosen it since.
        let has_name = [&user.first_name, &user.last_name]
            .iter()
            .any(|name| name.as_deref().is_some_and(|name| !name.is_empty()));
        let (pending_first, pending_last) = record
            .filter(|_| !has_name)
            .and_then(|record| record.pending_name.clone())
            .unwrap_or_default();
        Ok(Change {
            first_name: desired.first_name.clone().or(pending_first),
            last_name: desired.last_name.clone().or(pending_last),
            role_id,
            clears_role,
            ..Change::default()
        })
    }

    /// Makes a change and reads it back; answers the user as HubSpot then has them, and a name it does not take yet.
    ///
    /// A 200 to a PUT proves nothing (`docs/evidence.md`, H13).
    pub(super) async fn converge(
        &self,
        user: User,
        change: &Change,
    ) -> Result<(User, PendingName), Error> {
        let Some(put) = plan::update(&user, change)? else {
            return Ok((user, None));
        };
        match self.client.update_user(&user.id, &put).await {
            Ok(_) => Ok((self.read_back(&user.id, change).await?, None)),
            // Before the user's activation a name is refused: the rest is done, and the name is kept for later.
            Err(error) if error.is_user_not_on_any_hubs() && change.names_someone() => {
                let pending = Some((change.first_name.clone(), change.last_name.clone()));
                let rest = Change {
                    first_name: None,
                    last_name: None,
                    ..change.clone()
                };
                let Some(put) = plan::update(&user, &rest)? else {
                    return Ok((user, pending));
                };
                self.client
                    .update_user(&user.id, &put)
                    .await
                    .map_err(from_hubspot)?;
                Ok((self.read_back(&user.id, &rest).await?, pending))
            }
            Err(error) => Err(from_hubspot(error)),
        }
    }

    /// The user as HubSpot has them after a change, which must have taken effect.
    async fn read_back(&self, id: &str, change: &Change) -> Result<User, Error> {
        let user = self.client.read_user(id).await.map_err(from_hubspot)?;
        match plan::unmet(&user, change) {
            None => Ok(user),
            Some("roles") if change.clears_role => Err(Error::new(
                ErrorKind::InvalidValue,
                "roles: no permission set belongs to this, and HubSpot did not take the present one away; set default_role or role_map",
            )),
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
        desired: &Desired,
        origin: Origin,
        pending_name: PendingName,
    ) -> Result<Seen, Error> {
        let stored = record.clone();
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
        if stored.as_ref() != Some(&record) {
            record = self.state.put(record).await.map_err(from_state)?;
        }
        Ok(Seen::Present(user, Some(record)))
    }
}

impl Change {
    fn names_someone(&self) -> bool {
        self.first_name.is_some() || self.last_name.is_some()
    }
}
