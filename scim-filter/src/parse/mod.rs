//! From text to filters and paths.

mod driver;
mod frame;
mod grammar;
mod limits;
mod literal;
mod name;

use alloc::vec::Vec;

use self::driver::Until;
pub(crate) use self::grammar::Refusal;
use self::limits::{Limits, Mode};
use self::name::PathText;
use crate::error::Subject;
use crate::filter::Filter;
use crate::patch_path::PatchPath;
use crate::path::AttrPath;
use crate::{ErrorKind, ParseError};

/// A parser for filters and paths, with a mode and limits.
///
/// The [crate documentation](crate) compares the modes. The default limits are 1 MiB of text, 64
/// nested brackets and 1024 comparisons. Each limit can be changed or lifted; the parser checks it
/// as it reads.
///
/// ```
/// use scim_filter::{ErrorKind, Parser};
///
/// let parser = Parser::new().with_max_terms(Some(2));
/// let error = parser.filter("a pr or b pr or c pr").expect_err("three terms");
/// assert_eq!(error.kind(), ErrorKind::TooManyTerms);
/// assert!(parser.with_max_terms(None).filter("a pr or b pr or c pr").is_ok());
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Parser {
    mode: Mode,
    limits: Limits,
}

impl Parser {
    /// Accepts the grammar of RFC 7644 with its errata, and one form that only Entra ID sends:
    /// `emails[type eq "work"].value eq "x"`.
    ///
    /// ```
    /// use scim_filter::Parser;
    ///
    /// let parser = Parser::new();
    /// assert!(parser.filter(r#"not (members.$ref co "/Users/")"#).is_ok());
    /// assert!(parser.filter("userName eq bjensen").is_err());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self {
            mode: Mode::Default,
            limits: Limits::DEFAULT,
        }
    }

    /// Accepts only the ABNF of RFC 7644 §3.4.2.2 and §3.5.2.
    ///
    /// ```
    /// use scim_filter::Parser;
    ///
    /// let parser = Parser::strict();
    /// assert!(parser.filter("not(title pr)").is_ok());
    /// assert!(parser.filter("not (title pr)").is_err());
    /// ```
    #[must_use]
    pub const fn strict() -> Self {
        Self {
            mode: Mode::Strict,
            limits: Limits::DEFAULT,
        }
    }

    /// Accepts everything known clients send, including unquoted values, `True`, `False` and extra
    /// blanks.
    ///
    /// ```
    /// use scim_filter::{Filter, Parser};
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let filter = Parser::lenient().filter(" userName  eq bjensen and ( active eq True )")?;
    /// assert_eq!(filter, Filter::parse(r#"userName eq "bjensen" and active eq true"#)?);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn lenient() -> Self {
        Self {
            mode: Mode::Lenient,
            limits: Limits::DEFAULT,
        }
    }

    /// Sets the maximum length of a text in bytes; `None` lifts the limit to nearly 4 GiB.
    ///
    /// ```
    /// use scim_filter::Parser;
    /// assert!(Parser::new().with_max_bytes(Some(4)).filter("title pr").is_err());
    /// ```
    #[must_use]
    pub const fn with_max_bytes(mut self, limit: Option<usize>) -> Self {
        self.limits.bytes = limit;
        self
    }

    /// Sets how deep brackets may nest; `None` lifts the limit.
    ///
    /// ```
    /// use scim_filter::Parser;
    /// assert!(Parser::new().with_max_depth(Some(1)).filter("((title pr))").is_err());
    /// ```
    #[must_use]
    pub const fn with_max_depth(mut self, limit: Option<usize>) -> Self {
        self.limits.depth = limit;
        self
    }

    /// Sets how many comparisons a filter may have; `None` lifts the limit.
    ///
    /// ```
    /// use scim_filter::Parser;
    /// assert!(Parser::new().with_max_terms(Some(1)).filter("a pr or b pr").is_err());
    /// ```
    #[must_use]
    pub const fn with_max_terms(mut self, limit: Option<usize>) -> Self {
        self.limits.terms = limit;
        self
    }

    /// Parses a filter (RFC 7644 §3.4.2.2).
    ///
    /// ```
    /// use scim_filter::Parser;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let filter = Parser::strict().filter("title pr and not(active eq false)")?;
    /// assert_eq!(filter.to_string(), "title pr and not (active eq false)");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Any [`ErrorKind`] except [`ErrorKind::TrailingInput`].
    pub fn filter<'a>(&self, input: &'a str) -> Result<Filter<'a>, ParseError> {
        self.check_size(Subject::Filter, input)?;
        match driver::filter(self.mode, &self.limits, Until::End, input) {
            Ok((_, tree)) => Ok(Filter { tree }),
            Err(error) => Err(locate(Subject::Filter, input, error)),
        }
    }

    /// Parses the path of a PATCH operation (RFC 7644 §3.5.2).
    ///
    /// ```
    /// use scim_filter::Parser;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let path = Parser::lenient().patch_path("members[value eq 2819c223]")?;
    /// assert_eq!(path.to_string(), r#"members[value eq "2819c223"]"#);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Any [`ErrorKind`].
    pub fn patch_path<'a>(&self, input: &'a str) -> Result<PatchPath<'a>, ParseError> {
        let invalid_path = |error| locate(Subject::Path, input, error);
        let start = self.start_of_path(input)?;
        let (rest, attribute) = name::attr_path(self.mode, start).map_err(invalid_path)?;

        if !rest.starts_with('[') {
            grammar::end(self.mode, rest).map_err(invalid_path)?;
            return Ok(PatchPath::from_attr_path(attribute.into_attr_path()));
        }
        if !self.limits.allow_depth(1) {
            return Err(invalid_path(grammar::refuse(
                ErrorKind::TooDeep,
                rest,
                0,
                1,
            )));
        }

        let (rest, tree) = driver::filter(self.mode, &self.limits, Until::Bracket, rest)
            .map_err(|error| locate(Subject::Filter, input, error))?;
        let (_, sub) = grammar::end_of_path(self.mode, rest).map_err(invalid_path)?;
        let sub = sub.map(PathText::text);

        Ok(PatchPath::from_value_path(
            attribute.into_attr_path(),
            Filter { tree },
            sub,
        ))
    }

    /// Parses the path of an attribute, as in `sortBy` (RFC 7644 §3.10).
    ///
    /// ```
    /// use scim_filter::Parser;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// assert_eq!(Parser::lenient().attr_path(" name.givenName ")?.sub_attribute(), Some("givenName"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`AttrPath::parse`].
    pub fn attr_path<'a>(&self, input: &'a str) -> Result<AttrPath<'a>, ParseError> {
        let invalid_path = |error| locate(Subject::Path, input, error);
        let start = self.start_of_path(input)?;
        let (rest, path) = name::attr_path(self.mode, start).map_err(invalid_path)?;
        grammar::end(self.mode, rest).map_err(invalid_path)?;
        Ok(path.into_attr_path())
    }

    /// Parses a list of attributes (RFC 7644 §3.9; see [`AttrPath::parse_list`]).
    ///
    /// ```
    /// use scim_filter::Parser;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// assert_eq!(Parser::strict().attr_path_list("userName, emails")?.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`AttrPath::parse`].
    pub fn attr_path_list<'a>(&self, input: &'a str) -> Result<Vec<AttrPath<'a>>, ParseError> {
        self.check_size(Subject::Path, input)?;
        let mut paths = Vec::new();
        if input.bytes().all(grammar::is_blank) {
            return Ok(paths);
        }

        let mut rest = input;
        loop {
            let (element, more) = match rest.split_once(',') {
                Some((element, more)) => (element, Some(more)),
                None => (rest, None),
            };

            // Errors count from the end of the element, so cut off the blanks after it.
            let element = element.trim_ascii_end();
            let read =
                name::attr_path(self.mode, element.trim_ascii_start()).and_then(|(tail, path)| {
                    grammar::end(self.mode, tail).map(|_| path.into_attr_path())
                });
            let path = read.map_err(|error| {
                locate(Subject::Path, element, error).moved(input.len() - rest.len())
            })?;
            paths.push(path);

            match more {
                Some(more) => rest = more,
                None => return Ok(paths),
            }
        }
    }

    fn start_of_path<'a>(&self, input: &'a str) -> Result<&'a str, ParseError> {
        self.check_size(Subject::Path, input)?;
        let invalid_path = |error| locate(Subject::Path, input, error);
        let start = grammar::skip_padding(self.mode, input);
        grammar::check_blank(start).map_err(invalid_path)?;
        if start.is_empty() {
            return Err(ParseError::new(
                ErrorKind::Empty,
                Subject::Path,
                0..input.len(),
            ));
        }
        Ok(start)
    }

    fn check_size(&self, subject: Subject, input: &str) -> Result<(), ParseError> {
        let kind = if !self.limits.allow_bytes(input.len()) {
            ErrorKind::TooLong
        } else if input.is_empty() && subject == Subject::Filter {
            ErrorKind::Empty
        } else {
            return Ok(());
        };
        Err(ParseError::new(kind, subject, 0..input.len()))
    }
}

impl Default for Parser {
    fn default() -> Self {
        Self::new()
    }
}

fn locate(subject: Subject, input: &str, error: nom::Err<Refusal>) -> ParseError {
    match error {
        nom::Err::Error(refusal) | nom::Err::Failure(refusal) => {
            let mut span = refusal.span(input);
            while !input.is_char_boundary(span.end) {
                span.end += 1;
            }
            ParseError::new(refusal.kind(), subject, span)
        }
        // Only streaming parsers ask for more, and this crate has none.
        nom::Err::Incomplete(_) => ParseError::new(ErrorKind::Empty, subject, 0..input.len()),
    }
}
