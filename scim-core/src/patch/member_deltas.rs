//! What a PATCH request does to the members of a group, as a sum.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::entries::{array, union, value_of, without};
use crate::resource::tree::{self, Object};
use crate::schema::ResourceType;
use crate::{PatchOp, ValueRef};

/// What a PATCH request does to the members of a group, and the rest of it.
///
/// A store of memberships does, in one transaction and in this order:
///
/// 1. where [`clears`](Self::clears) is set, takes all members away;
/// 2. takes away whom [`removed`](Self::removed) names, if they are there;
/// 3. puts in each of [`added`](Self::added) whose id is not there yet, in this order; who is a member stays as they are;
/// 4. applies [`rest`](Self::rest) to the group without its members.
///
/// That is what [`apply`](super::apply()) makes of the whole group, at a cost that depends on the request alone.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MemberDeltas {
    /// Whether the members there are go, all of them.
    pub clears: bool,
    /// The ids of members who go.
    pub removed: Vec<String>,
    /// The members who come, each id once.
    pub added: Vec<MemberEntry>,
    /// The operations, and parts of operations, that are about other attributes.
    pub rest: PatchOp,
}

impl MemberDeltas {
    /// Whether the request leaves the members alone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.clears && self.removed.is_empty() && self.added.is_empty()
    }

    /// Brings the members of a whole group to what they are to be, in one pass.
    pub(super) fn apply(self, root: &mut Object, resource_type: &ResourceType) {
        let Some(members) = resource_type.top_level("members") else {
            return;
        };
        let current = tree::remove(root, members.name());
        let shown_empty = current.as_ref().is_some_and(tree::is_unassigned);
        let mut list = array(current);
        if self.clears {
            list.clear();
        }
        let removed: Vec<Value> = self.removed.into_iter().map(Value::from).collect();
        let added = self.added.into_iter().map(|entry| entry.entry).collect();
        let list = union(without(list, &removed, members), added, members);
        if shown_empty || !list.is_empty() {
            root.insert(members.name().to_owned(), Value::Array(list));
        }
    }
}

/// An entry of `members` in canonical form, with every sub-attribute that its schema knows.
#[derive(Clone, PartialEq)]
pub struct MemberEntry {
    id: String,
    pub(super) entry: Value,
}

impl MemberEntry {
    /// An entry with a `value`; `None` for any other.
    pub(super) fn new(entry: Value) -> Option<Self> {
        let id = value_of(&entry)?.as_str()?.to_owned();
        Some(Self { id, entry })
    }

    /// The id of the member: its `value`.
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
        // A JSON value always has a JSON text.
        serde_json::to_vec(&self.entry).unwrap_or_default()
    }
}

impl fmt::Debug for MemberEntry {
    /// Without the id, which may be an e-mail address, and the name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemberEntry").finish_non_exhaustive()
    }
}

impl Serialize for MemberEntry {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.entry.serialize(serializer)
    }
}
