//! The removal of a user: DELETE.

use super::{Account, Key};
use crate::emulator::answer::Answer;
use crate::emulator::behavior::{CrmRowAfterRemoval, Timing, WriteOutcome};

impl Account {
    /// Ends a membership, if HubSpot allows it. Without one, the removal succeeds.
    pub(in crate::emulator) fn delete(&mut self, key: &Key) -> Result<(), Answer> {
        let Ok((_, _, member)) = self.find_member(key) else {
            return Ok(());
        };
        let behavior = &self.setup.behavior;
        if member.super_admin && behavior.super_admin_removal == WriteOutcome::Refused {
            return Err(self.super_admin_refused());
        }
        if member.deactivated && behavior.deactivated_removal == WriteOutcome::Refused {
            return Err(Answer::invalid("A deactivated user cannot be removed."));
        }
        self.remove(key);
        Ok(())
    }

    /// Ends a membership unconditionally. Returns `false` if there is none.
    pub(in crate::emulator) fn remove(&mut self, key: &Key) -> bool {
        let (behavior, walks) = (self.setup.behavior, self.walks);
        let Some(person) = self.id(key).and_then(|id| self.people.get_mut(&id)) else {
            return false;
        };
        let Some(member) = person.membership.take() else {
            return false;
        };

        person.awaits_seat = behavior.freed_seat == Timing::Late;
        if behavior.removal_in_list == Timing::Late {
            person.lingering = Some((walks.saturating_add(1), member));
        }
        if behavior.crm_row_after_removal == CrmRowAfterRemoval::Gone {
            person.crm = None;
        }
        true
    }
}
