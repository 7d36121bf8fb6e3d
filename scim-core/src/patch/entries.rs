//! The entries of a multi-valued attribute: their identity, the primary one, and blank ones.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

use crate::resource::is_label_only;
use crate::resource::tree::{self, Object};
use crate::schema::{Attribute, Mutability};

/// The members of a complex value; none for any other value.
pub(super) fn members(value: Option<Value>) -> Object {
    match value {
        Some(Value::Object(members)) => members,
        _ => Object::new(),
    }
}

/// The entries of a multi-valued attribute; a single value is one entry.
pub(super) fn entries(value: Option<Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(entries)) => entries,
        Some(value) => vec![value],
    }
}

/// As [`entries`], borrowed.
pub(super) fn entries_of(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(entries) => entries,
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            std::slice::from_ref(value)
        }
    }
}

/// The entries of `list` that `base` lacks. A repeated entry counts as often as it occurs.
pub(super) fn beyond<'a>(base: &[Value], list: &'a [Value]) -> Vec<&'a Value> {
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

    list.iter().filter(is_new).collect()
}

/// The value of an attribute with these entries; `None` for no entries.
pub(super) fn into_value(mut entries: Vec<Value>, attribute: &Attribute) -> Option<Value> {
    if entries.is_empty() {
        None
    } else if attribute.is_multi_valued() {
        Some(Value::Array(entries))
    } else {
        entries.pop()
    }
}

/// Adds items to a list.
///
/// If the list already has an entry, the entry takes the new sub-attributes. Immutable ones stay, so adding a present member
/// changes nothing (RFC 7644 §3.5.2.1).
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

/// Looks up a borrowed identity, so that a long list costs no copies.
fn slot<'e>(slots: &HashMap<Identity<'e>, usize>, key: &Identity<'e>) -> Option<usize> {
    slots.get(key).copied()
}

/// Whether an item has a `value`, which identifies an entry. Other items describe an entry by its members.
pub(super) fn names_entry(item: &Value) -> bool {
    !item.is_object() || value_of(item).is_some()
}

/// Removes the listed entries from a list.
///
/// An item identifies its entry by `value`, and by `type` if the value is not an id. `$ref` and `display` do not count, because
/// Entra ID sends `"$ref": null` and Okta a display name that may be stale.
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

/// The identity of an entry: its `value`, or the whole entry if it has none. The schema decides whether case counts.
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
    let value_definition = attribute.sub_attribute("value");
    let (value, definition) = match value_of(entry) {
        Some(value) => (value, value_definition),
        // A text in place of a complex entry is its `value`.
        None if entry.is_string() => (entry, value_definition.or(Some(attribute))),
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

/// Whether `value` alone identifies an entry. It does if it is the id of a resource, which only one resource has (RFC 7643 §3.1).
pub(super) fn is_identified_by_value(attribute: &Attribute) -> bool {
    attribute.is_reference() || is_immutable("value", attribute)
}

fn is_immutable(name: &str, attribute: &Attribute) -> bool {
    attribute
        .sub_attribute(name)
        .is_some_and(|sub| sub.mutability() == Mutability::Immutable)
}

/// Whether the types of two entries allow them to be one entry (RFC 7643 §2.4).
fn same_type(a: &Value, b: &Value, attribute: &Attribute) -> bool {
    if is_identified_by_value(attribute) {
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

/// Whether an entry has every member of `listed`, an item without `value`.
fn has_members(entry: &Value, listed: &Value) -> bool {
    let (Value::Object(entry), Value::Object(listed)) = (entry, listed) else {
        return false;
    };
    let mut compared = listed
        .iter()
        .filter(|(name, _)| {
            !name.eq_ignore_ascii_case("$ref") && !name.eq_ignore_ascii_case("display")
        })
        .peekable();

    compared.peek().is_some() && compared.all(|(name, value)| tree::get(entry, name) == Some(value))
}

/// Whether an entry is marked primary.
pub(super) fn is_primary(entry: &Value) -> bool {
    let primary = entry
        .as_object()
        .and_then(|members| tree::get(members, "primary"));
    primary == Some(&Value::Bool(true))
}

/// Removes the primary mark of all entries except the new primary one (RFC 7644 §3.5.2).
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

/// Whether an entry has no content: no sub-attributes or, with `empty_clears`, only a label such as `type`.
pub(super) fn is_blank(entry: &Value, attribute: &Attribute, empty_clears: bool) -> bool {
    match entry.as_object() {
        Some(members) if attribute.is_multi_valued() && empty_clears => is_label_only(members),
        Some(members) => members.is_empty(),
        None => false,
    }
}
