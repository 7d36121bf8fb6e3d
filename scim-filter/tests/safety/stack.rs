//! Inputs that try to overflow the 2 MiB stack of a worker thread; none may succeed.

use core::ops::ControlFlow;
use std::thread;

use scim_filter::check::{Definition, Definitions, MismatchKind, SimpleType};
use scim_filter::eval::Sink;
use scim_filter::{AttrPath, Attributes, ErrorKind, Filter, Parser, PatchPath};

const NESTED: usize = 100_000;
const TERMS: usize = 1_000_000;

struct Nothing;

impl Attributes for Nothing {
    fn attribute(&self, _: Option<&str>, _: &str, _: &mut Sink<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn is_empty(&self) -> bool {
        true
    }
}

impl Definitions for Nothing {
    fn definition(&self, _: Option<&str>, _: &str) -> Option<Definition<'_>> {
        None
    }
}

/// A schema in which `e` is a complex list with itself as its sub-attributes, and every other name an
/// integer.
struct Anything;

impl Definitions for Anything {
    fn definition(&self, _: Option<&str>, name: &str) -> Option<Definition<'_>> {
        Some(match name {
            "e" => Definition::complex(self).multi_valued(),
            _ => Definition::simple(SimpleType::Integer),
        })
    }
}

fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
}

fn unlimited(parser: Parser) -> Parser {
    parser
        .with_max_bytes(None)
        .with_max_depth(None)
        .with_max_terms(None)
}

/// Runs every operation on a filter, including drop.
fn exercise_and_rebuild(input: &str, expected: bool) {
    exercise(input, expected);
    let filter = unlimited(Parser::new()).filter(input).unwrap();
    assert!(filter.as_ref().to_filter() == filter);
    assert!(Filter::and([Filter::not(filter.clone()), filter]).is_some());
}

/// Runs every operation except building a filter from parts.
fn exercise(input: &str, expected: bool) {
    let filter = unlimited(Parser::new()).filter(input).unwrap();
    let copy = filter.clone();
    assert!(filter == copy);
    drop(copy);
    assert_eq!(filter.matches(&Nothing), expected);
    let printed = filter.to_string();
    let again = unlimited(Parser::lenient()).filter(&printed).unwrap();
    assert!(again == filter);
    assert!(filter.walk().count() >= 1);
    assert_eq!(filter.check(&Anything), Ok(()));
    let unknown = filter.check(&Nothing).unwrap_err();
    assert_eq!(unknown.kind(), MismatchKind::Unknown);
    let owned = filter.into_owned();
    assert!(owned == again);
}

#[test]
fn a_million_terms_in_an_or() {
    on_a_small_stack(|| exercise(&vec!["a pr"; TERMS].join(" or "), false));
}

#[test]
fn a_million_terms_in_an_and() {
    on_a_small_stack(|| exercise(&vec!["a ne 1"; TERMS].join(" and "), true));
}

#[test]
fn a_million_terms_in_a_mix_of_and_and_or() {
    on_a_small_stack(|| {
        let mixed = (0..TERMS / 3).map(|_| "a pr and b pr or c pr");
        exercise(&mixed.collect::<Vec<_>>().join(" or "), false);
    });
}

#[test]
fn a_hundred_thousand_value_paths_and_one_with_as_many_terms() {
    on_a_small_stack(|| {
        exercise_and_rebuild(&vec!["e[a pr]"; NESTED].join(" or "), false);
        let terms = vec!["not (a eq 1)"; NESTED].join(" or ");
        exercise_and_rebuild(&format!("e[{terms}]"), false);
    });
}

#[test]
fn a_million_brackets() {
    on_a_small_stack(|| {
        exercise(
            &format!("{}a pr{}", "(".repeat(TERMS), ")".repeat(TERMS)),
            false,
        );
        exercise(
            &format!("{}a pr{}", "not (".repeat(TERMS), ")".repeat(TERMS)),
            false,
        );
        exercise(&vec!["(a pr)"; NESTED].join(" or "), false);
        // An `and` in an `or` in a `not`, and so on.
        let deep = "not (a pr or (b pr and ".repeat(NESTED) + "a pr" + &"))".repeat(NESTED);
        exercise(&deep, true);
        for unclosed in ["(", "not (", "e[not (", "(a pr or (b pr and "] {
            let error = unlimited(Parser::new())
                .filter(&unclosed.repeat(TERMS / 2))
                .unwrap_err();
            assert!(error.span().end <= unclosed.len() * TERMS / 2);
        }
    });
}

#[test]
fn a_hundred_thousand_brackets() {
    on_a_small_stack(|| {
        exercise_and_rebuild(
            &format!("{}a pr{}", "(".repeat(NESTED), ")".repeat(NESTED)),
            false,
        );
        exercise_and_rebuild(
            &format!("{}a pr{}", "not (".repeat(NESTED), ")".repeat(NESTED)),
            false,
        );
        exercise_and_rebuild(
            &format!(
                "{}a pr{}",
                "not(".repeat(NESTED + 1),
                ")".repeat(NESTED + 1)
            ),
            true,
        );
        // Nodes as deep as the brackets: `and` and `or` alternate.
        let deep = "(a pr or b pr and ".repeat(NESTED) + "a pr" + &")".repeat(NESTED);
        exercise_and_rebuild(&deep, false);
        let left = "((".repeat(NESTED) + "a pr" + &" or b pr) and c pr)".repeat(NESTED);
        exercise_and_rebuild(&left, false);
        exercise_and_rebuild(
            &format!("e[{}a pr{}]", "not (".repeat(NESTED), ")".repeat(NESTED)),
            false,
        );
    });
}

#[test]
fn refusing_is_as_safe_as_accepting() {
    on_a_small_stack(|| {
        let terms = vec!["a pr"; TERMS].join(" or ");
        for (input, kind) in [
            ("(".repeat(NESTED), ErrorKind::ExpectedAttribute),
            ("not (".repeat(NESTED), ErrorKind::ExpectedAttribute),
            ("not (".repeat(NESTED) + "a pr", ErrorKind::UnclosedGroup),
            (
                "(a pr and ".repeat(NESTED) + "b xx",
                ErrorKind::ExpectedOperator,
            ),
            ("a[".repeat(NESTED), ErrorKind::NestedValuePath),
            (
                "a pr".to_owned() + &")".repeat(NESTED),
                ErrorKind::UnmatchedBracket,
            ),
            (
                vec!["a pr"; NESTED].join(" and ") + " or",
                ErrorKind::ExpectedAttribute,
            ),
            ("a.".repeat(NESTED), ErrorKind::ExpectedAttribute),
            (":".repeat(NESTED), ErrorKind::ExpectedAttribute),
            (
                "a eq \"".to_owned() + &"\\\"".repeat(NESTED),
                ErrorKind::UnclosedString,
            ),
        ] {
            for parser in [Parser::strict(), Parser::new(), Parser::lenient()] {
                let result = unlimited(parser).filter(&input);
                if parser != Parser::strict() {
                    assert_eq!(
                        result.as_ref().unwrap_err().kind(),
                        kind,
                        "{}",
                        &input[..20]
                    );
                }
                let error = result.unwrap_err();
                assert!(error.display_with(&input).to_string().len() < 1000);
                assert!(parser.filter(&input).is_err());
            }
            assert!(PatchPath::parse(&input).is_err());
        }
        assert_eq!(
            Filter::parse(&terms).unwrap_err().kind(),
            ErrorKind::TooLong
        );
        for inner in [terms, "(".repeat(NESTED) + "a pr" + &")".repeat(NESTED)] {
            let text = format!("m[{inner}].a");
            assert!(PatchPath::parse(&text).is_err());
            let path = unlimited(Parser::new())
                .patch_path(&text)
                .unwrap()
                .into_owned();
            assert!(path.clone() == path);
            assert_eq!(
                unlimited(Parser::new()).patch_path(&path.to_string()),
                Ok(path)
            );
        }
        let list = vec!["a.b"; TERMS].join(",");
        assert_eq!(
            unlimited(Parser::new())
                .attr_path_list(&list)
                .unwrap()
                .len(),
            TERMS
        );
        assert!(AttrPath::parse_list(&list).is_err());
    });
}
