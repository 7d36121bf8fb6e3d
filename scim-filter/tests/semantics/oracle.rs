//! A second implementation of evaluation on JSON: recursive, and without a line of code in common.

use std::cmp::Ordering;

use scim_filter::{AttrPath, CompareOp, Expr, FilterRef, Value};
use serde_json::{Value as Json, json};

/// Whether `of` matches the filter, by the rules of `scim_filter::eval`. The oracle supports no
/// moments, so no path may be below `meta`.
pub(crate) fn answer(filter: FilterRef<'_>, of: &Json) -> bool {
    match filter.expr() {
        Expr::And(parts) => parts.filters().all(|part| answer(part, of)),
        Expr::Or(parts) => parts.filters().any(|part| answer(part, of)),
        Expr::Not(part) => !answer(part, of),
        Expr::Present(path) => reach(of, path).iter().any(|value| has(value, false)),
        Expr::ValuePath { path, filter } => reach(of, path).iter().any(|value| match value {
            Json::Null | Json::Array(_) => false,
            Json::Object(_) => answer(filter, value),
            Json::Bool(_) | Json::Number(_) | Json::String(_) => {
                answer(filter, &json!({ "value": value }))
            }
        }),
        Expr::Compare {
            path,
            op: CompareOp::Ne,
            value,
        } => !any_compares(of, path, CompareOp::Eq, value),
        Expr::Compare { path, op, value } => any_compares(of, path, op, value),
    }
}

fn any_compares(of: &Json, path: &AttrPath<'_>, op: CompareOp, value: &Value<'_>) -> bool {
    let found = reach(of, path);
    if *value == Value::Null {
        return op == CompareOp::Eq && !found.iter().any(|value| has(value, true));
    }
    let simple = found.iter().flat_map(|found| {
        if found.is_object() {
            values(found, "value")
        } else {
            vec![found.clone()]
        }
    });
    simple.into_iter().any(|simple| compare(&simple, op, value))
}

/// The values at the end of a path.
fn reach(of: &Json, path: &AttrPath<'_>) -> Vec<Json> {
    let found = match path.uri() {
        None => values(of, path.name()),
        Some(uri) => {
            if let Some(extension @ Json::Object(_)) = member(of, uri) {
                values(&extension, path.name())
            } else if is_core(uri) {
                values(of, path.name())
            } else {
                values(of, &format!("{uri}:{}", path.name()))
            }
        }
    };

    match path.sub_attribute() {
        Some(sub) => found.iter().flat_map(|value| values(value, sub)).collect(),
        None => found,
    }
}

fn is_core(uri: &str) -> bool {
    let uri = uri.to_ascii_lowercase();
    uri.starts_with("urn:ietf:params:scim:schemas:core:")
        || uri.starts_with("urn:scim:schemas:core:")
}

/// The values of a member: those of a list, or a single one.
fn values(of: &Json, name: &str) -> Vec<Json> {
    match member(of, name) {
        None => vec![],
        Some(Json::Array(values)) => values,
        Some(value) => vec![value],
    }
}

fn member(of: &Json, name: &str) -> Option<Json> {
    let object = of.as_object()?;
    let other_case = || {
        let same = |key: &str| key.eq_ignore_ascii_case(name);
        object
            .iter()
            .find(|(key, _)| same(key))
            .map(|found| found.1)
    };
    object.get(name).or_else(other_case).cloned()
}

fn has(value: &Json, empty_counts: bool) -> bool {
    match value {
        Json::Null => false,
        Json::String(text) => empty_counts || !text.is_empty(),
        Json::Object(object) => object.values().any(|value| has(value, false)),
        Json::Array(values) => values.iter().any(|value| has(value, false)),
        Json::Bool(_) | Json::Number(_) => true,
    }
}

fn compare(value: &Json, op: CompareOp, literal: &Value<'_>) -> bool {
    let text = match literal {
        Value::String(text) => text.to_string(),
        Value::Number(_) | Value::Bool(_) | Value::Null => literal.to_string(),
    };

    let is_bool = matches!(literal, Value::Bool(_));
    let is_number = matches!(literal, Value::Number(_));
    match value {
        Json::String(stored) => {
            let (stored, text) = (stored.to_ascii_lowercase(), text.to_ascii_lowercase());
            match op {
                CompareOp::Co => stored.contains(&text),
                CompareOp::Sw => stored.starts_with(&text),
                CompareOp::Ew => stored.ends_with(&text),
                CompareOp::Eq
                | CompareOp::Ne
                | CompareOp::Gt
                | CompareOp::Ge
                | CompareOp::Lt
                | CompareOp::Le => by_order(op, stored.as_bytes().cmp(text.as_bytes())),
            }
        }
        Json::Bool(stored) => {
            !is_number && op == CompareOp::Eq && text.eq_ignore_ascii_case(&stored.to_string())
        }
        Json::Number(stored) => {
            let (stored, wanted) = (expand(&stored.to_string()), expand(&text));
            !is_bool
                && stored
                    .zip(wanted)
                    .is_some_and(|(stored, wanted)| by_order(op, order(&stored, &wanted)))
        }
        Json::Null | Json::Array(_) | Json::Object(_) => false,
    }
}

fn by_order(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Eq => order.is_eq(),
        CompareOp::Gt => order.is_gt(),
        CompareOp::Ge => order.is_ge(),
        CompareOp::Lt => order.is_lt(),
        CompareOp::Le => order.is_le(),
        CompareOp::Ne | CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
    }
}

/// Expands a number without an exponent: whether it is negative, and the digits before and after the
/// point. Exponents have at most three digits here.
fn expand(text: &str) -> Option<(bool, String, String)> {
    if !is_json_number(text) {
        return None;
    }

    let negative = text.starts_with('-');
    let lower = text.trim_start_matches('-').to_ascii_lowercase();
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let (int, frac) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let (mut int, mut frac) = (int.to_owned(), frac.to_owned());
    for _ in 0..exponent.unsigned_abs() {
        if exponent > 0 {
            let digit = if frac.is_empty() { '0' } else { frac.remove(0) };
            int.push(digit);
        } else {
            frac.insert(0, int.pop().unwrap_or('0'));
        }
    }

    let int = int.trim_start_matches('0').to_owned();
    let frac = frac.trim_end_matches('0').to_owned();
    let zero = int.is_empty() && frac.is_empty();
    Some((negative && !zero, int, frac))
}

fn is_json_number(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match lower.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (lower.as_str(), None),
    };

    let (int, frac) = match mantissa.split_once('.') {
        Some((int, frac)) => (int, Some(frac)),
        None => (mantissa, None),
    };

    let int = int.strip_prefix('-').unwrap_or(int);
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    all_digits(int)
        && (int == "0" || !int.starts_with('0'))
        && frac.is_none_or(all_digits)
        && exponent.is_none_or(all_digits)
}

fn order(a: &(bool, String, String), b: &(bool, String, String)) -> Ordering {
    let size = (a.1.len(), &a.1, &a.2).cmp(&(b.1.len(), &b.1, &b.2));
    match (a.0, b.0) {
        (false, false) => size,
        (true, true) => size.reverse(),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}
