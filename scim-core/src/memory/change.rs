//! Changing what is stored, each change whole or not at all.

use std::collections::HashSet;

use super::members::Members;
use super::stamp::{Stamp, check_version, created};
use super::table::{Row, Table};
use super::view::Kind;
use super::{MemoryProvider, Tables};
use crate::clock::date_time;
use crate::filter::case;
use crate::patch::{self, MemberDeltas};
use crate::provider::{PatchRequest, Patched, ReplaceRequest};
use crate::{Error, Resource};

impl MemoryProvider {
    /// A resource as it is kept: what belongs to the other table, or is a list without end, not within it.
    pub(super) fn row(&self, desired: &Resource, id: &str, created: Option<&str>) -> Row {
        let desired = desired.compact();
        let members = match (self.kind, desired.member("members")) {
            (Kind::Groups, None) => Some(Members::default()),
            (Kind::Groups, Some(list)) if desired.is_text() => {
                Members::read(list, &self.store.state)
            }
            // What only a tree can hold stays whole, and a user has no members.
            (Kind::Groups | Kind::Users, _) => None,
        };
        let beside = match self.kind {
            Kind::Groups if members.is_none() => None,
            Kind::Users | Kind::Groups => Some(self.kind.related()),
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

    /// Puts a user in the place of one who was away.
    ///
    /// With another `externalId` it is somebody new at an old name, and with another `userName` perhaps somebody new with an
    /// alias that a leaver had: what the last holder was a member of is not theirs.
    pub(super) fn brought_back(
        &self,
        tables: &mut Tables,
        number: u32,
        away: &Resource,
        desired: &Resource,
    ) -> Result<u32, Error> {
        let id = away.id().unwrap_or_default();
        let row = self.row(desired, &id, created(away).as_deref());
        tables.users.replace(number, row)?;
        let known = away.text("externalId").zip(desired.text("externalId"));
        let is_new = known.is_some_and(|(before, now)| before != now);
        let names = away.text("userName").zip(desired.text("userName"));
        let is_renamed = names.is_none_or(|(before, now)| !case::eq(&before, &now));
        if is_new || is_renamed {
            self.leave_groups(tables, &id)?;
        }
        Ok(number)
    }

    pub(super) fn replaced(
        &self,
        tables: &mut Tables,
        request: &ReplaceRequest,
    ) -> Result<Resource, Error> {
        let (number, row) = tables.of(self.kind).get(&request.id)?;
        let current = row.resource.clone();
        check_version(&current, request.expected_version.as_ref())?;
        // A document without `active` says nothing of it; a PATCH that removes it does.
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
        tables.of_mut(self.kind).replace(number, row)?;
        Ok(self.answer(tables, number, &request.projection))
    }

    pub(super) fn patched(
        &self,
        tables: &mut Tables,
        request: &PatchRequest,
    ) -> Result<Patched, Error> {
        let (number, row) = tables.of(self.kind).get(&request.id)?;
        check_version(&row.resource, request.expected_version.as_ref())?;
        let deltas = match row.members {
            Some(_) => request
                .patch
                .member_deltas(&self.resource_type, request.profile),
            None => None,
        };
        match deltas {
            Some(deltas) => self.apply_deltas(tables, number, request, deltas)?,
            None => self.apply(tables, number, request)?,
        }
        if !request.wants_resource {
            return Ok(Patched::NoContent);
        }
        let answer = self.answer(tables, number, &request.projection);
        Ok(Patched::Resource(answer))
    }

    /// Applies a request to the whole resource.
    fn apply(&self, tables: &mut Tables, number: u32, request: &PatchRequest) -> Result<(), Error> {
        let Some(row) = tables.of(self.kind).rows().get(number) else {
            return Ok(());
        };
        let current = match self.kind {
            // The groups of a user are no part of the user.
            Kind::Users => row.resource.clone(),
            Kind::Groups => tables.whole(self.kind, row),
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
        tables.of_mut(self.kind).replace(number, row)
    }

    /// Applies a request to a group without looking at members that it does not name.
    fn apply_deltas(
        &self,
        tables: &mut Tables,
        number: u32,
        request: &PatchRequest,
        mut deltas: MemberDeltas,
    ) -> Result<(), Error> {
        self.check_added(tables, &mut deltas.added, request.profile)?;
        let table = tables.of_mut(self.kind);
        let Some((row, members)) = parts(table, number) else {
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
        let gone: HashSet<&str> = removed.iter().map(String::as_str).collect();
        if deltas.added.iter().any(|entry| gone.contains(entry.id())) {
            // Who goes and comes back has another place in the list, unless it is the last one.
            return self.apply(tables, number, request);
        }
        let comes = |id: &str| deltas.clears || !members.has(id, state);
        let added: Vec<(String, String)> = deltas
            .added
            .iter()
            .filter(|entry| comes(entry.id()))
            .map(|entry| (entry.id().to_owned(), entry.value().to_string()))
            .collect();
        let fresh = deltas.clears.then(|| {
            let mut fresh = Members::default();
            for (_, entry) in &added {
                fresh.add(entry, state);
            }
            fresh
        });
        is_changed |= match &fresh {
            Some(fresh) => !fresh.is_same(members),
            None => !removed.is_empty() || !added.is_empty(),
        };
        if !is_changed {
            return Ok(());
        }
        let created = created(&row.resource);
        let resource = self.stamped(&resource, &request.id, created.as_deref(), &[]);
        match fresh {
            Some(fresh) => table.replace(
                number,
                Row {
                    resource,
                    members: Some(Box::new(fresh)),
                },
            ),
            None => table.change(number, resource, &removed, &added),
        }
    }

    /// Takes whoever is gone out of the groups.
    pub(super) fn leave_groups(&self, tables: &mut Tables, id: &str) -> Result<(), Error> {
        let groups: Vec<u32> = tables.groups.with_member(id).collect();
        for number in groups {
            let Some((row, members)) = parts(&tables.groups, number) else {
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
                .change(number, resource, &[id.to_owned()], &[])?;
        }
        Ok(())
    }
}

/// A group and the members beside it.
fn parts(table: &Table, number: u32) -> Option<(&Row, &Members)> {
    let row = table.rows().get(number)?;
    Some((row, row.members.as_deref()?))
}
