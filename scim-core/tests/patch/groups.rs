//! PATCH requests of identity providers on groups.

#![expect(clippy::too_many_lines, reason = "the lines are the cases")]

use scim_core::ErrorKind::{InvalidValue, Mutability};
use scim_core::Profile;
use scim_core::schema::ResourceType;

use super::cases::{Becomes, Fails, GROUP, UNCHANGED, both, case, judge, outcome};

#[test]
fn group_requests_of_identity_providers_apply() {
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
                "remove with a list that has more than the store",
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
                "remove with an empty list",
                r#"[{"op":"remove","path":"members","value":[]}]"#,
                UNCHANGED,
                Fails(InvalidValue),
            ),
            both!(
                "remove with null equals remove without a value",
                r#"[{"op":"remove","path":"members","value":null}]"#,
                Becomes(r#"{"members":null}"#)
            ),
            case(
                "the id identifies a member under any type",
                r#"[{"op":"remove","path":"members","value":[{"value":"7","type":"Group"}]},{"op":"add","path":"members","value":[{"value":"9","type":"Group"}]}]"#,
                Becomes(r#"{"members":[{"value":"8"},{"value":"9","type":"User"}]}"#),
                Fails(InvalidValue),
            ),
            both!(
                "adding an existing member does not change it",
                r#"[{"op":"add","path":"members","value":[{"value":"7","type":"User","$ref":"../Users/7"},{"value":"8","type":"User"}]}]"#,
                UNCHANGED
            ),
            both!(
                "a remove by path never writes its value",
                r#"[{"op":"remove","path":"members[value eq \"8\"]","value":[{"value":"99"}]}]"#,
                Becomes(r#"{"members":[{"value":"7","type":"User"},{"value":"9","type":"User"}]}"#)
            ),
            case(
                "add with scalars",
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
                "a failure undoes the operations before it",
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
                "remove from an empty group",
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
fn clearing_an_empty_list_changes_nothing() {
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
