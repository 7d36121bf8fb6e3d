//! Scanners for values: JSON literals, and the unquoted values of some clients.

use alloc::borrow::Cow;
use alloc::string::String;

use super::grammar::{ParseResult, Refusal, check_blank, is_blank, refuse};
use super::limits::Mode;
use crate::ErrorKind;
use crate::number::{self, Number};
use crate::value::Value;

/// A scanned value: small, and always borrowed. [`Literal::into_value`] resolves escapes.
#[derive(Clone, Copy)]
pub(super) enum Literal<'a> {
    /// A string without escapes.
    Plain(&'a str),
    /// The text between the quotation marks, with checked but unresolved escapes.
    Escaped(&'a str),
    Number(&'a str),
    Bool(bool),
    Null,
}

impl<'a> Literal<'a> {
    #[inline]
    pub(super) fn into_value(self) -> Value<'a> {
        match self {
            Self::Plain(text) => Value::String(Cow::Borrowed(text)),
            Self::Escaped(text) => Value::String(Cow::Owned(unescape(text))),
            Self::Number(lexeme) => Value::Number(Number::from_lexeme(lexeme)),
            Self::Bool(value) => Value::Bool(value),
            Self::Null => Value::Null,
        }
    }
}

/// Reads `compValue` (RFC 7644 §3.4.2.2).
#[inline]
pub(super) fn value(mode: Mode, input: &str) -> ParseResult<'_, Literal<'_>> {
    if input.as_bytes().first() == Some(&b'"') {
        return string(input);
    }
    word(mode, input)
}

/// Reads a value other than a string, up to a blank or bracket.
#[inline(never)]
fn word(mode: Mode, input: &str) -> ParseResult<'_, Literal<'_>> {
    let (word, rest) = split_word(input);
    let found = match word {
        "" => None,
        "true" => Some(Literal::Bool(true)),
        "false" => Some(Literal::Bool(false)),
        "null" => Some(Literal::Null),
        _ if number::scan(word.as_bytes()) == Some(word.len()) => Some(Literal::Number(word)),
        _ if mode == Mode::Lenient => unquoted(word),
        _ => None,
    };
    found
        .map(|value| (rest, value))
        .ok_or_else(|| no_value(input, word))
}

#[cold]
fn no_value(input: &str, word: &str) -> nom::Err<Refusal> {
    if let Err(blank) = check_blank(input) {
        return blank;
    }
    let numeric = word.starts_with(|char: char| char == '-' || char.is_ascii_digit());
    let kind = if numeric {
        ErrorKind::InvalidNumber
    } else {
        ErrorKind::ExpectedValue
    };
    refuse(kind, input, 0, word.len())
}

/// Reads a value without quotation marks, or in the apostrophes of RFC 7644 §3.7.1. A quotation mark
/// inside it is a broken string instead.
fn unquoted(word: &str) -> Option<Literal<'_>> {
    if word.eq_ignore_ascii_case("true") {
        Some(Literal::Bool(true))
    } else if word.eq_ignore_ascii_case("false") {
        Some(Literal::Bool(false))
    } else if word.bytes().any(|byte| byte == b'"' || byte < 0x20) {
        None
    } else if let Some(text) = word.strip_prefix('\'') {
        text.strip_suffix('\'').map(Literal::Plain)
    } else {
        Some(Literal::Plain(word))
    }
}

/// Splits at the blank or bracket that ends a value.
fn split_word(input: &str) -> (&str, &str) {
    let ends = |byte: u8| is_blank(byte) || matches!(byte, b'(' | b')' | b'[' | b']');
    let end = input.bytes().position(ends).unwrap_or(input.len());
    input.split_at_checked(end).unwrap_or((input, ""))
}

/// Reads a JSON string (RFC 7159 §7) from its quotation mark on.
#[inline]
fn string(input: &str) -> ParseResult<'_, Literal<'_>> {
    let body = input.get(1..).unwrap_or_default();
    let end = plain_len(body.as_bytes());
    if let Some((text, tail)) = body.split_at_checked(end) {
        if let Some(rest) = tail.strip_prefix('"') {
            return Ok((rest, Literal::Plain(text)));
        }
    }
    unusual_string(input, 1 + end)
}

/// Counts the leading bytes that need no escape: eight at a time, and in long strides after [`SHORT`]
/// bytes, where a call pays off.
#[inline]
fn plain_len(bytes: &[u8]) -> usize {
    let head = bytes.get(..SHORT).unwrap_or(bytes);
    let mut rest = head;
    while let Some((word, more)) = rest.split_first_chunk() {
        let found = special_bytes(u64::from_le_bytes(*word));
        if found != 0 {
            let in_word = usize::try_from(found.trailing_zeros() / 8).unwrap_or(0);
            return head.len() - rest.len() + in_word;
        }
        rest = more;
    }
    match rest.iter().position(|&byte| is_special(byte)) {
        Some(in_rest) => head.len() - rest.len() + in_rest,
        None => head.len() + long_plain_len(bytes.get(SHORT..).unwrap_or_default()),
    }
}

const SHORT: usize = 64;

#[inline(never)]
fn long_plain_len(bytes: &[u8]) -> usize {
    let end = memchr::memchr2(b'"', b'\\', bytes).unwrap_or(bytes.len());
    let plain = bytes.get(..end).unwrap_or_default();
    // Without an early exit, the compiler vectorizes the loop.
    let controls = plain
        .iter()
        .fold(0, |found, &byte| found | u8::from(byte < 0x20));
    if controls == 0 {
        return end;
    }
    plain.iter().position(|&byte| byte < 0x20).unwrap_or(end)
}

/// Whether a byte ends the plain part of a string.
const fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Sets the highest bit of each byte that is a quotation mark, a backslash or a control character.
/// Only the lowest set bit is reliable; higher ones may be wrong.
#[inline]
const fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST: u64 = ONES << 7;
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let quotes = quote.wrapping_sub(ONES) & !quote;
    let backslashes = backslash.wrapping_sub(ONES) & !backslash;
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (quotes | backslashes | controls) & HIGHEST
}

/// Reads a string with an escape or an error at `end`.
#[inline(never)]
fn unusual_string(input: &str, end: usize) -> ParseResult<'_, Literal<'_>> {
    let bytes = input.as_bytes();
    let mut at = end;

    loop {
        let tail = bytes.get(at..).unwrap_or_default();
        let escape = match tail.first() {
            Some(b'"') => {
                let text = input.get(1..at).unwrap_or_default();
                let rest = input.get(at + 1..).unwrap_or_default();
                return Ok((rest, Literal::Escaped(text)));
            }
            Some(b'\\') => escape(tail),
            Some(_) | None => None,
        };
        let Some((_, len)) = escape else {
            return Err(broken_string(input, at));
        };

        at += len;
        at += plain_len(bytes.get(at..).unwrap_or_default());
    }
}

/// The error at a place in a string. A missing end is more important than an error inside.
#[cold]
fn broken_string(input: &str, at: usize) -> nom::Err<Refusal> {
    let mut bytes = input.bytes().enumerate().skip(at);
    while let Some((here, byte)) = bytes.next() {
        match byte {
            b'"' => {
                let (kind, len) = match input.as_bytes().get(at..at + 2) {
                    Some(b"\\u") => (ErrorKind::InvalidEscape, 6.min(here - at)),
                    Some([b'\\', _]) => (ErrorKind::InvalidEscape, 2),
                    _ => (ErrorKind::ControlCharacter, 1),
                };
                return refuse(kind, input, at, len);
            }
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }

    refuse(ErrorKind::UnclosedString, input, 0, input.len())
}

/// Resolves the escapes of a string, which the scanner has checked.
#[inline(never)]
fn unescape(text: &str) -> String {
    // An escape is never shorter than its character.
    let mut out = String::with_capacity(text.len());
    let mut tail = text;
    loop {
        let end = plain_len(tail.as_bytes());
        let Some((plain, rest)) = tail.split_at_checked(end) else {
            return out;
        };
        out.push_str(plain);
        let Some((char, len)) = escape(rest.as_bytes()) else {
            return out;
        };
        out.push(char);
        tail = rest.get(len..).unwrap_or_default();
    }
}

/// The character of an escape, and the length of the escape in bytes, including the backslash.
fn escape(tail: &[u8]) -> Option<(char, usize)> {
    let char = match tail.get(1)? {
        b'u' => return unicode_escape(tail),
        &byte @ (b'"' | b'\\' | b'/') => char::from(byte),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        _ => return None,
    };
    Some((char, 2))
}

/// Reads `\uXXXX`, or a surrogate pair of two such escapes.
fn unicode_escape(tail: &[u8]) -> Option<(char, usize)> {
    let first = hex4(tail.get(2..6)?)?;
    if let Some(char) = char::from_u32(first) {
        return Some((char, 6));
    }
    let second = match (tail.get(6..8)?, tail.get(8..12)?) {
        (b"\\u", digits) => hex4(digits)?,
        _ => return None,
    };
    if !(0xd800..0xdc00).contains(&first) || !(0xdc00..0xe000).contains(&second) {
        return None;
    }
    let char = char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))?;
    Some((char, 12))
}

fn hex4(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, &digit| {
        Some(number * 16 + char::from(digit).to_digit(16)?)
    })
}
