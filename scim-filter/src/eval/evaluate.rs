//! Evaluating a filter part by part.

use core::ops::ControlFlow;

use super::{Attributes, Datum, Sink, compare};
use crate::case;
use crate::path::AttrPath;
use crate::tree::{NONE, NodeKind, Tree};
use crate::value::{CompareOp, Value};

/// Whether `attributes` match the part of the tree below `root`.
pub(crate) fn evaluate(tree: &Tree<'_>, root: u32, attributes: &dyn Attributes) -> bool {
    evaluate_test(&tree.node(root).kind, attributes)
        .unwrap_or_else(|| evaluate_tree(tree, root, attributes))
}

/// Evaluates a single test, which most filters are.
#[inline]
fn evaluate_test(kind: &NodeKind<'_>, attributes: &dyn Attributes) -> Option<bool> {
    match kind {
        NodeKind::Compare(path, op, value) => {
            Some(comparison_matches(attributes, path, *op, value))
        }
        NodeKind::Present(path) => Some(any_datum(attributes, path, is_present)),
        NodeKind::And { .. } | NodeKind::Or { .. } | NodeKind::Not | NodeKind::ValuePath(_) => None,
    }
}

fn evaluate_tree(tree: &Tree<'_>, root: u32, attributes: &dyn Attributes) -> bool {
    let mut at = root;
    loop {
        let kind = &tree.node(at).kind;
        let mut holds = match kind {
            NodeKind::And { first } | NodeKind::Or { first } => {
                at = *first;
                continue;
            }
            NodeKind::Not => {
                at = at.saturating_sub(1);
                continue;
            }
            NodeKind::ValuePath(path) => any_complex(attributes, path, |value| {
                // Recurses once at most: value paths never nest.
                evaluate(tree, at.saturating_sub(1), value)
            }),
            NodeKind::Compare(..) | NodeKind::Present(_) => {
                evaluate_test(kind, attributes).unwrap_or_default()
            }
        };

        // Go up to the next operand that can still change the answer.
        loop {
            if at == root {
                return holds;
            }
            let node = tree.node(at);
            let undecided = match tree.node(node.parent).kind {
                NodeKind::And { .. } => holds,
                NodeKind::Or { .. } => !holds,
                NodeKind::Not => {
                    holds = !holds;
                    false
                }
                NodeKind::ValuePath(_) | NodeKind::Compare(..) | NodeKind::Present(_) => false,
            };
            if undecided && node.next != NONE {
                at = node.next;
                break;
            }
            at = node.parent;
        }
    }
}

fn comparison_matches(
    attributes: &dyn Attributes,
    path: &AttrPath<'_>,
    op: CompareOp,
    value: &Value<'_>,
) -> bool {
    match (op, value) {
        (CompareOp::Eq, Value::Null) => !any_datum(attributes, path, has_value),
        (CompareOp::Ne, Value::Null) => any_datum(attributes, path, has_value),
        (CompareOp::Ne, _) => !any_matches(attributes, path, CompareOp::Eq, value),
        (_, Value::Null) => false,
        (_, Value::String(_) | Value::Number(_) | Value::Bool(_)) => {
            any_matches(attributes, path, op, value)
        }
    }
}

/// Whether any value of the path matches; a complex value stands for its `value`.
fn any_matches(
    attributes: &dyn Attributes,
    path: &AttrPath<'_>,
    op: CompareOp,
    value: &Value<'_>,
) -> bool {
    any_datum(attributes, path, |datum| match datum {
        Datum::Complex(complex) => any_of_attribute(*complex, None, "value", |datum| {
            compare::value_matches(datum, op, value)
        }),
        Datum::Binary(_)
        | Datum::Boolean(_)
        | Datum::DateTime(_)
        | Datum::Null
        | Datum::Number(_)
        | Datum::Text { .. } => compare::value_matches(datum, op, value),
    })
}

/// Whether any value at the end of the path passes.
#[inline]
fn any_datum(
    attributes: &dyn Attributes,
    path: &AttrPath<'_>,
    passes: impl Fn(&Datum<'_>) -> bool,
) -> bool {
    let Some(sub) = path.sub_attribute() else {
        return any_of_attribute(attributes, path.uri(), path.name(), passes);
    };
    any_of_attribute(attributes, path.uri(), path.name(), |datum| match datum {
        Datum::Complex(complex) => any_of_attribute(*complex, None, sub, &passes),
        Datum::Binary(_)
        | Datum::Boolean(_)
        | Datum::DateTime(_)
        | Datum::Null
        | Datum::Number(_)
        | Datum::Text { .. } => false,
    })
}

/// Whether any value of the path passes, as a complex value.
fn any_complex(
    attributes: &dyn Attributes,
    path: &AttrPath<'_>,
    passes: impl Fn(&dyn Attributes) -> bool,
) -> bool {
    any_datum(attributes, path, |datum| match datum {
        Datum::Complex(complex) => passes(*complex),
        Datum::Null => false,
        Datum::Binary(_)
        | Datum::Boolean(_)
        | Datum::DateTime(_)
        | Datum::Number(_)
        | Datum::Text { .. } => passes(&SimpleValue(datum)),
    })
}

#[inline]
fn any_of_attribute(
    attributes: &dyn Attributes,
    uri: Option<&str>,
    name: &str,
    passes: impl Fn(&Datum<'_>) -> bool,
) -> bool {
    let mut emit = |datum: Datum<'_>| {
        if passes(&datum) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    attributes.attribute(uri, name, &mut emit).is_break()
}

/// `pr`: a non-empty value (RFC 7644 §3.4.2.2, table 3).
fn is_present(datum: &Datum<'_>) -> bool {
    match datum {
        Datum::Null => false,
        Datum::Binary(text) | Datum::DateTime(text) | Datum::Text { text, .. } => !text.is_empty(),
        Datum::Complex(complex) => !complex.is_empty(),
        Datum::Boolean(_) | Datum::Number(_) => true,
    }
}

/// The negation of `eq null`: unlike [`is_present`], true for an empty string.
fn has_value(datum: &Datum<'_>) -> bool {
    match datum {
        Datum::Null => false,
        Datum::Complex(complex) => !complex.is_empty(),
        Datum::Binary(_)
        | Datum::Boolean(_)
        | Datum::DateTime(_)
        | Datum::Number(_)
        | Datum::Text { .. } => true,
    }
}

/// A simple value in a value path, with itself as its `value`.
struct SimpleValue<'d, 'v>(&'d Datum<'v>);

impl Attributes for SimpleValue<'_, '_> {
    fn attribute(&self, uri: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()> {
        if uri.is_none() && case::eq(name, "value") {
            emit(self.0.clone())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn is_empty(&self) -> bool {
        !is_present(self.0)
    }
}
