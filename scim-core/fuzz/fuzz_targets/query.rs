//! Checks the properties in `tests/corpora/query.rs`, which also describes the input.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod choose;
#[path = "../../tests/corpora/profiles.rs"]
mod profiles;
#[path = "../../tests/corpora/query.rs"]
mod query;
#[path = "../../tests/corpora/server.rs"]
mod server;

fuzz_target!(|input: &[u8]| query::check(input, choose::profile_of(input)));
