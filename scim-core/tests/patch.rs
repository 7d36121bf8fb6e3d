//! PATCH, form by form: the examples of RFC 7644 §3.5.2, and what identity providers send.

#![expect(clippy::expect_used, reason = "a case that cannot be read has failed")]
#![expect(clippy::too_many_lines, reason = "the lines are the cases")]

use scim_core::ErrorKind::{
    self, InvalidFilter, InvalidPath, InvalidSyntax, InvalidValue, Mutability, NoTarget,
};
use scim_core::schema::{Attribute, AttributeType, ResourceType};
use scim_core::{PatchOp, Profile, Resource, Schema, patch};
use serde_json::{Map, Value, json};

/// What a request does to its resource: the top-level members that are other than before (`null` where one is gone).
enum Outcome {
    Becomes(&'static str),
    Fails(ErrorKind),
}

use Outcome::{Becomes, Fails};

const UNCHANGED: Outcome = Becomes("{}");

struct Case {
    name: &'static str,
    operations: &'static str,
    tolerant: Outcome,
    rfc: Outcome,
}

const fn case(
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

/// The same under both profiles.
macro_rules! both {
    ($name:literal, $operations:literal, $outcome:expr) => {
        case($name, $operations, $outcome, $outcome)
    };
}

const USER: &str = r#"{
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

const GROUP: &str = r#"{
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    "id": "g1", "displayName": "Tour Guides",
    "members": [{"value": "7", "type": "User"}, {"value": "8"}, {"value": "9", "type": "User"}]
}"#;

fn outcome(
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
    assert_eq!(before.to_string(), untouched, "the original was touched");
    applied.map_err(|error| error.kind())
}

fn tree(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).expect("a JSON object in a case")
}

fn judge(base: &str, resource_type: &ResourceType, cases: &[Case]) {
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

#[test]
fn the_examples_of_the_rfc_do_what_it_says() {
    judge(
        GROUP,
        &ResourceType::group(),
        &[
            both!(
                "add a member",
                r#"[{"op":"add","path":"members","value":[{"display":"Babs","$ref":"https://example.com/v2/Users/2","value":"2"}]}]"#,
                Becomes(
                    r#"{"members":[{"value":"7","type":"User"},{"value":"8"},{"value":"9","type":"User"},{"value":"2","$ref":"https://example.com/v2/Users/2"}]}"#
                )
            ),
            both!(
                "add a member who is one",
                r#"[{"op":"add","path":"members","value":[{"value":"7"}]}]"#,
                UNCHANGED
            ),
            both!(
                "remove one member",
                r#"[{"op":"remove","path":"members[value eq \"8\"]"}]"#,
                Becomes(r#"{"members":[{"value":"7","type":"User"},{"value":"9","type":"User"}]}"#)
            ),
            both!(
                "remove who is no member",
                r#"[{"op":"remove","path":"members[value eq \"99\"]"}]"#,
                UNCHANGED
            ),
            both!(
                "remove all members",
                r#"[{"op":"remove","path":"members"}]"#,
                Becomes(r#"{"members":null}"#)
            ),
            both!(
                "remove and add",
                r#"[{"op":"remove","path":"members[value eq \"7\"]"},{"op":"add","path":"members","value":[{"value":"3"}]}]"#,
                Becomes(r#"{"members":[{"value":"8"},{"value":"9","type":"User"},{"value":"3"}]}"#)
            ),
            both!(
                "replace all members in two operations",
                r#"[{"op":"remove","path":"members"},{"op":"add","path":"members","value":[{"value":"3"},{"value":"4"}]}]"#,
                Becomes(r#"{"members":[{"value":"3"},{"value":"4"}]}"#)
            ),
            both!(
                "replace all members in one",
                r#"[{"op":"replace","path":"members","value":[{"value":"3"},{"value":"7"}]}]"#,
                Becomes(r#"{"members":[{"value":"3"},{"value":"7"}]}"#)
            ),
        ],
    );
    judge(
        USER,
        &ResourceType::user(),
        &[
            both!(
                "add without a path",
                r#"[{"op":"add","value":{"emails":[{"value":"x@jensen.example","type":"home"}],"nickname":"Babs"}}]"#,
                Becomes(
                    r#"{"nickName":"Babs","emails":[{"value":"bjensen@example.com","type":"work","primary":true},{"value":"babs@jensen.example","type":"home"},{"value":"x@jensen.example","type":"home"}]}"#
                )
            ),
            both!(
                "remove entries by a filter on two sub-attributes",
                r#"[{"op":"remove","path":"emails[type eq \"work\" and value ew \"example.com\"]"}]"#,
                Becomes(r#"{"emails":[{"value":"babs@jensen.example","type":"home"}]}"#)
            ),
            both!(
                "replace the entries that a filter selects",
                r#"[{"op":"replace","path":"emails[type eq \"work\"]","value":{"type":"work","value":"new@example.com"}}]"#,
                Becomes(
                    r#"{"emails":[{"value":"new@example.com","type":"work"},{"value":"babs@jensen.example","type":"home"}]}"#
                )
            ),
            both!(
                "replace a sub-attribute of the entries that a filter selects",
                r#"[{"op":"replace","path":"emails[type eq \"work\"].value","value":"new@example.com"}]"#,
                Becomes(
                    r#"{"emails":[{"value":"new@example.com","type":"work","primary":true},{"value":"babs@jensen.example","type":"home"}]}"#
                )
            ),
            both!(
                "replace without a path",
                r#"[{"op":"replace","value":{"emails":[{"value":"only@example.com","type":"work"}],"nickName":"Babs"}}]"#,
                Becomes(
                    r#"{"nickName":"Babs","emails":[{"value":"only@example.com","type":"work"}]}"#
                )
            ),
            both!(
                "replace of what is not there adds it",
                r#"[{"op":"replace","path":"nickName","value":"Babs"}]"#,
                Becomes(r#"{"nickName":"Babs"}"#)
            ),
            both!(
                "replace of a complex attribute leaves the sub-attributes not given",
                r#"[{"op":"replace","path":"name","value":{"givenName":"Babs"}}]"#,
                Becomes(
                    r#"{"name":{"formatted":"Barbara Jensen","familyName":"Jensen","givenName":"Babs"}}"#
                )
            ),
            case(
                "replace where the filter selects nothing",
                r#"[{"op":"replace","path":"phoneNumbers[type eq \"fax\"].value","value":"1"}]"#,
                Becomes(r#"{"phoneNumbers":[{"type":"fax","value":"1"}]}"#),
                Fails(NoTarget),
            ),
            both!(
                "remove without a path",
                r#"[{"op":"remove"}]"#,
                Fails(NoTarget)
            ),
            both!(
                "remove what is required",
                r#"[{"op":"remove","path":"userName"}]"#,
                Fails(Mutability)
            ),
            case(
                "remove what is read-only",
                r#"[{"op":"remove","path":"id"}]"#,
                UNCHANGED,
                Fails(Mutability),
            ),
        ],
    );
}

#[test]
fn what_entra_sends_for_users_is_understood() {
    judge(
        USER,
        &ResourceType::user(),
        &[
            case(
                "capitalised operations, one for each attribute",
                r#"[{"op":"Replace","path":"displayName","value":"Pvlo"},
                    {"op":"Replace","path":"emails[type eq \"work\"].value","value":"new@example.com"},
                    {"op":"Replace","path":"name.givenName","value":"Gtfd"},
                    {"op":"Add","path":"externalId","value":"Eqpj"},
                    {"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"Sales"}]"#,
                Becomes(
                    r#"{"displayName":"Pvlo","externalId":"Eqpj",
                    "name":{"formatted":"Barbara Jensen","familyName":"Jensen","givenName":"Gtfd"},
                    "emails":[{"value":"new@example.com","type":"work","primary":true},{"value":"babs@jensen.example","type":"home"}],
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Sales","manager":{"value":"26","$ref":"../Users/26","displayName":"John Smith"}}}"#,
                ),
                Fails(InvalidSyntax),
            ),
            case(
                "dotted and URN-qualified keys without a path",
                r#"[{"op":"replace","value":{"displayName":"Bjfe","name.givenName":"Kkom","name.familyName":"Unua",
                    "emails[type eq \"home\"].value":"h@example.com",
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"Sales"}}]"#,
                Becomes(
                    r#"{"displayName":"Bjfe","name":{"formatted":"Barbara Jensen","familyName":"Unua","givenName":"Kkom"},
                    "emails":[{"value":"bjensen@example.com","type":"work","primary":true},{"value":"h@example.com","type":"home"}],
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Sales","manager":{"value":"26","$ref":"../Users/26","displayName":"John Smith"}}}"#,
                ),
                Fails(InvalidPath),
            ),
            case(
                "disable by a string",
                r#"[{"op":"replace","path":"active","value":"False"}]"#,
                Becomes(r#"{"active":false}"#),
                Fails(InvalidValue),
            ),
            both!(
                "disable by a boolean",
                r#"[{"op":"replace","path":"active","value":false}]"#,
                Becomes(r#"{"active":false}"#)
            ),
            both!(
                "enable who is enabled",
                r#"[{"op":"replace","path":"active","value":true}]"#,
                UNCHANGED
            ),
            case(
                "an unknown path beside a deactivation",
                r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:Custom:2.0:User:badge","value":"1"},
                    {"op":"replace","path":"shoeSize","value":44},{"op":"replace","path":"active","value":false}]"#,
                Becomes(r#"{"active":false}"#),
                Fails(InvalidPath),
            ),
            case(
                "value paths create the entry, and several build one",
                r#"[{"op":"add","path":"addresses[type eq \"work\"].streetAddress","value":"1 Main St"},
                    {"op":"add","path":"addresses[type eq \"work\"].locality","value":"Ghent"},
                    {"op":"add","path":"addresses[type eq \"other\"].Formatted","value":"B 3"}]"#,
                Becomes(
                    r#"{"addresses":[{"type":"work","streetAddress":"1 Main St","locality":"Ghent"},{"type":"other","formatted":"B 3"}]}"#,
                ),
                Fails(NoTarget),
            ),
            case(
                "roles by a primary that is a string",
                r#"[{"op":"add","path":"roles[primary eq \"True\"].type","value":"App"},
                    {"op":"add","path":"roles[primary eq \"True\"].display","value":"Admin"},
                    {"op":"add","path":"roles[primary eq \"True\"].value","value":"admin"}]"#,
                Becomes(
                    r#"{"roles":[{"primary":true,"type":"App","display":"Admin","value":"admin"}]}"#,
                ),
                Fails(NoTarget),
            ),
            case(
                "the full list of roles, with a foreign sub-attribute",
                r#"[{"op":"replace","path":"roles","value":[{"primary":"False","type":"App","displayName":"User","value":"User"}]}]"#,
                Becomes(r#"{"roles":[{"primary":false,"type":"App","value":"User"}]}"#),
                Fails(InvalidValue),
            ),
            case(
                "a path that creates an entry by its whole",
                r#"[{"op":"add","path":"phoneNumbers[type eq \"work\"]","value":{"value":"+1 555"}}]"#,
                Becomes(r#"{"phoneNumbers":[{"type":"work","value":"+1 555"}]}"#),
                Fails(NoTarget),
            ),
            case(
                "an entry replaced by its value keeps what its path says",
                r#"[{"op":"replace","path":"emails[type eq \"work\"]","value":{"value":"new@example.com"}}]"#,
                Becomes(
                    r#"{"emails":[{"value":"new@example.com","type":"work"},{"value":"babs@jensen.example","type":"home"}]}"#,
                ),
                Becomes(
                    r#"{"emails":[{"value":"new@example.com"},{"value":"babs@jensen.example","type":"home"}]}"#,
                ),
            ),
            case("no operations", "[]", UNCHANGED, Fails(InvalidSyntax)),
            case(
                "an e-mail as an object",
                r#"[{"op":"replace","path":"emails","value":{"value":"o@example.com"}}]"#,
                Becomes(r#"{"emails":[{"value":"o@example.com"}]}"#),
                Fails(InvalidValue),
            ),
            both!(
                "one attribute after the other in order",
                r#"[{"op":"replace","path":"title","value":"a"},{"op":"replace","path":"title","value":"b"},{"op":"remove","path":"nickName"}]"#,
                Becomes(r#"{"title":"b"}"#)
            ),
        ],
    );
}

#[test]
fn empty_and_null_clear() {
    judge(
        USER,
        &ResourceType::user(),
        &[
            case(
                "an empty string",
                r#"[{"op":"replace","path":"title","value":""}]"#,
                Becomes(r#"{"title":null}"#),
                Becomes(r#"{"title":""}"#),
            ),
            both!(
                "null",
                r#"[{"op":"replace","path":"title","value":null}]"#,
                Becomes(r#"{"title":null}"#)
            ),
            both!(
                "null where there is nothing",
                r#"[{"op":"replace","path":"nickName","value":null}]"#,
                UNCHANGED
            ),
            case(
                "a value path",
                r#"[{"op":"replace","path":"emails[type eq \"home\"].value","value":""}]"#,
                Becomes(
                    r#"{"emails":[{"value":"bjensen@example.com","type":"work","primary":true}]}"#,
                ),
                Becomes(
                    r#"{"emails":[{"value":"bjensen@example.com","type":"work","primary":true},{"value":"","type":"home"}]}"#,
                ),
            ),
            case(
                "a value path that selects nothing",
                r#"[{"op":"replace","path":"emails[type eq \"other\"].value","value":null}]"#,
                UNCHANGED,
                Fails(NoTarget),
            ),
            both!(
                "a sub-attribute",
                r#"[{"op":"replace","path":"name.givenName","value":null}]"#,
                Becomes(r#"{"name":{"formatted":"Barbara Jensen","familyName":"Jensen"}}"#)
            ),
            both!(
                "a sub-attribute inside a complex value, and only that",
                r#"[{"op":"replace","path":"name","value":{"givenName":null}}]"#,
                Becomes(r#"{"name":{"formatted":"Barbara Jensen","familyName":"Jensen"}}"#)
            ),
            both!(
                "a sub-attribute beside one that is set",
                r#"[{"op":"replace","value":{"name":{"givenName":null,"familyName":"Smith"}}}]"#,
                Becomes(r#"{"name":{"formatted":"Barbara Jensen","familyName":"Smith"}}"#)
            ),
            both!(
                "a complex value with nothing in it",
                r#"[{"op":"replace","path":"name","value":{}}]"#,
                UNCHANGED
            ),
            both!(
                "a whole complex value",
                r#"[{"op":"replace","path":"name","value":null}]"#,
                Becomes(r#"{"name":null}"#)
            ),
            both!(
                "a list",
                r#"[{"op":"replace","path":"emails","value":[]}]"#,
                Becomes(r#"{"emails":null}"#)
            ),
            both!(
                "an add of nothing to a list",
                r#"[{"op":"add","path":"emails","value":[]},{"op":"add","path":"emails","value":null}]"#,
                UNCHANGED
            ),
            both!(
                "a URN path",
                r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":null}]"#,
                Becomes(
                    r#"{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"26","$ref":"../Users/26","displayName":"John Smith"}}}"#
                )
            ),
            case(
                "what is required",
                r#"[{"op":"replace","path":"userName","value":""}]"#,
                Fails(Mutability),
                Fails(Mutability),
            ),
        ],
    );
}

#[test]
fn an_extension_is_reached_by_its_urn() {
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
                "an add of nothing to its root",
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
                "what is no complex value at its root",
                r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","value":"x"}]"#,
                Fails(InvalidValue)
            ),
            case(
                "what is no complex value, without a path",
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
                "the core URN as path stands for the resource",
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
fn the_manager_is_taken_in_every_form() {
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
            // The reference and the name of the manager before are not those of the new one.
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
                "the manager that is there",
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
fn what_clients_send_for_groups_is_understood() {
    judge(
        GROUP,
        &ResourceType::group(),
        &[
            case(
                "remove with a list (Entra, authentik, JumpCloud)",
                r#"[{"op":"remove","path":"members","value":[{"$ref":null,"value":"8"}]}]"#,
                Becomes(r#"{"members":[{"value":"7","type":"User"},{"value":"9","type":"User"}]}"#),
                Fails(InvalidValue),
            ),
            case(
                "remove with a list that says more than is stored",
                r#"[{"op":"remove","path":"members","value":[{"value":"8","type":"User","display":"x"}]}]"#,
                Becomes(r#"{"members":[{"value":"7","type":"User"},{"value":"9","type":"User"}]}"#),
                Fails(InvalidValue),
            ),
            case(
                "remove with a list of strings",
                r#"[{"op":"remove","path":"members","value":["7","8","9"]}]"#,
                Becomes(r#"{"members":null}"#),
                Fails(InvalidValue),
            ),
            case(
                "remove of nobody takes nobody away",
                r#"[{"op":"remove","path":"members","value":[]}]"#,
                UNCHANGED,
                Fails(InvalidValue),
            ),
            both!(
                "remove with null is remove without a value",
                r#"[{"op":"remove","path":"members","value":null}]"#,
                Becomes(r#"{"members":null}"#)
            ),
            case(
                "an id says who is meant, whatever type is told",
                r#"[{"op":"remove","path":"members","value":[{"value":"7","type":"Group"}]},{"op":"add","path":"members","value":[{"value":"9","type":"Group"}]}]"#,
                Becomes(r#"{"members":[{"value":"8"},{"value":"9","type":"User"}]}"#),
                Fails(InvalidValue),
            ),
            both!(
                "an add of a member changes nothing of them",
                r#"[{"op":"add","path":"members","value":[{"value":"7","type":"User","$ref":"../Users/7"},{"value":"8","type":"User"}]}]"#,
                UNCHANGED
            ),
            both!(
                "a remove by path never writes its value",
                r#"[{"op":"remove","path":"members[value eq \"8\"]","value":[{"value":"99"}]}]"#,
                Becomes(r#"{"members":[{"value":"7","type":"User"},{"value":"9","type":"User"}]}"#)
            ),
            case(
                "add by a scalar",
                r#"[{"op":"add","path":"members","value":"10"},{"op":"add","path":"members","value":["10","11"]}]"#,
                Becomes(
                    r#"{"members":[{"value":"7","type":"User"},{"value":"8"},{"value":"9","type":"User"},{"value":"10"},{"value":"11"}]}"#,
                ),
                Fails(InvalidValue),
            ),
            both!(
                "add with a null reference and a null name",
                r#"[{"op":"add","path":"members","value":[{"$ref":null,"value":"8","display":null}]}]"#,
                UNCHANGED
            ),
            case(
                "rename with the id (Okta, authentik)",
                r#"[{"op":"replace","value":{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"other","displayName":"New"}}]"#,
                Becomes(r#"{"displayName":"New"}"#),
                Fails(Mutability),
            ),
            both!(
                "the full list (Okta)",
                r#"[{"op":"replace","path":"members","value":[{"value":"7","display":"a"},{"value":"7"}]}]"#,
                Becomes(r#"{"members":[{"value":"7"}]}"#)
            ),
            both!(
                "the empty list (Okta)",
                r#"[{"op":"replace","path":"members","value":[]}]"#,
                Becomes(r#"{"members":null}"#)
            ),
            both!(
                "the full list without a path (Okta)",
                r#"[{"op":"replace","value":{"members":[{"value":"5"}]}}]"#,
                Becomes(r#"{"members":[{"value":"5"}]}"#)
            ),
            both!(
                "an immutable sub-attribute of an entry",
                r#"[{"op":"replace","path":"members[value eq \"7\"].value","value":"99"}]"#,
                Fails(Mutability)
            ),
            both!(
                "an immutable sub-attribute removed",
                r#"[{"op":"remove","path":"members[value eq \"7\"].value"}]"#,
                Fails(Mutability)
            ),
            both!(
                "an immutable sub-attribute that stays what it is",
                r#"[{"op":"replace","path":"members[value eq \"7\"].value","value":"7"}]"#,
                UNCHANGED
            ),
            both!(
                "the first failure takes back the operations before it",
                r#"[{"op":"replace","path":"displayName","value":"New"},{"op":"remove","path":"displayName"}]"#,
                Fails(Mutability)
            ),
        ],
    );
    let empty = r#"{"displayName":"Empty","members":[]}"#;
    judge(
        empty,
        &ResourceType::group(),
        &[
            both!(
                "remove who is no member of nobody",
                r#"[{"op":"remove","path":"members[value eq \"9\"]"}]"#,
                UNCHANGED
            ),
            both!(
                "add the first member",
                r#"[{"op":"add","path":"members","value":[{"value":"5"}]}]"#,
                Becomes(r#"{"members":[{"value":"5"}]}"#)
            ),
        ],
    );
}

#[test]
fn clearing_a_list_that_is_empty_changes_nothing() {
    let empty = r#"{"displayName":"Empty","members":[]}"#;
    for operations in [
        r#"[{"op":"replace","path":"members","value":[]}]"#,
        r#"[{"op":"remove","path":"members"}]"#,
        r#"[{"op":"replace","value":{"members":null}}]"#,
    ] {
        let applied = outcome(empty, &ResourceType::group(), operations, Profile::rfc()).unwrap();
        assert!(!applied.is_changed(), "{operations}: {:?}", applied.changed);
    }
}

#[test]
fn only_one_entry_is_primary() {
    judge(
        USER,
        &ResourceType::user(),
        &[
            both!(
                "a new primary entry demotes the old one",
                r#"[{"op":"add","path":"emails","value":[{"value":"n@example.com","primary":true}]}]"#,
                Becomes(
                    r#"{"emails":[{"value":"bjensen@example.com","type":"work","primary":false},{"value":"babs@jensen.example","type":"home"},{"value":"n@example.com","primary":true}]}"#
                )
            ),
            both!(
                "an entry that becomes primary does, too",
                r#"[{"op":"replace","path":"emails[type eq \"home\"].primary","value":true}]"#,
                Becomes(
                    r#"{"emails":[{"value":"bjensen@example.com","type":"work","primary":false},{"value":"babs@jensen.example","type":"home","primary":true}]}"#
                )
            ),
            case(
                "a list with two",
                r#"[{"op":"replace","path":"emails","value":[{"value":"a@b.example","primary":true},{"value":"c@d.example","primary":true}]}]"#,
                Becomes(
                    r#"{"emails":[{"value":"a@b.example","primary":true},{"value":"c@d.example","primary":false}]}"#,
                ),
                Fails(InvalidValue),
            ),
        ],
    );
}

#[test]
fn a_list_takes_an_entry_once_by_the_schemas_case_rule() {
    judge(
        USER,
        &ResourceType::user(),
        &[
            both!(
                "an e-mail in another case is the one that is there",
                r#"[{"op":"add","path":"emails","value":[{"value":"BJensen@Example.com","type":"WORK"}]}]"#,
                Becomes(
                    r#"{"emails":[{"value":"BJensen@Example.com","type":"work","primary":true},{"value":"babs@jensen.example","type":"home"}]}"#
                )
            ),
            case(
                "and goes by it",
                r#"[{"op":"remove","path":"emails","value":[{"value":"BABS@jensen.example"}]}]"#,
                Becomes(
                    r#"{"emails":[{"value":"bjensen@example.com","type":"work","primary":true}]}"#,
                ),
                Fails(InvalidValue),
            ),
            both!(
                "with another type it is another entry",
                r#"[{"op":"add","path":"emails","value":[{"value":"babs@jensen.example","type":"other"}]}]"#,
                Becomes(
                    r#"{"emails":[{"value":"bjensen@example.com","type":"work","primary":true},{"value":"babs@jensen.example","type":"home"},{"value":"babs@jensen.example","type":"other"}]}"#
                )
            ),
        ],
    );
}

#[test]
fn what_makes_no_sense_is_refused_by_its_kind() {
    judge(
        USER,
        &ResourceType::user(),
        &[
            both!(
                "a malformed path",
                r#"[{"op":"replace","path":"name..givenName","value":"x"}]"#,
                Fails(InvalidPath)
            ),
            both!(
                "a malformed filter",
                r#"[{"op":"replace","path":"emails[type eq].value","value":"x"}]"#,
                Fails(InvalidFilter)
            ),
            both!(
                "a filter on an attribute without parts",
                r#"[{"op":"replace","path":"title[value eq \"Guide\"]","value":"Boss"}]"#,
                Fails(InvalidPath)
            ),
            both!(
                "a filter that misses a single complex value",
                r#"[{"op":"replace","path":"name[givenName eq \"Zoe\"].familyName","value":"Q"}]"#,
                Fails(NoTarget)
            ),
            both!(
                "a value of the wrong type",
                r#"[{"op":"replace","path":"title","value":7}]"#,
                Fails(InvalidValue)
            ),
            both!(
                "a list for a single value",
                r#"[{"op":"replace","path":"title","value":["a","b"]}]"#,
                Fails(InvalidValue)
            ),
            case(
                "groups are not the user's to change",
                r#"[{"op":"replace","path":"groups","value":[]},{"op":"replace","value":{"meta":{"version":"x"},"groups":null}}]"#,
                UNCHANGED,
                Fails(Mutability),
            ),
            both!(
                "an unknown operation",
                r#"[{"op":"move","path":"title","value":"x"}]"#,
                Fails(InvalidSyntax)
            ),
            both!(
                "an add without a value",
                r#"[{"op":"add","path":"title"}]"#,
                Fails(InvalidValue)
            ),
        ],
    );
}

#[test]
fn simple_lists_and_immutable_attributes_of_other_types_work() {
    let device = ResourceType::new(
        "Device",
        "/Devices",
        Schema::new(
            "urn:example:Device",
            "Device",
            vec![
                Attribute::new("tags", AttributeType::String).multi_valued(),
                Attribute::new("serial", AttributeType::String)
                    .with_mutability(scim_core::schema::Mutability::Immutable),
                Attribute::new("maker", AttributeType::Complex).with_sub_attributes(vec![
                    Attribute::new("name", AttributeType::String)
                        .with_mutability(scim_core::schema::Mutability::Immutable),
                    Attribute::new("site", AttributeType::String),
                ]),
            ],
        ),
    );
    let base = r#"{"tags":["a","b"],"serial":"1","maker":{"name":"M","site":"s"}}"#;
    judge(
        base,
        &device,
        &[
            both!(
                "add to a simple list",
                r#"[{"op":"add","path":"tags","value":["b","c"]}]"#,
                Becomes(r#"{"tags":["a","b","c"]}"#)
            ),
            both!(
                "replace one of a simple list",
                r#"[{"op":"replace","path":"tags[value eq \"a\"]","value":"z"}]"#,
                Becomes(r#"{"tags":["z","b"]}"#)
            ),
            both!(
                "remove one of a simple list",
                r#"[{"op":"remove","path":"tags[value eq \"a\"]"}]"#,
                Becomes(r#"{"tags":["b"]}"#)
            ),
            both!(
                "an immutable attribute",
                r#"[{"op":"replace","path":"serial","value":"2"}]"#,
                Fails(Mutability)
            ),
            both!(
                "an immutable attribute removed",
                r#"[{"op":"remove","path":"serial"}]"#,
                Fails(Mutability)
            ),
            both!(
                "an immutable sub-attribute by its path",
                r#"[{"op":"replace","path":"maker.name","value":"N"}]"#,
                Fails(Mutability)
            ),
            both!(
                "an immutable sub-attribute in the whole",
                r#"[{"op":"replace","path":"maker","value":{"name":"N","site":"t"}}]"#,
                Fails(Mutability)
            ),
            both!(
                "an immutable sub-attribute that stays what it is",
                r#"[{"op":"replace","path":"maker","value":{"name":"M","site":"t"}}]"#,
                Becomes(r#"{"maker":{"name":"M","site":"t"}}"#)
            ),
            both!(
                "an immutable sub-attribute removed",
                r#"[{"op":"remove","path":"maker.name"}]"#,
                Fails(Mutability)
            ),
        ],
    );
}

#[test]
fn what_changed_is_named_attribute_by_attribute() {
    let operations = r#"[{"op":"replace","path":"name.givenName","value":"B"},{"op":"replace","path":"title","value":"Guide"},
        {"op":"add","path":"nickName","value":"n"},
        {"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"S"}]"#;
    let applied = outcome(USER, &ResourceType::user(), operations, Profile::rfc()).unwrap();
    let mut changed = applied.changed;
    changed.sort();
    assert_eq!(
        changed,
        [
            "name",
            "nickName",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"
        ]
    );
}

#[test]
fn schemas_follow_the_extensions_that_are_there() {
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
fn the_uris_repeated_inside_an_extension_say_nothing_new() {
    // The client of the public conformance tester sends them there.
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
