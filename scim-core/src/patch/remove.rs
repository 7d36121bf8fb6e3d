//! The `remove` operation on one attribute.

use serde_json::Value;

use super::apply::Engine;
use super::entries::{entries, into_value, is_blank, members, names_entry, without};
use super::guard::{check_clearing, check_sub_attribute};
use super::target::Selection;
use crate::resource::coerce_listed;
use crate::resource::tree;
use crate::schema::Attribute;
use crate::{Error, ErrorKind, Tolerance};

impl Engine<'_> {
    /// Returns the attribute's value without the selected parts; `None` if nothing is left.
    pub(super) fn remove(
        self,
        selection: &Selection<'_>,
        current: Option<Value>,
        value: Option<&Value>,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
        match (selection.filter, selection.sub_attribute) {
            (None, None) => match value.filter(|value| !value.is_null()) {
                Some(listed) if attribute.is_multi_valued() => {
                    self.remove_listed(selection, entries(current), listed)
                }
                Some(_) | None => {
                    check_clearing(&members(current), attribute, &selection.name())?;
                    Ok(None)
                }
            },
            (Some(_), None) => self.remove_entries(selection, entries(current)),
            (_, Some(sub)) => self.remove_sub_attribute(selection, sub, entries(current)),
        }
    }

    fn remove_entries(
        self,
        selection: &Selection<'_>,
        mut entries: Vec<Value>,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
        let before = entries.len();
        if let ([Value::Object(members)], false) = (&*entries, attribute.is_multi_valued()) {
            if entries.iter().any(|entry| selection.selects(entry)) {
                check_clearing(members, attribute, &selection.name())?;
            }
        }

        entries.retain(|entry| !selection.selects(entry));
        self.check_found(selection, entries.len() < before)?;
        Ok(into_value(entries, attribute))
    }

    fn remove_sub_attribute(
        self,
        selection: &Selection<'_>,
        sub: &Attribute,
        mut entries: Vec<Value>,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
        let name = selection.name();
        let refers = attribute.is_reference()
            && !attribute.is_multi_valued()
            && sub.name().eq_ignore_ascii_case("value");
        let empty_clears = self.rules.profile.allows(Tolerance::EmptyClears);

        let mut found = false;
        for entry in &mut entries {
            if !selection.selects(entry) {
                continue;
            }
            found = true;
            let Value::Object(members) = entry else {
                continue;
            };
            check_sub_attribute(members, sub, None, &name)?;
            let removed = tree::remove(members, sub.name());
            if refers {
                members.clear();
            }
            if removed.is_some() && is_blank(entry, attribute, empty_clears) {
                *entry = Value::Null;
            }
        }
        entries.retain(|entry| !entry.is_null());

        self.check_found(selection, found)?;
        Ok(into_value(entries, attribute))
    }

    fn check_found(self, selection: &Selection<'_>, found: bool) -> Result<(), Error> {
        if found || self.rules.profile.allows(Tolerance::RemoveWithoutMatch) {
            Ok(())
        } else {
            Err(selection.no_target())
        }
    }

    fn remove_listed(
        self,
        selection: &Selection<'_>,
        entries: Vec<Value>,
        listed: &Value,
    ) -> Result<Option<Value>, Error> {
        if !self.rules.profile.allows(Tolerance::RemoveWithValue) {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                "A remove operation takes no value; select the entries with a value path, for example members[value eq \"7\"]",
            ));
        }

        let attribute = selection.attribute;
        let listed = coerce_listed(
            listed.clone(),
            attribute,
            &selection.name(),
            self.rules.profile,
        )?;
        // An item with a `value` is found at once; the search for any other item scans all entries.
        let described = listed.iter().filter(|item| !names_entry(item)).count();
        self.rules
            .budget
            .take(entries.len().saturating_mul(described))?;
        // An empty list removes nothing.
        Ok(into_value(without(entries, &listed, attribute), attribute))
    }
}
