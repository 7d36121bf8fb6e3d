//! Comparing one value of an attribute with one value of a filter.

use core::cmp::Ordering;

use super::Datum;
use crate::case;
use crate::datetime::Instant;
use crate::number::Number;
use crate::value::{CompareOp, Value};

/// Whether a simple value matches a comparison. The caller handles `Ne` and `null`.
#[inline]
pub(super) fn value_matches(datum: &Datum<'_>, op: CompareOp, literal: &Value<'_>) -> bool {
    match datum {
        Datum::Text { text, case_exact } => text_matches(text, *case_exact, op, literal),
        Datum::Binary(text) => match op {
            CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le => false,
            CompareOp::Eq | CompareOp::Ne | CompareOp::Co | CompareOp::Sw | CompareOp::Ew => {
                text_matches(text, true, op, literal)
            }
        },
        Datum::DateTime(text) => moment_matches(text, op, literal),
        Datum::Boolean(value) => {
            op == CompareOp::Eq
                && match literal {
                    Value::Bool(wanted) => value == wanted,
                    Value::String(wanted) => read_boolean(wanted) == Some(*value),
                    Value::Number(_) | Value::Null => false,
                }
        }
        Datum::Number(number) => match literal {
            Value::Number(wanted) => order_matches(op, number.compare(wanted)),
            Value::String(wanted) => Number::parse(wanted)
                .is_some_and(|wanted| order_matches(op, number.compare(&wanted))),
            Value::Bool(_) | Value::Null => false,
        },
        // Complex within complex does not exist (RFC 7643 §2.3.8).
        Datum::Complex(_) | Datum::Null => false,
    }
}

/// Reads `true` or `false` in any case, because Entra ID sends `"True"`.
pub(crate) fn read_boolean(text: &str) -> Option<bool> {
    if case::eq(text, "true") {
        Some(true)
    } else if case::eq(text, "false") {
        Some(false)
    } else {
        None
    }
}

#[inline]
fn literal_text<'l>(literal: &'l Value<'_>) -> Option<&'l str> {
    match literal {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.as_str()),
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        Value::Null => None,
    }
}

#[inline]
fn text_matches(text: &str, case_exact: bool, op: CompareOp, literal: &Value<'_>) -> bool {
    let Some(wanted) = literal_text(literal) else {
        return false;
    };

    match (op, case_exact) {
        (CompareOp::Eq, true) => text == wanted,
        (CompareOp::Eq, false) => case::eq(text, wanted),
        (CompareOp::Ne, true) => text != wanted,
        (CompareOp::Ne, false) => !case::eq(text, wanted),
        (CompareOp::Co, true) => memchr::memmem::find(text.as_bytes(), wanted.as_bytes()).is_some(),
        (CompareOp::Co, false) => case::contains(text, wanted),
        (CompareOp::Sw, true) => text.starts_with(wanted),
        (CompareOp::Sw, false) => case::starts_with(text, wanted),
        (CompareOp::Ew, true) => text.ends_with(wanted),
        (CompareOp::Ew, false) => case::ends_with(text, wanted),
        (CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le, true) => {
            order_matches(op, text.cmp(wanted))
        }
        (CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le, false) => {
            order_matches(op, case::cmp(text, wanted))
        }
    }
}

fn moment_matches(text: &str, op: CompareOp, literal: &Value<'_>) -> bool {
    let wanted = match literal {
        Value::String(wanted) => Instant::parse(wanted),
        Value::Number(_) | Value::Bool(_) | Value::Null => None,
    };

    match (op, Instant::parse(text), wanted) {
        (
            CompareOp::Eq
            | CompareOp::Ne
            | CompareOp::Gt
            | CompareOp::Ge
            | CompareOp::Lt
            | CompareOp::Le,
            Some(instant),
            Some(wanted),
        ) => order_matches(op, instant.cmp(&wanted)),
        _ => text_matches(text, false, op, literal),
    }
}

const fn order_matches(op: CompareOp, ordering: Ordering) -> bool {
    match op {
        CompareOp::Eq => ordering.is_eq(),
        CompareOp::Ne => ordering.is_ne(),
        CompareOp::Gt => ordering.is_gt(),
        CompareOp::Ge => ordering.is_ge(),
        CompareOp::Lt => ordering.is_lt(),
        CompareOp::Le => ordering.is_le(),
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
    }
}
