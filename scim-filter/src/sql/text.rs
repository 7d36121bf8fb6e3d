//! SQL for comparing text, which folds ASCII case unless the column is case-exact.

use alloc::format;
use alloc::string::{String, ToString};

use super::column::Column;
use super::compare::{FALSE, sign, write_is_not_null};
use super::condition::{Param, Writer};
use super::dialect::Engine;
use super::{ErrorKind, Type};
use crate::{CompareOp, Value};

pub(super) fn write_text_comparison(
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
            out.push(FALSE);
            return Ok(());
        }
    };

    match sign(op) {
        Some(_) if op == CompareOp::Eq => write_equals_any(out, column, &[text]),
        Some(sign) => {
            out.push(&orderable_sql(column, out.dialect.engine()));
            out.push(sign);
            out.bind(Param::Text(comparable_text(column, text)?))
        }
        None if text.is_empty() => {
            write_is_not_null(out, column);
            Ok(())
        }
        None => write_substring_test(out, column, op, &comparable_text(column, text)?),
    }
}

/// Writes the condition that the column equals any of the values; there is at least one.
pub(super) fn write_equals_any(
    out: &mut Writer,
    column: &Column,
    values: &[&str],
) -> Result<(), ErrorKind> {
    let engine = out.dialect.engine();
    out.push(&comparable_sql(column, engine));
    if let [text] = values {
        out.push(" = ");
        return out.bind(Param::Text(comparable_text(column, text)?));
    }
    for (index, text) in values.iter().enumerate() {
        out.push(if index == 0 { " IN (" } else { ", " });
        out.bind(Param::Text(comparable_text(column, text)?))?;
    }
    out.push(")");
    Ok(())
}

fn write_substring_test(
    out: &mut Writer,
    column: &Column,
    op: CompareOp,
    text: &str,
) -> Result<(), ErrorKind> {
    let engine = out.dialect.engine();
    let sql = comparable_sql(column, engine);

    match engine {
        // PostgreSQL uses an index only for LIKE.
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
        // SQLite refuses a pattern longer than 50,000 bytes.
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

/// Whether letter case counts. It does for binary, but not for a dateTime that compares as text.
const fn is_exact(column: &Column) -> bool {
    match column.r#type() {
        Type::Binary | Type::ExactText => true,
        Type::Boolean | Type::DateTime | Type::Number | Type::Text => false,
    }
}

/// The parameter to compare with [`comparable_sql`].
fn comparable_text(column: &Column, text: &str) -> Result<String, ErrorKind> {
    if text.contains('\0') {
        Err(ErrorKind::Nul)
    } else if is_exact(column) {
        Ok(text.into())
    } else {
        Ok(text.to_ascii_lowercase())
    }
}

/// The column in a form for equality.
fn comparable_sql(column: &Column, engine: Engine) -> String {
    let sql = column.sql(engine);
    match (engine, is_exact(column)) {
        // The collation "C" folds only ASCII; others may fold more letters.
        (Engine::Postgres, false) => ["lower(", &sql, " COLLATE \"C\")"].concat(),
        // All deterministic collations agree on equality, and this one has an index.
        (Engine::Postgres, true) => sql,
        (Engine::Sqlite, false) => ["lower(", &sql, ")"].concat(),
        (Engine::Sqlite, true) => [&sql, " COLLATE BINARY"].concat(),
    }
}

/// The column in a form that orders by bytes.
fn orderable_sql(column: &Column, engine: Engine) -> String {
    let sql = comparable_sql(column, engine);
    match (engine, is_exact(column)) {
        (Engine::Postgres, true) => [&sql, " COLLATE \"C\""].concat(),
        (Engine::Postgres, false) | (Engine::Sqlite, _) => sql,
    }
}
