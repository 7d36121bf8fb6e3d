//! The candidate rows of a filter, found in the indexes.

use std::collections::BTreeSet;

use scim_filter::{AttrPath, CompareOp, Expr, Value};

use super::Tables;
use super::index::hash;
use super::table::{Field, Table};
use super::view::TableName;
use crate::schema::ResourceType;

/// The nesting depth to which the indexes follow a filter. Evaluation decides deeper parts.
const MAX_DEPTH: usize = 16;

/// The subject of a comparison.
enum IndexKey {
    /// An indexed field of the resource itself.
    Field(Field),
    /// The groups of a user, or the members of a group.
    Related,
}

impl IndexKey {
    fn is_complex(&self) -> bool {
        match self {
            Self::Field(field) => field.is_complex,
            Self::Related => true,
        }
    }
}

/// Finds the rows that can match a filter in the indexes.
pub(super) struct Candidates<'t> {
    pub(super) tables: &'t Tables,
    pub(super) table: TableName,
    pub(super) resource_type: &'t ResourceType,
}

impl Candidates<'_> {
    /// The rows that can match `expr`, in order; `None` if only a scan of all rows can tell.
    pub(super) fn of(&self, expr: Expr<'_>) -> Option<Vec<u32>> {
        let mut rows = self.rows(expr, MAX_DEPTH)?;
        rows.extend(self.table().unindexed());
        rows.sort_unstable();
        rows.dedup();
        Some(rows)
    }

    fn table(&self) -> &Table {
        self.tables.of(self.table)
    }

    fn rows(&self, expr: Expr<'_>, depth: usize) -> Option<Vec<u32>> {
        let depth = depth.checked_sub(1)?;
        match expr {
            Expr::And(terms) => smallest(terms.filter_map(|term| self.rows(term, depth))),
            Expr::Or(terms) => union(terms.map(|term| self.rows(term, depth))),
            Expr::Compare { path, op, value } => self.lookup(&self.key(path)?, literal(op, value)?),
            Expr::ValuePath { path, filter } => {
                let key = self.key(path)?;
                let is_whole = path.sub_attribute().is_none() && key.is_complex();
                is_whole.then(|| self.inside(&key, filter.expr(), depth))?
            }
            Expr::Not(_) | Expr::Present(_) => None,
        }
    }

    /// The rows for the filter inside a value path.
    fn inside(&self, key: &IndexKey, expr: Expr<'_>, depth: usize) -> Option<Vec<u32>> {
        let depth = depth.checked_sub(1)?;
        match expr {
            Expr::And(terms) => smallest(terms.filter_map(|term| self.inside(key, term, depth))),
            Expr::Or(terms) => union(terms.map(|term| self.inside(key, term, depth))),
            Expr::Compare { path, op, value } if is_value(path) => {
                self.lookup(key, literal(op, value)?)
            }
            Expr::Compare { .. } | Expr::Not(_) | Expr::Present(_) | Expr::ValuePath { .. } => None,
        }
    }

    fn key(&self, path: &AttrPath<'_>) -> Option<IndexKey> {
        let is_core = |uri: &str| uri.eq_ignore_ascii_case(self.resource_type.schema().id());
        if !path.uri().is_none_or(is_core) {
            return None;
        }

        let sub = path.sub_attribute();
        let is_value = match sub {
            None => true,
            Some(sub) => sub.eq_ignore_ascii_case("value"),
        };

        if path.name().eq_ignore_ascii_case(self.table.related()) {
            return is_value.then_some(IndexKey::Related);
        }

        let (field, _) = self
            .table()
            .fields()
            .find(|(field, _)| path.name().eq_ignore_ascii_case(field.name))?;
        let fits = if field.is_complex {
            is_value
        } else {
            sub.is_none()
        };
        fits.then_some(IndexKey::Field(field))
    }

    fn lookup(&self, key: &IndexKey, text: &str) -> Option<Vec<u32>> {
        let table = self.table();
        match key {
            IndexKey::Field(wanted) => {
                let (_, index) = table.fields().find(|(field, _)| field == wanted)?;
                Some(index.rows(hash(text, &table.state)).collect())
            }
            IndexKey::Related => match self.table {
                TableName::Groups => Some(table.with_member(text).collect()),
                TableName::Users => self.members_of(text),
            },
        }
    }

    /// The users in the group with this id.
    fn members_of(&self, group: &str) -> Option<Vec<u32>> {
        let Ok((_, group)) = self.tables.groups.get(group) else {
            return Some(Vec::new());
        };
        let ids = group.members.as_ref()?.ids();
        Some(ids.filter_map(|id| self.tables.users.find(&id)).collect())
    }
}

/// The text to look up for `eq`. A number or boolean counts as its text, because clients omit quotation marks.
fn literal<'f>(op: CompareOp, value: &'f Value<'_>) -> Option<&'f str> {
    match (op, value) {
        (CompareOp::Eq, Value::String(text)) => Some(text),
        (CompareOp::Eq, Value::Number(number)) => Some(number.as_str()),
        (CompareOp::Eq, Value::Bool(true)) => Some("true"),
        (CompareOp::Eq, Value::Bool(false)) => Some("false"),
        _ => None,
    }
}

fn is_value(path: &AttrPath<'_>) -> bool {
    path.uri().is_none()
        && path.sub_attribute().is_none()
        && path.name().eq_ignore_ascii_case("value")
}

fn smallest(rows: impl Iterator<Item = Vec<u32>>) -> Option<Vec<u32>> {
    rows.min_by_key(Vec::len)
}

fn union(rows: impl Iterator<Item = Option<Vec<u32>>>) -> Option<Vec<u32>> {
    let mut all = BTreeSet::new();
    for rows in rows {
        all.extend(rows?);
    }
    Some(all.into_iter().collect())
}
