//! Finding users.

use std::collections::HashMap;

use scim_core::filter::{Filter, case};
use scim_core::{Error, ErrorKind, Resource};

use super::{Seen, Users};
use crate::client::User;
use crate::error::{from_hubspot_list, from_state};
use crate::mapping::{self, Lookup, is_address};
use crate::row::Row;
use crate::state::UserRecord;

impl Users {
    /// Every user that a filter can select, and perhaps more; the filter itself is evaluated by the service.
    ///
    /// HubSpot is asked in every case, so that a connection test fails when HubSpot refuses the token.
    pub(super) async fn search(
        &self,
        filter: Option<&Filter<'_>>,
        start_index: u64,
    ) -> Result<Vec<Resource>, Error> {
        let found = match Lookup::of(filter) {
            Lookup::Walk => return self.everybody(start_index).await,
            Lookup::Id(id) => self.known(&id).await?.into_iter().collect(),
            Lookup::UserName(name) | Lookup::Email(name) => {
                self.by_name(&name).await?.into_iter().collect()
            }
            Lookup::ExternalId(external_id) => {
                let records = self
                    .state
                    .by_external_id(&external_id)
                    .await
                    .map_err(from_state)?;
                let mut found: Vec<Seen> = Vec::with_capacity(records.len());
                for record in &records {
                    found.extend(self.known(record.id()).await?);
                }
                if records.is_empty() {
                    self.ask_hubspot().await?;
                }
                found
            }
        };
        let mut resources = Vec::with_capacity(found.len());
        for seen in &found {
            resources.push(self.render(seen).await?);
        }
        Ok(resources)
    }

    /// The user with an id, if there is one.
    async fn known(&self, id: &str) -> Result<Option<Seen>, Error> {
        match self.observe(id).await {
            Ok(seen) => Ok(Some(seen)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The user with a `userName` or an address, present or gone.
    async fn by_name(&self, name: &str) -> Result<Option<Seen>, Error> {
        if is_address(name) {
            if let Some(user) = self.find_by_email(name).await? {
                let mut record = self.state.by_id(&user.id).await.map_err(from_state)?;
                // Somebody changed the address in HubSpot: the user goes by the new one where a client asks for it.
                if let Some(record) = &mut record {
                    if is_address(&record.user_name) && !case::eq(&record.user_name, &user.email) {
                        record.user_name.clone_from(&user.email);
                    }
                }
                let row = self.row(&user.id).await?;
                let roles = self.roles_of_policy().await?;
                let seen = self.seen_there(user, record, row, &roles);
                return Ok(Some(seen).filter(|seen| self.shows(seen)));
            }
            if let Some(id) = self.deactivated_with_address(name).await? {
                return self.known(&id).await;
            }
        }
        if let Some(record) = self.state.by_name(name).await.map_err(from_state)? {
            return self.known(record.id()).await;
        }
        if !is_address(name) {
            self.ask_hubspot().await?;
        }
        Ok(None)
    }

    /// Whether HubSpot, by whose word somebody is gone who was there, is where it should be: where its API is not, everybody is gone.
    pub(super) async fn check_absence(
        &self,
        user: Option<&User>,
        record: Option<&UserRecord>,
    ) -> Result<(), Error> {
        match (user, record) {
            (None, Some(record)) if !record.removed => self.ask_hubspot().await,
            (Some(_), _) | (None, Some(_) | None) => Ok(()),
        }
    }

    /// The cheapest call that shows whether HubSpot lets us in.
    async fn ask_hubspot(&self) -> Result<(), Error> {
        self.client
            .list_users(1, None)
            .await
            .map(drop)
            .map_err(from_hubspot_list)
    }

    /// All users, read anew for a first page; a later page comes from what the first one was cut from.
    async fn everybody(&self, start_index: u64) -> Result<Vec<Resource>, Error> {
        let now = self.clock.now();
        if let Some(all) = self.listing.kept(now).filter(|_| start_index > 1) {
            return Ok(all.to_vec());
        }
        let walk = self.listing.begin(now);
        let all = self.walk().await?;
        self.listing.keep(walk, all.as_slice().into());
        Ok(all)
    }

    /// All users of HubSpot, and those it has no more.
    async fn walk(&self) -> Result<Vec<Resource>, Error> {
        let roles = self.directory.roles(&self.client).await?;
        let records = self.state.all().await.map_err(from_state)?;
        let mut records: HashMap<String, UserRecord> = records
            .into_iter()
            .map(|record| (record.id().to_owned(), record))
            .collect();
        let mut rows = self.all_rows().await?;
        let mut resources = Vec::new();
        let mut doubtful = Vec::new();
        let mut pages = self.client.walk_users();
        while let Some(users) = pages.next().await.map_err(from_hubspot_list)? {
            for user in users {
                let record = records.remove(&user.id);
                let row = match &mut rows {
                    Some(rows) => rows.remove(&user.id).map_or(Row::Absent, Row::There),
                    None => Row::Unkept,
                };
                let seen = self.seen_there(user, record, row, &roles);
                if let Seen::Present(_, Some(record), _) = &seen {
                    if record.removed && self.shows(&seen) {
                        // HubSpot's list may lag behind a removal (`docs/evidence.md`, H17), or somebody brought the user
                        // back by hand.
                        doubtful.push(record.clone());
                        continue;
                    }
                }
                if self.shows(&seen) {
                    resources.push(self.show(&seen, &roles));
                }
            }
        }
        for record in records.into_values() {
            if record.removed {
                resources.push(mapping::inactive(
                    &record.with_what_waits(),
                    &roles,
                    &self.features,
                ));
            } else {
                // HubSpot's list may lag behind a creation, or somebody removed the user by hand.
                doubtful.push(record);
            }
        }
        for record in doubtful {
            let Some(seen) = self.known(record.id()).await? else {
                continue;
            };
            if let (Seen::Gone(gone), false) = (&seen, record.removed) {
                // Somebody removed the user by hand: from now on that is known without asking.
                let mut gone = gone.clone();
                gone.removed = true;
                if let Err(failed) = self.state.put(gone).await {
                    tracing::warn!(error = %from_state(failed), "who was removed by hand is asked for again next time");
                }
            }
            resources.push(self.show(&seen, &roles));
        }
        // A stable order, whatever page a user came on.
        resources.sort_by(|a, b| id_order(a.id().as_deref(), b.id().as_deref()));
        Ok(resources)
    }
}

/// HubSpot's ids are decimal numbers of any length, kept as text: shorter ones are smaller.
fn id_order(a: Option<&str>, b: Option<&str>) -> std::cmp::Ordering {
    let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
    a.len().cmp(&b.len()).then_with(|| case::cmp(a, b))
}
