//! A user as HubSpot and the state know them.

use scim_core::Resource;

use super::change::unmet;
use super::places::no_places;
use crate::client::{Role, User};
use crate::features::Features;
use crate::mapping;
use crate::policy::Policy;
use crate::row::{self, HeldRow, Row};
use crate::state::UserRecord;

/// A member of the HubSpot account: the user, the record of earlier requests, and the row in the CRM.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) user: User,
    pub(crate) record: Option<UserRecord>,
    pub(crate) row: Row,
}

/// A user's state in the HubSpot account.
#[derive(Clone)]
pub(crate) enum UserState {
    /// The user has the access that the permission set gives.
    Present(Member),
    /// The user has the permission set that takes access away; the record holds what the user had before.
    Suspended(Member),
    /// An administrator deactivated the user in HubSpot's own pages.
    Deactivated(Member),
    /// The user is no longer a member of the account.
    Removed(UserRecord),
}

impl Member {
    /// Falls back to the row and the record if HubSpot does not return a user.
    ///
    /// HubSpot may not return a deactivated user (`docs/evidence.md`, H27, Q5).
    pub(crate) fn read_or_deactivated(
        id: &str,
        user: Option<User>,
        record: Option<&UserRecord>,
        mut row: Row,
    ) -> (Option<User>, Row) {
        if user.is_some() {
            return (user, row);
        }
        let held = match &mut row {
            Row::There(held) if held.is_deactivated => held,
            Row::There(_) | Row::Unkept | Row::Absent | Row::Unread { .. } => return (None, row),
        };

        held.stands_alone = true;
        let user = record.map_or_else(|| user_of_row(id, held), |record| record.last_seen.clone());
        (Some(user), row)
    }

    /// The member, unless the record is about another person than the request.
    pub(crate) fn without_record_of_another(self, desired: &mapping::Desired) -> Self {
        Self {
            record: self.record.filter(|record| !record.is_of_another(desired)),
            ..self
        }
    }

    /// The name that waits until HubSpot accepts it.
    pub(crate) fn pending_name(&self) -> (Option<String>, Option<String>) {
        mapping::pending_name(&self.user, self.record.as_ref())
    }

    /// The user before the access was taken away, if it was and has not come back completely.
    pub(crate) fn former(&self) -> Option<&User> {
        let record = self.record.as_ref().filter(|record| record.removed);
        record.map(|record| &record.last_seen)
    }

    /// Whether a request changes the values of the row.
    pub(crate) fn row_changes(&self, desired: &mapping::Desired) -> bool {
        let held = self.row.held().map(|held| held.values.clone());
        !row::unmet(&held.unwrap_or_default(), &desired.row).is_empty()
    }

    /// Whether values wait that the row lacks.
    fn is_row_pending(&self, features: &Features) -> bool {
        let pending = self.record.as_ref();
        let pending = pending.and_then(|record| record.pending_row.clone());
        match (self.row.held(), pending) {
            (Some(held), Some(pending)) => {
                !row::unmet(&held.values, &features.kept_in_rows(pending)).is_empty()
            }
            (Some(_) | None, _) => false,
        }
    }
}

impl UserState {
    /// The state of a user; `None` if neither HubSpot nor a record has the user.
    pub(crate) fn of(
        id: &str,
        user: Option<User>,
        record: Option<UserRecord>,
        row: Row,
        policy: &Policy,
        roles: &[Role],
    ) -> Option<Self> {
        match Member::read_or_deactivated(id, user, record.as_ref(), row) {
            (Some(user), row) => Some(Self::of_member(Member { user, record, row }, policy, roles)),
            (None, _) => record.map(|record| Self::Removed(record.with_pending_applied())),
        }
    }

    /// The state of a member of the account.
    pub(crate) fn of_member(member: Member, policy: &Policy, roles: &[Role]) -> Self {
        let is_suspended = policy.is_without_access(&member.user, roles);
        // A suspended user who was also deactivated by hand counts as suspended, unless the record says that the user has access.
        let is_managed = member.record.as_ref().is_some_and(|record| !record.removed);
        if is_suspended && !(is_managed && member.row.is_deactivated()) {
            return Self::Suspended(member);
        }
        Self::of_unsuspended(member)
    }

    /// The state of a member who has a permission set that gives access.
    pub(crate) fn of_unsuspended(member: Member) -> Self {
        if member.row.is_deactivated() {
            Self::Deactivated(member)
        } else {
            Self::Present(member)
        }
    }

    /// The HubSpot user id.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Present(member) | Self::Suspended(member) | Self::Deactivated(member) => {
                &member.user.id
            }
            Self::Removed(record) => record.id(),
        }
    }

    /// The user as a SCIM resource.
    pub(crate) fn resource(&self, roles: &[Role], features: &Features) -> Resource {
        match self {
            Self::Present(Member { user, record, row }) => {
                mapping::present(user, record.as_ref(), row, roles, features)
            }
            Self::Suspended(Member { user, record, row }) => {
                mapping::suspended(user, record.as_ref(), row, roles, features)
            }
            Self::Deactivated(Member { user, record, row }) => {
                mapping::deactivated(user, record.as_ref(), row, roles, features)
            }
            Self::Removed(record) => mapping::removed(record, roles, features),
        }
    }

    /// Whether earlier requests left something to do, even if a request changes nothing.
    ///
    /// A name or a row value is pending, a return was cut short, the record is older than the user, or a suspended user still has
    /// teams or seats.
    pub(crate) fn is_unfinished(&self, features: &Features) -> bool {
        match self {
            Self::Present(member) => {
                let is_outdated = member
                    .record
                    .as_ref()
                    .is_some_and(|record| record.removed || record.last_seen != member.user);
                is_outdated
                    || member.pending_name() != (None, None)
                    || member.is_row_pending(features)
            }
            Self::Suspended(member) => unmet(&member.user, &no_places(features)).is_some(),
            Self::Deactivated(_) | Self::Removed(_) => false,
        }
    }
}

/// A deactivated user that HubSpot does not return, with what the row says.
fn user_of_row(id: &str, row: &HeldRow) -> User {
    User::new(id, row.email.clone().unwrap_or_default())
}
