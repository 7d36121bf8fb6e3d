//! Scanners for attribute names and the URIs before them.

use super::grammar::{ParseResult, Refusal, refuse};
use super::limits::Mode;
use crate::ErrorKind;
use crate::path::AttrPath;

/// A scanned attribute path: small, and always borrowed.
#[derive(Clone, Copy)]
pub(super) struct PathText<'a> {
    text: &'a str,
    name: u32,
    sub: u32,
}

impl<'a> PathText<'a> {
    const fn of_name(name: &'a str) -> Self {
        Self {
            text: name,
            name: 0,
            sub: 0,
        }
    }

    pub(super) const fn text(self) -> &'a str {
        self.text
    }

    pub(super) const fn into_attr_path(self) -> AttrPath<'a> {
        AttrPath::from_parts(self.text, self.name, self.sub)
    }
}

/// The role of a byte in an attribute path.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Class {
    /// Ends the path.
    End,
    /// Part of a name (RFC 7644 §3.4.2.2, `nameChar`).
    Name,
    /// Part of a name because of `$ref` (RFC 7643 §2.1 and §2.4).
    Dollar,
    /// Before a sub-attribute, or part of a URI.
    Dot,
    /// After a URI, or part of it.
    Colon,
    /// Part of a URI alone (RFC 3986, appendix A, without brackets).
    Uri,
}

const CLASSES: [Class; 256] = classes();

#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
const fn classes() -> [Class; 256] {
    let mut classes = [Class::End; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => Class::Name,
            b'$' => Class::Dollar,
            b'.' => Class::Dot,
            b':' => Class::Colon,
            b'/' | b'?' | b'#' | b'@' | b'!' | b'&' | b'\'' | b'*' | b'+' | b',' | b';' | b'='
            | b'~' | b'%' => Class::Uri,
            _ => Class::End,
        };
        byte += 1;
    }
    classes
}

fn class(byte: u8) -> Class {
    CLASSES
        .get(usize::from(byte))
        .copied()
        .unwrap_or(Class::End)
}

/// Whether this byte continues a name, so that no keyword ends before it.
#[inline]
pub(super) fn continues_name(byte: Option<&u8>) -> bool {
    byte.is_some_and(|&byte| class(byte) != Class::End)
}

/// Reads `[URI ":"] ATTRNAME *1("." ATTRNAME)`.
#[inline]
pub(super) fn attr_path(mode: Mode, input: &str) -> ParseResult<'_, PathText<'_>> {
    let bytes = input.as_bytes();
    let end = name_len(bytes);
    let whole = bytes.get(end).is_none_or(|&byte| class(byte) == Class::End);
    match input.split_at_checked(end) {
        Some((name, rest)) if whole && bytes.first().is_some_and(u8::is_ascii_alphabetic) => {
            Ok((rest, PathText::of_name(name)))
        }
        _ => compound_path(mode, input),
    }
}

/// Reads a path with a URI or a sub-attribute, or refuses the text.
#[inline(never)]
fn compound_path(mode: Mode, input: &str) -> ParseResult<'_, PathText<'_>> {
    let bytes = input.as_bytes();
    let end = bytes
        .iter()
        .position(|&byte| class(byte) == Class::End)
        .unwrap_or(bytes.len());
    let (text, rest) = input.split_at_checked(end).unwrap_or((input, ""));

    // The name follows the last colon; the dot of `2.0` stands before it.
    let name = memchr::memrchr(b':', text.as_bytes()).map_or(0, |colon| colon + 1);
    let mut sub = None;
    for (at, &byte) in text.as_bytes().iter().enumerate().skip(name) {
        match class(byte) {
            Class::Name => {}
            Class::Dollar if mode != Mode::Strict => {}
            Class::Dot if sub.is_none() => sub = Some(at + 1),
            Class::Dot | Class::Dollar | Class::Colon | Class::Uri | Class::End => {
                return Err(refuse(ErrorKind::ExpectedAttribute, input, at, 1));
            }
        }
    }

    check_start(input, name)?;
    if let Some(sub) = sub {
        check_start(input, sub)?;
    }
    if name > 0 {
        check_uri(input, name - 1)?;
    }

    let place = |at| u32::try_from(at).unwrap_or(0);
    Ok((
        rest,
        PathText {
            text,
            name: place(name),
            sub: sub.map_or(0, place),
        },
    ))
}

#[inline]
fn name_len(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|&byte| class(byte) != Class::Name)
        .unwrap_or(bytes.len())
}

/// Reads `ATTRNAME` alone, after the dot that follows a value path.
pub(super) fn sub_attribute(mode: Mode, input: &str) -> ParseResult<'_, PathText<'_>> {
    let (rest, path) = attr_path(mode, input)?;
    if path.name > 0 || path.sub > 0 {
        let len = path.text.len();
        return Err(refuse(ErrorKind::ExpectedAttribute, input, 0, len));
    }
    Ok((rest, path))
}

/// Checks that a name starts with a letter, or with `$` and a letter.
fn check_start(input: &str, at: usize) -> Result<(), nom::Err<Refusal>> {
    let bytes = input.as_bytes();
    let letter = if bytes.get(at) == Some(&b'$') {
        at + 1
    } else {
        at
    };
    match bytes.get(letter) {
        Some(byte) if byte.is_ascii_alphabetic() => Ok(()),
        // Before a blank or a bracket, the name is missing; point at no character.
        Some(&byte) if class(byte) != Class::End || at == 0 => {
            Err(refuse(ErrorKind::ExpectedAttribute, input, at, 1))
        }
        Some(_) | None => Err(refuse(ErrorKind::ExpectedAttribute, input, at, 0)),
    }
}

/// Whether the fragment has no second `#`, and the authority is `[userinfo "@"] host [":" port]` with
/// no other `@` or colon.
fn has_uri_parts(rest: &str) -> bool {
    let (hierarchy, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let Some(from_authority) = hierarchy.strip_prefix("//") else {
        return !fragment.contains('#');
    };
    let authority = from_authority.split(['/', '?']).next().unwrap_or_default();
    let (_, host) = authority.split_once('@').unwrap_or(("", authority));
    let (host, port) = host.split_once(':').unwrap_or((host, ""));
    !fragment.contains('#')
        && !host.contains('@')
        && port.bytes().all(|digit| digit.is_ascii_digit())
}

/// Checks the scheme, the parts of the URI, and two hexadecimal digits after each percent sign.
fn check_uri(input: &str, end: usize) -> Result<(), nom::Err<Refusal>> {
    let uri = input.get(..end).unwrap_or_default();
    let invalid = || refuse(ErrorKind::InvalidUri, input, 0, end);
    let (scheme, parts) = uri.split_once(':').ok_or_else(invalid)?;
    if !has_uri_parts(parts) {
        return Err(invalid());
    }

    let scheme_bytes =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let escapes = |escape: &str| {
        escape.len() >= 2
            && escape
                .bytes()
                .take(2)
                .all(|digit| digit.is_ascii_hexdigit())
    };

    let valid = scheme.starts_with(|char: char| char.is_ascii_alphabetic())
        && scheme.bytes().all(scheme_bytes)
        && (memchr::memchr(b'%', uri.as_bytes()).is_none() || uri.split('%').skip(1).all(escapes));
    if valid { Ok(()) } else { Err(invalid()) }
}
