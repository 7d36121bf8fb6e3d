//! PATCH requests on multi-valued attributes.

use scim_core::ErrorKind::{InvalidValue, Mutability};
use scim_core::Schema;
use scim_core::schema::{Attribute, AttributeType, ResourceType};

use super::cases::{Becomes, Fails, USER, both, case, judge};

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
                "an existing entry that becomes primary demotes it too",
                r#"[{"op":"replace","path":"emails[type eq \"home\"].primary","value":true}]"#,
                Becomes(
                    r#"{"emails":[{"value":"bjensen@example.com","type":"work","primary":false},{"value":"babs@jensen.example","type":"home","primary":true}]}"#
                )
            ),
            case(
                "a list with two primary entries",
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
fn a_list_drops_repeated_entries_by_the_schemas_case_rule() {
    judge(
        USER,
        &ResourceType::user(),
        &[
            both!(
                "an e-mail in another letter case is the existing one",
                r#"[{"op":"add","path":"emails","value":[{"value":"BJensen@Example.com","type":"WORK"}]}]"#,
                Becomes(
                    r#"{"emails":[{"value":"BJensen@Example.com","type":"work","primary":true},{"value":"babs@jensen.example","type":"home"}]}"#
                )
            ),
            case(
                "removes by any letter case",
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
fn simple_lists_and_immutable_attributes_of_any_type_work() {
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
                "an immutable sub-attribute in the complex value",
                r#"[{"op":"replace","path":"maker","value":{"name":"N","site":"t"}}]"#,
                Fails(Mutability)
            ),
            both!(
                "an immutable sub-attribute with the same value",
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
