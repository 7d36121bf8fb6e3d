//! A database finds exactly the users whom the filter matches in memory.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]

use std::cell::Cell;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use scim_filter::Filter;
use scim_filter::sql::ErrorKind;
use scim_tests::sql::{Layout, Store, View, filters, people};
use serde_json::{Map, Value};

const USERS: usize = 40;
const POPULATIONS: u32 = 4;
/// For each population; `PROPTEST_CASES` sets it.
const FILTERS: u32 = 64;

/// Random filters over random users of two tenants, of whom only one's are asked for.
fn agree(connect: impl AsyncFn() -> Option<Store>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let config = Config {
        cases: cases.unwrap_or(FILTERS),
        failure_persistence: None,
        ..Config::default()
    };
    let (asked, selective) = (Cell::new(0_u32), Cell::new(0_u32));
    for _ in 0..POPULATIONS {
        let Some(store) = runtime.block_on(connect()) else {
            return;
        };
        let mut runner = TestRunner::new(config.clone());
        let mut population = || people(USERS).new_tree(&mut runner).unwrap().current();
        let (ours, theirs) = (population(), population());
        runtime.block_on(async {
            store.insert("ours", &ours).await;
            store.insert("theirs", &theirs).await;
        });
        let outcome = runner.run(&filters(), |filter| {
            for layout in [Layout::Columns, Layout::Document] {
                let Some(found) = runtime.block_on(find(&store, layout, &filter))? else {
                    continue;
                };
                let expected = matching(&filter, &ours);
                if found != expected {
                    let explanation = explain(&store, layout, &filter, &ours, &found, &expected);
                    return Err(TestCaseError::fail(explanation));
                }
                asked.set(asked.get() + 1);
                selective
                    .set(selective.get() + u32::from(!found.is_empty() && found.len() < USERS));
            }
            Ok(())
        });
        assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    }
    // Not much was refused, and most answers were neither nobody nor everybody.
    let most = POPULATIONS * config.cases * 2;
    assert!(asked.get() * 10 > most * 8, "{} of {most}", asked.get());
    assert!(
        selective.get() * 10 > most * 3,
        "{} of {most}",
        selective.get()
    );
}

/// `None` for what only a column with the database's own dateTime refuses.
async fn find(
    store: &Store,
    layout: Layout,
    filter: &Filter<'_>,
) -> Result<Option<Vec<String>>, TestCaseError> {
    let condition = match layout
        .table()
        .condition(filter, store.dialect().first_param(2))
    {
        Ok(condition) => condition,
        Err(error) => {
            let own_type = matches!(store, Store::Postgres(_)) && layout == Layout::Columns;
            if own_type && error.kind() == ErrorKind::NotADateTime {
                return Ok(None);
            }
            return Err(TestCaseError::fail(format!("{filter}: {error}")));
        }
    };
    let found = store.find("ours", &condition).await;
    found
        .map(Some)
        .map_err(|error| TestCaseError::fail(format!("{filter}\n{condition}\n{error}")))
}

fn matching(filter: &Filter<'_>, people: &[Map<String, Value>]) -> Vec<String> {
    let matching = people
        .iter()
        .filter(|person| filter.matches(&View::user(person)));
    let mut ids: Vec<_> = matching
        .map(|person| person["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

fn explain(
    store: &Store,
    layout: Layout,
    filter: &Filter<'_>,
    people: &[Map<String, Value>],
    found: &[String],
    expected: &[String],
) -> String {
    let condition = layout.table().condition(filter, store.dialect()).unwrap();
    let differs = |person: &&Map<String, Value>| {
        let id = person["id"].as_str().unwrap().to_owned();
        found.contains(&id) != expected.contains(&id)
    };
    let person = people.iter().find(differs).expect("one differs");
    let person = Value::Object(person.clone());
    format!(
        "{filter}\n{condition}\n{layout:?} found {found:?}, expected {expected:?}, such as {person}"
    )
}

#[test]
fn sqlite_finds_what_matches_in_memory() {
    agree(async || Some(Store::sqlite().await));
}

#[test]
fn postgres_finds_what_matches_in_memory() {
    agree(Store::postgres);
}
