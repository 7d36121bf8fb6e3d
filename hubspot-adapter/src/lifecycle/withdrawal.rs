//! Taking a user's access away: the two ways to do it, and the record written before it.

use scim_core::Error;

use super::change::Change;
use super::identity::check_identity;
use super::member::Member;
use super::places::{with_former_access, with_former_places};
use crate::mapping::Desired;
use crate::state::UserRecord;

/// The way in which the policy takes access away.
pub(crate) enum Withdrawal {
    /// The user is removed from the HubSpot account.
    Removal,
    /// The user stays in the account; this change leaves neither access nor teams nor seats.
    Suspension(Change),
}

impl Withdrawal {
    /// The record of a user who loses access: what the user gets back.
    ///
    /// `is_returning` says that an earlier return was cut short: what it has not given back yet is not lost.
    ///
    /// The second value is a refusal of the names in the request, which is no reason to leave the access.
    pub(crate) fn record(
        &self,
        member: &Member,
        desired: &Desired,
        is_returning: bool,
    ) -> (UserRecord, Option<Error>) {
        let mut record = self.former_access(member, is_returning);
        record.removed = true;

        // Pending values stay pending: if the request is cut short, HubSpot still has the user, but not these values.
        record.supersede_name(desired);
        record.supersede_row(desired);

        let refused = match check_identity(&member.user, member.record.as_ref(), desired) {
            Ok(()) => {
                record.accept(desired);
                None
            }
            Err(refused) => Some(refused),
        };

        match self {
            // The row may go with the user: the record holds what it said last, with the newer values of the request.
            Self::Removal => {
                record.note_row(&member.row);
                record.prepare_return(desired);
            }
            Self::Suspension(_) => {
                record.prepare_return(desired);
                record.note_row(&member.row);
            }
        }
        (record, refused)
    }

    fn former_access(&self, member: &Member, is_returning: bool) -> UserRecord {
        let user = &member.user;
        let Some(record) = &member.record else {
            return UserRecord::of_unmanaged(user);
        };

        let last_seen = match self {
            Self::Suspension(no_access) if user.role() == no_access.role.id() => {
                return record.clone();
            }
            Self::Removal if is_returning => with_former_access(user, &record.last_seen),
            Self::Suspension(_) if is_returning => with_former_places(user, &record.last_seen),
            Self::Removal | Self::Suspension(_) => user.clone(),
        };
        let mut record = record.clone();
        record.last_seen = last_seen;
        record
    }
}
