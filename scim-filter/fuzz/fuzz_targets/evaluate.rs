//! Evaluation agrees with the oracle and follows De Morgan's laws.
//!
//! The input is a filter, a line feed, and a resource in JSON.

#![no_main]

use libfuzzer_sys::fuzz_target;
use scim_filter::visit::Event;
use scim_filter::{Expr, Filter, Parser, Value as Literal};
use serde_json::Value;

#[path = "../../tests/semantics/oracle.rs"]
mod oracle;

/// Cuts a value down to the depth of SCIM: attributes, their values, sub-attributes, their values.
fn shaped(value: Value, depth: usize, in_list: bool) -> Value {
    match value {
        Value::Array(values) if !in_list => values
            .into_iter()
            .map(|value| shaped(value, depth, true))
            .collect(),
        Value::Object(members) if depth > 0 => members
            .into_iter()
            .map(|(name, value)| (name, shaped(value, depth - 1, false)))
            .collect(),
        Value::Array(_) | Value::Object(_) => Value::Null,
        Value::Number(number) if number.to_string().len() > 20 => Value::Null,
        simple => simple,
    }
}

/// Whether the oracle supports a filter: no moments, and exponents of at most three digits.
fn oracle_knows(filter: &Filter<'_>) -> bool {
    filter.walk().all(|event| match event {
        Event::Leaf(Expr::Compare { path, value, .. }) => {
            let text = match value {
                Literal::String(text) => text.to_string(),
                Literal::Number(number) => number.to_string(),
                Literal::Bool(_) | Literal::Null => String::new(),
            };

            let lower = text.to_ascii_lowercase();
            let exponent = lower.split_once('e').map_or("", |parts| parts.1);
            exponent.trim_start_matches(['+', '-', '0']).len() <= 3
                && !path.as_str().to_ascii_lowercase().contains("meta")
        }
        Event::Enter(Expr::ValuePath { path, .. }) => {
            !path.as_str().to_ascii_lowercase().contains("meta")
        }
        _ => true,
    })
}

fuzz_target!(|text: &str| {
    let Some((filter, resource)) = text.split_once('\n') else {
        return;
    };
    let Ok(filter) = Parser::lenient().filter(filter) else {
        return;
    };
    let Ok(resource) = serde_json::from_str::<Value>(resource) else {
        return;
    };
    // Any JSON value gets an answer.
    let _ = filter.matches(&resource);
    let resource = shaped(resource, 3, false);
    let answer = filter.matches(&resource);
    if oracle_knows(&filter) {
        assert_eq!(
            answer,
            oracle::answer(filter.as_ref(), &resource),
            "{filter} on {resource}"
        );
    }
    assert_eq!(
        filter
            .to_string()
            .parse::<Filter<'_>>()
            .unwrap()
            .matches(&resource),
        answer
    );
    let not = Filter::not(filter.clone());
    assert_eq!(not.matches(&resource), !answer);
    let other = Filter::parse("a pr").unwrap();
    let both = Filter::and([filter.clone(), other.clone()]).unwrap();
    let neither = Filter::or([not, Filter::not(other.clone())]).unwrap();
    assert_eq!(both.matches(&resource), answer && other.matches(&resource));
    assert_eq!(both.matches(&resource), !neither.matches(&resource));
});
