//! Filters as SQL conditions with bound parameters, for PostgreSQL and SQLite.
//!
//! A [`Table`] says where the attributes of a resource are; [`Table::condition`] makes of a filter
//! the condition for a `WHERE` clause, which selects exactly the rows whose resources
//! [`Filter::matches`](crate::Filter::matches). Values of the filter are parameters, never text.
//!
//! # From table to query
//!
//! Users with columns of their own, a table of e-mail addresses, and the rest as JSON:
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
//! The map is written once; the dialect comes with the query:
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
//! The condition is one bracket, so an `or` in the filter does not escape the condition on the
//! tenant. The parameters are bound in their order, each as what it is. With sqlx:
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
//! With rusqlite, `Param::Text(text) => Value::Text(text)` and so on gives its own values for
//! `params_from_iter`; with tokio-postgres, each is a `&(dyn ToSql + Sync)` of `String` or `i64`.
//!
//! # What a column holds
//!
//! | type | PostgreSQL | SQLite | in JSON |
//! |---|---|---|---|
//! | [`Text`](Type::Text), [`ExactText`](Type::ExactText), [`Binary`](Type::Binary) | `text`, `varchar` | `TEXT` | string |
//! | [`Number`](Type::Number) | `integer`, `bigint`, `numeric` | `INTEGER`, `REAL` | number |
//! | [`Boolean`](Type::Boolean) | `boolean` | 0 or 1 | `true`, `false` |
//! | [`DateTime`](Type::DateTime) | `timestamptz` | text in UTC | text in UTC |
//!
//! - NULL, an absent member, JSON `null` and an empty list are all an attribute without a value. A
//!   complex attribute in columns is absent when all of them are NULL.
//! - A dateTime as text is `2011-05-13T04:42:34Z`, with any number of digits of a fraction, always
//!   in UTC: two texts with different offsets do not compare. Write it so when it is stored.
//! - JSON is `jsonb` in PostgreSQL. A member is found by its name in exactly the letter case of the
//!   map, and counts as absent when it is no number or boolean but should be one.
//! - Whatever is kept in another way can be an [`expression`](Table::expression), such as
//!   `users.uuid::text`, `strftime('%Y-%m-%dT%H:%M:%fZ', users.created, 'unixepoch')` or
//!   `users.created::timestamptz`.
//!
//! # The rules are those of [`eval`](crate::eval)
//!
//! - Letters are folded as ASCII on both sides and ordered by bytes, whatever the locale of the
//!   database: `lower(x COLLATE "C")` in PostgreSQL, `lower(x)` in SQLite (unless its ICU extension
//!   is loaded, which replaces that function).
//! - `not` and `ne` are also true for rows without a value; NULL never gets out of them. Without
//!   them, the condition as a whole may be NULL rather than false, which is the same to `WHERE`: the
//!   opposite of a filter is [`Filter::not`](crate::Filter::not), not `NOT` before the condition.
//! - `%` and `_` have no meaning in a value.
//! - Numbers are compared by value and dateTimes as moments, to the microsecond that a
//!   `timestamptz` holds. A `double precision` column is compared as doubles are.
//! - What never matches in memory, such as an ordering of booleans, is `FALSE` here.
//!
//! # Indexes
//!
//! | attribute | filter | index that helps |
//! |---|---|---|
//! | `ExactText` | `id eq`, `id eq … or id eq …` (as `IN`) | `(id)`, such as the primary key |
//! | `Text` | `userName eq`, ordering | PostgreSQL `(lower(user_name COLLATE "C"))`, SQLite `(lower(user_name))` |
//! | `Text` | `userName sw` in PostgreSQL | the same with `text_pattern_ops`, or in the collation `"C"` as above |
//! | `Text` | `co`, `ew` in PostgreSQL | `USING gin (lower(user_name COLLATE "C") gin_trgm_ops)` of `pg_trgm` |
//! | in JSON | as above | on `(lower((doc ->> 'userName') COLLATE "C"))`, SQLite `(lower(json_extract(doc, '$."userName"')))` |
//! | rows of a list | any | `(tenant_id, user_id)` of the list's table |
//!
//! # What is refused
//!
//! A filter that cannot be asked is an [`Error`] with its [`ErrorKind`] and the attribute, and never
//! a condition with a part left out:
//!
//! - an attribute that is not mapped, also inside a value path or under `not`; the URI of an
//!   extension alone; a complex attribute without `value` in a comparison;
//! - a string with NUL; in SQLite the data should have none either;
//! - `co`, `sw`, `ew` or a value that is no dateTime, for a `timestamptz`;
//! - a dateTime outside the years 1 to 9999; a number that is neither an `i64` nor written as a double is
//!   (SQLite), or has some 500 digits (PostgreSQL);
//! - more than 65,535 parameters in PostgreSQL or 32,766 in SQLite, those of the query included;
//! - more than 200 brackets inside each other in PostgreSQL, or 20 in SQLite, whose parser has a
//!   small stack. Chains of `and` and `or` count little, however long: 32 operands one bracket, 1024
//!   two.

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
