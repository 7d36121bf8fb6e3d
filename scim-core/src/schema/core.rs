//! The schemas of RFC 7643, read from embedded JSON.

use std::sync::LazyLock;

use super::Schema;

/// The URI of the core user schema.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The URI of the core group schema.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The URI of the enterprise extension of users.
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// The URI of the schema of `/ServiceProviderConfig`.
pub const SERVICE_PROVIDER_CONFIG: &str =
    "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
/// The URI of the schema of resource types.
pub const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
/// The URI of the schema of schemas.
pub const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

static USER_SCHEMA: LazyLock<Schema> = LazyLock::new(|| embedded(include_str!("data/user.json")));
static GROUP_SCHEMA: LazyLock<Schema> = LazyLock::new(|| embedded(include_str!("data/group.json")));
static ENTERPRISE_USER_SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| embedded(include_str!("data/enterprise_user.json")));
static SERVICE_PROVIDER_CONFIG_SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| embedded(include_str!("data/service_provider_config.json")));
static RESOURCE_TYPE_SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| embedded(include_str!("data/resource_type.json")));
static SCHEMA_SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| embedded(include_str!("data/schema.json")));
static COMMON: LazyLock<Schema> = LazyLock::new(|| embedded(include_str!("data/common.json")));

/// RFC 7643 §4.1, §8.7.1, with errata 6004 (no uniqueness on complex attributes) and 8471 (`groups.$ref` refers to groups).
pub(super) fn user() -> &'static Schema {
    &USER_SCHEMA
}

/// RFC 7643 §4.2, §8.7.1, with errata 5368 (`displayName` is required) and 6011 (`members.display`).
pub(super) fn group() -> &'static Schema {
    &GROUP_SCHEMA
}

/// RFC 7643 §4.3, §8.7.1.
pub(super) fn enterprise_user() -> &'static Schema {
    &ENTERPRISE_USER_SCHEMA
}

/// RFC 7643 §5, §8.7.2, with `etag` and the `type` and `primary` of an authentication scheme from §5 and §8.5.
pub(super) fn service_provider_config() -> &'static Schema {
    &SERVICE_PROVIDER_CONFIG_SCHEMA
}

/// RFC 7643 §6, §8.7.2, with erratum 7522: `schemaExtensions` is a list, and §6 makes it optional.
pub(super) fn resource_type() -> &'static Schema {
    &RESOURCE_TYPE_SCHEMA
}

/// RFC 7643 §7, §8.7.2, with errata 5606 and 8435 (`binary` is a type), 8415 (no sub-attribute is complex) and 5607
/// (`referenceTypes` is a list).
pub(super) fn schema() -> &'static Schema {
    &SCHEMA_SCHEMA
}

/// Finds a core schema or extension of RFC 7643 by its URI.
pub(super) fn known(uri: &str) -> Option<&'static Schema> {
    [user(), group(), enterprise_user()]
        .into_iter()
        .find(|schema| schema.id().eq_ignore_ascii_case(uri))
}

/// Whether `uri` is the schema of a discovery resource, which no client writes.
pub(super) fn is_served(uri: &str) -> bool {
    [SERVICE_PROVIDER_CONFIG, RESOURCE_TYPE, SCHEMA]
        .iter()
        .any(|served| served.eq_ignore_ascii_case(uri))
}

/// The attributes that every resource has (RFC 7643 §3.1). No published schema lists them.
pub(crate) fn common() -> &'static Schema {
    &COMMON
}

#[expect(
    clippy::expect_used,
    reason = "the text is part of the program, and a test reads all seven"
)]
fn embedded(json: &str) -> Schema {
    serde_json::from_str(json).expect("an embedded schema")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{AttributeType, Mutability, Returned};

    #[test]
    fn every_embedded_schema_is_readable() {
        assert_eq!(user().id(), USER);
        assert_eq!(group().id(), GROUP);
        assert_eq!(enterprise_user().id(), ENTERPRISE_USER);
        assert_eq!(service_provider_config().id(), SERVICE_PROVIDER_CONFIG);
        assert_eq!(resource_type().id(), RESOURCE_TYPE);
        assert_eq!(schema().id(), SCHEMA);
        assert!(common().attribute("externalId").is_some());
    }

    #[test]
    fn passwords_ids_and_user_names_have_their_characteristics() {
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
