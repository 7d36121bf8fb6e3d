//! The examples of RFC 7644 §3.5.2.

#![expect(clippy::too_many_lines, reason = "the lines are the cases")]

use scim_core::ErrorKind::{Mutability, NoTarget};
use scim_core::schema::ResourceType;

use super::cases::{Becomes, Fails, GROUP, UNCHANGED, USER, both, case, judge};

#[test]
fn the_examples_of_the_rfc_apply() {
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
                "add an existing member",
                r#"[{"op":"add","path":"members","value":[{"value":"7"}]}]"#,
                UNCHANGED
            ),
            both!(
                "remove one member",
                r#"[{"op":"remove","path":"members[value eq \"8\"]"}]"#,
                Becomes(r#"{"members":[{"value":"7","type":"User"},{"value":"9","type":"User"}]}"#)
            ),
            both!(
                "remove an unknown member",
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
                "replace adds a missing attribute",
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
                "replace with a filter that selects nothing",
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
                "remove a required attribute",
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
