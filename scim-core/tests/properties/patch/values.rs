//! Values and lists by their schema, as naive as the rest of the oracle.

use scim_core::ErrorKind::{self, InvalidValue, Mutability};
use scim_core::schema::{Attribute, AttributeType, Mutability as Mut};
use serde_json::{Value, json};

use super::Object;

/// Drops unassigned values: they equal absent ones (RFC 7643 §2.5).
pub(crate) fn tidy(object: Object) -> Object {
    let keep = |value: Value| match value {
        Value::Null => None,
        Value::Array(items) if items.is_empty() => None,
        Value::Object(parts) => Some(tidy(parts))
            .filter(|parts| !parts.is_empty())
            .map(Value::Object),
        value => Some(value),
    };
    object
        .into_iter()
        .filter_map(|(name, value)| Some((name, keep(value)?)))
        .collect()
}

pub(crate) fn list(value: Option<&Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.clone(),
        Some(value) => vec![value.clone()],
    }
}

/// The value in the form of the schema; `None` if it assigns nothing.
pub(crate) fn fitting(value: &Value, attribute: &Attribute) -> Result<Option<Value>, ErrorKind> {
    let items = match (attribute.is_multi_valued(), value) {
        (_, Value::Null) => return Ok(None),
        (_, Value::Array(items)) if items.is_empty() => return Ok(None),
        (false, value) => return one(value, attribute),
        (true, Value::Array(items)) => items,
        (true, _) => return Err(InvalidValue),
    };
    let mut kept = Vec::new();

    // "a list of values" is a set (RFC 7643 §2.4), so a repeated value is dropped.
    for item in items {
        kept.extend(one(item, attribute)?.filter(|item| !kept.contains(item)));
    }

    let primaries = kept
        .iter()
        .filter(|item| item.get("primary") == Some(&json!(true)))
        .count();
    if primaries > 1 {
        return Err(InvalidValue);
    }

    Ok(Some(kept).filter(|kept| !kept.is_empty()).map(Value::from))
}

pub(crate) fn one(value: &Value, attribute: &Attribute) -> Result<Option<Value>, ErrorKind> {
    if value.is_null() {
        return Ok(None);
    }

    let fits = match attribute.kind() {
        AttributeType::Boolean => value.is_boolean(),
        AttributeType::Integer => value.is_i64(),
        AttributeType::Complex => value.is_object(),
        _ => value.is_string(),
    };
    if !fits {
        return Err(InvalidValue);
    }

    let Value::Object(parts) = value else {
        return Ok(Some(value.clone()));
    };
    let mut kept = Object::new();

    for (name, part) in parts {
        let sub = attribute.sub_attribute(name).ok_or(InvalidValue)?;
        // A client cannot write a read-only part.
        if sub.mutability() != Mut::ReadOnly {
            if let Some(part) = fitting(part, sub)? {
                kept.insert(name.clone(), part);
            }
        }
    }

    Ok((!kept.is_empty()).then_some(Value::Object(kept)))
}

/// Sets or removes a part of a complex value, if its mutability allows it.
pub(crate) fn set_part(
    entry: &mut Object,
    sub: &Attribute,
    value: Option<&Value>,
) -> Result<(), ErrorKind> {
    let before = entry.get(sub.name());
    let is_fixed = sub.mutability() == Mut::Immutable;
    if before.is_some() && before != value && (is_fixed || (value.is_none() && sub.is_required())) {
        return Err(Mutability);
    }
    match value {
        Some(value) => entry.insert(sub.name().to_owned(), value.clone()),
        None => entry.remove(sub.name()),
    };
    Ok(())
}

/// Refuses to remove a single complex value with an immutable part.
pub(crate) fn check_removable(
    value: Option<&Value>,
    attribute: &Attribute,
) -> Result<(), ErrorKind> {
    let holds = |sub: &Attribute| {
        sub.mutability() == Mut::Immutable
            && value.is_some_and(|value| value.get(sub.name()).is_some())
    };
    if !attribute.is_multi_valued() && attribute.sub_attributes().iter().any(holds) {
        return Err(Mutability);
    }
    Ok(())
}

/// "a PATCH operation that sets a value's "primary" sub-attribute to "true" SHALL cause the server to automatically set
/// "primary" to "false" for any other values in the array".
pub(crate) fn demote(entries: &mut [Value], but: usize) {
    for (index, entry) in entries.iter_mut().enumerate() {
        if index != but && entry.get("primary") == Some(&json!(true)) {
            entry["primary"] = json!(false);
        }
    }
}

/// Whether two entries are the same: by value and type, or by value alone if it is an id.
pub(crate) fn same(a: &Value, b: &Value, attribute: &Attribute) -> bool {
    let fold = |value: &Value, of: Option<&Attribute>| match value.as_str() {
        Some(text) if !of.is_some_and(Attribute::is_case_exact) => json!(text.to_ascii_lowercase()),
        _ => value.clone(),
    };
    match (a.get("value"), b.get("value")) {
        (Some(va), Some(vb)) => {
            let part = attribute.sub_attribute("value");
            let is_id = attribute.sub_attribute("$ref").is_some();
            let kind = |entry: &Value| entry.get("type").map(|kind| fold(kind, None));
            let kinds = (kind(a), kind(b));
            fold(va, part) == fold(vb, part)
                && (is_id || kinds.0.is_none() || kinds.1.is_none() || kinds.0 == kinds.1)
        }
        (None, None) => fold(a, Some(attribute)) == fold(b, Some(attribute)),
        _ => false,
    }
}

/// "a new value is added to the attribute"; "If the target location already contains the value specified, no changes".
pub(crate) fn add_entry(entries: &mut Vec<Value>, item: Value, attribute: &Attribute) {
    let is_primary = item.get("primary") == Some(&json!(true));
    let at = match entries
        .iter()
        .position(|entry| same(entry, &item, attribute))
    {
        None => {
            entries.push(item);
            entries.len() - 1
        }
        Some(at) => {
            for (name, part) in item.as_object().into_iter().flatten() {
                let sub = attribute.sub_attribute(name).expect("a known part");
                if sub.mutability() != Mut::Immutable {
                    entries[at][name] = part.clone();
                }
            }
            at
        }
    };

    if is_primary {
        demote(entries, at);
    }
}

/// Joins entries to the value of an attribute.
pub(crate) fn joined(mut entries: Vec<Value>, attribute: &Attribute) -> Option<Value> {
    if attribute.is_multi_valued() {
        (!entries.is_empty()).then(|| Value::from(entries))
    } else {
        entries.pop()
    }
}
