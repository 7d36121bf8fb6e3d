//! The modes and limits of a parser.

/// How far a text may depart from the grammar.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    Strict,
    Default,
    Lenient,
}

/// The maximum of each quantity; `None` is no limit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Limits {
    pub(crate) bytes: Option<usize>,
    pub(crate) depth: Option<usize>,
    pub(crate) terms: Option<usize>,
}

impl Limits {
    pub(crate) const DEFAULT: Self = Self {
        bytes: Some(1 << 20),
        depth: Some(64),
        terms: Some(1024),
    };

    /// Places and node numbers have 32 bits.
    const MOST_BYTES: usize = 0xffff_fff0;

    pub(crate) const fn allow_bytes(&self, bytes: usize) -> bool {
        bytes < Self::MOST_BYTES && allow(self.bytes, bytes)
    }

    pub(crate) const fn allow_depth(&self, depth: usize) -> bool {
        allow(self.depth, depth)
    }

    pub(crate) const fn allow_terms(&self, terms: usize) -> bool {
        allow(self.terms, terms)
    }
}

const fn allow(limit: Option<usize>, wanted: usize) -> bool {
    match limit {
        Some(limit) => wanted <= limit,
        None => true,
    }
}
