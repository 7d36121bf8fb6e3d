//! Which permission set a request leads to.

use scim_core::provider::PatchRequest;
use scim_core::{Error, Resource, patch};

use super::Users;
use crate::client::User;
use crate::dialect;
use crate::mapping::Desired;
use crate::plan;
use crate::policy::RoleChoice;

impl Users {
    /// The permission set that the roles of a request lead to; a name nobody knows is looked up afresh.
    pub(super) async fn choose_role(&self, names: &[String]) -> Result<RoleChoice, Error> {
        let roles = self.directory.roles(&self.client).await?;
        let known = |name: &String| {
            self.policy.role_map.iter().any(|(from, _)| from == name)
                || roles
                    .iter()
                    .any(|role| role.name == *name || role.id == *name)
        };
        let roles = if names.iter().all(known) {
            roles
        } else {
            self.directory.refreshed(&self.client).await?
        };
        self.policy.choose_role(names, &roles)
    }

    /// The permission set with which a user comes back who had `was`.
    pub(super) async fn role_to_restore(
        &self,
        was: Option<&User>,
        desired: &Desired,
    ) -> Result<RoleChoice, Error> {
        if let Some(names) = &desired.roles {
            return self.choose_role(names).await;
        }
        let Some(was) = was else {
            return self.choose_role(&[]).await;
        };
        let Some(id) = plan::role_of(was) else {
            return Ok(RoleChoice::Minimal);
        };
        let roles = self.directory.roles(&self.client).await?;
        if self.policy.is_without_access(was, &roles) {
            // Moved by hand, and what they had before is not known.
            return self.choose_role(&[]).await;
        }
        if roles.is_empty() || roles.iter().any(|role| role.id == id) {
            return Ok(RoleChoice::Role(id.to_owned()));
        }
        // The permission set is gone, and HubSpot would refuse the user for it.
        self.choose_role(&[]).await
    }

    /// The roles that a PATCH leaves, those it names itself first.
    ///
    /// HubSpot's API knows one role: what is added to it is meant to take its place.
    pub(super) fn named_first(
        &self,
        request: &PatchRequest,
        mut current: Resource,
        left: Vec<String>,
    ) -> Vec<String> {
        current.remove("roles");
        let alone = patch::apply(
            &current,
            &request.patch,
            &self.resource_type,
            request.profile,
        );
        let alone = alone.and_then(|applied| Desired::of(applied.resource));
        // An operation on the roles there were finds none here: then it names none.
        let mut names = alone
            .ok()
            .and_then(|desired| desired.roles)
            .unwrap_or_default();
        names.retain(|name| left.contains(name));
        for name in left {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Whether a user has several permission sets, all of them among `names`.
    pub(super) async fn holds_several_of(
        &self,
        user: &User,
        names: &[String],
    ) -> Result<bool, Error> {
        if user.role_ids.len() <= dialect::WRITABLE_ROLES {
            return Ok(false);
        }
        let roles = self.directory.roles(&self.client).await?;
        Ok(user.role_ids.iter().all(|id| {
            let role = roles.iter().find(|role| role.id == *id);
            names.contains(id) || role.is_some_and(|role| names.contains(&role.name))
        }))
    }
}
