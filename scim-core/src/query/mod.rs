//! Queries: filter, order, page and projection.

mod check;
mod known;
mod order;
mod page;
mod simplify;

use std::fmt;

use scim_filter::{Filter, Parser};

pub(crate) use self::check::{check_filter, expand_email};
pub(crate) use self::known::{ServiceAttribute, check_known};
pub use self::order::Sort;
pub(crate) use self::order::{Order, SortKey, resolve_order};
pub use self::page::Page;
pub(crate) use self::page::select;
pub(crate) use self::simplify::{ServedType, Simplified, UnknownAttribute, simplify};
use crate::message::SearchRequest;
use crate::projection::Projection;
use crate::{Error, Profile};

/// A parsed query.
///
/// Source: RFC 7644 §3.4.2.
#[derive(Clone)]
#[non_exhaustive]
pub struct Query {
    /// The filter that resources must match.
    pub filter: Option<Filter<'static>>,
    /// The order of the resources.
    pub sort: Option<Sort>,
    /// The 1-based index of the first resource of the page.
    pub start_index: u64,
    /// The largest number of resources on the page; `None` leaves it to the server.
    pub count: Option<u64>,
    /// The attributes that the response shows.
    pub projection: Projection,
}

impl fmt::Debug for Query {
    /// Hides the filter, whose values are personal data.
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
    /// Parses the parameters of a query, from a URL or from a search request.
    ///
    /// ```
    /// use scim_core::message::SearchRequest;
    /// use scim_core::query::Query;
    /// use scim_core::Profile;
    ///
    /// let mut search = SearchRequest::new();
    /// search.sort_by = Some("name.familyName".to_owned());
    /// let query = Query::new(&search, Profile::rfc())?;
    /// assert_eq!(query.sort.unwrap().by.name(), "name");
    /// assert_eq!((query.start_index, query.count), (1, None));
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `InvalidFilter` for a malformed filter; `InvalidPath` for a malformed `sortBy` or attribute list.
    pub fn new(search: &SearchRequest, profile: Profile) -> Result<Self, Error> {
        Self::with_parser(search, profile.parser())
    }

    /// As [`new`](Self::new), within the limits of a service.
    pub(crate) fn with_parser(search: &SearchRequest, parser: Parser) -> Result<Self, Error> {
        let filter = match &search.filter {
            None => None,
            Some(text) => Some(parser.filter(text)?.into_owned()),
        };

        let sort = match &search.sort_by {
            None => None,
            Some(path) => Some(Sort {
                by: parser.attr_path(path)?.into_owned(),
                descending: search.descending,
            }),
        };

        Ok(Self {
            filter,
            sort,
            start_index: search.start_index.unwrap_or(1).max(1),
            count: search.count,
            projection: search.projection(parser)?,
        })
    }

    /// The index of the first resource if `startIndex` is the number of a page of `count` resources.
    pub(crate) fn start_index_of_page(&self, count: u64) -> u64 {
        let pages_before = self.start_index.saturating_sub(1);
        pages_before.saturating_mul(count).saturating_add(1)
    }

    /// Parses the query part of a URL and ignores unknown parameters.
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
    /// The errors of [`new`](Self::new), and `InvalidValue` for a bad number or `sortOrder`.
    pub fn parse(query: &str, profile: Profile) -> Result<Self, Error> {
        Self::new(&SearchRequest::from_query(query)?, profile)
    }
}
