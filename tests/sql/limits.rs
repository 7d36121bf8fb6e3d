//! The limits of a translation: the databases accept every filter below them.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a broken setup fails the test"
)]

use scim_filter::sql::{Condition, Dialect, ErrorKind, Param, Table};
use scim_filter::{AttrPath, CompareOp, Filter, Parser};
use scim_tests::sql::{Layout, Store};
use serde_json::{Map, Value, json};

const DIALECTS: [Dialect; 2] = [Dialect::postgres(), Dialect::sqlite()];

fn parse(text: &str) -> Filter<'_> {
    let parser = Parser::new()
        .with_max_bytes(None)
        .with_max_depth(None)
        .with_max_terms(None);
    parser.filter(text).unwrap()
}

fn refusal(table: &Table, filter: &str, dialect: Dialect) -> (ErrorKind, String) {
    let error = table.condition(&parse(filter), dialect).expect_err(filter);
    (error.kind(), error.attribute().to_owned())
}

async fn stores() -> Vec<Store> {
    let mut stores = vec![Store::sqlite().await];
    stores.extend(Store::postgres().await);
    let people: Vec<Map<String, Value>> = [
        json!({ "id": "1", "userName": "Ada", "emails": [{ "value": "a@x", "type": "work" }], "age": 7, "active": true }),
        json!({ "id": "2", "userName": "y".repeat(200_000), "tags": ["t"] }),
    ]
    .iter()
    .filter_map(|person| person.as_object().cloned())
    .collect();
    for store in &stores {
        store.insert("ours", &people).await;
    }
    stores
}

async fn find(store: &Store, layout: Layout, filter: &str) -> Vec<String> {
    let condition = layout
        .table()
        .condition(&parse(filter), store.dialect().first_param(2));
    store.find("ours", &condition.unwrap()).await.unwrap()
}

#[tokio::test]
async fn databases_read_numbers_of_any_notation_and_size() {
    for store in stores().await {
        for layout in [Layout::Columns, Layout::Document] {
            for filter in [
                "age eq 7.0",
                "age eq 70e-1",
                r#"age eq "7""#,
                "age gt -9223372036854775808",
                "age lt 9223372036854775807",
                "age lt 1e300",
                "age gt -1e-300",
                "age lt 20000000000000000000",
                "age gt 6.9",
                "not (age eq 7.5)",
            ] {
                assert!(
                    find(&store, layout, filter).await.contains(&"1".to_owned()),
                    "{filter}"
                );
            }
        }
    }
    let postgres = Store::postgres().await;
    if let Some(store) = postgres {
        let digits = format!(
            "age lt {}.{}e500 and age lt 1e-500",
            "9".repeat(249),
            "9".repeat(249)
        );
        assert_eq!(find(&store, Layout::Columns, &digits).await, [""; 0]);
    }
}

/// The deepest SQL: `and` in `or` in `and`, with the heaviest comparison innermost.
fn nested(depth: usize) -> String {
    let open = |level| {
        if level % 2 == 0 {
            "(userName ne \"x\" and "
        } else {
            "(userName pr or "
        }
    };
    let opened: String = (0..depth).map(open).collect();
    format!(
        "{opened}not (emails[not (not (type ne \"x\" and weight gt 1 or since pr))]){}",
        ")".repeat(depth)
    )
}

#[tokio::test]
async fn databases_read_the_deepest_translated_filter() {
    for store in stores().await {
        for layout in [Layout::Columns, Layout::Document] {
            let table = layout.table();
            let fits = |depth: &usize| {
                table
                    .condition(&parse(&nested(*depth)), store.dialect())
                    .is_ok()
            };
            let deepest = (1..400).take_while(fits).last().unwrap();
            assert!((14..399).contains(&deepest), "{deepest}");
            find(&store, layout, &nested(deepest)).await;
            let refused = refusal(&table, &nested(deepest + 1), store.dialect());
            assert_eq!(refused, (ErrorKind::TooDeep, "type".to_owned()));
        }
    }
}

#[tokio::test]
async fn a_look_up_with_every_parameter_is_read_and_one_more_is_refused() {
    for store in stores().await {
        // The tenant takes one parameter.
        let most = if matches!(store, Store::Sqlite(_)) {
            32_765
        } else {
            65_534
        };
        let ids = |count: usize| {
            (0..count)
                .map(|id| format!(r#"id eq "{id}""#))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            find(&store, Layout::Columns, &ids(most).join(" or ")).await,
            ["1", "2"]
        );
        let refused = refusal(
            &Layout::Columns.table(),
            &ids(most + 1).join(" or "),
            store.dialect().first_param(2),
        );
        assert_eq!(refused, (ErrorKind::TooManyParams, "id".to_owned()));
    }
}

#[tokio::test]
async fn a_long_chain_of_different_comparisons_is_read() {
    for store in stores().await {
        for word in [" or ", " and "] {
            let terms: Vec<_> = (0..3000)
                .map(|n| format!(r#"userName {} "{n}""#, ["sw", "ne"][n % 2]))
                .collect();
            let mut expected = vec!["1", "2"];
            if word == " and " {
                expected.clear();
            }
            assert_eq!(
                find(&store, Layout::Columns, &terms.join(word)).await,
                expected
            );
        }
    }
}

#[tokio::test]
async fn very_long_strings_are_compared() {
    for store in stores().await {
        for layout in [Layout::Columns, Layout::Document] {
            for op in ["eq", "co", "sw", "ew"] {
                for (length, found) in [(200_000, &["2"] as &[&str]), (200_001, &[])] {
                    let filter = format!(r#"userName {op} "{}""#, "Y".repeat(length));
                    assert_eq!(find(&store, layout, &filter).await, found, "{op} {length}");
                }
            }
        }
    }
}

#[test]
fn a_million_terms_or_brackets_are_translated_or_refused_on_a_small_stack() {
    let present = || Filter::present(AttrPath::parse("id").unwrap());
    let work = move || {
        let table = Layout::Columns.table();
        let million = Filter::or((0..1_000_000).map(|_| present())).unwrap();
        let nots = (0..1_000_001).fold(present(), |filter, _| Filter::not(filter));
        let equal = (0..100_000)
            .map(|_| Filter::compare(AttrPath::parse("id").unwrap(), CompareOp::Eq, "x"));
        let lookup = Filter::or(equal).unwrap();
        let depth = 100_000;
        let brackets = [
            "not (id pr and (id pr or ".repeat(depth),
            "id pr".into(),
            "))".repeat(depth),
        ]
        .concat();
        let brackets = parse(&brackets);
        let refused =
            |filter: &Filter<'_>, dialect| table.condition(filter, dialect).unwrap_err().kind();
        for dialect in DIALECTS {
            assert!(table.condition(&million, dialect).is_ok());
            let once = table.condition(&nots, dialect).unwrap();
            assert_eq!(once.sql().matches("IS NOT TRUE").count(), 1);
            assert_eq!(refused(&brackets, dialect), ErrorKind::TooDeep);
            assert_eq!(refused(&lookup, dialect), ErrorKind::TooManyParams);
        }
    };
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
}

async fn plan(store: &Store, condition: &Condition) -> String {
    let sql = format!("SELECT id FROM users WHERE {condition}");
    store.explain(&sql, condition.params()).await.unwrap()
}

#[tokio::test]
async fn queries_use_the_indexes_of_the_guide() {
    for store in stores().await {
        let postgres = matches!(store, Store::Postgres(_));
        let indexes: &[&str] = if postgres {
            store.execute("SET enable_seqscan = off").await;
            store
                .execute("ALTER TABLE users DROP CONSTRAINT users_pkey")
                .await;
            &[
                "CREATE INDEX by_id ON users (id)",
                r#"CREATE INDEX by_name ON users (lower("user name" COLLATE "C"))"#,
                r#"CREATE INDEX by_json ON users (lower((doc ->> 'userName') COLLATE "C"))"#,
            ]
        } else {
            &[
                "CREATE INDEX by_id ON users (id)",
                r#"CREATE INDEX by_name ON users (lower("user name"))"#,
                r#"CREATE INDEX by_json ON users (lower(json_extract(doc, '$."userName"')))"#,
            ]
        };
        store.execute("DELETE FROM users WHERE id = '2'").await;
        for index in indexes {
            store.execute(index).await;
        }
        for (layout, filter, index) in [
            (Layout::Columns, r#"id eq "1""#, "by_id"),
            (
                Layout::Columns,
                r#"id eq "1" or id eq "2" or id eq "3""#,
                "by_id",
            ),
            (Layout::Columns, r#"userName eq "ada""#, "by_name"),
            (Layout::Columns, r#"userName ge "ada""#, "by_name"),
            (Layout::Document, r#"userName eq "ada""#, "by_json"),
        ] {
            let condition = layout
                .table()
                .condition(&parse(filter), store.dialect())
                .unwrap();
            let plan = plan(&store, &condition).await;
            assert!(plan.contains(index), "{filter}: {plan}");
        }
        if postgres {
            let filter = parse(r#"userName sw "ad""#);
            let condition = Layout::Columns
                .table()
                .condition(&filter, store.dialect())
                .unwrap();
            let plan = plan(&store, &condition).await;
            assert!(
                plan.contains("Index Cond") && plan.contains("by_name"),
                "{plan}"
            );
        }
    }
}

#[tokio::test]
async fn postgres_infers_the_parameter_types() {
    let Some(store) = Store::postgres().await else {
        return;
    };
    for layout in [Layout::Columns, Layout::Document] {
        let filter = parse(
            r#"userName eq "a" and userName co "b" and externalId gt "c" and age eq 1 and age lt 1.5 and scores eq 2
            and meta.created gt "2011-05-13T04:42:34Z" and emails[value eq "x" or weight gt 0.5] and tags eq "t""#
                .replace("\n            ", " ")
                .leak(),
        );
        let condition = layout
            .table()
            .condition(&filter, Dialect::postgres())
            .unwrap();
        let expected: Vec<_> = condition
            .params()
            .iter()
            .map(|param| match param {
                Param::Text(_) => "text",
                Param::Integer(_) => "bigint",
                Param::Real(_) => "double precision",
            })
            .collect();
        store
            .execute(&format!(
                "PREPARE inferred AS SELECT id FROM users WHERE {condition}"
            ))
            .await;
        let types = "SELECT array_to_string(parameter_types, ',') FROM pg_prepared_statements WHERE name = 'inferred'";
        assert_eq!(
            store.select(types, &[]).await.unwrap(),
            [expected.join(",")]
        );
        store.execute("DEALLOCATE inferred").await;
    }
}
