//! A limit on the work that the operations of one request may cause.

use std::cell::Cell;

use serde_json::Value;

use super::target::Selection;
use crate::{Error, ErrorKind};

/// The entries that the operations of one request may still look at. Each operation scans the list that it changes.
#[derive(Debug)]
pub(super) struct Budget {
    left: Cell<usize>,
    limit: usize,
}

impl Budget {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            left: Cell::new(limit),
            limit,
        }
    }

    /// Charges an operation for its list, before the operation scans it.
    pub(super) fn charge(
        &self,
        current: Option<&Value>,
        selection: &Selection<'_>,
    ) -> Result<(), Error> {
        let entries = current.and_then(Value::as_array).map_or(0, Vec::len);
        self.take(entries.saturating_mul(selection.comparisons()))
    }

    /// Charges a number of entries.
    pub(super) fn take(&self, entries: usize) -> Result<(), Error> {
        match self.left.get().checked_sub(entries) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(Error::new(
                ErrorKind::TooMany,
                format!(
                    "The operations look at more than {} entries; send fewer operations in one request",
                    self.limit
                ),
            )),
        }
    }
}
