//! SQL for comparing a text, folded as ASCII unless it is case-exact.

use alloc::format;
use alloc::string::{String, ToString};

use super::column::Column;
use super::compare::{NOTHING, exists_in, sign};
use super::condition::{Param, Writer};
use super::dialect::Engine;
use super::{ErrorKind, Type};
use crate::{CompareOp, Value};

pub(super) fn text_holds(
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

/// The column equals any of the values, of which there is at least one.
pub(super) fn equals_any(
    out: &mut Writer,
    column: &Column,
    values: &[&str],
) -> Result<(), ErrorKind> {
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
