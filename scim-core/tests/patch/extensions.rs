//! PATCH requests on extensions and on `schemas`.

use scim_core::ErrorKind::{InvalidPath, InvalidValue};
use scim_core::schema::ResourceType;
use scim_core::{PatchOp, Profile, Resource, patch};
use serde_json::json;

use super::cases::{Becomes, Fails, Outcome, UNCHANGED, USER, both, case, judge, outcome, tree};

#[test]
fn a_urn_addresses_an_extension() {
    const GONE: &str = r#"{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":null}"#;
    judge(
        USER,
        &ResourceType::user(),
        &[
            both!(
                "remove its root",
                r#"[{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"}]"#,
                Becomes(GONE)
            ),
            both!(
                "replace its root with null",
                r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","value":null}]"#,
                Becomes(GONE)
            ),
            both!(
                "an empty add to its root",
                r#"[{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","value":null}]"#,
                UNCHANGED
            ),
            both!(
                "null without a path",
                r#"[{"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":null}}]"#,
                Becomes(GONE)
            ),
            both!(
                "members at its root",
                r#"[{"op":"replace","path":"URN:ietf:params:scim:schemas:extension:enterprise:2.0:User","value":{"DEPARTMENT":"Sales"}}]"#,
                Becomes(
                    r#"{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Sales","manager":{"value":"26","$ref":"../Users/26","displayName":"John Smith"}}}"#
                )
            ),
            both!(
                "a simple value at its root",
                r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","value":"x"}]"#,
                Fails(InvalidValue)
            ),
            case(
                "a simple value without a path",
                r#"[{"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":"x"}}]"#,
                UNCHANGED,
                Fails(InvalidValue),
            ),
            both!(
                "a core attribute under its URN",
                r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:title","value":"Boss"}]"#,
                Becomes(r#"{"title":"Boss"}"#)
            ),
            both!(
                "the core URN as a path means the resource",
                r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User","value":{"title":"Boss"}}]"#,
                Becomes(r#"{"title":"Boss"}"#)
            ),
            both!(
                "core attributes under their URN without a path",
                r#"[{"op":"replace","value":{"urn:ietf:params:scim:schemas:core:2.0:User":{"title":"Boss"}}}]"#,
                Becomes(r#"{"title":"Boss"}"#)
            ),
        ],
    );
}

#[test]
fn every_form_of_the_manager_is_accepted() {
    const NEW: Outcome = Becomes(
        r#"{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Tours","manager":{"value":"30"}}}"#,
    );
    const NONE: Outcome = Becomes(
        r#"{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Tours"}}"#,
    );
    judge(
        USER,
        &ResourceType::user(),
        &[
            case(
                "a string",
                r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"30"}]"#,
                NEW,
                Fails(InvalidValue),
            ),
            // The reference and the name of the old manager go.
            both!(
                "a complex value",
                r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":"30"}}]"#,
                NEW
            ),
            both!(
                "the sub-attribute",
                r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value","value":"30"}]"#,
                NEW
            ),
            both!(
                "the current manager",
                r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":"26"}}]"#,
                UNCHANGED
            ),
            case(
                "a bare path and a list",
                r#"[{"op":"add","path":"manager","value":[{"$ref":"http://example.com/Users/30","value":"30"}]}]"#,
                Becomes(
                    r#"{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Tours","manager":{"value":"30","$ref":"http://example.com/Users/30"}}}"#,
                ),
                Fails(InvalidPath),
            ),
            case(
                "an empty string",
                r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":""}]"#,
                NONE,
                Fails(InvalidValue),
            ),
            case(
                "an empty value",
                r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":""}}]"#,
                NONE,
                Becomes(
                    r#"{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Tours","manager":{"value":""}}}"#,
                ),
            ),
            both!(
                "a null value",
                r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":null}}]"#,
                NONE
            ),
            both!(
                "removed",
                r#"[{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"}]"#,
                NONE
            ),
            both!(
                "its value removed",
                r#"[{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"}]"#,
                NONE
            ),
        ],
    );
}

#[test]
fn schemas_follows_the_extensions() {
    let remove =
        r#"[{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"}]"#;
    let applied = outcome(USER, &ResourceType::user(), remove, Profile::rfc()).unwrap();
    let found = tree(&applied.resource.to_string());
    assert_eq!(
        found["schemas"],
        json!(["urn:ietf:params:scim:schemas:core:2.0:User"])
    );
}

#[test]
fn schemas_inside_an_extension_changes_nothing() {
    // The public conformance tester sends `schemas` inside an extension.
    let uri = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    for profile in [Profile::tolerant(), Profile::rfc()] {
        for path in [
            format!(r#""path":"{uri}","value":{{"schemas":["{uri}"],"department":"Sales"}}"#),
            format!(r#""value":{{"{uri}":{{"schemas":["{uri}"],"department":"Sales"}}}}"#),
        ] {
            let request = format!(
                r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{"op":"add",{path}}}]}}"#
            );
            let user = Resource::from_slice(br#"{"userName":"a"}"#).unwrap();
            let request = PatchOp::from_slice(request.as_bytes(), profile).unwrap();
            let applied = patch::apply(&user, &request, &ResourceType::user(), profile).unwrap();
            assert_eq!(applied.changed, [format!("{uri}:department")]);
        }
    }
}
