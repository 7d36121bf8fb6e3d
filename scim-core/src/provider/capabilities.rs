//! What a provider can do.

/// What a provider can do; discovery advertises it, and the service refuses what is missing.
///
/// ```
/// use scim_core::provider::Capabilities;
///
/// let read_only = Capabilities::read_only();
/// assert!(!read_only.can_create);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a separate yes or no of RFC 7643 §5"
)]
#[non_exhaustive]
pub struct Capabilities {
    /// `POST`.
    pub can_create: bool,
    /// `PUT`.
    pub can_replace: bool,
    /// `PATCH`.
    pub can_patch: bool,
    /// `DELETE`.
    pub can_delete: bool,
    /// `sortBy`.
    pub can_sort: bool,
    /// How many resources one answer holds at most.
    pub max_results: u64,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            can_create: true,
            can_replace: true,
            can_patch: true,
            can_delete: true,
            can_sort: true,
            max_results: 1000,
        }
    }
}

impl Capabilities {
    /// Everything, up to 1,000 resources in one answer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reading alone; writes answer 501.
    #[must_use]
    pub fn read_only() -> Self {
        Self {
            can_create: false,
            can_replace: false,
            can_patch: false,
            can_delete: false,
            ..Self::default()
        }
    }

    /// The same with another limit for one answer.
    #[must_use]
    pub fn with_max_results(mut self, max_results: u64) -> Self {
        self.max_results = max_results;
        self
    }
}
