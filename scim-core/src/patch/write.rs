//! The `add` and `replace` operations on one attribute.

use serde_json::Value;

use super::apply::Engine;
use super::entries::{
    demote_others, entries, entries_of, into_value, is_blank, is_primary, members, union,
};
use super::guard::{check_clearing, check_immutable, check_sub_attribute};
use super::target::Selection;
use crate::message::Op;
use crate::resource::tree::{self, Object};
use crate::resource::{coerce, coerce_element, coerce_members, role};
use crate::schema::{Attribute, AttributeType, Mutability};
use crate::{Error, ErrorKind, Tolerance};

impl Engine<'_> {
    /// Returns the attribute's value with `value` written to the selected parts; `None` if nothing is left.
    pub(super) fn write(
        self,
        selection: &Selection<'_>,
        current: Option<Value>,
        value: &Value,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
        let name = selection.name();
        let profile = self.rules.profile;

        match (selection.filter, selection.sub_attribute) {
            (_, Some(sub)) => self.write_sub_attribute(selection, sub, current, value),
            (Some(_), None) => self.write_selected(selection, current, value),
            (None, None) if attribute.is_multi_valued() => {
                let items = coerce(value.clone(), attribute, &name, profile)?;
                let kept = match (self.op, &items) {
                    // Adding nothing to a list leaves the list. Any other write of nothing clears it.
                    (Op::Add, None) => return Ok(current),
                    (Op::Replace | Op::Remove, None) => return Ok(None),
                    (Op::Add, Some(_)) => entries(current),
                    (Op::Replace | Op::Remove, Some(_)) => Vec::new(),
                };
                Ok(Some(Value::Array(union(kept, entries(items), attribute))))
            }
            (None, None) if attribute.kind() == AttributeType::Complex => {
                match coerce_members(value.clone(), attribute, &name, profile)? {
                    None => {
                        check_clearing(&members(current), attribute, &name)?;
                        Ok(None)
                    }
                    Some(given) => merge(current, attribute, given, &name),
                }
            }
            (None, None) => coerce(value.clone(), attribute, &name, profile),
        }
    }

    fn write_sub_attribute(
        self,
        selection: &Selection<'_>,
        sub: &Attribute,
        current: Option<Value>,
        value: &Value,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
        let name = selection.name();
        let mut value = coerce(value.clone(), sub, &name, self.rules.profile)?;
        if sub.name().eq_ignore_ascii_case("value")
            && role::may_hold_json(attribute, self.rules.profile)
        {
            value = value.map(role::role_name_in_json);
        }

        if !attribute.is_multi_valued() && selection.filter.is_none() {
            return merge(current, attribute, vec![(sub, value)], &name);
        }

        self.write_entries(selection, current, value.is_none(), |entry| {
            check_sub_attribute(entry, sub, value.as_ref(), &name)?;
            let makes_primary =
                value == Some(Value::Bool(true)) && sub.name().eq_ignore_ascii_case("primary");
            put(entry, sub, value.clone());
            Ok(makes_primary)
        })
    }

    /// Writes each entry that a filter selects, as a whole.
    fn write_selected(
        self,
        selection: &Selection<'_>,
        current: Option<Value>,
        value: &Value,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
        let name = selection.name();
        match coerce_element(value.clone(), attribute, &name, self.rules.profile)? {
            // No value: the selected entries go.
            None => {
                let creates = self.rules.profile.allows(Tolerance::ValuePathCreates);
                let held = current.as_ref().map(entries_of).unwrap_or_default();
                if !creates && !held.iter().any(|entry| selection.selects(entry)) {
                    return Err(selection.no_target());
                }
                self.remove(selection, current, None)
            }
            Some(Value::Object(members)) => {
                // The value need not repeat the conditions of the path.
                let mut whole = selection
                    .described_entry(self.rules.profile)
                    .unwrap_or_default();
                for (name, member) in &members {
                    tree::set(&mut whole, name, member.clone());
                }
                let given = if self.op == Op::Replace {
                    &whole
                } else {
                    &members
                };

                self.write_entries(selection, current, false, |entry| {
                    for sub in attribute.sub_attributes() {
                        if let Some(value) = tree::get(given, sub.name()) {
                            check_immutable(entry, sub, Some(value), &name)?;
                        }
                    }
                    if self.op == Op::Replace {
                        // Immutable sub-attributes stay with the entry, even if the value leaves them out.
                        entry.retain(|key, _| {
                            attribute
                                .sub_attribute(key)
                                .is_some_and(|sub| sub.mutability() == Mutability::Immutable)
                        });
                    }
                    for (name, member) in given {
                        tree::set(entry, name, member.clone());
                    }
                    Ok(tree::get(given, "primary") == Some(&Value::Bool(true)))
                })
            }
            Some(value) => {
                let mut entries = entries(current);
                let mut selected = false;
                for entry in entries.iter_mut().filter(|entry| selection.selects(entry)) {
                    selected = true;
                    entry.clone_from(&value);
                }
                if !selected {
                    if !self.rules.profile.allows(Tolerance::ValuePathCreates) {
                        return Err(selection.no_target());
                    }
                    entries.push(value);
                }
                Ok(Some(Value::Array(union(Vec::new(), entries, attribute))))
            }
        }
    }

    /// Changes each selected entry. If none is selected, creates the entry that the path describes.
    ///
    /// `change` returns whether it makes the entry the primary one.
    fn write_entries(
        self,
        selection: &Selection<'_>,
        current: Option<Value>,
        clears: bool,
        mut change: impl FnMut(&mut Object) -> Result<bool, Error>,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
        let mut entries = entries(current);
        let empty_clears = self.rules.profile.allows(Tolerance::EmptyClears);

        let mut selected = false;
        let mut primary = None;
        for (index, entry) in entries.iter_mut().enumerate() {
            if !selection.selects(entry) {
                continue;
            }
            let was_blank = is_blank(entry, attribute, empty_clears);
            let Value::Object(members) = entry else {
                continue;
            };
            selected = true;
            if change(members)? {
                if primary.is_some() {
                    self.check_single_primary(selection)?;
                }
                primary = primary.or(Some(index));
            }
            if clears && !was_blank && is_blank(entry, attribute, empty_clears) {
                *entry = Value::Null;
            }
        }

        if !selected {
            if !attribute.is_multi_valued() && !entries.is_empty() {
                // A single-valued attribute has no room for a second value.
                return Err(selection.no_target());
            }
            let mut entry = selection.described_entry(self.rules.profile)?;
            if clears {
                return Ok(into_value(entries, attribute));
            }
            change(&mut entry)?;
            let entry = Value::Object(entry);
            if is_primary(&entry) {
                primary = Some(entries.len());
            }
            entries.push(entry);
        }

        demote_others(&mut entries, primary);
        if clears {
            entries.retain(|entry| !entry.is_null());
        }
        Ok(into_value(entries, attribute))
    }

    fn check_single_primary(self, selection: &Selection<'_>) -> Result<(), Error> {
        if self.rules.profile.allows(Tolerance::SeveralPrimary) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidValue,
            format!(
                "{} would have more than one primary entry; mark only one of them primary",
                selection.name()
            ),
        ))
    }
}

/// Writes the given sub-attributes to a complex value; the others stay (RFC 7644 §3.5.2.3).
fn merge(
    current: Option<Value>,
    attribute: &Attribute,
    given: Vec<(&Attribute, Option<Value>)>,
    name: &str,
) -> Result<Option<Value>, Error> {
    let mut merged = members(current);
    for (sub, value) in &given {
        check_sub_attribute(&merged, sub, value.as_ref(), name)?;
    }

    if attribute.is_reference() {
        let target = given
            .iter()
            .find(|(sub, _)| sub.name().eq_ignore_ascii_case("value"));
        match target {
            Some((_, None)) => {
                check_clearing(&merged, attribute, name)?;
                return Ok(None);
            }
            // A new target makes the `$ref` and the name of the old one wrong.
            Some((_, target)) if tree::get(&merged, "value") != target.as_ref() => merged.clear(),
            Some(_) | None => {}
        }
    }

    for (sub, value) in given {
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
