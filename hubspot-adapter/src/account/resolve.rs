//! Finds the permission sets and seats of the account that a request names.

use std::sync::Arc;

use scim_core::{Error, ErrorKind};

use super::{Account, note_roles};
use crate::client::{Role, User};
use crate::lifecycle::places::{missing_from, no_places};
use crate::lifecycle::{Change, Member, RoleChange, RoleRequest, Withdrawal, plan, roles};
use crate::mapping::Desired;
use crate::policy::{Adopt, Deprovision, Policy, RoleChoice};

impl Account {
    /// Matches the roles of a request with the permission sets of the account, and returns both.
    ///
    /// A name that the cached list lacks is looked up afresh.
    pub(super) async fn match_roles(
        &self,
        names: &[String],
        policy: &Policy,
    ) -> Result<(RoleRequest, Arc<[Role]>), Error> {
        let roles = self.directory.roles(&self.client).await?;
        let request = RoleRequest::of(names, policy, &roles)?;
        if request.unknown.is_empty() {
            return Ok((request, roles));
        }

        let roles = self.directory.refreshed(&self.client).await?;
        Ok((RoleRequest::of(names, policy, &roles)?, roles))
    }

    /// The permission set of a new user, and the roles of the request.
    pub(crate) async fn role_of_new_user(
        &self,
        desired: &Desired,
        policy: &Policy,
    ) -> Result<(RoleChoice, RoleRequest), Error> {
        let names = roles::of_new(desired, policy);
        let (request, roles) = self.match_roles(names, policy).await?;
        Ok((request.of_new_user(policy, &roles)?, request))
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
        let role = match roles::of_existing(desired, policy) {
            None => RoleChange::Keep,
            Some(names) if self.holds_several_of(user, names).await? => {
                return Err(plan::several_roles());
            }
            Some(names) => {
                let (request, roles) = self.match_roles(names, policy).await?;
                note_roles(&user.id, &request);
                request.of_existing_user(policy, &roles)?
            }
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
                let names = roles::of_new(desired, policy);
                let (request, roles) = self.match_roles(names, policy).await?;
                let matches = request.matches(user.role(), policy, &roles)?;
                Ok(matches && !user.super_admin)
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
