//! The list of users, which may lag behind single reads.

use serde_json::Value;

use super::row::row;
use super::{Account, Membership, Person};
use crate::client::PAGE_LIMIT;

/// A request for one page of a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::emulator) struct PageRequest {
    pub(in crate::emulator) limit: u16,
    /// The last id of the page before. `None` starts a walk of the list.
    pub(in crate::emulator) after: Option<u64>,
}

impl Account {
    /// Returns the rows of a page, and their last id if more rows follow. The page has at most [`PAGE_LIMIT`] rows.
    pub(in crate::emulator) fn page(&mut self, request: PageRequest) -> (Vec<Value>, Option<u64>) {
        if request.after.is_none() {
            self.walks = self.walks.saturating_add(1);
        }

        let first = request.after.unwrap_or(0).saturating_add(1);
        let mut members = self
            .people
            .range(first..)
            .filter_map(|(id, person)| Some((*id, person, self.listed(person)?)));

        let mut rows = Vec::new();
        let mut last = None;
        let limit = usize::from(request.limit.min(PAGE_LIMIT));
        for (id, person, member) in members.by_ref().take(limit) {
            rows.push(row(id, person, member, self.setup.behavior.list));
            last = Some(id);
        }

        let more = members.next().is_some();
        (rows, last.filter(|_| more))
    }

    /// Returns the membership that the list shows, which may be a past one or none yet.
    fn listed<'a>(&self, person: &'a Person) -> Option<&'a Membership> {
        let present = person
            .membership
            .as_ref()
            .filter(|_| self.walks > person.listed_after);
        let lingering = || {
            let (until, member) = person.lingering.as_ref()?;
            (self.walks <= *until).then_some(member)
        };
        present.or_else(lingering)
    }
}
