//! In which order resources are listed.

use std::borrow::Cow;
use std::cmp::Ordering;

use scim_filter::datetime::Instant;
use scim_filter::{AttrPath, case};

use crate::schema::{Attribute, AttributeType, ResourceType};
use crate::{Resource, ValueRef};

/// An order of resources.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sort {
    /// The attribute to order by.
    pub by: AttrPath<'static>,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Sort {
    /// The order by an attribute, the smallest value first.
    ///
    /// ```
    /// use scim_core::query::Sort;
    ///
    /// let sort = Sort::ascending("userName".parse()?);
    /// assert!(!sort.descending);
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    #[must_use]
    pub fn ascending(by: AttrPath<'static>) -> Self {
        Self {
            by,
            descending: false,
        }
    }

    /// The order by an attribute, the largest value first.
    #[must_use]
    pub fn descending(by: AttrPath<'static>) -> Self {
        Self {
            by,
            descending: true,
        }
    }
}

/// Order of two resources; those without a value come last when ascending (RFC 7644 §3.4.2.3).
pub(super) fn compare(
    a: &Resource,
    b: &Resource,
    sort: &Sort,
    resource_type: &ResourceType,
) -> Ordering {
    let definition = resource_type
        .resolve(&sort.by)
        .map(|resolved| match resolved.leaf().kind() {
            // A complex value is ordered by its `value`.
            AttributeType::Complex => resolved.leaf().sub_attribute("value"),
            AttributeType::String
            | AttributeType::Boolean
            | AttributeType::Decimal
            | AttributeType::Integer
            | AttributeType::DateTime
            | AttributeType::Binary
            | AttributeType::Reference => Some(resolved.leaf()),
        });
    let key = |resource| {
        sort_value(resource, &sort.by).map(|value| Key::new(value, definition.flatten()))
    };
    let ascending = match (key(a), key(b)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) => a.compare(&b),
    };
    if sort.descending {
        ascending.reverse()
    } else {
        ascending
    }
}

/// The value to sort by: of a multi-valued attribute the primary entry's, or else the first one's.
fn sort_value<'r>(resource: &'r Resource, by: &AttrPath<'_>) -> Option<ValueRef<'r>> {
    let attribute = resource.attribute(by.uri(), by.name())?;
    let is_primary = |entry: &ValueRef<'r>| {
        entry
            .member("primary")
            .and_then(ValueRef::as_bool)
            .unwrap_or(false)
    };
    let entry = attribute
        .elements()
        .find(is_primary)
        .or_else(|| attribute.elements().next())?;
    match by.sub_attribute() {
        Some(sub) => entry.member(sub),
        None => entry.member("value").or(Some(entry)),
    }
    .filter(|value| !value.is_unassigned())
}

/// What a value is ordered by.
///
/// Values of different kinds are ordered by kind, since sorting panics over what is no order; a client may have stored
/// anything, and a date only counts as one where the schema says so.
enum Key<'r> {
    Boolean(bool),
    Number(f64),
    Instant(Instant),
    Text(Cow<'r, str>, Case),
    Other,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Case {
    Exact,
    Folded,
}

impl<'r> Key<'r> {
    fn new(value: ValueRef<'r>, definition: Option<&Attribute>) -> Self {
        if let Some(text) = value.as_str() {
            let is_instant = definition.is_some_and(|a| a.kind() == AttributeType::DateTime);
            return match Instant::parse(&text).filter(|_| is_instant) {
                Some(instant) => Self::Instant(instant),
                None if definition.is_some_and(Attribute::is_case_exact) => {
                    Self::Text(text, Case::Exact)
                }
                None => Self::Text(text, Case::Folded),
            };
        }
        match (value.as_bool(), value.json().as_f64()) {
            (Some(boolean), _) => Self::Boolean(boolean),
            (None, Some(number)) => Self::Number(number),
            (None, None) => Self::Other,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Instant(a), Self::Instant(b)) => a.cmp(b),
            (Self::Text(a, Case::Exact), Self::Text(b, Case::Exact)) => a.cmp(b),
            (Self::Text(a, _), Self::Text(b, _)) => case::cmp(a, b),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Boolean(_) => 0,
            Self::Number(_) => 1,
            Self::Instant(_) => 2,
            Self::Text(..) => 3,
            Self::Other => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;
    use crate::query::{Page, Query};

    fn sorted(by: &str, rows: &[&str]) -> Vec<String> {
        let rows = rows
            .iter()
            .map(|row| Resource::from_slice(row.as_bytes()).unwrap())
            .collect();
        let query = Query::parse(&format!("sortBy={by}"), Profile::rfc()).unwrap();
        let (_, rows) =
            Page::complete(rows).finish(None, query.sort.as_ref(), 1, 100, &ResourceType::user());
        rows.iter()
            .map(|row| row.id().unwrap_or_default().into_owned())
            .collect()
    }

    #[test]
    fn names_are_ordered_without_case_and_those_without_one_come_last() {
        let rows = [
            r#"{"id":"none"}"#,
            r#"{"id":"c","userName":"Cyd"}"#,
            r#"{"id":"b","userName":"bob"}"#,
            r#"{"id":"empty","userName":null}"#,
            r#"{"id":"A","userName":"ADA"}"#,
        ];
        assert_eq!(sorted("userName", &rows), ["A", "b", "c", "none", "empty"]);
    }

    #[test]
    fn a_date_is_ordered_as_an_instant_only_where_it_is_one() {
        let late = "2026-01-01T00:00:00Z";
        let later = "2025-12-31T23:00:00-05:00";
        let created = |id, text| format!(r#"{{"id":"{id}","meta":{{"created":"{text}"}}}}"#);
        let rows = [created("2", later), created("1", late)];
        assert_eq!(sorted("meta.created", &[&rows[0], &rows[1]]), ["1", "2"]);
        let title = |id, text| format!(r#"{{"id":"{id}","title":"{text}"}}"#);
        let rows = [title("2", late), title("1", later)];
        assert_eq!(sorted("title", &[&rows[0], &rows[1]]), ["1", "2"]);
    }

    #[test]
    fn a_list_is_ordered_by_its_primary_entry() {
        let rows = [
            r#"{"id":"2","emails":[{"value":"a@x"},{"value":"z@x","primary":true}]}"#,
            r#"{"id":"1","emails":[{"value":"M@x"},{"value":"b@x"}]}"#,
        ];
        assert_eq!(sorted("emails", &rows), ["1", "2"]);
        assert_eq!(sorted("emails.value", &rows), ["1", "2"]);
    }
}
