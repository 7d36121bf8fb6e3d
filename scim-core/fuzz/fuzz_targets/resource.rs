//! Checks the properties in `tests/corpora/resource.rs`, which also describes the input.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod choose;
#[path = "../../tests/corpora/profiles.rs"]
mod profiles;
#[path = "../../tests/corpora/resource.rs"]
mod resource;
#[path = "../../tests/corpora/server.rs"]
mod server;

fuzz_target!(|input: &[u8]| resource::check(input, choose::profile_of(input)));
