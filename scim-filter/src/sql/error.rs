//! Errors of the translation to SQL.

use alloc::string::String;
use core::fmt;

/// The reason why a filter has no translation, and the attribute.
///
/// The error holds no value of the filter, because filters carry personal data.
///
/// ```
/// use scim_filter::Filter;
/// use scim_filter::sql::{Dialect, ErrorKind, Table, Type};
///
/// # fn main() -> Result<(), scim_filter::ParseError> {
/// let users = Table::new("users").column("userName", Type::Text, "user_name");
/// let filter = Filter::parse(r#"userName eq "bjensen" or not (shoeSize eq 7)"#)?;
/// let error = users.condition(&filter, Dialect::sqlite()).expect_err("there is no such column");
/// assert_eq!((error.kind(), error.attribute()), (ErrorKind::Unmapped, "shoeSize"));
/// assert_eq!(error.to_string(), "shoeSize is not mapped to a column");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Error {
    kind: ErrorKind,
    attribute: String,
}

/// The kind of translation error.
///
/// ```
/// use scim_filter::sql::{Error, ErrorKind};
/// /// Whether a shorter filter would work.
/// fn is_about_size(error: &Error) -> bool {
///     matches!(error.kind(), ErrorKind::TooDeep | ErrorKind::TooManyParams)
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A column of moments meets `co`, `sw`, `ew`, or a value other than a dateTime.
    NotADateTime,
    /// A string contains NUL, which PostgreSQL cannot store and which ends a string for SQLite's
    /// functions.
    Nul,
    /// The database cannot represent the number or the dateTime exactly.
    OutOfRange,
    /// More nested brackets than the database parses.
    TooDeep,
    /// More values than a statement may have parameters.
    TooManyParams,
    /// The table has no such attribute, or the attribute is complex and has no `value` to compare.
    Unmapped,
}

impl Error {
    pub(super) fn new(kind: ErrorKind, attribute: &str) -> Self {
        Self {
            kind,
            attribute: attribute.into(),
        }
    }

    /// The kind of error.
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::sql::{Dialect, ErrorKind, Table};
    ///
    /// let filter = Filter::parse("title pr").expect("a filter");
    /// let error = Table::new("users").condition(&filter, Dialect::postgres()).expect_err("unmapped");
    /// assert_eq!(error.kind(), ErrorKind::Unmapped);
    /// ```
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The attribute as written in the filter.
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::sql::{Dialect, Table};
    ///
    /// let filter = Filter::parse("title pr").expect("a filter");
    /// let error = Table::new("users").condition(&filter, Dialect::postgres()).expect_err("unmapped");
    /// assert_eq!(error.attribute(), "title");
    /// ```
    #[must_use]
    pub fn attribute(&self) -> &str {
        &self.attribute
    }

    /// The `scimType` for a response with status 400 (RFC 7644 §3.12, table 9).
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::sql::{Dialect, Table};
    ///
    /// let filter = Filter::parse("title pr").expect("a filter");
    /// let error = Table::new("users").condition(&filter, Dialect::postgres()).expect_err("unmapped");
    /// assert_eq!(error.scim_type(), "invalidFilter");
    /// ```
    #[must_use]
    pub const fn scim_type(&self) -> &'static str {
        "invalidFilter"
    }
}

impl fmt::Display for Error {
    /// Cuts a long name, which comes from the client.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.120}", self.attribute)?;
        f.write_str(match self.kind {
            ErrorKind::NotADateTime => " compares only with a dateTime",
            ErrorKind::Nul => " does not compare with a string that contains NUL",
            ErrorKind::OutOfRange => " does not compare with a value of this size or precision",
            ErrorKind::TooDeep => " is inside too many nested brackets",
            ErrorKind::TooManyParams => " has more values than one query can bind",
            ErrorKind::Unmapped => " is not mapped to a column",
        })
    }
}

impl core::error::Error for Error {}
