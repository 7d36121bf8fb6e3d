//! Resources with the types of their schema, for filters.

use std::borrow::Cow;
use std::ops::ControlFlow;

use scim_filter::eval::{Attributes, Datum, Sink};
use scim_filter::urn;
use serde_json::Value;

use super::{Resource, ValueRef};
use crate::schema::{Attribute, AttributeType, ResourceType};

/// A resource with its resource type, for evaluating a filter on it.
///
/// ```
/// use scim_core::filter::Filter;
/// use scim_core::resource::TypedResource;
/// use scim_core::schema::ResourceType;
/// use scim_core::Resource;
///
/// let user = Resource::from_slice(br#"{"userName":"BJensen","id":"aB"}"#)?;
/// let user_type = ResourceType::user();
/// let typed = TypedResource::new(&user, &user_type);
/// assert!(Filter::parse(r#"userName eq "bjensen""#)?.matches(&typed));
/// // `id` is case-exact.
/// assert!(!Filter::parse(r#"id eq "ab""#)?.matches(&typed));
/// # Ok::<(), scim_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TypedResource<'r> {
    resource: &'r Resource,
    resource_type: &'r ResourceType,
}

impl<'r> TypedResource<'r> {
    /// Joins a resource and its resource type.
    #[must_use]
    pub fn new(resource: &'r Resource, resource_type: &'r ResourceType) -> Self {
        Self {
            resource,
            resource_type,
        }
    }
}

impl Attributes for TypedResource<'_> {
    fn attribute(&self, uri: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()> {
        let inside = |extension: &str| {
            self.resource
                .member(extension)
                .filter(|value| value.is_object())
                .and_then(|extension| extension.member(name))
        };

        let (value, definition) = match uri {
            None => match (
                self.resource_type.top_level(name),
                self.resource.member(name),
            ) {
                (None, None) => match self.resource_type.extension_attribute(name) {
                    // Entra filters on `manager` without the URN of the extension.
                    Some((extension, definition)) => (inside(extension.id()), Some(definition)),
                    None => (None, None),
                },
                (definition, value) => (value, definition),
            },
            Some(uri) if uri.eq_ignore_ascii_case(self.resource_type.schema().id()) => (
                self.resource.member(name),
                self.resource_type.top_level(name),
            ),
            Some(uri) => {
                if let Some(extension) = self.resource_type.extension(uri) {
                    (inside(uri), extension.attribute(name))
                } else {
                    // The URI of an extension parses like an attribute of a schema: `urn:…:2.0` and `User`.
                    let is_whole = |(key, _): &(&str, ValueRef<'_>)| urn::eq_joined(key, uri, name);
                    let whole = self.resource.members().find(is_whole);
                    (whole.map(|(_, value)| value), None)
                }
            }
        };

        match value {
            Some(value) => visit_values(value, definition, emit),
            None => ControlFlow::Continue(()),
        }
    }

    fn is_empty(&self) -> bool {
        self.resource
            .members()
            .all(|(_, value)| value.is_unassigned())
    }
}

/// A value of an attribute, for evaluating the filter of a value path on it.
#[derive(Clone, Copy)]
pub(crate) struct Element<'r> {
    value: ValueRef<'r>,
    attribute: Option<&'r Attribute>,
}

impl<'r> Element<'r> {
    pub(crate) fn new(value: &'r Value, attribute: &'r Attribute) -> Self {
        Self::of(ValueRef::new(value), Some(attribute))
    }

    pub(crate) fn of(value: ValueRef<'r>, attribute: Option<&'r Attribute>) -> Self {
        Self { value, attribute }
    }
}

impl Attributes for Element<'_> {
    fn attribute(&self, _uri: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()> {
        let (value, definition) = if self.value.is_object() {
            let complex = self.attribute;
            (
                self.value.member(name),
                complex.and_then(|complex| complex.sub_attribute(name)),
            )
        } else if name.eq_ignore_ascii_case("value") {
            // A simple value goes by the name `value`.
            (Some(self.value), self.attribute)
        } else {
            (None, None)
        };

        match value {
            Some(value) => visit_values(value, definition, emit),
            None => ControlFlow::Continue(()),
        }
    }

    fn is_empty(&self) -> bool {
        if self.value.is_object() {
            self.value.members().all(|(_, value)| value.is_unassigned())
        } else {
            self.value.is_unassigned()
        }
    }
}

/// Calls `emit` with each value of an attribute, typed by its definition, or by its JSON type without one.
fn visit_values(
    value: ValueRef<'_>,
    attribute: Option<&Attribute>,
    emit: &mut Sink<'_>,
) -> ControlFlow<()> {
    if value.is_array() {
        return value
            .elements()
            .try_for_each(|item| visit_values(item, attribute, emit));
    }
    if value.is_object() {
        return emit(Datum::Complex(&Element::of(value, attribute)));
    }

    if let Some(text) = value.as_str() {
        return emit(typed_text(text, attribute));
    }
    if let Some(boolean) = value.as_bool() {
        return emit(Datum::Boolean(boolean));
    }
    match value.as_number() {
        Some(number) => emit(Datum::Number(number)),
        None => ControlFlow::Continue(()),
    }
}

fn typed_text<'r>(text: Cow<'r, str>, attribute: Option<&Attribute>) -> Datum<'r> {
    let Some(attribute) = attribute else {
        return Datum::text(text);
    };
    match attribute.kind() {
        AttributeType::Boolean => Datum::boolean_text(text),
        AttributeType::DateTime => Datum::DateTime(text),
        AttributeType::Binary => Datum::Binary(text),
        AttributeType::String
        | AttributeType::Decimal
        | AttributeType::Integer
        | AttributeType::Reference
        | AttributeType::Complex => Datum::Text {
            text,
            case_exact: attribute.is_case_exact(),
        },
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
            .matches(&TypedResource::new(&resource, &ResourceType::user()))
    }

    #[test]
    fn the_schema_decides_how_a_filter_compares() {
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
    fn attributes_are_found_with_and_without_their_urn() {
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
