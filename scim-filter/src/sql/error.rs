//! Why a filter has no condition.

use alloc::string::String;
use core::fmt;

/// Why a filter was not translated, and at which attribute.
///
/// It holds no value of the filter, since filters carry personal data.
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

/// Why a filter cannot be asked of a database.
///
/// ```
/// use scim_filter::sql::{Error, ErrorKind};
/// /// Whether a shorter filter would do.
/// fn is_about_size(error: &Error) -> bool {
///     matches!(error.kind(), ErrorKind::TooDeep | ErrorKind::TooManyParams)
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A column that holds a moment was asked for something other than a moment: `co`, `sw`, `ew`,
    /// or a value that is no dateTime.
    NotADateTime,
    /// A string contains NUL, which PostgreSQL cannot hold and where SQLite's functions stop.
    Nul,
    /// A number or a dateTime that the database cannot hold exactly.
    OutOfRange,
    /// More brackets inside each other than the database reads.
    TooDeep,
    /// More values than a statement may have parameters.
    TooManyParams,
    /// The attribute is not mapped, or is complex and has no `value` to compare.
    Unmapped,
}

impl Error {
    pub(super) fn new(kind: ErrorKind, attribute: &str) -> Self {
        Self {
            kind,
            attribute: attribute.into(),
        }
    }

    /// What is wrong.
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

    /// The attribute as it stands in the filter, by which the client may know what was refused.
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

    /// The `scimType` of RFC 7644 §3.12, table 9, to answer with status 400.
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
    /// A name is shown up to a length: it comes from the client.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.120}", self.attribute)?;
        f.write_str(match self.kind {
            ErrorKind::NotADateTime => " can only be compared with a dateTime",
            ErrorKind::Nul => " cannot be compared with a string that contains NUL",
            ErrorKind::OutOfRange => " cannot be compared with a value of this size or precision",
            ErrorKind::TooDeep => " stands in too many brackets",
            ErrorKind::TooManyParams => " is compared with more values than a query may have",
            ErrorKind::Unmapped => " is not mapped to a column",
        })
    }
}

impl core::error::Error for Error {}
