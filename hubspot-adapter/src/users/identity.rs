//! Who is who: addresses, names, and what of them can change.

use scim_core::filter::case;
use scim_core::{Error, ErrorKind};

use super::Users;
use crate::client::User;
use crate::error::from_state;
use crate::mapping::{Desired, is_address};
use crate::state::UserRecord;

impl Users {
    /// Refuses a `userName` that another user has. For an address HubSpot sees to it; a name that is none is known here alone.
    pub(super) async fn check_name(&self, id: &str, desired: &Desired) -> Result<(), Error> {
        if is_address(&desired.user_name) {
            return Ok(());
        }
        match self
            .state
            .by_name(&desired.user_name)
            .await
            .map_err(from_state)?
        {
            Some(record) if record.id() != id => Err(in_use()),
            Some(_) | None => Ok(()),
        }
    }

    /// Takes from users who were removed what a new user now goes by: Okta renames by disabling one and creating the other
    /// (`docs/evidence.md`, C42).
    pub(super) async fn release(&self, id: &str, desired: &Desired) -> Result<(), Error> {
        let Some(external_id) = desired.external_id.as_deref() else {
            return Ok(());
        };
        let records = self
            .state
            .by_external_id(external_id)
            .await
            .map_err(from_state)?;
        for mut record in records {
            if record.removed && record.id() != id {
                record.external_id = None;
                self.state.put(record).await.map_err(from_state)?;
            }
        }
        Ok(())
    }
}

impl UserRecord {
    /// Takes over what a request says and HubSpot cannot keep.
    pub(super) fn say(&mut self, desired: &Desired) {
        self.user_name.clone_from(&desired.user_name);
        if let Some(external_id) = &desired.external_id {
            self.external_id = Some(external_id.clone()).filter(|id| !id.is_empty());
        }
        let listed = desired.listed_email.as_deref();
        if let Some(other) = listed.filter(|listed| !case::eq(listed, &self.last_seen.email)) {
            self.other_email = Some(other.to_owned());
        }
    }

    /// Whether a request is about somebody else than the one whose record this is: an address may go to somebody new.
    pub(super) fn is_of_another(&self, desired: &Desired) -> bool {
        self.external_id.is_some()
            && desired.external_id.is_some()
            && self.external_id != desired.external_id
    }

    /// Forgets a name that waits where a request has a newer one; answers whether there was one.
    pub(super) fn supersede_name(&mut self, desired: &Desired) -> bool {
        let Some((first, last)) = &mut self.pending_name else {
            return false;
        };
        let first = first.take_if(|_| desired.first_name.is_some());
        let last = last.take_if(|_| desired.last_name.is_some());
        first.is_some() || last.is_some()
    }

    /// Forgets the seats with which the user was to come back where a request has others; answers whether there were any.
    pub(super) fn supersede_seats(&mut self, desired: &Desired) -> bool {
        let had = &mut self.last_seen.seat_names;
        match &desired.seats {
            Some(names) if self.removed && names != had => {
                had.clone_from(names);
                true
            }
            Some(_) | None => false,
        }
    }

    /// Takes over the names and other values with which the user is to come back; a name that is to be none is empty and not unknown,
    /// or they would come back with the one that HubSpot keeps.
    pub(super) fn rename(&mut self, desired: &Desired) {
        let seen = &mut self.last_seen;
        for (wanted, held) in [
            (&desired.first_name, &mut *seen.first_name),
            (&desired.last_name, &mut *seen.last_name),
        ] {
            if wanted.is_some() {
                held.clone_from(wanted);
            }
        }
        let held = std::mem::take(&mut self.row);
        self.row = desired.row.clone().or(&held).filled();
    }

    /// The record of a user whom HubSpot has no more: what waited is what to come back with.
    pub(super) fn with_what_waits(mut self) -> Self {
        if let Some(waiting) = self.pending_row.take() {
            self.row = waiting.or(&self.row).filled();
        }
        if let Some((first, last)) = self.pending_name.take() {
            self.last_seen.first_name = first.or(self.last_seen.first_name.into_inner()).into();
            self.last_seen.last_name = last.or(self.last_seen.last_name.into_inner()).into();
        }
        self
    }
}

/// Refuses a change of the address by which HubSpot knows a user: no API call makes it.
pub(super) fn check_identity(
    user: &User,
    record: Option<&UserRecord>,
    desired: &Desired,
) -> Result<(), Error> {
    let name = &desired.user_name;
    // The name that the client has had for the user all along is no change, though HubSpot's may have become another.
    let as_before = record.is_some_and(|record| case::eq(name, &record.user_name));
    if is_address(name) && !as_before && !case::eq(name, &user.email) {
        return Err(address_change("userName"));
    }
    let Some(listed) = desired.listed_email.as_deref() else {
        return Ok(());
    };
    let known = case::eq(listed, &user.email)
        // Sign-in name and mailbox may differ from the start: that is no change.
        || match record {
            Some(record) => {
                record.other_email.as_deref().is_some_and(|other| case::eq(listed, other))
            }
            None => case::eq(name, &user.email),
        };
    if known {
        Ok(())
    } else {
        Err(address_change("emails"))
    }
}

fn address_change(attribute: &str) -> Error {
    Error::new(
        ErrorKind::Mutability,
        format!(
            "{attribute}: HubSpot's API cannot change a user's e-mail address; the user has to change it in HubSpot, or to be removed and created anew"
        ),
    )
}

pub(super) fn in_use() -> Error {
    Error::new(ErrorKind::Uniqueness, "userName is already in use")
}

pub(super) fn protected() -> Error {
    Error::new(
        ErrorKind::Mutability,
        "This user is protected by the configuration of this server",
    )
}
