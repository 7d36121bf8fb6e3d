//! Filters as SQL conditions with bound parameters, for PostgreSQL and SQLite.
//!
//! A [`Table`] maps attributes to columns. [`Table::condition`] translates a filter to a condition for
//! a `WHERE` clause, which selects exactly the rows whose resources the filter
//! [`matches`](crate::Filter::matches). Values of the filter become parameters, never SQL text.
//!
//! # From table to query
//!
//! This example stores users in columns, email addresses in a table, and everything else as JSON:
//!
//! ```sql
//! CREATE TABLE users (
//!     tenant_id BIGINT NOT NULL, id TEXT NOT NULL, user_name TEXT NOT NULL, active BOOLEAN,
//!     created TIMESTAMPTZ NOT NULL,  -- TEXT in SQLite
//!     doc JSONB NOT NULL,            -- TEXT in SQLite
//!     PRIMARY KEY (tenant_id, id));
//! CREATE TABLE user_emails (
//!     tenant_id BIGINT NOT NULL, user_id TEXT NOT NULL, address TEXT NOT NULL, kind TEXT);
//! ```
//!
//! Write the map once, and choose the dialect for each query:
//!
//! ```
//! use scim_filter::Filter;
//! use scim_filter::sql::{Dialect, List, Param, Table, Type};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let users = Table::new("users")
//!     .column("id", Type::ExactText, "id")
//!     .column("userName", Type::Text, "user_name")
//!     .column("active", Type::Boolean, "active")
//!     .column("meta.created", Type::DateTime, "created")
//!     .json("name.familyName", Type::Text, "doc", ["name", "familyName"])
//!     .list(
//!         "emails",
//!         List::rows("user_emails", "user_id", "id")
//!             .key("tenant_id", "tenant_id")
//!             .column("value", Type::Text, "address")
//!             .column("type", Type::Text, "kind"),
//!     )
//!     .list("schemas", List::json_values("doc", ["schemas"], Type::ExactText));
//!
//! let filter = Filter::parse(r#"userName sw "B" or emails[type eq "work" and value co "@example.com"]"#)?;
//! let condition = users.condition(&filter, Dialect::postgres().first_param(2))?;
//! let query = format!("SELECT id FROM users WHERE tenant_id = $1 AND {condition} ORDER BY id");
//! assert_eq!(
//!     condition.sql(),
//!     concat!(
//!         r#"(lower("users"."user_name" COLLATE "C") LIKE $2 "#,
//!         r#"OR EXISTS (SELECT 1 FROM "user_emails" AS "scim_value" "#,
//!         r#"WHERE "scim_value"."user_id" = "users"."id" "#,
//!         r#"AND "scim_value"."tenant_id" = "users"."tenant_id" "#,
//!         r#"AND (lower("scim_value"."kind" COLLATE "C") = $3 "#,
//!         r#"AND lower("scim_value"."address" COLLATE "C") LIKE $4)))"#,
//!     ),
//! );
//! assert_eq!(
//!     condition.params(),
//!     ["b%", "work", "%@example.com%"].map(|text| Param::Text(text.into())),
//! );
//! # Ok(())
//! # }
//! ```
//!
//! Brackets enclose the whole condition, so an `or` in the filter does not escape the condition on
//! the tenant. Bind the parameters in their order, each with its own type. With sqlx:
//!
//! ```text
//! let mut found = sqlx::query_scalar(&query).bind(tenant_id);
//! for param in condition.params() {
//!     found = match param {
//!         Param::Text(text) => found.bind(text),
//!         Param::Integer(integer) => found.bind(integer),
//!         Param::Real(real) => found.bind(real),
//!     };
//! }
//! let ids: Vec<String> = found.fetch_all(&pool).await?;
//! ```
//!
//! With rusqlite, convert each parameter, for example `Param::Text(text) => Value::Text(text)`, and
//! call `params_from_iter`. With tokio-postgres, pass each as a `&(dyn ToSql + Sync)` of `String` or
//! `i64`.
//!
//! # Column types
//!
//! | type | PostgreSQL | SQLite | in JSON |
//! |---|---|---|---|
//! | [`Text`](Type::Text), [`ExactText`](Type::ExactText), [`Binary`](Type::Binary) | `text`, `varchar` | `TEXT` | string |
//! | [`Number`](Type::Number) | `integer`, `bigint`, `numeric` | `INTEGER`, `REAL` | number |
//! | [`Boolean`](Type::Boolean) | `boolean` | 0 or 1 | `true`, `false` |
//! | [`DateTime`](Type::DateTime) | `timestamptz` | text in UTC | text in UTC |
//!
//! - NULL, an absent member, JSON `null` and an empty list all mean that the attribute has no value. A
//!   complex attribute in columns is absent if all of them are NULL.
//! - Store a dateTime in text as `2011-05-13T04:42:34Z`, always in UTC, with a fraction of any length.
//!   Two texts with different offsets do not compare.
//! - JSON is `jsonb` in PostgreSQL. The map gives the name of a member in its exact letter case. A
//!   member of the wrong JSON type counts as absent, if its column is a number or a boolean.
//! - For any other storage, use an [`expression`](Table::expression), such as `users.uuid::text`,
//!   `strftime('%Y-%m-%dT%H:%M:%fZ', users.created, 'unixepoch')` or `users.created::timestamptz`.
//!
//! # Rules
//!
//! The condition follows the rules of [`eval`](crate::eval):
//!
//! - Both sides fold ASCII letters, and bytes give the order, whatever the locale of the database:
//!   `lower(x COLLATE "C")` in PostgreSQL, `lower(x)` in SQLite. (The ICU extension of SQLite replaces
//!   that function; do not load it.)
//! - `not` and `ne` also match rows without a value, and are never NULL. Other conditions may be NULL
//!   instead of false, which makes no difference to `WHERE`. To negate a filter, use
//!   [`Filter::not`](crate::Filter::not), not `NOT` before the condition.
//! - `%` and `_` in a value are ordinary characters.
//! - Numbers compare by value. A dateTime compares as a moment, to the microsecond that a `timestamptz`
//!   holds. A `double precision` column compares as doubles.
//! - A comparison that never matches in memory, such as an ordering of booleans, is `FALSE`.
//!
//! # Indexes
//!
//! | attribute | filter | useful index |
//! |---|---|---|
//! | `ExactText` | `id eq`, `id eq … or id eq …` (as `IN`) | `(id)`, such as the primary key |
//! | `Text` | `userName eq`, ordering | PostgreSQL `(lower(user_name COLLATE "C"))`, SQLite `(lower(user_name))` |
//! | `Text` | `userName sw` in PostgreSQL | the same with `text_pattern_ops`, or in the collation `"C"` as above |
//! | `Text` | `co`, `ew` in PostgreSQL | `USING gin (lower(user_name COLLATE "C") gin_trgm_ops)` of `pg_trgm` |
//! | in JSON | as above | on `(lower((doc ->> 'userName') COLLATE "C"))`, SQLite `(lower(json_extract(doc, '$."userName"')))` |
//! | rows of a list | any | `(tenant_id, user_id)` of the list's table |
//!
//! # Refusals
//!
//! A filter without an exact translation is an [`Error`] with an [`ErrorKind`] and the attribute. A
//! condition never omits a part of the filter. The translation refuses:
//!
//! - an unmapped attribute, also inside a value path or under `not`; the URI of an extension alone; a
//!   comparison of a complex attribute without `value`;
//! - a string with NUL (in SQLite, stored text should have none either);
//! - `co`, `sw`, `ew` or a value other than a dateTime, for a `timestamptz`;
//! - a dateTime outside the years 1 to 9999;
//! - in SQLite, a number that is neither an `i64` nor the shortest decimal of a double;
//! - in PostgreSQL, a number outside `i64` with more than about 500 digits;
//! - more than 65,535 parameters in PostgreSQL or 32,766 in SQLite, including those of the query;
//! - more than 200 nested brackets in PostgreSQL, or 20 in SQLite, whose parser has a small stack. Long
//!   chains of `and` and `or` add few: up to 32 operands need one bracket, up to 1024 two.

mod column;
mod compare;
mod condition;
mod dialect;
mod error;
mod list;
mod moment;
mod number;
mod table;
mod text;
mod translate;

pub use condition::{Condition, Param};
pub use dialect::Dialect;
pub use error::{Error, ErrorKind};
pub use list::List;
pub use table::Table;

/// The type of a column, which decides how its values compare (RFC 7643 §2.3).
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
    /// A `binary` in base64, as text: compares byte by byte, without an order.
    Binary,
    /// A `boolean`: `boolean` in PostgreSQL, 0 and 1 in SQLite.
    Boolean,
    /// A `dateTime`: `timestamptz` in PostgreSQL, a text in UTC in SQLite and in JSON.
    DateTime,
    /// A `caseExact` `string`, or a `reference`.
    ExactText,
    /// An `integer` or a `decimal`: `integer`, `bigint` or `numeric` in PostgreSQL, a number in SQLite.
    Number,
    /// A `string` that ignores letter case.
    Text,
}
