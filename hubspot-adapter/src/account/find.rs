//! Finding users by id, name, address or external id.

use scim_core::Error;
use scim_core::filter::case;

use super::Account;
use crate::error::from_state;
use crate::lifecycle::guard::is_shown;
use crate::lifecycle::{Member, UserState};
use crate::mapping::{Desired, is_address};
use crate::policy::Policy;
use crate::state::UserRecord;

impl Account {
    /// The user with an id, if SCIM shows the user.
    pub(crate) async fn find(&self, id: &str, policy: &Policy) -> Result<Option<UserState>, Error> {
        let state = self.observe(id, policy).await?;
        Ok(state.filter(|state| is_shown(policy, state)))
    }

    /// The user with an id.
    ///
    /// # Errors
    ///
    /// `NotFound` if neither HubSpot nor the state has the user, or SCIM does not show the user.
    pub(crate) async fn get(&self, id: &str, policy: &Policy) -> Result<UserState, Error> {
        let found = self.find(id, policy).await?;
        found.ok_or_else(|| Error::not_found(id))
    }

    /// The user with a `userName` or an address, present or removed.
    pub(crate) async fn find_by_name(
        &self,
        name: &str,
        policy: &Policy,
    ) -> Result<Option<UserState>, Error> {
        if is_address(name) {
            if let Some(user) = self.read_by_email(name).await? {
                let mut record = self.state.by_id(&user.id).await.map_err(from_state)?;
                // Somebody changed the address in HubSpot: a client that asks for the new address sees it as userName.
                if let Some(record) = &mut record {
                    if is_address(&record.user_name) && !case::eq(&record.user_name, &user.email) {
                        record.user_name.clone_from(&user.email);
                    }
                }

                let row = self.row(&user.id).await?;
                let roles = self.roles_of_policy(policy).await?;
                let member = Member { user, record, row };
                let state = UserState::of_member(member, policy, &roles);
                return Ok(Some(state).filter(|state| is_shown(policy, state)));
            }
            if let Some(id) = self.deactivated_with_address(name).await? {
                return self.find(&id, policy).await;
            }
        }

        if let Some(record) = self.state.by_name(name).await.map_err(from_state)? {
            return self.find(record.id(), policy).await;
        }
        if !is_address(name) {
            self.check_reachable().await?;
        }
        Ok(None)
    }

    /// The users with an external id, which only the state knows.
    pub(crate) async fn find_by_external_id(
        &self,
        external_id: &str,
        policy: &Policy,
    ) -> Result<Vec<UserState>, Error> {
        let records = self.state.by_external_id(external_id).await;
        let records = records.map_err(from_state)?;

        let mut found = Vec::with_capacity(records.len());
        for record in &records {
            found.extend(self.find(record.id(), policy).await?);
        }
        if records.is_empty() {
            self.check_reachable().await?;
        }
        Ok(found)
    }

    /// The id of the user that a creation names, if HubSpot or the state has one.
    pub(crate) async fn find_id(
        &self,
        email: &str,
        desired: &Desired,
    ) -> Result<Option<String>, Error> {
        if let Some(user) = self.read_by_email(email).await? {
            return Ok(Some(user.id));
        }
        let record = self.record_of(email, desired).await?;
        Ok(record.map(|record| record.last_seen.id))
    }

    async fn record_of(&self, email: &str, desired: &Desired) -> Result<Option<UserRecord>, Error> {
        let named = self.state.by_name(&desired.user_name).await;
        match named.map_err(from_state)? {
            Some(record) => Ok(Some(record)),
            None if case::eq(&desired.user_name, email) => Ok(None),
            None => self.state.by_name(email).await.map_err(from_state),
        }
    }
}
