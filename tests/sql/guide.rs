//! The guide of `scim_filter::sql`, followed step by step on SQLite.

#![expect(clippy::unwrap_used, reason = "a broken setup fails the test")]

use scim_filter::Filter;
use scim_filter::sql::{Dialect, List, Param, Table, Type};
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};

const SETUP: &str = r#"
CREATE TABLE users (
    tenant_id BIGINT NOT NULL, id TEXT NOT NULL, user_name TEXT NOT NULL, active BOOLEAN,
    created TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id));
CREATE TABLE user_emails (
    tenant_id BIGINT NOT NULL, user_id TEXT NOT NULL, address TEXT NOT NULL, kind TEXT);
CREATE INDEX by_user_name ON users (tenant_id, lower(user_name));
INSERT INTO users VALUES
    (1, 'a', 'BJensen', TRUE, '2011-05-13T04:42:34Z', '{"name": {"familyName": "Jensen"}, "schemas": ["urn:x"]}'),
    (1, 'b', 'ada', FALSE, '2024-02-29T00:00:00.5Z', '{"name": null}'),
    (2, 'a', 'bob', TRUE, '2024-02-29T00:00:00Z', '{}');
INSERT INTO user_emails VALUES
    (1, 'a', 'bjensen@example.com', 'home'), (1, 'b', 'Ada@Example.com', 'Work'), (2, 'a', 'b@example.com', 'work');
"#;

fn users() -> Table {
    Table::new("users")
        .column("id", Type::ExactText, "id")
        .column("userName", Type::Text, "user_name")
        .column("active", Type::Boolean, "active")
        .column("meta.created", Type::DateTime, "created")
        .json("name.familyName", Type::Text, "doc", ["name", "familyName"])
        .list(
            "emails",
            List::rows("user_emails", "user_id", "id")
                .key("tenant_id", "tenant_id")
                .column("value", Type::Text, "address")
                .column("type", Type::Text, "kind"),
        )
        .list(
            "schemas",
            List::json_values("doc", ["schemas"], Type::ExactText),
        )
}

async fn connect() -> SqlitePool {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await
        .unwrap();
    sqlx::raw_sql(SETUP).execute(&pool).await.unwrap();
    pool
}

async fn find(pool: &SqlitePool, tenant_id: i64, filter: &str) -> Vec<String> {
    let filter = Filter::parse(filter).unwrap();
    let condition = users()
        .condition(&filter, Dialect::sqlite().first_param(2))
        .unwrap();
    let query = format!("SELECT id FROM users WHERE tenant_id = ?1 AND {condition} ORDER BY id");
    let mut found = sqlx::query_scalar(&query).bind(tenant_id);
    for param in condition.params() {
        found = match param {
            Param::Text(text) => found.bind(text),
            Param::Integer(integer) => found.bind(integer),
            Param::Real(real) => found.bind(real),
        };
    }
    found.fetch_all(pool).await.unwrap()
}

#[tokio::test]
async fn the_filters_of_the_guide_find_their_users() {
    let pool = connect().await;
    for (filter, found) in [
        (
            r#"userName sw "B" or emails[type eq "work" and value co "@example.com"]"#,
            &["a", "b"] as &[&str],
        ),
        (r#"userName eq "bjensen""#, &["a"]),
        (r#"emails[type eq "work" and value sw "bjensen"]"#, &[]),
        (
            r#"emails.type eq "work" and emails.value ew "@EXAMPLE.COM""#,
            &["b"],
        ),
        (r#"not (name.familyName eq "jensen")"#, &["b"]),
        (r#"schemas eq "urn:x" or schemas eq "URN:X""#, &["a"]),
        (r#"active eq "False""#, &["b"]),
        (r#"meta.created gt "2024-02-29T01:00:00+01:00""#, &["b"]),
        (r#"id eq "b" or id eq "c" or id eq "a""#, &["a", "b"]),
        (r#"userName eq "x' OR '1'='1""#, &[]),
    ] {
        assert_eq!(find(&pool, 1, filter).await, found, "{filter}");
    }
}

#[tokio::test]
async fn an_or_does_not_reach_another_tenant() {
    let pool = connect().await;
    assert_eq!(
        find(&pool, 2, r#"userName pr or id eq "b" or id pr"#).await,
        ["a"]
    );
    assert_eq!(
        find(&pool, 2, r#"emails.value eq "bjensen@example.com""#).await,
        [""; 0]
    );
}

#[tokio::test]
async fn another_library_binds_the_same_values() {
    let pool = connect().await;
    let filter = Filter::parse(r#"userName eq "ADA" and active eq false"#).unwrap();
    let (sql, params) = users()
        .condition(&filter, Dialect::sqlite())
        .unwrap()
        .into_parts();
    assert_eq!(params, [Param::Text("ada".into())]);
    let count: i64 = sqlx::query_scalar(&format!("SELECT count(*) FROM users WHERE {sql}"))
        .bind("ada")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(count, 1);
}
