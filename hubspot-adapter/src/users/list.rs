//! Listing and finding users.

use scim_core::filter::Filter;
use scim_core::{Error, Resource};

use super::Users;
use crate::mapping::Lookup;

impl Users {
    /// Every user that a filter can select, and perhaps more; the service itself evaluates the filter.
    ///
    /// Each search asks HubSpot, so that a connection test fails if HubSpot refuses the token.
    pub(super) async fn search(
        &self,
        filter: Option<&Filter<'_>>,
        start_index: u64,
    ) -> Result<Vec<Resource>, Error> {
        let (account, policy) = (&self.account, &self.policy);
        let found = match Lookup::of(filter) {
            Lookup::Walk => return self.list_all(start_index).await,
            Lookup::Id(id) => account.find(&id, policy).await?.into_iter().collect(),
            Lookup::UserName(name) | Lookup::Email(name) => {
                let found = account.find_by_name(&name, policy).await?;
                found.into_iter().collect()
            }
            Lookup::ExternalId(external_id) => {
                account.find_by_external_id(&external_id, policy).await?
            }
        };
        account.render_all(&found).await
    }

    /// All users. A first page reads the account; a later page comes from the list that the first page was cut from.
    async fn list_all(&self, start_index: u64) -> Result<Vec<Resource>, Error> {
        let now = self.account.clock().now();
        if let Some(all) = self.listing.kept(now).filter(|_| start_index > 1) {
            return Ok(all.to_vec());
        }

        let walk = self.listing.begin(now);
        let states = self.account.walk(&self.policy).await?;
        let all = self.account.render_all(&states).await?;

        self.listing.keep(walk, all.as_slice().into());
        Ok(all)
    }
}
