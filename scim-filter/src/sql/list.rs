//! The storage of a multi-valued attribute.

use alloc::string::String;
use alloc::vec::Vec;

use super::Type;
use super::column::{Column, Place};
use super::table::Shape;
use crate::case;

/// The storage of a multi-valued attribute: rows of another table, or an array in a JSON column.
///
/// ```
/// use scim_filter::Filter;
/// use scim_filter::sql::{Dialect, List, Table, Type};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let users = Table::new("users").list(
///     "emails",
///     List::rows("user_emails", "user_id", "id")
///         .column("value", Type::Text, "address")
///         .column("type", Type::Text, "kind"),
/// );
/// let filter = Filter::parse(r#"emails[type eq "work" and value ew "@example.com"]"#)?;
/// let condition = users.condition(&filter, Dialect::sqlite())?;
/// assert_eq!(
///     condition.sql(),
///     concat!(
///         r#"(EXISTS (SELECT 1 FROM "user_emails" AS "scim_value" "#,
///         r#"WHERE "scim_value"."user_id" = "users"."id" "#,
///         r#"AND (lower("scim_value"."kind") = ?1 "#,
///         r#"AND substr(lower("scim_value"."address"), -12) = ?2)))"#,
///     ),
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct List {
    pub(super) source: ListSource,
    pub(super) shape: Shape,
}

#[derive(Clone, Debug)]
pub(super) enum ListSource {
    /// A table, with pairs of its own column and the equal column of the resource.
    Rows {
        table: String,
        keys: Vec<(String, String)>,
    },
    Json {
        column: String,
        members: Vec<String>,
    },
}

impl List {
    /// Complex values in the rows of another table, whose column `key` equals the column `parent_key`
    /// of the resource.
    ///
    /// A dot in the table name separates schema and table.
    ///
    /// ```
    /// use scim_filter::sql::{List, Type};
    /// let emails = List::rows("user_emails", "user_id", "id").column("value", Type::Text, "address");
    /// ```
    #[must_use]
    pub fn rows(
        table: impl Into<String>,
        key: impl Into<String>,
        parent_key: impl Into<String>,
    ) -> Self {
        Self {
            source: ListSource::Rows {
                table: table.into(),
                keys: alloc::vec![(key.into(), parent_key.into())],
            },
            shape: Shape::Complex(Vec::new()),
        }
    }

    /// Like [`List::rows`], with one simple value in a column of each row.
    ///
    /// ```
    /// use scim_filter::sql::{List, Type};
    /// let schemas = List::row_values("user_schemas", "user_id", "id", Type::ExactText, "uri");
    /// ```
    #[must_use]
    pub fn row_values(
        table: impl Into<String>,
        key: impl Into<String>,
        parent_key: impl Into<String>,
        r#type: Type,
        column: impl Into<String>,
    ) -> Self {
        let place = Place::Row(column.into());
        Self {
            shape: Shape::Simple(Column::new(r#type, place)),
            ..Self::rows(table, key, parent_key)
        }
    }

    /// Complex values in an array of a JSON column of the resource.
    ///
    /// ```
    /// use scim_filter::sql::{List, Type};
    /// let emails = List::json("doc", ["emails"]).column("value", Type::Text, "value");
    /// ```
    #[must_use]
    pub fn json<M: Into<String>>(
        column: impl Into<String>,
        members: impl IntoIterator<Item = M>,
    ) -> Self {
        Self {
            source: ListSource::Json {
                column: column.into(),
                members: members.into_iter().map(Into::into).collect(),
            },
            shape: Shape::Complex(Vec::new()),
        }
    }

    /// Like [`List::json`], with an array of simple values.
    ///
    /// ```
    /// use scim_filter::sql::{List, Type};
    /// let schemas = List::json_values("doc", ["schemas"], Type::ExactText);
    /// ```
    #[must_use]
    pub fn json_values<M: Into<String>>(
        column: impl Into<String>,
        members: impl IntoIterator<Item = M>,
        r#type: Type,
    ) -> Self {
        Self {
            shape: Shape::Simple(Column::new(r#type, Place::Item)),
            ..Self::json(column, members)
        }
    }

    /// Adds a pair of equal columns, for a key of several columns. It does nothing for JSON.
    ///
    /// ```
    /// use scim_filter::sql::{List, Type};
    /// let emails = List::rows("user_emails", "user_id", "id")
    ///     .key("tenant_id", "tenant_id")
    ///     .column("value", Type::Text, "address");
    /// ```
    #[must_use]
    pub fn key(mut self, key: impl Into<String>, parent_key: impl Into<String>) -> Self {
        if let ListSource::Rows { keys, .. } = &mut self.source {
            keys.push((key.into(), parent_key.into()));
        }
        self
    }

    /// Adds a sub-attribute, with its column in the row or its member in the object.
    ///
    /// ```
    /// use scim_filter::sql::{List, Type};
    /// let emails = List::json("doc", ["emails"])
    ///     .column("value", Type::Text, "value")
    ///     .column("primary", Type::Boolean, "primary");
    /// ```
    #[must_use]
    pub fn column(
        mut self,
        sub_attribute: impl Into<String>,
        r#type: Type,
        column: impl Into<String>,
    ) -> Self {
        let place = match &self.source {
            ListSource::Rows { .. } => Place::Row(column.into()),
            ListSource::Json { .. } => Place::Member(column.into()),
        };
        let sub_attribute = sub_attribute.into();
        let column = Column::new(r#type, place);

        match &mut self.shape {
            Shape::Complex(columns) => {
                columns.retain(|(name, _)| !case::eq(name, &sub_attribute));
                columns.push((sub_attribute, column));
            }
            Shape::Simple(_) => self.shape = Shape::Complex(alloc::vec![(sub_attribute, column)]),
        }
        self
    }
}
