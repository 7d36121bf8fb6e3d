//! Writing the users' rows in the CRM: now if there is a row, otherwise once there is one.

use scim_core::Error;

use super::rows::RowNotWritten;
use super::{Account, note_left_out};
use crate::client::User;
use crate::lifecycle::guard::may_write_row;
use crate::lifecycle::{Member, PendingName};
use crate::mapping::Desired;
use crate::policy::Policy;
use crate::row::{self, HeldRow, Row, RowValues};
use crate::state::UserRecord;

/// A row after a change, and the values it held before.
pub(crate) struct WrittenRow {
    pub(crate) row: Row,
    undo: RowValues,
}

impl Account {
    /// Writes the row values of a request, then makes another change of the user; restores the row if that change fails.
    pub(crate) async fn change_row_and<C>(
        &self,
        member: Member,
        desired: &Desired,
        change: impl FnOnce(User) -> C,
    ) -> Result<(Member, PendingName), Error>
    where
        C: Future<Output = Result<(User, PendingName), Error>>,
    {
        let Member { user, record, row } = member;
        let id = user.id.clone();
        let written = self.change_row(&id, row, &desired.row).await?;

        match Box::pin(change(user)).await {
            Ok((user, pending_name)) => {
                let row = written.row;
                Ok((Member { user, record, row }, pending_name))
            }
            Err(error) => {
                self.undo_row(&id, written).await;
                Err(error)
            }
        }
    }

    /// Writes the wanted values into a row, if there is one.
    ///
    /// # Errors
    ///
    /// `InvalidValue` naming the attributes if HubSpot refuses the values, `BadGateway` if HubSpot did not make the change, and
    /// every other failure of HubSpot.
    pub(crate) async fn change_row(
        &self,
        id: &str,
        row: Row,
        wanted: &RowValues,
    ) -> Result<WrittenRow, Error> {
        let undo = RowValues::default();
        let held = match row {
            Row::There(held) => held,
            row @ (Row::Unkept | Row::Absent | Row::Unread { .. }) => {
                return Ok(WrittenRow { row, undo });
            }
        };

        let former = row::undo(&held.values, &row::unmet(&held.values, wanted));
        match Box::pin(self.write_row(id, &held, wanted)).await {
            Ok(now) => Ok(WrittenRow {
                row: Row::There(now),
                undo: former,
            }),
            Err(RowNotWritten::Gone) => Ok(WrittenRow {
                row: Row::Absent,
                undo,
            }),
            Err(RowNotWritten::NotApplied(error)) => {
                // HubSpot may have taken some of the values.
                let values = wanted.clone();
                let changed = HeldRow { values, ..held };
                self.restore_row(id, &changed, &former).await;
                Err(error)
            }
            Err(RowNotWritten::Refused(error) | RowNotWritten::Failed(error)) => Err(error),
        }
    }

    /// Restores the values that a row held before a change, since the rest of the request failed.
    pub(crate) async fn undo_row(&self, id: &str, written: WrittenRow) {
        if let Some(held) = written.row.held() {
            self.restore_row(id, held, &written.undo).await;
        }
    }

    /// If this fails too, the client's retry finds the row as it is.
    async fn restore_row(&self, id: &str, held: &HeldRow, former: &RowValues) {
        match Box::pin(self.write_row(id, held, former)).await {
            Ok(_) | Err(RowNotWritten::Gone) => {}
            Err(
                RowNotWritten::Refused(error)
                | RowNotWritten::NotApplied(error)
                | RowNotWritten::Failed(error),
            ) => note_left_out(id, &error),
        }
    }

    /// Writes the pending values of a record and the values of a request to the user's row, if the policy allows it, and returns the
    /// row. Values that could not be written stay pending in the record.
    pub(crate) async fn settle_record_row(
        &self,
        user: &User,
        record: &mut UserRecord,
        row: Row,
        desired: &Desired,
        policy: &Policy,
    ) -> Row {
        let may_write = may_write_row(policy, user, &row);
        let unwritten = record.take_unwritten_row(desired, may_write);
        let (row, pending) = Box::pin(self.settle_row(user, row, unwritten, may_write)).await;

        record.pending_row = pending;
        record.note_row(&row);
        row
    }

    /// Writes pending values into a row; returns the row, and the values that stay pending.
    ///
    /// No request fails because of an earlier one. A value that HubSpot refuses is dropped. After any other failure the value
    /// stays pending, and so does a value that the account cannot keep for now.
    async fn settle_row(
        &self,
        user: &User,
        row: Row,
        unwritten: RowValues,
        may_write: bool,
    ) -> (Row, Option<RowValues>) {
        let writable = self.features.kept_in_rows(unwritten.clone());
        let unkept = unwritten.beyond(&writable);
        let pending = |values: RowValues| {
            let all = values.or(&unkept);
            Some(all).filter(|all| !all.is_empty())
        };

        if !may_write {
            return (row, pending(writable));
        }
        let held = match row {
            Row::There(held) => held,
            row @ (Row::Unkept | Row::Absent | Row::Unread { .. }) => {
                return (row, pending(writable));
            }
        };

        match self.write_row(&user.id, &held, &writable).await {
            Ok(now) => (Row::There(now), pending(RowValues::default())),
            Err(RowNotWritten::Gone) => (Row::Absent, pending(writable)),
            Err(RowNotWritten::Failed(error)) => {
                note_left_out(&user.id, &error);
                (Row::There(held), pending(writable))
            }
            // One of the values may be to blame for all.
            Err(RowNotWritten::Refused(_) | RowNotWritten::NotApplied(_)) => {
                let (held, left) = self.settle_row_one_by_one(&user.id, held, &writable).await;
                (Row::There(held), pending(left))
            }
        }
    }

    /// Writes values one at a time, so that one refused value does not block the others.
    ///
    /// Returns the row and the values that stay pending. Refused values go to the audit trail and are dropped.
    async fn settle_row_one_by_one(
        &self,
        id: &str,
        mut held: HeldRow,
        values: &RowValues,
    ) -> (HeldRow, RowValues) {
        let mut left = RowValues::default();
        for one in values.each() {
            match self.write_row(id, &held, &one).await {
                Ok(now) => held = now,
                Err(RowNotWritten::Refused(error) | RowNotWritten::NotApplied(error)) => {
                    note_left_out(id, &error);
                }
                Err(RowNotWritten::Failed(error)) => {
                    note_left_out(id, &error);
                    left = left.or(&one);
                }
                Err(RowNotWritten::Gone) => left = left.or(&one),
            }
        }
        (held, left)
    }
}
