//! A resource survives every round trip, in memory and over HTTP.
//!
//! The input is the JSON of a resource.

use bytes::Bytes;
use scim_core::schema::ResourceType;
use scim_core::{Group, PatchOp, Profile, Resource, User};
use serde_json::Value;

use crate::server::{Provided, Server, with_server};

pub(crate) fn check(input: &[u8], profile: Profile) {
    let shared = Resource::from_bytes(Bytes::copy_from_slice(input));
    let Ok(resource) = Resource::from_slice(input) else {
        assert!(shared.is_err());
        return;
    };
    assert_eq!(shared.expect("the same outcome"), resource);
    check_forms(&resource);

    for endpoint in ["/Users", "/Groups"] {
        for provided in [Provided::All, Provided::Storage] {
            with_server(profile, provided, |server| {
                check_write_back(server, endpoint, input);
            });
        }
    }
}

/// Every form of a resource is equal to it.
fn check_forms(resource: &Resource) {
    let text = resource.to_vec();
    assert_eq!(resource.to_string().as_bytes(), text);
    assert_eq!(&Resource::from_slice(&text).expect("our JSON"), resource);
    assert_eq!(&resource.compact(), resource);

    for resource_type in [ResourceType::user(), ResourceType::group()] {
        let difference = PatchOp::diff(resource, resource, &resource_type);
        assert_eq!(difference, PatchOp::new());
        for violation in resource.violations(&resource_type) {
            assert!(!violation.to_string().is_empty());
        }
    }

    if let Ok(user) = User::try_from(resource.clone()) {
        let _ = (user.active(), user.name(), user.role_names());
        let _ = (user.emails().count(), user.addresses().count());
        let _ = user.enterprise();
        assert_eq!(&Resource::from(user), resource);
    }
    if let Ok(group) = Group::try_from(resource.clone()) {
        let _ = group.members().count();
        assert_eq!(&Resource::from(group), resource);
    }
}

/// A client that writes back what it read changes nothing.
fn check_write_back(server: &Server, endpoint: &str, input: &[u8]) {
    let (status, created) = server.send("POST", endpoint, input);
    if status != 201 {
        assert!(server.is_unchanged(), "{status}: {created}");
        return;
    }

    let path = created["meta"]["location"].as_str().expect("a location");
    let (status, read) = server.send("GET", path, "");
    assert_eq!((status, &read), (200, &created));

    let roles = created["roles"].as_array().into_iter().flatten();
    let mut names = roles.filter_map(|role| role["value"].as_str());
    if names.any(|name| name.trim_start().starts_with('{')) {
        // A role in JSON is read once: what is left may be JSON again.
        return;
    }

    let (status, mut replaced) = server.send("PUT", path, read.to_string());
    assert_eq!(status, 200, "{replaced}");
    let mut before = created.clone();
    for resource in [&mut before, &mut replaced] {
        resource["meta"] = Value::Null;
    }
    assert_eq!(replaced, before);

    let (status, refusal) = server.send("DELETE", path, "");
    assert_eq!(status, 204, "{refusal}");
}
