//! Users whom an administrator deactivated in HubSpot's own pages: still members, without access, and out of the API's reach.

use scim_core::{Error, ErrorKind};

use super::identity::{check_identity, in_use};
use super::rows::user_of;
use super::{Seen, Users, ignored};
use crate::client::User;
use crate::error::from_hubspot;
use crate::mapping::Desired;
use crate::row::Row;
use crate::state::{Origin, UserRecord};

impl Users {
    /// Does what a request wants of somebody whom it wants to be inactive, and who is: that needs no call, and what else HubSpot
    /// refuses is noted.
    pub(super) async fn stay_deactivated(
        &self,
        user: User,
        record: Option<UserRecord>,
        row: Row,
        desired: &Desired,
    ) -> Result<Seen, Error> {
        let (known, held) = (record.clone(), row.clone());
        let refused = match self.update(user.clone(), known, held, desired).await {
            Ok(seen) => return Ok(seen),
            Err(refused) => refused,
        };
        ignored(&user.id, &refused);
        if check_identity(&user, record.as_ref(), desired).is_err() {
            return Ok(Seen::Deactivated(user, record, row));
        }
        let waits = record
            .as_ref()
            .and_then(|record| record.pending_name.clone());
        self.keep(user, record, row, desired, Origin::Adopted, waits)
            .await
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
        self.stay_deactivated(user, record, row, desired).await
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
pub(super) fn unread(id: &str, record: Option<&UserRecord>, row: &mut Row) -> Option<User> {
    let held = match row {
        Row::There(held) if held.is_deactivated => held,
        Row::There(_) | Row::Unkept | Row::Absent | Row::Unread { .. } => return None,
    };
    held.stands_alone = true;
    Some(record.map_or_else(|| user_of(id, held), |record| record.last_seen.clone()))
}

/// Refuses to change somebody of whom it is not known what they have: HubSpot takes away what a change leaves out, and they may be
/// a super admin.
pub(super) fn check_is_read(row: &Row) -> Result<(), Error> {
    if row.held().is_some_and(|held| held.stands_alone) {
        return Err(Error::new(
            ErrorKind::Mutability,
            "This user is deactivated in HubSpot, whose API does not show them; reactivate them in HubSpot first",
        ));
    }
    Ok(())
}

/// What is answered to a request that wants somebody active whom an administrator deactivated.
pub(super) fn stays() -> Error {
    Error::new(
        ErrorKind::Mutability,
        "active: an administrator deactivated this user in HubSpot, whose API cannot undo it; reactivate them in HubSpot",
    )
}
