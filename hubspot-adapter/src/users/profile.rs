//! What users' rows in the CRM are to hold: written where there is a row, kept until there is one.

use scim_core::Error;

use super::deactivated::check_is_read;
use super::rows::NotWritten;
use super::{Users, ignored};
use crate::client::User;
use crate::mapping::Desired;
use crate::row::{self, HeldRow, Row, RowValues};
use crate::state::UserRecord;

/// A row after a change, and what it held before.
pub(super) struct Written {
    pub(super) row: Row,
    undo: RowValues,
}

impl Users {
    /// Whether a request wants a row to hold something else.
    pub(super) fn changes_row(row: &Row, desired: &Desired) -> bool {
        let held = row.held().map(|held| held.values.clone());
        !row::unmet(&held.unwrap_or_default(), &desired.row).is_empty()
    }

    fn may_write_row(&self, user: &User, row: &Row) -> bool {
        self.guard(user, row).is_ok() && check_is_read(row).is_ok()
    }

    /// Whether values wait that the row, which is there now, does not hold.
    pub(super) fn row_waits(&self, row: &Row, record: Option<&UserRecord>) -> bool {
        let waiting = record.and_then(|record| record.pending_row.clone());
        match (row.held(), waiting) {
            (Some(held), Some(waiting)) => {
                !row::unmet(&held.values, &self.kept_in_rows(waiting)).is_empty()
            }
            (Some(_) | None, _) => false,
        }
    }

    /// Has a row hold what a request wants, where there is one.
    ///
    /// # Errors
    ///
    /// `InvalidValue` that names the attributes where HubSpot refuses the values, `BadGateway` where it did not make the
    /// change, and every other failure of HubSpot's.
    pub(super) async fn change_row(
        &self,
        id: &str,
        row: Row,
        wanted: &RowValues,
    ) -> Result<Written, Error> {
        let held = match row {
            Row::There(held) => held,
            row @ (Row::Unkept | Row::Absent | Row::Unread { .. }) => {
                return Ok(Written {
                    row,
                    undo: RowValues::default(),
                });
            }
        };
        let undo = row::undo(&held.values, &row::unmet(&held.values, wanted));
        match Box::pin(self.write_row(id, &held, wanted)).await {
            Ok(now) => Ok(Written {
                row: Row::There(now),
                undo,
            }),
            Err(NotWritten::Gone) => Ok(Written {
                row: Row::Absent,
                undo: RowValues::default(),
            }),
            Err(NotWritten::Untaken(error)) => {
                // Some of the values may have been taken.
                let half = HeldRow {
                    values: wanted.clone(),
                    ..*held
                };
                self.put_row_back(id, &half, &undo).await;
                Err(error)
            }
            Err(NotWritten::Refused(error) | NotWritten::Failed(error)) => Err(error),
        }
    }

    /// Puts back what a row held before a change, since the rest of the request failed.
    pub(super) async fn undo_row(&self, id: &str, written: Written) {
        if let Some(held) = written.row.held() {
            self.put_row_back(id, held, &written.undo).await;
        }
    }

    /// Should this fail too, the client's retry finds what is there.
    async fn put_row_back(&self, id: &str, held: &HeldRow, undo: &RowValues) {
        match Box::pin(self.write_row(id, held, undo)).await {
            Ok(_) | Err(NotWritten::Gone) => {}
            Err(
                NotWritten::Refused(error) | NotWritten::Untaken(error) | NotWritten::Failed(error),
            ) => ignored(id, &error),
        }
    }

    /// Has a row hold values that waited for it; answers the row, and what goes on waiting.
    ///
    /// No request fails for what an earlier one said: a value that HubSpot refuses is given up, any other trouble waited out, and
    /// so is an account that does not keep the value for now.
    pub(super) async fn settle_row(
        &self,
        user: &User,
        row: Row,
        waiting: RowValues,
    ) -> (Row, Option<RowValues>) {
        let kept = self.kept_in_rows(waiting.clone());
        let unkept = waiting.beyond(&kept);
        let waiting = kept;
        let going_on = |waiting: RowValues| {
            let all = waiting.or(&unkept);
            Some(all).filter(|all| !all.is_empty())
        };
        if !self.may_write_row(user, &row) {
            return (row, going_on(waiting));
        }
        let mut held = match row {
            Row::There(held) => held,
            row @ (Row::Unkept | Row::Absent | Row::Unread { .. }) => {
                return (row, going_on(waiting));
            }
        };
        match self.write_row(&user.id, &held, &waiting).await {
            Ok(now) => return (Row::There(now), going_on(RowValues::default())),
            Err(NotWritten::Gone) => return (Row::Absent, going_on(waiting)),
            // One of them may be at fault for all.
            Err(NotWritten::Refused(_) | NotWritten::Untaken(_)) => {}
            Err(NotWritten::Failed(error)) => {
                ignored(&user.id, &error);
                return (Row::There(held), going_on(waiting));
            }
        }
        let mut left = RowValues::default();
        for one in waiting.each() {
            match self.write_row(&user.id, &held, &one).await {
                Ok(now) => held = now,
                Err(NotWritten::Refused(error) | NotWritten::Untaken(error)) => {
                    ignored(&user.id, &error);
                }
                Err(NotWritten::Failed(error)) => {
                    ignored(&user.id, &error);
                    left = left.or(&one);
                }
                Err(NotWritten::Gone) => left = left.or(&one),
            }
        }
        (Row::There(held), going_on(left))
    }

    /// Keeps in a record what a request says of a row, and what the row holds once it is written.
    pub(super) async fn keep_row(
        &self,
        user: &User,
        record: &mut UserRecord,
        row: Row,
        desired: &Desired,
    ) -> Row {
        let waited = record.pending_row.take().unwrap_or_default();
        let waiting = if self.may_write_row(user, &row) {
            desired.row.clone().or(&waited)
        } else {
            waited
        };
        let (row, left) = Box::pin(self.settle_row(user, row, waiting)).await;
        record.pending_row = left;
        if let Some(held) = row.held() {
            record.row = held.values.clone();
        }
        row
    }
}

impl UserRecord {
    /// Has the newer values of a request wait in place of older ones; answers whether there were any.
    ///
    /// Not only forgets the older: should the request break off, its retry may not come this far.
    pub(super) fn supersede_row(&mut self, desired: &Desired) -> bool {
        let Some(waiting) = self.pending_row.take() else {
            return false;
        };
        let newer = waiting.clone().superseded_by(&desired.row);
        let is_superseded = newer != waiting;
        self.pending_row = Some(newer);
        is_superseded
    }
}
