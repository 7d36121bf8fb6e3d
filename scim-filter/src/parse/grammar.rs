//! The structure of filters and paths in nom, down to the scanners for names and values.
//!
//! Nothing here recurses: a parser reads one operand or one connective, and [`super::driver`] keeps
//! the brackets.

use core::ops::Range;

use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case};
use nom::character::complete::char;
use nom::combinator::{eof, map, opt, value};
use nom::error::{ErrorKind as NomKind, ParseError as NomError};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser as _};

use super::limits::Mode;
use super::{literal, name};
use crate::ErrorKind;
use crate::path::AttrPath;
use crate::value::{CompareOp, Value};

pub(super) type Step<'a, T> = IResult<&'a str, T, Refusal>;

/// An error by its distance from the end of the input, which a parser of a part knows.
#[derive(Debug)]
pub(crate) struct Refusal {
    kind: ErrorKind,
    left: usize,
    len: usize,
}

impl Refusal {
    pub(super) const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The place in the whole input.
    pub(super) fn span(&self, input: &str) -> Range<usize> {
        let start = input.len().saturating_sub(self.left);
        start..(start + self.len).min(input.len())
    }
}

impl<'a> NomError<&'a str> for Refusal {
    fn from_error_kind(input: &'a str, _: NomKind) -> Self {
        Self {
            kind: ErrorKind::ExpectedConnective,
            left: input.len(),
            len: 0,
        }
    }

    fn append(_: &'a str, _: NomKind, other: Self) -> Self {
        other
    }
}

/// The error for `len` bytes of `input` from `at` on; it ends all alternatives.
pub(super) fn refuse(kind: ErrorKind, input: &str, at: usize, len: usize) -> nom::Err<Refusal> {
    nom::Err::Failure(Refusal {
        kind,
        left: input.len().saturating_sub(at),
        len,
    })
}

/// The error for the byte before `input`.
const fn refuse_before(kind: ErrorKind, input: &str) -> nom::Err<Refusal> {
    nom::Err::Failure(Refusal {
        kind,
        left: input.len() + 1,
        len: 1,
    })
}

/// What can stand where an operand is expected.
pub(super) enum Operand<'a> {
    /// `(`
    Group,
    /// `not (`
    Not,
    /// `emails[`
    ValuePath(AttrPath<'a>),
    /// A whole comparison.
    Test(AttrPath<'a>, Test<'a>),
}

/// What is asked of an attribute.
pub(super) enum Test<'a> {
    Present,
    Compare(CompareOp, Value<'a>),
}

/// What can stand behind an operand.
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

pub(super) fn operand(mode: Mode, input: &str) -> Step<'_, Operand<'_>> {
    alt((
        char('(').map(|_| Operand::Group),
        negation(mode).map(|()| Operand::Not),
        |input| expression(mode, input),
    ))
    .parse(input)
}

/// `not` is an attribute like any other unless a bracket follows.
fn negation<'a>(mode: Mode) -> impl nom::Parser<&'a str, Output = (), Error = Refusal> {
    let blanks = move |input: &'a str| match mode {
        Mode::Strict => Ok((input, "")),
        Mode::Default => opt(tag(" ")).map(Option::unwrap_or_default).parse(input),
        Mode::Lenient => Ok((skip_padding(mode, input), "")),
    };
    value((), (tag_no_case("not"), blanks, char('(')))
}

fn expression(mode: Mode, input: &str) -> Step<'_, Operand<'_>> {
    enum Tail<'a> {
        Bracket,
        Test(Test<'a>),
    }
    check_blank(input)?;
    let (rest, path) = name::attr_path(mode, input)?;
    let bracket = move |input| match mode {
        Mode::Lenient => preceded(padding(mode), char('[')).parse(input),
        Mode::Strict | Mode::Default => char('[').parse(input),
    };
    let (rest, tail) = alt((
        map(bracket, |_| Tail::Bracket),
        map(|input| test(mode, input), Tail::Test),
    ))
    .parse(rest)?;
    let operand = match tail {
        Tail::Bracket => Operand::ValuePath(path),
        Tail::Test(test) => Operand::Test(path, test),
    };
    Ok((rest, operand))
}

/// `SP "pr" / SP compareOp SP compValue`
pub(super) fn test(mode: Mode, input: &str) -> Step<'_, Test<'_>> {
    let blanks = |input| separator(mode, ErrorKind::ExpectedOperator, input);
    let before_value = |input| before_value(mode, input);
    let (rest, op) = preceded(blanks, operator).parse(input)?;
    match op {
        None => Ok((rest, Test::Present)),
        Some(op) => preceded(before_value, |input| literal::value(mode, input))
            .map(|value| Test::Compare(op, value))
            .parse(rest),
    }
}

/// In lenient mode a quotation mark ends the operator as well: RFC 7644 §3.5.2.2 has `value eq"…"`.
fn before_value(mode: Mode, input: &str) -> Step<'_, ()> {
    if mode == Mode::Lenient && input.starts_with('"') {
        return Ok((input, ()));
    }
    separator(mode, ErrorKind::ExpectedValue, input)
}

/// Two letters in any case, and no name that merely begins with them; `None` is `pr`.
fn operator(input: &str) -> Step<'_, Option<CompareOp>> {
    check_blank(input)?;
    let mut bytes = input.bytes();
    let letters = match (bytes.next(), bytes.next()) {
        (Some(first), Some(second)) => [first | 0x20, second | 0x20],
        _ => [0, 0],
    };
    let op = match &letters {
        b"pr" => Some(None),
        b"eq" => Some(Some(CompareOp::Eq)),
        b"ne" => Some(Some(CompareOp::Ne)),
        b"co" => Some(Some(CompareOp::Co)),
        b"sw" => Some(Some(CompareOp::Sw)),
        b"ew" => Some(Some(CompareOp::Ew)),
        b"gt" => Some(Some(CompareOp::Gt)),
        b"ge" => Some(Some(CompareOp::Ge)),
        b"lt" => Some(Some(CompareOp::Lt)),
        b"le" => Some(Some(CompareOp::Le)),
        _ => None,
    };
    match (op, input.get(2..)) {
        (Some(op), Some(rest)) if !name::continues_name(bytes.next()) => Ok((rest, op)),
        _ => Err(refuse(
            ErrorKind::ExpectedOperator,
            input,
            0,
            word_len(input),
        )),
    }
}

pub(super) fn link(mode: Mode, input: &str) -> Step<'_, Link> {
    alt((
        preceded(
            padding(mode),
            alt((
                value(Link::End, eof),
                value(Link::EndGroup, char(')')),
                value(Link::EndValuePath, char(']')),
            )),
        ),
        delimited(
            |input| separator(mode, ErrorKind::ExpectedConnective, input),
            connective,
            |input| separator(mode, ErrorKind::ExpectedAttribute, input),
        ),
    ))
    .parse(input)
}

/// `"and" / "or"`, and no word that merely begins so.
fn connective(input: &str) -> Step<'_, Link> {
    let (rest, link) = alt((
        value(Link::And, tag_no_case("and")),
        value(Link::Or, tag_no_case("or")),
        |input: &'_ str| {
            check_blank(input)?;
            if input.is_empty() || input.starts_with([')', ']']) {
                // The space before it is one too many.
                return Err(refuse_before(ErrorKind::Blank, input));
            }
            Err(refuse(
                ErrorKind::ExpectedConnective,
                input,
                0,
                word_len(input),
            ))
        },
    ))
    .parse(input)?;
    if name::continues_name(rest.bytes().next()) {
        return Err(refuse(
            ErrorKind::ExpectedConnective,
            input,
            0,
            word_len(input),
        ));
    }
    Ok((rest, link))
}

/// `"." ATTRNAME SP …` behind `]`: what Entra ID sends, though the grammar has no such thing.
pub(super) fn value_path_test(
    mode: Mode,
    input: &str,
) -> Step<'_, Option<(AttrPath<'_>, Test<'_>)>> {
    if mode == Mode::Strict || !input.starts_with('.') {
        return Ok((input, None));
    }
    let sub = preceded(char('.'), |input| name::sub_attribute(mode, input));
    let (rest, (sub, test)) = (sub, |input| test(mode, input)).parse(input)?;
    Ok((rest, Some((AttrPath::from_parts(sub, 0, 0), test))))
}

/// The end of a PATCH path: `*1subAttr`.
pub(super) fn end_of_path(mode: Mode, input: &str) -> Step<'_, Option<&str>> {
    let sub = preceded(char('.'), |input| name::sub_attribute(mode, input));
    terminated(opt(sub), |input| end(mode, input)).parse(input)
}

/// The end of a path, after blanks where they are allowed.
pub(super) fn end(mode: Mode, input: &str) -> Step<'_, ()> {
    let rest = skip_padding(mode, input);
    if rest.is_empty() {
        return Ok((rest, ()));
    }
    check_blank(rest)?;
    Err(refuse(ErrorKind::TrailingInput, rest, 0, rest.len()))
}

/// The space between two words: one, or in lenient mode at least one blank.
fn separator(mode: Mode, missing: ErrorKind, input: &str) -> Step<'_, ()> {
    let first = input.bytes().next();
    match mode {
        Mode::Strict | Mode::Default if first == Some(b' ') => {
            Ok((input.get(1..).unwrap_or_default(), ()))
        }
        Mode::Lenient if first.is_some_and(is_blank) => Ok((skip_padding(mode, input), ())),
        Mode::Strict | Mode::Default | Mode::Lenient => {
            check_blank(input)?;
            Err(refuse(missing, input, 0, word_len(input)))
        }
    }
}

fn padding<'a>(mode: Mode) -> impl nom::Parser<&'a str, Output = (), Error = Refusal> {
    move |input| Ok((skip_padding(mode, input), ()))
}

/// Without the blanks that mean nothing, in lenient mode.
pub(super) fn skip_padding(mode: Mode, input: &str) -> &str {
    match mode {
        Mode::Lenient => input.trim_start_matches([' ', '\t', '\r', '\n']),
        Mode::Strict | Mode::Default => input,
    }
}

/// A blank where a word must begin gets its own explanation.
pub(super) fn check_blank(input: &str) -> Result<(), nom::Err<Refusal>> {
    let len = input.bytes().take_while(|&byte| is_blank(byte)).count();
    if len == 0 {
        Ok(())
    } else {
        Err(refuse(ErrorKind::Blank, input, 0, len))
    }
}

/// ASCII only: a no-break space is no separator.
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// How much an error should point at: the word, or the one character that is none.
fn word_len(input: &str) -> usize {
    let ends =
        |char: char| char.is_ascii_whitespace() || matches!(char, '(' | ')' | '[' | ']' | '"');
    match input.find(ends) {
        Some(0) => 1,
        Some(len) => len,
        None => input.len(),
    }
}
