//! Limits of filters and paths, and of the work that a PATCH may cause.

use scim_filter::Parser;

use crate::Profile;

/// The limits of one service. They travel beside the [`Profile`], which belongs to a tenant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct FilterLimits {
    pub(crate) bytes: usize,
    pub(crate) depth: usize,
    pub(crate) terms: usize,
    /// How many entries of lists the operations of one PATCH may look at.
    pub(crate) patch_entries: usize,
}

impl Default for FilterLimits {
    fn default() -> Self {
        Self {
            bytes: 64 * 1024,
            depth: 64,
            terms: 1_024,
            patch_entries: 10_000_000,
        }
    }
}

impl FilterLimits {
    /// The parser of a tenant's filters and paths within these limits.
    pub(crate) fn parser(self, profile: Profile) -> Parser {
        profile
            .unlimited_parser()
            .with_max_bytes(Some(self.bytes))
            .with_max_depth(Some(self.depth))
            .with_max_terms(Some(self.terms))
    }
}
