//! Resolving the names of a request, its roles and seats, to what the account has.

use scim_core::{Error, ErrorKind};

use super::{Account, note_left_out};
use crate::client::User;
use crate::lifecycle::places::{missing_from, no_places, teams_to_restore};
use crate::lifecycle::{Change, Member, RoleChange, Withdrawal, plan, roles};
use crate::mapping::Desired;
use crate::policy::{Adopt, Deprovision, Policy, RoleChoice};
use crate::state::UserRecord;

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

    /// The permission set that a returning user gets: the one of the request, the former one, or the default.
    pub(crate) async fn role_to_restore(
        &self,
        former: Option<&User>,
        desired: &Desired,
        policy: &Policy,
    ) -> Result<RoleChoice, Error> {
        if let Some(names) = &desired.roles {
            return self.choose_role(names, policy).await;
        }
        let Some(former) = former else {
            return self.choose_role(&[], policy).await;
        };
        let Some(id) = former.role() else {
            return Ok(RoleChoice::Minimal);
        };

        let roles = self.directory.roles(&self.client).await?;
        if roles::can_restore(former, policy, &roles) {
            Ok(RoleChoice::Role(id.to_owned()))
        } else {
            self.choose_role(&[], policy).await
        }
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

    /// The seats that a returning user gets: those of the request, or the former ones besides those held.
    ///
    /// A seat that the account no longer has must not keep the user out forever. A seat that is not free does, until an
    /// administrator frees one.
    pub(crate) async fn seats_to_restore(
        &self,
        former: &User,
        held: &[String],
        desired: &Desired,
    ) -> Result<Option<Vec<String>>, Error> {
        if !self.features.seats || desired.seats.is_some() {
            return self.wanted_seats(desired, held).await;
        }

        let mut back = missing_from(held, &former.seat_names);
        let gone = self.directory.unknown_seats(&self.client, &back).await?;
        if !gone.is_empty() {
            note_left_out(&former.id, &unknown_seats(&gone));
            back.retain(|name| !gone.contains(name));
        }
        if back.is_empty() {
            return Ok(None);
        }
        Ok(Some(held.iter().cloned().chain(back).collect()))
    }

    /// The teams and seats that a returning member gets back.
    pub(crate) async fn places_to_restore(
        &self,
        user: &User,
        former: &User,
        desired: &Desired,
    ) -> Result<Change, Error> {
        let seats = self.seats_to_restore(former, &user.seat_names, desired);
        Ok(Change {
            seat_names: seats.await?,
            ..teams_to_restore(user, former)
        })
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

    /// Whether the policy adopts a user whom HubSpot has and no request created.
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

    /// Sets the permission set and the seats that a user without access gets back, if the request names them.
    pub(crate) async fn set_former_access(
        &self,
        record: &mut UserRecord,
        desired: &Desired,
        policy: &Policy,
    ) -> Result<(), Error> {
        self.set_former_role(record, desired, policy).await?;
        self.set_former_seats(record, desired).await
    }

    /// Sets the permission set and the seats that a user without access gets back; a refusal does not fail the request.
    pub(crate) async fn set_former_access_or_note(
        &self,
        record: &mut UserRecord,
        desired: &Desired,
        policy: &Policy,
    ) {
        if let Err(refused) = self.set_former_role(record, desired, policy).await {
            note_left_out(record.id(), &refused);
        }
        if let Err(refused) = self.set_former_seats(record, desired).await {
            note_left_out(record.id(), &refused);
        }
    }

    async fn set_former_role(
        &self,
        record: &mut UserRecord,
        desired: &Desired,
        policy: &Policy,
    ) -> Result<(), Error> {
        if let Some(names) = &desired.roles {
            let choice = self.choose_role(names, policy).await?;
            record.set_former_role(choice);
        }
        Ok(())
    }

    async fn set_former_seats(
        &self,
        record: &mut UserRecord,
        desired: &Desired,
    ) -> Result<(), Error> {
        let held = &record.last_seen.seat_names;
        if let Some(names) = self.wanted_seats(desired, held).await? {
            record.last_seen.seat_names = names;
        }
        Ok(())
    }
}

/// The former access of a member who is returning under a policy that suspends users.
fn returning<'a>(member: &'a Member, policy: &Policy) -> Option<&'a User> {
    match policy.deprovision {
        Deprovision::NoAccess(_) => member.former(),
        Deprovision::Remove | Deprovision::Refuse => None,
    }
}

fn unknown_seats(names: &[String]) -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        format!(
            "entitlements: the HubSpot account has no seat named {}",
            names.join(", ")
        ),
    )
}
