//! Walking over all users of the account.

use std::cmp::Ordering;
use std::collections::HashMap;

use scim_core::Error;
use scim_core::filter::case;

use super::Account;
use crate::error::{from_hubspot_list, from_state};
use crate::lifecycle::guard::is_shown;
use crate::lifecycle::{Member, UserState};
use crate::policy::Policy;
use crate::row::Row;
use crate::state::UserRecord;

impl Account {
    /// All users that SCIM shows, removed ones included, in the order of their ids.
    pub(crate) async fn walk(&self, policy: &Policy) -> Result<Vec<UserState>, Error> {
        let roles = self.directory.roles(&self.client).await?;
        let records = self.state.all().await.map_err(from_state)?;
        let by_id = |record: UserRecord| (record.id().to_owned(), record);
        let mut records: HashMap<String, UserRecord> = records.into_iter().map(by_id).collect();
        let mut rows = self.all_rows().await?;

        let mut states = Vec::new();
        let mut doubtful = Vec::new();
        let mut pages = self.client.walk_users();
        while let Some(users) = pages.next().await.map_err(from_hubspot_list)? {
            for user in users {
                let record = records.remove(&user.id);
                let row = match &mut rows {
                    Some(rows) => rows.remove(&user.id).map_or(Row::Absent, Row::There),
                    None => Row::Unkept,
                };
                let member = Member { user, record, row };
                let state = UserState::of_member(member, policy, &roles);
                if !is_shown(policy, &state) {
                    continue;
                }

                // HubSpot's list may lag behind a removal (`docs/evidence.md`, H17), or somebody brought the user back by hand.
                match removal_on_record(&state) {
                    Some(record) => doubtful.push(record.clone()),
                    None => states.push(state),
                }
            }
        }

        for record in records.into_values() {
            if record.removed {
                states.push(UserState::Removed(record.with_pending_applied()));
            } else {
                // HubSpot's list may lag behind a creation, or somebody removed the user by hand.
                doubtful.push(record);
            }
        }

        for record in doubtful {
            let Some(state) = self.find(record.id(), policy).await? else {
                continue;
            };
            if let (UserState::Removed(removed), false) = (&state, record.removed) {
                self.remember_removal_by_hand(removed).await;
            }
            states.push(state);
        }

        // A stable order, whatever page a user came on.
        states.sort_by(|a, b| compare_ids(a.id(), b.id()));
        Ok(states)
    }

    /// Marks a record as removed, so that the next walk need not ask HubSpot for the user.
    async fn remember_removal_by_hand(&self, record: &UserRecord) {
        let mut record = record.clone();
        record.removed = true;
        if let Err(failed) = self.state.put(record).await {
            tracing::warn!(
                error = %from_state(failed),
                "a removal by hand could not be recorded; the next list asks HubSpot again"
            );
        }
    }
}

/// The record of a removed user that HubSpot's list still shows with access.
fn removal_on_record(state: &UserState) -> Option<&UserRecord> {
    match state {
        UserState::Present(member) => member.record.as_ref().filter(|record| record.removed),
        UserState::Suspended(_) | UserState::Deactivated(_) | UserState::Removed(_) => None,
    }
}

/// Compares HubSpot's ids, which are decimal numbers of any length: a shorter one is smaller.
fn compare_ids(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| case::cmp(a, b))
}
