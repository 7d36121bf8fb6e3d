//! SQL for one comparison, by the rules of [`crate::eval`].

use alloc::format;
use alloc::string::{String, ToString};

use super::column::{Column, exists};
use super::condition::{Param, Writer};
use super::dialect::Engine;
use super::table::{Target, Values};
use super::{Error, ErrorKind, Type, moment};
use crate::datetime::Instant;
use crate::eval::read_boolean;
use crate::path::AttrPath;
use crate::{CompareOp, Number, Value};

const NOTHING: &str = "FALSE";

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

fn exists_in(out: &mut Writer, column: &Column) {
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
const fn sign(op: CompareOp) -> Option<&'static str> {
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

fn number_holds(
    out: &mut Writer,
    column: &Column,
    op: CompareOp,
    value: &Value<'_>,
) -> Result<(), ErrorKind> {
    let wanted = match value {
        Value::Number(wanted) => Some(wanted.clone()),
        Value::String(text) => Number::parse(text),
        Value::Bool(_) | Value::Null => None,
    };
    let (Some(sign), Some(wanted)) = (sign(op), wanted) else {
        out.push(NOTHING);
        return Ok(());
    };
    let engine = out.dialect.engine();
    out.push(&column.sql(engine));
    out.push(sign);
    let integer = as_integer(&wanted);
    match (engine, integer) {
        (Engine::Postgres, Some(integer)) => {
            out.bind(Param::Integer(integer))?;
            out.push("::int8");
        }
        (Engine::Postgres, None) => {
            // numeric holds far more, but rounds and fails at its own limits.
            if !is_moderate(wanted.as_str()) {
                return Err(ErrorKind::OutOfRange);
            }
            out.bind(Param::Text(wanted.as_str().into()))?;
            out.push("::text::numeric");
        }
        (Engine::Sqlite, Some(integer)) => out.bind(Param::Integer(integer))?,
        (Engine::Sqlite, None) => out.bind(Param::Real(as_real(&wanted)?))?,
    }
    Ok(())
}

fn as_integer(number: &Number<'_>) -> Option<i64> {
    let text = number.as_str();
    text.parse().ok().or_else(|| {
        // Whole in another notation, such as `1.0` and `5e3`.
        let whole = text.parse::<f64>().ok().map(|real| format!("{real:.0}"))?;
        let integer = whole.parse().ok()?;
        Number::from(integer)
            .compare(number)
            .is_eq()
            .then_some(integer)
    })
}

/// The double that is written as the number is, so that comparing doubles compares the numbers.
fn as_real(number: &Number<'_>) -> Result<f64, ErrorKind> {
    let real: f64 = number.as_str().parse().map_err(|_| ErrorKind::OutOfRange)?;
    match Number::from_f64(real) {
        Some(same) if same.compare(number).is_eq() => Ok(real),
        Some(_) | None => Err(ErrorKind::OutOfRange),
    }
}

/// At most a thousand digits before and after the point.
fn is_moderate(lexeme: &str) -> bool {
    let (mantissa, exponent) = lexeme.split_once(['e', 'E']).unwrap_or((lexeme, "0"));
    let exponent = exponent.trim_start_matches('+').parse::<i32>();
    mantissa.len() <= 500 && exponent.is_ok_and(|exponent| (-500..=500).contains(&exponent))
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

fn text_holds(
    out: &mut Writer,
    column: &Column,
    op: CompareOp,
    value: &Value<'_>,
) -> Result<(), ErrorKind> {
    let number;
    let text = match value {
        Value::String(text) => text.as_ref(),
        Value::Number(lexeme) => {
            number = lexeme.to_string();
            &number
        }
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        Value::Null => {
            out.push(NOTHING);
            return Ok(());
        }
    };
    match sign(op) {
        Some(_) if op == CompareOp::Eq => equals_any(out, column, &[text]),
        Some(sign) => {
            out.push(&ordered(column, out.dialect.engine()));
            out.push(sign);
            out.bind(Param::Text(wanted(column, text)?))
        }
        None if text.is_empty() => {
            exists_in(out, column);
            Ok(())
        }
        None => contains(out, column, op, &wanted(column, text)?),
    }
}

fn equals_any(out: &mut Writer, column: &Column, values: &[&str]) -> Result<(), ErrorKind> {
    let engine = out.dialect.engine();
    out.push(&compared(column, engine));
    if let [text] = values {
        out.push(" = ");
        return out.bind(Param::Text(wanted(column, text)?));
    }
    for (index, text) in values.iter().enumerate() {
        out.push(if index == 0 { " IN (" } else { ", " });
        out.bind(Param::Text(wanted(column, text)?))?;
    }
    out.push(")");
    Ok(())
}

fn contains(out: &mut Writer, column: &Column, op: CompareOp, text: &str) -> Result<(), ErrorKind> {
    let engine = out.dialect.engine();
    let sql = compared(column, engine);
    match engine {
        // Only LIKE can use an index of PostgreSQL.
        Engine::Postgres => {
            let mut pattern = String::new();
            if op != CompareOp::Sw {
                pattern.push('%');
            }
            for char in text.chars() {
                if matches!(char, '%' | '_' | '\\') {
                    pattern.push('\\');
                }
                pattern.push(char);
            }
            if op != CompareOp::Ew {
                pattern.push('%');
            }
            out.push(&sql);
            out.push(" LIKE ");
            out.bind(Param::Text(pattern))
        }
        // SQLite takes no pattern longer than 50,000 bytes.
        Engine::Sqlite => {
            let len = text.chars().count();
            let (function, then) = match op {
                CompareOp::Co => ("instr(", String::new()),
                CompareOp::Ew => ("substr(", format!(", -{len}) = ")),
                CompareOp::Sw
                | CompareOp::Eq
                | CompareOp::Ne
                | CompareOp::Gt
                | CompareOp::Ge
                | CompareOp::Lt
                | CompareOp::Le => ("substr(", format!(", 1, {len}) = ")),
            };
            out.push(function);
            out.push(&sql);
            if op == CompareOp::Co {
                out.push(", ");
                out.bind(Param::Text(text.into()))?;
                out.push(") > 0");
                return Ok(());
            }
            out.push(&then);
            out.bind(Param::Text(text.into()))
        }
    }
}

/// Binary is compared as it stands; a dateTime that is compared as text is not case-exact.
const fn is_exact(column: &Column) -> bool {
    match column.r#type() {
        Type::Binary | Type::ExactText => true,
        Type::Boolean | Type::DateTime | Type::Number | Type::Text => false,
    }
}

/// The text to look for in [`compared`].
fn wanted(column: &Column, text: &str) -> Result<String, ErrorKind> {
    if text.contains('\0') {
        Err(ErrorKind::Nul)
    } else if is_exact(column) {
        Ok(text.into())
    } else {
        Ok(text.to_ascii_lowercase())
    }
}

/// The column in a form of which equal texts are equal.
fn compared(column: &Column, engine: Engine) -> String {
    let sql = column.sql(engine);
    match (engine, is_exact(column)) {
        // The collation "C" folds ASCII alone; every other may know more letters.
        (Engine::Postgres, false) => ["lower(", &sql, " COLLATE \"C\")"].concat(),
        // All deterministic collations agree on what is equal, and this one has an index.
        (Engine::Postgres, true) => sql,
        (Engine::Sqlite, false) => ["lower(", &sql, ")"].concat(),
        (Engine::Sqlite, true) => [&sql, " COLLATE BINARY"].concat(),
    }
}

/// The column in a form that is ordered by bytes.
fn ordered(column: &Column, engine: Engine) -> String {
    let sql = compared(column, engine);
    match (engine, is_exact(column)) {
        (Engine::Postgres, true) => [&sql, " COLLATE \"C\""].concat(),
        (Engine::Postgres, false) | (Engine::Sqlite, _) => sql,
    }
}
