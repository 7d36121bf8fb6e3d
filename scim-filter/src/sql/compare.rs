//! SQL for one comparison, by the rules of [`crate::eval`].

use super::column::{Column, exists_prefix};
use super::condition::{Param, Writer};
use super::dialect::Engine;
use super::number::write_number_comparison;
use super::table::{ShapeRef, Target};
use super::text::{write_equals_any, write_text_comparison};
use super::{Error, ErrorKind, Type, moment};
use crate::datetime::Instant;
use crate::eval::read_boolean;
use crate::path::AttrPath;
use crate::{CompareOp, Value};

pub(super) const FALSE: &str = "FALSE";

/// Writes the condition for `path op value`.
pub(super) fn write_comparison(
    out: &mut Writer,
    target: Target<'_>,
    path: &AttrPath<'_>,
    op: CompareOp,
    value: &Value<'_>,
) -> Result<(), Error> {
    if *value == Value::Null {
        match op {
            CompareOp::Eq => write_none(out, target, |out| {
                write_has_value(out, target.shape);
                Ok(())
            }),
            CompareOp::Ne => write_any(out, target, |out| {
                write_has_value(out, target.shape);
                Ok(())
            }),
            CompareOp::Co
            | CompareOp::Sw
            | CompareOp::Ew
            | CompareOp::Gt
            | CompareOp::Ge
            | CompareOp::Lt
            | CompareOp::Le => {
                out.push(FALSE);
                Ok(())
            }
        }
    } else {
        let column = target.shape.compared_column().ok_or(ErrorKind::Unmapped);
        column.and_then(|column| match op {
            CompareOp::Ne => write_none(out, target, |out| {
                write_value_comparison(out, column, CompareOp::Eq, value)
            }),
            CompareOp::Eq
            | CompareOp::Co
            | CompareOp::Sw
            | CompareOp::Ew
            | CompareOp::Gt
            | CompareOp::Ge
            | CompareOp::Lt
            | CompareOp::Le => write_any(out, target, |out| {
                write_value_comparison(out, column, op, value)
            }),
        })
    }
    .map_err(|kind| Error::new(kind, path.as_str()))
}

/// Writes the condition that a text attribute equals any of the values.
pub(super) fn write_any_of(
    out: &mut Writer,
    target: Target<'_>,
    path: &AttrPath<'_>,
    values: &[&str],
) -> Result<(), Error> {
    let column = target.shape.compared_column().ok_or(ErrorKind::Unmapped);
    column
        .and_then(|column| write_any(out, target, |out| write_equals_any(out, column, values)))
        .map_err(|kind| Error::new(kind, path.as_str()))
}

/// Writes the condition for `path pr`.
pub(super) fn write_present(out: &mut Writer, target: Target<'_>) {
    // Only binding a value can fail, and there is none.
    let _ = write_any(out, target, |out| {
        write_is_present(out, target.shape);
        Ok(())
    });
}

/// Writes the condition that any value of the target passes.
fn write_any(
    out: &mut Writer,
    target: Target<'_>,
    passes: impl FnOnce(&mut Writer) -> Result<(), ErrorKind>,
) -> Result<(), ErrorKind> {
    let Some(list) = target.list else {
        return passes(out);
    };
    out.push(&exists_prefix(list, out.dialect.engine()));
    passes(out)?;
    out.push(")");
    Ok(())
}

/// Writes the condition that no value of the target passes; it is never NULL.
fn write_none(
    out: &mut Writer,
    target: Target<'_>,
    passes: impl FnOnce(&mut Writer) -> Result<(), ErrorKind>,
) -> Result<(), ErrorKind> {
    if target.list.is_some() {
        out.push("NOT ");
        return write_any(out, target, passes);
    }
    out.push("(");
    passes(out)?;
    out.push(") IS NOT TRUE");
    Ok(())
}

fn write_has_value(out: &mut Writer, shape: ShapeRef<'_>) {
    match shape {
        ShapeRef::Simple(column) => write_is_not_null(out, column),
        ShapeRef::Complex(_) => write_is_present(out, shape),
    }
}

pub(super) fn write_is_not_null(out: &mut Writer, column: &Column) {
    out.push(&column.sql(out.dialect.engine()));
    out.push(" IS NOT NULL");
}

fn write_is_present(out: &mut Writer, shape: ShapeRef<'_>) {
    match shape {
        ShapeRef::Simple(column) => write_column_is_present(out, column),
        ShapeRef::Complex([]) => out.push(FALSE),
        ShapeRef::Complex(columns) => {
            for (index, (_, column)) in columns.iter().enumerate() {
                out.push(if index == 0 { "(" } else { " OR " });
                write_column_is_present(out, column);
            }
            out.push(")");
        }
    }
}

fn write_column_is_present(out: &mut Writer, column: &Column) {
    let engine = out.dialect.engine();
    match column.r#type() {
        Type::Boolean | Type::Number => write_is_not_null(out, column),
        Type::DateTime if column.is_timestamp(engine) => write_is_not_null(out, column),
        Type::Binary | Type::DateTime | Type::ExactText | Type::Text => {
            out.push(&column.sql(engine));
            out.push(" <> ''");
        }
    }
}

/// Writes the comparison of one value. The caller handles `Ne` and `null`.
fn write_value_comparison(
    out: &mut Writer,
    column: &Column,
    op: CompareOp,
    value: &Value<'_>,
) -> Result<(), ErrorKind> {
    match column.r#type() {
        Type::Binary if is_order(op) => {
            out.push(FALSE);
            Ok(())
        }
        Type::Binary | Type::ExactText | Type::Text => {
            write_text_comparison(out, column, op, value)
        }
        Type::Boolean => {
            write_boolean_comparison(out, column, op, value);
            Ok(())
        }
        Type::DateTime => write_moment_comparison(out, column, op, value),
        Type::Number => write_number_comparison(out, column, op, value),
    }
}

const fn is_order(op: CompareOp) -> bool {
    match op {
        CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le => true,
        CompareOp::Eq | CompareOp::Ne | CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
    }
}

/// The SQL operator for an equality or an order.
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

fn write_boolean_comparison(out: &mut Writer, column: &Column, op: CompareOp, value: &Value<'_>) {
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
        _ => return out.push(FALSE),
    };

    out.push(&column.sql(engine));
    out.push(sign);
}

fn write_moment_comparison(
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
            out.push(FALSE);
            return Ok(());
        };

        out.push(&sql);
        out.push(sign);
        out.bind(Param::Text(text))?;
        out.push("::text::timestamptz");
        return Ok(());
    }

    let (Some(sign), Some(wanted)) = (sign(op), wanted) else {
        return write_text_comparison(out, column, op, value);
    };
    let text = moment::as_text(wanted).ok_or(ErrorKind::OutOfRange)?;

    out.push(&moment::normalized(&sql));
    if engine == Engine::Postgres {
        out.push(" COLLATE \"C\"");
    }
    out.push(sign);
    out.bind(Param::Text(text))
}
