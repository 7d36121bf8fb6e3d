//! The parsers that are compared, behind one shape.

use std::hint::black_box;

use scim_filter::{Filter, Parser};

use crate::timing::Batch;

/// A parser of filters.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BenchedParser {
    /// The name for the report.
    pub name: &'static str,
    /// Parses so many times and drops the result each time.
    run: fn(&str, u32),
    /// The tree as a filter again; `None` when the parser refuses.
    print: fn(&str) -> Option<String>,
}

/// What a parser makes of an input.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is nothing else to see")]
pub enum Verdict {
    /// It gives the tree that the grammar gives, or refuses what is no filter.
    Right,
    /// It refuses a filter.
    Refuses,
    /// It accepts what is no filter.
    Accepts,
    /// It accepts the filter and reads another one.
    Misreads,
}

impl BenchedParser {
    /// The work to take the time of.
    #[must_use]
    pub fn batch<'a>(&self, input: &'a str) -> Batch<'a> {
        let run = self.run;
        Box::new(move |times| run(input, times))
    }

    /// Whether the parser gets the input right.
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

/// The others, if they are built.
#[must_use]
pub fn peers() -> Vec<BenchedParser> {
    #[cfg(feature = "peers")]
    return peer::all();
    #[cfg(not(feature = "peers"))]
    Vec::new()
}

#[cfg(feature = "peers")]
mod peer;
