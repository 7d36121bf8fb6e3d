//! Users whom an administrator deactivated in HubSpot's own pages: still members, without access, and out of the API's reach.

use scim_core::{Error, ErrorKind};

use super::identity::in_use;
use super::rows::user_of;
use super::{Seen, Users, ignored};
use crate::client::User;
use crate::error::from_hubspot;
use crate::mapping::Desired;
use crate::row::Row;
use crate::state::UserRecord;

impl Users {
    /// Does what a request wants of somebody whom it wants to be inactive, and who is: that needs no call, and what else HubSpot
    /// refuses is noted.
    pub(super) async fn stay_deactivated(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
    ) -> Seen {
        let before = Seen::Deactivated(user.clone(), record.clone(), row.clone());
        match self.update(user.clone(), record, row, desired).await {
            Ok(seen) => seen,
            Err(refused) => {
                ignored(&user.id, &refused);
                before
            }
        }
    }

    /// Changes somebody who is deactivated; HubSpot's answer counts.
    pub(super) async fn update_deactivated(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        let outcome = self.update(user, record, row, desired).await;
        outcome.map_err(|error| {
            if error.kind() != ErrorKind::NotFound {
                return error;
            }
            // Who is deactivated may not be found by a read, and then no change can be verified.
            Error::new(
                ErrorKind::Mutability,
                "This user is deactivated in HubSpot, and cannot be changed there; reactivate them in HubSpot first",
            )
            .with_source(error)
        })
    }

    /// Takes over somebody who is deactivated, if the policy has it so and the request wants no access for them.
    pub(super) async fn create_deactivated(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        self.check_name(&user.id, desired).await?;
        if record.is_none() && !self.adopts(&user, desired).await? {
            return Err(in_use());
        }
        if desired.active != Some(false) {
            return Err(stays());
        }
        self.release(&user.id, desired).await?;
        Ok(self.stay_deactivated(user, record, row, desired).await)
    }

    /// Removes somebody who is deactivated.
    ///
    /// Whether HubSpot has them still after a refusal, a read may not tell: its word counts.
    pub(super) async fn remove_deactivated(&self, user: &User, row: &Row) -> Result<(), Error> {
        self.may_remove(user, row)?;
        match self.client.delete_user(&user.id).await {
            Ok(()) => Ok(()),
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(from_hubspot(error)),
        }
    }
}

/// Somebody who is deactivated and whom a read does not find (`docs/evidence.md`, H27, Q5), as far as is known.
pub(super) fn unread(id: &str, record: Option<&UserRecord>, row: &Row) -> Option<User> {
    let held = row.held().filter(|held| held.is_deactivated)?;
    Some(record.map_or_else(|| user_of(id, held), |record| record.last_seen.clone()))
}

/// What is answered to a request that wants somebody active whom an administrator deactivated.
pub(super) fn stays() -> Error {
    Error::new(
        ErrorKind::Mutability,
        "active: an administrator deactivated this user in HubSpot, whose API cannot undo it; reactivate them in HubSpot",
    )
}
