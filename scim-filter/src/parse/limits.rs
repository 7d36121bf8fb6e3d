//! What a parser accepts and how much of it.

/// How far from the grammar a text may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    Strict,
    Default,
    Lenient,
}

/// The most of each that is accepted; `None` is no limit.
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

    /// Places and node numbers are 32 bits wide.
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
