//! The roles of a request and the permission sets of a user, compared.

use crate::client::{Role, User, WRITABLE_ROLES};
use crate::policy::{Policy, RoleChoice};

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

/// Whether a user has this permission set now.
pub(crate) fn matches(user: &User, choice: &RoleChoice) -> bool {
    match choice {
        RoleChoice::Role(id) => user.role() == Some(id.as_str()),
        RoleChoice::Minimal => user.role().is_none(),
    }
}
