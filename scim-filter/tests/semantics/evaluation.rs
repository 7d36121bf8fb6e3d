//! Evaluation on JSON: the rules and the truth table of `scim_filter::eval`.

use scim_filter::{Filter, Parser};
use serde_json::{Value, json};

#[track_caller]
fn matches(resource: &Value, filter: &str, expected: bool) {
    let parsed = Filter::parse(filter).unwrap();
    assert_eq!(parsed.matches(resource), expected, "{filter}");
    assert_eq!(
        parsed.into_owned().matches(resource),
        expected,
        "{filter}, owned"
    );
}

fn barbara() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "2819c223",
        "externalId": "123",
        "userName": "bjensen",
        "title": "VP",
        "nickName": "",
        "roles": [],
        "name": { "givenName": "Barbara", "familyName": "Jensen" },
        "active": true,
        "age": 31,
        "emails": [
            { "type": "work", "value": "bjensen@corp.com", "primary": true },
            { "type": "home", "value": "babs@home.net" },
        ],
        "meta": { "created": "2011-05-13T04:42:34Z", "lastModified": "2011-05-13T06:42:34.000+02:00" },
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "department": "Sales",
            "manager": { "value": "26118915" },
        },
    })
}

#[test]
fn answers_that_another_rust_matcher_gets_wrong() {
    let user = barbara();
    for (filter, expected) in [
        (r#"userName eq "BJENSEN""#, true),
        (r#"title co "v""#, true),
        (r#"emails[type eq "work" and value co "home.net"]"#, false),
        (r#"emails[type eq "home" and value co "home.net"]"#, true),
        (r#"Emails[Type eq "work"]"#, true),
        (r#"emails co "corp.com""#, true),
        ("roles pr", false),
        ("nickName pr", false),
        (
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "Sales""#,
            true,
        ),
        (r#"externalId ne "abc""#, true),
        (r#"externalId sw "1""#, true),
        (r#"externalId co "12""#, true),
        (r#"middleName ne "x""#, true),
        (r#"middleName gt "x""#, false),
    ] {
        matches(&user, filter, expected);
    }
}

#[test]
fn the_truth_table_for_absent_null_and_empty_values() {
    const FILTERS: [&str; 7] = [
        "a pr",
        "a eq null",
        "a ne null",
        r#"a eq "x""#,
        r#"a ne "x""#,
        r#"a eq """#,
        r#"a ge """#,
    ];
    for (resource, expected) in [
        (json!({}), [false, true, false, false, true, false, false]),
        (
            json!({ "a": null }),
            [false, true, false, false, true, false, false],
        ),
        (
            json!({ "a": [] }),
            [false, true, false, false, true, false, false],
        ),
        (
            json!({ "a": {} }),
            [false, true, false, false, true, false, false],
        ),
        (
            json!({ "a": [null] }),
            [false, true, false, false, true, false, false],
        ),
        (
            json!({ "a": [{}] }),
            [false, true, false, false, true, false, false],
        ),
        (
            json!({ "a": { "type": "" } }),
            [false, true, false, false, true, false, false],
        ),
        (
            json!({ "a": "" }),
            [false, false, true, false, true, true, true],
        ),
        (
            json!({ "a": "x" }),
            [true, false, true, true, false, false, true],
        ),
        (
            json!({ "a": ["x", "y"] }),
            [true, false, true, true, false, false, true],
        ),
        (
            json!({ "a": ["y"] }),
            [true, false, true, false, true, false, true],
        ),
        (
            json!({ "a": { "type": "x" } }),
            [true, false, true, false, true, false, false],
        ),
        (
            json!({ "a": { "value": "x" } }),
            [true, false, true, true, false, false, true],
        ),
        (
            json!({ "a": 0 }),
            [true, false, true, false, true, false, false],
        ),
        (
            json!({ "a": false }),
            [true, false, true, false, true, false, false],
        ),
    ] {
        for (filter, expected) in FILTERS.into_iter().zip(expected) {
            let parsed = Filter::parse(filter).unwrap();
            assert_eq!(
                parsed.matches(&resource),
                expected,
                "{filter} on {resource}"
            );
        }
        for op in ["co", "sw", "ew", "gt", "ge", "lt", "le"] {
            matches(&resource, &format!("a {op} null"), false);
        }
    }
}

#[test]
fn ne_negates_eq_over_all_values() {
    let user = barbara();
    matches(&user, r#"emails.type ne "work""#, false);
    matches(&user, r#"emails.type ne "other""#, true);
    matches(&user, r#"emails[type ne "work"]"#, true);
    matches(&user, r#"emails[type ne "work" and type ne "home"]"#, false);
    matches(&user, "emails[primary ne true]", true);
    matches(&user, r#"not (userName eq "bjensen")"#, false);
}

#[test]
fn types_follow_the_json_value() {
    let user = barbara();
    for (filter, expected) in [
        ("age eq 31.0", true),
        ("age eq 3.1e1", true),
        (r#"age eq "31""#, true),
        (r#"age eq "031""#, false),
        ("age gt 30.999999999999999999999", true),
        ("age gt 31", false),
        ("age ge 31", true),
        ("age lt 1e400", true),
        ("age co 3", false),
        ("age eq true", false),
        ("active eq true", true),
        (r#"active eq "True""#, true),
        (r#"active eq "yes""#, false),
        ("active ne false", true),
        ("active gt false", false),
        ("active eq 1", false),
        ("externalId eq 123", true),
        ("externalId eq 123.0", false),
        (r#"emails[primary eq "True"].value sw "BJENSEN""#, true),
        (r#"meta.created eq "2011-05-13T04:42:34.000Z""#, true),
        (r#"meta.lastModified eq "2011-05-13T04:42:34Z""#, true),
        (r#"meta.lastModified gt "2011-05-13T05:00:00Z""#, false),
        (r#"meta.lastModified ge "2011-05-13""#, true),
        (r#"meta.created sw "2011-05""#, true),
        (r#"userName gt "BJ""#, true),
        (r#"userName lt "C""#, true),
        (r#"userName eq """#, false),
        (r#"userName co """#, true),
        (r#"name eq "Barbara""#, false),
        ("name pr", true),
        ("name.middleName pr", false),
        ("userName.value pr", false),
        (r#"schemas[value ew ":User"]"#, true),
        (
            r#"schemas eq "URN:ietf:params:scim:schemas:core:2.0:user""#,
            true,
        ),
    ] {
        matches(&user, filter, expected);
    }
}

#[test]
fn uris_lead_to_extensions_and_core_ones_to_the_top() {
    let user = barbara();
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    for (filter, expected) in [
        (format!("{enterprise}:manager eq \"26118915\""), true),
        (format!("{enterprise}:manager.value eq \"26118915\""), true),
        (format!("{}:DEPARTMENT pr", enterprise.to_uppercase()), true),
        (format!("{enterprise}:userName pr"), false),
        (format!("{enterprise} pr"), true),
        (format!("{enterprise}[department eq \"sales\"]"), true),
        (
            "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName eq \"barbara\"".into(),
            true,
        ),
        (
            "urn:ietf:params:scim:schemas:core:2.0:User:department pr".into(),
            false,
        ),
        ("urn:example:other:1.0:User:userName pr".into(), false),
        ("department pr".into(), false),
    ] {
        matches(&user, &filter, expected);
    }
}

#[test]
fn filters_of_clients_find_their_user() {
    let user = barbara();
    for filter in [
        "externalId eq 123",
        "userName eq bjensen",
        "id eq 2819c223 and active eq True",
        r#"emails[type eq "work"].value eq "BJENSEN@corp.com""#,
        r#"username Eq "bjensen""#,
    ] {
        assert!(
            Parser::lenient().filter(filter).unwrap().matches(&user),
            "{filter}"
        );
    }
}

#[test]
fn a_value_other_than_an_object_has_no_attributes() {
    for value in [
        json!(null),
        json!(1),
        json!("x"),
        json!(["x"]),
        json!([{ "a": 1 }]),
    ] {
        matches(&value, "a pr", false);
        matches(&value, "a ne 1", true);
    }
}

#[test]
fn a_filter_also_applies_to_one_value_of_a_complex_attribute() {
    let user = barbara();
    let filter = Filter::parse(r#"type eq "work" and primary eq "true""#).unwrap();
    let found: Vec<_> = user["emails"]
        .as_array()
        .unwrap()
        .iter()
        .map(|email| filter.matches(email))
        .collect();
    assert_eq!(found, [true, false]);
}
