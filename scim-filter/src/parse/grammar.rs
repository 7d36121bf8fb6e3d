//! The structure of filters and paths in nom, down to the scanners for names and values.
//!
//! Nothing here recurses: a parser reads one operand or one connective, and [`super::driver`] tracks
//! the brackets.

use core::ops::Range;

use nom::branch::alt;
use nom::combinator::{opt, value};
use nom::error::{ErrorKind as NomKind, ParseError as NomError};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser as _};

use super::limits::Mode;
use super::literal::{self, Literal};
use super::name::{self, PathText};
use crate::ErrorKind;
use crate::value::CompareOp;

pub(super) type ParseResult<'a, T> = IResult<&'a str, T, Refusal>;

/// An error with its distance from the end of the input, which every parser knows.
#[derive(Debug)]
pub(crate) struct Refusal {
    kind: ErrorKind,
    remaining: u32,
    len: u32,
}

impl Refusal {
    pub(super) const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The place in the whole input.
    pub(super) fn span(&self, input: &str) -> Range<usize> {
        let start = input.len().saturating_sub(to_usize(self.remaining));
        start..start.saturating_add(to_usize(self.len)).min(input.len())
    }
}

/// Converts a place to 32 bits, which keeps errors small. Inputs have less than 4 GiB.
pub(super) fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn to_usize(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

impl<'a> NomError<&'a str> for Refusal {
    fn from_error_kind(input: &'a str, _: NomKind) -> Self {
        Self {
            kind: ErrorKind::ExpectedConnective,
            remaining: place(input.len()),
            len: 0,
        }
    }

    fn append(_: &'a str, _: NomKind, other: Self) -> Self {
        other
    }
}

/// The error for `len` bytes of `input` from `at` on. It stops nom from trying alternatives.
#[cold]
pub(super) fn refuse(kind: ErrorKind, input: &str, at: usize, len: usize) -> nom::Err<Refusal> {
    refuse_at(kind, place(input.len().saturating_sub(at)), place(len))
}

/// The error for `len` bytes from where `remaining` bytes of input are left.
pub(super) const fn refuse_at(kind: ErrorKind, remaining: u32, len: u32) -> nom::Err<Refusal> {
    nom::Err::Failure(Refusal {
        kind,
        remaining,
        len,
    })
}

/// The start of an operand.
#[derive(Clone, Copy)]
pub(super) enum Operand<'a> {
    /// `(`
    Group,
    /// `not (`
    Not,
    /// `emails[`
    ValuePath(PathText<'a>),
    /// A complete comparison.
    Test(PathText<'a>, Test<'a>),
}

/// The test on an attribute.
#[derive(Clone, Copy)]
pub(super) enum Test<'a> {
    Present,
    Compare(CompareOp, Literal<'a>),
}

/// The token after an operand.
#[derive(Clone, Copy)]
pub(super) enum Link {
    And,
    Or,
    /// `)`
    EndGroup,
    /// `]`
    EndValuePath,
    End,
}

#[inline]
pub(super) fn operand(mode: Mode, input: &str) -> ParseResult<'_, Operand<'_>> {
    let bracket = alt((
        value(Operand::Group, char('(')),
        value(Operand::Not, negation(mode)),
    ));
    match opt(bracket).parse(input)? {
        (rest, Some(bracket)) => Ok((rest, bracket)),
        (_, None) => expression(mode, input),
    }
}

/// Reads `not` and its bracket. Without a bracket, `not` is an attribute name.
fn negation<'a>(mode: Mode) -> impl nom::Parser<&'a str, Output = (), Error = Refusal> {
    let blanks = move |input: &'a str| match mode {
        Mode::Strict => Ok((input, ())),
        Mode::Default => opt(char(' ')).map(|_| ()).parse(input),
        Mode::Lenient => Ok((skip_padding(mode, input), ())),
    };
    value((), (not, blanks, char('(')))
}

#[inline]
fn not(input: &str) -> ParseResult<'_, ()> {
    match input.as_bytes() {
        [b'n' | b'N', b'o' | b'O', b't' | b'T', ..] => Ok((input.get(3..).unwrap_or_default(), ())),
        _ => Err(no_match(input)),
    }
}

#[inline]
fn expression(mode: Mode, input: &str) -> ParseResult<'_, Operand<'_>> {
    check_blank(input)?;
    let (rest, path) = name::attr_path(mode, input)?;
    let bracket = preceded(padding(mode), char('['));
    if let (rest, Some(())) = opt(bracket).parse(rest)? {
        return Ok((rest, Operand::ValuePath(path)));
    }
    let (rest, test) = test(mode, rest)?;
    Ok((rest, Operand::Test(path, test)))
}

/// `SP "pr" / SP compareOp SP compValue`
#[inline]
pub(super) fn test(mode: Mode, input: &str) -> ParseResult<'_, Test<'_>> {
    let blanks = |input| separator(mode, ErrorKind::ExpectedOperator, input);
    match preceded(blanks, operator).parse(input)? {
        (rest, None) => Ok((rest, Test::Present)),
        (rest, Some(op)) => {
            let (rest, ()) = before_value(mode, rest)?;
            let (rest, value) = literal::value(mode, rest)?;
            Ok((rest, Test::Compare(op, value)))
        }
    }
}

/// Reads the space before a value. Lenient mode needs none before a string, because RFC 7644
/// §3.5.2.2 has `value eq"…"`.
#[inline]
fn before_value(mode: Mode, input: &str) -> ParseResult<'_, ()> {
    if mode == Mode::Lenient && input.starts_with('"') {
        return Ok((input, ()));
    }
    separator(mode, ErrorKind::ExpectedValue, input)
}

/// Reads an operator in any case, unless it is the start of a longer name; `None` is `pr`.
#[inline]
fn operator(input: &str) -> ParseResult<'_, Option<CompareOp>> {
    const fn letters(letters: [u8; 2]) -> u16 {
        u16::from_le_bytes(letters)
    }
    const PR: u16 = letters(*b"pr");
    const EQ: u16 = letters(*b"eq");
    const NE: u16 = letters(*b"ne");
    const CO: u16 = letters(*b"co");
    const SW: u16 = letters(*b"sw");
    const EW: u16 = letters(*b"ew");
    const GT: u16 = letters(*b"gt");
    const GE: u16 = letters(*b"ge");
    const LT: u16 = letters(*b"lt");
    const LE: u16 = letters(*b"le");

    let bytes = input.as_bytes();
    let op = match bytes
        .first_chunk::<2>()
        .map(|&found| letters(found) | 0x2020)
    {
        Some(PR) => Some(None),
        Some(EQ) => Some(Some(CompareOp::Eq)),
        Some(NE) => Some(Some(CompareOp::Ne)),
        Some(CO) => Some(Some(CompareOp::Co)),
        Some(SW) => Some(Some(CompareOp::Sw)),
        Some(EW) => Some(Some(CompareOp::Ew)),
        Some(GT) => Some(Some(CompareOp::Gt)),
        Some(GE) => Some(Some(CompareOp::Ge)),
        Some(LT) => Some(Some(CompareOp::Lt)),
        Some(LE) => Some(Some(CompareOp::Le)),
        Some(_) | None => None,
    };

    match (op, input.get(2..)) {
        (Some(op), Some(rest)) if !name::continues_name(bytes.get(2)) => Ok((rest, op)),
        _ => Err(refuse_word(ErrorKind::ExpectedOperator, input)),
    }
}

#[inline]
pub(super) fn link(mode: Mode, input: &str) -> ParseResult<'_, Link> {
    alt((
        preceded(padding(mode), closing),
        delimited(
            |input| separator(mode, ErrorKind::ExpectedConnective, input),
            connective,
            |input| separator(mode, ErrorKind::ExpectedAttribute, input),
        ),
    ))
    .parse(input)
}

/// Reads the end or a closing bracket.
#[inline]
fn closing(input: &str) -> ParseResult<'_, Link> {
    if input.is_empty() {
        return Ok((input, Link::End));
    }
    alt((
        value(Link::EndGroup, char(')')),
        value(Link::EndValuePath, char(']')),
    ))
    .parse(input)
}

/// Reads `"and" / "or"`, unless it is the start of a longer word.
#[inline]
fn connective(input: &str) -> ParseResult<'_, Link> {
    match input.as_bytes() {
        [b'o' | b'O', b'r' | b'R', end @ ..] if !name::continues_name(end.first()) => {
            Ok((input.get(2..).unwrap_or_default(), Link::Or))
        }
        [b'a' | b'A', b'n' | b'N', b'd' | b'D', end @ ..] if !name::continues_name(end.first()) => {
            Ok((input.get(3..).unwrap_or_default(), Link::And))
        }
        _ => Err(no_connective(input)),
    }
}

#[cold]
fn no_connective(input: &str) -> nom::Err<Refusal> {
    if input.is_empty() || input.starts_with([')', ']']) {
        // The error is the space before it.
        return refuse_at(ErrorKind::Blank, place(input.len() + 1), 1);
    }
    refuse_word(ErrorKind::ExpectedConnective, input)
}

/// Reads one character.
#[inline]
fn char<'a>(wanted: char) -> impl nom::Parser<&'a str, Output = (), Error = Refusal> {
    move |input: &'a str| match input.strip_prefix(wanted) {
        Some(rest) => Ok((rest, ())),
        None => Err(no_match(input)),
    }
}

/// Lets nom try the next alternative.
#[inline]
fn no_match(input: &str) -> nom::Err<Refusal> {
    nom::Err::Error(Refusal::from_error_kind(input, NomKind::Char))
}

/// Reads `"." ATTRNAME SP …` after `]`. Entra ID sends this form, which the RFC does not have.
#[inline(never)]
pub(super) fn value_path_test(
    mode: Mode,
    input: &str,
) -> ParseResult<'_, (PathText<'_>, Test<'_>)> {
    let sub = preceded(char('.'), |input| name::sub_attribute(mode, input));
    (sub, |input| test(mode, input)).parse(input)
}

/// Reads the end of a PATCH path: `*1subAttr`.
pub(super) fn end_of_path(mode: Mode, input: &str) -> ParseResult<'_, Option<PathText<'_>>> {
    let sub = preceded(char('.'), |input| name::sub_attribute(mode, input));
    terminated(opt(sub), |input| end(mode, input)).parse(input)
}

/// Reads the end of a path, after blanks in lenient mode.
pub(super) fn end(mode: Mode, input: &str) -> ParseResult<'_, ()> {
    let rest = skip_padding(mode, input);
    if rest.is_empty() {
        return Ok((rest, ()));
    }
    check_blank(rest)?;
    Err(refuse(ErrorKind::TrailingInput, rest, 0, rest.len()))
}

/// Reads one space between two words, or in lenient mode at least one blank.
#[inline]
fn separator(mode: Mode, missing: ErrorKind, input: &str) -> ParseResult<'_, ()> {
    match mode {
        Mode::Strict | Mode::Default => input.strip_prefix(' '),
        Mode::Lenient if check_blank(input).is_err() => Some(skip_blanks(input)),
        Mode::Lenient => None,
    }
    .map(|rest| (rest, ()))
    .ok_or_else(|| refuse_word(missing, input))
}

fn padding<'a>(mode: Mode) -> impl nom::Parser<&'a str, Output = (), Error = Refusal> {
    move |input| Ok((skip_padding(mode, input), ()))
}

/// Skips meaningless blanks in lenient mode.
#[inline]
pub(super) fn skip_padding(mode: Mode, input: &str) -> &str {
    match mode {
        Mode::Lenient => skip_blanks(input),
        Mode::Strict | Mode::Default => input,
    }
}

#[inline(never)]
fn skip_blanks(input: &str) -> &str {
    input.trim_start_matches([' ', '\t', '\r', '\n'])
}

/// Refuses a blank where a word must start, with an error of its own.
#[inline]
pub(super) fn check_blank(input: &str) -> Result<(), nom::Err<Refusal>> {
    match input.as_bytes().first() {
        Some(&byte) if is_blank(byte) => {
            let len = input.len() - skip_blanks(input).len();
            Err(refuse(ErrorKind::Blank, input, 0, len))
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether a byte is an ASCII blank; a no-break space separates nothing.
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The error for the next word, or for one character outside words; a blank has its own error.
#[cold]
fn refuse_word(kind: ErrorKind, input: &str) -> nom::Err<Refusal> {
    if let Err(blank) = check_blank(input) {
        return blank;
    }
    let ends =
        |char: char| char.is_ascii_whitespace() || matches!(char, '(' | ')' | '[' | ']' | '"');
    let len = match input.find(ends) {
        Some(0) => 1,
        Some(len) => len,
        None => input.len(),
    };
    refuse(kind, input, 0, len)
}
