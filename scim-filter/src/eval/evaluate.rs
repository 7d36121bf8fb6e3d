//! Whether a resource fulfils a filter, part by part.

use core::ops::ControlFlow;

use super::{Attributes, Datum, See, compare};
use crate::case;
use crate::path::AttrPath;
use crate::tree::{Kind, NONE, Tree};
use crate::value::{CompareOp, Value};

/// Whether `attributes` fulfil the part of the tree below `root`.
pub(crate) fn evaluate(tree: &Tree<'_>, root: u32, attributes: &dyn Attributes) -> bool {
    evaluate_test(&tree.node(root).kind, attributes)
        .unwrap_or_else(|| evaluate_tree(tree, root, attributes))
}

/// A part that is no tree; most filters are none.
#[inline]
fn evaluate_test(kind: &Kind<'_>, attributes: &dyn Attributes) -> Option<bool> {
    match kind {
        Kind::Compare(path, op, value) => Some(compares(attributes, path, *op, value)),
        Kind::Present(path) => Some(any_datum(attributes, path, is_present)),
        Kind::And { .. } | Kind::Or { .. } | Kind::Not | Kind::ValuePath(_) => None,
    }
}

fn evaluate_tree(tree: &Tree<'_>, root: u32, attributes: &dyn Attributes) -> bool {
    let mut at = root;
    loop {
        let kind = &tree.node(at).kind;
        let mut holds = match kind {
            Kind::And { first } | Kind::Or { first } => {
                at = *first;
                continue;
            }
            Kind::Not => {
                at = at.saturating_sub(1);
                continue;
            }
            Kind::ValuePath(path) => any_value(attributes, path, |value| {
                // One level only: a value path contains none.
                evaluate(tree, at.saturating_sub(1), value)
            }),
            Kind::Compare(..) | Kind::Present(_) => {
                evaluate_test(kind, attributes).unwrap_or_default()
            }
        };
        // Up again, to the next operand that can still change the answer.
        loop {
            if at == root {
                return holds;
            }
            let node = tree.node(at);
            let undecided = match tree.node(node.parent).kind {
                Kind::And { .. } => holds,
                Kind::Or { .. } => !holds,
                Kind::Not => {
                    holds = !holds;
                    false
                }
                Kind::ValuePath(_) | Kind::Compare(..) | Kind::Present(_) => false,
            };
            if undecided && node.next != NONE {
                at = node.next;
                break;
            }
            at = node.parent;
        }
    }
}

fn compares(
    attributes: &dyn Attributes,
    path: &AttrPath<'_>,
    op: CompareOp,
    value: &Value<'_>,
) -> bool {
    match (op, value) {
        (CompareOp::Eq, Value::Null) => !any_datum(attributes, path, has_value),
        (CompareOp::Ne, Value::Null) => any_datum(attributes, path, has_value),
        (CompareOp::Ne, _) => !any_holds(attributes, path, CompareOp::Eq, value),
        (_, Value::Null) => false,
        (_, Value::String(_) | Value::Number(_) | Value::Bool(_)) => {
            any_holds(attributes, path, op, value)
        }
    }
}

/// Whether any value of the path compares as wanted; a complex one stands for its `value`.
fn any_holds(
    attributes: &dyn Attributes,
    path: &AttrPath<'_>,
    op: CompareOp,
    value: &Value<'_>,
) -> bool {
    any_datum(attributes, path, |datum| match datum {
        Datum::Complex(complex) => any_of(*complex, None, "value", |datum| {
            compare::holds(datum, op, value)
        }),
        Datum::Binary(_)
        | Datum::Boolean(_)
        | Datum::DateTime(_)
        | Datum::Null
        | Datum::Number(_)
        | Datum::Text { .. } => compare::holds(datum, op, value),
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
        return any_of(attributes, path.uri(), path.name(), passes);
    };
    any_of(attributes, path.uri(), path.name(), |datum| match datum {
        Datum::Complex(complex) => any_of(*complex, None, sub, &passes),
        Datum::Binary(_)
        | Datum::Boolean(_)
        | Datum::DateTime(_)
        | Datum::Null
        | Datum::Number(_)
        | Datum::Text { .. } => false,
    })
}

/// Whether any value of the path passes, seen as something with sub-attributes.
fn any_value(
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
        | Datum::Text { .. } => passes(&Simple(datum)),
    })
}

#[inline]
fn any_of(
    attributes: &dyn Attributes,
    uri: Option<&str>,
    name: &str,
    passes: impl Fn(&Datum<'_>) -> bool,
) -> bool {
    let mut see = |datum: Datum<'_>| {
        if passes(&datum) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    attributes.attribute(uri, name, &mut see).is_break()
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

/// The opposite of `eq null`: unlike [`is_present`], true for an empty string.
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

/// A simple value in a value path.
struct Simple<'d, 'v>(&'d Datum<'v>);

impl Attributes for Simple<'_, '_> {
    fn attribute(&self, uri: Option<&str>, name: &str, see: &mut See<'_>) -> ControlFlow<()> {
        if uri.is_none() && case::eq(name, "value") {
            see(self.0.clone())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn is_empty(&self) -> bool {
        !is_present(self.0)
    }
}
