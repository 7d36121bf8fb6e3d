//! Showing users as SCIM resources, with the names of their permission sets.

use scim_core::{Error, Resource};

use super::Account;
use crate::lifecycle::UserState;

impl Account {
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
