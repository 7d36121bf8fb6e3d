//! `add` and `replace`: the value of an attribute afterwards.

use serde_json::Value;

use super::apply::Engine;
use super::entries::{array, back, demote_others, is_primary, object, says_nothing, slice, union};
use super::guard::{check_clearing, check_immutable, check_sub_attribute};
use super::target::Selection;
use crate::message::Op;
use crate::resource::tree::{self, Object};
use crate::resource::{coerce, coerce_element, coerce_members, role};
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
        match (selection.filter, selection.sub_attribute) {
            (_, Some(sub)) => self.write_sub_attribute(selection, sub, current, value),
            (Some(_), None) => self.write_selected(selection, current, value),
            (None, None) if attribute.is_multi_valued() => {
                let items = coerce(value.clone(), attribute, &name, self.rules.profile)?;
                Ok(match (self.op, items) {
                    // An add of nothing to a list leaves it; everywhere else nothing clears.
                    (Op::Add, None) => current,
                    (Op::Replace | Op::Remove, None) => None,
                    (Op::Add, items) => {
                        Some(Value::Array(union(array(current), array(items), attribute)))
                    }
                    (Op::Replace | Op::Remove, items) => {
                        Some(Value::Array(union(Vec::new(), array(items), attribute)))
                    }
                })
            }
            (None, None) if attribute.kind() == AttributeType::Complex => {
                match coerce_members(value.clone(), attribute, &name, self.rules.profile)? {
                    None => {
                        check_clearing(&object(current), attribute, &name)?;
                        Ok(None)
                    }
                    Some(members) => merge(current, attribute, members, &name),
                }
            }
            (None, None) => coerce(value.clone(), attribute, &name, self.rules.profile),
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

    /// The entries that a filter selects, each as a whole.
    fn write_selected(
        self,
        selection: &Selection<'_>,
        current: Option<Value>,
        value: &Value,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
        let name = selection.name();
        match coerce_element(value.clone(), attribute, &name, self.rules.profile)? {
            // Nothing in place of the selected entries: they go.
            None => {
                let creates = self.rules.profile.allows(Tolerance::ValuePathCreates);
                let held = current.as_ref().map(slice).unwrap_or_default();
                if !creates && !held.iter().any(|entry| selection.selects(entry)) {
                    return Err(selection.no_target());
                }
                self.remove(selection, current, None)
            }
            Some(Value::Object(members)) => {
                // What the path says of an entry need not be said again in its value.
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
                        // What is immutable stays with the entry, said again or not.
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
                let mut entries = array(current);
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

    /// Changes each selected entry, or makes the one that the path describes when none is selected.
    ///
    /// `change` says whether it makes an entry the primary one.
    fn write_entries(
        self,
        selection: &Selection<'_>,
        current: Option<Value>,
        clears: bool,
        mut change: impl FnMut(&mut Object) -> Result<bool, Error>,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
        let mut entries = array(current);
        let empty_clears = self.rules.profile.allows(Tolerance::EmptyClears);
        let mut selected = false;
        let mut primary = None;
        for (index, entry) in entries.iter_mut().enumerate() {
            if !selection.selects(entry) {
                continue;
            }
            let said_nothing = says_nothing(entry, attribute, empty_clears);
            let Value::Object(members) = entry else {
                continue;
            };
            selected = true;
            if change(members)? {
                if primary.is_some() {
                    self.refuse_several_primary(selection)?;
                }
                primary = primary.or(Some(index));
            }
            if clears && !said_nothing && says_nothing(entry, attribute, empty_clears) {
                *entry = Value::Null;
            }
        }
        if !selected {
            if !attribute.is_multi_valued() && !entries.is_empty() {
                // There is room for one value, and it is not the one that the filter means.
                return Err(selection.no_target());
            }
            let mut entry = selection.described_entry(self.rules.profile)?;
            if clears {
                return Ok(back(entries, attribute));
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
        Ok(back(entries, attribute))
    }

    fn refuse_several_primary(self, selection: &Selection<'_>) -> Result<(), Error> {
        if self.rules.profile.allows(Tolerance::SeveralPrimary) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidValue,
            format!(
                "{} would have more than one primary entry",
                selection.name()
            ),
        ))
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
        check_sub_attribute(&merged, sub, value.as_ref(), name)?;
    }
    if attribute.is_reference() {
        let target = members
            .iter()
            .find(|(sub, _)| sub.name().eq_ignore_ascii_case("value"));
        match target {
            Some((_, None)) => {
                check_clearing(&merged, attribute, name)?;
                return Ok(None);
            }
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
