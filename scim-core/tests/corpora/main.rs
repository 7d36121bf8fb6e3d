//! Replays the seeds of the fuzz targets in `fuzz/seeds` and checks the properties of each target.

#![cfg(feature = "memory")]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails"
)]

mod patch;
mod profiles;
mod query;
mod request;
mod resource;
mod server;

use std::panic::catch_unwind;
use std::path::Path;

use scim_core::Profile;

use self::profiles::profiles;

fn replay(target: &str, check: fn(&[u8], Profile)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target);
    let mut seeds = 0;

    for seed in folder.read_dir().expect("a folder of seeds") {
        let path = seed.expect("a seed").path();
        let input = std::fs::read(&path).expect("a readable seed");
        for profile in profiles() {
            let outcome = catch_unwind(|| check(&input, profile));
            assert!(outcome.is_ok(), "{} under {profile:?}", path.display());
        }
        seeds += 1;
    }

    assert!(seeds >= 10, "{} has only {seeds} seeds", folder.display());
}

#[test]
fn every_resource_survives_a_round_trip() {
    replay("resource", resource::check);
}

#[test]
fn every_patch_applies_whole_or_not_at_all() {
    replay("patch", patch::check);
}

#[test]
fn every_query_selects_the_same_from_an_index_and_from_a_scan() {
    replay("query", query::check);
}

#[test]
fn every_request_gets_a_scim_response() {
    replay("request", request::check);
}
