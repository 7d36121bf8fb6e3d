//! Parsers from the registry; each prints its tree as a filter with all brackets.

use std::hint::black_box;

use peer_scim_filter::parser::{
    AttrExpData, AttrPath, CompValue, CompareOp, Filter, LogExpOperator, ValFilter, filter,
};
use scim_proto::filter::ScimFilter;

use super::BenchedParser;

pub(super) fn all() -> Vec<BenchedParser> {
    vec![
        BenchedParser {
            name: "scim_v2",
            run: |input, times| {
                for _ in 0..times {
                    black_box(black_box(input).parse::<scim_v2::filter::Filter>().is_ok());
                }
            },
            print: |input| {
                let filter = input.parse::<scim_v2::filter::Filter>().ok()?;
                Some(filter.to_string())
            },
        },
        BenchedParser {
            name: "scim_proto",
            run: |input, times| {
                for _ in 0..times {
                    black_box(black_box(input).parse::<ScimFilter>().is_ok());
                }
            },
            print: |input| Some(input.parse::<ScimFilter>().ok()?.to_string()),
        },
        BenchedParser {
            name: "scim-filter 0.2.3",
            run: |input, times| {
                for _ in 0..times {
                    black_box(filter(black_box(input)).is_ok_and(|(rest, _)| rest.is_empty()));
                }
            },
            print: |input| match filter(input) {
                Ok(("", filter)) => Some(print(&filter)),
                _ => None,
            },
        },
    ]
}

fn print(filter: &Filter<'_>) -> String {
    match filter {
        Filter::AttrExp(test) => print_test(test),
        Filter::LogExp(both) => join(
            &both.log_exp_operator,
            &print(&both.left),
            &print(&both.right),
        ),
        Filter::ValuePath(path) => format!(
            "{}[{}]",
            print_path(path.attr_path()),
            print_inner(path.val_filter())
        ),
        Filter::Sub(true, inner) => format!("not ({})", print(inner)),
        Filter::Sub(false, inner) => print(inner),
    }
}

fn print_inner(filter: &ValFilter<'_>) -> String {
    match filter {
        ValFilter::AttrExp(test) => print_test(test),
        ValFilter::LogExp(both) => join(
            &both.log_exp_operator,
            &print(&both.left),
            &print(&both.right),
        ),
        ValFilter::SubFilter(true, inner) => format!("not ({})", print_inner(inner)),
        ValFilter::SubFilter(false, inner) => print_inner(inner),
    }
}

fn join(operator: &LogExpOperator, left: &str, right: &str) -> String {
    let operator = if operator.is_and() { "and" } else { "or" };
    format!("(({left}) {operator} ({right}))")
}

fn print_test(comparison: &AttrExpData<'_>) -> String {
    match comparison {
        AttrExpData::Present(path) => format!("{} pr", print_path(path)),
        AttrExpData::Compare(path, op, value) => {
            let op = match op {
                CompareOp::Equal => "eq",
                CompareOp::NotEqual => "ne",
                CompareOp::Contains => "co",
                CompareOp::StartsWith => "sw",
                CompareOp::EndsWith => "ew",
                CompareOp::GreaterThan => "gt",
                CompareOp::GreaterThanOrEqual => "ge",
                CompareOp::LessThan => "lt",
                CompareOp::LessThanOrEqual => "le",
            };
            let value = match value {
                CompValue::False => "false".to_owned(),
                CompValue::Null => "null".to_owned(),
                CompValue::True => "true".to_owned(),
                CompValue::Number(number) => number.to_string(),
                // This parser does not resolve escapes.
                CompValue::String(text) => scim_filter::Value::from(*text).to_string(),
            };
            format!("{} {op} {value}", print_path(path))
        }
    }
}

/// Prints a path. Only the `Debug` output of a path contains its URI.
fn print_path(path: &AttrPath) -> String {
    let shown = format!("{path:?}");
    let uri = shown
        .split_once("uri: Some(\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or(String::new(), |(uri, _)| {
            format!("{}:", uri.trim_end_matches(':'))
        });
    let name: &str = path.attr_name();
    let sub = path.sub_attr().as_ref().map_or(String::new(), |sub| {
        let sub: &str = sub;
        format!(".{sub}")
    });
    format!("{uri}{name}{sub}")
}
