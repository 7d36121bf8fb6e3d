//! The users in a database. Each attribute is stored twice: in its own columns or table, and in one JSON column.

use std::io::Write;

use scim_filter::sql::{Condition, Dialect, List, Param, Table, Type};
use serde_json::{Map, Value};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use sqlx::{Database, Encode, Executor, IntoArguments, Row};

use super::schema::ENTERPRISE;

/// A connection to a database.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Store {
    /// The server that `DATABASE_URL` names.
    Postgres(PgPool),
    /// SQLite in memory.
    Sqlite(SqlitePool),
}

/// The place of the attributes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Layout {
    /// Columns, and tables for multi-valued attributes.
    Columns,
    /// One JSON column.
    Document,
}

/// The found ids in order.
pub type Rows = Vec<String>;

/// Tables, with names that need quotation marks.
const TABLES: &[&str] = &[
    r#"CREATE TEMPORARY TABLE users (
        tenant TEXT NOT NULL, id TEXT NOT NULL, "user name" TEXT, "ext""id" TEXT, "order" BOOLEAN, age NUMERIC, "key" TEXT,
        given TEXT, family TEXT, created TIMESTAMPTZ, department TEXT, boss TEXT, "bossName" TEXT, doc JSONB NOT NULL,
        PRIMARY KEY (tenant, id))"#,
    r#"CREATE TEMPORARY TABLE "user emails" (
        tenant TEXT NOT NULL, "user" TEXT NOT NULL, value TEXT, type TEXT, "primary" BOOLEAN, weight NUMERIC,
        since TIMESTAMPTZ)"#,
    r#"CREATE TEMPORARY TABLE tags (tenant TEXT NOT NULL, "user" TEXT NOT NULL, tag TEXT)"#,
    r#"CREATE TEMPORARY TABLE scores (tenant TEXT NOT NULL, "user" TEXT NOT NULL, score NUMERIC)"#,
];

impl Store {
    /// An empty database of SQLite.
    ///
    /// # Panics
    ///
    /// If SQLite fails.
    pub async fn sqlite() -> Self {
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect("sqlite::memory:");
        let store = Self::Sqlite(pool.await.unwrap_or_else(|error| panic!("{error}")));
        for table in TABLES {
            // SQLite gets a text in UTC. It would read the name of the other type as a number.
            store
                .execute(
                    &table
                        .replace("TIMESTAMPTZ", "TEXT")
                        .replace("JSONB", "TEXT"),
                )
                .await;
        }
        store
    }

    /// Temporary tables in the PostgreSQL of `DATABASE_URL`. Without one, returns `None` and says so.
    ///
    /// # Panics
    ///
    /// If the server is unreachable.
    pub async fn postgres() -> Option<Self> {
        let Ok(url) = std::env::var("DATABASE_URL") else {
            // The test harness hides the output of a passing test, so this writes past it.
            let _ = writeln!(
                std::io::stderr(),
                "skipped on PostgreSQL: DATABASE_URL is not set"
            );
            return None;
        };
        let pool = PgPoolOptions::new().max_connections(1).connect(&url);
        let store = Self::Postgres(pool.await.unwrap_or_else(|error| panic!("{error}")));
        for table in TABLES {
            store.execute(table).await;
        }
        Some(store)
    }

    /// The dialect of the database.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        match self {
            Self::Postgres(_) => Dialect::postgres(),
            Self::Sqlite(_) => Dialect::sqlite(),
        }
    }

    /// Runs a statement without parameters.
    ///
    /// # Panics
    ///
    /// If the database refuses it.
    pub async fn execute(&self, sql: &str) {
        match self {
            Self::Postgres(pool) => pool.execute(sql).await.map(|_| ()),
            Self::Sqlite(pool) => pool.execute(sql).await.map(|_| ()),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The first column of the rows of a query.
    ///
    /// # Errors
    ///
    /// The error of the database.
    pub async fn select(&self, sql: &str, params: &[Param]) -> Result<Rows, sqlx::Error> {
        match self {
            Self::Postgres(pool) => select(pool, sql, params, 0).await,
            Self::Sqlite(pool) => select(pool, sql, params, 0).await,
        }
    }

    /// The plan of a query.
    ///
    /// # Errors
    ///
    /// The error of the database.
    pub async fn explain(&self, sql: &str, params: &[Param]) -> Result<String, sqlx::Error> {
        let lines = match self {
            Self::Postgres(pool) => select(pool, &format!("EXPLAIN {sql}"), params, 0).await?,
            Self::Sqlite(pool) => {
                select(pool, &format!("EXPLAIN QUERY PLAN {sql}"), params, 3).await?
            }
        };
        Ok(lines.join("\n"))
    }

    /// The ids of the tenant's users that meet the condition. Its first parameter is the second of the query.
    ///
    /// # Errors
    ///
    /// The error of the database.
    pub async fn find(&self, tenant: &str, condition: &Condition) -> Result<Rows, sqlx::Error> {
        let first = match self {
            Self::Postgres(_) => "$1",
            Self::Sqlite(_) => "?1",
        };
        let sql = format!("SELECT id FROM users WHERE tenant = {first} AND {condition}");
        let mut params = vec![Param::Text(tenant.to_owned())];
        params.extend_from_slice(condition.params());
        let mut found = self.select(&sql, &params).await?;
        found.sort();
        Ok(found)
    }

    /// Stores users in columns and as JSON.
    pub async fn insert(&self, tenant: &str, people: &[Map<String, Value>]) {
        for person in people {
            let at = |path: &[&str]| {
                path.iter()
                    .try_fold(person, |at, name| at.get(*name)?.as_object())
            };
            let of = |path: &[&str], name| at(path).and_then(|object| object.get(name));
            let id = of(&[], "id");
            let document = Value::from(Value::Object(person.clone()).to_string());
            let tenant = Value::from(tenant);
            let manager = &[ENTERPRISE, "manager"];
            let columns = [
                Some(&tenant),
                id,
                of(&[], "userName"),
                of(&[], "externalId"),
                of(&[], "active"),
                of(&[], "age"),
                of(&[], "key"),
                of(&["name"], "givenName"),
                of(&["name"], "familyName"),
                of(&["meta"], "created"),
                of(&[ENTERPRISE], "department"),
                of(manager, "value"),
                of(manager, "displayName"),
                Some(&document),
            ];
            self.insert_row("users", "ttttbntttdttt j", &columns).await;
            for email in values(person, "emails").filter_map(Value::as_object) {
                let of = |name| email.get(name);
                let columns = [
                    Some(&tenant),
                    id,
                    of("value"),
                    of("type"),
                    of("primary"),
                    of("weight"),
                    of("since"),
                ];
                self.insert_row("\"user emails\"", "ttttbnd", &columns)
                    .await;
            }
            for tag in values(person, "tags") {
                self.insert_row("tags", "ttt", &[Some(&tenant), id, Some(tag)])
                    .await;
            }
            for score in values(person, "scores") {
                self.insert_row("scores", "ttn", &[Some(&tenant), id, Some(score)])
                    .await;
            }
        }
    }

    /// `kinds` has a letter for each column: text, boolean, number, dateTime, JSON.
    async fn insert_row(&self, table: &str, kinds: &str, columns: &[Option<&Value>]) {
        let kinds = kinds.replace(' ', "");
        let mut params = Vec::new();
        let mut placeholders = Vec::new();
        for (column, kind) in columns.iter().zip(kinds.chars()) {
            let (param, number) = match column {
                None | Some(Value::Null) => {
                    placeholders.push("NULL".to_owned());
                    continue;
                }
                Some(Value::Bool(value)) => (Param::Integer(i64::from(*value)), params.len() + 1),
                Some(Value::Number(number)) => (
                    number
                        .as_i64()
                        .map_or_else(|| Param::Text(number.to_string()), Param::Integer),
                    params.len() + 1,
                ),
                Some(Value::String(text)) => (Param::Text(text.clone()), params.len() + 1),
                Some(other) => panic!("{other} is not a column"),
            };
            placeholders.push(match (self, kind, &param) {
                (Self::Sqlite(_), 'n', Param::Text(_)) => format!("CAST(?{number} AS REAL)"),
                (Self::Sqlite(_), _, _) => format!("?{number}"),
                (Self::Postgres(_), 'b', _) => format!("${number}::int8 = 1"),
                (Self::Postgres(_), 'n', Param::Text(_)) => format!("${number}::text::numeric"),
                (Self::Postgres(_), 'd', _) => format!("${number}::text::timestamptz"),
                (Self::Postgres(_), 'j', _) => format!("${number}::text::jsonb"),
                (Self::Postgres(_), _, _) => format!("${number}"),
            });
            params.push(param);
        }
        let sql = format!("INSERT INTO {table} VALUES ({})", placeholders.join(", "));
        self.select(&sql, &params)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

fn values<'v>(person: &'v Map<String, Value>, name: &str) -> impl Iterator<Item = &'v Value> {
    person
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

async fn select<DB>(
    pool: &sqlx::Pool<DB>,
    sql: &str,
    params: &[Param],
    column: usize,
) -> Result<Rows, sqlx::Error>
where
    DB: Database + sqlx::database::HasStatementCache,
    for<'q> DB::Arguments<'q>: IntoArguments<'q, DB>,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    for<'q> String: Encode<'q, DB> + sqlx::Type<DB> + sqlx::Decode<'q, DB>,
    for<'q> i64: Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> f64: Encode<'q, DB> + sqlx::Type<DB>,
    usize: sqlx::ColumnIndex<DB::Row>,
{
    // Each condition is a new text, and prepared statements would fill the cache.
    let mut query = sqlx::query(sql).persistent(false);
    for param in params {
        query = match param {
            Param::Text(text) => query.bind(text.clone()),
            Param::Integer(integer) => query.bind(*integer),
            Param::Real(real) => query.bind(*real),
        };
    }
    let rows = query.fetch_all(pool).await?;
    rows.iter().map(|row| row.try_get(column)).collect()
}

impl Layout {
    /// The table of the users for this layout.
    #[must_use]
    pub fn table(self) -> Table {
        match self {
            Self::Columns => columns(),
            Self::Document => document(),
        }
    }
}

fn columns() -> Table {
    let rows = |table| List::rows(table, "user", "id").key("tenant", "tenant");
    Table::new("users")
        .column("id", Type::ExactText, "id")
        .column("userName", Type::Text, "user name")
        .column("externalId", Type::ExactText, "ext\"id")
        .column("active", Type::Boolean, "order")
        .column("age", Type::Number, "age")
        .column("key", Type::Binary, "key")
        .column("name.givenName", Type::Text, "given")
        .expression("name.familyName", Type::Text, "users.family")
        .column("meta.created", Type::DateTime, "created")
        .column(&extension("department"), Type::Text, "department")
        .column(&extension("manager.value"), Type::ExactText, "boss")
        .column(&extension("manager.displayName"), Type::Text, "bossName")
        .list(
            "emails",
            rows("user emails")
                .column("value", Type::Text, "value")
                .column("type", Type::ExactText, "type")
                .column("primary", Type::Boolean, "primary")
                .column("weight", Type::Number, "weight")
                .column("since", Type::DateTime, "since"),
        )
        .list(
            "tags",
            List::row_values("tags", "user", "id", Type::ExactText, "tag").key("tenant", "tenant"),
        )
        .list(
            "scores",
            List::row_values("scores", "user", "id", Type::Number, "score").key("tenant", "tenant"),
        )
}

fn document() -> Table {
    let mut table = Table::new("users");
    for (attribute, r#type, members) in [
        ("id", Type::ExactText, &["id"] as &[&str]),
        ("userName", Type::Text, &["userName"]),
        ("externalId", Type::ExactText, &["externalId"]),
        ("active", Type::Boolean, &["active"]),
        ("age", Type::Number, &["age"]),
        ("key", Type::Binary, &["key"]),
        ("name.givenName", Type::Text, &["name", "givenName"]),
        ("name.familyName", Type::Text, &["name", "familyName"]),
        ("meta.created", Type::DateTime, &["meta", "created"]),
        (
            &extension("department"),
            Type::Text,
            &[ENTERPRISE, "department"],
        ),
        (
            &extension("manager.value"),
            Type::ExactText,
            &[ENTERPRISE, "manager", "value"],
        ),
        (
            &extension("manager.displayName"),
            Type::Text,
            &[ENTERPRISE, "manager", "displayName"],
        ),
    ] {
        table = table.json(attribute, r#type, "doc", members.iter().copied());
    }
    table
        .list(
            "emails",
            List::json("doc", ["emails"])
                .column("value", Type::Text, "value")
                .column("type", Type::ExactText, "type")
                .column("primary", Type::Boolean, "primary")
                .column("weight", Type::Number, "weight")
                .column("since", Type::DateTime, "since"),
        )
        .list("tags", List::json_values("doc", ["tags"], Type::ExactText))
        .list("scores", List::json_values("doc", ["scores"], Type::Number))
}

fn extension(name: &str) -> String {
    format!("{ENTERPRISE}:{name}")
}
