//! The users' rows in the CRM: found once, then read and written by their own id.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use scim_core::filter::case;
use scim_core::{Error, ErrorKind};

use super::Account;
use crate::client::{CrmSearch, CrmUser, property};
use crate::error::{from_hubspot, from_hubspot_list, refused_values};
use crate::row::{self, HeldRow, Row, RowFeatures, RowValues};

/// How many users' rows are remembered; the row of any other user costs a search.
const MOST_KNOWN: usize = 50_000;

/// Remembers which row belongs to which user.
///
/// HubSpot allows few searches, and its search index lags. The id of a row stays valid as long as the row names the user.
#[derive(Debug)]
pub(super) struct Rows {
    kept: RowFeatures,
    known: Mutex<HashMap<String, KnownRow>>,
}

#[derive(Clone, Debug)]
struct KnownRow {
    row_id: String,
    is_service_account: bool,
    is_deactivated: bool,
}

/// Why a row does not hold the wanted values.
pub(super) enum RowNotWritten {
    /// The row is gone.
    Gone,
    /// HubSpot refuses the values.
    Refused(Error),
    /// HubSpot accepted the change and did not make it.
    NotApplied(Error),
    /// The outcome is unknown.
    Failed(Error),
}

impl Rows {
    pub(super) fn new(kept: RowFeatures) -> Self {
        Self {
            kept,
            known: Mutex::new(HashMap::new()),
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, KnownRow>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, id: &str, row: &HeldRow) {
        let mut known = self.known();
        if known.len() >= MOST_KNOWN && !known.contains_key(id) {
            let any = known.keys().next().cloned();
            any.map(|any| known.remove(&any));
        }

        let row = KnownRow {
            row_id: row.id.clone(),
            is_service_account: row.is_service_account,
            is_deactivated: row.is_deactivated,
        };
        known.insert(id.to_owned(), row);
    }

    fn forget(&self, id: &str) {
        self.known().remove(id);
    }

    fn properties(&self) -> impl Iterator<Item = String> {
        row::wanted_properties(&self.kept)
    }

    fn held_row(&self, row: &CrmUser) -> HeldRow {
        HeldRow::of(row, &self.kept)
    }
}

impl Account {
    /// The row of a user as it is now.
    pub(crate) async fn row(&self, id: &str) -> Result<Row, Error> {
        let Some(rows) = &self.rows else {
            return Ok(Row::Unkept);
        };
        if !is_decimal(id) {
            // HubSpot's ids are decimal numbers; what its search does with another id is not documented.
            return Ok(Row::Absent);
        }

        let known = rows.known().get(id).cloned();
        if let Some(known) = known {
            if let Some(row) = self.read_row(rows, id, &known.row_id).await? {
                rows.remember(id, &row);
                return Ok(Row::There(row));
            }
            rows.forget(id);
        }

        let found = self.client.find_crm_user(id, rows.properties()).await;
        let Some(found) = found.map_err(from_hubspot_list)? else {
            return Ok(Row::Absent);
        };
        // The search result may be old: the row itself counts.
        let row = self.read_row(rows, id, &found.id).await?;
        Ok(row.map_or(Row::Absent, |row| {
            rows.remember(id, &row);
            Row::There(row)
        }))
    }

    /// The row of a user, for a request that must succeed even if the row cannot be read.
    pub(crate) async fn row_if_any(&self, id: &str) -> Row {
        match self.row(id).await {
            Ok(row) => row,
            Err(failed) => {
                tracing::warn!(id, error = %failed, "the user's row in the CRM cannot be read");
                let known = self
                    .rows
                    .as_ref()
                    .and_then(|rows| rows.known().get(id).cloned());

                let is_passing = matches!(
                    failed.kind(),
                    ErrorKind::Unavailable | ErrorKind::TooManyRequests
                );
                let is = |of: fn(&KnownRow) -> bool| known.as_ref().is_some_and(of);
                Row::Unread {
                    is_service_account: is(|known| known.is_service_account),
                    was_deactivated: is_passing && is(|known| known.is_deactivated),
                }
            }
        }
    }

    /// The row of a new user, who has none before the first sign-in.
    pub(crate) fn no_row_yet(&self) -> Row {
        self.rows.as_ref().map_or(Row::Unkept, |_| Row::Absent)
    }

    async fn read_row(
        &self,
        rows: &Rows,
        id: &str,
        row_id: &str,
    ) -> Result<Option<HeldRow>, Error> {
        match self.client.read_crm_user(row_id, rows.properties()).await {
            Ok(row) if row.settings_id() == Some(id) => Ok(Some(rows.held_row(&row))),
            Ok(_) => Ok(None),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(from_hubspot(error)),
        }
    }

    /// The id of the deactivated user with an address; a read by address may not find the user (`docs/evidence.md`, H27, Q5).
    pub(crate) async fn deactivated_with_address(
        &self,
        email: &str,
    ) -> Result<Option<String>, Error> {
        let Some(rows) = &self.rows else {
            return Ok(None);
        };

        // The search does not ask for deactivated users only: its index lags, and the row itself tells.
        let search = CrmSearch::new()
            .equal(property::EMAIL, email)
            .with_properties(rows.properties());
        let page = self.client.search_crm_users(&search).await;
        let page = page.map_err(from_hubspot_list)?;

        for found in &page.results {
            let has_address = found
                .get(property::EMAIL)
                .is_some_and(|of| case::eq(of, email));
            let Some(id) = found.settings_id().filter(|_| has_address) else {
                continue;
            };
            // The search result may be old: the row itself counts.
            if let Some(row) = self.read_row(rows, id, &found.id).await? {
                rows.remember(id, &row);
                if row.is_deactivated {
                    return Ok(Some(id.to_owned()));
                }
            }
        }
        Ok(None)
    }

    /// All rows by user id; `None` if the account's rows cannot be read.
    pub(super) async fn all_rows(&self) -> Result<Option<HashMap<String, HeldRow>>, Error> {
        let Some(rows) = &self.rows else {
            return Ok(None);
        };

        let mut all = HashMap::new();
        let mut pages = self.client.walk_crm_users(rows.properties());
        while let Some(page) = pages.next().await.map_err(from_hubspot_list)? {
            for found in page {
                if let Some(id) = found.settings_id() {
                    let row = rows.held_row(&found);
                    rows.remember(id, &row);
                    all.insert(id.to_owned(), row);
                }
            }
        }
        Ok(Some(all))
    }

    /// Writes the wanted values into a row and returns the row afterwards.
    ///
    /// HubSpot's answer proves the values that it shows; this reads back the others.
    pub(super) async fn write_row(
        &self,
        id: &str,
        held: &HeldRow,
        wanted: &RowValues,
    ) -> Result<HeldRow, RowNotWritten> {
        let missing = row::unmet(&held.values, wanted);
        let Some(rows) = self.rows.as_ref().filter(|_| !missing.is_empty()) else {
            return Ok(held.clone());
        };

        let update = row::update(&missing, &rows.kept);
        let answer = match self.client.update_crm_user(&held.id, &update).await {
            Ok(answer) => rows.held_row(&answer),
            Err(error) if error.is_not_found() => {
                rows.forget(id);
                return Err(RowNotWritten::Gone);
            }
            Err(error) if error.is_about_values() => {
                // The administrator's rules for the property may refuse a value (`docs/evidence.md`, H52).
                let refused = refused_values(error, &missing.attributes());
                return Err(RowNotWritten::Refused(refused));
            }
            Err(error) => return Err(RowNotWritten::Failed(from_hubspot(error))),
        };

        if row::proves(&answer.values, &missing) {
            return Ok(HeldRow {
                values: answer.values.or(&held.values),
                ..held.clone()
            });
        }

        match self.read_row(rows, id, &held.id).await {
            Ok(Some(mut now)) => {
                now.stands_alone = held.stands_alone;
                let left = row::unmet(&now.values, &missing);
                if left.is_empty() {
                    Ok(now)
                } else {
                    Err(RowNotWritten::NotApplied(not_applied(&left)))
                }
            }
            Ok(None) => {
                rows.forget(id);
                Err(RowNotWritten::Gone)
            }
            Err(error) => Err(RowNotWritten::Failed(error)),
        }
    }
}

/// Whether an id has the form of HubSpot's ids.
pub(super) fn is_decimal(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

fn not_applied(left: &RowValues) -> Error {
    Error::new(
        ErrorKind::BadGateway,
        format!(
            "{}: HubSpot accepted the change and did not make it",
            left.attributes()
        ),
    )
}
