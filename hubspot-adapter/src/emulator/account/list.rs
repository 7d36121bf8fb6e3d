//! The list of users, which may lag behind what reads know.

use serde_json::Value;

use super::row::row;
use super::{Account, Membership, Person};
use crate::client::PAGE_LIMIT;
use crate::emulator::answer::Answer;

/// Which page is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::emulator) struct PageRequest {
    pub(in crate::emulator) limit: u16,
    /// The id that the page before ended with; `None` begins the list.
    pub(in crate::emulator) after: Option<u64>,
}

impl Account {
    /// Users with ids above that of the page before, and the last of these if there are more.
    pub(in crate::emulator) fn page(
        &mut self,
        request: PageRequest,
    ) -> Result<(Vec<Value>, Option<u64>), Answer> {
        if request.after.is_none() {
            self.walks = self.walks.saturating_add(1);
        }
        let beyond = self
            .people
            .range(request.after.unwrap_or(0).saturating_add(1)..);
        let mut members =
            beyond.filter_map(|(id, person)| Some((*id, person, self.listed(person)?)));
        let mut rows = Vec::new();
        let mut last = None;
        let limit = usize::from(request.limit.min(PAGE_LIMIT));
        for (id, person, member) in members.by_ref().take(limit) {
            rows.push(row(id, person, member, self.plan.behavior.list));
            last = Some(id);
        }
        let more = members.next().is_some();
        Ok((rows, last.filter(|_| more)))
    }

    /// The membership as the list has it.
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
