//! A second implementation of RFC 7644 §3.5.2: on JSON values, as naive as the text, without code of the engine.

use scim_core::ErrorKind::{self, InvalidFilter, InvalidPath, InvalidValue, Mutability, NoTarget};
use scim_core::Schema;
use scim_core::schema::{Attribute, AttributeType, Mutability as Mut, ResourceType};
use serde_json::{Value, json};

use super::Object;
use super::requests::{Filter, Operation, Place};
use super::things::EXTENSION;
use super::values::{
    add_entry, check_removable, demote, fitting, joined, list, one, set_part, tidy,
};

/// "Operations are applied sequentially … until all operations are successfully applied or until an error condition".
pub(crate) fn oracle(
    before: &Object,
    operations: &[Operation],
    of: &ResourceType,
) -> Result<Object, ErrorKind> {
    let mut thing = before.clone();
    for operation in operations {
        perform(&mut thing, operation, of)?;
        thing = tidy(thing);
    }

    // "If an attribute is removed or becomes unassigned and is defined as a required attribute … mutability".
    let is_there =
        |holder: &Object, name: &str| holder.get(name).is_some_and(|value| *value != json!(""));
    let empty = Object::new();
    let extension = |of: &'_ Object| of.get(EXTENSION).and_then(Value::as_object).cloned();

    for attribute in of.schema().attributes() {
        let name = attribute.name();
        if attribute.is_required() && is_there(before, name) && !is_there(&thing, name) {
            return Err(Mutability);
        }
        // An entry that lacks a required part.
        for entry in list(thing.get(name)) {
            let lacks = |part: &Attribute| {
                part.is_required()
                    && !entry
                        .as_object()
                        .is_some_and(|entry| is_there(entry, part.name()))
            };
            if attribute.sub_attributes().iter().any(lacks)
                && !list(before.get(name)).contains(&entry)
            {
                return Err(InvalidValue);
            }
        }
    }

    if let Some(now) = extension(&thing) {
        let was = extension(before);
        for attribute in of.extensions()[0]
            .schema
            .attributes()
            .iter()
            .filter(|a| a.is_required())
        {
            let (had, has) = (
                is_there(was.as_ref().unwrap_or(&empty), attribute.name()),
                is_there(&now, attribute.name()),
            );
            match (had, has) {
                (true, false) => return Err(Mutability),
                (false, false) if was.is_none() => return Err(InvalidValue),
                _ => {}
            }
        }
    }

    Ok(thing)
}

fn perform(thing: &mut Object, operation: &Operation, of: &ResourceType) -> Result<(), ErrorKind> {
    let Operation { op, place, value } = operation;
    let stock = &of.extensions()[0].schema;

    match place {
        Place::At(path) => {
            let schema = if path.extension { stock } else { of.schema() };
            let attribute = schema.attribute(&path.name).ok_or(InvalidPath)?;
            let sub = match &path.sub {
                None => None,
                Some(sub) => Some(attribute.sub_attribute(sub).ok_or(InvalidPath)?),
            };
            at(
                thing,
                path.extension,
                attribute,
                path.filter.as_ref(),
                sub,
                op,
                value.as_ref(),
            )
        }
        // "If omitted, the target location is assumed to be the resource itself."
        Place::Resource => {
            let Some(Value::Object(given)) = value else {
                return Err(if *op == "remove" {
                    NoTarget
                } else {
                    InvalidValue
                });
            };
            for (name, value) in given {
                if name == EXTENSION {
                    extension(thing, stock, op, Some(value))?;
                } else {
                    let attribute = of.schema().attribute(name).ok_or(InvalidPath)?;
                    at(thing, false, attribute, None, None, op, Some(value))?;
                }
            }
            Ok(())
        }
        Place::Extension => extension(thing, stock, op, value.as_ref()),
    }
}

fn extension(
    thing: &mut Object,
    stock: &Schema,
    op: &str,
    value: Option<&Value>,
) -> Result<(), ErrorKind> {
    match (op, value) {
        ("add", Some(Value::Null)) => Ok(()),
        ("remove", _) | ("replace", Some(Value::Null)) => {
            let held = thing
                .get(EXTENSION)
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default();
            for name in held.keys() {
                let attribute = stock
                    .attribute(name)
                    .expect("an attribute of the extension");
                at(thing, true, attribute, None, None, "remove", None)?;
            }
            Ok(())
        }
        (op, Some(Value::Object(given))) => {
            for (name, value) in given {
                let attribute = stock.attribute(name).ok_or(InvalidPath)?;
                at(thing, true, attribute, None, None, op, Some(value))?;
            }
            Ok(())
        }
        _ => Err(InvalidValue),
    }
}

fn at(
    thing: &mut Object,
    in_extension: bool,
    attribute: &Attribute,
    filter: Option<&Filter>,
    sub: Option<&Attribute>,
    op: &str,
    value: Option<&Value>,
) -> Result<(), ErrorKind> {
    let is_complex = attribute.kind() == AttributeType::Complex;
    if let Some(filter) = filter {
        if !attribute.is_multi_valued() && !is_complex {
            return Err(InvalidPath);
        }
        let is_part = |name: &&str| {
            if is_complex {
                attribute.sub_attribute(name).is_some()
            } else {
                *name == "value"
            }
        };
        if !filter.names().iter().all(is_part) {
            return Err(InvalidFilter);
        }
    }

    // "A client MUST NOT modify an attribute that has mutability readOnly".
    if [Some(attribute), sub]
        .into_iter()
        .flatten()
        .any(|a| a.mutability() == Mut::ReadOnly)
    {
        return Err(Mutability);
    }
    let holder = if in_extension {
        let held = thing.entry(EXTENSION).or_insert_with(|| json!({}));
        held.as_object_mut().expect("an object")
    } else {
        thing
    };
    let before = holder.get(attribute.name()).cloned();
    let after = if op == "remove" {
        removed(before.as_ref(), attribute, filter, sub, value)?
    } else {
        written(
            before.as_ref(),
            attribute,
            filter,
            sub,
            op,
            value.unwrap_or(&Value::Null),
        )?
    };

    // "or immutable. However, a client MAY add a value to an immutable attribute if the attribute had no previous value."
    if attribute.mutability() == Mut::Immutable && before.is_some() && before != after {
        return Err(Mutability);
    }

    match after {
        Some(after) => holder.insert(attribute.name().to_owned(), after),
        None => holder.remove(attribute.name()),
    };

    Ok(())
}

fn written(
    before: Option<&Value>,
    attribute: &Attribute,
    filter: Option<&Filter>,
    sub: Option<&Attribute>,
    op: &str,
    value: &Value,
) -> Result<Option<Value>, ErrorKind> {
    let many = attribute.is_multi_valued();
    if filter.is_none() && !(many && sub.is_some()) {
        return if many {
            // An entry without a value is no member.
            let is_nobody =
                |item: &Value| item.is_object() && item.get("value").is_none_or(Value::is_null);
            if attribute.sub_attribute("$ref").is_some() && list(Some(value)).iter().any(is_nobody)
            {
                return Err(InvalidValue);
            }
            let Some(items) = fitting(value, attribute)? else {
                return Ok(if op == "add" { before.cloned() } else { None });
            };
            // "the attribute and all values are replaced".
            let mut entries = if op == "add" {
                list(before)
            } else {
                Vec::new()
            };
            for item in list(Some(&items)) {
                add_entry(&mut entries, item, attribute);
            }
            Ok(Some(Value::from(entries)))
        } else if attribute.kind() == AttributeType::Complex {
            merged(before, attribute, sub, value)
        } else {
            // "If the target location specifies a single-valued attribute, the existing value is replaced."
            fitting(value, attribute)
        };
    }

    // The value for each selected entry: a part, or the whole entry.
    let given = match sub {
        Some(sub) => fitting(value, sub)?,
        None => one(value, attribute)?,
    };
    let mut entries = list(before);
    let mut primary = None;
    let mut found = false;

    for (index, entry) in entries.iter_mut().enumerate() {
        if filter.is_some_and(|filter| !filter.selects(entry, attribute)) {
            continue;
        }
        found = true;
        let makes_primary = match (sub, &given, &mut *entry) {
            (Some(sub), given, Value::Object(entry)) => {
                set_part(entry, sub, given.as_ref())?;
                sub.name() == "primary" && *given == Some(json!(true))
            }
            // "then all matching record values SHALL be replaced".
            (None, Some(Value::Object(given)), Value::Object(entry)) => {
                for (name, part) in given {
                    let sub = attribute.sub_attribute(name).expect("a known part");
                    if sub.mutability() == Mut::Immutable {
                        set_part(entry, sub, Some(part))?;
                    }
                }
                if op == "replace" {
                    entry.retain(|name, _| {
                        attribute
                            .sub_attribute(name)
                            .is_some_and(|sub| sub.mutability() == Mut::Immutable)
                    });
                }
                entry.extend(given.clone());
                given.get("primary") == Some(&json!(true))
            }
            (None, Some(given), entry) => {
                *entry = given.clone();
                false
            }
            (None, None, entry) => {
                check_removable(Some(entry), attribute)?;
                *entry = Value::Null;
                false
            }
            (Some(_), _, _) => false,
        };
        if makes_primary && primary.replace(index).is_some() {
            return Err(InvalidValue);
        }
    }

    if !found {
        // "no record match was made … noTarget"; without a filter the attribute is added.
        if filter.is_some() || (!many && before.is_some()) {
            return Err(NoTarget);
        }
        if let (Some(sub), Some(given)) = (sub, given) {
            entries.push(json!({sub.name(): given}));
        }
    }

    if let Some(primary) = primary {
        demote(&mut entries, primary);
    }

    entries.retain(|entry| !entry.is_null() && *entry != json!({}));
    if attribute.kind() != AttributeType::Complex {
        // A list holds each value once.
        let mut once = Vec::new();
        for entry in entries {
            add_entry(&mut once, entry, attribute);
        }
        entries = once;
    }

    Ok(joined(entries, attribute))
}

/// "a set of sub-attributes SHALL be specified … which replaces any existing values or adds where an attribute did not
/// previously exist. Sub-attributes that are not specified in the "value" parameter are left unchanged."
fn merged(
    before: Option<&Value>,
    attribute: &Attribute,
    sub: Option<&Attribute>,
    value: &Value,
) -> Result<Option<Value>, ErrorKind> {
    let mut parts: Vec<(&Attribute, Option<Value>)> = Vec::new();
    match (sub, value) {
        (Some(sub), value) => parts.push((sub, fitting(value, sub)?)),
        (None, Value::Null) => {
            check_removable(before, attribute)?;
            return Ok(None);
        }
        (None, Value::Array(items)) if items.is_empty() => {
            check_removable(before, attribute)?;
            return Ok(None);
        }
        (None, Value::Object(given)) => {
            for (name, part) in given {
                let sub = attribute.sub_attribute(name).ok_or(InvalidValue)?;
                if sub.mutability() != Mut::ReadOnly {
                    parts.push((sub, fitting(part, sub)?));
                }
            }
        }
        (None, _) => return Err(InvalidValue),
    }

    let mut whole = before
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let mut check = whole.clone();

    for (sub, part) in &parts {
        set_part(&mut check, sub, part.as_ref())?;
    }

    // A reference is a single value.
    if attribute.sub_attribute("$ref").is_some() {
        match parts.iter().find(|(sub, _)| sub.name() == "value") {
            Some((_, None)) => return Ok(None),
            Some((_, target)) if whole.get("value") != target.as_ref() => whole.clear(),
            _ => {}
        }
    }

    for (sub, part) in parts {
        match part {
            Some(part) => whole.insert(sub.name().to_owned(), part),
            None => whole.remove(sub.name()),
        };
    }

    Ok((!whole.is_empty()).then_some(Value::Object(whole)))
}

fn removed(
    before: Option<&Value>,
    attribute: &Attribute,
    filter: Option<&Filter>,
    sub: Option<&Attribute>,
    value: Option<&Value>,
) -> Result<Option<Value>, ErrorKind> {
    if filter.is_none() && sub.is_none() {
        // The operation has no value.
        if attribute.is_multi_valued() && value.is_some_and(|value| !value.is_null()) {
            return Err(InvalidValue);
        }
        // "the attribute and all values are removed".
        check_removable(before, attribute)?;
        return Ok(None);
    }

    let mut kept = Vec::new();
    for mut entry in list(before) {
        if filter.is_some_and(|filter| !filter.selects(&entry, attribute)) {
            kept.push(entry);
        } else if let Some(sub) = sub {
            // "Sub-attributes whose values have been removed SHALL be considered unassigned."
            if let Value::Object(parts) = &mut entry {
                set_part(parts, sub, None)?;
                if sub.name() == "value"
                    && attribute.sub_attribute("$ref").is_some()
                    && !attribute.is_multi_valued()
                {
                    parts.clear();
                }
            }
            if entry != json!({}) {
                kept.push(entry);
            }
        } else {
            // "the matching records are removed".
            check_removable(Some(&entry), attribute)?;
        }
    }

    Ok(joined(kept, attribute))
}
