//! Users' rows in the CRM: found once, read by their own id from then on, and written.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use scim_core::filter::case;
use scim_core::{Error, ErrorKind};

use super::Users;
use crate::client::{CrmSearch, CrmUser, User, property};
use crate::error::{from_hubspot, from_hubspot_list, refused_values};
use crate::features::RowFeatures;
use crate::row::{self, HeldRow, Row, RowValues};

/// Of how many users it is remembered which row is theirs; each beyond them costs a search.
const MOST_KNOWN: usize = 50_000;

/// Which row is whose.
///
/// A search finds it, of which HubSpot allows few, and whose index lags behind; the row's own id is good for as long as the row
/// says that it is the user's.
#[derive(Debug)]
pub(super) struct Rows {
    kept: RowFeatures,
    known: Mutex<HashMap<String, Known>>,
}

#[derive(Clone, Debug)]
struct Known {
    row_id: String,
    is_service_account: bool,
    is_deactivated: bool,
}

/// Why a row does not hold what it should.
pub(super) enum NotWritten {
    /// There is no row any more.
    Gone,
    /// HubSpot refuses the values.
    Refused(Error),
    /// HubSpot answered well, and the row does not hold the values.
    Untaken(Error),
    /// It is not known whether it does.
    Failed(Error),
}

impl Rows {
    pub(super) fn new(kept: RowFeatures) -> Self {
        Self {
            kept,
            known: Mutex::new(HashMap::new()),
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, id: &str, row: &HeldRow) {
        let mut known = self.known();
        if known.len() >= MOST_KNOWN && !known.contains_key(id) {
            let any = known.keys().next().cloned();
            any.map(|any| known.remove(&any));
        }
        let row = Known {
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

    fn held(&self, row: &CrmUser) -> Box<HeldRow> {
        Box::new(HeldRow::of(row, &self.kept))
    }

    /// What of a request's values rows keep.
    fn kept(&self, values: RowValues) -> RowValues {
        values.kept(&self.kept)
    }
}

impl Users {
    /// The row of a user as it is now.
    pub(super) async fn row(&self, id: &str) -> Result<Row, Error> {
        let Some(rows) = &self.rows else {
            return Ok(Row::Unkept);
        };
        if !is_decimal(id) {
            // HubSpot's ids are decimal numbers; what its search makes of another one is not documented.
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
        // What the search shows may be old.
        let row = self.read_row(rows, id, &found.id).await?;
        Ok(row.map_or(Row::Absent, |row| {
            rows.remember(id, &row);
            Row::There(row)
        }))
    }

    /// The row of a user, for a request that must not fail because it cannot be read.
    pub(super) async fn row_if_any(&self, id: &str) -> Row {
        match self.row(id).await {
            Ok(row) => row,
            Err(failed) => {
                tracing::warn!(id, error = %failed, "a row of the CRM cannot be read");
                let known = self
                    .rows
                    .as_ref()
                    .and_then(|rows| rows.known().get(id).cloned());
                let passes = matches!(
                    failed.kind(),
                    ErrorKind::Unavailable | ErrorKind::TooManyRequests
                );
                let is = |of: fn(&Known) -> bool| known.as_ref().is_some_and(of);
                Row::Unread {
                    is_service_account: is(|known| known.is_service_account),
                    was_deactivated: passes && is(|known| known.is_deactivated),
                }
            }
        }
    }

    /// What of these values rows keep in this account.
    pub(super) fn kept_in_rows(&self, values: RowValues) -> RowValues {
        let rows = self.rows.as_ref();
        rows.map(|rows| rows.kept(values)).unwrap_or_default()
    }

    /// What is known of the row of somebody who was just made, and has none before they first sign in.
    pub(super) fn no_row_yet(&self) -> Row {
        self.rows.as_ref().map_or(Row::Unkept, |_| Row::Absent)
    }

    async fn read_row(
        &self,
        rows: &Rows,
        id: &str,
        row_id: &str,
    ) -> Result<Option<Box<HeldRow>>, Error> {
        match self.client.read_crm_user(row_id, rows.properties()).await {
            Ok(row) if row.settings_id() == Some(id) => Ok(Some(rows.held(&row))),
            Ok(_) => Ok(None),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(from_hubspot(error)),
        }
    }

    /// The id of who was deactivated by hand and has this address: a read by address may not find them (`docs/evidence.md`, H27, Q5).
    pub(super) async fn deactivated_with_address(
        &self,
        email: &str,
    ) -> Result<Option<String>, Error> {
        let Some(rows) = &self.rows else {
            return Ok(None);
        };
        // Not for those who are deactivated: the index lags, and the row itself tells.
        let search = CrmSearch::new()
            .equal(property::EMAIL, email)
            .with_properties(rows.properties());
        let page = self.client.search_crm_users(&search).await;
        let page = page.map_err(from_hubspot_list)?;
        for found in &page.results {
            let is_theirs = found
                .get(property::EMAIL)
                .is_some_and(|of| case::eq(of, email));
            let Some(id) = found.settings_id().filter(|_| is_theirs) else {
                continue;
            };
            // What the search shows may be old.
            if let Some(row) = self.read_row(rows, id, &found.id).await? {
                rows.remember(id, &row);
                if row.is_deactivated {
                    return Ok(Some(id.to_owned()));
                }
            }
        }
        Ok(None)
    }

    /// All rows, each under the id of its user; `None` where rows are not kept.
    pub(super) async fn all_rows(&self) -> Result<Option<HashMap<String, Box<HeldRow>>>, Error> {
        let Some(rows) = &self.rows else {
            return Ok(None);
        };
        let mut all = HashMap::new();
        let mut pages = self.client.walk_all_crm_users(rows.properties());
        while let Some(page) = pages.next().await.map_err(from_hubspot_list)? {
            for found in page {
                if let Some(id) = found.settings_id() {
                    let row = rows.held(&found);
                    rows.remember(id, &row);
                    all.insert(id.to_owned(), row);
                }
            }
        }
        Ok(Some(all))
    }

    /// Has a row hold these values, and answers the row as it is then.
    ///
    /// The answer is proof of what it shows; the rest is read back.
    pub(super) async fn write_row(
        &self,
        id: &str,
        held: &HeldRow,
        wanted: &RowValues,
    ) -> Result<Box<HeldRow>, NotWritten> {
        let missing = row::unmet(&held.values, wanted);
        let Some(rows) = self.rows.as_ref().filter(|_| !missing.is_empty()) else {
            return Ok(Box::new(held.clone()));
        };
        let update = row::update(&missing, &rows.kept);
        let answer = match self.client.update_crm_user(&held.id, &update).await {
            Ok(answer) => rows.held(&answer),
            Err(error) if error.is_not_found() => {
                rows.forget(id);
                return Err(NotWritten::Gone);
            }
            Err(error) if error.is_about_values() => {
                // As an administrator's rules may have it (`docs/evidence.md`, H52).
                let refused = refused_values(error, &missing.attributes());
                return Err(NotWritten::Refused(refused));
            }
            Err(error) => return Err(NotWritten::Failed(from_hubspot(error))),
        };
        if row::proves(&answer.values, &missing) {
            return Ok(Box::new(HeldRow {
                values: answer.values.or(&held.values),
                ..held.clone()
            }));
        }
        match self.read_row(rows, id, &held.id).await {
            Ok(Some(mut now)) => {
                now.stands_alone = held.stands_alone;
                let left = row::unmet(&now.values, &missing);
                if left.is_empty() {
                    Ok(now)
                } else {
                    Err(NotWritten::Untaken(not_taken(&left)))
                }
            }
            Ok(None) => {
                rows.forget(id);
                Err(NotWritten::Gone)
            }
            Err(error) => Err(NotWritten::Failed(error)),
        }
    }
}

/// Who was deactivated and cannot be read, as far as their row tells.
pub(super) fn user_of(id: &str, row: &HeldRow) -> User {
    User::new(id, row.email.clone().unwrap_or_default())
}

pub(super) fn is_decimal(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

fn not_taken(left: &RowValues) -> Error {
    Error::new(
        ErrorKind::BadGateway,
        format!(
            "{}: HubSpot accepted the change and did not make it",
            left.attributes()
        ),
    )
}
