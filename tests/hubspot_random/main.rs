//! Random tests of the HubSpot adapter: any request about any user, and any life of a user.
//!
//! `PROPTEST_CASES` sets the number of cases, and `PROPTEST_RNG_SEED` chooses them.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a broken setup fails the test"
)]

mod any_life;
mod any_user;

use proptest::test_runner::{Config, TestRunner};

/// Runs `PROPTEST_CASES` cases if the environment sets it, and this many otherwise.
fn runner(default_cases: u32) -> TestRunner {
    let wanted = std::env::var("PROPTEST_CASES").ok();
    let cases = wanted.and_then(|cases| cases.parse().ok());

    TestRunner::new(Config {
        cases: cases.unwrap_or(default_cases),
        failure_persistence: None,
        ..Config::default()
    })
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
