//! Random filters: the parser reads back a printed filter, and evaluation agrees with an oracle that
//! has no arena.

use std::hash::{DefaultHasher, Hash, Hasher};

use proptest::prelude::*;
use scim_filter::{AttrPath, CompareOp, Expr, Filter, FilterRef, Number, Parser, PatchPath, Value};

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec!["a", "b", "c", "value", "not", "and", "or", "pr", "$ref"])
            .prop_map(str::to_owned),
        1 => "[a-zA-Z][a-zA-Z0-9_-]{0,6}",
    ]
}

fn path() -> impl Strategy<Value = AttrPath<'static>> {
    let uri = prop::option::weighted(0.2, "urn:[a-z]{1,4}(:[a-z0-9.]{1,4}){0,2}:2\\.0:User");
    (uri, name(), prop::option::weighted(0.3, name()))
        .prop_map(|(uri, name, sub)| AttrPath::new(uri.as_deref(), &name, sub.as_deref()).unwrap())
}

fn value() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![
        3 => prop::sample::select(vec!["x", "X", "y", "", "1", "True", "xy"]).prop_map(Value::from),
        1 => any::<String>().prop_map(Value::from),
        1 => prop::collection::vec(prop::sample::select(vec![
            "\"", "\\", "/", "\u{0}", "\u{1f}", "\u{7f}", "\n", "\t", "\r", "é", "\u{2028}", "😀", "\u{10ffff}", ") or (", "]",
        ]), 0..6).prop_map(|parts| Value::from(parts.concat())),
        1 => prop_oneof!["-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?"]
            .prop_map(|text: String| Number::try_from(text).unwrap().into()),
        1 => (0..3).prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ]
}

fn op() -> impl Strategy<Value = CompareOp> {
    prop::sample::select(vec![
        CompareOp::Eq,
        CompareOp::Ne,
        CompareOp::Co,
        CompareOp::Sw,
        CompareOp::Ew,
        CompareOp::Gt,
        CompareOp::Ge,
        CompareOp::Lt,
        CompareOp::Le,
    ])
}

fn filter(value_paths: bool) -> BoxedStrategy<Filter<'static>> {
    let leaf = prop_oneof![
        3 => (path(), op(), value()).prop_map(|(path, op, value)| Filter::compare(path, op, value)),
        1 => path().prop_map(Filter::present),
    ];
    let leaf = if value_paths {
        let in_brackets = (path(), filter(false))
            .prop_map(|(path, filter)| Filter::value_path(path, filter).unwrap());
        prop_oneof![4 => leaf, 1 => in_brackets].boxed()
    } else {
        leaf.boxed()
    };

    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|filters| Filter::and(filters).unwrap()),
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|filters| Filter::or(filters).unwrap()),
            inner.prop_map(Filter::not),
        ]
    })
    .boxed()
}

/// Rebuilds the same filter from its parts.
fn rebuild(filter: FilterRef<'_>) -> Filter<'_> {
    match filter.expr() {
        Expr::And(parts) => Filter::and(parts.filters().map(rebuild)).unwrap(),
        Expr::Or(parts) => Filter::or(parts.filters().map(rebuild)).unwrap(),
        Expr::Not(part) => Filter::not(rebuild(part)),
        Expr::Compare { path, op, value } => Filter::compare(path.clone(), op, value.clone()),
        Expr::Present(path) => Filter::present(path.clone()),
        Expr::ValuePath { path, filter } => {
            Filter::value_path(path.clone(), rebuild(filter)).unwrap()
        }
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

proptest! {
    #[test]
    fn printed_filters_parse_as_equal_filters(filter in filter(true)) {
        let text = filter.to_string();
        let again = Filter::parse(&text).unwrap();
        prop_assert_eq!(&again, &filter, "{}", text);
        prop_assert_eq!(hash(&again), hash(&filter), "{}", text);
        prop_assert_eq!(again.to_string(), text.clone());
        prop_assert_eq!(Parser::lenient().filter(&text).unwrap(), filter.clone(), "{}", text);
        prop_assert!(filter.as_ref().to_filter() == filter, "{}", text);
        prop_assert_eq!(again.clone().into_owned(), again, "{}", text);
    }

    #[test]
    fn rebuilding_from_parts_gives_an_equal_filter(filter in filter(true)) {
        let again = rebuild(filter.as_ref());
        prop_assert_eq!(&again, &filter, "{}", filter);
        prop_assert_eq!(hash(&again), hash(&filter), "{}", filter);
    }

    #[test]
    fn escapes_make_no_difference(text in any::<String>()) {
        let units = text.encode_utf16();
        let units = units.fold(String::new(), |all, unit| all + &format!("\\u{unit:04x}"));
        let escaped = format!("a eq \"{units}\"");
        let filter = Filter::parse(&escaped).unwrap();
        prop_assert_eq!(&filter, &Filter::compare(AttrPath::parse("a").unwrap(), CompareOp::Eq, text.as_str()));
        let upper = escaped.to_uppercase().replace("\\U", "\\u");
        prop_assert_eq!(Parser::strict().filter(&upper), Ok(filter));
    }

    #[test]
    fn printed_patch_paths_parse_as_equal_paths(
        path in path(), filter in filter(false), sub in prop::option::of(name())
    ) {
        let dotted = sub.as_ref().map(|sub| format!(".{sub}")).unwrap_or_default();
        let read = format!("{path}[{filter}]{dotted}").parse::<PatchPath<'_>>().unwrap();
        prop_assert_eq!(read.attribute(), &path);
        prop_assert_eq!(read.filter(), Some(&filter), "{}", filter);
        prop_assert_eq!(read.sub_attribute(), sub.as_deref());
        for text in [path.to_string(), format!("{path}[{filter}]{dotted}")] {
            let read = PatchPath::parse(&text).unwrap();
            prop_assert_eq!(read.to_string(), text.clone());
            prop_assert!(read.to_string().parse::<PatchPath<'_>>().unwrap() == read);
            prop_assert_eq!(read.clone().into_owned(), read.clone(), "{}", text);
            prop_assert_eq!(Parser::lenient().patch_path(&text), Ok(read), "{}", text);
        }
    }

    #[test]
    fn printed_attribute_lists_parse_as_equal_lists(
        paths in prop::collection::vec(path(), 0..6), separator in "[ \t]{0,2},[ ]{0,2}"
    ) {
        let text = paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(&separator);
        let read = AttrPath::parse_list(&text).unwrap();
        prop_assert_eq!(&read, &paths);
        let owned: Vec<_> = read.into_iter().map(AttrPath::into_owned).collect();
        prop_assert_eq!(owned, paths);
    }

    #[test]
    fn any_text_parses_or_is_refused_with_a_place_in_it(
        text in prop_oneof![
            any::<String>(),
            "[ab.:$ ()\\[\\]\"\\\\0-9é]{0,20}",
            prop::collection::vec(prop::sample::select(vec![
                "a", " ", "eq", "pr", "(", ")", "[", "]", "not", "and", "or", "\"x\"", "1", ".", ":",
            ]), 0..14).prop_map(|words| words.concat()),
        ]
    ) {
        for parser in [Parser::strict(), Parser::new(), Parser::lenient()] {
            if let Err(error) = parser.filter(&text) {
                prop_assert!(text.get(error.span()).is_some(), "{text:?}: {error:?}");
                prop_assert!(!error.display_with(&text).to_string().is_empty());
            }
            for error in [parser.patch_path(&text).err(), parser.attr_path_list(&text).err()].into_iter().flatten() {
                prop_assert!(text.get(error.span()).is_some(), "{text:?}: {error:?}");
                prop_assert!(!error.display_with(&text).to_string().is_empty());
            }
        }
        // Each mode accepts every text of the mode before it, as the same filter.
        if let Ok(strict) = Parser::strict().filter(&text) {
            prop_assert!(Parser::new().filter(&text) == Ok(strict));
        }
        if let Ok(default) = Parser::new().filter(&text) {
            prop_assert!(Parser::lenient().filter(&text) == Ok(default));
        }
    }
}

#[cfg(feature = "json")]
mod evaluation {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::oracle::answer;

    const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

    fn simple() -> impl Strategy<Value = Json> {
        prop_oneof![
            3 => prop::sample::select(vec!["x", "X", "y", "", "1", "True", "xyx"]).prop_map(Json::from),
            1 => (0..3).prop_map(Json::from),
            1 => any::<i64>().prop_map(Json::from),
            1 => prop::num::f64::NORMAL.prop_map(Json::from),
            1 => any::<bool>().prop_map(Json::from),
            1 => Just(Json::Null),
        ]
    }

    fn key() -> impl Strategy<Value = String> {
        prop::sample::select(vec!["a", "b", "c", "value", "A", "$ref"]).prop_map(str::to_owned)
    }

    fn complex() -> impl Strategy<Value = Json> {
        prop::collection::btree_map(key(), simple(), 0..4).prop_map(|map| json!(map))
    }

    fn resource() -> impl Strategy<Value = Json> {
        let single = prop_oneof![simple(), complex()];
        let attribute = prop_oneof![
            2 => single.clone(),
            1 => prop::collection::vec(single, 0..4).prop_map(Json::from),
        ];
        let name = prop_oneof![5 => key(), 1 => Just(ENTERPRISE.to_owned())];
        prop::collection::btree_map(name, attribute, 0..5).prop_map(|map| json!(map))
    }

    /// Replaces some random URNs by those of the resources.
    fn with_known_urns(filter: &Filter<'_>) -> Filter<'static> {
        let text = filter.to_string().replace("urn:a:2.0:User", CORE);
        text.replace("urn:b:2.0:User", ENTERPRISE).parse().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn answers_agree_with_the_oracle(filter in filter(true), resource in resource()) {
            let filter = with_known_urns(&filter);
            prop_assert_eq!(
                filter.matches(&resource), answer(filter.as_ref(), &resource), "{} on {}", filter, resource
            );
        }
    }

    /// Combines every operator, every kind of literal, every kind of value and every form of a test.
    #[test]
    fn answers_to_every_small_case_agree_with_the_oracle() {
        let literals = [
            "null",
            "true",
            "false",
            "0",
            "1",
            "1.0",
            "-0",
            "1e2",
            "\"\"",
            "\"x\"",
            "\"XY\"",
            "\"true\"",
            "\"False\"",
            "\"1\"",
            "\"01\"",
            "\"100\"",
        ];
        let values = [
            json!(null),
            json!(""),
            json!([]),
            json!({}),
            json!([null]),
            json!([{}]),
            json!([[]]),
            json!([""]),
            json!("x"),
            json!("xyz"),
            json!("TRUE"),
            json!("1"),
            json!(0),
            json!(1),
            json!(-0.0),
            json!(100),
            json!(true),
            json!(false),
            json!(["x", "xy"]),
            json!([1, "1", true]),
            json!({ "value": "x" }),
            json!({ "value": "" }),
            json!({ "value": null }),
            json!({ "value": [] }),
            json!({ "value": ["x", "y"] }),
            json!({ "type": "x" }),
            json!({ "type": "" }),
            json!([{ "value": "x", "type": "y" }, { "value": 1 }]),
            json!({ "value": { "value": "x" } }),
            json!([null, "x", {}, { "VALUE": true }]),
        ];
        let mut tests = vec!["pr".to_owned()];
        for op in ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"] {
            tests.extend(literals.map(|literal| format!("{op} {literal}")));
        }
        let mut resources = vec![json!({})];
        resources.extend(values.iter().map(|value| json!({ "a": value })));
        resources.extend(
            values
                .iter()
                .map(|value| json!({ ENTERPRISE: { "a": value } })),
        );
        for test in tests {
            for filter in [
                format!("a {test}"),
                format!("A.value {test}"),
                format!("a.type {test}"),
                format!("a[value {test}]"),
                format!("a[type {test} or not (VALUE {test})]"),
                format!("not (a {test})"),
                format!("{CORE}:a {test}"),
                format!("{ENTERPRISE}:a {test}"),
                format!("{ENTERPRISE}[a {test}]"),
            ] {
                let filter = Filter::parse(&filter).unwrap();
                for resource in &resources {
                    let expected = answer(filter.as_ref(), resource);
                    assert_eq!(filter.matches(resource), expected, "{filter} on {resource}");
                }
            }
        }
    }
}
