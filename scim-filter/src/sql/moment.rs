//! Moments in the formats of the databases.

use alloc::format;
use alloc::string::{String, ToString};

use crate::CompareOp;
use crate::datetime::Instant;

/// SQL that converts a text column to the form of [`as_text`]: without the `Z`, with nine digits of a
/// fraction.
pub(super) fn normalized(column: &str) -> String {
    [
        "substr(rtrim(",
        column,
        ", 'Z') || CASE WHEN length(",
        column,
        ") > 20 THEN '000000000' ELSE '.000000000' END, 1, 29)",
    ]
    .concat()
}

/// Writes a moment as `2011-05-13T04:42:34.123000000`; `None` outside years of four digits.
pub(super) fn as_text(instant: Instant) -> Option<String> {
    let seconds = whole_seconds(instant)?;
    Some(format!("{seconds}.{:09}", instant.subsec_nanos()))
}

/// Writes a moment to the microsecond, the precision of PostgreSQL, with an equivalent operator for the
/// truncated moment. Without an operator, no stored moment matches.
pub(super) fn as_timestamp(instant: Instant, op: CompareOp) -> Option<(String, Option<CompareOp>)> {
    let seconds = whole_seconds(instant)?;
    let (micros, rest) = (instant.subsec_nanos() / 1000, instant.subsec_nanos() % 1000);
    let op = match op {
        _ if rest == 0 => Some(op),
        CompareOp::Gt | CompareOp::Ge => Some(CompareOp::Gt),
        CompareOp::Lt | CompareOp::Le => Some(CompareOp::Le),
        CompareOp::Eq | CompareOp::Ne | CompareOp::Co | CompareOp::Sw | CompareOp::Ew => None,
    };
    Some((format!("{seconds}.{micros:06}Z"), op))
}

fn whole_seconds(instant: Instant) -> Option<String> {
    let mut text = instant.to_string();
    let four_digits = text.find('-') == Some(4) && !text.starts_with("0000");
    text.truncate("2011-05-13T04:42:34".len());
    four_digits.then_some(text)
}
