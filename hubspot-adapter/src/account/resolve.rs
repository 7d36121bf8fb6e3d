//! Finds the permission sets and seats of the account that a request names.

use scim_core::{Error, ErrorKind};

use super::Account;
use crate::client::User;
use crate::lifecycle::places::{missing_from, no_places};
use crate::lifecycle::{Change, Member, RoleChange, Withdrawal, plan, roles};
use crate::mapping::Desired;
use crate::policy::{Adopt, Deprovision, Policy, RoleChoice};

impl Account {
    /// The permission set that the roles of a request lead to; a name that the cached list lacks is looked up afresh.
    pub(crate) async fn choose_role(
        &self,
        names: &[String],
        policy: &Policy,
    ) -> Result<RoleChoice, Error> {
        let roles = self.directory.roles(&self.client).await?;
        let is_known = |name: &String| {
            let is_mapped = policy.role_map.iter().any(|(from, _)| from == name);
            is_mapped
                || roles
                    .iter()
                    .any(|role| role.name == *name || role.id == *name)
        };

        let roles = if names.iter().all(is_known) {
            roles
        } else {
            self.directory.refreshed(&self.client).await?
        };
        policy.choose_role(names, &roles)
    }

    /// The seats that a request wants, by name.
    ///
    /// HubSpot alone knows how many seats are free at the moment in which it gives one.
    ///
    /// # Errors
    ///
    /// `InvalidValue` for a seat that the account does not have.
    pub(crate) async fn wanted_seats(
        &self,
        desired: &Desired,
        held: &[String],
    ) -> Result<Option<Vec<String>>, Error> {
        let Some(names) = &desired.seats else {
            return Ok(None);
        };

        let new = missing_from(held, names);
        let unknown = self.directory.unknown_seats(&self.client, &new).await?;
        if unknown.is_empty() {
            Ok(Some(names.clone()))
        } else {
            Err(unknown_seats(&unknown))
        }
    }

    /// The change that a request and the pending values of a member make in HubSpot.
    ///
    /// # Errors
    ///
    /// `Mutability` if the request names all permission sets of a user who has several: choosing one would drop the others.
    pub(crate) async fn resolve_change(
        &self,
        member: &Member,
        desired: &Desired,
        policy: &Policy,
    ) -> Result<Change, Error> {
        let user = &member.user;
        let role = match &desired.roles {
            None => RoleChange::Keep,
            Some(names) if self.holds_several_of(user, names).await? => {
                return Err(plan::several_roles());
            }
            Some(names) => self.choose_role(names, policy).await?.into(),
        };

        let (pending_first, pending_last) = member.pending_name();
        let places = match returning(member, policy) {
            Some(former) => self.places_to_restore(user, former, desired).await?,
            None => Change {
                seat_names: self.wanted_seats(desired, &user.seat_names).await?,
                ..Change::default()
            },
        };
        Ok(Change {
            first_name: desired.first_name.clone().or(pending_first),
            last_name: desired.last_name.clone().or(pending_last),
            role,
            ..places
        })
    }

    async fn holds_several_of(&self, user: &User, names: &[String]) -> Result<bool, Error> {
        if !roles::has_several(user) {
            return Ok(false);
        }
        let roles = self.directory.roles(&self.client).await?;
        Ok(roles::holds_several_of(user, names, &roles))
    }

    /// Whether the policy adopts this unmanaged user.
    pub(crate) async fn adopts(
        &self,
        user: &User,
        desired: &Desired,
        policy: &Policy,
    ) -> Result<bool, Error> {
        match policy.adopt {
            Adopt::ByEmail => Ok(true),
            Adopt::Refuse => Ok(false),
            Adopt::IfRoleMatches => {
                let names = desired.roles.as_deref().unwrap_or_default();
                let choice = self.choose_role(names, policy).await?;
                Ok(roles::matches(user, &choice) && !user.super_admin)
            }
        }
    }

    /// The way in which the policy takes access away.
    ///
    /// # Errors
    ///
    /// `BadGateway` if the account does not have the permission set that the configuration names.
    pub(crate) async fn withdrawal(&self, policy: &Policy) -> Result<Withdrawal, Error> {
        match policy.deprovision {
            Deprovision::NoAccess(_) => {
                let no_access = self.no_access(policy).await?;
                Ok(Withdrawal::Suspension(no_access))
            }
            Deprovision::Remove | Deprovision::Refuse => Ok(Withdrawal::Removal),
        }
    }

    async fn no_access(&self, policy: &Policy) -> Result<Change, Error> {
        let roles = self.directory.roles_if_any(&self.client).await;
        let mut role = policy.no_access_role(&roles).cloned();
        if role.is_none() {
            let roles = self.directory.refreshed(&self.client).await?;
            role = policy.no_access_role(&roles).cloned();
        }

        match role {
            Some(role) => Ok(Change {
                role: RoleChange::Set(role.id),
                ..no_places(&self.features)
            }),
            None => Err(Error::new(
                ErrorKind::BadGateway,
                "active: the user keeps access, because the HubSpot account does not have the permission set that the configuration of this server names in deprovision",
            )),
        }
    }
}

/// The former access of a member who is returning under a policy that suspends users.
fn returning<'a>(member: &'a Member, policy: &Policy) -> Option<&'a User> {
    match policy.deprovision {
        Deprovision::NoAccess(_) => member.former(),
        Deprovision::Remove | Deprovision::Refuse => None,
    }
}

pub(super) fn unknown_seats(names: &[String]) -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        format!(
            "entitlements: the HubSpot account has no seat named {}",
            names.join(", ")
        ),
    )
}
