//! The records of users and the intents of creations in the state.

use scim_core::Error;

use super::{Account, note_left_out};
use crate::client::User;
use crate::error::from_state;
use crate::lifecycle::change::unmet;
use crate::lifecycle::identity::in_use;
use crate::lifecycle::{Change, Member, PendingName};
use crate::mapping::{Desired, is_address};
use crate::policy::Policy;
use crate::state::{INTENT_LIFETIME, Origin, UserRecord};

impl Account {
    /// Refuses a `userName` that another user has.
    ///
    /// HubSpot refuses a double address by itself. Only the state knows a name that is no address.
    pub(crate) async fn check_name(&self, id: &str, desired: &Desired) -> Result<(), Error> {
        if is_address(&desired.user_name) {
            return Ok(());
        }
        let named = self.state.by_name(&desired.user_name).await;
        match named.map_err(from_state)? {
            Some(record) if record.id() != id => Err(in_use()),
            Some(_) | None => Ok(()),
        }
    }

    /// Takes the external id of a request from removed users who have it.
    ///
    /// Okta renames a user by disabling one and creating another (`docs/evidence.md`, C42).
    pub(crate) async fn release_external_id(
        &self,
        id: &str,
        desired: &Desired,
    ) -> Result<(), Error> {
        let Some(external_id) = desired.external_id.as_deref() else {
            return Ok(());
        };

        let records = self.state.by_external_id(external_id).await;
        for mut record in records.map_err(from_state)? {
            if record.removed && record.id() != id {
                record.external_id = None;
                self.state.put(record).await.map_err(from_state)?;
            }
        }
        Ok(())
    }

    /// Whether a creation of this user was cut short.
    pub(crate) async fn is_creation_unfinished(&self, user: &User) -> Result<bool, Error> {
        let intended = self.state.unsettled_creation(&user.email).await;
        let intended = intended.map_err(from_state)?;
        // A clock that was set back makes an intent of the future: a young one.
        Ok(intended.is_some_and(|at| {
            let age = self.clock.now().duration_since(at).unwrap_or_default();
            age < INTENT_LIFETIME
        }))
    }

    /// Whether a return that a creation began was cut short.
    pub(crate) async fn is_return_unfinished(&self, member: &Member) -> Result<bool, Error> {
        Ok(member.former().is_some() && self.is_creation_unfinished(&member.user).await?)
    }

    /// Notes that the creation at an address is settled, either way.
    pub(crate) async fn settle_creation(&self, email: &str) -> Result<(), Error> {
        self.state.settle_creation(email).await.map_err(from_state)
    }

    /// Notes that the creation at an address is settled; a failure does not fail the request.
    pub(crate) async fn settle_creation_or_note(&self, user: &User) {
        if let Err(failed) = self.settle_creation(&user.email).await {
            note_left_out(&user.id, &failed);
        }
    }

    /// Stores a record.
    pub(crate) async fn put_record(&self, record: UserRecord) -> Result<UserRecord, Error> {
        self.state.put(record).await.map_err(from_state)
    }

    /// Stores a record if it differs from `before`; a failure does not fail the request.
    pub(crate) async fn put_record_or_note(
        &self,
        before: &UserRecord,
        record: UserRecord,
    ) -> UserRecord {
        if record == *before {
            return record;
        }
        match self.state.put(record.clone()).await {
            Ok(stored) => stored,
            Err(failed) => {
                note_left_out(record.id(), &from_state(failed));
                record
            }
        }
    }

    /// Drops the record of a user.
    pub(crate) async fn forget_record(&self, id: &str) -> Result<(), Error> {
        self.state.forget(id).await.map_err(from_state)
    }

    /// Stores what a request said of a member, and writes the pending values of the row.
    pub(crate) async fn remember(
        &self,
        member: Member,
        desired: &Desired,
        origin: Origin,
        pending_name: PendingName,
        policy: &Policy,
    ) -> Result<Member, Error> {
        let before = member.record.clone();
        let mut member = self
            .with_new_record(member, desired, origin, pending_name, policy)
            .await;

        if let Some(record) = member.record.take() {
            let stored = if before.as_ref() == Some(&record) {
                record
            } else {
                self.put_record(record).await?
            };
            member.record = Some(stored);
        }
        Ok(member)
    }

    /// Stores the record of a creation or return that is under way.
    pub(crate) async fn store_begun(
        &self,
        mut member: Member,
        change: &Change,
        is_returning: bool,
    ) -> Result<Member, Error> {
        if let Some(mut record) = member.record.take() {
            if is_returning && unmet(&member.user, change).is_some() {
                // If this is cut short, the user is still returning, to the access that the change gives.
                record.removed = true;
                record.last_seen = change.applied_to(member.user.clone());
                // A cleared name stays an empty text: the retry must clear it again.
                let former = &mut record.last_seen;
                for (wanted, held) in [
                    (&change.first_name, &mut *former.first_name),
                    (&change.last_name, &mut *former.last_name),
                ] {
                    if wanted.is_some() {
                        held.clone_from(wanted);
                    }
                }
            }
            member.record = Some(self.put_record(record).await?);
        }
        Ok(member)
    }

    /// A member with the record after a request, which is not stored yet; writes the pending values of the row.
    pub(crate) async fn with_new_record(
        &self,
        member: Member,
        desired: &Desired,
        origin: Origin,
        pending_name: PendingName,
        policy: &Policy,
    ) -> Member {
        let Member { user, record, row } = member;
        let mut record = UserRecord::of_member(record, &user, desired, origin, pending_name);
        let row = self
            .settle_record_row(&user, &mut record, row, desired, policy)
            .await;
        Member {
            user,
            record: Some(record),
            row,
        }
    }
}
