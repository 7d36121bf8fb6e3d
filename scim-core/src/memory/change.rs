//! Changes of the store: each happens completely or not at all.

use std::collections::HashSet;

use super::members::Members;
use super::stamp::{Stamp, created};
use super::table::{Row, Table};
use super::view::TableName;
use super::{MemoryProvider, Tables};
use crate::clock::date_time;
use crate::filter::case;
use crate::patch::{self, MemberDeltas};
use crate::provider::{PatchRequest, Patched, ReplaceRequest};
use crate::version::Version;
use crate::{Error, Resource};

impl MemoryProvider {
    /// Builds the row of a resource, without the `groups` of a user and with the members of a group beside it.
    pub(super) fn row(&self, desired: &Resource, id: &str, created: Option<&str>) -> Row {
        let desired = desired.compact();
        let members = match (self.table, desired.member("members")) {
            (TableName::Groups, None) => Some(Members::default()),
            (TableName::Groups, Some(list)) if desired.is_text() => {
                Members::read(list, &self.store.state)
            }
            // A resource kept as a tree keeps its members, and a user has none.
            (TableName::Groups | TableName::Users, _) => None,
        };

        let beside = match self.table {
            TableName::Groups if members.is_none() => None,
            TableName::Users | TableName::Groups => Some(self.table.related()),
        };
        Row {
            resource: self.stamped(&desired, id, created, beside.as_slice()),
            members: members.map(Box::new),
        }
    }

    fn stamped(
        &self,
        resource: &Resource,
        id: &str,
        created: Option<&str>,
        without: &[&str],
    ) -> Resource {
        let now = date_time(self.store.clock.now());
        let stamp = Stamp {
            created,
            now: now.as_deref(),
            version: self.store.next_version(),
        };
        stamp.on(resource, id, without)
    }

    /// Replaces an inactive user by the returning one, under the same id.
    ///
    /// Another `externalId` means another person under an old name. Another `userName` may mean another person who took over
    /// an alias. In both cases the memberships of the previous holder go.
    pub(super) fn reactivate(
        &self,
        tables: &mut Tables,
        number: u32,
        inactive: &Resource,
        desired: &Resource,
    ) -> Result<u32, Error> {
        let id = inactive.id().unwrap_or_default();
        let row = self.row(desired, &id, created(inactive).as_deref());
        tables.users.replace(number, row)?;

        let external_ids = inactive.text("externalId").zip(desired.text("externalId"));
        let is_new = external_ids.is_some_and(|(before, now)| before != now);
        let names = inactive.text("userName").zip(desired.text("userName"));
        let is_renamed = names.is_none_or(|(before, now)| !case::eq(&before, &now));
        if is_new || is_renamed {
            self.remove_from_groups(tables, &id)?;
        }
        Ok(number)
    }

    pub(super) fn replace_row(
        &self,
        tables: &mut Tables,
        request: &ReplaceRequest,
    ) -> Result<Resource, Error> {
        let (number, row) = tables.of(self.table).get(&request.id)?;
        let current = row.resource.clone();
        Version::check(&current, request.expected_version.as_ref())?;

        // A PUT without `active` keeps the current value; a PATCH may remove it.
        let active = |resource: &Resource| resource.boolean("active");
        let kept = match (active(&request.resource), active(&current)) {
            _ if request.from_patch => None,
            (None, Some(true)) => Some(("active", "true")),
            (None, Some(false)) => Some(("active", "false")),
            (Some(_), _) | (None, None) => None,
        };
        let desired = kept.map(|active| request.resource.compact().edited(&["active"], &[active]));
        let desired = desired.as_ref().unwrap_or(&request.resource);

        let mut row = self.row(desired, &request.id, created(&current).as_deref());
        self.check_members(tables, &mut row, request.profile)?;
        tables.of_mut(self.table).replace(number, row)?;
        Ok(self.written(tables, number, &request.projection))
    }

    pub(super) fn patch_row(
        &self,
        tables: &mut Tables,
        request: &PatchRequest,
    ) -> Result<Patched, Error> {
        let (number, row) = tables.of(self.table).get(&request.id)?;
        Version::check(&row.resource, request.expected_version.as_ref())?;

        let deltas = match row.members {
            Some(_) => request
                .patch
                .member_deltas(&self.resource_type, request.profile),
            None => None,
        };
        match deltas {
            Some(deltas) => self.patch_members(tables, number, request, deltas)?,
            None => self.patch_whole(tables, number, request)?,
        }

        if !request.wants_resource {
            return Ok(Patched::NoContent);
        }
        let written = self.written(tables, number, &request.projection);
        Ok(Patched::Resource(written))
    }

    /// Applies a PATCH to the whole resource.
    fn patch_whole(
        &self,
        tables: &mut Tables,
        number: u32,
        request: &PatchRequest,
    ) -> Result<(), Error> {
        let Some(row) = tables.of(self.table).rows().get(number) else {
            return Ok(());
        };
        let current = match self.table {
            // PATCH cannot change the groups of a user.
            TableName::Users => row.resource.clone(),
            TableName::Groups => tables.whole(self.table, row),
        };

        let applied = patch::apply(
            &current,
            &request.patch,
            &self.resource_type,
            request.profile,
        )?;
        if !applied.is_changed() {
            return Ok(());
        }

        let mut row = self.row(&applied.resource, &request.id, created(&current).as_deref());
        self.check_members(tables, &mut row, request.profile)?;
        tables.of_mut(self.table).replace(number, row)
    }

    /// Applies a PATCH to a group without reading the members that it does not name.
    fn patch_members(
        &self,
        tables: &mut Tables,
        number: u32,
        request: &PatchRequest,
        mut deltas: MemberDeltas,
    ) -> Result<(), Error> {
        self.check_added(tables, &mut deltas.added, request.profile)?;
        let table = tables.of_mut(self.table);
        let Some((row, members)) = group_parts(table, number) else {
            return Ok(());
        };

        let mut resource = row.resource.clone();
        let mut is_changed = false;
        if !deltas.rest.operations().is_empty() {
            let (resource_type, profile) = (&self.resource_type, request.profile);
            let applied = patch::apply(&resource, &deltas.rest, resource_type, profile)?;
            is_changed = applied.is_changed();
            resource = applied.resource.compact();
        }

        let state = &self.store.state;
        let mut removed = deltas.removed;
        removed.retain(|id| members.has(id, state));
        let removed_ids: HashSet<&str> = removed.iter().map(String::as_str).collect();
        if deltas
            .added
            .iter()
            .any(|entry| removed_ids.contains(entry.id()))
        {
            // A member removed and added again moves to the end of the list.
            return self.patch_whole(tables, number, request);
        }

        let is_new = |id: &str| deltas.clears || !members.has(id, state);
        let added: Vec<(String, String)> = deltas
            .added
            .iter()
            .filter(|entry| is_new(entry.id()))
            .map(|entry| (entry.id().to_owned(), entry.value().to_string()))
            .collect();
        let replacement = deltas.clears.then(|| {
            let mut replacement = Members::default();
            for (_, entry) in &added {
                replacement.add(entry, state);
            }
            replacement
        });
        is_changed |= match &replacement {
            Some(replacement) => !replacement.is_same(members),
            None => !removed.is_empty() || !added.is_empty(),
        };
        if !is_changed {
            return Ok(());
        }

        let created = created(&row.resource);
        let resource = self.stamped(&resource, &request.id, created.as_deref(), &[]);
        match replacement {
            Some(replacement) => table.replace(
                number,
                Row {
                    resource,
                    members: Some(Box::new(replacement)),
                },
            ),
            None => table.change_members(number, resource, &removed, &added),
        }
    }

    /// Removes a resource from every group that it is a member of.
    pub(super) fn remove_from_groups(&self, tables: &mut Tables, id: &str) -> Result<(), Error> {
        let groups: Vec<u32> = tables.groups.with_member(id).collect();
        for number in groups {
            let Some((row, members)) = group_parts(&tables.groups, number) else {
                continue;
            };
            if !members.has(id, &self.store.state) {
                continue;
            }

            let group = row.resource.id().unwrap_or_default();
            let created = created(&row.resource);
            let resource = self.stamped(&row.resource, &group, created.as_deref(), &[]);
            tables
                .groups
                .change_members(number, resource, &[id.to_owned()], &[])?;
        }
        Ok(())
    }
}

/// A group and its members, if they are kept beside it.
fn group_parts(table: &Table, number: u32) -> Option<(&Row, &Members)> {
    let row = table.rows().get(number)?;
    Some((row, row.members.as_deref()?))
}
