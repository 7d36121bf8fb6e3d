//! Attributes of JSON values, without a schema.

use alloc::string::String;
use core::ops::ControlFlow;

use serde_json::{Map, Value};

use super::{Attributes, Datum, Sink};
use crate::number::Number;
use crate::{case, urn};

/// A value has its JSON type, and strings are not case-exact. Only `meta.created` and
/// `meta.lastModified` are dateTimes (RFC 7643 §3.1). A schema URI leads to the member of that name
/// (RFC 7643 §3.3), and the URI of a core schema also to the top level. A value other than an object
/// has no attributes.
impl Attributes for Value {
    fn attribute(&self, uri: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()> {
        match self.as_object() {
            Some(object) => object.attribute(uri, name, emit),
            None => ControlFlow::Continue(()),
        }
    }

    fn is_empty(&self) -> bool {
        !is_present(self, DEEPEST)
    }
}

/// Behaves as the same object in a [`Value`].
impl Attributes for Map<String, Value> {
    fn attribute(&self, uri: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()> {
        let Some(uri) = uri else {
            return match member(self, name) {
                Some(Value::Object(meta)) if case::eq(name, "meta") => {
                    emit(Datum::Complex(&Meta(meta)))
                }
                Some(value) => emit_all(value, emit),
                None => ControlFlow::Continue(()),
            };
        };

        if let Some(Value::Object(extension)) = member(self, uri) {
            return extension.attribute(None, name, emit);
        }
        if urn::is_core(uri) {
            return self.attribute(None, name, emit);
        }
        match self.iter().find(|(key, _)| urn::eq_joined(key, uri, name)) {
            Some((_, extension)) => emit_all(extension, emit),
            None => ControlFlow::Continue(()),
        }
    }

    fn is_empty(&self) -> bool {
        !self.values().any(|value| is_present(value, DEEPEST))
    }
}

/// `meta`, the one complex attribute with the same types in every resource.
struct Meta<'v>(&'v Map<String, Value>);

impl Attributes for Meta<'_> {
    fn attribute(&self, uri: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()> {
        let moment = case::eq(name, "created") || case::eq(name, "lastModified");
        match member(self.0, name) {
            Some(Value::String(text)) if moment => emit(Datum::DateTime(text.into())),
            _ => self.0.attribute(uri, name, emit),
        }
    }

    fn is_empty(&self) -> bool {
        Attributes::is_empty(self.0)
    }
}

/// A member by its exact name, or else by its name in another case.
#[inline]
fn member<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object.get(name).or_else(|| {
        object
            .iter()
            .find(|(key, _)| case::eq(key, name))
            .map(|(_, value)| value)
    })
}

#[inline]
fn emit_all(value: &Value, emit: &mut Sink<'_>) -> ControlFlow<()> {
    match value {
        Value::Array(values) => values.iter().try_for_each(|value| emit_one(value, emit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            emit_one(value, emit)
        }
    }
}

#[inline]
fn emit_one(value: &Value, emit: &mut Sink<'_>) -> ControlFlow<()> {
    match value {
        Value::Null => emit(Datum::Null),
        Value::Bool(value) => emit(Datum::Boolean(*value)),
        Value::Number(number) => emit(read_number(number).map_or(Datum::Null, Datum::Number)),
        Value::String(text) => emit(Datum::text(text)),
        Value::Object(object) => emit(Datum::Complex(object)),
        // SCIM has no list in a list (RFC 7643 §2.4).
        Value::Array(_) => ControlFlow::Continue(()),
    }
}

/// Converts a number by its text, which keeps every digit even with the `arbitrary_precision` feature
/// of `serde_json`. A longer number becomes its nearest double.
fn read_number(number: &serde_json::Number) -> Option<Number<'static>> {
    Number::from_display(format_args!("{number}"))
        .or_else(|| number.as_f64().and_then(Number::from_f64))
}

/// How deep to look for a present value; SCIM has an array, its values and their sub-attributes.
const DEEPEST: usize = 8;

fn is_present(value: &Value, depth: usize) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) if depth > 0 => {
            values.iter().any(|value| is_present(value, depth - 1))
        }
        Value::Object(object) if depth > 0 => {
            object.values().any(|value| is_present(value, depth - 1))
        }
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => true,
    }
}
