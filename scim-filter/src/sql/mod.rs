//! Guide placeholder.

mod column;
mod compare;
mod condition;
mod dialect;
mod error;
mod moment;
mod table;
mod translate;

pub use condition::{Condition, Param};
pub use dialect::Dialect;
pub use error::{Error, ErrorKind};
pub use table::{List, Table};

/// How the values of a column are compared (RFC 7643 §2.3).
///
/// ```
/// use scim_filter::sql::{Table, Type};
/// let users = Table::new("users")
///     .column("id", Type::ExactText, "id")
///     .column("userName", Type::Text, "user_name")
///     .column("active", Type::Boolean, "active");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Type {
    /// A `binary` in base64, as text: compared byte by byte and not ordered.
    Binary,
    /// A `boolean`: `boolean` in PostgreSQL, 0 and 1 in SQLite.
    Boolean,
    /// A `dateTime`: `timestamptz` in PostgreSQL, a text in UTC in SQLite and in JSON.
    DateTime,
    /// A `string` that is `caseExact`, or a `reference`.
    ExactText,
    /// An `integer` or a `decimal`: `integer`, `bigint` or `numeric` in PostgreSQL, a number in SQLite.
    Number,
    /// A `string` whose letter case does not matter.
    Text,
}
