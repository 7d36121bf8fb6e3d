//! Applying a request to a user: the user's state decides which flow runs.

use scim_core::{Error, Resource};

use super::Users;
use crate::lifecycle::UserState;
use crate::lifecycle::guard::stays_deactivated;
use crate::mapping::Desired;

impl Users {
    /// Changes a user as a request wants, and returns the user afterwards.
    ///
    /// `decide` compares the request with the user; `None` leaves the user unchanged.
    pub(super) async fn change_user(
        &self,
        id: &str,
        takes_access: bool,
        decide: impl FnOnce(&UserState, Resource) -> Result<Option<Desired>, Error>,
    ) -> Result<Resource, Error> {
        let state = self.observe_for_write(id, takes_access).await?;
        let current = self.account.render_for_write(&state, takes_access).await?;

        match decide(&state, current.clone())? {
            Some(desired) => self.apply_desired(state, desired).await,
            None => Ok(current),
        }
    }

    /// Runs the flow that the user's state and the request call for.
    async fn apply_desired(&self, state: UserState, desired: Desired) -> Result<Resource, Error> {
        let state = match (state, desired.active) {
            (UserState::Present(member) | UserState::Suspended(member), Some(false)) => {
                Box::pin(self.deactivate(member, &desired)).await?
            }
            (UserState::Present(member), Some(true) | None)
                if self.account.is_return_unfinished(&member).await? =>
            {
                Box::pin(self.finish_return(member, &desired)).await?
            }
            (UserState::Present(member), Some(true) | None)
            | (UserState::Deactivated(member), None) => {
                Box::pin(self.update(member, &desired)).await?
            }
            (UserState::Suspended(member), Some(true)) => {
                Box::pin(self.resume(member, &desired)).await?
            }
            (UserState::Suspended(member), None) => {
                Box::pin(self.update_suspended(member, &desired)).await?
            }
            (UserState::Deactivated(_), Some(true)) => return Err(stays_deactivated()),
            (UserState::Deactivated(member), Some(false)) => {
                Box::pin(self.update_deactivated(member, &desired)).await?
            }
            (UserState::Removed(record), Some(true)) => {
                Box::pin(self.recreate(record, &desired)).await?
            }
            (UserState::Removed(record), Some(false) | None) => {
                self.update_removed(record, &desired).await?
            }
        };

        match state {
            // The access is gone, and the answer must say so.
            UserState::Removed(_) | UserState::Suspended(_) | UserState::Deactivated(_) => {
                Ok(self.account.render_in_any_case(&state).await)
            }
            UserState::Present(_) => self.account.render(&state).await,
        }
    }
}
