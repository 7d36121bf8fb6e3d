//! `add` and `replace`: the value of an attribute afterwards.

use serde_json::Value;

use super::apply::Engine;
use super::entries::{array, back, demote_others, drop_hollow, object, union};
use super::target::Selection;
use crate::message::Op;
use crate::resource::tree::{self, Object};
use crate::resource::{coerce, coerce_element, coerce_members};
use crate::schema::{Attribute, AttributeType, Mutability};
use crate::{Error, ErrorKind, Tolerance};

impl Engine<'_> {
    /// The attribute's value once `value` is written to what the path selects; `None` where nothing is left.
    pub(super) fn write(
        self,
        selection: &Selection<'_>,
        current: Option<Value>,
        value: &Value,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
        let name = selection.name();
        if let Some(sub) = selection.sub_attribute {
            let value = coerce(value.clone(), sub, &name, self.profile)?;
            return if attribute.is_multi_valued() || selection.filter.is_some() {
                let clears = value.is_none();
                self.write_entries(selection, current, clears, |entry| {
                    check_immutable(entry, sub, value.as_ref(), &name)?;
                    put(entry, sub, value.clone());
                    Ok(())
                })
            } else {
                merge(current, attribute, vec![(sub, value)], &name)
            };
        }
        if selection.filter.is_some() {
            return self.write_selected(selection, current, value, &name);
        }
        if attribute.is_multi_valued() {
            let items = coerce(value.clone(), attribute, &name, self.profile)?;
            return Ok(match (self.op, items) {
                // An add of nothing to a list leaves it; everywhere else nothing clears.
                (Op::Add, None) => current,
                (Op::Replace | Op::Remove, None) => None,
                (op, items) => {
                    let list = if op == Op::Add {
                        array(current)
                    } else {
                        Vec::new()
                    };
                    Some(Value::Array(union(list, array(items), attribute)))
                }
            });
        }
        if attribute.kind() == AttributeType::Complex {
            return match coerce_members(value.clone(), attribute, &name, self.profile)? {
                None => Ok(None),
                Some(members) => merge(current, attribute, members, &name),
            };
        }
        coerce(value.clone(), attribute, &name, self.profile)
    }

    /// The entries that a filter selects, each as a whole.
    fn write_selected(
        self,
        selection: &Selection<'_>,
        current: Option<Value>,
        value: &Value,
        name: &str,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
        match coerce_element(value.clone(), attribute, name, self.profile)? {
            // Nothing in place of the selected entries: they go.
            None => self.remove(selection, current.unwrap_or_default(), None),
            Some(Value::Object(members)) => {
                // What the path says of an entry need not be said again in its value.
                let described = selection.described_entry(self.profile);
                let mut whole = described.unwrap_or_default();
                for (name, member) in &members {
                    tree::set(&mut whole, name, member.clone());
                }
                let replaces = self.op == Op::Replace;
                self.write_entries(selection, current, false, |entry| {
                    if replaces {
                        entry.clone_from(&whole);
                    } else {
                        for (name, member) in &members {
                            tree::set(entry, name, member.clone());
                        }
                    }
                    Ok(())
                })
            }
            Some(value) => {
                let mut entries = array(current);
                let mut selected = false;
                for entry in &mut entries {
                    if selection.selects(entry) {
                        selected = true;
                        entry.clone_from(&value);
                    }
                }
                if !selected {
                    if !self.profile.allows(Tolerance::ValuePathCreates) {
                        return Err(selection.no_target());
                    }
                    entries.push(value);
                }
                Ok(Some(Value::Array(union(Vec::new(), entries, attribute))))
            }
        }
    }

    /// Changes each selected entry, or makes the one that the path describes when none is selected.
    fn write_entries(
        self,
        selection: &Selection<'_>,
        current: Option<Value>,
        clears: bool,
        mut change: impl FnMut(&mut Object) -> Result<(), Error>,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
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
            if !attribute.is_multi_valued() && !entries.is_empty() {
                // There is room for one value, and it is not the one that the filter means.
                return Err(selection.no_target());
            }
            let mut entry = selection.described_entry(self.profile)?;
            if clears {
                return Ok(back(entries, attribute));
            }
            change(&mut entry)?;
            touched.push(entries.len());
            entries.push(Value::Object(entry));
        }
        demote_others(&mut entries, &touched);
        if clears {
            drop_hollow(&mut entries, attribute);
        }
        Ok(back(entries, attribute))
    }
}

/// A complex value once the sub-attributes given are written to it (RFC 7644 §3.5.2.3): the others stay.
fn merge(
    current: Option<Value>,
    attribute: &Attribute,
    members: Vec<(&Attribute, Option<Value>)>,
    name: &str,
) -> Result<Option<Value>, Error> {
    let mut merged = object(current);
    for (sub, value) in &members {
        check_immutable(&merged, sub, value.as_ref(), name)?;
    }
    if attribute.is_reference() {
        let target = members
            .iter()
            .find(|(sub, _)| sub.name().eq_ignore_ascii_case("value"));
        match target {
            Some((_, None)) => return Ok(None),
            // `$ref` and the name of what it referred to before are not those of what it refers to now.
            Some((_, target)) if tree::get(&merged, "value") != target.as_ref() => merged.clear(),
            Some(_) | None => {}
        }
    }
    for (sub, value) in members {
        put(&mut merged, sub, value);
    }
    Ok((!merged.is_empty()).then_some(Value::Object(merged)))
}

fn put(members: &mut Object, sub: &Attribute, value: Option<Value>) {
    match value {
        Some(value) => tree::set(members, sub.name(), value),
        None => {
            tree::remove(members, sub.name());
        }
    }
}

/// Refuses another value, or none, for an immutable sub-attribute that has one (RFC 7643 §2.2).
pub(super) fn check_immutable(
    members: &Object,
    sub: &Attribute,
    value: Option<&Value>,
    name: &str,
) -> Result<(), Error> {
    if sub.mutability() == Mutability::Immutable {
        let existing = tree::get(members, sub.name());
        if existing.is_some() && existing != value {
            return Err(Error::new(
                ErrorKind::Mutability,
                format!("{name} holds {}, which is immutable", sub.name()),
            ));
        }
    }
    Ok(())
}
