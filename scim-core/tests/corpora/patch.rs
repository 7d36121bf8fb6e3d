//! A PATCH applies whole or not at all, and the service applies it as the store does.
//!
//! The input is the JSON of a resource, a line feed, and the JSON of a PATCH request.

use scim_core::schema::ResourceType;
use scim_core::{PatchOp, Profile, Resource, patch};

pub(crate) fn check(input: &[u8], profile: Profile) {
    let Some(end) = input.iter().position(|byte| *byte == b'\n') else {
        return;
    };
    let (resource, request) = (&input[..end], &input[end + 1..]);
    let Ok(resource) = Resource::from_slice(resource) else {
        return;
    };

    let Ok(request) = PatchOp::from_slice(request, profile) else {
        return;
    };
    let written = PatchOp::from_slice(&request.to_vec(), profile);
    assert_eq!(written.expect("our JSON"), request);

    for resource_type in [ResourceType::user(), ResourceType::group()] {
        check_apply(&resource, &request, &resource_type, profile);
    }
}

fn check_apply(
    before: &Resource,
    request: &PatchOp,
    resource_type: &ResourceType,
    profile: Profile,
) {
    let _ = request.member_deltas(resource_type, profile);
    let _ = request.deactivation(resource_type, profile);

    let text = before.to_string();
    let applied = patch::apply(before, request, resource_type, profile);
    assert_eq!(before.to_string(), text);
    let Ok(applied) = applied else {
        return;
    };

    let after = &applied.resource;
    assert_eq!(
        &Resource::from_slice(&after.to_vec()).expect("our JSON"),
        after
    );
    assert_eq!(applied.is_changed(), !applied.changed.is_empty());
    assert_eq!(applied.deltas().count() > 0, applied.is_changed());

    for name in ["id", "meta"] {
        let is_name = |changed: &String| changed.eq_ignore_ascii_case(name);
        assert!(!applied.changed.iter().any(is_name), "{name} changed");
    }
}
