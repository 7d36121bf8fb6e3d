//! A database finds exactly the users that the filter matches in memory.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a broken setup fails the test"
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
/// The number of filters for each population, unless `PROPTEST_CASES` sets it.
const FILTERS: u32 = 64;

/// Runs random filters over random users of two tenants. The queries ask for one tenant.
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
    // Few filters were refused, and many answers had some of the users.
    let most = POPULATIONS * config.cases * 2;
    assert!(asked.get() * 10 > most * 8, "{} of {most}", asked.get());
    assert!(
        selective.get() * 10 > most * 3,
        "{} of {most}",
        selective.get()
    );
}

/// Finds users. `None` for a dateTime that only the database's own type refuses.
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
    let person = people.iter().find(differs).expect("one person differs");
    let person = Value::Object(person.clone());
    format!(
        "{filter}\n{condition}\n{layout:?} found {found:?}, expected {expected:?}, for example {person}"
    )
}

#[test]
fn sqlite_finds_the_same_users_as_memory() {
    agree(async || Some(Store::sqlite().await));
}

#[test]
fn postgres_finds_the_same_users_as_memory() {
    agree(Store::postgres);
}
