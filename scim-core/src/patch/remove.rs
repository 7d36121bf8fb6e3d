//! `remove`: the value of an attribute afterwards.

use serde_json::Value;

use super::apply::Engine;
use super::entries::{array, back, names_entry, object, says_nothing, without};
use super::guard::{check_clearing, check_sub_attribute};
use super::target::Selection;
use crate::resource::coerce_listed;
use crate::resource::tree;
use crate::schema::Attribute;
use crate::{Error, ErrorKind, Tolerance};

impl Engine<'_> {
    /// The attribute's value once what the path selects is taken away; `None` where nothing is left.
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
                    self.remove_listed(selection, array(current), listed)
                }
                Some(_) | None => {
                    check_clearing(&object(current), attribute, &selection.name())?;
                    Ok(None)
                }
            },
            (Some(_), None) => self.remove_entries(selection, array(current)),
            (_, Some(sub)) => self.remove_sub_attribute(selection, sub, array(current)),
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
        self.found(selection, entries.len() < before)?;
        Ok(back(entries, attribute))
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
            if removed.is_some() && says_nothing(entry, attribute, empty_clears) {
                *entry = Value::Null;
            }
        }
        entries.retain(|entry| !entry.is_null());
        self.found(selection, found)?;
        Ok(back(entries, attribute))
    }

    fn found(self, selection: &Selection<'_>, found: bool) -> Result<(), Error> {
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
                "A remove operation has no value; select with a value path",
            ));
        }
        let attribute = selection.attribute;
        let listed = coerce_listed(
            listed.clone(),
            attribute,
            &selection.name(),
            self.rules.profile,
        )?;
        // Whom an item names is found at once; what one merely describes is looked for among all.
        let described = listed.iter().filter(|item| !names_entry(item)).count();
        self.rules
            .budget
            .take(entries.len().saturating_mul(described))?;
        // An empty list names nobody: it takes nobody away.
        Ok(back(without(entries, &listed, attribute), attribute))
    }
}
