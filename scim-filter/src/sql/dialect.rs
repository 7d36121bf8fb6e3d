//! The database of a condition.

/// The database of a condition, and the number of its first parameter.
///
/// ```
/// use scim_filter::Filter;
/// use scim_filter::sql::{Dialect, Table, Type};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let users = Table::new("users").column("id", Type::ExactText, "id");
/// let filter = Filter::parse(r#"id eq "2819c223""#)?;
/// let condition = users.condition(&filter, Dialect::postgres().first_param(2))?;
/// assert_eq!(
///     format!("SELECT * FROM users WHERE tenant_id = $1 AND {condition}"),
///     r#"SELECT * FROM users WHERE tenant_id = $1 AND ("users"."id" = $2)"#,
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Dialect {
    engine: Engine,
    first: u16,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Engine {
    Postgres,
    Sqlite,
}

impl Dialect {
    /// PostgreSQL 12 or newer, with a database in UTF-8: parameters `$1`, `$2`…
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::sql::{Dialect, Table, Type};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let users = Table::new("users").column("userName", Type::Text, "user_name");
    /// let condition = users.condition(&Filter::parse(r#"userName sw "b""#)?, Dialect::postgres())?;
    /// assert_eq!(condition.sql(), r#"(lower("users"."user_name" COLLATE "C") LIKE $1)"#);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn postgres() -> Self {
        Self {
            engine: Engine::Postgres,
            first: 1,
        }
    }

    /// `SQLite` 3.38 or newer: parameters `?1`, `?2`…
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::sql::{Dialect, Table, Type};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let users = Table::new("users").column("userName", Type::Text, "user_name");
    /// let condition = users.condition(&Filter::parse(r#"userName sw "b""#)?, Dialect::sqlite())?;
    /// assert_eq!(condition.sql(), r#"(substr(lower("users"."user_name"), 1, 1) = ?1)"#);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn sqlite() -> Self {
        Self {
            engine: Engine::Sqlite,
            first: 1,
        }
    }

    /// Sets the number of the first parameter, for a query with others before it; 0 means 1.
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::sql::{Dialect, Table, Type};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let users = Table::new("users").column("userName", Type::Text, "user_name");
    /// let dialect = Dialect::sqlite().first_param(3);
    /// let condition = users.condition(&Filter::parse(r#"userName eq "b""#)?, dialect)?;
    /// assert_eq!(condition.sql(), r#"(lower("users"."user_name") = ?3)"#);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn first_param(self, number: u16) -> Self {
        Self {
            first: if number == 0 { 1 } else { number },
            ..self
        }
    }

    pub(super) const fn engine(self) -> Engine {
        self.engine
    }

    /// The number of the parameter after `before` others; `None` beyond the limit of the database.
    pub(super) fn param_number(self, before: usize) -> Option<usize> {
        let most = match self.engine {
            Engine::Postgres => 65_535,
            Engine::Sqlite => 32_766,
        };
        before
            .checked_add(usize::from(self.first))
            .filter(|number| *number <= most)
    }

    /// How deep brackets may nest.
    ///
    /// `SQLite` parses expressions with a stack of 100 symbols by default, and every bracket takes
    /// three of them. PostgreSQL has two megabytes of real stack.
    pub(super) const fn max_brackets(self) -> usize {
        match self.engine {
            Engine::Postgres => 200,
            Engine::Sqlite => 20,
        }
    }
}
