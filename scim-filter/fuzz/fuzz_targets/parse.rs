//! The parser accepts a text or refuses it with a place in it. Each mode accepts every text of the
//! mode before it. Strict mode accepts the grammar of the RFC, and the default mode the grammar of
//! the crate documentation.

#![no_main]

use libfuzzer_sys::fuzz_target;
use scim_filter::{AttrPath, ParseError, Parser};

use self::abnf::Grammar;

#[path = "../../tests/grammar/abnf.rs"]
mod abnf;

fn check_error(error: &ParseError, text: &str) {
    let span = error.span();
    assert!(text.get(span).is_some());
    assert!(!error.display_with(text).to_string().is_empty());
    assert!(!error.to_string().is_empty());
    assert!(["invalidFilter", "invalidPath"].contains(&error.scim_type()));
}

fuzz_target!(|text: &str| {
    let parsers = [Parser::strict(), Parser::new(), Parser::lenient()];
    let [strict, default, lenient] = parsers.map(|parser| parser.filter(text));
    for result in [&strict, &default, &lenient] {
        if let Err(error) = result {
            check_error(error, text);
        }
    }
    assert!(strict.is_err() || strict == default);
    assert!(default.is_err() || default == lenient);
    // The reference grammar is slow and has no limits.
    if text.len() < 100 {
        let read = [(Grammar::Printed, strict), (Grammar::Default, default)];
        for ((grammar, filter), parser) in read.into_iter().zip(parsers) {
            assert_eq!(filter.is_ok(), abnf::is_filter(grammar, text));
            let path = parser.patch_path(text);
            assert_eq!(path.is_ok(), abnf::is_path(grammar, text));
        }
    }
    for parser in parsers {
        let unlimited = parser
            .with_max_bytes(None)
            .with_max_depth(None)
            .with_max_terms(None);
        if let Ok(filter) = parser.filter(text) {
            assert_eq!(unlimited.filter(text), Ok(filter));
        }
        let tight = parser
            .with_max_bytes(Some(64))
            .with_max_depth(Some(2))
            .with_max_terms(Some(3));
        if let Ok(filter) = tight.filter(text) {
            assert_eq!(parser.filter(text), Ok(filter));
        }
        if let Err(error) = parser.attr_path_list(text) {
            check_error(&error, text);
        }
    }
    if let Err(error) = AttrPath::parse(text) {
        check_error(&error, text);
    }
});
