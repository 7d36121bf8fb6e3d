//! The JSON tree inside a [`Resource`](super::Resource), with names in any letter case.
//!
//! Attribute names compare without regard to case (RFC 7643 §2.1). A tree holds each name once, in the sender's spelling.

use serde_json::{Map, Value};

pub(crate) type Object = Map<String, Value>;

pub(crate) fn get<'t>(object: &'t Object, name: &str) -> Option<&'t Value> {
    object.get(name).or_else(|| {
        object
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

/// Sets `name` and drops any other spelling of it.
pub(crate) fn set(object: &mut Object, name: &str, value: Value) {
    remove(object, name);
    object.insert(name.to_owned(), value);
}

pub(crate) fn remove(object: &mut Object, name: &str) -> Option<Value> {
    let key = spelling(object, name)?.to_owned();
    object.remove(&key)
}

/// The object under `name`, inserted if there is none. Any other value gives way to an empty object.
pub(crate) fn object_mut<'t>(object: &'t mut Object, name: &str) -> &'t mut Object {
    let key = spelling(object, name).unwrap_or(name).to_owned();
    let slot = object.entry(key).or_insert(Value::Null);
    loop {
        match slot {
            Value::Object(inner) => return inner,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => *slot = Value::Object(Object::new()),
        }
    }
}

fn spelling<'t>(object: &'t Object, name: &str) -> Option<&'t str> {
    if let Some((key, _)) = object.get_key_value(name) {
        return Some(key);
    }
    object
        .keys()
        .map(String::as_str)
        .find(|key| key.eq_ignore_ascii_case(name))
}

/// Removes every `null`, and lists and objects that held nothing else. An empty list stays.
pub(crate) fn drop_nulls(object: &mut Object) {
    object.retain(|_, value| stays(value));
}

fn stays(value: &mut Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => {
            let was_empty = items.is_empty();
            items.retain_mut(stays);
            was_empty || !items.is_empty()
        }
        Value::Object(members) => {
            let was_empty = members.is_empty();
            drop_nulls(members);
            was_empty || !members.is_empty()
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

/// Whether the tree contains a `null`.
pub(crate) fn has_null(object: &Object) -> bool {
    fn is_or_has(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(items) => items.iter().any(is_or_has),
            Value::Object(members) => has_null(members),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
    }
    object.values().any(is_or_has)
}

/// Whether a value is unassigned: `null`, an empty list, or an empty object (RFC 7643 §2.5).
pub(crate) fn is_unassigned(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
