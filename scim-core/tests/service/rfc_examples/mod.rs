//! Every JSON text of RFC 7643 §8 and RFC 7644 §3, each under its section in `data`.
//!
//! Each text is as printed, except where it would not be JSON or would contradict the RFC itself:
//!
//! - An identifier shortened with `...` is spelled out, and a `...` for omitted content is gone.
//! - Strings broken by the page width are joined.
//! - Missing commas (§3.7.3, §3.12), braces (§3.5.2.1, §3.5.2.3) and the blank after `eq` in a path of §3.5.2.2 are added.
//! - In §3.7.3 the user has the URI of the user schema, and the data of the PATCH is a `PatchOp` with `schemas` (erratum 5050).
//! - `status` in §3.7.2 is text, as in §3.7 and §3.7.3.

mod bulk;
mod patch;
mod protocol;
mod representation;
mod scene;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

/// The number of texts in each section.
const SHOWN: [(&str, usize); 27] = [
    ("rfc7643-8.1", 1),
    ("rfc7643-8.2", 1),
    ("rfc7643-8.3", 1),
    ("rfc7643-8.4", 1),
    ("rfc7643-8.5", 1),
    ("rfc7643-8.6", 1),
    ("rfc7643-8.7.1", 1),
    ("rfc7643-8.7.2", 1),
    ("rfc7644-3.12", 2),
    ("rfc7644-3.14", 2),
    ("rfc7644-3.3", 2),
    ("rfc7644-3.4.1", 1),
    ("rfc7644-3.4.2", 1),
    ("rfc7644-3.4.2.2", 1),
    ("rfc7644-3.4.2.4", 1),
    ("rfc7644-3.4.3", 2),
    ("rfc7644-3.5.1", 2),
    ("rfc7644-3.5.2", 2),
    ("rfc7644-3.5.2.1", 2),
    ("rfc7644-3.5.2.2", 5),
    ("rfc7644-3.5.2.3", 4),
    ("rfc7644-3.6", 1),
    ("rfc7644-3.7.1", 2),
    ("rfc7644-3.7.2", 4),
    ("rfc7644-3.7.3", 5),
    ("rfc7644-3.7.4", 1),
    ("rfc7644-3.9", 1),
];

/// The sources of the modules that use the examples.
const TESTED: [&str; 4] = [
    include_str!("bulk.rs"),
    include_str!("patch.rs"),
    include_str!("protocol.rs"),
    include_str!("representation.rs"),
];

fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/service/rfc_examples/data")
}

fn text(name: &str) -> String {
    let found = fs::read_to_string(data().join(name));
    found.unwrap_or_else(|error| format!("{name}: {error}"))
}

/// The example with a name; the name begins with its section.
#[track_caller]
fn example(name: &str) -> Value {
    serde_json::from_str(&text(&format!("{name}.json"))).expect(name)
}

fn names() -> Vec<String> {
    let files = fs::read_dir(data()).expect("examples");
    files
        .map(|file| {
            let name = file.expect("a file").file_name();
            name.into_string().expect("a plain name")
        })
        .collect()
}

#[test]
fn no_example_of_the_two_sections_is_missing() {
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    for name in names() {
        let section: Vec<&str> = name.splitn(3, '-').take(2).collect();
        *shown.entry(section.join("-")).or_default() += 1;
    }
    let expected = SHOWN.iter();
    let expected = expected.map(|(section, count)| ((*section).to_owned(), *count));
    assert_eq!(shown, expected.collect());
}

#[test]
fn every_example_is_used_in_a_test() {
    for name in names() {
        let stem = name.trim_end_matches(".json");
        let quoted = format!("\"{stem}\"");
        assert!(TESTED.iter().any(|test| test.contains(&quoted)), "{name}");
    }
}
