//! The scanner for attribute names and the URIs before them.

use super::grammar::{ParseResult, Refusal, refuse};
use super::limits::Mode;
use crate::ErrorKind;
use crate::path::AttrPath;

/// A path that has been read and not yet been made: small, and borrowed whatever happens.
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

/// What a byte is to an attribute path.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Class {
    /// Ends the path.
    End,
    /// May stand in a name (RFC 7644 §3.4.2.2, `nameChar`).
    Name,
    /// May stand in a name since `$ref` does (RFC 7643 §2.1 and §2.4).
    Dollar,
    /// Before a sub-attribute, or part of a URI.
    Dot,
    /// After a URI, or part of it.
    Colon,
    /// Part of a URI only (RFC 3986, appendix A, without brackets).
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

/// Whether a keyword cannot end before this byte, since a name would go on.
#[inline]
pub(super) fn continues_name(byte: Option<&u8>) -> bool {
    byte.is_some_and(|&byte| class(byte) != Class::End)
}

/// `[URI ":"] ATTRNAME *1("." ATTRNAME)`
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

/// A path that is more than a name, or none at all.
#[inline(never)]
fn compound_path(mode: Mode, input: &str) -> ParseResult<'_, PathText<'_>> {
    let bytes = input.as_bytes();
    let end = bytes
        .iter()
        .position(|&byte| class(byte) == Class::End)
        .unwrap_or(bytes.len());
    let (text, rest) = input.split_at_checked(end).unwrap_or((input, ""));
    // Only what follows the last colon is the name: the dot of `2.0` stands before it.
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

/// `ATTRNAME` alone, after the dot behind a value path.
pub(super) fn sub_attribute(mode: Mode, input: &str) -> ParseResult<'_, PathText<'_>> {
    let (rest, path) = attr_path(mode, input)?;
    if path.name > 0 || path.sub > 0 {
        let len = path.text.len();
        return Err(refuse(ErrorKind::ExpectedAttribute, input, 0, len));
    }
    Ok((rest, path))
}

/// A name begins with a letter; `$ref` with its dollar.
fn check_start(input: &str, at: usize) -> Result<(), nom::Err<Refusal>> {
    let bytes = input.as_bytes();
    let letter = if bytes.get(at) == Some(&b'$') {
        at + 1
    } else {
        at
    };
    match bytes.get(letter) {
        Some(byte) if byte.is_ascii_alphabetic() => Ok(()),
        // A blank or a bracket that follows is not what is wrong: the name is missing.
        Some(&byte) if class(byte) != Class::End || at == 0 => {
            Err(refuse(ErrorKind::ExpectedAttribute, input, at, 1))
        }
        Some(_) | None => Err(refuse(ErrorKind::ExpectedAttribute, input, at, 0)),
    }
}

/// A fragment has no second `#`; an authority is `[userinfo "@"] host [":" port]`, and a colon or an
/// `@` that is none of these stands in no URI.
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

/// A scheme, a colon and whatever a URI may hold; percent signs before two hexadecimal digits.
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
