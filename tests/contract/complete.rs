//! Every row of the tables has a test, and every test a row.

use std::collections::BTreeSet;

const EVIDENCE: &str = include_str!("../../docs/evidence.md");

const SOURCES: [&str; 12] = [
    include_str!("failures_groups.rs"),
    include_str!("failures_http.rs"),
    include_str!("failures_lists.rs"),
    include_str!("failures_members.rs"),
    include_str!("failures_patch.rs"),
    include_str!("failures_users.rs"),
    include_str!("failures_values.rs"),
    include_str!("rows_groups.rs"),
    include_str!("rows_patch.rs"),
    include_str!("rows_reading.rs"),
    include_str!("rows_serving.rs"),
    include_str!("rows_users.rs"),
];

/// The row numbers of the table `R` or `F` in the evidence page.
fn rows(letter: char) -> Vec<usize> {
    let number = |line: &str| {
        let cell = line.strip_prefix("| ")?.strip_prefix(letter)?;
        cell.split_once(" |")?.0.parse().ok()
    };
    EVIDENCE.lines().filter_map(number).collect()
}

/// The numbers in the names of the tests with this prefix.
fn tests(word: &str) -> Vec<usize> {
    let mut numbers = Vec::new();
    for source in SOURCES {
        let lines: Vec<&str> = source.lines().collect();
        for pair in lines.windows(2) {
            let name = pair[1].strip_prefix("async fn ");
            let Some(name) = name.and_then(|name| name.strip_prefix(word)) else {
                continue;
            };
            assert!(pair[0].starts_with("#[tokio::test"), "{name} is not a test");
            numbers.push(name[..2].parse().expect("a number of two digits"));
        }
    }
    numbers
}

#[test]
fn every_row_has_a_test_and_every_test_a_row() {
    for (letter, word, count) in [('R', "row_", 18), ('F', "failure_", 40)] {
        let expected: Vec<usize> = (1..=count).collect();
        assert_eq!(rows(letter), expected, "docs/evidence.md, {letter}");
        let tests = tests(word);
        let shown: BTreeSet<usize> = tests.iter().copied().collect();
        assert_eq!(shown, expected.into_iter().collect(), "{word}");
        assert_eq!(tests.len(), count, "{word}: a number appears twice");
    }
}
