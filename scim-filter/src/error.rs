//! Parse errors: kind, place and a drawing of the place.

use core::fmt::{self, Display as _, Write as _};
use core::ops::Range;

/// The reason and the place of a parse failure.
///
/// The error holds no text of the input, because filters carry personal data.
/// [`ParseError::display_with`] shows the place to readers who may see the input.
///
/// ```
/// use scim_filter::{ErrorKind, Filter};
///
/// let input = r#"userName = "bjensen""#;
/// let error = Filter::parse(input).expect_err("`=` is not an operator");
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

/// The text the parser was reading, which decides the `scimType`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Subject {
    Filter,
    Path,
}

/// The kind of error in a filter or a path.
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
    /// More than one blank, a blank at an end or inside a bracket, or a tab. The grammar has
    /// exactly one space between two words; [`crate::Parser::lenient`] accepts more.
    Blank,
    /// An unescaped control character in a string.
    ControlCharacter,
    /// The input is empty.
    Empty,
    /// An attribute name is missing.
    ExpectedAttribute,
    /// Another word stands where `and`, `or`, a closing bracket or the end belongs.
    ExpectedConnective,
    /// An operator such as `eq` or `pr` is missing.
    ExpectedOperator,
    /// A JSON string, number, `true`, `false` or `null` is missing.
    ExpectedValue,
    /// A backslash in a string that starts no JSON escape, or half a surrogate pair.
    InvalidEscape,
    /// A number that JSON does not allow, such as `01`.
    InvalidNumber,
    /// The text before the last colon of an attribute is not a URI.
    InvalidUri,
    /// A value path inside a value path.
    NestedValuePath,
    /// More nested brackets than the limit allows.
    TooDeep,
    /// More bytes than the limit allows.
    TooLong,
    /// More comparisons than the limit allows.
    TooManyTerms,
    /// Something follows a complete path.
    TrailingInput,
    /// A round bracket without its closing one.
    UnclosedGroup,
    /// A string without its closing quotation mark.
    UnclosedString,
    /// A square bracket without its closing one.
    UnclosedValuePath,
    /// A closing bracket without its opening one.
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

    /// The same error, moved by the `offset` of the part in which it occurred.
    pub(crate) const fn moved(self, offset: usize) -> Self {
        Self {
            start: self.start + offset,
            end: self.end + offset,
            ..self
        }
    }

    /// The kind of error.
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

    /// The wrong bytes of the original input, as whole characters; empty if something is missing.
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

    /// The `scimType` for the response (RFC 7644 §3.12, table 9).
    ///
    /// It is `invalidFilter` for a filter, including one inside a PATCH path, and `invalidPath` for
    /// an error elsewhere in a path.
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

    /// Shows the message with the text found, its line, and carets below the place.
    ///
    /// `input` is the parsed text. With any other text, the result is meaningless but never a panic.
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
    /// The message without its place.
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
            Self::InvalidEscape => "expected a JSON string escape",
            Self::InvalidNumber => "expected a JSON number",
            Self::InvalidUri => "expected a schema URI before the last colon",
            Self::NestedValuePath => "expected no square brackets inside square brackets",
            Self::TooDeep => "expected fewer nested brackets",
            Self::TooLong => "expected a shorter text",
            Self::TooManyTerms => "expected fewer comparisons",
            Self::TrailingInput => "expected the end of the path",
            Self::UnclosedGroup => "expected a closing `)` for the bracket",
            Self::UnclosedString => "expected a closing quotation mark for the string",
            Self::UnclosedValuePath => "expected a closing `]` for the bracket",
            Self::UnmatchedBracket => "expected an opening bracket before this closing one",
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

/// How many characters to show around the place, because a filter may have a megabyte.
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

/// Spells out a control character, which is invisible.
fn write_escaped(f: &mut fmt::Formatter<'_>, char: char) -> fmt::Result {
    if char.is_control() {
        char.escape_debug().fmt(f)
    } else {
        f.write_char(char)
    }
}

/// Writes a space for a control character: the carets stay in line, and so does a log entry.
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
