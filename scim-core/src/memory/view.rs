//! Whole resources: users with their groups, groups with their members.

use std::ops::ControlFlow;

use scim_filter::eval::{Attributes, Datum, Sink};

use super::Tables;
use super::members::list;
use super::table::{Row, Table};
use crate::resource::{Element, Json, TypedResource, write_text};
use crate::schema::ResourceType;
use crate::{Resource, ValueRef};

/// One of the two tables of a store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum TableName {
    Users,
    Groups,
}

impl TableName {
    /// The attribute kept beside the resource.
    pub(super) fn related(self) -> &'static str {
        match self {
            Self::Users => "groups",
            Self::Groups => "members",
        }
    }
}

impl Tables {
    pub(super) fn of(&self, table: TableName) -> &Table {
        match table {
            TableName::Users => &self.users,
            TableName::Groups => &self.groups,
        }
    }

    pub(super) fn of_mut(&mut self, table: TableName) -> &mut Table {
        match table {
            TableName::Users => &mut self.users,
            TableName::Groups => &mut self.groups,
        }
    }

    /// The resource with its members or groups.
    pub(super) fn whole(&self, table: TableName, row: &Row) -> Resource {
        let json = match table {
            TableName::Groups => match &row.members {
                Some(members) if members.len() > 0 => members.to_json(),
                Some(_) | None => return row.resource.clone(),
            },
            TableName::Users => {
                let groups = self.groups_of(&row.resource);
                if groups.is_empty() {
                    return row.resource.clone();
                }
                let len = groups.iter().map(|group| group.len() + 1).sum();
                list(groups.iter().map(String::as_str), len)
            }
        };
        row.resource.edited(&[], &[(table.related(), &json)])
    }

    /// The direct memberships of a user, as entries of `groups` (RFC 7643 §4.1.2).
    fn groups_of(&self, user: &Resource) -> Vec<String> {
        let Some(id) = user.id() else {
            return Vec::new();
        };
        let mut rows: Vec<u32> = self.groups.with_member(&id).collect();
        rows.sort_unstable();
        let groups = rows.iter().filter_map(|row| self.groups.rows().get(*row));
        groups
            .filter(|group| {
                let members = group.members.as_ref();
                members.is_some_and(|members| members.has(&id, &self.groups.state))
            })
            .filter_map(|group| entry(&group.resource))
            .collect()
    }
}

/// The entry of a group in the `groups` of its members.
fn entry(group: &Resource) -> Option<String> {
    let id = group.id()?;
    let mut json = Vec::with_capacity(200);
    json.extend_from_slice(b"{\"value\":");
    write_text(&mut json, &id);
    json.extend_from_slice(b",\"$ref\":");
    // Relative to the user, as in RFC 7643 §8.2: only the service knows the base URL.
    write_text(&mut json, &format!("../Groups/{id}"));
    if let Some(name) = group.text("displayName") {
        json.extend_from_slice(b",\"display\":");
        write_text(&mut json, &name);
    }
    json.extend_from_slice(b",\"type\":\"direct\"}");
    String::from_utf8(json).ok()
}

/// A row with its members or groups, for evaluating a filter.
pub(super) struct RowView<'t> {
    pub(super) tables: &'t Tables,
    pub(super) table: TableName,
    pub(super) row: &'t Row,
    pub(super) resource_type: &'t ResourceType,
}

impl Attributes for RowView<'_> {
    fn attribute(&self, uri: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()> {
        let schema = self.resource_type.schema();
        let is_related = name.eq_ignore_ascii_case(self.table.related())
            && uri.is_none_or(|uri| uri.eq_ignore_ascii_case(schema.id()));

        let definition = schema.attribute(name);
        let mut hand_out = |entry: &str| {
            let value = ValueRef::of_text(Json::new(entry));
            emit(Datum::Complex(&Element::of(value, definition)))
        };

        match (is_related, self.table, &self.row.members) {
            (true, TableName::Groups, Some(members)) => members.entries().try_for_each(hand_out),
            (true, TableName::Users, _) => {
                let groups = self.tables.groups_of(&self.row.resource);
                groups.iter().try_for_each(|group| hand_out(group))
            }
            (true, TableName::Groups, None) | (false, _, _) => {
                TypedResource::new(&self.row.resource, self.resource_type)
                    .attribute(uri, name, emit)
            }
        }
    }

    fn is_empty(&self) -> bool {
        false
    }
}
