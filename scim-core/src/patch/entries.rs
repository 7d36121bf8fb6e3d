//! The entries of a multi-valued attribute: which two are the same, which one is primary, which say nothing any more.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

use crate::resource::is_label_only;
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

/// The same without taking them.
pub(super) fn slice(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(entries) => entries,
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            std::slice::from_ref(value)
        }
    }
}

/// The entries of `of` that `base` does not have, as often as it does not have them.
pub(super) fn beyond<'a>(base: &[Value], of: &'a [Value]) -> Vec<&'a Value> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for entry in base {
        *counts.entry(entry.to_string()).or_default() += 1;
    }
    let is_new = |entry: &&Value| match counts.get_mut(&entry.to_string()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        Some(_) | None => true,
    };
    of.iter().filter(is_new).collect()
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
    let mut slots: HashMap<Identity<'static>, usize> = HashMap::new();
    let mut slot_of_item = Vec::with_capacity(items.len());
    for item in &items {
        let next = slots.len();
        let key = identity(item, attribute).into_owned();
        slot_of_item.push(*slots.entry(key).or_insert(next));
    }
    let mut places = vec![Vec::new(); slots.len()];
    for (index, entry) in list.iter().enumerate() {
        let slot = slot(&slots, &identity(entry, attribute));
        if let Some(places) = slot.and_then(|slot| places.get_mut(slot)) {
            places.push(index);
        }
    }
    let mut primary = None;
    for (item, slot) in items.into_iter().zip(slot_of_item) {
        let Some(places) = places.get_mut(slot) else {
            continue;
        };
        let existing = places.iter().copied().find(|index| {
            list.get(*index)
                .is_some_and(|entry| same_type(entry, &item, attribute))
        });
        let index = existing.unwrap_or(list.len());
        if is_primary(&item) {
            primary = Some(index);
        }
        match (list.get_mut(index), item) {
            (Some(Value::Object(entry)), Value::Object(item)) => {
                for (name, member) in item {
                    if !is_immutable(&name, attribute) {
                        tree::set(entry, &name, member);
                    }
                }
            }
            (Some(_), _) => {}
            (None, item) => {
                places.push(index);
                list.push(item);
            }
        }
    }
    demote_others(&mut list, primary);
    list
}

/// Looked up by what is borrowed from the list, which may be long where what is added to it is short.
fn slot<'e>(slots: &HashMap<Identity<'e>, usize>, key: &Identity<'e>) -> Option<usize> {
    slots.get(key).copied()
}

/// Whether an item says by a value which entry it means, and not by other members alone.
pub(super) fn names_entry(item: &Value) -> bool {
    !item.is_object() || value_of(item).is_some()
}

/// Takes from a list what is listed, and only that.
///
/// A value says which entry is meant, with a type where the value is not an id. `$ref` and `display` say nothing of it: Entra
/// sends `"$ref": null`, Okta a display name that may be stale.
pub(super) fn without(mut list: Vec<Value>, listed: &[Value], attribute: &Attribute) -> Vec<Value> {
    let (by_value, by_members): (Vec<&Value>, Vec<&Value>) =
        listed.iter().partition(|item| names_entry(item));
    let mut named: HashMap<Identity<'_>, Vec<&Value>> = HashMap::new();
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
#[derive(Eq, Hash, PartialEq)]
pub(super) struct Identity<'e> {
    is_text: bool,
    text: Cow<'e, str>,
}

impl Identity<'_> {
    fn into_owned(self) -> Identity<'static> {
        Identity {
            is_text: self.is_text,
            text: Cow::Owned(self.text.into_owned()),
        }
    }
}

pub(super) fn identity<'e>(entry: &'e Value, attribute: &Attribute) -> Identity<'e> {
    let of_value = attribute.sub_attribute("value");
    let (value, definition) = match value_of(entry) {
        Some(value) => (value, of_value),
        // A text that stands for a complex entry is its `value`.
        None if entry.is_string() => (entry, of_value.or(Some(attribute))),
        None => (entry, Some(attribute)),
    };
    let text = match value.as_str() {
        Some(text)
            if definition.is_none_or(Attribute::is_case_exact)
                || !text.bytes().any(|byte| byte.is_ascii_uppercase()) =>
        {
            Cow::Borrowed(text)
        }
        Some(text) => Cow::Owned(text.to_ascii_lowercase()),
        None => Cow::Owned(value.to_string()),
    };
    Identity {
        is_text: value.is_string(),
        text,
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
    match (type_of(a), type_of(b)) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        (None, _) | (_, None) => true,
    }
}

fn type_of(entry: &Value) -> Option<&str> {
    tree::get(entry.as_object()?, "type")?.as_str()
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

/// Whether an entry says that it is the primary one.
pub(super) fn is_primary(entry: &Value) -> bool {
    let primary = entry
        .as_object()
        .and_then(|members| tree::get(members, "primary"));
    primary == Some(&Value::Bool(true))
}

/// A new primary entry takes the place of the old one (RFC 7644 §3.5.2).
pub(super) fn demote_others(entries: &mut [Value], primary: Option<usize>) {
    let Some(primary) = primary else {
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

/// Whether an entry says nothing any more: it has no sub-attribute left, or, where that counts as nothing, only what it is for.
pub(super) fn says_nothing(entry: &Value, attribute: &Attribute, empty_clears: bool) -> bool {
    match entry.as_object() {
        Some(members) if attribute.is_multi_valued() && empty_clears => is_label_only(members),
        Some(members) => members.is_empty(),
        None => false,
    }
}
