//! Heap allocations of each operation, which are the same on every machine.

use std::hint::black_box;

use allocation_counter::measure;
use scim_filter::check::{Definition, Definitions, SimpleType};
use scim_filter::{AttrPath, Filter, Parser, PatchPath};

#[track_caller]
fn parses_with_at_most(most: u64, input: &str) {
    assert!(Filter::parse(input).is_ok(), "{input}");
    let counted = measure(|| {
        black_box(Filter::parse(black_box(input)).is_ok());
    });
    let start = input.get(..60).unwrap_or(input);
    assert!(
        counted.count_total <= most,
        "{} allocations for {start}",
        counted.count_total
    );
}

#[test]
fn one_comparison_allocates_nothing() {
    let long = "x".repeat(100_000);
    let uri = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    for input in [
        "title pr".to_owned(),
        r#"userName eq "bjensen""#.to_owned(),
        "age ge -12345678901234567890.5e3".to_owned(),
        format!("age ge {}", "1".repeat(100_000)),
        "active eq true".to_owned(),
        "nickName ne null".to_owned(),
        r#"members.$ref co "/Users/""#.to_owned(),
        r#"displayName ew """#.to_owned(),
        "displayName eq \"Zoë\"".to_owned(),
        format!(r#"{uri}:manager.displayName sw "Sales""#),
        format!("{uri}:department pr"),
        format!("urn:{long}:name.sub eq 1"),
        format!("{long}.{long} pr"),
        format!("userName eq \"{long}\""),
    ] {
        parses_with_at_most(0, &input);
    }

    for op in ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"] {
        // The lengths around which the scanner changes its stride.
        for len in [0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 72, 1000] {
            parses_with_at_most(0, &format!("name {op} \"{}\"", "é".repeat(len / 2)));
            parses_with_at_most(0, &format!("name {op} \"{}\"", "x".repeat(len)));
        }
    }

    parses_with_at_most(1, r#"userName eq "b\u00e9nsen""#);
    parses_with_at_most(1, r#"userName eq "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#);
}

#[test]
fn one_comparison_allocates_nothing_in_any_mode() {
    for parser in [Parser::strict(), Parser::new(), Parser::lenient()] {
        let counted = measure(|| {
            black_box(parser.filter(black_box(r#"userName eq "bjensen""#)).is_ok());
            black_box(parser.filter(black_box("userName eq bjensen")).is_ok());
            black_box(parser.filter(black_box("userName = 1")).is_ok());
        });
        assert_eq!(counted.count_total, 0, "{parser:?}");
    }
}

#[test]
fn a_value_path_allocates_at_most_twice() {
    for input in [
        r#"emails[type eq "work"]"#,
        r#"emails[type eq "work" and value co "@example.com"]"#,
        r#"emails[not (type eq "work") or (value pr and primary eq true)]"#,
        r#"emails[type eq "work"].value eq "bjensen@example.com""#,
        r#"emails[type eq "work" or type eq "home"].value eq "bjensen@example.com""#,
        r#"urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq "work"]"#,
    ] {
        parses_with_at_most(2, input);
    }
}

#[test]
fn long_filters_allocate_a_few_times() {
    let ids: Vec<String> = (0..100).map(|id| format!("id eq \"{id:036}\"")).collect();
    parses_with_at_most(2, &ids.join(" or "));
    let uneven: Vec<String> = (0..100)
        .map(|id| format!("id eq \"{}\"", "x".repeat(100 - id)))
        .collect();
    parses_with_at_most(6, &uneven.join(" and "));
}

#[test]
fn paths_with_at_most_one_comparison_allocate_nothing() {
    let counted = measure(|| {
        black_box(AttrPath::parse(black_box("name.givenName")).is_ok());
        black_box(PatchPath::parse(black_box("urn:example:2.0:User:name.givenName")).is_ok());
        black_box(PatchPath::parse(black_box(r#"members[value eq "2819c223"].display"#)).is_ok());
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
#[cfg(feature = "json")]
fn evaluation_allocates_nothing() {
    let user = serde_json::json!({
        "userName": "bjensen", "age": 31.5, "active": true, "meta": { "created": "2011-05-13T04:42:34Z" },
        "emails": [{ "type": "home", "value": "a@example.org" }, { "type": "work", "value": "b@example.com" }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Sales" },
    });
    for input in [
        r#"USERNAME eq "BJensen""#,
        r#"emails[type eq "work" and value co "@EXAMPLE.com"]"#,
        r#"emails co "example.com" and not (emails ew "x") and meta.created le "2020-01-01T00:00:00+01:00""#,
        r#"age gt 31 and active eq "True" and nickName ne "x""#,
        r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "sales""#,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr",
    ] {
        let filter = Filter::parse(input).unwrap();
        let counted = measure(|| assert!(filter.matches(black_box(&user)), "{input}"));
        assert_eq!(counted.count_total, 0, "{input}");
    }
}

/// A schema in which every attribute is a string, or has strings.
struct Texts;

impl Definitions for Texts {
    fn definition(&self, _: Option<&str>, name: &str) -> Option<Definition<'_>> {
        Some(match name {
            "emails" => Definition::complex(self).multi_valued(),
            _ => Definition::simple(SimpleType::String),
        })
    }
}

#[test]
fn a_check_a_walk_and_a_comparison_allocate_nothing() {
    let text = r#"userName eq "b" and not (emails[type eq "work" or value co "x"]) or title pr"#;
    let (filter, same) = (Filter::parse(text).unwrap(), Filter::parse(text).unwrap());
    let counted = measure(|| {
        assert_eq!(black_box(&filter).check(&Texts), Ok(()));
        assert_eq!(black_box(&filter).walk().count(), 17);
        assert!(black_box(&filter) == black_box(&same));
    });
    assert_eq!(counted.count_total, 0);
}
