//! Reading the changes of a group's members from a PATCH request, without the group.

use std::collections::{HashMap, HashSet};

use scim_filter::{AttrPath, CompareOp, Expr, Filter, Value as Literal};
use serde_json::Value;

use super::entries::{entries, is_identified_by_value, union, value_of};
use super::member_deltas::{MemberDeltas, MemberEntry};
use super::target::{Selection, Target, resolve};
use crate::limits::FilterLimits;
use crate::message::{Op, Operation};
use crate::resource::tree::Object;
use crate::resource::{coerce, coerce_listed};
use crate::schema::{
    Attribute, AttributeType, Key, Mutability, ResourceType, Spellings, path_in_key,
};
use crate::{PatchOp, Profile, Tolerance};

impl PatchOp {
    /// Returns the changes of `members` that the request asks for, or `None` if they depend on the current members.
    ///
    /// For `None`, load the group and [apply](super::apply()) the request. The result is also `None` for a faulty request,
    /// because `apply` names the fault. These operations need no group:
    ///
    /// - `add`, `replace` and `remove` of the whole attribute, with any form of the value that the profile allows;
    /// - `remove` of the entries with `value eq "…"`, or of several joined by `or`.
    ///
    /// ```
    /// use scim_core::schema::ResourceType;
    /// use scim_core::{PatchOp, Profile};
    ///
    /// let json = br#"{"Operations":[
    ///     {"op":"Add","path":"members","value":[{"$ref":null,"value":"7"}]},
    ///     {"op":"Remove","path":"members","value":[{"value":"8"}]},
    ///     {"op":"Replace","path":"displayName","value":"Sales"}
    /// ]}"#;
    /// let patch = PatchOp::from_slice(json, Profile::tolerant())?;
    /// let deltas = patch.member_deltas(&ResourceType::group(), Profile::tolerant()).unwrap();
    /// assert_eq!(deltas.added[0].id(), "7");
    /// assert_eq!(deltas.removed, ["8"]);
    /// assert_eq!(deltas.rest.operations().len(), 1);
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    ///
    /// Source: the examples with members in RFC 7644 §3.5.2.1 to §3.5.2.3. By RFC 7643 §3.1, an id names one resource.
    #[must_use]
    pub fn member_deltas(
        &self,
        resource_type: &ResourceType,
        profile: Profile,
    ) -> Option<MemberDeltas> {
        let members = resource_type.top_level("members")?;
        if !is_set(members) {
            return None;
        }

        let mut reader = Reader {
            members,
            resource_type,
            profile,
            limits: self.limits(),
            sum: Sum::default(),
            rest: Vec::new(),
        };
        for operation in self.operations() {
            reader.operation(operation)?;
        }

        Some(MemberDeltas {
            clears: reader.sum.clears,
            removed: reader.sum.removed,
            added: reader.sum.added.into_iter().flatten().collect(),
            rest: Self::from_operations(reader.rest, self.limits()),
        })
    }
}

/// Whether the entries are a set of ids that clients may change freely.
fn is_set(members: &Attribute) -> bool {
    members.is_multi_valued()
        && members.kind() == AttributeType::Complex
        && members.mutability() == Mutability::ReadWrite
        && !members.is_required()
        && is_identified_by_value(members)
        && members.sub_attribute("value").is_some_and(|value| {
            value.kind() == AttributeType::String
                && value.is_case_exact()
                && !value.is_multi_valued()
        })
}

/// The sum of the operations read so far.
#[derive(Default)]
struct Sum {
    clears: bool,
    removed: Vec<String>,
    is_removed: HashSet<String>,
    added: Vec<Option<MemberEntry>>,
    position: HashMap<String, usize>,
}

impl Sum {
    fn add(&mut self, entry: MemberEntry) {
        if !self.position.contains_key(entry.id()) {
            self.position
                .insert(entry.id().to_owned(), self.added.len());
            self.added.push(Some(entry));
        }
    }

    fn remove(&mut self, id: &str) {
        let added = self.position.remove(id);
        if let Some(slot) = added.and_then(|index| self.added.get_mut(index)) {
            *slot = None;
        }
        if !self.clears && self.is_removed.insert(id.to_owned()) {
            self.removed.push(id.to_owned());
        }
    }

    fn clear(&mut self) {
        *self = Self {
            clears: true,
            ..Self::default()
        };
    }
}

/// Reads operations. A method returns `None` if the answer depends on the group.
struct Reader<'s> {
    members: &'s Attribute,
    resource_type: &'s ResourceType,
    profile: Profile,
    limits: FilterLimits,
    sum: Sum,
    rest: Vec<Operation>,
}

impl Reader<'_> {
    /// Adds the changes of members in an operation to the sum, and keeps the rest of the operation.
    fn operation(&mut self, operation: &Operation) -> Option<()> {
        let value = operation.json();
        let Some(path) = operation.path() else {
            return self.without_path(operation);
        };

        // The members make no difference to a refused or ignored path.
        match resolve(path, self.resource_type, self.profile) {
            Ok(Some(Target::Attribute(selection))) if self.is_members(&selection) => {
                self.select(operation.op(), &selection, value)
            }
            Ok(Some(Target::Resource)) => self.without_path(operation),
            Ok(Some(Target::Attribute(_) | Target::Extension(_) | Target::Schemas) | None)
            | Err(_) => {
                self.rest.push(operation.clone());
                Some(())
            }
        }
    }

    fn is_members(&self, selection: &Selection<'_>) -> bool {
        selection.uri.is_none() && std::ptr::eq(selection.attribute, self.members)
    }

    fn without_path(&mut self, operation: &Operation) -> Option<()> {
        let (Op::Add | Op::Replace, Some(Value::Object(given))) =
            (operation.op(), operation.json())
        else {
            self.rest.push(operation.clone());
            return Some(());
        };

        let rest = self.object(operation.op(), given)?;
        if !rest.is_empty() {
            self.rest.push(operation.with_value(Value::Object(rest)));
        }
        Some(())
    }

    /// Reads a value without a path, and returns its members for other attributes.
    fn object(&mut self, op: Op, given: &Object) -> Option<Object> {
        let mut rest = Object::new();
        for (key, value) in given {
            if key.eq_ignore_ascii_case("schemas") {
                continue;
            }

            match (
                self.resource_type.key(key, Spellings::in_patch_value()),
                value,
            ) {
                (Key::Attribute(found), _) if std::ptr::eq(found.attribute, self.members) => {
                    self.whole(op, Some(value))?;
                }
                (Key::Resource, Value::Object(inner)) => {
                    let inner = self.object(op, inner)?;
                    if !inner.is_empty() {
                        rest.insert(key.clone(), Value::Object(inner));
                    }
                }
                (Key::Resource | Key::Unknown, _) if self.key(op, key, value)? => {}
                // No other attribute and no extension holds members of the group.
                (Key::Attribute(_) | Key::Extension(_) | Key::Resource | Key::Unknown, _) => {
                    rest.insert(key.clone(), value.clone());
                }
            }
        }
        Some(rest)
    }

    /// Whether a key is a path to members, which this function then reads.
    fn key(&mut self, op: Op, key: &str, value: &Value) -> Option<bool> {
        let Some(path) = path_in_key(key, self.profile, self.limits) else {
            return Some(false);
        };

        match resolve(&path, self.resource_type, self.profile) {
            Ok(Some(Target::Attribute(selection))) if self.is_members(&selection) => {
                self.select(op, &selection, Some(value))?;
                Some(true)
            }
            Ok(
                Some(
                    Target::Attribute(_)
                    | Target::Extension(_)
                    | Target::Resource
                    | Target::Schemas,
                )
                | None,
            )
            | Err(_) => Some(false),
        }
    }

    fn select(&mut self, op: Op, selection: &Selection<'_>, value: Option<&Value>) -> Option<()> {
        match (op, selection.filter, selection.sub_attribute) {
            (_, None, None) => self.whole(op, value),
            (Op::Remove, Some(filter), None)
                if self.profile.allows(Tolerance::RemoveWithoutMatch) =>
            {
                for id in ids(filter)? {
                    self.sum.remove(&id);
                }
                Some(())
            }
            (Op::Add | Op::Remove | Op::Replace, _, _) => None,
        }
    }

    /// Reads an operation on the whole attribute.
    fn whole(&mut self, op: Op, value: Option<&Value>) -> Option<()> {
        let value = value.filter(|value| !value.is_null());
        match (op, value) {
            (Op::Add, None) => {}
            (Op::Remove | Op::Replace, None) => self.sum.clear(),
            (Op::Remove, Some(listed)) => {
                if !self.profile.allows(Tolerance::RemoveWithValue) {
                    return None;
                }
                let listed = coerce_listed(listed.clone(), self.members, "members", self.profile);
                for item in listed.ok()? {
                    self.sum.remove(value_of(&item)?.as_str()?);
                }
            }
            (Op::Add | Op::Replace, Some(given)) => {
                let items = union(Vec::new(), self.items(given)?, self.members);
                let entries = items.into_iter().map(MemberEntry::new);
                let entries: Vec<MemberEntry> = entries.collect::<Option<_>>()?;

                if op == Op::Replace {
                    self.sum.clear();
                } else if entries.iter().any(|entry| self.is_changeable(&entry.entry)) {
                    // A present member would take over these sub-attributes.
                    return None;
                }
                for entry in entries {
                    self.sum.add(entry);
                }
            }
        }
        Some(())
    }

    fn items(&self, value: &Value) -> Option<Vec<Value>> {
        let coerced = coerce(value.clone(), self.members, "members", self.profile).ok()?;
        Some(entries(coerced))
    }

    /// Whether an entry has sub-attributes that a write can change.
    fn is_changeable(&self, entry: &Value) -> bool {
        entry.as_object().is_some_and(|members| {
            members.keys().any(|name| {
                name.eq_ignore_ascii_case("primary")
                    || self
                        .members
                        .sub_attribute(name)
                        .is_none_or(|sub| sub.mutability() != Mutability::Immutable)
            })
        })
    }
}

/// The ids in a filter of the form `value eq "…" or …`; `None` for any other filter.
fn ids(filter: &Filter<'_>) -> Option<Vec<String>> {
    let id = |term: Expr<'_>| match term {
        Expr::Compare {
            path,
            op: CompareOp::Eq,
            value: Literal::String(id),
        } if is_value(path) => Some(id.to_string()),
        Expr::Compare { .. }
        | Expr::And(_)
        | Expr::Or(_)
        | Expr::Not(_)
        | Expr::Present(_)
        | Expr::ValuePath { .. } => None,
    };

    match filter.expr() {
        Expr::Or(terms) => terms.into_iter().map(id).collect(),
        term @ (Expr::Compare { .. }
        | Expr::And(_)
        | Expr::Not(_)
        | Expr::Present(_)
        | Expr::ValuePath { .. }) => Some(vec![id(term)?]),
    }
}

fn is_value(path: &AttrPath<'_>) -> bool {
    path.uri().is_none()
        && path.sub_attribute().is_none()
        && path.name().eq_ignore_ascii_case("value")
}
