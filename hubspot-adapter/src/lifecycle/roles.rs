//! The roles of a request and the permission sets of a user, compared.

use crate::client::{Role, User, WRITABLE_ROLES};
use crate::mapping::Desired;
use crate::policy::{Policy, RoleManagement};

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
    user.role_ids.len() > WRITABLE_ROLES
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

/// The roles of a request that count for a user whom HubSpot or the state already has.
pub(crate) fn of_existing<'a>(desired: &'a Desired, policy: &Policy) -> Option<&'a [String]> {
    match policy.roles {
        RoleManagement::Manage => desired.roles.as_deref(),
        RoleManagement::CreateOnly | RoleManagement::Ignore => None,
    }
}

/// The roles of a request that count for a new user.
pub(crate) fn of_new<'a>(desired: &'a Desired, policy: &Policy) -> &'a [String] {
    match policy.roles {
        RoleManagement::Manage | RoleManagement::CreateOnly => {
            desired.roles.as_deref().unwrap_or_default()
        }
        RoleManagement::Ignore => &[],
    }
}
