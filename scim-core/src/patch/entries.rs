//! The entries of a multi-valued attribute: which two are the same, which one is primary, which say nothing any more.

use std::collections::HashMap;

use serde_json::Value;

use crate::resource::is_hollow;
use crate::resource::tree::{self, Object};
use crate::schema::{Attribute, Mutability};

/// The members of a complex value; of anything else none.
pub(super) fn object(value: Option<Value>) -> Object {
    match value {
        Some(Value::Object(members)) => members,
        _ => Object::new(),
    }
}

/// The entries of a multi-valued attribute; a single value is one entry.
pub(super) fn array(value: Option<Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(entries)) => entries,
        Some(value) => vec![value],
    }
}

/// The value of an attribute that has these entries.
pub(super) fn back(mut entries: Vec<Value>, attribute: &Attribute) -> Option<Value> {
    if entries.is_empty() {
        None
    } else if attribute.is_multi_valued() {
        Some(Value::Array(entries))
    } else {
        entries.pop()
    }
}

/// Adds to a list what it does not have.
///
/// An entry it has takes on what the new one says of it, save what is immutable: that is part of the entry, and who is a member
/// already is added without a change (RFC 7644 §3.5.2.1).
pub(super) fn union(mut list: Vec<Value>, items: Vec<Value>, attribute: &Attribute) -> Vec<Value> {
    let mut seen: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, entry) in list.iter().enumerate() {
        seen.entry(identity(entry, attribute))
            .or_default()
            .push(index);
    }
    let mut touched = Vec::new();
    for item in items {
        let key = identity(&item, attribute);
        let existing = seen.get(&key).and_then(|indexes| {
            indexes.iter().copied().find(|index| {
                list.get(*index)
                    .is_some_and(|entry| same_type(entry, &item, attribute))
            })
        });
        match (
            existing.and_then(|index| Some((index, list.get_mut(index)?))),
            item,
        ) {
            (Some((index, Value::Object(entry))), Value::Object(item)) => {
                for (name, member) in item {
                    if !is_immutable(&name, attribute) {
                        tree::set(entry, &name, member);
                    }
                }
                touched.push(index);
            }
            (Some(_), _) => {}
            (None, item) => {
                seen.entry(key).or_default().push(list.len());
                touched.push(list.len());
                list.push(item);
            }
        }
    }
    demote_others(&mut list, &touched);
    list
}

/// Takes from a list what is listed, and only that.
///
/// A value says which entry is meant, with a type where the value is not an id. `$ref` and `display` say nothing of it: Entra
/// sends `"$ref": null`, Okta a display name that may be stale.
pub(super) fn without(mut list: Vec<Value>, listed: &[Value], attribute: &Attribute) -> Vec<Value> {
    let (by_value, by_members): (Vec<&Value>, Vec<&Value>) = listed
        .iter()
        .partition(|item| !item.is_object() || value_of(item).is_some());
    let mut named: HashMap<String, Vec<&Value>> = HashMap::new();
    for item in by_value {
        named
            .entry(identity(item, attribute))
            .or_default()
            .push(item);
    }
    list.retain(|entry| {
        let by_value = named
            .get(&identity(entry, attribute))
            .is_some_and(|items| items.iter().any(|item| same_type(entry, item, attribute)));
        !by_value && !by_members.iter().any(|item| has_members(entry, item))
    });
    list
}

/// What makes an entry that entry: its `value`, or all of it where it has none; by the case rule of the schema.
fn identity(entry: &Value, attribute: &Attribute) -> String {
    let (value, definition) = match (entry, value_of(entry)) {
        (Value::Object(_), Some(value)) => (value, attribute.sub_attribute("value")),
        (entry, _) => (entry, Some(attribute)),
    };
    let text = value.to_string();
    match definition {
        Some(definition) if value.is_string() && !definition.is_case_exact() => {
            text.to_ascii_lowercase()
        }
        Some(_) | None => text,
    }
}

pub(super) fn value_of(entry: &Value) -> Option<&Value> {
    entry
        .as_object()
        .and_then(|members| tree::get(members, "value"))
}

/// Whether the `value` of an entry says on its own which entry it is: the id of a resource, and only one resource has that
/// (RFC 7643 §3.1).
pub(super) fn is_named_by_value(attribute: &Attribute) -> bool {
    attribute.is_reference() || is_immutable("value", attribute)
}

fn is_immutable(name: &str, attribute: &Attribute) -> bool {
    attribute
        .sub_attribute(name)
        .is_some_and(|sub| sub.mutability() == Mutability::Immutable)
}

/// Whether the types let two entries with one value be the same one (RFC 7643 §2.4).
fn same_type(a: &Value, b: &Value, attribute: &Attribute) -> bool {
    if is_named_by_value(attribute) {
        return true;
    }
    let of = |entry: &Value| {
        entry
            .as_object()
            .and_then(|members| tree::get(members, "type"))
            .and_then(Value::as_str)
            .map(str::to_ascii_lowercase)
    };
    match (of(a), of(b)) {
        (Some(a), Some(b)) => a == b,
        (None, _) | (_, None) => true,
    }
}

/// Whether an entry has every member that `listed`, which names no value, gives.
fn has_members(entry: &Value, listed: &Value) -> bool {
    let (Value::Object(entry), Value::Object(listed)) = (entry, listed) else {
        return false;
    };
    let mut telling = listed
        .iter()
        .filter(|(name, _)| {
            !name.eq_ignore_ascii_case("$ref") && !name.eq_ignore_ascii_case("display")
        })
        .peekable();
    telling.peek().is_some() && telling.all(|(name, value)| tree::get(entry, name) == Some(value))
}

/// A new primary entry takes the place of the old one (RFC 7644 §3.5.2).
pub(super) fn demote_others(entries: &mut [Value], touched: &[usize]) {
    let is_primary = |entry: &Value| {
        entry
            .as_object()
            .and_then(|members| tree::get(members, "primary"))
            .is_some_and(|primary| *primary == Value::Bool(true))
    };
    let Some(primary) = touched
        .iter()
        .rev()
        .copied()
        .find(|index| entries.get(*index).is_some_and(is_primary))
    else {
        return;
    };
    for (index, entry) in entries.iter_mut().enumerate() {
        if index != primary && is_primary(entry) {
            if let Value::Object(members) = entry {
                tree::set(members, "primary", Value::Bool(false));
            }
        }
    }
}

/// Drops entries of which only what they are for is left.
pub(super) fn drop_hollow(entries: &mut Vec<Value>, attribute: &Attribute) {
    entries.retain(|entry| match entry.as_object() {
        Some(members) if attribute.is_multi_valued() => !is_hollow(members),
        Some(members) => !members.is_empty(),
        None => true,
    });
}
