//! The members of a group, kept beside its JSON text.

use std::borrow::Cow;
use std::hash::BuildHasher;

use super::index::{Index, hash};
use super::rows::Rows;
use crate::ValueRef;
use crate::resource::Json;

/// The entries of `members` in insertion order, indexed by `value`.
///
/// Adding or removing an entry costs the same in a group of any size.
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    entries: Rows<Box<str>>,
    by_id: Index,
}

/// The `value` of an entry.
fn id(entry: &str) -> Option<Cow<'_, str>> {
    ValueRef::of_text(Json::new(entry))
        .member("value")?
        .as_str()
}

impl Members {
    /// Reads the entries of a list; `None` if one of them is not a complex value.
    pub(super) fn read(list: ValueRef<'_>, state: &impl BuildHasher) -> Option<Self> {
        if !list.is_array() {
            return None;
        }

        let mut members = Self::default();
        for entry in list.elements() {
            if !entry.is_object() {
                return None;
            }
            members.add(&entry.to_string(), state);
        }
        Some(members)
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entries as JSON texts.
    pub(super) fn entries(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(_, entry)| &**entry)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.entries().filter_map(id)
    }

    pub(super) fn has(&self, wanted: &str, state: &impl BuildHasher) -> bool {
        self.find(wanted, hash(wanted, state)).is_some()
    }

    fn find(&self, wanted: &str, hash: u32) -> Option<u32> {
        self.by_id.rows(hash).find(|row| {
            let entry = self.entries.get(*row);
            entry.is_some_and(|entry| id(entry).as_deref() == Some(wanted))
        })
    }

    /// Adds an entry, a JSON object, unless its `value` is already there. Returns whether it added the entry.
    pub(super) fn add(&mut self, entry: &str, state: &impl BuildHasher) -> bool {
        let Some(row) = self.entries.next() else {
            return false;
        };

        if let Some(id) = id(entry) {
            let hash = hash(&id, state);
            if self.find(&id, hash).is_some() {
                return false;
            }
            self.by_id.insert(hash, row);
        }

        self.entries.push(entry.into());
        true
    }

    /// Removes the entry with an id. Returns whether it existed.
    pub(super) fn remove(&mut self, wanted: &str, state: &impl BuildHasher) -> bool {
        let hash = hash(wanted, state);
        let Some(row) = self.find(wanted, hash) else {
            return false;
        };
        self.by_id.remove(hash, row);
        self.entries.remove(row).is_some()
    }

    /// Whether both lists have the same entries in the same order.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let read = |entry| serde_json::from_str::<serde_json::Value>(entry).ok();
        self.len() == other.len()
            && self
                .entries()
                .zip(other.entries())
                .all(|(a, b)| a == b || read(a) == read(b))
    }

    /// The entries as a JSON list.
    pub(super) fn to_json(&self) -> String {
        list(
            self.entries(),
            self.entries().map(|entry| entry.len() + 1).sum(),
        )
    }
}

/// Writes JSON texts as a JSON list; `len` is the expected length in bytes.
pub(super) fn list<'t>(items: impl Iterator<Item = &'t str>, len: usize) -> String {
    let mut json = String::with_capacity(len + 2);
    json.push('[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            json.push(',');
        }
        json.push_str(item);
    }
    json.push(']');
    json
}
