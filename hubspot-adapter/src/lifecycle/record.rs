//! The changes of a user's record: what HubSpot cannot keep, and what the user gets back.

use scim_core::filter::case;

use super::change::RoleChange;
use crate::client::{NewUser, User};
use crate::features::Features;
use crate::mapping::Desired;
use crate::row::{Row, RowValues};
use crate::state::{Origin, UserRecord};

/// A first and a last name that wait until HubSpot accepts them.
pub(crate) type PendingName = Option<(Option<String>, Option<String>)>;

impl UserRecord {
    /// The record of a member of the account, after a request was carried out.
    pub(crate) fn of_member(
        record: Option<Self>,
        user: &User,
        desired: &Desired,
        origin: Origin,
        pending_name: PendingName,
    ) -> Self {
        let mut record =
            record.unwrap_or_else(|| Self::new(user.clone(), desired.user_name.as_str(), origin));
        if record.id() != user.id {
            // This record must not replace the record of another id.
            record = record.with_revision(None);
        }

        record.accept(desired);
        record.last_seen = user.clone();
        // HubSpot tells this only in the answer to a creation.
        record.last_seen.send_welcome_email = false;
        record.removed = false;
        record.pending_name = pending_name;
        record
    }

    /// The record of a user who was in HubSpot before any request.
    pub(crate) fn of_unmanaged(user: &User) -> Self {
        Self::new(user.clone(), user.email.as_str(), Origin::Adopted)
    }

    /// Takes over the names by which a request knows the user, which HubSpot cannot keep.
    pub(crate) fn accept(&mut self, desired: &Desired) {
        self.user_name.clone_from(&desired.user_name);
        if let Some(external_id) = &desired.external_id {
            self.external_id = Some(external_id.clone()).filter(|id| !id.is_empty());
        }

        let listed = desired.listed_email.as_deref();
        if let Some(other) = listed.filter(|listed| !case::eq(listed, &self.last_seen.email)) {
            self.other_email = Some(other.to_owned());
        }
    }

    /// Whether a request is about another person: an address may go to somebody new.
    pub(crate) fn is_of_another(&self, desired: &Desired) -> bool {
        self.external_id.is_some()
            && desired.external_id.is_some()
            && self.external_id != desired.external_id
    }

    /// Drops the pending values and the former seats for which a request has newer ones; returns whether there were any.
    pub(crate) fn supersede(&mut self, desired: &Desired) -> bool {
        let superseded = [
            self.supersede_name(desired),
            self.supersede_row(desired),
            self.supersede_seats(desired),
        ];
        superseded.contains(&true)
    }

    /// Drops a pending name for which a request has a newer one; returns whether there was one.
    pub(crate) fn supersede_name(&mut self, desired: &Desired) -> bool {
        let Some((first, last)) = &mut self.pending_name else {
            return false;
        };
        let first = first.take_if(|_| desired.first_name.is_some());
        let last = last.take_if(|_| desired.last_name.is_some());
        first.is_some() || last.is_some()
    }

    /// Replaces the pending row values for which a request has newer ones; returns whether there were any.
    ///
    /// The newer values wait in their place: if the request breaks off, its retry may not come this far.
    pub(crate) fn supersede_row(&mut self, desired: &Desired) -> bool {
        let Some(pending) = self.pending_row.take() else {
            return false;
        };
        let newer = pending.clone().superseded_by(&desired.row);
        let is_superseded = newer != pending;
        self.pending_row = Some(newer);
        is_superseded
    }

    /// Replaces the seats that a removed user gets back if a request lists others; returns whether it does.
    fn supersede_seats(&mut self, desired: &Desired) -> bool {
        let former = &mut self.last_seen.seat_names;
        match &desired.seats {
            Some(names) if self.removed && names != former => {
                former.clone_from(names);
                true
            }
            Some(_) | None => false,
        }
    }

    /// Takes over the names and row values that the user gets back.
    ///
    /// A cleared name is stored as an empty text, not as an unknown one: HubSpot would otherwise restore the name it kept.
    pub(crate) fn prepare_return(&mut self, desired: &Desired) {
        self.set_former_name(desired);
        let held = std::mem::take(&mut self.row);
        self.row = desired.row.clone().or(&held).filled();
    }

    fn set_former_name(&mut self, desired: &Desired) {
        let former = &mut self.last_seen;
        for (wanted, held) in [
            (&desired.first_name, &mut *former.first_name),
            (&desired.last_name, &mut *former.last_name),
        ] {
            if wanted.is_some() {
                held.clone_from(wanted);
            }
        }
    }

    /// Takes over what a creation is about to give back.
    ///
    /// A cleared name is stored as an empty text, as by [`prepare_return`](Self::prepare_return).
    pub(crate) fn prepare_creation(
        &mut self,
        new: &NewUser,
        desired: &Desired,
        features: &Features,
    ) {
        self.set_former_name(desired);

        let former = &mut self.last_seen;
        former.set_role(new.role_id.clone());
        former.primary_team_id.clone_from(&new.primary_team_id);
        former
            .secondary_team_ids
            .clone_from(&new.secondary_team_ids);
        if features.seats {
            former.seat_names.clone_from(&new.seat_names);
        }
    }

    /// Changes the permission set that the user gets back.
    pub(crate) fn set_former_role(&mut self, change: RoleChange) {
        match change {
            RoleChange::Keep => {}
            RoleChange::Clear => self.last_seen.set_role(None),
            RoleChange::Set(id) => self.last_seen.set_role(Some(id)),
        }
    }

    /// Notes the values that the row of the user holds.
    pub(crate) fn note_row(&mut self, row: &Row) {
        if let Some(held) = row.held() {
            self.row = held.values.clone();
        }
    }

    /// Takes out the row values that are still unwritten, those of a request before older pending ones.
    pub(crate) fn take_unwritten_row(&mut self, desired: &Desired, may_write: bool) -> RowValues {
        let pending = self.pending_row.take().unwrap_or_default();
        if may_write {
            desired.row.clone().or(&pending)
        } else {
            pending
        }
    }

    /// The record of a removed user: pending values are among those that the user gets back.
    pub(crate) fn with_pending_applied(mut self) -> Self {
        if let Some(pending) = self.pending_row.take() {
            self.row = pending.or(&self.row).filled();
        }
        if let Some((first, last)) = self.pending_name.take() {
            self.last_seen.first_name = first.or(self.last_seen.first_name.into_inner()).into();
            self.last_seen.last_name = last.or(self.last_seen.last_name.into_inner()).into();
        }
        self
    }
}
