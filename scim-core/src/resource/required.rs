//! Required attributes, and immutable attributes that a replacement keeps.

use serde_json::Value;

use super::Resource;
use super::tree::{self, Object};
use crate::schema::{Attribute, AttributeType, Mutability, ResourceType, Schema, spell};
use crate::{Error, ErrorKind};

/// Reports the path of each required attribute or extension that is missing (RFC 7643 §6, §7).
///
/// It checks the core schema, every extension in use, and the sub-attributes of every complex value. Read-only attributes do
/// not count: only the server writes them.
pub(crate) fn missing(root: &Object, resource_type: &ResourceType, report: &mut dyn FnMut(String)) {
    for attribute in resource_type.schema().attributes() {
        missing_from(root, None, attribute, report);
    }

    for extension in resource_type.extensions() {
        let schema = &extension.schema;
        match tree::get(root, schema.id()) {
            Some(Value::Object(members)) if !members.is_empty() => {
                for attribute in schema.attributes() {
                    missing_from(members, Some(schema.id()), attribute, report);
                }
            }
            _ if extension.required && schema.attributes().iter().any(is_writable) => {
                report(schema.id().to_owned());
            }
            _ => {}
        }
    }
}

fn is_writable(attribute: &Attribute) -> bool {
    attribute.mutability() != Mutability::ReadOnly
}

fn missing_from(
    holder: &Object,
    uri: Option<&str>,
    attribute: &Attribute,
    report: &mut dyn FnMut(String),
) {
    if !is_writable(attribute) {
        return;
    }

    let Some(value) = given(holder, attribute.name()) else {
        if attribute.is_required() {
            report(spell(uri, attribute, None));
        }
        return;
    };

    for sub in attribute.sub_attributes() {
        if !sub.is_required() || !is_writable(sub) {
            continue;
        }
        let lacks = |entry: &Value| {
            let members = entry.as_object();
            members.is_some_and(|members| given(members, sub.name()).is_none())
        };

        let is_missing = match value.as_array() {
            Some(entries) => entries.iter().any(lacks),
            None => lacks(value),
        };

        if is_missing {
            report(spell(uri, attribute, Some(sub)));
        }
    }
}

/// The value of a name if it satisfies a requirement; an empty string does not.
pub(super) fn given<'t>(holder: &'t Object, name: &str) -> Option<&'t Value> {
    tree::get(holder, name).filter(|value| !tree::is_unassigned(value) && *value != "")
}

/// Completes a replacement with the immutable values that it omits, and refuses other values for them.
///
/// The entries of a list are replaced whole, so their immutable sub-attributes are not compared (RFC 7643 §4.2).
///
/// # Errors
///
/// `Mutability` if an immutable attribute with a value would get another one (RFC 7644 §3.5.1).
pub(crate) fn keep_immutable(
    current: &Resource,
    mut desired: Resource,
    resource_type: &ResourceType,
) -> Result<Resource, Error> {
    for place in resource_type.immutables() {
        let uri = place.extension.map(Schema::id);
        let sub = place.sub_attribute.map(Attribute::name);
        let Some(present) = value_at(current, uri, place.attribute.name(), sub) else {
            continue;
        };

        match value_at(&desired, uri, place.attribute.name(), sub) {
            None => desired.put(uri, place.attribute.name(), sub, present.clone()),
            Some(wanted) if is_same(present, wanted, place.leaf()) => {}
            Some(_) => {
                return Err(Error::new(
                    ErrorKind::Mutability,
                    format!("{} is immutable", place.name()),
                ));
            }
        }
    }
    Ok(desired)
}

fn value_at<'r>(
    resource: &'r Resource,
    uri: Option<&str>,
    name: &str,
    sub: Option<&str>,
) -> Option<&'r Value> {
    let root = resource.tree();
    let holder = match uri {
        None => root,
        Some(uri) => tree::get(root, uri)?.as_object()?,
    };

    let value = tree::get(holder, name)?;
    let value = match sub {
        None => value,
        Some(sub) => tree::get(value.as_object()?, sub)?,
    };
    (!tree::is_unassigned(value)).then_some(value)
}

fn is_same(present: &Value, wanted: &Value, attribute: &Attribute) -> bool {
    match (present, wanted) {
        (Value::String(a), Value::String(b))
            if attribute.kind() == AttributeType::String && !attribute.is_case_exact() =>
        {
            a.eq_ignore_ascii_case(b)
        }
        _ => present == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schema;

    const BADGE: &str = "urn:example:Badge";

    fn badge(json: &str) -> Schema {
        Schema::from_slice(format!(r#"{{"id":"{BADGE}","attributes":{json}}}"#).as_bytes()).unwrap()
    }

    fn missing_of(json: &str, resource_type: &ResourceType) -> Vec<String> {
        let resource = Resource::from_slice(json.as_bytes()).unwrap();
        let mut paths = Vec::new();
        missing(resource.tree(), resource_type, &mut |path| paths.push(path));
        paths
    }

    #[test]
    fn a_missing_extension_and_its_missing_attributes_are_reported() {
        let number = badge(r#"[{"name":"number","required":true},{"name":"colour"}]"#);
        let optional = ResourceType::group().with_extension(number.clone());
        let required = ResourceType::group().with_required_extension(number);
        let none = r#"{"displayName":"a"}"#;
        assert!(missing_of(none, &optional).is_empty());
        assert_eq!(missing_of(none, &required), [BADGE]);
        let partial = format!(r#"{{"displayName":"a","{BADGE}":{{"colour":"red"}}}}"#);
        for resource_type in [&optional, &required] {
            assert_eq!(
                missing_of(&partial, resource_type),
                [format!("{BADGE}:number")]
            );
        }
    }

    #[test]
    fn every_entry_needs_its_required_parts_and_read_only_attributes_are_exempt() {
        let schema = badge(
            r#"[{"name":"keys","type":"complex","multiValued":true,
                 "subAttributes":[{"name":"value","required":true},{"name":"note"}]},
                {"name":"serial","required":true,"mutability":"readOnly"}]"#,
        );
        let resource_type = ResourceType::new("Badge", "/Badges", schema);
        assert!(missing_of("{}", &resource_type).is_empty());
        assert!(missing_of(r#"{"keys":[{"value":"1"}]}"#, &resource_type).is_empty());
        let one = r#"{"keys":[{"value":"1"},{"note":"lost"}]}"#;
        assert_eq!(missing_of(one, &resource_type), ["keys.value"]);
    }

    #[test]
    fn an_immutable_value_stays_and_another_value_is_refused() {
        let schema = badge(
            r#"[{"name":"number","mutability":"immutable"},
                {"name":"maker","type":"complex","subAttributes":[{"name":"id","mutability":"immutable"},{"name":"note"}]}]"#,
        );
        let resource_type = ResourceType::group().with_extension(schema);
        let of = |inner: &str| {
            let json = format!(r#"{{"displayName":"a","{BADGE}":{inner}}}"#);
            Resource::from_slice(json.as_bytes()).unwrap()
        };

        let current = of(r#"{"number":"A1","maker":{"id":"m","note":"x"}}"#);
        let kept = keep_immutable(&current, of(r#"{"number":"a1"}"#), &resource_type).unwrap();
        assert_eq!(kept, of(r#"{"number":"a1","maker":{"id":"m"}}"#));

        let none = Resource::from_slice(br#"{"displayName":"a"}"#).unwrap();
        let kept = keep_immutable(&current, none, &resource_type).unwrap();
        assert_eq!(kept, of(r#"{"number":"A1","maker":{"id":"m"}}"#));

        for other in [r#"{"number":"A2"}"#, r#"{"maker":{"id":"n"}}"#] {
            let error = keep_immutable(&current, of(other), &resource_type).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Mutability, "{other}");
            assert!(error.detail().starts_with(BADGE));
        }

        let first = keep_immutable(&of("{}"), of(r#"{"number":"A2"}"#), &resource_type);
        assert_eq!(first.unwrap(), of(r#"{"number":"A2"}"#));
    }
}
