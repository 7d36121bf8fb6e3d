//! Every mode reads a printed filter as an equal filter.

#![no_main]

use libfuzzer_sys::fuzz_target;
use scim_filter::check::{Definition, Definitions, SimpleType};
use scim_filter::{Filter, Parser};

/// Knows some names, so that a check both succeeds and fails.
struct Schema;

impl Definitions for Schema {
    fn definition(&self, _: Option<&str>, name: &str) -> Option<Definition<'_>> {
        match name.len() {
            1 => Some(Definition::simple(SimpleType::String).multi_valued()),
            2 => Some(Definition::simple(SimpleType::Boolean)),
            3 => Some(Definition::simple(SimpleType::DateTime)),
            4..8 => Some(Definition::complex(self)),
            _ => None,
        }
    }
}

fuzz_target!(|text: &str| {
    let Ok(filter) = Parser::lenient().filter(text) else {
        return;
    };
    let printed = filter.to_string();
    let again = Filter::parse(&printed).unwrap_or_else(|error| panic!("{printed}: {error}"));
    assert_eq!(again, filter);
    assert_eq!(again.to_string(), printed);
    assert_eq!(filter.as_ref().to_filter(), filter);
    assert_eq!(filter.clone().into_owned(), filter);
    assert!(filter.walk().count() >= 1);
    assert_eq!(
        filter.check(&Schema).is_ok(),
        filter.mismatches(&Schema).count() == 0
    );
    // A negation merges with nothing, and an `and` of one filter is that filter.
    assert_ne!(Filter::not(filter.clone()), filter);
    assert_eq!(Filter::and([filter.clone()]), Some(filter));
});
