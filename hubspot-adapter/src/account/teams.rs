//! The account's teams.

use scim_core::Error;

use super::Account;
use crate::client::Team;
use crate::error::from_hubspot_list;

impl Account {
    /// All teams, with their members.
    pub(crate) async fn teams(&self) -> Result<Vec<Team>, Error> {
        self.client.teams().await.map_err(from_hubspot_list)
    }
}
