//! Observing a user: what HubSpot, the CRM and the state say, taken together.

use std::sync::Arc;

use scim_core::Error;

use super::Account;
use crate::client::{Role, User};
use crate::error::from_state;
use crate::lifecycle::{Member, UserState};
use crate::policy::{Deprovision, Policy};
use crate::state::StateError;

/// Why a user was not observed for a request that takes access away.
pub(crate) enum NotObserved {
    /// The state cannot be read, and HubSpot has the user: the access can be taken away without a record.
    Unrecorded(Box<Member>, StateError),
    Failed(Error),
}

impl From<Error> for NotObserved {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Account {
    /// The user with an id, whether SCIM shows the user or not; `None` if neither HubSpot nor the state has the user.
    ///
    /// HubSpot is always asked: it alone knows of removals and returns by hand.
    pub(crate) async fn observe(
        &self,
        id: &str,
        policy: &Policy,
    ) -> Result<Option<UserState>, Error> {
        let user = self.read(id).await?;
        let record = self.state.by_id(id).await.map_err(from_state)?;
        self.check_absence(user.as_ref(), record.as_ref()).await?;

        let row = self.row(id).await?;
        let roles = self.roles_of_policy(policy).await?;
        Ok(UserState::of(id, user, record, row, policy, &roles))
    }

    /// Observes a user for a request that takes access away, which must succeed even if the state or the CRM cannot be read.
    pub(crate) async fn observe_to_remove(
        &self,
        id: &str,
        policy: &Policy,
    ) -> Result<Option<UserState>, NotObserved> {
        let user = self.read(id).await?;
        let row = self.row_if_any(id).await;
        match (self.state.by_id(id).await, user) {
            (Ok(record), user) => {
                self.check_absence(user.as_ref(), record.as_ref()).await?;
                // Taking the access away matters more than current names of permission sets.
                let roles = self.directory.roles_if_any(&self.client).await;
                Ok(UserState::of(id, user, record, row, policy, &roles))
            }
            (Err(failed), Some(_)) if row.is_deactivated() || row.was_deactivated() => {
                Err(from_state(failed).into())
            }
            (Err(failed), Some(user)) => {
                let record = None;
                let member = Member { user, record, row };
                Err(NotObserved::Unrecorded(Box::new(member), failed))
            }
            (Err(failed), None) => Err(from_state(failed).into()),
        }
    }

    /// The state of a user that HubSpot turned out to have.
    ///
    /// The record of an earlier removal does not count: another request created the user since.
    pub(crate) async fn observe_found(
        &self,
        user: User,
        policy: &Policy,
    ) -> Result<UserState, Error> {
        let record = self.state.by_id(&user.id).await.map_err(from_state)?;
        let record = record.filter(|record| !record.removed);
        let row = self.row(&user.id).await?;
        let roles = self.roles_of_policy(policy).await?;
        Ok(UserState::of_member(
            Member { user, record, row },
            policy,
            &roles,
        ))
    }

    /// The permission sets, if the policy needs them to recognize a suspended user.
    pub(super) async fn roles_of_policy(&self, policy: &Policy) -> Result<Arc<[Role]>, Error> {
        match policy.deprovision {
            Deprovision::NoAccess(_) => self.directory.roles(&self.client).await,
            Deprovision::Remove | Deprovision::Refuse => Ok(Arc::from([])),
        }
    }
}
