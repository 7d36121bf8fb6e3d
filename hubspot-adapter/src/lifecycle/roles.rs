//! The roles of a request and the permission sets of a user, compared.

use scim_core::provider::PatchRequest;
use scim_core::schema::ResourceType;
use scim_core::{Resource, patch};

use crate::client::{Role, User};
use crate::dialect;
use crate::mapping::Desired;
use crate::policy::{Policy, RoleChoice};

/// The roles that a PATCH leaves, those that it names itself first.
///
/// HubSpot's API knows one role: a role added to it means to replace it.
pub(crate) fn named_first(
    request: &PatchRequest,
    resource_type: &ResourceType,
    mut current: Resource,
    left: Vec<String>,
) -> Vec<String> {
    current.remove("roles");
    let alone = patch::apply(&current, &request.patch, resource_type, request.profile);
    let alone = alone.and_then(|applied| Desired::of(applied.resource));

    // An operation on the current roles finds none here, and so names none.
    let alone = alone.ok().and_then(|desired| desired.roles);
    let mut ordered = alone.unwrap_or_default();
    ordered.retain(|name| left.contains(name));

    for name in left {
        if !ordered.contains(&name) {
            ordered.push(name);
        }
    }
    ordered
}

/// Whether a user has several permission sets, all of them among `names`.
pub(crate) fn holds_several_of(user: &User, names: &[String], roles: &[Role]) -> bool {
    let is_named = |id: &String| {
        let role = roles.iter().find(|role| role.id == *id);
        names.contains(id) || role.is_some_and(|role| names.contains(&role.name))
    };
    has_several(user) && user.role_ids.iter().all(is_named)
}

/// Whether a user has more permission sets than HubSpot's API can write.
pub(crate) fn has_several(user: &User) -> bool {
    user.role_ids.len() > dialect::WRITABLE_ROLES
}

/// Whether the former permission set of a user can be given back.
pub(crate) fn can_restore(former: &User, policy: &Policy, roles: &[Role]) -> bool {
    if policy.is_without_access(former, roles) {
        // An administrator suspended the user by hand: the permission set before it is unknown.
        return false;
    }
    // HubSpot would refuse a permission set that is gone.
    roles.is_empty()
        || roles
            .iter()
            .any(|role| former.role() == Some(role.id.as_str()))
}

/// Whether a user has this permission set now.
pub(crate) fn matches(user: &User, choice: &RoleChoice) -> bool {
    match choice {
        RoleChoice::Role(id) => user.role() == Some(id.as_str()),
        RoleChoice::Minimal => user.role().is_none(),
    }
}
