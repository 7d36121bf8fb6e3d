//! The scanners for values: JSON literals, and the unquoted ones some clients send.

use alloc::borrow::Cow;
use alloc::string::String;

use super::grammar::{Refusal, Step, check_blank, is_blank, refuse};
use super::limits::Mode;
use crate::ErrorKind;
use crate::number::{self, Number};
use crate::value::Value;

/// `compValue` (RFC 7644 §3.4.2.2).
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "a value is large, and moving it costs as much as reading it"
)]
pub(super) fn value(mode: Mode, input: &str) -> Step<'_, Value<'_>> {
    if input.as_bytes().first() == Some(&b'"') {
        return string(input);
    }
    word(mode, input)
}

/// A value that is no string: up to a blank or bracket.
#[inline(never)]
fn word(mode: Mode, input: &str) -> Step<'_, Value<'_>> {
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

/// A value without quotation marks; one quotation mark in it shows that they were meant.
fn unquoted(word: &str) -> Option<Value<'_>> {
    if word.eq_ignore_ascii_case("true") {
        Some(Value::Bool(true))
    } else if word.eq_ignore_ascii_case("false") {
        Some(Value::Bool(false))
    } else if word.bytes().any(|byte| byte == b'"' || byte < 0x20) {
        None
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
#[inline(always)]
#[expect(clippy::inline_always, reason = "see `value`")]
fn string(input: &str) -> Step<'_, Value<'_>> {
    let bytes = input.as_bytes();
    let end = 1 + plain_len(bytes.get(1..).unwrap_or_default());
    match (bytes.get(end), input.get(1..end), input.get(end + 1..)) {
        (Some(b'"'), Some(text), Some(rest)) => Ok((rest, Value::String(Cow::Borrowed(text)))),
        _ => unusual_string(input, end),
    }
}

/// How many bytes may stand in a string as they are.
#[inline]
fn plain_len(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((word, more)) = rest.split_first_chunk() {
        let found = special_bytes(u64::from_le_bytes(*word));
        if found != 0 {
            let in_word = usize::try_from(found.trailing_zeros() / 8).unwrap_or(0);
            return bytes.len() - rest.len() + in_word;
        }
        rest = skip_plain_blocks(more);
    }
    let in_rest = rest.iter().position(|&byte| is_special(byte));
    bytes.len() - rest.len() + in_rest.unwrap_or(rest.len())
}

/// Skips blocks without anything special in them; the compiler looks at all bytes of one at once.
#[inline]
fn skip_plain_blocks(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    while let Some((block, more)) = rest.split_first_chunk::<16>() {
        let special = block
            .iter()
            .fold(false, |found, &byte| found | is_special(byte));
        if special {
            break;
        }
        rest = more;
    }
    rest
}

/// Whether a byte ends what may stand in a string as it is.
const fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// The highest bit of each byte that is a quotation mark, a backslash or a control character; the
/// lowest of the bits that are set is right, those above it may be too many.
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

/// A string with an escape or with something wrong at `end`.
#[inline(never)]
fn unusual_string(input: &str, end: usize) -> Step<'_, Value<'_>> {
    let (plain, tail) = input.split_at_checked(end).unwrap_or((input, ""));
    if tail.starts_with('\\') {
        return escaped(input, plain.get(1..).unwrap_or_default(), tail);
    }
    if memchr::memchr2(b'"', b'\\', tail.as_bytes()).is_none() {
        return Err(refuse(ErrorKind::UnclosedString, input, 0, input.len()));
    }
    Err(refuse(ErrorKind::ControlCharacter, tail, 0, 1))
}

/// The rest of a string from its first escape on.
fn escaped<'a>(input: &'a str, plain: &str, tail: &'a str) -> Step<'a, Value<'a>> {
    let unclosed = || refuse(ErrorKind::UnclosedString, input, 0, input.len());
    let end = closing_quote(tail.as_bytes()).ok_or_else(unclosed)?;
    // Escapes are never shorter than what they stand for.
    let mut text = String::with_capacity(plain.len() + end);
    text.push_str(plain);
    let mut tail = tail;
    loop {
        match tail.as_bytes().first() {
            Some(b'"') => {
                let rest = tail.get(1..).unwrap_or_default();
                return Ok((rest, Value::String(Cow::Owned(text))));
            }
            Some(b'\\') => {}
            Some(_) => return Err(refuse(ErrorKind::ControlCharacter, tail, 0, 1)),
            None => return Err(unclosed()),
        }
        let (rest, char) = escape(tail)?;
        text.push(char);
        let (plain, next) = rest
            .split_at_checked(plain_len(rest.as_bytes()))
            .unwrap_or((rest, ""));
        text.push_str(plain);
        tail = next;
    }
}

/// The place of the quotation mark that ends a string, not of an escaped one.
fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += plain_len(text.get(at..)?);
        at += match text.get(at)? {
            b'"' => return Some(at),
            b'\\' => 2,
            _ => 1,
        };
    }
}

/// One escape, the backslash first.
fn escape(tail: &str) -> Step<'_, char> {
    let char = match tail.as_bytes().get(1) {
        Some(b'u') => return unicode_escape(tail),
        Some(&byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(_) | None => return Err(refuse(ErrorKind::InvalidEscape, tail, 0, 2)),
    };
    Ok((tail.get(2..).unwrap_or_default(), char))
}

/// `\uXXXX`, or two of them that make one character outside the basic plane.
fn unicode_escape(tail: &str) -> Step<'_, char> {
    let invalid = || refuse(ErrorKind::InvalidEscape, tail, 0, 6);
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
    digits
        .chars()
        .try_fold(0, |number, digit| Some(number * 16 + digit.to_digit(16)?))
}
