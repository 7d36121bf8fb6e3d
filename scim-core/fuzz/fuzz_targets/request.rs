//! Checks the properties in `tests/corpora/request.rs`, which also describes the input.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod choose;
#[path = "../../tests/corpora/profiles.rs"]
mod profiles;
#[path = "../../tests/corpora/request.rs"]
mod request;
#[path = "../../tests/corpora/server.rs"]
mod server;

fuzz_target!(|input: &[u8]| request::check(input, choose::profile_of(input)));
