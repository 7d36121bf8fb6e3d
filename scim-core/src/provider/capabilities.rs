//! The operations that a provider supports.

/// The operations that a provider supports. Discovery advertises them, and the service refuses the others.
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
    reason = "each is a separate flag of RFC 7643 §5"
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
    /// The most resources in one list response.
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
    /// All operations, and up to 1,000 resources in one response.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only reading; the service answers writes with 501.
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

    /// The same operations with another limit for one response.
    #[must_use]
    pub fn with_max_results(mut self, max_results: u64) -> Self {
        self.max_results = max_results;
        self
    }
}
