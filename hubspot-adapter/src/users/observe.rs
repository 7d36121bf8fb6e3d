//! Observing a user for a request that writes.

use scim_core::Error;

use super::Users;
use crate::account::NotObserved;
use crate::lifecycle::UserState;
use crate::lifecycle::guard::is_shown;

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
}
