//! Resources as filters see them: values with the types that the schema gives them.

use std::ops::ControlFlow;

use scim_filter::eval::{Attributes, Datum, See};
use scim_filter::{Number, urn};
use serde_json::Value;

use super::{Resource, tree};
use crate::schema::{Attribute, AttributeType, ResourceType};

/// A resource together with its type, for evaluating a filter on it.
///
/// ```
/// use scim_core::filter::Filter;
/// use scim_core::resource::Typed;
/// use scim_core::schema::ResourceType;
/// use scim_core::Resource;
///
/// let user = Resource::from_slice(br#"{"userName":"BJensen","id":"aB"}"#)?;
/// let user_type = ResourceType::user();
/// let typed = Typed::new(&user, &user_type);
/// assert!(Filter::parse(r#"userName eq "bjensen""#)?.matches(&typed));
/// // `id` is case-exact.
/// assert!(!Filter::parse(r#"id eq "ab""#)?.matches(&typed));
/// # Ok::<(), scim_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Typed<'r> {
    resource: &'r Resource,
    resource_type: &'r ResourceType,
}

impl<'r> Typed<'r> {
    /// A resource seen through its type.
    #[must_use]
    pub fn new(resource: &'r Resource, resource_type: &'r ResourceType) -> Self {
        Self {
            resource,
            resource_type,
        }
    }
}

impl Attributes for Typed<'_> {
    fn attribute(&self, uri: Option<&str>, name: &str, see: &mut See<'_>) -> ControlFlow<()> {
        let root = self.resource.tree();
        let (holder, definition) = match uri {
            None => match self.resource_type.top_level(name) {
                Some(definition) => (Some(root), Some(definition)),
                None if tree::get(root, name).is_some() => (Some(root), None),
                // Entra asks for `manager` without the URN of the extension.
                None => match self.resource_type.extension_attribute(name) {
                    Some((extension, definition)) => (
                        tree::get(root, extension.id()).and_then(Value::as_object),
                        Some(definition),
                    ),
                    None => return ControlFlow::Continue(()),
                },
            },
            Some(uri) if uri.eq_ignore_ascii_case(self.resource_type.schema().id()) => {
                (Some(root), self.resource_type.top_level(name))
            }
            Some(uri) => {
                let extension = self.resource_type.extension(uri);
                if extension.is_none() {
                    // An extension's own URI reads like an attribute of a schema: `urn:…:2.0` and `User`.
                    let whole = root.iter().find(|(key, _)| urn::joins(key, uri, name));
                    return match whole.map(|(_, value)| value) {
                        Some(value) => hand_out(value, None, see),
                        None => ControlFlow::Continue(()),
                    };
                }
                (
                    tree::get(root, uri).and_then(Value::as_object),
                    extension.and_then(|schema| schema.attribute(name)),
                )
            }
        };
        match holder.and_then(|holder| tree::get(holder, name)) {
            Some(value) => hand_out(value, definition, see),
            None => ControlFlow::Continue(()),
        }
    }

    fn is_empty(&self) -> bool {
        self.resource.tree().values().all(tree::is_unassigned)
    }
}

/// One value of an attribute, for evaluating the filter of a value path on it.
#[derive(Clone, Copy)]
pub(crate) struct Element<'r> {
    value: &'r Value,
    attribute: Option<&'r Attribute>,
}

impl<'r> Element<'r> {
    pub(crate) fn new(value: &'r Value, attribute: &'r Attribute) -> Self {
        Self {
            value,
            attribute: Some(attribute),
        }
    }
}

impl Attributes for Element<'_> {
    fn attribute(&self, _uri: Option<&str>, name: &str, see: &mut See<'_>) -> ControlFlow<()> {
        let definition = self
            .attribute
            .and_then(|attribute| attribute.sub_attribute(name));
        match self.value {
            Value::Object(members) => match tree::get(members, name) {
                Some(value) => hand_out(value, definition, see),
                None => ControlFlow::Continue(()),
            },
            // A simple value is its own `value`.
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => {
                if name.eq_ignore_ascii_case("value") {
                    hand_out(self.value, self.attribute, see)
                } else {
                    ControlFlow::Continue(())
                }
            }
        }
    }

    fn is_empty(&self) -> bool {
        match self.value {
            Value::Object(members) => members.values().all(tree::is_unassigned),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => tree::is_unassigned(self.value),
        }
    }
}

/// Hands out the values of an attribute as its definition types them; without one, as their JSON shape does.
fn hand_out(value: &Value, attribute: Option<&Attribute>, see: &mut See<'_>) -> ControlFlow<()> {
    match value {
        Value::Array(items) => items
            .iter()
            .try_for_each(|item| hand_out(item, attribute, see)),
        Value::Object(_) => see(Datum::Complex(&Element { value, attribute })),
        Value::Null => ControlFlow::Continue(()),
        Value::Bool(boolean) => see(Datum::Boolean(*boolean)),
        Value::Number(number) => match Number::parse(&number.to_string()) {
            Some(number) => see(Datum::Number(number)),
            None => ControlFlow::Continue(()),
        },
        Value::String(text) => see(match attribute {
            None => Datum::text(text),
            Some(attribute) => match attribute.kind() {
                AttributeType::Boolean => Datum::boolean_text(text),
                AttributeType::DateTime => Datum::DateTime(text.into()),
                AttributeType::Binary => Datum::Binary(text.into()),
                AttributeType::String
                | AttributeType::Decimal
                | AttributeType::Integer
                | AttributeType::Reference
                | AttributeType::Complex => Datum::Text {
                    text: text.into(),
                    case_exact: attribute.is_case_exact(),
                },
            },
        }),
    }
}

#[cfg(test)]
mod tests {
    use scim_filter::Filter;

    use super::*;

    fn matches(filter: &str) -> bool {
        let json = br#"{
            "userName": "BJensen", "active": true, "id": "aB",
            "meta": {"lastModified": "2026-01-01T00:00:00Z"},
            "emails": [{"type": "work", "value": "a@b.example", "primary": true}, {"type": "home", "value": "c@d.example"}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales"}
        }"#;
        let resource = Resource::from_slice(json).unwrap();
        Filter::parse(filter)
            .unwrap()
            .matches(&Typed::new(&resource, &ResourceType::user()))
    }

    #[test]
    fn the_schema_types_what_a_filter_compares() {
        assert!(matches(r#"username EQ "bjensen""#));
        assert!(!matches(r#"id eq "ab""#));
        assert!(matches(r#"active eq "True""#));
        assert!(matches(
            r#"meta.lastModified eq "2026-01-01T01:00:00+01:00""#
        ));
        assert!(matches(r#"emails[type eq "work" and primary eq true]"#));
        assert!(!matches(r#"emails[type eq "work" and value sw "c"]"#));
        assert!(matches("emails co \"d.example\""));
    }

    #[test]
    fn attributes_are_found_by_their_urn() {
        assert!(matches(
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "sales""#
        ));
        assert!(matches(
            r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "bjensen""#
        ));
        assert!(matches(
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr"
        ));
        assert!(!matches("urn:example:unknown:attribute pr"));
        assert!(matches(r#"department eq "sales""#));
        assert!(!matches("shoeSize pr"));
    }
}
