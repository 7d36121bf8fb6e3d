//! The schemas of RFC 7643 as data.

use std::sync::LazyLock;

use super::Schema;

/// The URI of the core user schema.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The URI of the core group schema.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The URI of the enterprise extension of users.
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

static USER_SCHEMA: LazyLock<Schema> = LazyLock::new(|| embedded(include_str!("data/user.json")));
static GROUP_SCHEMA: LazyLock<Schema> = LazyLock::new(|| embedded(include_str!("data/group.json")));
static ENTERPRISE_USER_SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| embedded(include_str!("data/enterprise_user.json")));
static COMMON: LazyLock<Schema> = LazyLock::new(|| embedded(include_str!("data/common.json")));

/// RFC 7643 §4.1, §8.7.1.
pub(super) fn user() -> &'static Schema {
    &USER_SCHEMA
}

/// RFC 7643 §4.2, §8.7.1, with erratum 5368: `displayName` is required.
pub(super) fn group() -> &'static Schema {
    &GROUP_SCHEMA
}

/// RFC 7643 §4.3, §8.7.1.
pub(super) fn enterprise_user() -> &'static Schema {
    &ENTERPRISE_USER_SCHEMA
}

/// The attributes every resource has (RFC 7643 §3.1); in no schema of its own, so never listed.
pub(super) fn common() -> &'static Schema {
    &COMMON
}

#[expect(
    clippy::expect_used,
    reason = "the text is part of the program; a test reads each of the four"
)]
fn embedded(json: &str) -> Schema {
    serde_json::from_str(json).expect("an embedded schema")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{AttributeType, Mutability, Returned};

    #[test]
    fn the_embedded_schemas_are_readable() {
        assert_eq!(user().id(), USER);
        assert_eq!(group().id(), GROUP);
        assert_eq!(enterprise_user().id(), ENTERPRISE_USER);
        assert!(common().attribute("externalId").is_some());
    }

    #[test]
    fn the_characteristics_that_protect_people_are_there() {
        let password = user().attribute("password").unwrap();
        assert_eq!(password.returned(), Returned::Never);
        assert_eq!(password.mutability(), Mutability::WriteOnly);
        assert_eq!(
            user().attribute("active").unwrap().kind(),
            AttributeType::Boolean
        );
        assert!(!user().attribute("userName").unwrap().is_case_exact());
        assert_eq!(
            common().attribute("id").unwrap().mutability(),
            Mutability::ReadOnly
        );
    }
}
