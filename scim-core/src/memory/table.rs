//! The resources of one type, with their indexes.

use std::borrow::{Borrow, Cow};
use std::collections::BTreeSet;
use std::hash::RandomState;

use super::index::{Index, hash};
use super::members::Members;
use super::rows::Rows;
use crate::{Error, ErrorKind, Resource, ValueRef};

/// A stored resource.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The resource without the attribute kept beside it: `groups` of a user, `members` of a group.
    pub(super) resource: Resource,
    /// The members of a group; `None` for a user, and for members that are not a list of complex values.
    pub(super) members: Option<Box<Members>>,
}

impl Borrow<Resource> for &Row {
    fn borrow(&self) -> &Resource {
        &self.resource
    }
}

/// An indexed attribute.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Field {
    pub(super) name: &'static str,
    /// Whether the values are complex; the index then holds their `value`.
    pub(super) is_complex: bool,
    /// Whether each value may appear in one row only, compared without regard to case.
    pub(super) is_unique: bool,
}

impl Field {
    const fn simple(name: &'static str) -> Self {
        Self {
            name,
            is_complex: false,
            is_unique: false,
        }
    }

    const fn unique(name: &'static str) -> Self {
        Self {
            is_unique: true,
            ..Self::simple(name)
        }
    }

    const fn complex(name: &'static str) -> Self {
        Self {
            is_complex: true,
            ..Self::simple(name)
        }
    }
}

const ID: Field = Field::simple("id");

/// The indexed attributes of users.
pub(super) const USER_FIELDS: &[Field] = &[
    ID,
    Field::unique("userName"),
    Field::simple("externalId"),
    Field::simple("displayName"),
    Field::complex("emails"),
];

/// The indexed attributes of groups, besides their members.
pub(super) const GROUP_FIELDS: &[Field] = &[
    ID,
    Field::unique("displayName"),
    Field::simple("externalId"),
];

/// Resources in creation order, with an index for each indexed attribute.
#[derive(Debug)]
pub(super) struct Table {
    rows: Rows<Row>,
    indexes: Vec<(Field, Index)>,
    /// Groups by the ids of their members.
    by_member: Index,
    /// Rows with a value that the index cannot hold, for example a number in the place of a text.
    unindexed: BTreeSet<u32>,
    pub(super) state: RandomState,
}

impl Table {
    pub(super) fn new(fields: &[Field], state: RandomState) -> Self {
        Self {
            rows: Rows::default(),
            indexes: fields
                .iter()
                .map(|field| (*field, Index::default()))
                .collect(),
            by_member: Index::default(),
            unindexed: BTreeSet::new(),
            state,
        }
    }

    pub(super) fn rows(&self) -> &Rows<Row> {
        &self.rows
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = (Field, &Index)> {
        self.indexes.iter().map(|(field, index)| (*field, index))
    }

    pub(super) fn unindexed(&self) -> &BTreeSet<u32> {
        &self.unindexed
    }

    /// The number of the row with an id.
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        let (_, by_id) = self.indexes.first()?;
        by_id.rows(hash(id, &self.state)).find(|row| {
            let found = self.rows.get(*row);
            found.is_some_and(|row| row.resource.id().as_deref() == Some(id))
        })
    }

    pub(super) fn get(&self, id: &str) -> Result<(u32, &Row), Error> {
        let row = self.find(id);
        row.and_then(|number| Some((number, self.rows.get(number)?)))
            .ok_or_else(|| Error::not_found(id))
    }

    /// The groups that may have a member; the hash can collide.
    pub(super) fn with_member(&self, id: &str) -> impl Iterator<Item = u32> {
        self.by_member.rows(hash(id, &self.state))
    }

    /// Adds a row and returns its number.
    pub(super) fn insert(&mut self, row: Row) -> Result<u32, Error> {
        self.check_unique(&row.resource, None)?;
        let number = self.rows.next().ok_or_else(|| {
            Error::new(
                ErrorKind::Internal,
                "The store is full: it has used all its row numbers",
            )
        })?;
        self.index(number, &row.resource);
        self.index_members(number, &row);
        self.rows.push(row);
        Ok(number)
    }

    /// Replaces the row at a number.
    pub(super) fn replace(&mut self, number: u32, row: Row) -> Result<(), Error> {
        self.check_unique(&row.resource, Some(number))?;
        self.unindex_all(number);
        self.index(number, &row.resource);
        self.index_members(number, &row);
        if let Some(slot) = self.rows.get_mut(number) {
            *slot = row;
        }
        Ok(())
    }

    /// Changes a group and some of its members, without reading the other members.
    pub(super) fn change_members(
        &mut self,
        number: u32,
        resource: Resource,
        removed: &[String],
        added: &[(String, String)],
    ) -> Result<(), Error> {
        self.check_unique(&resource, Some(number))?;
        self.unindex(number);
        self.index(number, &resource);

        let Some(row) = self.rows.get_mut(number) else {
            return Ok(());
        };
        row.resource = resource;

        let members = row.members.get_or_insert_default();
        for id in removed {
            if members.remove(id, &self.state) {
                self.by_member.remove(hash(id, &self.state), number);
            }
        }
        for (id, entry) in added {
            if members.add(entry, &self.state) {
                self.by_member.insert(hash(id, &self.state), number);
            }
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, number: u32) {
        self.unindex_all(number);
        self.rows.remove(number);
    }

    /// The inactive user that a new user would reactivate.
    ///
    /// That is the user with the same `userName`. If no user has it, it is the only one with the same `externalId`.
    pub(super) fn returning_user(&self, user: &Resource) -> Option<(u32, &Row)> {
        let holder = |field, is_same: fn(&str, &str) -> bool| {
            let mut holders = self.holders(field, user, is_same);
            (holders.next(), holders.next().is_none())
        };

        let found = match holder("userName", str::eq_ignore_ascii_case) {
            (None, _) => match holder("externalId", |a, b| a == b) {
                (found, true) => found,
                (_, false) => None,
            },
            (found, _) => found,
        };
        found.filter(|(_, row)| row.resource.boolean("active") == Some(false))
    }

    /// The rows with the same text as `resource` in an indexed attribute.
    fn holders<'t>(
        &'t self,
        field: &'t str,
        resource: &Resource,
        is_same: impl Fn(&str, &str) -> bool + 't,
    ) -> impl Iterator<Item = (u32, &'t Row)> {
        let text = |of: &Resource| {
            let value = of.member(field).and_then(ValueRef::as_str);
            value.map(Cow::into_owned)
        };
        let wanted = text(resource);

        let index = self.fields().find(|(known, _)| known.name == field);
        let found = wanted
            .as_deref()
            .zip(index)
            .map(|(wanted, (_, index))| index.rows(hash(wanted, &self.state)));

        found
            .into_iter()
            .flatten()
            .filter_map(|row| Some((row, self.rows.get(row)?)))
            .filter(move |(_, row)| {
                let held = text(&row.resource);
                held.zip(wanted.as_deref())
                    .is_some_and(|(held, wanted)| is_same(&held, wanted))
            })
    }

    /// Refuses a resource if a row other than `own` has one of its unique values.
    fn check_unique(&self, resource: &Resource, own: Option<u32>) -> Result<(), Error> {
        for (field, _) in self.fields().filter(|(field, _)| field.is_unique) {
            let mut holders = self.holders(field.name, resource, str::eq_ignore_ascii_case);
            if holders.any(|(row, _)| Some(row) != own) {
                return Err(Error::new(
                    ErrorKind::Uniqueness,
                    format!("{} is already in use", field.name),
                ));
            }
        }
        Ok(())
    }

    fn index(&mut self, number: u32, resource: &Resource) {
        for (field, index) in &mut self.indexes {
            let is_complete = keys(resource, *field, &mut |key| {
                index.insert(hash(&key, &self.state), number);
            });
            if !is_complete {
                self.unindexed.insert(number);
            }
        }
    }

    fn unindex(&mut self, number: u32) {
        let Some(row) = self.rows.get(number) else {
            return;
        };
        for (field, index) in &mut self.indexes {
            keys(&row.resource, *field, &mut |key| {
                index.remove(hash(&key, &self.state), number);
            });
        }
        self.unindexed.remove(&number);
    }

    fn index_members(&mut self, number: u32, row: &Row) {
        for id in row.members.iter().flat_map(|members| members.ids()) {
            self.by_member.insert(hash(&id, &self.state), number);
        }
        if row.members.is_none() && row.resource.member("members").is_some() {
            self.unindexed.insert(number);
        }
    }

    fn unindex_all(&mut self, number: u32) {
        self.unindex(number);
        let members = self.rows.get(number).and_then(|row| row.members.as_ref());
        for id in members.iter().flat_map(|members| members.ids()) {
            self.by_member.remove(hash(&id, &self.state), number);
        }
    }
}

/// Calls `visit` with each text of a field for its index. Returns whether the index can hold every value of the field.
fn keys(resource: &Resource, field: Field, visit: &mut dyn FnMut(Cow<'_, str>)) -> bool {
    let Some(value) = resource.member(field.name) else {
        return true;
    };

    if !field.is_complex {
        let text = value.as_str();
        let is_text = text.is_some();
        text.into_iter().for_each(visit);
        return is_text || value.is_unassigned();
    }

    let mut is_complete = true;
    for entry in value.elements() {
        let value = if entry.is_object() {
            entry.member("value")
        } else {
            Some(entry)
        };
        match value.map(|value| (value.as_str(), value.is_unassigned())) {
            Some((Some(text), _)) => visit(text),
            Some((None, is_unassigned)) => is_complete &= is_unassigned,
            None => {}
        }
    }
    is_complete
}
