//! What a PATCH request must leave assigned.

use serde_json::Value;

use super::assigned;
use super::entries::slice;
use crate::resource::tree::{self, Object};
use crate::schema::{Attribute, ResourceType, Schema, spell};
use crate::{Error, ErrorKind};

/// Refuses a result that lacks what its schemas require.
///
/// The result of the whole request counts, which is one atomic change: an attribute may be removed and given again. What the
/// resource lacked before is not this request's fault.
///
/// Source: RFC 7644 §3.5.2.2.
pub(super) fn check_required(
    before: &Object,
    after: &Object,
    resource_type: &ResourceType,
) -> Result<(), Error> {
    check_schema(before, after, None, resource_type.schema())?;
    let none = Object::new();
    for extension in resource_type.extensions() {
        let uri = extension.schema.id();
        let of = |side| assigned(side, uri).and_then(Value::as_object);
        match (of(before), of(after)) {
            (before, Some(after)) => {
                check_schema(before.unwrap_or(&none), after, Some(uri), &extension.schema)?;
                if before.is_none() {
                    check_new(after, uri, &extension.schema)?;
                }
            }
            (Some(_), None) if extension.required => return Err(cannot_be_removed(uri)),
            (_, None) => {}
        }
    }
    Ok(())
}

fn check_schema(
    before: &Object,
    after: &Object,
    uri: Option<&str>,
    schema: &Schema,
) -> Result<(), Error> {
    for attribute in schema.attributes() {
        let name = attribute.name();
        if attribute.is_required() && is_missing(after, name) && !is_missing(before, name) {
            return Err(cannot_be_removed(&spell(uri, attribute, None)));
        }
        if attribute
            .sub_attributes()
            .iter()
            .any(Attribute::is_required)
        {
            check_entries(
                tree::get(before, name),
                tree::get(after, name),
                uri,
                attribute,
            )?;
        }
    }
    Ok(())
}

/// An extension that the request brings must have what it requires.
fn check_new(after: &Object, uri: &str, extension: &Schema) -> Result<(), Error> {
    let missing =
        |attribute: &&Attribute| attribute.is_required() && is_missing(after, attribute.name());
    match extension.attributes().iter().find(missing) {
        Some(attribute) => Err(is_required(&spell(Some(uri), attribute, None))),
        None => Ok(()),
    }
}

/// Entries that the request brings or changes must have their required sub-attributes.
fn check_entries(
    before: Option<&Value>,
    after: Option<&Value>,
    uri: Option<&str>,
    attribute: &Attribute,
) -> Result<(), Error> {
    if before == after {
        return Ok(());
    }
    let known = before.map(slice).unwrap_or_default();
    for entry in after.map(slice).unwrap_or_default() {
        let Some(members) = entry.as_object() else {
            continue;
        };
        let lacking = attribute
            .sub_attributes()
            .iter()
            .find(|sub| sub.is_required() && is_missing(members, sub.name()));
        if let Some(sub) = lacking.filter(|_| !known.contains(entry)) {
            return Err(is_required(&spell(uri, attribute, Some(sub))));
        }
    }
    Ok(())
}

/// Whether a required attribute has no value that would do.
fn is_missing(object: &Object, name: &str) -> bool {
    assigned(object, name).is_none_or(|value| value == "")
}

fn cannot_be_removed(name: &str) -> Error {
    Error::new(
        ErrorKind::Mutability,
        format!("{name} is required and cannot be removed"),
    )
}

fn is_required(name: &str) -> Error {
    Error::new(ErrorKind::InvalidValue, format!("{name} is required"))
}
