//! What a DELETE does.

use super::{Account, Key};
use crate::dialect::{CrmRowAfterRemoval, Taken, Timing};
use crate::emulator::answer::Answer;

impl Account {
    /// Ends a membership. Who is not there is gone already.
    pub(in crate::emulator) fn delete(&mut self, key: &Key) -> Result<(), Answer> {
        let Ok((_, _, member)) = self.found(key) else {
            return Ok(());
        };
        let dialect = &self.plan.dialect;
        if member.super_admin && dialect.super_admin_removal == Taken::Refused {
            return Err(self.super_admin_refused());
        }
        if member.deactivated && dialect.deactivated_removal == Taken::Refused {
            return Err(Answer::invalid("A deactivated user cannot be removed."));
        }
        self.remove(key);
        Ok(())
    }

    /// Ends a membership, whoever it is; `false` where there is none.
    pub(in crate::emulator) fn remove(&mut self, key: &Key) -> bool {
        let (dialect, walks) = (self.plan.dialect, self.walks);
        let Some(person) = self.id(key).and_then(|id| self.people.get_mut(&id)) else {
            return false;
        };
        let Some(member) = person.membership.take() else {
            return false;
        };
        person.awaits_seat = dialect.freed_seat == Timing::Late;
        if dialect.removal_in_list == Timing::Late {
            person.lingering = Some((walks.saturating_add(1), member));
        }
        if dialect.crm_row_after_removal == CrmRowAfterRemoval::Gone {
            person.crm = None;
        }
        true
    }
}
