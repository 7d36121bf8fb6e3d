//! SQL for one comparison, by the rules of [`crate::eval`].

use super::column::{Column, exists};
use super::condition::{Param, Writer};
use super::dialect::Engine;
use super::number::number_holds;
use super::table::{Target, Values};
use super::text::{equals_any, text_holds};
use super::{Error, ErrorKind, Type, moment};
use crate::datetime::Instant;
use crate::eval::read_boolean;
use crate::path::AttrPath;
use crate::{CompareOp, Value};

pub(super) const NOTHING: &str = "FALSE";

/// `path op value`.
pub(super) fn compare(
    out: &mut Writer,
    target: Target<'_>,
    path: &AttrPath<'_>,
    op: CompareOp,
    value: &Value<'_>,
) -> Result<(), Error> {
    if *value == Value::Null {
        match op {
            CompareOp::Eq => negated(out, target, |out| {
                has_value(out, target.values);
                Ok(())
            }),
            CompareOp::Ne => any(out, target, |out| {
                has_value(out, target.values);
                Ok(())
            }),
            CompareOp::Co
            | CompareOp::Sw
            | CompareOp::Ew
            | CompareOp::Gt
            | CompareOp::Ge
            | CompareOp::Lt
            | CompareOp::Le => {
                out.push(NOTHING);
                Ok(())
            }
        }
    } else {
        let column = target.values.compared().ok_or(ErrorKind::Unmapped);
        column.and_then(|column| match op {
            CompareOp::Ne => negated(out, target, |out| holds(out, column, CompareOp::Eq, value)),
            CompareOp::Eq
            | CompareOp::Co
            | CompareOp::Sw
            | CompareOp::Ew
            | CompareOp::Gt
            | CompareOp::Ge
            | CompareOp::Lt
            | CompareOp::Le => any(out, target, |out| holds(out, column, op, value)),
        })
    }
    .map_err(|kind| Error::new(kind, path.as_str()))
}

/// The attribute, a text, equals any of the values.
pub(super) fn any_of(
    out: &mut Writer,
    target: Target<'_>,
    path: &AttrPath<'_>,
    values: &[&str],
) -> Result<(), Error> {
    let column = target.values.compared().ok_or(ErrorKind::Unmapped);
    column
        .and_then(|column| any(out, target, |out| equals_any(out, column, values)))
        .map_err(|kind| Error::new(kind, path.as_str()))
}

/// `path pr`.
pub(super) fn present(out: &mut Writer, target: Target<'_>) {
    // Nothing here can fail: no value is bound.
    let _ = any(out, target, |out| {
        is_present(out, target.values);
        Ok(())
    });
}

/// Any value of the target passes.
fn any(
    out: &mut Writer,
    target: Target<'_>,
    passes: impl FnOnce(&mut Writer) -> Result<(), ErrorKind>,
) -> Result<(), ErrorKind> {
    let Some(list) = target.list else {
        return passes(out);
    };
    out.push(&exists(list, out.dialect.engine()));
    passes(out)?;
    out.push(")");
    Ok(())
}

/// No value of the target passes, which is never NULL.
fn negated(
    out: &mut Writer,
    target: Target<'_>,
    passes: impl FnOnce(&mut Writer) -> Result<(), ErrorKind>,
) -> Result<(), ErrorKind> {
    if target.list.is_some() {
        out.push("NOT ");
        return any(out, target, passes);
    }
    out.push("(");
    passes(out)?;
    out.push(") IS NOT TRUE");
    Ok(())
}

fn has_value(out: &mut Writer, values: Values<'_>) {
    match values {
        Values::Simple(column) => exists_in(out, column),
        Values::Complex(_) => is_present(out, values),
    }
}

pub(super) fn exists_in(out: &mut Writer, column: &Column) {
    out.push(&column.sql(out.dialect.engine()));
    out.push(" IS NOT NULL");
}

fn is_present(out: &mut Writer, values: Values<'_>) {
    match values {
        Values::Simple(column) => is_column_present(out, column),
        Values::Complex([]) => out.push(NOTHING),
        Values::Complex(columns) => {
            for (index, (_, column)) in columns.iter().enumerate() {
                out.push(if index == 0 { "(" } else { " OR " });
                is_column_present(out, column);
            }
            out.push(")");
        }
    }
}

fn is_column_present(out: &mut Writer, column: &Column) {
    let engine = out.dialect.engine();
    match column.r#type() {
        Type::Boolean | Type::Number => exists_in(out, column),
        Type::DateTime if column.is_timestamp(engine) => exists_in(out, column),
        Type::Binary | Type::DateTime | Type::ExactText | Type::Text => {
            out.push(&column.sql(engine));
            out.push(" <> ''");
        }
    }
}

/// One value compares as wanted; `Ne` and `null` are the caller's.
fn holds(
    out: &mut Writer,
    column: &Column,
    op: CompareOp,
    value: &Value<'_>,
) -> Result<(), ErrorKind> {
    match column.r#type() {
        Type::Binary if is_order(op) => {
            out.push(NOTHING);
            Ok(())
        }
        Type::Binary | Type::ExactText | Type::Text => text_holds(out, column, op, value),
        Type::Boolean => {
            boolean_holds(out, column, op, value);
            Ok(())
        }
        Type::DateTime => moment_holds(out, column, op, value),
        Type::Number => number_holds(out, column, op, value),
    }
}

const fn is_order(op: CompareOp) -> bool {
    match op {
        CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le => true,
        CompareOp::Eq | CompareOp::Ne | CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
    }
}

/// The sign of an equality or an order.
pub(super) const fn sign(op: CompareOp) -> Option<&'static str> {
    match op {
        CompareOp::Eq => Some(" = "),
        CompareOp::Gt => Some(" > "),
        CompareOp::Ge => Some(" >= "),
        CompareOp::Lt => Some(" < "),
        CompareOp::Le => Some(" <= "),
        CompareOp::Ne | CompareOp::Co | CompareOp::Sw | CompareOp::Ew => None,
    }
}

fn boolean_holds(out: &mut Writer, column: &Column, op: CompareOp, value: &Value<'_>) {
    let wanted = match value {
        Value::Bool(wanted) => Some(*wanted),
        Value::String(wanted) => read_boolean(wanted),
        Value::Number(_) | Value::Null => None,
    };
    let engine = out.dialect.engine();
    let sign = match (op, wanted, engine) {
        (CompareOp::Eq, Some(true), Engine::Postgres) => " = TRUE",
        (CompareOp::Eq, Some(false), Engine::Postgres) => " = FALSE",
        (CompareOp::Eq, Some(true), Engine::Sqlite) => " = 1",
        (CompareOp::Eq, Some(false), Engine::Sqlite) => " = 0",
        _ => return out.push(NOTHING),
    };
    out.push(&column.sql(engine));
    out.push(sign);
}

fn moment_holds(
    out: &mut Writer,
    column: &Column,
    op: CompareOp,
    value: &Value<'_>,
) -> Result<(), ErrorKind> {
    let wanted = match value {
        Value::String(text) => Instant::parse(text),
        Value::Number(_) | Value::Bool(_) | Value::Null => None,
    };
    let engine = out.dialect.engine();
    let sql = column.sql(engine);
    if column.is_timestamp(engine) {
        let (Some(_), Some(wanted)) = (sign(op), wanted) else {
            return Err(ErrorKind::NotADateTime);
        };
        let (text, op) = moment::as_timestamp(wanted, op).ok_or(ErrorKind::OutOfRange)?;
        let Some(sign) = op.and_then(sign) else {
            out.push(NOTHING);
            return Ok(());
        };
        out.push(&sql);
        out.push(sign);
        out.bind(Param::Text(text))?;
        out.push("::text::timestamptz");
        return Ok(());
    }
    let (Some(sign), Some(wanted)) = (sign(op), wanted) else {
        return text_holds(out, column, op, value);
    };
    let text = moment::as_text(wanted).ok_or(ErrorKind::OutOfRange)?;
    out.push(&moment::normalized(&sql));
    if engine == Engine::Postgres {
        out.push(" COLLATE \"C\"");
    }
    out.push(sign);
    out.bind(Param::Text(text))
}
