//! Which departures from the RFC are understood: one named rule for each, with the client that needs it.

use scim_filter::Parser;

/// One departure from RFC 7643 or 7644 that real clients need.
///
/// Who says so: `docs/evidence.md`, rows C1 to C15, one for each variant in this order.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
#[repr(u8)]
pub enum Tolerance {
    /// `Add`, `Replace`, `Remove` in any case. Entra ID.
    OperationCase,
    /// `"True"` and `"false"` where the schema says boolean. Entra ID, the Keycloak client.
    BooleanStrings,
    /// Dotted and URN-qualified keys inside a path-less PATCH value. Entra ID with `aadOptscim062020`.
    DottedKeys,
    /// `emails[type eq "work"].value` creates the entry when none matches. Entra ID.
    ValuePathCreates,
    /// `remove` with a `value` removes what the value lists, and only that. Entra ID, authentik and `JumpCloud`.
    RemoveWithValue,
    /// A `remove` that selects nothing succeeds. On in every preset, since RFC 7644 §3.5.2.2 wants it of a member that is not
    /// there.
    RemoveWithoutMatch,
    /// A plain string or a one-element array where the schema says complex: `manager`. Entra ID.
    ComplexForms,
    /// `""` and `null` clear an optional attribute. Entra ID's validation.
    EmptyClears,
    /// A PATCH with no operations changes nothing and succeeds. Microsoft's SCIM Validator.
    EmptyOperations,
    /// Attributes that no schema knows are ignored rather than refused. Entra ID, Okta.
    UnknownAttributes,
    /// Schema URIs that the server does not know: Entra ID, Google Workspace and `OneLogin`. Or none at all.
    UnknownSchemas,
    /// A PATCH that names a read-only attribute leaves it alone. Okta and authentik send `id`.
    ReadOnlyIgnored,
    /// Unquoted values in filters, as authentik and Entra ID's tutorial have them; `True` and extra blanks as well.
    LenientFilters,
    /// An attribute of an extension in a PATCH path without its URN: `manager`. Entra ID.
    BareExtensionNames,
    /// Several entries marked primary: the first stays it. No client is known to send that; a deactivation is not lost over it.
    SeveralPrimary,
    /// A POST of an inactive user brings that user back, with the same id, in place of 409 (RFC 7644 §3.3). Okta (C41, C42).
    ReturningUsers,
    /// `/Groups` of a server without groups is an empty list. Entra ID's Test Connection (C21).
    AbsentGroups,
    /// Members whose ids name nobody are left out of a group, and the others kept. Off in every preset: the whole request is
    /// 400 and names one of them, since a client that is told of success does not send the member again (F18).
    UnknownMembers,
}

impl Tolerance {
    const fn bit(self) -> u32 {
        1 << (self as u8)
    }
}

/// What a successful PATCH answers with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed by RFC 7644 §3.5.2")]
pub enum PatchAnswer {
    /// 200 and the resource.
    Resource,
    /// 204 and no body, unless `attributes` is asked for.
    NoContent,
}

/// Every tolerance of a service as one value.
///
/// What is understood differs; what is emitted is canonical in all profiles.
///
/// ```
/// use scim_core::{Profile, Tolerance};
///
/// let profile = Profile::tolerant().without(Tolerance::EmptyOperations);
/// assert!(profile.allows(Tolerance::BooleanStrings));
/// assert!(!profile.allows(Tolerance::EmptyOperations));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Profile {
    tolerances: u32,
    user_patch: PatchAnswer,
    group_patch: PatchAnswer,
    filters: FilterLimits,
}

/// How much a filter may hold, in a query and in a PATCH path alike.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct FilterLimits {
    pub(crate) bytes: usize,
    pub(crate) depth: usize,
    pub(crate) terms: usize,
    /// How many entries the operations of one PATCH may look at.
    pub(crate) entries: usize,
}

impl FilterLimits {
    pub(crate) const DEFAULT: Self = Self {
        bytes: 64 * 1024,
        depth: 64,
        terms: 1_024,
        entries: 10_000_000,
    };
}

impl Default for Profile {
    fn default() -> Self {
        Self::tolerant()
    }
}

impl Profile {
    /// Understands what Entra ID, Okta and the other known clients send. The default.
    ///
    /// A user PATCH answers 200 with the resource, a group PATCH 204.
    #[must_use]
    pub const fn tolerant() -> Self {
        Self {
            tolerances: !Tolerance::UnknownMembers.bit(),
            user_patch: PatchAnswer::Resource,
            group_patch: PatchAnswer::NoContent,
            filters: FilterLimits::DEFAULT,
        }
    }

    /// RFC 7644 as written and, where it is silent, refusing. Every PATCH answers 200.
    #[must_use]
    pub const fn rfc() -> Self {
        Self {
            tolerances: Tolerance::RemoveWithoutMatch.bit(),
            user_patch: PatchAnswer::Resource,
            group_patch: PatchAnswer::Resource,
            filters: FilterLimits::DEFAULT,
        }
    }

    /// As [`tolerant`](Self::tolerant), and every PATCH answers 204.
    #[must_use]
    pub const fn entra() -> Self {
        Self {
            user_patch: PatchAnswer::NoContent,
            ..Self::tolerant()
        }
    }

    /// The same profile with `tolerance` on.
    #[must_use]
    pub const fn with(mut self, tolerance: Tolerance) -> Self {
        self.tolerances |= tolerance.bit();
        self
    }

    /// The same profile with `tolerance` off.
    #[must_use]
    pub const fn without(mut self, tolerance: Tolerance) -> Self {
        self.tolerances &= !tolerance.bit();
        self
    }

    /// Whether `tolerance` is on.
    #[must_use]
    pub const fn allows(self, tolerance: Tolerance) -> bool {
        self.tolerances & tolerance.bit() != 0
    }

    /// What a PATCH of a resource of this type answers with.
    #[must_use]
    pub fn patch_answer(self, resource_type: &str) -> PatchAnswer {
        if resource_type == "Group" {
            self.group_patch
        } else {
            self.user_patch
        }
    }

    /// The same profile with other limits for filters: those of the service that uses it.
    #[must_use]
    pub(crate) const fn with_filter_limits(mut self, filters: FilterLimits) -> Self {
        self.filters = filters;
        self
    }

    /// How many entries the operations of one PATCH may look at.
    pub(crate) const fn patch_entries(self) -> usize {
        self.filters.entries
    }

    /// The parser for filters and paths under this profile.
    #[must_use]
    pub fn parser(self) -> Parser {
        let parser = if self.allows(Tolerance::LenientFilters) {
            Parser::lenient()
        } else {
            // Not the strict one: the printed grammar lacks the blank in `not (`, which the RFC's own examples have.
            Parser::new()
        };
        parser
            .with_max_bytes(Some(self.filters.bytes))
            .with_max_depth(Some(self.filters.depth))
            .with_max_terms(Some(self.filters.terms))
    }
}
