//! How much a request may hold.

use scim_filter::Parser;

use crate::limits::FilterLimits;
use crate::message::SearchRequest;
use crate::{Error, ErrorKind, Profile};

/// How much a request may hold, charged before the work.
///
/// ```
/// use scim_core::service::Limits;
///
/// let limits = Limits::default().with_max_body_bytes(64 * 1024).with_max_members(500);
/// assert_eq!(limits.max_body_bytes(), 65_536);
/// ```
///
/// | limit | default | refused with |
/// |---|---|---|
/// | bytes of the body | 8 MiB | 413 |
/// | depth of the JSON | 64 | 400 `invalidSyntax` |
/// | values in one list, such as the members of a group | 100,000 | 413 |
/// | operations of a PATCH | 1,000 | 413 |
/// | bytes of the query of a URL | 64 KiB | 414 |
/// | bytes, depth and comparisons of a filter | 64 KiB, 64, 1,024 | 400 `invalidFilter` |
/// | names in `attributes` or `excludedAttributes` | 256 | 400 `invalidValue` |
/// | entries that the operations of a PATCH look at, times the comparisons of their filters | 10,000,000 | 400 `tooMany` |
/// | how far a sorted list over several types goes | 10,000 | 400 `tooMany` |
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
    /// Sets the largest body, in bytes; a larger one is 413.
    #[must_use]
    pub fn with_max_body_bytes(mut self, bytes: usize) -> Self {
        self.body_bytes = bytes;
        self
    }

    /// Sets how deep objects and lists may stand in each other; what is deeper is 400. More than 128 is never read.
    #[must_use]
    pub fn with_max_json_depth(mut self, depth: usize) -> Self {
        self.json_depth = depth;
        self
    }

    /// Sets how many values one list of a body may hold, above all the members of a group; more are 413.
    #[must_use]
    pub fn with_max_members(mut self, members: usize) -> Self {
        self.members = members;
        self
    }

    /// Sets how many operations a PATCH may have; more are 413.
    #[must_use]
    pub fn with_max_operations(mut self, operations: usize) -> Self {
        self.operations = operations;
        self
    }

    /// Sets how long the query of a URL may be, in bytes; a longer one is 414.
    #[must_use]
    pub fn with_max_query_bytes(mut self, bytes: usize) -> Self {
        self.query_bytes = bytes;
        self
    }

    /// Sets how long a filter may be, in bytes, also the one in a PATCH path; a longer one is 400.
    #[must_use]
    pub fn with_max_filter_bytes(mut self, bytes: usize) -> Self {
        self.filters.bytes = bytes;
        self
    }

    /// Sets how deep the brackets of a filter may stand in each other; what is deeper is 400.
    #[must_use]
    pub fn with_max_filter_depth(mut self, depth: usize) -> Self {
        self.filters.depth = depth;
        self
    }

    /// Sets how many comparisons a filter may make; more are 400.
    #[must_use]
    pub fn with_max_filter_terms(mut self, terms: usize) -> Self {
        self.filters.terms = terms;
        self
    }

    /// Sets how many entries of lists all operations of a PATCH together may look at; more is 400.
    ///
    /// An entry counts once for each comparison of the filter that it is held against. Members of a group that are added,
    /// or removed by their ids, are found without a look at the others and do not count.
    #[must_use]
    pub fn with_max_patch_entries(mut self, entries: usize) -> Self {
        self.filters.patch_entries = entries;
        self
    }

    /// Sets how many names `attributes` and `excludedAttributes` may have each; more are 400.
    #[must_use]
    pub fn with_max_attributes(mut self, attributes: usize) -> Self {
        self.attributes = attributes;
        self
    }

    /// Sets how far into a sorted list over several resource types a page may lie; one further in is 400 `tooMany`.
    ///
    /// Each page of such a list is made from the beginning of all of them.
    #[must_use]
    pub fn with_max_merged(mut self, resources: usize) -> Self {
        self.merged = resources;
        self
    }

    /// The largest body, in bytes.
    #[must_use]
    pub fn max_body_bytes(self) -> usize {
        self.body_bytes
    }

    /// How deep objects and lists may stand in each other.
    #[must_use]
    pub fn max_json_depth(self) -> usize {
        self.json_depth
    }

    /// How many values one list of a body may hold.
    #[must_use]
    pub fn max_members(self) -> usize {
        self.members
    }

    /// How many operations a PATCH may have.
    #[must_use]
    pub fn max_operations(self) -> usize {
        self.operations
    }

    /// How long the query of a URL may be, in bytes.
    #[must_use]
    pub fn max_query_bytes(self) -> usize {
        self.query_bytes
    }

    /// How long a filter may be, in bytes.
    #[must_use]
    pub fn max_filter_bytes(self) -> usize {
        self.filters.bytes
    }

    /// How deep the brackets of a filter may stand in each other.
    #[must_use]
    pub fn max_filter_depth(self) -> usize {
        self.filters.depth
    }

    /// How many comparisons a filter may make.
    #[must_use]
    pub fn max_filter_terms(self) -> usize {
        self.filters.terms
    }

    /// How many entries of lists all operations of a PATCH together may look at.
    #[must_use]
    pub fn max_patch_entries(self) -> usize {
        self.filters.patch_entries
    }

    /// How many names `attributes` and `excludedAttributes` may have each.
    #[must_use]
    pub fn max_attributes(self) -> usize {
        self.attributes
    }

    /// How far into a sorted list over several resource types a page may lie.
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
                "The query is longer than {} bytes; POST it to .search",
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
            format!("No more than {} attributes can be named", self.attributes),
        ))
    }
}
