//! Limits of requests.

use scim_filter::Parser;

use crate::limits::FilterLimits;
use crate::message::SearchRequest;
use crate::{Error, ErrorKind, Profile};

/// The limits of a request. The service checks each one before it does the work.
///
/// ```
/// use scim_core::service::Limits;
///
/// let limits = Limits::default().with_max_body_bytes(64 * 1024).with_max_members(500);
/// assert_eq!(limits.max_body_bytes(), 65_536);
/// ```
///
/// | limit | default | beyond it |
/// |---|---|---|
/// | bytes of the body | 8 MiB | 413 |
/// | depth of the JSON | 64 | 400 `invalidSyntax` |
/// | values in one list, for example the members of a group | 100,000 | 413 |
/// | operations of a PATCH | 1,000 | 413 |
/// | bytes of the query of a URL | 64 KiB | 414 |
/// | bytes, depth and comparisons of a filter | 64 KiB, 64, 1,024 | 400 `invalidFilter` |
/// | names in `attributes` or `excludedAttributes` | 256 | 400 `invalidValue` |
/// | entries that the operations of a PATCH look at, times the comparisons for each | 10,000,000 | 400 `tooMany` |
/// | resources in a sorted list of several types | 10,000 | 400 `tooMany` |
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    body_bytes: usize,
    json_depth: usize,
    members: usize,
    operations: usize,
    query_bytes: usize,
    filters: FilterLimits,
    attributes: usize,
    merged: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 8 * 1024 * 1024,
            json_depth: 64,
            members: 100_000,
            operations: 1_000,
            query_bytes: 64 * 1024,
            filters: FilterLimits::default(),
            attributes: 256,
            merged: 10_000,
        }
    }
}

impl Limits {
    /// Sets the size limit of a body, in bytes. A larger body is 413.
    #[must_use]
    pub fn with_max_body_bytes(mut self, bytes: usize) -> Self {
        self.body_bytes = bytes;
        self
    }

    /// Sets the nesting limit of a JSON body. Deeper JSON is 400. The parser refuses more than 128 levels in any case.
    #[must_use]
    pub fn with_max_json_depth(mut self, depth: usize) -> Self {
        self.json_depth = depth;
        self
    }

    /// Sets the limit of values in one list of a body, above all members of a group. A longer list is 413.
    #[must_use]
    pub fn with_max_members(mut self, members: usize) -> Self {
        self.members = members;
        self
    }

    /// Sets the limit of operations in a PATCH. More are 413.
    #[must_use]
    pub fn with_max_operations(mut self, operations: usize) -> Self {
        self.operations = operations;
        self
    }

    /// Sets the length limit of a URL's query, in bytes. A longer query is 414.
    #[must_use]
    pub fn with_max_query_bytes(mut self, bytes: usize) -> Self {
        self.query_bytes = bytes;
        self
    }

    /// Sets the length limit of a filter, also in a PATCH path, in bytes. A longer filter is 400.
    #[must_use]
    pub fn with_max_filter_bytes(mut self, bytes: usize) -> Self {
        self.filters.bytes = bytes;
        self
    }

    /// Sets the nesting limit of a filter's brackets. Deeper brackets are 400.
    #[must_use]
    pub fn with_max_filter_depth(mut self, depth: usize) -> Self {
        self.filters.depth = depth;
        self
    }

    /// Sets the limit of comparisons in a filter. More are 400.
    #[must_use]
    pub fn with_max_filter_terms(mut self, terms: usize) -> Self {
        self.filters.terms = terms;
        self
    }

    /// Sets the limit of list entries that all operations of a PATCH together may look at. More are 400.
    ///
    /// An entry counts once for each comparison of the operation's filter. Adding members of a group, or removing them by id,
    /// looks at no other member and does not count.
    #[must_use]
    pub fn with_max_patch_entries(mut self, entries: usize) -> Self {
        self.filters.patch_entries = entries;
        self
    }

    /// Sets the limit of names in `attributes`, and of those in `excludedAttributes`. More are 400.
    #[must_use]
    pub fn with_max_attributes(mut self, attributes: usize) -> Self {
        self.attributes = attributes;
        self
    }

    /// Sets the limit of resources in a sorted list of several resource types. A page beyond it is 400 `tooMany`.
    ///
    /// The service builds each page of such a list from its beginning.
    #[must_use]
    pub fn with_max_merged(mut self, resources: usize) -> Self {
        self.merged = resources;
        self
    }

    /// The size limit of a body, in bytes.
    #[must_use]
    pub fn max_body_bytes(self) -> usize {
        self.body_bytes
    }

    /// The nesting limit of a JSON body.
    #[must_use]
    pub fn max_json_depth(self) -> usize {
        self.json_depth
    }

    /// The limit of values in one list of a body.
    #[must_use]
    pub fn max_members(self) -> usize {
        self.members
    }

    /// The limit of operations in a PATCH.
    #[must_use]
    pub fn max_operations(self) -> usize {
        self.operations
    }

    /// The length limit of a URL's query, in bytes.
    #[must_use]
    pub fn max_query_bytes(self) -> usize {
        self.query_bytes
    }

    /// The length limit of a filter, in bytes.
    #[must_use]
    pub fn max_filter_bytes(self) -> usize {
        self.filters.bytes
    }

    /// The nesting limit of a filter's brackets.
    #[must_use]
    pub fn max_filter_depth(self) -> usize {
        self.filters.depth
    }

    /// The limit of comparisons in a filter.
    #[must_use]
    pub fn max_filter_terms(self) -> usize {
        self.filters.terms
    }

    /// The limit of list entries that all operations of a PATCH together may look at.
    #[must_use]
    pub fn max_patch_entries(self) -> usize {
        self.filters.patch_entries
    }

    /// The limit of names in `attributes`, and of those in `excludedAttributes`.
    #[must_use]
    pub fn max_attributes(self) -> usize {
        self.attributes
    }

    /// The limit of resources in a sorted list of several resource types.
    #[must_use]
    pub fn max_merged(self) -> usize {
        self.merged
    }

    pub(super) fn filters(self) -> FilterLimits {
        self.filters
    }

    /// The parser of a tenant's filters and paths within these limits.
    pub(super) fn parser(self, profile: Profile) -> Parser {
        self.filters.parser(profile)
    }

    pub(super) fn check_query(self, query: &str) -> Result<(), Error> {
        if query.len() <= self.query_bytes {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::UriTooLong,
            format!(
                "The query is longer than {} bytes; send it as a POST to .search",
                self.query_bytes
            ),
        ))
    }

    pub(super) fn check_search(self, search: &SearchRequest) -> Result<(), Error> {
        let longest = search
            .attributes
            .len()
            .max(search.excluded_attributes.len());
        if longest <= self.attributes {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidValue,
            format!(
                "attributes and excludedAttributes may have at most {} names each",
                self.attributes
            ),
        ))
    }
}
