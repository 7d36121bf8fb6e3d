//! The changes of a group's members that a PATCH request asks for, as a sum.

use serde::Serialize;
use serde_json::Value;

use super::entries::{entries, union, value_of, without};
use crate::resource::tree::{self, Object};
use crate::schema::ResourceType;
use crate::{PatchOp, Redacted, ValueRef};

/// The changes of a group's members that a PATCH request asks for, and the rest of the request.
///
/// A store of memberships applies them in one transaction and in this order:
///
/// 1. If [`clears`](Self::clears) is set, remove all members.
/// 2. Remove the members in [`removed`](Self::removed), if the group has them.
/// 3. Add each member in [`added`](Self::added), in this order. A present member stays unchanged.
/// 4. Apply [`rest`](Self::rest) to the group without its members.
///
/// The result equals that of [`apply`](super::apply()) on the whole group. The cost depends only on the request.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MemberDeltas {
    /// Whether the request removes all current members.
    pub clears: bool,
    /// The ids of the removed members.
    pub removed: Vec<String>,
    /// The added members, each id once.
    pub added: Vec<MemberEntry>,
    /// The operations, and parts of operations, on other attributes.
    pub rest: PatchOp,
}

impl MemberDeltas {
    /// Whether the request leaves the members alone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.clears && self.removed.is_empty() && self.added.is_empty()
    }

    /// Applies the member changes to the full representation of a group: clears, removes, then adds. The caller applies `rest`.
    pub(super) fn apply(self, root: &mut Object, resource_type: &ResourceType) {
        let Some(members) = resource_type.top_level("members") else {
            return;
        };
        let current = tree::remove(root, members.name());
        let former_empty = current.as_ref().is_some_and(tree::is_unassigned);
        let mut list = entries(current);
        if self.clears {
            list.clear();
        }

        let removed: Vec<Value> = self.removed.into_iter().map(Value::from).collect();
        let added = self
            .added
            .into_iter()
            .map(|entry| entry.entry.into_inner())
            .collect();
        let list = union(without(list, &removed, members), added, members);

        if former_empty || !list.is_empty() {
            root.insert(members.name().to_owned(), Value::Array(list));
        }
    }
}

/// An entry of `members` in canonical form, with the sub-attributes that the schema knows.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberEntry {
    id: Redacted<String>,
    pub(super) entry: Redacted<Value>,
}

impl MemberEntry {
    /// Wraps an entry with a `value`; `None` for any other entry.
    pub(super) fn new(entry: Value) -> Option<Self> {
        let id = value_of(&entry)?.as_str()?.to_owned();
        Some(Self {
            id: id.into(),
            entry: entry.into(),
        })
    }

    /// The member's id, which is the `value` of the entry.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The whole entry.
    #[must_use]
    pub fn value(&self) -> ValueRef<'_> {
        ValueRef::new(&self.entry)
    }

    /// The whole entry as JSON.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        // Every JSON value has JSON text.
        serde_json::to_vec(&self.entry).unwrap_or_default()
    }
}

impl Serialize for MemberEntry {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.entry.serialize(serializer)
    }
}
