//! PATCH requests of identity providers on users.

#![expect(clippy::too_many_lines, reason = "the lines are the cases")]

use scim_core::ErrorKind::{InvalidPath, InvalidSyntax, InvalidValue, Mutability, NoTarget};
use scim_core::Profile;
use scim_core::schema::ResourceType;

use super::cases::{Becomes, Fails, UNCHANGED, USER, both, case, judge, outcome};

#[test]
fn user_requests_of_entra_apply() {
    judge(
        USER,
        &ResourceType::user(),
        &[
            case(
                "capitalized operations, one for each attribute",
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
                "enable an enabled user",
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
                "value paths create an entry and several of them build it",
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
                "a path that creates an entry from a whole value",
                r#"[{"op":"add","path":"phoneNumbers[type eq \"work\"]","value":{"value":"+1 555"}}]"#,
                Becomes(r#"{"phoneNumbers":[{"type":"work","value":"+1 555"}]}"#),
                Fails(NoTarget),
            ),
            case(
                "a replaced entry keeps the values of its path",
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
                "one attribute after the other, in order",
                r#"[{"op":"replace","path":"title","value":"a"},{"op":"replace","path":"title","value":"b"},{"op":"remove","path":"nickName"}]"#,
                Becomes(r#"{"title":"b"}"#)
            ),
        ],
    );
}

#[test]
fn empty_and_null_values_clear() {
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
                "null for a missing attribute",
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
                "an empty complex value",
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
                "a required attribute",
                r#"[{"op":"replace","path":"userName","value":""}]"#,
                Fails(Mutability),
                Fails(Mutability),
            ),
        ],
    );
}

#[test]
fn changes_are_reported_by_attribute() {
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
