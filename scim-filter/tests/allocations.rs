//! How often the heap is asked.

use std::hint::black_box;

use allocation_counter::measure;
use scim_filter::{AttrPath, Filter, PatchPath};

#[track_caller]
fn parses_with(most: u64, input: &str) {
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
    for input in [
        "title pr".to_owned(),
        r#"userName eq "bjensen""#.to_owned(),
        "age ge -12345678901234567890.5e3".to_owned(),
        "active eq true".to_owned(),
        "((((((((title pr".to_owned().replace('(', ""),
        r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "Sales""#
            .to_owned(),
        format!("urn:{long}:name.sub eq 1"),
        format!("userName eq \"{long}\""),
    ] {
        parses_with(0, &input);
    }
    parses_with(1, r#"userName eq "b\u00e9nsen""#);
}

#[test]
fn a_value_path_allocates_at_most_twice() {
    parses_with(2, r#"emails[type eq "work"]"#);
    parses_with(2, r#"emails[type eq "work" and value co "@example.com"]"#);
    parses_with(
        2,
        r#"emails[type eq "work"].value eq "bjensen@example.com""#,
    );
}

#[test]
fn paths_allocate_nothing_without_a_filter() {
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
