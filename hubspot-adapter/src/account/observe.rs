//! Observing a user: what HubSpot, the CRM and the state say, taken together.

use std::sync::Arc;

use scim_core::{Error, Resource};

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

    /// The user as a SCIM resource.
    pub(crate) async fn render(&self, state: &UserState) -> Result<Resource, Error> {
        let roles = self.directory.roles(&self.client).await?;
        Ok(state.resource(&roles, &self.features))
    }

    /// The users as SCIM resources.
    pub(crate) async fn render_all(&self, states: &[UserState]) -> Result<Vec<Resource>, Error> {
        let mut resources = Vec::with_capacity(states.len());
        for state in states {
            resources.push(self.render(state).await?);
        }
        Ok(resources)
    }

    /// The user as a SCIM resource, even if HubSpot does not return the names of its permission sets.
    pub(crate) async fn render_in_any_case(&self, state: &UserState) -> Resource {
        let roles = self.directory.roles_if_any(&self.client).await;
        state.resource(&roles, &self.features)
    }

    /// The user as a SCIM resource, for a request that writes; one that takes access away does not wait for names of permission
    /// sets.
    pub(crate) async fn render_for_write(
        &self,
        state: &UserState,
        takes_access: bool,
    ) -> Result<Resource, Error> {
        if takes_access {
            Ok(self.render_in_any_case(state).await)
        } else {
            self.render(state).await
        }
    }
}
