//! Changing a user whom HubSpot has.

use scim_core::filter::case;
use scim_core::{Error, ErrorKind};

use super::{Seen, Users};
use crate::client::User;
use crate::dialect;
use crate::error::{from_hubspot, from_state};
use crate::mapping::{Desired, is_address};
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
        let waiting = record.pending_name.clone();
        if let Some((first, last)) = &mut record.pending_name {
            first.take_if(|_| desired.first_name.is_some());
            last.take_if(|_| desired.last_name.is_some());
        }
        if record.pending_name != waiting {
            self.state.put(record.clone()).await.map_err(from_state)?;
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
        let role_id = match &desired.roles {
            None => None,
            // All that the user has and more, or in another order: to choose one of them would take the others away.
            Some(names) if self.holds_several_of(user, names).await? => {
                return Err(plan::several_roles());
            }
            Some(names) => match self.choose_role(names).await? {
                RoleChoice::Role(id) => Some(id),
                RoleChoice::Minimal if plan::role_of(user).is_none() => None,
                RoleChoice::Minimal => {
                    return Err(Error::new(
                        ErrorKind::InvalidValue,
                        "roles: no permission set belongs to this, and HubSpot's API has no way to take the present one away; set default_role or role_map",
                    ));
                }
            },
        };
        let (pending_first, pending_last) = record
            .and_then(|record| record.pending_name.clone())
            .unwrap_or_default();
        Ok(Change {
            first_name: desired.first_name.clone().or(pending_first),
            last_name: desired.last_name.clone().or(pending_last),
            role_id,
            ..Change::default()
        })
    }

    /// Whether a user has several permission sets, all of them among `names`.
    async fn holds_several_of(&self, user: &User, names: &[String]) -> Result<bool, Error> {
        if user.role_ids.len() <= dialect::WRITABLE_ROLES {
            return Ok(false);
        }
        let roles = self.directory.roles().await?;
        Ok(user.role_ids.iter().all(|id| {
            let role = roles.iter().find(|role| role.id == *id);
            names.contains(id) || role.is_some_and(|role| names.contains(&role.name))
        }))
    }

    /// Makes a change and reads it back; answers the user as HubSpot then has them, and a name it does not take yet.
    ///
    /// A 200 to a PUT proves nothing (`facts/hubspot-api.md` §1, row 6).
    pub(super) async fn converge(
        &self,
        user: User,
        change: &Change,
    ) -> Result<(User, PendingName), Error> {
        let Some(put) = plan::update(&user, change)? else {
            return Ok((user, None));
        };
        match self.client.update_user(&user.id, &put).await {
            Ok(_) => {}
            Err(error) if error.is_user_not_on_any_hubs() && change.names_someone() => {
                return self.converge_without_name(user, change).await;
            }
            Err(error) => return Err(from_hubspot(error)),
        }
        let user = self
            .client
            .read_user(&user.id)
            .await
            .map_err(from_hubspot)?;
        match plan::unmet(&user, change) {
            None => Ok((user, None)),
            Some(attribute) => Err(not_taken(attribute)),
        }
    }

    /// A name is refused before the user's activation: the rest is done, and the name is kept for later.
    async fn converge_without_name(
        &self,
        user: User,
        change: &Change,
    ) -> Result<(User, PendingName), Error> {
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
        let user = self
            .client
            .read_user(&user.id)
            .await
            .map_err(from_hubspot)?;
        match plan::unmet(&user, &rest) {
            None => Ok((user, pending)),
            Some(attribute) => Err(not_taken(attribute)),
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
        let mut record = record
            .unwrap_or_else(|| UserRecord::new(user.clone(), desired.user_name.as_str(), origin));
        record.say(desired);
        record.last_seen = user.clone();
        record.removed = false;
        record.pending_name = pending_name;
        self.state.put(record.clone()).await.map_err(from_state)?;
        Ok(Seen::Present(user, Some(record)))
    }
}

impl UserRecord {
    /// The record of a user whom HubSpot has no more: a name that waited is the name to come back with.
    pub(super) fn with_pending_name(mut self) -> Self {
        if let Some((first, last)) = self.pending_name.take() {
            self.last_seen.first_name = first.or(self.last_seen.first_name);
            self.last_seen.last_name = last.or(self.last_seen.last_name);
        }
        self
    }

    /// Takes over what a request says and HubSpot cannot keep.
    pub(super) fn say(&mut self, desired: &Desired) {
        self.user_name.clone_from(&desired.user_name);
        if desired.external_id.is_some() {
            self.external_id.clone_from(&desired.external_id);
        }
        let listed = desired.listed_email.as_deref();
        if let Some(other) = listed.filter(|listed| !case::eq(listed, &self.last_seen.email)) {
            self.other_email = Some(other.to_owned());
        }
    }
}

impl Change {
    fn names_someone(&self) -> bool {
        self.first_name.is_some() || self.last_name.is_some()
    }
}

/// Refuses a change of the address by which HubSpot knows a user: no API call makes it.
pub(super) fn check_identity(
    user: &User,
    record: Option<&UserRecord>,
    desired: &Desired,
) -> Result<(), Error> {
    if is_address(&desired.user_name) && !case::eq(&desired.user_name, &user.email) {
        return Err(address_change("userName"));
    }
    let Some(listed) = desired.listed_email.as_deref() else {
        return Ok(());
    };
    let known = case::eq(listed, &user.email)
        // Sign-in name and mailbox may differ from the start: that is no change.
        || record.is_none()
        || record
            .and_then(|record| record.other_email.as_deref())
            .is_some_and(|other| case::eq(listed, other));
    if known {
        Ok(())
    } else {
        Err(address_change("emails"))
    }
}

fn address_change(attribute: &str) -> Error {
    Error::new(
        ErrorKind::Mutability,
        format!(
            "{attribute}: HubSpot's API cannot change a user's e-mail address; the user has to change it in HubSpot, or to be removed and created anew"
        ),
    )
}

fn not_taken(attribute: &str) -> Error {
    Error::new(
        ErrorKind::BadGateway,
        format!("{attribute}: HubSpot accepted the change and did not make it"),
    )
}
