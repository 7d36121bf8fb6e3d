//! Random filters: what is printed is read again as the same, and answers are those of an oracle
//! that knows nothing of arenas.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use proptest::prelude::*;
use scim_filter::{AttrPath, CompareOp, Filter, Number, Parser, PatchPath, Value};

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

proptest! {
    #[test]
    fn printed_filters_are_read_as_the_same(filter in filter(true)) {
        let text = filter.to_string();
        let again = Filter::parse(&text).unwrap();
        prop_assert_eq!(&again, &filter);
        prop_assert_eq!(again.to_string(), text.clone());
        prop_assert_eq!(Parser::lenient().filter(&text).unwrap(), filter.clone());
        prop_assert!(filter.as_ref().to_filter() == filter);
    }

    #[test]
    fn printed_patch_paths_are_read_as_the_same(
        path in path(), filter in filter(false), sub in prop::option::of(name())
    ) {
        let sub = sub.map(|sub| format!(".{sub}")).unwrap_or_default();
        for text in [path.to_string(), format!("{path}[{filter}]{sub}")] {
            let read = PatchPath::parse(&text).unwrap();
            prop_assert_eq!(read.to_string(), text.clone());
            prop_assert!(read.to_string().parse::<PatchPath<'_>>().unwrap() == read);
        }
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_place_in_it(
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
                prop_assert!(error.span().start <= error.span().end);
                prop_assert!(error.span().end <= text.len());
                prop_assert!(!error.display_with(&text).to_string().is_empty());
            }
            let _ = parser.patch_path(&text);
            let _ = parser.attr_path_list(&text);
        }
        // Each mode accepts what the one before it does, and reads it the same.
        if let Ok(strict) = Parser::strict().filter(&text) {
            prop_assert!(Parser::new().filter(&text) == Ok(strict));
        }
        if let Ok(default) = Parser::new().filter(&text) {
            prop_assert!(Parser::lenient().filter(&text) == Ok(default));
        }
    }
}

#[cfg(feature = "json")]
#[expect(clippy::wildcard_enum_match_arm, reason = "an oracle is to be plain")]
mod oracle {
    use scim_filter::{Expr, FilterRef};
    use serde_json::{Value as Json, json};

    use super::*;

    fn simple() -> impl Strategy<Value = Json> {
        prop_oneof![
            3 => prop::sample::select(vec!["x", "X", "y", "", "1", "True", "xyx"]).prop_map(Json::from),
            1 => (0..3).prop_map(Json::from),
            1 => any::<bool>().prop_map(Json::from),
            1 => Just(Json::Null),
        ]
    }

    fn key() -> impl Strategy<Value = String> {
        prop::sample::select(vec!["a", "b", "c", "value", "A"]).prop_map(str::to_owned)
    }

    fn resource() -> impl Strategy<Value = Json> {
        let complex = prop::collection::btree_map(key(), simple(), 0..4).prop_map(|map| json!(map));
        let single = prop_oneof![simple(), complex];
        let attribute = prop_oneof![
            2 => single.clone(),
            1 => prop::collection::vec(single, 0..4).prop_map(Json::from),
        ];
        prop::collection::btree_map(key(), attribute, 0..5).prop_map(|map| json!(map))
    }

    /// The values at a name: a list's own, or the one.
    fn values(of: &Json, name: &str) -> Vec<Json> {
        let Some(object) = of.as_object() else {
            return vec![];
        };
        let found = object.get(name).or_else(|| {
            object
                .iter()
                .find(|(key, _)| key.to_lowercase() == name.to_lowercase())
                .map(|found| found.1)
        });
        match found {
            None => vec![],
            Some(Json::Array(values)) => values.clone(),
            Some(value) => vec![value.clone()],
        }
    }

    fn reach(of: &Json, path: &AttrPath<'_>) -> Vec<Json> {
        if path.uri().is_some() {
            return vec![];
        }
        let found = values(of, path.name());
        match path.sub_attribute() {
            Some(sub) => found.iter().flat_map(|value| values(value, sub)).collect(),
            None => found,
        }
    }

    fn has(value: &Json, empty_counts: bool) -> bool {
        match value {
            Json::Null => false,
            Json::String(text) => empty_counts || !text.is_empty(),
            Json::Object(object) => object.values().any(|value| has(value, false)),
            Json::Array(values) => values.iter().any(|value| has(value, false)),
            _ => true,
        }
    }

    fn compare(value: &Json, op: CompareOp, literal: &Value<'_>) -> bool {
        use std::cmp::Ordering;

        let text = match literal {
            Value::String(text) => text.to_string(),
            other => other.to_string(),
        };
        let by_order = |order: Ordering| match op {
            CompareOp::Eq => order.is_eq(),
            CompareOp::Gt => order.is_gt(),
            CompareOp::Ge => order.is_ge(),
            CompareOp::Lt => order.is_lt(),
            CompareOp::Le => order.is_le(),
            _ => false,
        };
        match value {
            Json::String(stored) => {
                let (stored, text) = (stored.to_ascii_lowercase(), text.to_ascii_lowercase());
                match op {
                    CompareOp::Co => stored.contains(&text),
                    CompareOp::Sw => stored.starts_with(&text),
                    CompareOp::Ew => stored.ends_with(&text),
                    _ => by_order(stored.as_bytes().cmp(text.as_bytes())),
                }
            }
            Json::Bool(stored) => {
                !matches!(literal, Value::Number(_))
                    && op == CompareOp::Eq
                    && text.eq_ignore_ascii_case(&stored.to_string())
            }
            Json::Number(stored) => {
                if matches!(literal, Value::Bool(_)) || Number::parse(&text).is_none() {
                    return false;
                }
                let wanted: f64 = text.parse().unwrap();
                by_order(stored.as_f64().unwrap().partial_cmp(&wanted).unwrap())
            }
            _ => false,
        }
    }

    fn answer(filter: FilterRef<'_>, of: &Json) -> bool {
        match filter.expr() {
            Expr::And(parts) => parts.filters().all(|part| answer(part, of)),
            Expr::Or(parts) => parts.filters().any(|part| answer(part, of)),
            Expr::Not(part) => !answer(part, of),
            Expr::Present(path) => reach(of, path).iter().any(|value| has(value, false)),
            Expr::ValuePath { path, filter } => reach(of, path).iter().any(|value| match value {
                Json::Null | Json::Array(_) => false,
                Json::Object(_) => answer(filter, value),
                simple => answer(filter, &json!({ "value": simple })),
            }),
            Expr::Compare {
                path,
                op: CompareOp::Ne,
                value,
            } => !answer_compare(of, path, CompareOp::Eq, value),
            Expr::Compare { path, op, value } => answer_compare(of, path, op, value),
        }
    }

    fn answer_compare(of: &Json, path: &AttrPath<'_>, op: CompareOp, value: &Value<'_>) -> bool {
        let found = reach(of, path);
        if *value == Value::Null {
            return op == CompareOp::Eq && !found.iter().any(|value| has(value, true));
        }
        let simple = found.iter().flat_map(|found| match found {
            Json::Object(_) => values(found, "value"),
            simple => vec![simple.clone()],
        });
        simple.into_iter().any(|simple| compare(&simple, op, value))
    }

    /// Numbers an `f64` holds, since the oracle compares with those.
    fn comparable(filter: &Filter<'_>) -> bool {
        use scim_filter::visit::Event;

        filter.walk().all(|event| match event {
            Event::Leaf(Expr::Compare {
                value: Value::Number(number),
                ..
            }) => number.as_str().len() < 8,
            _ => true,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn answers_are_those_of_the_oracle(filter in filter(true), resource in resource()) {
            prop_assume!(comparable(&filter));
            prop_assert_eq!(
                filter.matches(&resource), answer(filter.as_ref(), &resource), "{} on {}", filter, resource
            );
        }
    }
}
