//! A resource reads the same in both representations: as its original text or as a changed tree.

use bytes::Bytes;
use proptest::prelude::*;
use scim_core::filter::{AttrPath, Filter};
use scim_core::projection::Projection;
use scim_core::resource::TypedResource;
use scim_core::schema::ResourceType;
use scim_core::{ErrorKind, Profile, Resource, ValueRef};
use serde_json::Value;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The resource as a tree: changed and changed back.
fn as_tree(json: &str) -> Resource {
    let mut resource: Resource = serde_json::from_str(json).expect("a resource");
    resource.set("zzz", 1).expect("a path");
    resource.remove("zzz");
    resource
}

fn as_text(json: &str) -> Resource {
    Resource::from_bytes(Bytes::copy_from_slice(json.as_bytes())).expect("a resource")
}

/// Describes everything readable of a value, with numbers by value.
fn describe(value: Option<ValueRef<'_>>) -> String {
    let Some(value) = value else {
        return "nothing".to_owned();
    };
    let members: Vec<String> = {
        let mut members: Vec<_> = value
            .members()
            .map(|(name, value)| (name.to_owned(), describe(Some(value))))
            .collect();
        members.sort();
        members
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    };
    let is_list = format!("{value:?}") == "ValueRef(list)";

    let elements: Vec<String> = value
        .elements()
        .filter(|_| is_list)
        .map(|item| describe(Some(item)))
        .collect();

    let number = value.as_number().map(|number| {
        number
            .as_str()
            .parse::<f64>()
            .expect("a double")
            .to_string()
    });
    format!(
        "{:?} {:?} {number:?} {:?} {} {members:?} {elements:?}",
        value,
        value.as_str(),
        value.as_bool(),
        value.is_unassigned(),
    )
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "", "a", "A", "ab", "true", "work", "é", "É", "\"", "\\", "\n", "😀", "\u{0}", ",",
            "}", "]", "null"
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ]
}

/// A JSON string, plain or with every character escaped.
fn string() -> impl Strategy<Value = String> {
    (text(), any::<bool>()).prop_map(|(text, is_escaped)| {
        if is_escaped {
            let units: Vec<String> = text
                .encode_utf16()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect();
            format!("\"{}\"", units.concat())
        } else {
            serde_json::to_string(&text).expect("a string")
        }
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(vec![
            "userName", "USERNAME", "emails", "value", "type", "VALUE", "primary", "name", "givenName", "title", "meta",
            "lastModified", "active", "department", "manager", "id", "externalId", "members", "x-y", "$ref", ENTERPRISE,
        ]).prop_map(|name| format!("\"{name}\"")),
        1 => string(),
    ]
}

fn blank() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", "", " ", "\n\t"])
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => string(),
        1 => prop::sample::select(vec!["null", "true", "false", "0", "-1", "1.50", "1e3", "12345678901234567890", "0.1E-7", "1e400"])
            .prop_map(str::to_owned),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(|number| format!("{number:e}")),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(","))),
            object(inner),
        ]
    })
}

fn object(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (
        prop::collection::vec((name(), blank(), value), 0..6),
        blank(),
    )
        .prop_map(|(members, blank)| {
            let members: Vec<String> = members
                .into_iter()
                .map(|(name, blank, value)| format!("{name}{blank}:{blank}{value}{blank}"))
                .collect();
            format!("{{{blank}{}}}", members.join(","))
        })
}

const PATHS: &[&str] = &[
    "userName",
    "USERNAME",
    "emails",
    "emails.value",
    "name.givenName",
    "meta.lastModified",
    "active",
    "title",
    "x-y",
    "id",
    "department",
    "urn:ietf:params:scim:schemas:core:2.0:User:userName",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
];

const FILTERS: &[&str] = &[
    r#"userName eq "a""#,
    r#"title ne "A""#,
    r#"emails co "a""#,
    r#"emails[type eq "work" and value co "a"]"#,
    "emails pr",
    "name pr",
    r#"name.givenName sw "a""#,
    "active eq true",
    r#"meta.lastModified gt "2020-01-01T00:00:00Z""#,
    r#"id eq "a""#,
    "x-y eq 1.5",
    "x-y ge 0",
    "userName eq null",
    r#"department eq "ab""#,
    r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "a""#,
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr",
    r#"not (members eq "a")"#,
    r#"emails[primary eq true] or title eq "é""#,
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_and_tree_give_the_same_values(json in object(json())) {
        let Ok(_) = serde_json::from_str::<Value>(&json) else {
            prop_assert!(Resource::from_bytes(Bytes::from(json)).is_err());
            return Ok(());
        };
        let (text, tree) = (as_text(&json), as_tree(&json));
        prop_assert_eq!(&text, &tree);
        prop_assert_eq!(text.id(), tree.id());
        prop_assert_eq!(text.external_id(), tree.external_id());
        for path in PATHS {
            let path = AttrPath::parse(path).unwrap();
            prop_assert_eq!(describe(text.get(&path)), describe(tree.get(&path)), "{} of {}", path, &json);
        }

        let again: Value = serde_json::from_slice(&text.to_vec()).unwrap();
        prop_assert_eq!(again, serde_json::from_str::<Value>(&json).unwrap());
        prop_assert_eq!(as_text(&text.to_string()).to_string(), text.to_string());
        prop_assert_eq!(&tree.compact(), &text);
    }

    #[test]
    fn text_and_tree_match_the_same_filters(json in object(json())) {
        prop_assume!(serde_json::from_str::<Value>(&json).is_ok());
        let (text, tree) = (as_text(&json), as_tree(&json));
        let user = ResourceType::user();
        for filter in FILTERS {
            let filter = Filter::parse(filter).unwrap();
            let of = |resource| filter.matches(&TypedResource::new(resource, &user));
            prop_assert_eq!(of(&text), of(&tree), "{} of {}", &filter, &json);
        }
    }

    #[test]
    fn text_and_tree_give_the_same_projections(json in object(json()), attributes in any::<bool>()) {
        prop_assume!(serde_json::from_str::<Value>(&json).is_ok());
        let (text, tree) = (as_text(&json), as_tree(&json));
        let user = ResourceType::user();
        for path in PATHS {
            let (only, except) = if attributes { (Some(*path), None) } else { (None, Some(*path)) };
            let projection = Projection::parse(only, except, Profile::tolerant()).unwrap();
            let of = |resource| projection.apply(resource, &user);
            prop_assert_eq!(of(&text), of(&tree), "{} of {}", path, &json);
        }
    }

    #[test]
    fn any_text_is_read_or_refused_like_serde_json(text in "[\\[\\]{}\",:0-9eE+.\\-truefalsn\\\\ab \n\u{1}é]{0,24}") {
        let is_object = serde_json::from_str::<Value>(&text).is_ok_and(|value| value.is_object());
        prop_assert_eq!(Resource::from_slice(text.as_bytes()).is_ok(), is_object, "{}", &text);

        let member = format!("{{\"a\":{text}}}");
        let is_object = serde_json::from_str::<Value>(&member).is_ok();
        prop_assert_eq!(Resource::from_slice(member.as_bytes()).is_ok(), is_object, "{}", &member);
    }
}

#[test]
fn an_unchanged_resource_is_written_as_read() {
    let json =
        r#"{"zz":1.50,"a":[12345678901234567890123,1e2,"\u00e9\/"],"userName":"b","n":null}"#;
    assert_eq!(
        Resource::from_slice(json.as_bytes()).unwrap().to_string(),
        json
    );
    assert_eq!(as_text(json).to_string(), json);

    let spaced = "{ \"a b\" : \"x \\\" y\" ,\n\"c\":[ 1 , 2 ] }";
    assert_eq!(as_text(spaced).to_string(), r#"{"a b":"x \" y","c":[1,2]}"#);
}

#[test]
fn the_last_of_repeated_names_counts() {
    let twice = as_text(r#"{"a":1,"b":2,"a":3}"#);
    assert_eq!(twice.to_string(), r#"{"a":3,"b":2}"#);
    let escaped = as_text(r#"{"userName":"x","user\u004eame":"y"}"#);
    assert_eq!(escaped.text("userName").as_deref(), Some("y"));
    let nested = as_text(r#"{"name":{"givenName":"x","GIVENNAME":"y"}}"#);
    assert_eq!(nested.text("name.givenName").as_deref(), Some("x"));
}

#[test]
fn every_way_of_reading_bounds_the_nesting() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for (depth, is_read) in [(100, true), (126, true), (127, false), (100_000, false)] {
            let json = format!("{{\"x\":{}1{}}}", open.repeat(depth), close.repeat(depth));
            let read = Resource::from_bytes(Bytes::from(json));
            assert_eq!(read.is_ok(), is_read, "{depth}");
            if let Err(error) = read {
                assert_eq!(error.kind(), ErrorKind::InvalidSyntax);
            }
        }
    }
}

#[test]
fn invalid_utf8_is_refused() {
    for bytes in [
        &b"{\"a\":\"\xff\"}"[..],
        b"{\"\xff\":1}",
        b"",
        b"{}x",
        b"{\"a\":\"\\ud800\"}",
    ] {
        assert!(Resource::from_bytes(Bytes::copy_from_slice(bytes)).is_err());
    }
}

#[test]
fn debug_shows_no_values() {
    let resource = as_text(r#"{"id":"7","userName":"secret"}"#);
    let value = resource.get(&AttrPath::parse("userName").unwrap());
    assert!(!format!("{resource:?} {value:?}").contains("secret"));
}
