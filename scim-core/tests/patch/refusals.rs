//! PATCH requests that are refused, each with its error kind.

use scim_core::ErrorKind::{
    InvalidFilter, InvalidPath, InvalidSyntax, InvalidValue, Mutability, NoTarget,
};
use scim_core::schema::ResourceType;

use super::cases::{Fails, UNCHANGED, USER, both, case, judge};

#[test]
fn invalid_requests_are_refused_by_kind() {
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
                "a user cannot change its groups",
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
