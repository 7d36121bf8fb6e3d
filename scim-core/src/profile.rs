//! Which departures from the RFC are understood: one named rule for each, with the client that needs it.

use scim_filter::Parser;

use crate::limits::FilterLimits;

/// One departure from RFC 7643 or 7644 that real clients need.
///
/// Each names the client that needs it and the row of `docs/evidence.md` that says so. All are on in [`Profile::tolerant`],
/// except [`PageNumbers`](Self::PageNumbers) and [`UnknownMembers`](Self::UnknownMembers).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
#[repr(u8)]
pub enum Tolerance {
    /// `Add`, `Replace`, `Remove` in any case. Entra ID (C1).
    OperationCase,
    /// `"True"` and `"false"` where the schema says boolean. Entra ID, the Keycloak client (C2).
    BooleanStrings,
    /// Dotted and URN-qualified keys inside a path-less PATCH value, and in a POST or PUT. Entra ID with `aadOptscim062020` (C3).
    DottedKeys,
    /// `emails[type eq "work"].value` creates the entry when none matches. Entra ID (C4).
    ValuePathCreates,
    /// `remove` with a `value` removes what the value lists, and only that. Entra ID, authentik and `JumpCloud` (C5).
    RemoveWithValue,
    /// A `remove` that selects nothing succeeds. On in every preset, since RFC 7644 §3.5.2.2 wants it of a member that is not
    /// there (C6).
    RemoveWithoutMatch,
    /// A plain string or a one-element array where the schema says complex: `manager`. Entra ID (C7).
    ComplexForms,
    /// `""` clears an optional attribute, as `null` does by RFC 7643 §2.5, and an entry left with nothing but what it is for
    /// goes; an empty `path` is none. Entra ID's validation (C8).
    EmptyClears,
    /// A PATCH with no operations changes nothing and succeeds. Microsoft's SCIM Validator (C9).
    EmptyOperations,
    /// Attributes that no schema knows are ignored rather than refused, and said in the log once. Entra ID, Okta (C10).
    UnknownAttributes,
    /// Schema URIs that the server does not know: Entra ID, Google Workspace and `OneLogin` (C11). Said in the log once.
    UnknownSchemas,
    /// A PATCH that names a read-only attribute leaves it alone. Okta and authentik send `id` (C12).
    ReadOnlyIgnored,
    /// Unquoted values in filters, as authentik and Entra ID's tutorial have them; `True` and extra blanks as well (C13).
    LenientFilters,
    /// An attribute of an extension in a PATCH path without its URN: `manager`. Entra ID (C14).
    BareExtensionNames,
    /// Several entries marked primary: the first stays it. No client is known to send that (C15).
    SeveralPrimary,
    /// `"7"` where the schema says number. Entra ID (C56).
    NumberStrings,
    /// One value where the schema says list: `emails` as an object (`OneLogin`), a member as plain text (Microsoft's
    /// collection of requests) (C57).
    LoneValues,
    /// A JSON object as text in the `value` of a role: its `value` and `displayName` are meant. Entra ID's
    /// `SingleAppRoleAssignment` (C36).
    JsonRoles,
    /// A body without `schemas`: the endpoint says what it is. `OneLogin` and others whose bodies an administrator writes (C58).
    MissingSchemas,
    /// `email` in a filter where the type has `emails`: `email Co "ada"`. `PingOne` (C59).
    SingularEmail,
    /// `aadOptscim062020` where appending to a base URL that ends with it puts it: before the endpoint, in the path or in the
    /// query. Entra ID's instruction to itself (C18).
    GluedFlags,
    /// Two slashes where the path has one. Entra ID appends its own to a base URL that ends with one (C60).
    EmptySegments,
    /// A PATCH or PUT that sets `active` to false deactivates the user even if the rest of the request is refused or
    /// unreadable.
    ///
    /// Entra ID sends a deactivation along with every other mapped attribute (C38). RFC 7644 §3.5.2 applies a PATCH as a whole or
    /// not at all. On in every preset, because a refused deactivation leaves a leaver with access.
    DeactivationFirst,
    /// An extension that `schemas` does not list. Entra ID, with attributes of an administrator's own (C69).
    UnlistedExtensions,
    /// `startIndex` is the number of a page: `startIndex=2&count=25` begins with the 26th. midPoint's REST connector (C61).
    ///
    /// Off in every preset: no request tells by itself which of the two it means, and to read an index as a page would skip
    /// resources that Okta and Entra ID ask for. For a tenant that midPoint alone uses.
    PageNumbers,
    /// A POST of an inactive user brings that user back, with the same id, in place of 409 (RFC 7644 §3.3). Okta (C41, C42).
    ReturningUsers,
    /// `/Groups` of a server without groups is an empty list. Entra ID's Test Connection (C21).
    AbsentGroups,
    /// Members whose ids name nobody are left out of a group, and the others kept. Off in every preset: the whole request is
    /// 400 and names one of them, since a client that is told of success does not send the member again (F18).
    UnknownMembers,
}

impl Tolerance {
    /// Every tolerance.
    ///
    /// ```
    /// use scim_core::{Profile, Tolerance};
    ///
    /// let rfc = Profile::rfc();
    /// let on: Vec<_> = Tolerance::ALL.iter().filter(|tolerance| rfc.allows(**tolerance)).collect();
    /// assert_eq!(on, [&Tolerance::RemoveWithoutMatch, &Tolerance::DeactivationFirst]);
    /// ```
    pub const ALL: &[Self] = &[
        Self::OperationCase,
        Self::BooleanStrings,
        Self::DottedKeys,
        Self::ValuePathCreates,
        Self::RemoveWithValue,
        Self::RemoveWithoutMatch,
        Self::ComplexForms,
        Self::EmptyClears,
        Self::EmptyOperations,
        Self::UnknownAttributes,
        Self::UnknownSchemas,
        Self::ReadOnlyIgnored,
        Self::LenientFilters,
        Self::BareExtensionNames,
        Self::SeveralPrimary,
        Self::NumberStrings,
        Self::LoneValues,
        Self::JsonRoles,
        Self::MissingSchemas,
        Self::SingularEmail,
        Self::GluedFlags,
        Self::EmptySegments,
        Self::DeactivationFirst,
        Self::UnlistedExtensions,
        Self::PageNumbers,
        Self::ReturningUsers,
        Self::AbsentGroups,
        Self::UnknownMembers,
    ];

    /// The name, as in `docs/evidence.md`.
    ///
    /// ```
    /// assert_eq!(scim_core::Tolerance::OperationCase.name(), "OperationCase");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OperationCase => "OperationCase",
            Self::BooleanStrings => "BooleanStrings",
            Self::DottedKeys => "DottedKeys",
            Self::ValuePathCreates => "ValuePathCreates",
            Self::RemoveWithValue => "RemoveWithValue",
            Self::RemoveWithoutMatch => "RemoveWithoutMatch",
            Self::ComplexForms => "ComplexForms",
            Self::EmptyClears => "EmptyClears",
            Self::EmptyOperations => "EmptyOperations",
            Self::UnknownAttributes => "UnknownAttributes",
            Self::UnknownSchemas => "UnknownSchemas",
            Self::ReadOnlyIgnored => "ReadOnlyIgnored",
            Self::LenientFilters => "LenientFilters",
            Self::BareExtensionNames => "BareExtensionNames",
            Self::SeveralPrimary => "SeveralPrimary",
            Self::NumberStrings => "NumberStrings",
            Self::LoneValues => "LoneValues",
            Self::JsonRoles => "JsonRoles",
            Self::MissingSchemas => "MissingSchemas",
            Self::SingularEmail => "SingularEmail",
            Self::GluedFlags => "GluedFlags",
            Self::EmptySegments => "EmptySegments",
            Self::DeactivationFirst => "DeactivationFirst",
            Self::UnlistedExtensions => "UnlistedExtensions",
            Self::PageNumbers => "PageNumbers",
            Self::ReturningUsers => "ReturningUsers",
            Self::AbsentGroups => "AbsentGroups",
            Self::UnknownMembers => "UnknownMembers",
        }
    }

    /// Off in every preset.
    const ON_REQUEST: u32 = Self::PageNumbers.bit() | Self::UnknownMembers.bit();

    const fn bit(self) -> u32 {
        1 << (self as u8)
    }

    /// The bits of all of [`ALL`](Self::ALL).
    const fn bits() -> u32 {
        let mut rest = Self::ALL;
        let mut bits = 0;
        while let [first, others @ ..] = rest {
            bits |= first.bit();
            rest = others;
        }
        bits
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
            tolerances: Tolerance::bits() & !Tolerance::ON_REQUEST,
            user_patch: PatchAnswer::Resource,
            group_patch: PatchAnswer::NoContent,
        }
    }

    /// Follows RFC 7644 as written, and refuses what the RFC leaves open. Every PATCH answers 200.
    ///
    /// [`DeactivationFirst`](Tolerance::DeactivationFirst) is on: losing access matters more than RFC 7644 §3.5.2, which
    /// applies a PATCH as a whole or not at all.
    #[must_use]
    pub const fn rfc() -> Self {
        Self {
            tolerances: Tolerance::RemoveWithoutMatch.bit() | Tolerance::DeactivationFirst.bit(),
            user_patch: PatchAnswer::Resource,
            group_patch: PatchAnswer::Resource,
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

    /// The parser for filters and paths under this profile, with the default limits of a service.
    #[must_use]
    pub fn parser(self) -> Parser {
        FilterLimits::default().parser(self)
    }

    /// The parser before a service sets its limits.
    pub(crate) fn unlimited_parser(self) -> Parser {
        if self.allows(Tolerance::LenientFilters) {
            Parser::lenient()
        } else {
            // The strict parser refuses `not (`, which the RFC's own examples have: the printed grammar lacks the blank.
            Parser::new()
        }
    }
}
