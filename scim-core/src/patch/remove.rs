//! `remove`: the value of an attribute afterwards.

use serde_json::Value;

use super::apply::Engine;
use super::entries::{array, back, drop_hollow, without};
use super::target::Selection;
use super::write::check_immutable;
use crate::resource::coerce;
use crate::resource::tree;
use crate::{Error, ErrorKind, Tolerance};

impl Engine<'_> {
    /// The attribute's value once what the path selects is taken away; `None` where nothing is left.
    pub(super) fn remove(
        self,
        selection: &Selection<'_>,
        current: Value,
        value: Option<&Value>,
    ) -> Result<Option<Value>, Error> {
        let attribute = selection.attribute;
        let mut entries = array(Some(current));
        let mut selected = false;
        match (selection.filter, selection.sub_attribute) {
            (None, None) => {
                return match value.filter(|value| !value.is_null()) {
                    Some(listed) if attribute.is_multi_valued() => {
                        self.remove_listed(selection, entries, listed)
                    }
                    Some(_) | None => Ok(None),
                };
            }
            (Some(_), None) => entries.retain(|entry| {
                let hit = selection.selects(entry);
                selected |= hit;
                !hit
            }),
            (_, Some(sub)) => {
                let refers = attribute.is_reference()
                    && !attribute.is_multi_valued()
                    && sub.name().eq_ignore_ascii_case("value");
                for entry in &mut entries {
                    if !selection.selects(entry) {
                        continue;
                    }
                    selected = true;
                    if let Value::Object(members) = entry {
                        check_immutable(members, sub, None, &selection.name())?;
                        tree::remove(members, sub.name());
                        if refers {
                            members.clear();
                        }
                    }
                }
                drop_hollow(&mut entries, attribute);
            }
        }
        if !selected && !self.profile.allows(Tolerance::RemoveWithoutMatch) {
            return Err(selection.no_target());
        }
        Ok(back(entries, attribute))
    }

    fn remove_listed(
        self,
        selection: &Selection<'_>,
        entries: Vec<Value>,
        listed: &Value,
    ) -> Result<Option<Value>, Error> {
        if !self.profile.allows(Tolerance::RemoveWithValue) {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                "A remove operation has no value; select with a value path",
            ));
        }
        let attribute = selection.attribute;
        let listed = coerce(listed.clone(), attribute, &selection.name(), self.profile)?;
        // An empty list names nobody: it takes nobody away.
        Ok(back(without(entries, &array(listed), attribute), attribute))
    }
}
