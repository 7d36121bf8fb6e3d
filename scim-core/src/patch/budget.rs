//! How much work the operations of one request may make.

use std::cell::Cell;

use serde_json::Value;

use super::target::Selection;
use crate::{Error, ErrorKind};

/// How many entries the operations of a request may still look at: each goes over the list that it changes.
#[derive(Debug)]
pub(super) struct Budget {
    left: Cell<usize>,
    most: usize,
}

impl Budget {
    pub(super) fn new(most: usize) -> Self {
        Self {
            left: Cell::new(most),
            most,
        }
    }

    /// Takes off what an operation looks at, before it does.
    pub(super) fn charge(
        &self,
        current: Option<&Value>,
        selection: &Selection<'_>,
    ) -> Result<(), Error> {
        let entries = current.and_then(Value::as_array).map_or(0, Vec::len);
        self.take(entries.saturating_mul(selection.comparisons()))
    }

    /// Takes off so many entries.
    pub(super) fn take(&self, entries: usize) -> Result<(), Error> {
        match self.left.get().checked_sub(entries) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(Error::new(
                ErrorKind::TooMany,
                format!(
                    "The operations look at more than {} entries: send fewer at a time",
                    self.most
                ),
            )),
        }
    }
}
