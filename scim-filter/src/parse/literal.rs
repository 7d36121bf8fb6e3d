//! The scanners for values: JSON literals, and the unquoted ones some clients send.

use alloc::borrow::Cow;
use alloc::string::String;

use super::grammar::{Refusal, Step, check_blank, is_blank, refuse};
use super::limits::Mode;
use crate::ErrorKind;
use crate::number::{self, Number};
use crate::value::Value;

/// A value that has been read and not yet been made: small, and borrowed whatever happens.
#[derive(Clone, Copy)]
pub(super) enum Literal<'a> {
    /// A string without escapes.
    Plain(&'a str),
    /// What stands between the quotation marks, its escapes checked.
    Escaped(&'a str),
    Number(&'a str),
    Bool(bool),
    Null,
}

impl<'a> Literal<'a> {
    #[inline]
    pub(super) fn make(self) -> Value<'a> {
        match self {
            Self::Plain(text) => Value::String(Cow::Borrowed(text)),
            Self::Escaped(text) => Value::String(Cow::Owned(unescape(text))),
            Self::Number(lexeme) => Value::Number(Number::from_lexeme(lexeme)),
            Self::Bool(value) => Value::Bool(value),
            Self::Null => Value::Null,
        }
    }
}

/// `compValue` (RFC 7644 §3.4.2.2).
#[inline]
pub(super) fn value(mode: Mode, input: &str) -> Step<'_, Literal<'_>> {
    if input.as_bytes().first() == Some(&b'"') {
        return string(input);
    }
    word(mode, input)
}

/// A value that is no string: up to a blank or bracket.
#[inline(never)]
fn word(mode: Mode, input: &str) -> Step<'_, Literal<'_>> {
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

/// A value without quotation marks; one quotation mark in it shows that they were meant.
fn unquoted(word: &str) -> Option<Literal<'_>> {
    if word.eq_ignore_ascii_case("true") {
        Some(Literal::Bool(true))
    } else if word.eq_ignore_ascii_case("false") {
        Some(Literal::Bool(false))
    } else if word.bytes().any(|byte| byte == b'"' || byte < 0x20) {
        None
    } else {
        Some(Literal::Plain(word))
    }
}

/// Up to the blank or bracket that ends a value.
fn split_word(input: &str) -> (&str, &str) {
    let ends = |byte: u8| is_blank(byte) || matches!(byte, b'(' | b')' | b'[' | b']');
    let end = input.bytes().position(ends).unwrap_or(input.len());
    input.split_at_checked(end).unwrap_or((input, ""))
}

/// A JSON string (RFC 7159 §7), its quotation mark first.
#[inline]
fn string(input: &str) -> Step<'_, Literal<'_>> {
    let body = input.get(1..).unwrap_or_default();
    let end = plain_len(body.as_bytes());
    if let Some((text, tail)) = body.split_at_checked(end) {
        if let Some(rest) = tail.strip_prefix('"') {
            return Ok((rest, Literal::Plain(text)));
        }
    }
    unusual_string(input, 1 + end)
}

/// How many bytes may stand in a string as they are; looked at eight by eight, and beyond a
/// length at which a call pays, in long strides.
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
    // Without an early exit the compiler looks at many bytes at once.
    let controls = plain
        .iter()
        .fold(0, |found, &byte| found | u8::from(byte < 0x20));
    if controls == 0 {
        return end;
    }
    plain.iter().position(|&byte| byte < 0x20).unwrap_or(end)
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

/// A string that does not end at `end`: with an escape there, or with something wrong.
#[inline(never)]
fn unusual_string(input: &str, end: usize) -> Step<'_, Literal<'_>> {
    let mut tail = input.get(end..).unwrap_or_default();
    loop {
        match tail.as_bytes().first() {
            Some(b'"') => {
                let rest = tail.get(1..).unwrap_or_default();
                let text = input.get(1..input.len() - tail.len()).unwrap_or_default();
                return Ok((rest, Literal::Escaped(text)));
            }
            Some(b'\\') => {
                (tail, _) = escape(tail).map_err(|invalid| unclosed_or(invalid, input, tail))?;
            }
            Some(_) | None => {
                let control = refuse(ErrorKind::ControlCharacter, tail, 0, 1);
                return Err(unclosed_or(control, input, tail));
            }
        }
        tail = tail.get(plain_len(tail.as_bytes())..).unwrap_or_default();
    }
}

/// That a string is not closed says more than what is wrong inside of it.
#[cold]
fn unclosed_or(error: nom::Err<Refusal>, input: &str, tail: &str) -> nom::Err<Refusal> {
    let mut bytes = tail.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return error,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
    refuse(ErrorKind::UnclosedString, input, 0, input.len())
}

/// What stands in a string, with its escapes resolved; they have been checked.
#[inline(never)]
fn unescape(text: &str) -> String {
    // Escapes are never shorter than what they stand for.
    let mut out = String::with_capacity(text.len());
    let mut tail = text;
    loop {
        let (plain, rest) = tail
            .split_at_checked(plain_len(tail.as_bytes()))
            .unwrap_or((tail, ""));
        out.push_str(plain);
        match escape(rest) {
            Ok((rest, char)) => {
                out.push(char);
                tail = rest;
            }
            Err(_) => return out,
        }
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
