//! The scanners for values: JSON literals, and the unquoted ones some clients send.

use alloc::borrow::Cow;
use alloc::string::String;

use super::grammar::{Refusal, Step, check_blank, is_blank, refuse};
use super::limits::Mode;
use crate::ErrorKind;
use crate::number::{self, Number};
use crate::value::Value;

/// `compValue` (RFC 7644 §3.4.2.2).
pub(super) fn value(mode: Mode, input: &str) -> Step<'_, Value<'_>> {
    if input.starts_with('"') {
        let (rest, text) = string(input)?;
        return Ok((rest, Value::String(text)));
    }
    let (word, rest) = split_word(input);
    let found = match word {
        "" => None,
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "null" => Some(Value::Null),
        _ if number::scan(word.as_bytes()) == Some(word.len()) => {
            Some(Value::Number(Number::from_lexeme(word)))
        }
        _ if mode == Mode::Lenient => unquoted(word),
        _ => None,
    };
    if word.is_empty() {
        check_blank(input)?;
    }
    found.map(|value| (rest, value)).ok_or_else(|| {
        let numeric = word.starts_with(|char: char| char == '-' || char.is_ascii_digit());
        let kind = if numeric {
            ErrorKind::InvalidNumber
        } else {
            ErrorKind::ExpectedValue
        };
        refuse(kind, input, 0, word.len())
    })
}

/// A value without quotation marks, or in the apostrophes of RFC 7644 §3.7.1; one mark in it shows
/// that they were meant.
fn unquoted(word: &str) -> Option<Value<'_>> {
    if word.eq_ignore_ascii_case("true") {
        Some(Value::Bool(true))
    } else if word.eq_ignore_ascii_case("false") {
        Some(Value::Bool(false))
    } else if word.bytes().any(|byte| byte == b'"' || byte < 0x20) {
        None
    } else if let Some(text) = word.strip_prefix('\'') {
        let text = text.strip_suffix('\'')?;
        Some(Value::String(Cow::Borrowed(text)))
    } else {
        Some(Value::String(Cow::Borrowed(word)))
    }
}

/// Up to the blank or bracket that ends a value.
fn split_word(input: &str) -> (&str, &str) {
    let ends = |byte: u8| is_blank(byte) || matches!(byte, b'(' | b')' | b'[' | b']');
    let end = input.bytes().position(ends).unwrap_or(input.len());
    input.split_at_checked(end).unwrap_or((input, ""))
}

/// A JSON string (RFC 7159 §7), borrowed unless it has an escape.
fn string(input: &str) -> Step<'_, Cow<'_, str>> {
    let body = input.get(1..).unwrap_or_default();
    let Some(at) = memchr::memchr2(b'"', b'\\', body.as_bytes()) else {
        return Err(refuse(ErrorKind::UnclosedString, input, 0, input.len()));
    };
    let (plain, tail) = body.split_at_checked(at).unwrap_or((body, ""));
    check_controls(input, 1, plain)?;
    match tail.strip_prefix('"') {
        Some(rest) => Ok((rest, Cow::Borrowed(plain))),
        None => escaped(input, plain, tail),
    }
}

/// The rest of a string from its first escape on.
fn escaped<'a>(input: &'a str, plain: &'a str, tail: &'a str) -> Step<'a, Cow<'a, str>> {
    let unclosed = || refuse(ErrorKind::UnclosedString, input, 0, input.len());
    let end = closing_quote(tail.as_bytes()).ok_or_else(unclosed)?;
    // Escapes are never shorter than what they stand for.
    let mut text = String::with_capacity(plain.len() + end);
    text.push_str(plain);
    let mut tail = tail;
    loop {
        if let Some(rest) = tail.strip_prefix('"') {
            return Ok((rest, Cow::Owned(text)));
        }
        let (rest, char) = escape(input, tail)?;
        text.push(char);
        let at = memchr::memchr2(b'"', b'\\', rest.as_bytes()).ok_or_else(unclosed)?;
        let (plain, next) = rest.split_at_checked(at).unwrap_or((rest, ""));
        check_controls(input, input.len() - rest.len(), plain)?;
        text.push_str(plain);
        tail = next;
    }
}

/// The place of the quotation mark that ends a string, not of an escaped one.
fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(b'"', b'\\', text.get(from..)?)?;
        if text.get(at) == Some(&b'"') {
            return Some(at);
        }
        from = at + 2;
    }
}

/// `plain` stands at `start` in `input`.
fn check_controls(input: &str, start: usize, plain: &str) -> Result<(), nom::Err<Refusal>> {
    // Without an early exit the compiler looks at many bytes at once.
    let controls = plain
        .bytes()
        .fold(0, |found, byte| found | u8::from(byte < 0x20));
    if controls == 0 {
        return Ok(());
    }
    let at = plain.bytes().position(|byte| byte < 0x20).unwrap_or(0);
    Err(refuse(ErrorKind::ControlCharacter, input, start + at, 1))
}

/// One escape, the backslash first.
fn escape<'a>(input: &'a str, tail: &'a str) -> Step<'a, char> {
    let mut chars = tail.chars();
    chars.next();
    let char = match chars.next() {
        Some(char @ ('"' | '\\' | '/')) => char,
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => return unicode_escape(input, tail),
        Some(_) => {
            return Err(refuse(
                ErrorKind::InvalidEscape,
                input,
                input.len() - tail.len(),
                2,
            ));
        }
        None => return Err(refuse(ErrorKind::UnclosedString, input, 0, input.len())),
    };
    Ok((chars.as_str(), char))
}

/// `\uXXXX`, or two of them that make one character outside the basic plane.
fn unicode_escape<'a>(input: &'a str, tail: &'a str) -> Step<'a, char> {
    let invalid = || refuse(ErrorKind::InvalidEscape, input, input.len() - tail.len(), 6);
    let first = tail.get(2..6).and_then(hex4).ok_or_else(invalid)?;
    if let Some(char) = char::from_u32(first) {
        return Ok((tail.get(6..).unwrap_or_default(), char));
    }
    let second = match (tail.get(6..8), tail.get(8..12)) {
        (Some("\\u"), Some(digits)) => hex4(digits).ok_or_else(invalid)?,
        _ => return Err(invalid()),
    };
    if !(0xd800..0xdc00).contains(&first) || !(0xdc00..0xe000).contains(&second) {
        return Err(invalid());
    }
    let char = char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))
        .ok_or_else(invalid)?;
    Ok((tail.get(12..).unwrap_or_default(), char))
}

fn hex4(digits: &str) -> Option<u32> {
    if digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        u32::from_str_radix(digits, 16).ok()
    } else {
        None
    }
}
