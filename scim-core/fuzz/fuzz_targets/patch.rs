//! Checks the properties in `tests/corpora/patch.rs`, which also describes the input.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod choose;
#[path = "../../tests/corpora/patch.rs"]
mod patch;
#[path = "../../tests/corpora/profiles.rs"]
mod profiles;

fuzz_target!(|input: &[u8]| patch::check(input, choose::profile_of(input)));
