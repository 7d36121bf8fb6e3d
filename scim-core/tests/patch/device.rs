//! A resource type with every attribute characteristic of RFC 7643 §7 that restricts PATCH.

use scim_core::ErrorKind;
use scim_core::patch;
use scim_core::schema::{Attribute, AttributeType, Mutability as Mut, ResourceType};
use scim_core::{PatchOp, Profile, Resource, Schema};
use serde_json::{Map, Value, json};

pub(crate) const EXTENSION: &str = "urn:example:2.0:Stock";

pub(crate) fn device() -> ResourceType {
    let text = |name| Attribute::new(name, AttributeType::String);
    let core = Schema::new(
        "urn:example:2.0:Device",
        "Device",
        vec![
            text("title"),
            Attribute::new("emails", AttributeType::Complex)
                .multi_valued()
                .with_sub_attributes(vec![
                    text("value"),
                    text("type"),
                    text("display"),
                    Attribute::new("primary", AttributeType::Boolean),
                ]),
            Attribute::new("ports", AttributeType::Complex)
                .multi_valued()
                .with_sub_attributes(vec![
                    text("number").with_mutability(Mut::Immutable),
                    text("use").required(),
                    text("note"),
                ]),
            Attribute::new("maker", AttributeType::Complex).with_sub_attributes(vec![
                text("name").with_mutability(Mut::Immutable),
                text("site"),
            ]),
        ],
    );

    let stock = Schema::new(
        EXTENSION,
        "Stock",
        vec![
            text("shelf").required(),
            text("lot").with_mutability(Mut::Immutable),
            text("count").with_mutability(Mut::ReadOnly),
            text("note"),
        ],
    );

    ResourceType::new("Device", "/Devices", core).with_extension(stock)
}

pub(crate) fn apply(
    of: &ResourceType,
    before: &Value,
    operations: &Value,
    profile: Profile,
) -> Result<Map<String, Value>, ErrorKind> {
    let request = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});

    let before = Resource::from_slice(before.to_string().as_bytes()).expect("an object");
    PatchOp::from_slice(request.to_string().as_bytes(), profile)
        .and_then(|patch| patch::apply(&before, &patch, of, profile))
        .map(|applied| serde_json::from_slice(&applied.resource.to_vec()).expect("an object"))
        .map_err(|error| error.kind())
}

/// The value of one attribute after the operations.
pub(crate) fn attribute(
    before: &Value,
    operations: &Value,
    name: &str,
    profile: Profile,
) -> Result<Value, ErrorKind> {
    apply(&device(), before, operations, profile)
        .map(|mut after| after.remove(name).unwrap_or_default())
}
