//! The map from attributes to columns.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::column::{Column, Place, quoted};
use super::list::{List, ListSource};
use super::{Condition, Dialect, Error, Type, translate};
use crate::path::AttrPath;
use crate::{Filter, case, urn};

/// A table with one row for each resource, and the columns of its attributes.
///
/// Name attributes as in a filter: without the URI of a core schema, but with that of an extension,
/// for example `userName`, `name.givenName`, `urn:…:enterprise:2.0:User:department`. Letter case makes
/// no difference. A later entry replaces an earlier one for the same attribute. The [guide](super)
/// has a complete table.
///
/// The SQL quotes names of tables and columns, so write them as the database stores them. For
/// example, PostgreSQL stores the name of `CREATE TABLE Users` in lower case.
///
/// ```
/// use scim_filter::Filter;
/// use scim_filter::sql::{Dialect, Table, Type};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let users = Table::new("users")
///     .column("id", Type::ExactText, "id")
///     .column("name.familyName", Type::Text, "family_name")
///     .json("nickName", Type::Text, "doc", ["nickName"]);
/// let filter = Filter::parse(r#"name.familyName eq "Jensen" and not (nickName pr)"#)?;
/// let condition = users.condition(&filter, Dialect::postgres())?;
/// assert_eq!(
///     condition.sql(),
///     r#"(lower("users"."family_name" COLLATE "C") = $1 AND (("users"."doc" ->> 'nickName') <> '') IS NOT TRUE)"#,
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Table {
    name: String,
    entries: Vec<Entry>,
}

/// The structure of one value.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Simple(Column),
    Complex(Vec<(String, Column)>),
}

#[derive(Clone, Debug)]
struct Entry {
    attribute: String,
    list: Option<ListSource>,
    shape: Shape,
}

/// The columns of a path.
#[derive(Clone, Copy)]
pub(super) struct Target<'t> {
    pub(super) list: Option<&'t ListSource>,
    pub(super) shape: ShapeRef<'t>,
}

#[derive(Clone, Copy)]
pub(super) enum ShapeRef<'t> {
    Simple(&'t Column),
    Complex(&'t [(String, Column)]),
}

impl Table {
    /// A table without attributes; `name` is the name or alias of the table in the query.
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::sql::{Dialect, Table, Type};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // For `SELECT u.id FROM accounts AS u WHERE …`.
    /// let users = Table::new("u").column("userName", Type::ExactText, "login");
    /// let condition = users.condition(&Filter::parse(r#"userName eq "b""#)?, Dialect::postgres())?;
    /// assert_eq!(condition.sql(), r#"("u"."login" = $1)"#);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            entries: Vec::new(),
        }
    }

    /// Adds an attribute, or a sub-attribute of a complex one, in a column of its own.
    ///
    /// NULL means that the attribute has no value. A complex attribute is absent if all its columns
    /// are NULL.
    ///
    /// ```
    /// use scim_filter::sql::{Table, Type};
    /// let users = Table::new("users")
    ///     .column("active", Type::Boolean, "active")
    ///     .column("name.givenName", Type::Text, "given_name");
    /// ```
    #[must_use]
    pub fn column(self, attribute: &str, r#type: Type, column: impl AsRef<str>) -> Self {
        let place = Place::Sql(self.column_sql(column.as_ref()));
        self.with_single(attribute, r#type, place)
    }

    /// Adds an attribute in a JSON column (`jsonb` in PostgreSQL, valid JSON text in SQLite).
    ///
    /// `members` are the names that lead to it, in their exact letter case. A name must not contain a
    /// quotation mark or a backslash, which a path in SQLite cannot express.
    ///
    /// ```
    /// use scim_filter::sql::{Table, Type};
    /// let users = Table::new("users").json("name.givenName", Type::Text, "doc", ["name", "givenName"]);
    /// ```
    #[must_use]
    pub fn json<M: Into<String>>(
        self,
        attribute: &str,
        r#type: Type,
        column: impl AsRef<str>,
        members: impl IntoIterator<Item = M>,
    ) -> Self {
        let place = Place::Json {
            document: self.column_sql(column.as_ref()),
            members: members.into_iter().map(Into::into).collect(),
        };
        self.with_single(attribute, r#type, place)
    }

    /// Adds a computed attribute, as a SQL expression that enters the condition unchanged.
    ///
    /// Never put text from a request into it.
    ///
    /// ```
    /// use scim_filter::sql::{Table, Type};
    /// let users = Table::new("users").expression("id", Type::ExactText, "users.uuid::text");
    /// ```
    #[must_use]
    pub fn expression(self, attribute: &str, r#type: Type, sql: impl AsRef<str>) -> Self {
        let mut place = String::from("(");
        place.push_str(sql.as_ref());
        place.push(')');
        self.with_single(attribute, r#type, Place::Sql(place))
    }

    /// Adds a multi-valued attribute.
    ///
    /// ```
    /// use scim_filter::sql::{List, Table, Type};
    /// let users = Table::new("users")
    ///     .list("schemas", List::json_values("doc", ["schemas"], Type::ExactText));
    /// ```
    #[must_use]
    pub fn list(mut self, attribute: &str, list: List) -> Self {
        let source = match list.source {
            ListSource::Rows { table, keys } => ListSource::Rows {
                table,
                keys: keys
                    .into_iter()
                    .map(|(key, parent)| (key, self.column_sql(&parent)))
                    .collect(),
            },
            ListSource::Json { column, members } => ListSource::Json {
                column: self.column_sql(&column),
                members,
            },
        };
        self.replace(attribute, Some(source), list.shape);
        self
    }

    /// Translates a filter to a condition on a row of this table.
    ///
    /// The condition selects exactly the rows whose resources the filter [matches](Filter::matches); see
    /// the [guide](super).
    ///
    /// ```
    /// use scim_filter::Filter;
    /// use scim_filter::sql::{Dialect, Table, Type};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let users = Table::new("users").column("id", Type::ExactText, "id");
    /// let filter = Filter::parse(r#"id eq "a" or id eq "b" or id eq "c""#)?;
    /// let condition = users.condition(&filter, Dialect::postgres())?;
    /// assert_eq!(condition.sql(), r#"("users"."id" IN ($1, $2, $3))"#);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Any [`ErrorKind`](super::ErrorKind), with the attribute. A condition never omits a part of the
    /// filter.
    pub fn condition(&self, filter: &Filter<'_>, dialect: Dialect) -> Result<Condition, Error> {
        translate::condition(self, filter, dialect)
    }

    /// The SQL name of a column of this table.
    fn column_sql(&self, column: &str) -> String {
        let mut sql = quoted(&self.name);
        sql.push('.');
        sql.push_str(&quoted(column));
        sql
    }

    fn with_single(mut self, attribute: &str, r#type: Type, place: Place) -> Self {
        let column = Column::new(r#type, place);
        let Some((head, sub)) = split_sub_attribute(attribute) else {
            self.replace(attribute, None, Shape::Simple(column));
            return self;
        };

        let complex = self.entries.iter_mut().find_map(|entry| {
            let same = entry.list.is_none() && case::eq(&entry.attribute, head);
            match &mut entry.shape {
                Shape::Complex(columns) if same => Some(columns),
                Shape::Complex(_) | Shape::Simple(_) => None,
            }
        });

        if let Some(columns) = complex {
            columns.retain(|(name, _)| !case::eq(name, sub));
            columns.push((sub.to_owned(), column));
        } else {
            let columns = alloc::vec![(sub.to_owned(), column)];
            self.replace(head, None, Shape::Complex(columns));
        }
        self
    }

    fn replace(&mut self, attribute: &str, list: Option<ListSource>, shape: Shape) {
        self.entries
            .retain(|entry| !case::eq(&entry.attribute, attribute));
        self.entries.push(Entry {
            attribute: attribute.to_owned(),
            list,
            shape,
        });
    }

    /// The columns of a path in a filter on the whole resource.
    pub(super) fn find(&self, path: &AttrPath<'_>) -> Option<Target<'_>> {
        self.find_at(path, 0).or_else(|| {
            let uri = path.uri().filter(|uri| urn::is_core(uri))?;
            self.find_at(path, uri.len() + 1)
        })
    }

    /// The columns of the path after its first `start` bytes.
    fn find_at(&self, path: &AttrPath<'_>, start: usize) -> Option<Target<'_>> {
        let find = |name: Option<&str>| {
            self.entries
                .iter()
                .find(|entry| name.is_some_and(|name| case::eq(&entry.attribute, name)))
        };

        if let Some(entry) = find(path.as_str().get(start..)) {
            return Some(Target {
                list: entry.list.as_ref(),
                shape: entry.shape.as_ref(),
            });
        }

        let sub = path.sub_attribute()?;
        let head = path.without_sub_attribute();
        let entry = find(head.as_str().get(start..))?;
        Some(Target {
            list: entry.list.as_ref(),
            shape: ShapeRef::Simple(entry.shape.as_ref().sub_attribute(sub)?),
        })
    }
}

impl Shape {
    fn as_ref(&self) -> ShapeRef<'_> {
        match self {
            Self::Simple(column) => ShapeRef::Simple(column),
            Self::Complex(columns) => ShapeRef::Complex(columns),
        }
    }
}

impl<'t> ShapeRef<'t> {
    pub(super) fn sub_attribute(self, name: &str) -> Option<&'t Column> {
        match self {
            Self::Simple(_) => None,
            Self::Complex(columns) => columns
                .iter()
                .find(|(sub, _)| case::eq(sub, name))
                .map(|(_, column)| column),
        }
    }

    /// The column for a comparison of the attribute itself (RFC 7643 §2.4).
    pub(super) fn compared_column(self) -> Option<&'t Column> {
        match self {
            Self::Simple(column) => Some(column),
            Self::Complex(_) => self.sub_attribute("value"),
        }
    }

    /// The column of a path inside square brackets; a simple value is its own `value`.
    pub(super) fn find(self, path: &AttrPath<'_>) -> Option<Target<'t>> {
        if path.uri().is_some() || path.sub_attribute().is_some() {
            return None;
        }
        let column = match self {
            Self::Simple(column) => case::eq(path.name(), "value").then_some(column),
            Self::Complex(_) => self.sub_attribute(path.name()),
        };
        column.map(|column| Target {
            list: None,
            shape: ShapeRef::Simple(column),
        })
    }
}

/// Splits at the dot before a sub-attribute, never at a dot in a URI.
fn split_sub_attribute(attribute: &str) -> Option<(&str, &str)> {
    let (_, name) = urn::split(attribute);
    let (_, sub) = name.split_once('.')?;
    let head = attribute.len().checked_sub(sub.len() + 1)?;
    Some((attribute.get(..head)?, sub))
}
