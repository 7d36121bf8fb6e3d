//! The compared parsers, behind one type.

use std::hint::black_box;

use scim_filter::{Filter, Parser};

use crate::timing::Batch;

/// A filter parser to compare.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BenchedParser {
    /// The name in the report.
    pub name: &'static str,
    /// Parses the text the given number of times and drops each result.
    run: fn(&str, u32),
    /// Parses the text and prints the tree as a filter; `None` if the parser refuses.
    print: fn(&str) -> Option<String>,
}

/// The answer of a parser to an input.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a parser has no other answer")]
pub enum Verdict {
    /// It returns the tree of the grammar, or refuses an invalid filter.
    Right,
    /// It refuses a valid filter.
    Refuses,
    /// It accepts an invalid filter.
    Accepts,
    /// It reads another filter.
    Misreads,
}

impl BenchedParser {
    /// The work to time.
    #[must_use]
    pub fn batch<'a>(&self, input: &'a str) -> Batch<'a> {
        let run = self.run;
        Box::new(move |times| run(input, times))
    }

    /// Compares the answer of the parser with ours.
    #[must_use]
    pub fn judge(&self, input: &str) -> Verdict {
        match (read(input), (self.print)(input)) {
            (None, None) => Verdict::Right,
            (Some(_), None) => Verdict::Refuses,
            (None, Some(_)) => Verdict::Accepts,
            (Some(wanted), Some(printed)) if read(&printed).as_ref() == Some(&wanted) => {
                Verdict::Right
            }
            (Some(_), Some(_)) => Verdict::Misreads,
        }
    }
}

fn read(input: &str) -> Option<Filter<'_>> {
    Parser::new().with_max_depth(None).filter(input).ok()
}

/// This crate's parser.
pub const OURS: BenchedParser = BenchedParser {
    name: "scim-filter",
    run: |input, times| {
        for _ in 0..times {
            black_box(Filter::parse(black_box(input)).is_ok());
        }
    },
    print: |input| Filter::parse(input).ok().map(|filter| filter.to_string()),
};

/// The other parsers; none without the feature `peers`.
#[must_use]
pub fn peers() -> Vec<BenchedParser> {
    #[cfg(feature = "peers")]
    return peer::all();
    #[cfg(not(feature = "peers"))]
    Vec::new()
}

#[cfg(feature = "peers")]
mod peer;
