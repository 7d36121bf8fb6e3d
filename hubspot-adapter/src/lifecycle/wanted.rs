//! The wishes of a request beyond what a user already has.

use scim_core::provider::PatchRequest;
use scim_core::schema::ResourceType;
use scim_core::{Error, Resource, Tolerance, User, patch};

use super::member::UserState;
use crate::features::Features;
use crate::mapping::Desired;

/// The wishes of a replacement.
pub(crate) fn by_replacement(
    resource: Resource,
    current: Resource,
    features: &Features,
) -> Result<Desired, Error> {
    let desired = Desired::kept_by(features, resource)?;
    Ok(desired.beyond(&Desired::of(current)?))
}

/// The wishes of a PATCH; `None` if it changes nothing and no earlier request left something to do.
///
/// `takes_access` says that the PATCH deactivates the user.
pub(crate) fn by_patch(
    request: &PatchRequest,
    takes_access: bool,
    state: &UserState,
    current: Resource,
    resource_type: &ResourceType,
    features: &Features,
) -> Result<Option<Desired>, Error> {
    let applied = patch::apply(&current, &request.patch, resource_type, request.profile)?;
    if !applied.is_changed() && !state.is_unfinished(features) {
        return Ok(None);
    }

    let held = Desired::of(current.clone())?;
    let mut desired = Desired::kept_by(features, applied.resource)?.patched(&held);
    if !matches!(state, UserState::Present(_)) && !takes_access {
        // The resource shows an inactive user; the request does not ask for one.
        desired.active = desired.active.filter(|is_active| *is_active);
    }
    desired.roles = match desired.roles {
        // A blank name is a placeholder. It does not ask for the user to lose the role.
        Some(left) if left.is_empty() && has_blank_role(request, resource_type, &current) => {
            Some(vec![String::new()])
        }
        Some(left) => Some(named_first(request, resource_type, current, left)),
        None => None,
    };
    Ok(Some(desired))
}

/// Whether a PATCH writes roles, though only blank ones.
fn has_blank_role(
    request: &PatchRequest,
    resource_type: &ResourceType,
    current: &Resource,
) -> bool {
    // Without this tolerance, a blank text is a value.
    let profile = request.profile.without(Tolerance::EmptyClears);
    let applied = patch::apply(current, &request.patch, resource_type, profile);
    let applied = applied.and_then(|applied| User::try_from(applied.resource));
    applied.is_ok_and(|user| user.roles().next().is_some())
}

/// The roles that a PATCH leaves, those that it names itself first.
///
/// HubSpot's API knows one role: a role added to it means to replace it.
fn named_first(
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
