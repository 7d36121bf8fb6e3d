//! A PATCH case: a resource, a request, and the outcome under each profile.

use scim_core::ErrorKind;
use scim_core::schema::ResourceType;
use scim_core::{PatchOp, Profile, Resource, patch};
use serde_json::{Map, Value};

/// The effect of a request: the top-level members that it changes, with `null` for a removed one.
pub(crate) enum Outcome {
    Becomes(&'static str),
    Fails(ErrorKind),
}

pub(crate) use Outcome::{Becomes, Fails};

pub(crate) const UNCHANGED: Outcome = Becomes("{}");

pub(crate) struct Case {
    name: &'static str,
    operations: &'static str,
    tolerant: Outcome,
    rfc: Outcome,
}

pub(crate) const fn case(
    name: &'static str,
    operations: &'static str,
    tolerant: Outcome,
    rfc: Outcome,
) -> Case {
    Case {
        name,
        operations,
        tolerant,
        rfc,
    }
}

/// A case with the same outcome under both profiles.
macro_rules! both {
    ($name:literal, $operations:literal, $outcome:expr) => {
        case($name, $operations, $outcome, $outcome)
    };
}
pub(crate) use both;

pub(crate) const USER: &str = r#"{
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
    "id": "7", "externalId": "x7", "userName": "bjensen@example.com", "active": true, "title": "Guide",
    "name": {"formatted": "Barbara Jensen", "familyName": "Jensen", "givenName": "Barbara"},
    "emails": [
        {"value": "bjensen@example.com", "type": "work", "primary": true},
        {"value": "babs@jensen.example", "type": "home"}
    ],
    "groups": [{"value": "g1", "display": "Tour Guides"}],
    "meta": {"resourceType": "User", "version": "W/\"3\""},
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
        "department": "Tours", "manager": {"value": "26", "$ref": "../Users/26", "displayName": "John Smith"}
    }
}"#;

pub(crate) const GROUP: &str = r#"{
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    "id": "g1", "displayName": "Tour Guides",
    "members": [{"value": "7", "type": "User"}, {"value": "8"}, {"value": "9", "type": "User"}]
}"#;

pub(crate) fn outcome(
    base: &str,
    resource_type: &ResourceType,
    operations: &str,
    profile: Profile,
) -> Result<patch::Applied, ErrorKind> {
    let request = format!(
        r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":{operations}}}"#
    );

    let before = Resource::from_slice(base.as_bytes()).expect("the resource of a case");
    let untouched = before.to_string();
    let applied = PatchOp::from_slice(request.as_bytes(), profile)
        .and_then(|patch| patch::apply(&before, &patch, resource_type, profile));

    assert_eq!(
        before.to_string(),
        untouched,
        "the original resource changed"
    );
    applied.map_err(|error| error.kind())
}

pub(crate) fn tree(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).expect("a JSON object in a case")
}

pub(crate) fn judge(base: &str, resource_type: &ResourceType, cases: &[Case]) {
    let mut wrong = Vec::new();
    for case in cases {
        for (profile, wanted, label) in [
            (Profile::tolerant(), &case.tolerant, "tolerant"),
            (Profile::rfc(), &case.rfc, "rfc"),
        ] {
            let found = outcome(base, resource_type, case.operations, profile);
            let fault = match (wanted, found) {
                (Fails(wanted), Err(found)) if *wanted == found => None,
                (Fails(wanted), Err(found)) => Some(format!("wanted {wanted:?}, found {found:?}")),
                (Fails(wanted), Ok(applied)) => {
                    Some(format!("wanted {wanted:?}, found {}", applied.resource))
                }
                (Becomes(_), Err(found)) => Some(format!("refused with {found:?}")),
                (Becomes(overrides), Ok(applied)) => {
                    let overrides = tree(overrides);
                    let mut expected = tree(base);
                    for (name, value) in &overrides {
                        if value.is_null() {
                            expected.remove(name);
                        } else {
                            expected.insert(name.clone(), value.clone());
                        }
                    }
                    let mut found = tree(&applied.resource.to_string());
                    expected.remove("schemas");
                    found.remove("schemas");
                    if found != expected {
                        let same = found.clone();
                        found.retain(|name, value| expected.get(name) != Some(value));
                        expected.retain(|name, value| same.get(name) != Some(value));
                        Some(format!(
                            "wanted {}\n      found  {}",
                            Value::Object(expected),
                            Value::Object(found)
                        ))
                    } else if applied.is_changed() == overrides.is_empty() {
                        Some(format!("says it changed {:?}", applied.changed))
                    } else {
                        None
                    }
                }
            };
            if let Some(fault) = fault {
                wrong.push(format!("{} ({label}): {fault}", case.name));
            }
        }
    }

    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
