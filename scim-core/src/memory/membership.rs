//! The check that members are users or groups of the store.

use std::borrow::Cow;

use super::table::Row;
use super::view::TableName;
use super::{MemoryProvider, Tables};
use crate::error::shorten;
use crate::patch::MemberEntry;
use crate::{Error, ErrorKind, Profile, Tolerance, ValueRef};

impl MemoryProvider {
    /// Refuses unknown ids among the members that a request adds, or leaves them out if the profile allows it.
    pub(super) fn check_added(
        &self,
        tables: &Tables,
        added: &mut Vec<MemberEntry>,
        profile: Profile,
    ) -> Result<(), Error> {
        if profile.allows(Tolerance::UnknownMembers) {
            added.retain(|entry| self.knows(tables, entry.id()));
            return Ok(());
        }
        match added.iter().find(|entry| !self.knows(tables, entry.id())) {
            Some(unknown) => Err(unknown_member(unknown.id())),
            None => Ok(()),
        }
    }

    /// Applies the same check to all members of a group.
    pub(super) fn check_members(
        &self,
        tables: &Tables,
        row: &mut Row,
        profile: Profile,
    ) -> Result<(), Error> {
        if self.table != TableName::Groups || self.takes_any_member {
            return Ok(());
        }
        let Some(members) = &mut row.members else {
            // The members are in the resource, which is kept as a tree.
            let list = row.resource.member("members").into_iter();
            let mut ids = list
                .flat_map(ValueRef::elements)
                .filter_map(|entry| entry.member("value")?.as_str());
            return match ids.find(|id| !self.knows(tables, id)) {
                Some(id) => Err(unknown_member(&id)),
                None => Ok(()),
            };
        };

        let unknown: Vec<String> = members
            .ids()
            .filter(|id| !self.knows(tables, id))
            .map(Cow::into_owned)
            .collect();

        match unknown.first() {
            Some(id) if !profile.allows(Tolerance::UnknownMembers) => Err(unknown_member(id)),
            _ => {
                for id in &unknown {
                    members.remove(id, &self.store.state);
                }
                Ok(())
            }
        }
    }

    fn knows(&self, tables: &Tables, id: &str) -> bool {
        self.takes_any_member || tables.users.find(id).is_some() || tables.groups.find(id).is_some()
    }
}

fn unknown_member(id: &str) -> Error {
    let detail = format!("members: no user or group has the id {}", shorten(id));
    Error::new(ErrorKind::InvalidValue, detail)
        .with_logged_detail("members: no user or group has one of the ids")
}
