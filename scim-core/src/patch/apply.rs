//! One operation on the tree of a resource.

use scim_filter::urn::is_core;
use serde_json::Value;

use super::target::{Selection, Target, resolve};
use crate::message::{Op, Operation};
use crate::resource::tree::{self, Object};
use crate::resource::{coerce, coerce_element, is_hollow};
use crate::schema::{Attribute, AttributeType, Mutability, ResourceType};
use crate::{Error, ErrorKind, Profile, Tolerance};

pub(super) fn operation(
    root: &mut Object,
    operation: &Operation,
    resource_type: &ResourceType,
    profile: Profile,
) -> Result<(), Error> {
    let engine = Engine {
        op: operation.op(),
        resource_type,
        profile,
    };
    match (operation.path(), operation.json()) {
        (None, Some(Value::Object(members))) => engine.members(root, members),
        (None, _) => Err(Error::new(
            ErrorKind::InvalidValue,
            "Without a path, the value must be a complex value",
        )),
        (Some(path), value) => match resolve(path, resource_type, profile)? {
            None => Ok(()),
            Some(Target::Attribute(selection)) => engine.select(root, &selection, value),
            Some(Target::Extension(extension)) => match (engine.op, value) {
                (Op::Remove, _) => {
                    tree::remove(root, extension.id());
                    Ok(())
                }
                (Op::Add | Op::Replace, Some(Value::Object(members))) => {
                    engine.extension_members(root, extension.id(), extension.attributes(), members)
                }
                (Op::Add | Op::Replace, _) => Err(Error::new(
                    ErrorKind::InvalidValue,
                    format!("{} must be a complex value", extension.id()),
                )),
            },
        },
    }
}

#[derive(Clone, Copy)]
struct Engine<'s> {
    op: Op,
    resource_type: &'s ResourceType,
    profile: Profile,
}

impl Engine<'_> {
    /// The members of a path-less value, each as an operation of its own.
    fn members(self, root: &mut Object, members: &Object) -> Result<(), Error> {
        for (key, value) in members {
            if key.eq_ignore_ascii_case("schemas") {
                continue;
            }
            if let Some(attribute) = self.resource_type.top_level(key) {
                self.whole(root, None, attribute, value)?;
            } else if let Some(extension) = self.resource_type.extension(key) {
                if let Value::Object(members) = value {
                    self.extension_members(root, extension.id(), extension.attributes(), members)?;
                } else if tree::is_unassigned(value) {
                    tree::remove(root, extension.id());
                }
            } else if let (true, true, Value::Object(members)) =
                (is_core(key), self.resource_type.knows(key), value)
            {
                self.members(root, members)?;
            } else {
                self.key(root, key, value)?;
            }
        }
        Ok(())
    }

    /// A key of a path-less value that is no attribute name: Entra writes paths there (`facts/idp-wire.md` §2.6).
    fn key(self, root: &mut Object, key: &str, value: &Value) -> Result<(), Error> {
        if self.profile.allows(Tolerance::DottedKeys) {
            if let Ok(path) = self.profile.parser().patch_path(key) {
                return match resolve(&path, self.resource_type, self.profile)? {
                    Some(Target::Attribute(selection)) => {
                        self.select(root, &selection, Some(value))
                    }
                    Some(Target::Extension(_)) | None => Ok(()),
                };
            }
        }
        if self.profile.allows(Tolerance::UnknownAttributes) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidPath,
            format!("{key} is not an attribute of {}", self.resource_type.name()),
        ))
    }

    fn extension_members(
        self,
        root: &mut Object,
        uri: &str,
        attributes: &[Attribute],
        members: &Object,
    ) -> Result<(), Error> {
        for (name, value) in members {
            match attributes
                .iter()
                .find(|a| a.name().eq_ignore_ascii_case(name))
            {
                Some(attribute) => self.whole(root, Some(uri), attribute, value)?,
                None if self.profile.allows(Tolerance::UnknownAttributes) => {}
                None => {
                    return Err(Error::new(
                        ErrorKind::InvalidPath,
                        format!("{uri}:{name} is not an attribute of the schema"),
                    ));
                }
            }
        }
        Ok(())
    }

    /// The attribute as a whole, from a path-less value.
    fn whole(
        self,
        root: &mut Object,
        uri: Option<&str>,
        attribute: &Attribute,
        value: &Value,
    ) -> Result<(), Error> {
        if attribute.mutability() == Mutability::ReadOnly {
            return if self.profile.allows(Tolerance::ReadOnlyIgnored) {
                Ok(())
            } else {
                Err(Error::new(
                    ErrorKind::Mutability,
                    format!("{} is read-only", attribute.name()),
                ))
            };
        }
        let selection = Selection {
            uri,
            attribute,
            filter: None,
            sub_attribute: None,
        };
        self.select(root, &selection, Some(value))
    }

    fn select(
        self,
        root: &mut Object,
        selection: &Selection<'_>,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        let attribute = selection.attribute;
        let holder = match selection.uri {
            Some(uri) => tree::object_mut(root, uri),
            None => root,
        };
        let before = tree::get(holder, attribute.name()).cloned();
        let after = match (self.op, before.clone()) {
            (Op::Remove, None) => None,
            (Op::Remove, Some(current)) => self.remove(selection, current, value)?,
            (Op::Add | Op::Replace, current) => {
                self.write(selection, current, value.unwrap_or(&Value::Null))?
            }
        };
        if attribute.mutability() == Mutability::Immutable && before.is_some() && before != after {
            return Err(Error::new(
                ErrorKind::Mutability,
                format!("{} is immutable", selection.name()),
            ));
        }
        match after {
            Some(value) => tree::set(holder, attribute.name(), value),
            None => {
                tree::remove(holder, attribute.name());
            }
        }
        if let Some(uri) = selection.uri {
            if tree::get(root, uri).is_some_and(tree::is_unassigned) {
                tree::remove(root, uri);
            }
        }
        Ok(())
    }

    /// `add` and `replace`: the attribute's value afterwards.
    fn write(
        self,
        selection: &Selection<'_>,
        current: Option<Value>,
        value: &Value,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
        let name = selection.name();
        if let Some(sub) = selection.sub_attribute {
            let value = coerce(value.clone(), sub, &name, self.profile)?;
            if !attribute.is_multi_valued() && selection.filter.is_none() {
                let mut members = object(current);
                put(&mut members, sub, value);
                return Ok((!members.is_empty()).then_some(Value::Object(members)));
            }
            return self.write_entries(
                selection,
                current,
                |entry| {
                    if sub.mutability() == Mutability::Immutable {
                        let existing = tree::get(entry, sub.name());
                        if existing.is_some() && existing != value.as_ref() {
                            return Err(Error::new(
                                ErrorKind::Mutability,
                                format!("{name} is immutable"),
                            ));
                        }
                    }
                    put(entry, sub, value.clone());
                    Ok(())
                },
                value.is_none(),
            );
        }
        if selection.filter.is_some() {
            let value = coerce_element(value.clone(), attribute, &name, self.profile)?;
            let Some(Value::Object(members)) = value else {
                // Nothing in place of the selected entries: they go.
                return self.remove(selection, current.unwrap_or_default(), None);
            };
            let replaces = self.op == Op::Replace;
            return self.write_entries(
                selection,
                current,
                |entry| {
                    if replaces && !entry.is_empty() {
                        entry.clear();
                    }
                    for (name, member) in &members {
                        tree::set(entry, name, member.clone());
                    }
                    Ok(())
                },
                false,
            );
        }
        let value = coerce(value.clone(), attribute, &name, self.profile)?;
        match (value, attribute.kind(), attribute.is_multi_valued()) {
            // An add of nothing to a list leaves it; everywhere else nothing clears.
            (None, _, true) if self.op == Op::Add => Ok(current),
            (None, _, _) => Ok(None),
            (Some(Value::Array(items)), _, true) => {
                let list = if self.op == Op::Add {
                    array(current)
                } else {
                    Vec::new()
                };
                Ok(Some(Value::Array(union(list, items))))
            }
            // RFC 7644 §3.5.2.3: the sub-attributes given replace what is there, the others stay.
            (Some(Value::Object(members)), AttributeType::Complex, false) => {
                let mut merged = object(current);
                for (name, member) in members {
                    tree::set(&mut merged, &name, member);
                }
                Ok(Some(Value::Object(merged)))
            }
            (value, _, _) => Ok(value),
        }
    }

    /// Changes each selected entry, or makes the one that the path describes when none is selected.
    fn write_entries(
        self,
        selection: &Selection<'_>,
        current: Option<Value>,
        mut change: impl FnMut(&mut Object) -> Result<(), Error>,
        clears: bool,
    ) -> Result<Option<Value>, Error> {
        let multi_valued = selection.attribute.is_multi_valued();
        let mut entries = array(current);
        let mut touched = Vec::new();
        for (index, entry) in entries.iter_mut().enumerate() {
            if selection.selects(entry) {
                if let Value::Object(members) = entry {
                    change(members)?;
                    touched.push(index);
                }
            }
        }
        if touched.is_empty() {
            if clears {
                return Ok(back(entries, multi_valued));
            }
            let mut entry = selection.described_entry(self.profile)?;
            change(&mut entry)?;
            touched.push(entries.len());
            entries.push(Value::Object(entry));
        }
        demote_others(&mut entries, &touched);
        if clears {
            drop_hollow(&mut entries, selection.attribute);
        }
        Ok(back(entries, multi_valued))
    }

    /// `remove`: the attribute's value afterwards.
    fn remove(
        self,
        selection: &Selection<'_>,
        current: Value,
        value: Option<&Value>,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
        let listed = value.filter(|value| !value.is_null());
        if selection.filter.is_none() && selection.sub_attribute.is_none() {
            return match listed {
                Some(listed) if attribute.is_multi_valued() => {
                    if !self.profile.allows(Tolerance::RemoveWithValue) {
                        return Err(Error::new(
                            ErrorKind::InvalidValue,
                            "A remove operation has no value; select with a value path",
                        ));
                    }
                    let listed =
                        match coerce(listed.clone(), attribute, attribute.name(), self.profile)? {
                            Some(Value::Array(items)) => items,
                            // An empty list names nobody: it takes nobody away.
                            Some(_) | None => Vec::new(),
                        };
                    let mut entries = array(Some(current));
                    entries.retain(|entry| !listed.iter().any(|listed| is_entry(entry, listed)));
                    Ok(back(entries, true))
                }
                Some(_) | None => Ok(None),
            };
        }
        let mut entries = array(Some(current));
        let mut selected = false;
        match selection.sub_attribute {
            None => entries.retain(|entry| {
                let hit = selection.selects(entry);
                selected |= hit;
                !hit
            }),
            Some(sub) => {
                for entry in &mut entries {
                    if selection.selects(entry) {
                        selected = true;
                        if let Value::Object(members) = entry {
                            tree::remove(members, sub.name());
                        }
                    }
                }
                drop_hollow(&mut entries, attribute);
            }
        }
        if !selected && !self.profile.allows(Tolerance::RemoveWithoutMatch) {
            return Err(Error::new(
                ErrorKind::NoTarget,
                format!("The path selects no value of {}", selection.name()),
            ));
        }
        Ok(back(entries, attribute.is_multi_valued()))
    }
}

fn put(members: &mut Object, sub: &Attribute, value: Option<Value>) {
    match value {
        Some(value) => tree::set(members, sub.name(), value),
        None => {
            tree::remove(members, sub.name());
        }
    }
}

fn object(value: Option<Value>) -> Object {
    match value {
        Some(Value::Object(members)) => members,
        _ => Object::new(),
    }
}

/// The entries of a multi-valued attribute; a single value is one entry.
fn array(value: Option<Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(entries)) => entries,
        Some(value) => vec![value],
    }
}

fn back(mut entries: Vec<Value>, multi_valued: bool) -> Option<Value> {
    if entries.is_empty() {
        None
    } else if multi_valued {
        Some(Value::Array(entries))
    } else {
        entries.pop()
    }
}

/// Adds to a list what it does not have; an entry it has takes on what the new one says of it.
fn union(mut list: Vec<Value>, items: Vec<Value>) -> Vec<Value> {
    let mut seen: std::collections::HashMap<String, Vec<usize>> = std::collections::HashMap::new();
    for (index, entry) in list.iter().enumerate() {
        seen.entry(identity(entry)).or_default().push(index);
    }
    let mut touched = Vec::new();
    for item in items {
        let key = identity(&item);
        let existing = seen.get(&key).and_then(|indexes| {
            indexes.iter().copied().find(|index| {
                list.get(*index)
                    .is_some_and(|entry| same_type(entry, &item))
            })
        });
        match (
            existing.and_then(|index| Some((index, list.get_mut(index)?))),
            item,
        ) {
            (Some((index, Value::Object(entry))), Value::Object(item)) => {
                for (name, member) in item {
                    tree::set(entry, &name, member);
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

/// What makes an entry that entry: its `value`, or all of it where it has none.
fn identity(entry: &Value) -> String {
    match entry
        .as_object()
        .and_then(|members| tree::get(members, "value"))
    {
        Some(value) => value.to_string(),
        None => entry.to_string(),
    }
}

/// Entries with one value and different types are different entries (RFC 7643 §2.4).
fn same_type(a: &Value, b: &Value) -> bool {
    let of = |entry: &Value| {
        entry
            .as_object()
            .and_then(|members| tree::get(members, "type"))
            .cloned()
    };
    match (of(a), of(b)) {
        (Some(a), Some(b)) => a == b,
        (None, _) | (_, None) => true,
    }
}

/// Whether `listed`, from the value of a `remove`, means `entry`: every member it gives is the entry's.
///
/// `$ref` and `display` say nothing of identity: Entra sends `"$ref": null`, Okta a display name that may be stale.
fn is_entry(entry: &Value, listed: &Value) -> bool {
    match (entry, listed) {
        (Value::Object(entry), Value::Object(listed)) => {
            let telling = |name: &str| {
                !name.eq_ignore_ascii_case("$ref") && !name.eq_ignore_ascii_case("display")
            };
            let mut members = listed.iter().filter(|(name, _)| telling(name)).peekable();
            members.peek().is_some()
                && members.all(|(name, value)| tree::get(entry, name) == Some(value))
        }
        (entry, listed) => entry == listed,
    }
}

/// A new primary entry takes the place of the old one (RFC 7644 §3.5.2).
fn demote_others(entries: &mut [Value], touched: &[usize]) {
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
fn drop_hollow(entries: &mut Vec<Value>, attribute: &Attribute) {
    entries.retain(|entry| match entry.as_object() {
        Some(members) if attribute.is_multi_valued() => !is_hollow(members),
        Some(members) => !members.is_empty(),
        None => true,
    });
}
