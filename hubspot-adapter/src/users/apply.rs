//! Applying a request to a user: the user's state decides which flow runs.

use scim_core::{Error, Resource};

use super::Users;
use crate::account::NotObserved;
use crate::lifecycle::UserState;
use crate::lifecycle::guard::{is_shown, stays_deactivated};
use crate::mapping::Desired;

impl Users {
    /// The user with an id, for a request that writes; one that takes access away does so even if the state cannot be read.
    ///
    /// In that case the error tells the client to come back, since the request is not complete.
    pub(super) async fn observe_for_write(
        &self,
        id: &str,
        takes_access: bool,
    ) -> Result<UserState, Error> {
        if !takes_access {
            return self.account.get(id, &self.policy).await;
        }

        match self.account.observe_to_remove(id, &self.policy).await {
            Ok(found) => found
                .filter(|state| is_shown(&self.policy, state))
                .ok_or_else(|| Error::not_found(id)),
            Err(NotObserved::Unrecorded(member, failed)) => {
                Err(self.withdraw_unrecorded(&member, failed).await)
            }
            Err(NotObserved::Failed(error)) => Err(error),
        }
    }

    /// Carries out what a request wants of a user, and answers the user afterwards.
    pub(super) async fn apply_desired(
        &self,
        state: UserState,
        desired: Desired,
    ) -> Result<Resource, Error> {
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
