//! Making a PATCH request from the difference of two resources.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use scim_filter::PatchPath;
use serde_json::Value;

use super::entries::{
    Identity, beyond, entries_of, identity, is_identified_by_value, is_primary, value_of,
};
use super::{apply, assigned};
use crate::limits::FilterLimits;
use crate::message::{Op, Operation};
use crate::resource::tree::{self, Object};
use crate::resource::writable;
use crate::schema::{Attribute, AttributeType, Mutability, ResourceType, spell};
use crate::{PatchOp, Profile, Resource};

/// The most entries that one `remove` names, to keep its filter well below the limits of servers.
const MAX_ENTRIES_IN_FILTER: usize = 50;

/// The most operations on one list. A larger difference sends the whole list.
const MAX_LIST_OPERATIONS: usize = 100;

impl PatchOp {
    /// Makes the request that turns `before` into `after`; it is empty if they do not differ.
    ///
    /// [Applied](super::apply()) to `before`, the request results in the attributes of `after`. This holds under any profile, if
    /// the values are as a service stores them. The request is as short as possible: it names the differing sub-attributes of a
    /// complex attribute, and the new, removed or changed entries of a list. It sends a whole list only if that is shorter or
    /// nothing else works.
    ///
    /// The comparison leaves out read-only attributes, attributes unknown to the type, `schemas` and the order of lists, which
    /// PATCH cannot express. Unassigned, empty and absent are the same (RFC 7643 §2.5). The request also holds changes of
    /// immutable or required attributes; applying it then fails.
    ///
    /// ```
    /// use scim_core::schema::ResourceType;
    /// use scim_core::{PatchOp, Resource};
    ///
    /// let before = Resource::from_slice(br#"{"displayName":"Sales","members":[{"value":"7"},{"value":"8"}]}"#)?;
    /// let after = Resource::from_slice(br#"{"displayName":"Sales","members":[{"value":"8"},{"value":"9"}]}"#)?;
    /// let patch = PatchOp::diff(&before, &after, &ResourceType::group());
    /// assert_eq!(
    ///     String::from_utf8(patch.to_vec()).unwrap(),
    ///     r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"remove","path":"members[value eq \"7\"]"},{"op":"add","path":"members","value":[{"value":"9"}]}]}"#
    /// );
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    ///
    /// Source: RFC 7644 §3.5.2.
    #[must_use]
    pub fn diff(before: &Resource, after: &Resource, resource_type: &ResourceType) -> Self {
        let before = writable(before.clone(), resource_type);
        let after = writable(after.clone(), resource_type);

        let mut operations = Vec::new();
        for name in names(before.tree(), after.tree()) {
            if name.eq_ignore_ascii_case("schemas") {
                continue;
            }
            let (old, new) = (
                tree::get(before.tree(), name),
                tree::get(after.tree(), name),
            );

            if let Some(attribute) = resource_type.top_level(name) {
                let place = Place {
                    uri: None,
                    attribute,
                    resource_type,
                };
                place.diff(old, new, &mut operations);
            } else if let Some(extension) = resource_type.extension(name) {
                let none = Object::new();
                let old = old.and_then(Value::as_object).unwrap_or(&none);
                let new = new.and_then(Value::as_object).unwrap_or(&none);
                for name in names(old, new) {
                    if let Some(attribute) = extension.attribute(name) {
                        let uri = Some(extension.id());
                        let place = Place {
                            uri,
                            attribute,
                            resource_type,
                        };
                        place.diff(tree::get(old, name), tree::get(new, name), &mut operations);
                    }
                }
            }
        }
        Self::from_operations(operations, FilterLimits::default())
    }
}

/// The names in either object, each once.
fn names<'t>(before: &'t Object, after: &'t Object) -> impl Iterator<Item = &'t str> {
    let folded = before.keys().chain(after.keys());
    let names: BTreeMap<String, &str> = folded
        .map(|name| (name.to_ascii_lowercase(), name.as_str()))
        .collect();
    names.into_values()
}

/// The place of an attribute with two values to compare.
#[derive(Clone, Copy)]
struct Place<'s> {
    uri: Option<&'s str>,
    attribute: &'s Attribute,
    resource_type: &'s ResourceType,
}

impl Place<'_> {
    fn diff(self, before: Option<&Value>, after: Option<&Value>, into: &mut Vec<Operation>) {
        let known = |side: Option<&Value>| side.and_then(|value| known(value, self.attribute));

        match (known(before), known(after)) {
            (None, None) => {}
            (Some(_), None) => into.push(self.operation(Op::Remove, None, None)),
            (None, Some(after)) => into.push(self.operation(Op::Add, None, Some(after))),
            (Some(before), Some(after)) if before == after => {}
            (Some(before), Some(after)) => {
                if self.attribute.is_multi_valued() {
                    into.extend(self.list(&before, after));
                } else if let (Value::Object(before), Value::Object(after)) = (&before, &after) {
                    into.extend(self.complex(before, after));
                } else {
                    into.push(self.operation(Op::Replace, None, Some(after)));
                }
            }
        }
    }

    /// An operation on the attribute or a sub-attribute.
    ///
    /// It has no path if the grammar has none for the attribute, because not every schema URI is a URN.
    fn operation(self, op: Op, sub: Option<&Attribute>, value: Option<Value>) -> Operation {
        if let Ok(path) = PatchPath::parse(&spell(self.uri, self.attribute, sub)) {
            return Operation::new(op, Some(path.into_owned()), value);
        }

        let nested =
            |name: &str, value| Value::Object(Object::from_iter([(name.to_owned(), value)]));
        let op = if op == Op::Remove { Op::Replace } else { op };
        let mut value = value.unwrap_or_default();
        if let Some(sub) = sub {
            value = nested(sub.name(), value);
        }
        value = nested(self.attribute.name(), value);
        if let Some(uri) = self.uri {
            value = nested(uri, value);
        }
        Operation::new(op, None, Some(value))
    }

    fn complex(self, before: &Object, after: &Object) -> Vec<Operation> {
        let whole = || Value::Object(after.clone());
        if self.attribute.is_reference() && before.get("value") != after.get("value") {
            // A reference is one value. A new target replaces all of it.
            return if after.contains_key("value") {
                vec![self.operation(Op::Replace, None, Some(whole()))]
            } else {
                vec![
                    self.operation(Op::Remove, None, None),
                    self.operation(Op::Add, None, Some(whole())),
                ]
            };
        }

        let changed: Object = after
            .iter()
            .filter(|(name, value)| before.get(*name) != Some(value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();

        let mut operations = Vec::new();
        let mut several = changed.iter();
        match (several.next(), several.next()) {
            (None, _) => {}
            (Some((name, value)), None) => {
                let sub = self.attribute.sub_attribute(name);
                operations.push(self.operation(Op::Replace, sub, Some(value.clone())));
            }
            (Some(_), Some(_)) => {
                operations.push(self.operation(Op::Replace, None, Some(Value::Object(changed))));
            }
        }

        let gone = before.keys().filter(|name| !after.contains_key(*name));
        for sub in gone.filter_map(|name| self.attribute.sub_attribute(name)) {
            operations.push(self.operation(Op::Remove, Some(sub), None));
        }
        operations
    }

    fn list(self, before: &Value, after: Value) -> Vec<Operation> {
        if same_entries(before, &after) {
            return Vec::new();
        }
        match self.steps(entries_of(before), entries_of(&after)) {
            Some(steps) if self.leads_to(before, &steps, &after) => steps,
            _ => vec![self.operation(Op::Replace, None, Some(after))],
        }
    }

    /// The operations that remove, change and add entries; `None` if they are no shorter than the list.
    fn steps(self, before: &[Value], after: &[Value]) -> Option<Vec<Operation>> {
        let mut gone = beyond(after, before);
        let mut new = beyond(before, after);

        let mut changed = Vec::new();
        let mut places: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, entry) in new.iter().enumerate() {
            if let Some(name) = self.name(entry) {
                places.entry(name).or_default().push(index);
            }
        }

        let mut taken = BTreeSet::new();
        gone.retain(|entry| {
            let place = self
                .name(entry)
                .and_then(|name| places.get_mut(&name)?.pop());
            let Some((index, now)) = place.and_then(|index| Some((index, *new.get(index)?))) else {
                return true;
            };
            taken.insert(index);
            changed.push((*entry, now));
            false
        });

        let mut index = 0;
        new.retain(|_| {
            index += 1;
            !taken.contains(&(index - 1))
        });
        if changed.len() + gone.len() / MAX_ENTRIES_IN_FILTER > MAX_LIST_OPERATIONS {
            return None;
        }

        // The former primary entry changes first, so that the new one demotes no other.
        changed.sort_by_key(|(was, _)| !is_primary(was));
        let mut operations = Vec::new();
        for named in gone.chunks(MAX_ENTRIES_IN_FILTER) {
            operations.push(self.at(Op::Remove, named, None)?);
        }
        for (was, now) in changed {
            operations.push(self.at(Op::Replace, &[was], Some(now.clone()))?);
        }
        if !new.is_empty() {
            let new = new.into_iter().cloned().collect();
            operations.push(self.operation(Op::Add, None, Some(new)));
        }
        Some(operations)
    }

    /// The part of an entry that identifies it and that a change keeps.
    fn name(self, entry: &Value) -> Option<(Identity<'_>, Option<&Value>)> {
        let kind = entry
            .get("type")
            .filter(|_| !is_identified_by_value(self.attribute));
        value_of(entry).map(|_| (identity(entry, self.attribute), kind))
    }

    /// An operation on some entries.
    fn at(self, op: Op, entries: &[&Value], value: Option<Value>) -> Option<Operation> {
        let mut filter = String::new();
        for entry in entries {
            if !filter.is_empty() {
                filter.push_str(" or ");
            }
            filter.push_str(&self.filter(entry)?);
        }
        let path = format!("{}[{filter}]", spell(self.uri, self.attribute, None));
        let path = PatchPath::parse(&path).ok()?.into_owned();
        Some(Operation::new(op, Some(path), value))
    }

    /// A filter that selects an entry and, if possible, no other.
    fn filter(self, entry: &Value) -> Option<String> {
        let term = |name: &str, value: &Value| match value {
            Value::String(_) | Value::Bool(_) | Value::Number(_) => {
                Some(format!("{name} eq {value}"))
            }
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        let Value::Object(members) = entry else {
            return term("value", entry);
        };

        let is_compared = |name: &str| match name {
            "value" => true,
            "type" => !members.contains_key("value") || !is_identified_by_value(self.attribute),
            _ => !members.contains_key("value"),
        };
        let terms: Vec<String> = members
            .iter()
            .filter(|(name, _)| is_compared(name))
            .filter_map(|(name, value)| term(name, value))
            .collect();
        (!terms.is_empty()).then(|| terms.join(" and "))
    }

    /// Tries the operations, and returns whether they turn `before` into `after`.
    fn leads_to(self, before: &Value, steps: &[Operation], after: &Value) -> bool {
        let holder = |value: &Value| {
            let mut resource = Resource::new();
            resource.put(self.uri, self.attribute.name(), None, value.clone());
            resource
        };
        let patch = PatchOp::from_operations(steps.to_vec(), FilterLimits::default());
        let Ok(applied) = apply(&holder(before), &patch, self.resource_type, Profile::rfc()) else {
            return false;
        };

        let holder = match self.uri {
            None => Some(applied.resource.tree()),
            Some(uri) => tree::get(applied.resource.tree(), uri).and_then(Value::as_object),
        };
        let found = holder.and_then(|holder| assigned(holder, self.attribute.name()));
        found.is_some_and(|found| same_entries(found, after))
    }
}

/// The known and assigned parts of a value, in the schema's spelling.
fn known(value: &Value, attribute: &Attribute) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Array(items) => {
            let items: Vec<Value> = items
                .iter()
                .filter_map(|item| known(item, attribute))
                .collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::Object(members) if attribute.kind() == AttributeType::Complex => {
            let member = |sub: &Attribute| {
                let value = tree::get(members, sub.name())?;
                let writable = sub.mutability() != Mutability::ReadOnly;
                let value = writable.then(|| known(value, sub)).flatten()?;
                Some((sub.name().to_owned(), value))
            };
            let members: Object = attribute
                .sub_attributes()
                .iter()
                .filter_map(member)
                .collect();
            (!members.is_empty()).then_some(Value::Object(members))
        }
        Value::Object(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Some(value.clone())
        }
    }
}

/// Whether two lists have the same entries in any order.
fn same_entries(a: &Value, b: &Value) -> bool {
    let (a, b) = (entries_of(a), entries_of(b));
    a.len() == b.len() && beyond(a, b).is_empty()
}
