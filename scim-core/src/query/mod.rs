//! What a client asks for: filter, order, page, attributes.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use scim_filter::datetime::Instant;
use scim_filter::{AttrPath, Filter, case};

use crate::projection::Projection;
use crate::resource::Typed;
use crate::schema::{Attribute, AttributeType, ResourceType};
use crate::{Error, ErrorKind, Profile, Resource, ValueRef};

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

/// A query, read and with its limits applied.
///
/// Source: RFC 7644 §3.4.2.
#[derive(Clone)]
#[non_exhaustive]
pub struct Query {
    /// Which resources.
    pub filter: Option<Filter<'static>>,
    /// In which order.
    pub sort: Option<Sort>,
    /// The 1-based index of the first one wanted.
    pub start_index: u64,
    /// How many are wanted; `None` leaves it to the server.
    pub count: Option<u64>,
    /// Which attributes.
    pub projection: Projection,
}

impl fmt::Debug for Query {
    /// Without the filter, whose values are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("has_filter", &self.filter.is_some())
            .field("sort", &self.sort)
            .field("start_index", &self.start_index)
            .field("count", &self.count)
            .field("projection", &self.projection)
            .finish_non_exhaustive()
    }
}

impl Query {
    /// Reads the query part of a URL. Parameters that SCIM does not know are passed over.
    ///
    /// ```
    /// use scim_core::query::Query;
    /// use scim_core::Profile;
    ///
    /// let query = Query::parse("filter=userName+eq+%22a%22&startIndex=0&count=-1", Profile::tolerant())?;
    /// assert_eq!(query.filter.unwrap().to_string(), r#"userName eq "a""#);
    /// assert_eq!((query.start_index, query.count), (1, Some(0)));
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `InvalidFilter`, `InvalidPath` for `sortBy` and the attribute lists, `InvalidValue` for numbers.
    pub fn parse(query: &str, profile: Profile) -> Result<Self, Error> {
        let (mut attributes, mut excluded, mut sort_by) = (None, None, None);
        let (mut filter, mut descending, mut start_index, mut count) = (None, false, 1, None);
        for (parameter, value) in parameters(query) {
            match parameter {
                Parameter::Filter => filter = Some(profile.parser().filter(&value)?.into_owned()),
                Parameter::Attributes => attributes = Some(value),
                Parameter::ExcludedAttributes => excluded = Some(value),
                Parameter::SortBy => sort_by = Some(value),
                Parameter::SortOrder => {
                    descending = value.trim().eq_ignore_ascii_case("descending");
                }
                Parameter::StartIndex => start_index = number("startIndex", &value)?.max(1),
                Parameter::Count => count = Some(number("count", &value)?),
            }
        }
        let sort = match sort_by {
            None => None,
            Some(path) => Some(Sort {
                by: profile.parser().attr_path(&path)?.into_owned(),
                descending,
            }),
        };
        Ok(Self {
            filter,
            sort,
            start_index,
            count,
            projection: Projection::parse(attributes.as_deref(), excluded.as_deref(), profile)?,
        })
    }
}

/// A parameter of a query.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Parameter {
    Filter,
    Attributes,
    ExcludedAttributes,
    SortBy,
    SortOrder,
    StartIndex,
    Count,
}

/// The parameters of a query that SCIM knows and that have a value; the last of one name counts.
///
/// Their names are found without regard to case: a filter that is overlooked would answer everything.
pub(crate) fn parameters(query: &str) -> impl Iterator<Item = (Parameter, Cow<'_, str>)> {
    const NAMES: [(&str, Parameter); 7] = [
        ("filter", Parameter::Filter),
        ("attributes", Parameter::Attributes),
        ("excludedAttributes", Parameter::ExcludedAttributes),
        ("sortBy", Parameter::SortBy),
        ("sortOrder", Parameter::SortOrder),
        ("startIndex", Parameter::StartIndex),
        ("count", Parameter::Count),
    ];
    url::form_urlencoded::parse(query.as_bytes())
        .filter(|(_, value)| !value.trim().is_empty())
        .filter_map(|(name, value)| {
            let (_, parameter) = NAMES
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(&name))?;
            Some((*parameter, value))
        })
}

/// A whole number; a negative one counts as 0 (RFC 7644 §3.4.2.4), one beyond all bounds as the largest.
fn number(name: &str, value: &str) -> Result<u64, Error> {
    let value = value.trim();
    let (negative, digits) = match value.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, value),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::new(
            ErrorKind::InvalidValue,
            format!("{name} must be a whole number"),
        ));
    }
    Ok(if negative {
        0
    } else {
        digits.parse().unwrap_or(u64::MAX)
    })
}

/// What a provider answers to a query, with what of the query it applied.
///
/// The service completes the rest, and only over a complete set.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Page {
    /// Every resource that can match; the service filters (unless it is done), sorts and pages.
    Complete {
        /// The resources.
        resources: Vec<Resource>,
        /// Whether each of them matches the filter for certain.
        filtered: bool,
        /// Whether they are in the order asked for.
        sorted: bool,
    },
    /// One page of the matching resources in order; the service changes nothing.
    Window {
        /// The resources of the page.
        resources: Vec<Resource>,
        /// How many match in all.
        total: u64,
    },
}

impl Page {
    /// Every resource that can match, unfiltered and unsorted.
    #[must_use]
    pub fn complete(resources: Vec<Resource>) -> Self {
        Self::Complete {
            resources,
            filtered: false,
            sorted: false,
        }
    }

    /// One page of `total` matching resources in the order asked for.
    #[must_use]
    pub fn window(resources: Vec<Resource>, total: u64) -> Self {
        Self::Window { resources, total }
    }

    /// Applies what the provider left undone: how many match in all, and the resources of the page.
    #[must_use]
    pub fn finish(
        self,
        filter: Option<&Filter<'_>>,
        sort: Option<&Sort>,
        start_index: u64,
        count: u64,
        resource_type: &ResourceType,
    ) -> (u64, Vec<Resource>) {
        let (mut resources, filtered, sorted) = match self {
            Self::Window { resources, total } => return (total, resources),
            Self::Complete {
                resources,
                filtered,
                sorted,
            } => (resources, filtered, sorted),
        };
        if let (Some(filter), false) = (filter, filtered) {
            resources.retain(|resource| filter.matches(&Typed::new(resource, resource_type)));
        }
        if let (Some(sort), false) = (sort, sorted) {
            resources.sort_by(|a, b| compare(a, b, sort, resource_type));
        }
        let total = resources.len() as u64;
        let skip = usize::try_from(start_index.saturating_sub(1)).unwrap_or(usize::MAX);
        let take = usize::try_from(count).unwrap_or(usize::MAX);
        (total, resources.into_iter().skip(skip).take(take).collect())
    }
}

/// Order of two resources; those without a value come last when ascending (RFC 7644 §3.4.2.3).
fn compare(a: &Resource, b: &Resource, sort: &Sort, resource_type: &ResourceType) -> Ordering {
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

    fn sorted(by: &str, rows: &[&str]) -> Vec<String> {
        let rows = rows
            .iter()
            .map(|row| Resource::from_slice(row.as_bytes()).unwrap())
            .collect();
        let query = Query::parse(&format!("sortBy={by}"), Profile::rfc()).unwrap();
        let (_, rows) =
            Page::complete(rows).finish(None, query.sort.as_ref(), 1, 100, &ResourceType::user());
        rows.iter()
            .map(|row| row.id().unwrap_or_default().to_owned())
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
