//! The resources of one type, with their indexes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use scim_filter::{CompareOp, Expr, Filter, Value};

use crate::{Error, ErrorKind, Resource};

/// Resources in the order in which they were made, found by id, by their unique attribute and by `externalId`.
#[derive(Debug)]
pub(super) struct Table {
    /// The attribute whose value is unique, compared without case.
    unique: &'static str,
    rows: BTreeMap<u64, Resource>,
    by_id: HashMap<String, u64>,
    by_unique: HashMap<String, u64>,
    by_external_id: HashMap<String, BTreeSet<u64>>,
    sequence: u64,
    version: u64,
}

impl Table {
    pub(super) fn new(unique: &'static str) -> Self {
        Self {
            unique,
            rows: BTreeMap::new(),
            by_id: HashMap::new(),
            by_unique: HashMap::new(),
            by_external_id: HashMap::new(),
            sequence: 0,
            version: 0,
        }
    }

    /// A version number that no resource has had.
    pub(super) fn next_version(&mut self) -> u64 {
        self.version += 1;
        self.version
    }

    pub(super) fn get(&self, id: &str) -> Option<&Resource> {
        self.rows.get(self.by_id.get(id)?)
    }

    pub(super) fn insert(&mut self, id: &str, resource: Resource) -> Result<(), Error> {
        self.check_unique(&resource, None)?;
        self.sequence += 1;
        let row = self.sequence;
        self.by_id.insert(id.to_owned(), row);
        self.index(row, &resource);
        self.rows.insert(row, resource);
        Ok(())
    }

    pub(super) fn replace(&mut self, id: &str, resource: Resource) -> Result<(), Error> {
        let row = *self.by_id.get(id).ok_or_else(|| Error::not_found(id))?;
        self.check_unique(&resource, Some(row))?;
        self.unindex(row);
        self.index(row, &resource);
        self.rows.insert(row, resource);
        Ok(())
    }

    pub(super) fn remove(&mut self, id: &str) {
        if let Some(row) = self.by_id.remove(id) {
            self.unindex(row);
            self.rows.remove(&row);
        }
    }

    /// The resources that can match `filter`: by an index where one of its conditions has one, or else all.
    pub(super) fn candidates(&self, filter: Option<&Filter<'_>>) -> Vec<Resource> {
        let Some(rows) = filter.and_then(|filter| self.indexed(filter.expr())) else {
            return self.rows.values().cloned().collect();
        };
        rows.into_iter()
            .filter_map(|row| self.rows.get(&row))
            .cloned()
            .collect()
    }

    /// The rows that an indexed condition of `expr` selects; a conjunction has the condition if one of its terms has.
    fn indexed(&self, expr: Expr<'_>) -> Option<Vec<u64>> {
        let (path, op, value) = match expr {
            Expr::And(terms) => return terms.into_iter().find_map(|term| self.indexed(term)),
            Expr::Compare { path, op, value } => (path, op, value),
            Expr::Or(_) | Expr::Not(_) | Expr::Present(_) | Expr::ValuePath { .. } => return None,
        };
        let (CompareOp::Eq, Value::String(text)) = (op, value) else {
            return None;
        };
        if path.uri().is_some() || path.sub_attribute().is_some() {
            return None;
        }
        let is = |name: &str| path.name().eq_ignore_ascii_case(name);
        if is("id") {
            Some(self.by_id.get(&**text).copied().into_iter().collect())
        } else if is(self.unique) {
            let row = self.by_unique.get(&text.to_ascii_lowercase());
            Some(row.copied().into_iter().collect())
        } else if is("externalId") {
            let rows = self.by_external_id.get(&**text);
            Some(rows.into_iter().flatten().copied().collect())
        } else {
            None
        }
    }

    fn check_unique(&self, resource: &Resource, own: Option<u64>) -> Result<(), Error> {
        let Some(value) = resource.text(self.unique) else {
            return Ok(());
        };
        match self.by_unique.get(&value.to_ascii_lowercase()) {
            Some(row) if Some(*row) != own => Err(Error::new(
                ErrorKind::Uniqueness,
                format!("{} is already in use", self.unique),
            )),
            _ => Ok(()),
        }
    }

    fn index(&mut self, row: u64, resource: &Resource) {
        if let Some(value) = resource.text(self.unique) {
            self.by_unique.insert(value.to_ascii_lowercase(), row);
        }
        if let Some(value) = resource.external_id() {
            self.by_external_id
                .entry(value.into_owned())
                .or_default()
                .insert(row);
        }
    }

    fn unindex(&mut self, row: u64) {
        let Some(resource) = self.rows.get(&row) else {
            return;
        };
        if let Some(value) = resource.text(self.unique) {
            self.by_unique.remove(&value.to_ascii_lowercase());
        }
        if let Some(value) = resource.external_id() {
            if let Some(rows) = self.by_external_id.get_mut(&*value) {
                rows.remove(&row);
                if rows.is_empty() {
                    self.by_external_id.remove(&*value);
                }
            }
        }
    }
}
