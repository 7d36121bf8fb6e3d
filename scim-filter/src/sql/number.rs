//! SQL for comparing numbers by exact value.

use alloc::format;

use super::ErrorKind;
use super::column::Column;
use super::compare::{FALSE, sign};
use super::condition::{Param, Writer};
use super::dialect::Engine;
use crate::{CompareOp, Number, Value};

pub(super) fn write_number_comparison(
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
        out.push(FALSE);
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
            // `numeric` takes more digits, but rounds or fails beyond its own limits.
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
        // An integer in another notation, such as `1.0` or `5e3`.
        let whole = text.parse::<f64>().ok().map(|real| format!("{real:.0}"))?;
        let integer = whole.parse().ok()?;
        Number::from(integer)
            .compare(number)
            .is_eq()
            .then_some(integer)
    })
}

/// Converts a number to the double whose shortest decimal equals it, so that comparing doubles compares
/// the numbers.
fn as_real(number: &Number<'_>) -> Result<f64, ErrorKind> {
    let real: f64 = number.as_str().parse().map_err(|_| ErrorKind::OutOfRange)?;
    match Number::from_f64(real) {
        Some(same) if same.compare(number).is_eq() => Ok(real),
        Some(_) | None => Err(ErrorKind::OutOfRange),
    }
}

/// Whether the number has at most a thousand digits on either side of the point.
fn is_moderate(lexeme: &str) -> bool {
    let (mantissa, exponent) = lexeme.split_once(['e', 'E']).unwrap_or((lexeme, "0"));
    let exponent = exponent.trim_start_matches('+').parse::<i32>();
    mantissa.len() <= 500 && exponent.is_ok_and(|exponent| (-500..=500).contains(&exponent))
}
