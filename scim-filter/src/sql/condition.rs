//! SQL conditions with bound parameters.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::dialect::{Dialect, Engine};
use super::error::ErrorKind;

/// A SQL condition on one row, with the values of its parameters.
///
/// Brackets enclose the text, so it can stand beside other conditions. It is false or NULL for a row
/// that does not match the filter.
///
/// ```
/// use scim_filter::Filter;
/// use scim_filter::sql::{Dialect, Param, Table, Type};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let users = Table::new("users").column("userName", Type::Text, "user_name");
/// let filter = Filter::parse(r#"userName eq "BJensen""#)?;
/// let condition = users.condition(&filter, Dialect::sqlite())?;
/// assert_eq!(condition.sql(), r#"(lower("users"."user_name") = ?1)"#);
/// assert_eq!(condition.params(), [Param::Text("bjensen".into())]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    sql: String,
    params: Vec<Param>,
}

/// The value of a parameter.
///
/// ```
/// use scim_filter::sql::Param;
///
/// fn describe(param: &Param) -> &'static str {
///     match param {
///         Param::Text(_) => "bind a str",
///         Param::Integer(_) => "bind an i64",
///         Param::Real(_) => "bind an f64",
///     }
/// }
/// assert_eq!(describe(&Param::Integer(7)), "bind an i64");
/// ```
#[derive(Clone, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a caller who binds parameters handles every variant"
)]
pub enum Param {
    /// A text.
    Text(String),
    /// An integer; `int8` in PostgreSQL.
    Integer(i64),
    /// A floating-point number, in SQLite only.
    Real(f64),
}

impl Condition {
    /// The SQL text for a `WHERE` clause.
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::sql::{Dialect, Table, Type};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let users = Table::new("users").column("userName", Type::Text, "user_name");
    /// let condition = users.condition(&Filter::parse("userName pr")?, Dialect::sqlite())?;
    /// assert_eq!(condition.sql(), r#"("users"."user_name" <> '')"#);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The values of the parameters in order; the [`Dialect`] sets the number of the first.
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::sql::{Dialect, Param, Table, Type};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let users = Table::new("users").column("userName", Type::Text, "user_name");
    /// let filter = Filter::parse(r#"userName co "100%""#)?;
    /// let condition = users.condition(&filter, Dialect::postgres())?;
    /// assert_eq!(condition.params(), [Param::Text(r"%100\%%".into())]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn params(&self) -> &[Param] {
        &self.params
    }

    /// Splits the condition into the SQL text and the values.
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::sql::{Dialect, Table, Type};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let users = Table::new("users").column("active", Type::Boolean, "active");
    /// let condition = users.condition(&Filter::parse("active eq true")?, Dialect::postgres())?;
    /// let (sql, params) = condition.into_parts();
    /// assert_eq!(sql, r#"("users"."active" = TRUE)"#);
    /// assert!(params.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn into_parts(self) -> (String, Vec<Param>) {
        (self.sql, self.params)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql)
    }
}

impl fmt::Debug for Param {
    /// Shows only the kind of value; the value itself is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "<text>",
            Self::Integer(_) => "<integer>",
            Self::Real(_) => "<real>",
        })
    }
}

/// Writes a condition piece by piece.
pub(super) struct Writer {
    pub(super) dialect: Dialect,
    sql: String,
    params: Vec<Param>,
}

impl Writer {
    pub(super) const fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            sql: String::new(),
            params: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Writes a parameter and keeps its value.
    pub(super) fn bind(&mut self, param: Param) -> Result<(), ErrorKind> {
        let number = self
            .dialect
            .param_number(self.params.len())
            .ok_or(ErrorKind::TooManyParams)?;
        let sign = match self.dialect.engine() {
            Engine::Postgres => '$',
            Engine::Sqlite => '?',
        };
        // Writing to a String never fails.
        let _ = write!(self.sql, "{sign}{number}");
        self.params.push(param);
        Ok(())
    }

    pub(super) fn finish(self) -> Condition {
        Condition {
            sql: self.sql,
            params: self.params,
        }
    }
}
