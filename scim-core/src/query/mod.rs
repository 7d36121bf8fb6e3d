//! What a client asks for: filter, order, page, attributes.

mod check;
mod order;

use std::borrow::Cow;
use std::fmt;

use scim_filter::Filter;

pub(crate) use self::check::check;
pub use self::order::Sort;
use crate::projection::Projection;
use crate::resource::Typed;
use crate::schema::ResourceType;
use crate::{Error, ErrorKind, Profile, Resource};

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
            resources.sort_by(|a, b| order::compare(a, b, sort, resource_type));
        }
        let total = resources.len() as u64;
        let skip = usize::try_from(start_index.saturating_sub(1)).unwrap_or(usize::MAX);
        let take = usize::try_from(count).unwrap_or(usize::MAX);
        (total, resources.into_iter().skip(skip).take(take).collect())
    }
}
