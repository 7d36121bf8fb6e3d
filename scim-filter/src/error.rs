//! Why a filter or a path was refused, and where.

use core::fmt::{self, Display as _, Write as _};
use core::ops::Range;

/// Why and where a filter or a path was refused.
///
/// It holds no text of the input, since filters carry personal data. [`ParseError::display_with`]
/// shows the place for those who may see the input.
///
/// ```
/// use scim_filter::{ErrorKind, Filter};
///
/// let input = r#"userName = "bjensen""#;
/// let error = Filter::parse(input).expect_err("`=` is no operator");
/// assert_eq!(error.kind(), ErrorKind::ExpectedOperator);
/// assert_eq!(error.span(), 9..10);
/// assert_eq!(error.to_string(), "expected an operator such as eq, at byte 9");
/// assert_eq!(
///     error.display_with(input).to_string(),
///     "expected an operator such as eq, found `=`\n  userName = \"bjensen\"\n           ^",
/// );
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ParseError {
    kind: ErrorKind,
    subject: Subject,
    start: usize,
    end: usize,
}

/// What was being read, which decides the `scimType`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Subject {
    Filter,
    Path,
}

/// What is wrong with a filter or a path.
///
/// ```
/// use scim_filter::{ErrorKind, Filter};
/// let error = Filter::parse("title pr and").expect_err("nothing follows");
/// assert_eq!(error.kind(), ErrorKind::ExpectedAttribute);
/// assert_eq!(error.kind().to_string(), "expected an attribute name");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// More than one blank, a blank at an end or inside a bracket, or a tab: the grammar has
    /// exactly one space between two words ([`crate::Parser::lenient`] takes them).
    Blank,
    /// A control character in a string that is not escaped.
    ControlCharacter,
    /// There is nothing to read.
    Empty,
    /// An attribute name should stand here.
    ExpectedAttribute,
    /// `and`, `or`, a closing bracket or the end should stand here.
    ExpectedConnective,
    /// An operator such as `eq` or `pr` should stand here.
    ExpectedOperator,
    /// A JSON string, number, `true`, `false` or `null` should stand here.
    ExpectedValue,
    /// A backslash in a string that starts no JSON escape, or half a surrogate pair.
    InvalidEscape,
    /// A number that JSON does not know, such as `01`.
    InvalidNumber,
    /// What stands before the last colon of an attribute is no URI.
    InvalidUri,
    /// A value path inside a value path.
    NestedValuePath,
    /// More brackets inside each other than the limit allows.
    TooDeep,
    /// More bytes than the limit allows.
    TooLong,
    /// More comparisons than the limit allows.
    TooManyTerms,
    /// Something follows a complete path.
    TrailingInput,
    /// A round bracket that is not closed.
    UnclosedGroup,
    /// A string without its closing quotation mark.
    UnclosedString,
    /// A square bracket that is not closed.
    UnclosedValuePath,
    /// A closing bracket that no opening bracket belongs to.
    UnmatchedBracket,
}

impl ParseError {
    pub(crate) const fn new(kind: ErrorKind, subject: Subject, span: Range<usize>) -> Self {
        Self {
            kind,
            subject,
            start: span.start,
            end: span.end,
        }
    }

    /// The error of a part that stands at `offset`.
    pub(crate) const fn moved(self, offset: usize) -> Self {
        Self {
            start: self.start + offset,
            end: self.end + offset,
            ..self
        }
    }

    /// What is wrong.
    ///
    /// ```
    /// use scim_filter::{ErrorKind, Filter};
    /// let error = Filter::parse("(title pr").expect_err("not closed");
    /// assert_eq!(error.kind(), ErrorKind::UnclosedGroup);
    /// ```
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The bytes of the original input that are wrong, as whole characters; empty where something
    /// is missing.
    ///
    /// ```
    /// use scim_filter::Filter;
    /// let error = Filter::parse("title regex 1").expect_err("no such operator");
    /// assert_eq!(error.span(), 6..11);
    /// ```
    #[must_use]
    pub const fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The `scimType` to answer with (RFC 7644 §3.12, table 9): `invalidFilter` for a filter, also
    /// for the one inside a PATCH path, `invalidPath` for what is wrong elsewhere in a path.
    ///
    /// ```
    /// use scim_filter::{Filter, PatchPath};
    /// let scim_type = |path| PatchPath::parse(path).expect_err("invalid").scim_type();
    /// assert_eq!(scim_type("emails["), "invalidFilter");
    /// assert_eq!(scim_type("emails."), "invalidPath");
    /// assert_eq!(Filter::parse("").expect_err("empty").scim_type(), "invalidFilter");
    /// ```
    #[must_use]
    pub const fn scim_type(&self) -> &'static str {
        match self.subject {
            Subject::Filter => "invalidFilter",
            Subject::Path => "invalidPath",
        }
    }

    /// The message with what was found, the line it stands on and a caret below it.
    ///
    /// `input` is what was parsed; with any other text the result is meaningless but safe.
    ///
    /// ```
    /// use scim_filter::Filter;
    ///
    /// let input = "title pr xor name pr";
    /// let error = Filter::parse(input).expect_err("no such connective");
    /// println!("{}", error.display_with(input));
    /// ```
    #[must_use]
    pub const fn display_with<'a>(&'a self, input: &'a str) -> impl fmt::Display + use<'a> {
        Located { error: self, input }
    }
}

impl ErrorKind {
    /// The sentence without a place.
    const fn message(self) -> &'static str {
        match self {
            Self::Blank => "expected exactly one space between two words",
            Self::ControlCharacter => "expected control characters in a string to be escaped",
            Self::Empty => "expected at least one attribute",
            Self::ExpectedAttribute => "expected an attribute name",
            Self::ExpectedConnective => "expected `and`, `or`, a closing bracket or the end",
            Self::ExpectedOperator => "expected an operator such as eq",
            Self::ExpectedValue => {
                "expected a string in quotation marks, a number, true, false or null"
            }
            Self::InvalidEscape => "expected one of the escapes of a JSON string",
            Self::InvalidNumber => "expected a JSON number",
            Self::InvalidUri => "expected a schema URI before the last colon",
            Self::NestedValuePath => "expected no square brackets inside square brackets",
            Self::TooDeep => "expected fewer brackets inside each other",
            Self::TooLong => "expected a shorter text",
            Self::TooManyTerms => "expected fewer comparisons",
            Self::TrailingInput => "expected the end of the path",
            Self::UnclosedGroup => "expected a closing `)` for the bracket",
            Self::UnclosedString => "expected a closing quotation mark for the string",
            Self::UnclosedValuePath => "expected a closing `]` for the bracket",
            Self::UnmatchedBracket => "expected no closing bracket without its opening one",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at byte {}", self.kind, self.start)
    }
}

impl core::error::Error for ParseError {}

struct Located<'a> {
    error: &'a ParseError,
    input: &'a str,
}

/// So many characters are shown before and after the place: a filter may be a megabyte.
const BEFORE: usize = 60;
const AFTER: usize = 40;
const FOUND: usize = 24;

impl fmt::Display for Located<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = floor_char_boundary(self.input, self.error.start);
        let end = floor_char_boundary(self.input, self.error.end).max(start);
        let (before, from) = self
            .input
            .split_at_checked(start)
            .unwrap_or((self.input, ""));
        let found = self.input.get(start..end).unwrap_or_default();

        write!(f, "{}, found ", self.error.kind)?;
        if from.is_empty() {
            f.write_str("the end")?;
        } else {
            let shown = if found.is_empty() {
                first_char(from)
            } else {
                found
            };
            f.write_str("`")?;
            write_shown(f, shown, FOUND, write_escaped)?;
            f.write_str("`")?;
        }

        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line_before = before.get(line_start..).unwrap_or_default();
        let line_after = from.split('\n').next().unwrap_or_default();
        let (cut, line_before) = last_chars(line_before, BEFORE);
        let width = line_before.chars().count() + if cut { 3 } else { 0 };

        write!(f, "\n  {}", if cut { "..." } else { "" })?;
        write_shown(f, line_before, BEFORE, write_blanked)?;
        write_shown(f, line_after, AFTER, write_blanked)?;
        write!(f, "\n  {:width$}", "")?;
        let found_in_line = found.split('\n').next().unwrap_or_default();
        for _ in 0..found_in_line.chars().count().clamp(1, AFTER) {
            f.write_str("^")?;
        }
        Ok(())
    }
}

fn write_shown(
    f: &mut fmt::Formatter<'_>,
    text: &str,
    most: usize,
    write_char: fn(&mut fmt::Formatter<'_>, char) -> fmt::Result,
) -> fmt::Result {
    for (index, char) in text.chars().enumerate() {
        if index == most {
            return f.write_str("...");
        }
        write_char(f, char)?;
    }
    Ok(())
}

/// A control character is named, since it cannot be seen.
fn write_escaped(f: &mut fmt::Formatter<'_>, char: char) -> fmt::Result {
    if char.is_control() {
        char.escape_debug().fmt(f)
    } else {
        f.write_char(char)
    }
}

/// A control character takes one place, so that the caret stays below its own and a log line whole.
fn write_blanked(f: &mut fmt::Formatter<'_>, char: char) -> fmt::Result {
    f.write_char(if char.is_control() { ' ' } else { char })
}

fn first_char(text: &str) -> &str {
    text.chars()
        .next()
        .and_then(|char| text.get(..char.len_utf8()))
        .unwrap_or_default()
}

fn last_chars(text: &str, most: usize) -> (bool, &str) {
    match text.char_indices().rev().nth(most) {
        Some((index, char)) => (
            true,
            text.get(index + char.len_utf8()..).unwrap_or_default(),
        ),
        None => (false, text),
    }
}

fn floor_char_boundary(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}
