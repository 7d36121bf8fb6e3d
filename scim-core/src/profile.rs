//! Profiles: the non-standard requests that a tenant accepts, each by a named rule with the client that needs it.

use scim_filter::Parser;

use crate::limits::FilterLimits;

/// One departure from RFC 7643 or 7644 that a real client needs.
///
/// Each tolerance names its client and its row of `docs/evidence.md`. All are on in [`Profile::tolerant`], except
/// [`PageNumbers`](Self::PageNumbers) and [`UnknownMembers`](Self::UnknownMembers).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
#[repr(u8)]
pub enum Tolerance {
    /// `Add`, `Replace` and `Remove` in any case. Entra ID (C1).
    OperationCase,
    /// `"True"` and `"false"` as booleans. Entra ID, the Keycloak client (C2).
    BooleanStrings,
    /// Dotted and URN-qualified keys in a POST, a PUT, and a PATCH value without a path. Entra ID with `aadOptscim062020` (C3).
    DottedKeys,
    /// `emails[type eq "work"].value` creates an entry if none matches. Entra ID (C4).
    ValuePathCreates,
    /// `remove` with a `value` removes only the listed entries. Entra ID, authentik and `JumpCloud` (C5).
    RemoveWithValue,
    /// A `remove` that selects nothing succeeds.
    ///
    /// On in every preset, because RFC 7644 §3.5.2.2 asks for it for absent members (C6).
    RemoveWithoutMatch,
    /// A plain string or a list of one as a complex value: `manager`. Entra ID (C7).
    ComplexForms,
    /// `""` clears an optional attribute, as `null` does by RFC 7643 §2.5. Entra ID's validation (C8).
    ///
    /// An entry of a list goes if only its `type` or another label is left. An empty `path` counts as no path.
    EmptyClears,
    /// A PATCH without operations succeeds and changes nothing. Microsoft's SCIM Validator (C9).
    EmptyOperations,
    /// The service ignores unknown attributes, and logs each name once. Entra ID, Okta (C10).
    UnknownAttributes,
    /// The service ignores unknown schema URIs, and logs each one once. Entra ID, Google Workspace and `OneLogin` (C11).
    UnknownSchemas,
    /// A PATCH of a read-only attribute changes nothing and succeeds. Okta and authentik send `id` (C12).
    ReadOnlyIgnored,
    /// Unquoted values in filters, `True`, and extra blanks. authentik, Entra ID's tutorial (C13).
    LenientFilters,
    /// A PATCH path to an attribute of an extension without its URN: `manager`. Entra ID (C14).
    BareExtensionNames,
    /// Of several primary entries, the first stays primary. No known client sends them (C15).
    SeveralPrimary,
    /// `"7"` as a number. Entra ID (C56).
    NumberStrings,
    /// One value as a list: `emails` as an object (`OneLogin`), a member as plain text (Microsoft's collection of requests)
    /// (C57).
    LoneValues,
    /// A role's `value` may be a text of JSON, with the role's `value` and `displayName` inside. Entra ID's
    /// `SingleAppRoleAssignment` (C36).
    JsonRoles,
    /// A body without `schemas`; the endpoint tells the type. `OneLogin`, and clients whose administrators write the bodies
    /// (C58).
    MissingSchemas,
    /// `email` in a filter means `emails.value`: `email Co "ada"`. `PingOne` (C59).
    SingularEmail,
    /// The flag `aadOptscim062020` before the endpoint, in the path or in the query. Entra ID (C18).
    ///
    /// Administrators append the flag to the base URL, and Entra ID appends the endpoint to the flag.
    EntraFlags,
    /// Doubled slashes in a path. Entra ID appends a slash to a base URL that already ends with one (C60).
    EmptySegments,
    /// A PATCH or PUT that sets `active` to false deactivates the user even if the rest of the request is refused or
    /// unreadable.
    ///
    /// Entra ID sends a deactivation along with every other mapped attribute (C38). RFC 7644 §3.5.2 applies a PATCH as a whole or
    /// not at all. On in every preset, because a refused deactivation leaves a leaver with access.
    DeactivationFirst,
    /// An extension that `schemas` does not list. Entra ID with custom attributes (C69).
    UnlistedExtensions,
    /// `startIndex` is a page number: `startIndex=2&count=25` begins with the 26th resource. midPoint's REST connector (C61).
    ///
    /// For a tenant that only midPoint uses. Off in every preset, because a request does not tell which of the two it means. If
    /// the service read an index as a page, Okta and Entra ID would miss resources.
    PageNumbers,
    /// A POST of an inactive user reactivates the user under the same id, in place of 409 (RFC 7644 §3.3). Okta (C41, C42).
    ReturningUsers,
    /// `/Groups` of a server without groups is an empty list. Entra ID's Test Connection (C21).
    AbsentGroups,
    /// The service leaves unknown members out of a group and keeps the others (F18).
    ///
    /// Off in every preset: the request is a 400 that names one of them. A client that hears of success never sends the member
    /// again.
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
        Self::EntraFlags,
        Self::EmptySegments,
        Self::DeactivationFirst,
        Self::UnlistedExtensions,
        Self::PageNumbers,
        Self::ReturningUsers,
        Self::AbsentGroups,
        Self::UnknownMembers,
    ];

    /// The name, as `docs/evidence.md` spells it.
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
            Self::EntraFlags => "EntraFlags",
            Self::EmptySegments => "EmptySegments",
            Self::DeactivationFirst => "DeactivationFirst",
            Self::UnlistedExtensions => "UnlistedExtensions",
            Self::PageNumbers => "PageNumbers",
            Self::ReturningUsers => "ReturningUsers",
            Self::AbsentGroups => "AbsentGroups",
            Self::UnknownMembers => "UnknownMembers",
        }
    }

    /// The tolerances that are off in every preset.
    const ON_REQUEST: u32 = Self::PageNumbers.bit() | Self::UnknownMembers.bit();

    const fn bit(self) -> u32 {
        1 << (self as u8)
    }

    /// The bits of [`ALL`](Self::ALL).
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

/// The response to a successful PATCH.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed by RFC 7644 §3.5.2")]
pub enum PatchAnswer {
    /// 200 and the resource.
    Resource,
    /// 204 without a body, unless the request has `attributes`.
    NoContent,
}

/// The non-standard requests that a tenant accepts.
///
/// A profile only affects the reading of requests. Resources in responses are canonical in every profile.
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
    /// Accepts the requests of Entra ID, Okta and all other known clients. The default.
    ///
    /// The response to a PATCH of a user is 200 with the resource, and of a group 204.
    #[must_use]
    pub const fn tolerant() -> Self {
        Self {
            tolerances: Tolerance::bits() & !Tolerance::ON_REQUEST,
            user_patch: PatchAnswer::Resource,
            group_patch: PatchAnswer::NoContent,
        }
    }

    /// Follows RFC 7644 as written, and refuses requests that the RFC leaves open. The response to every PATCH is 200.
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

    /// As [`tolerant`](Self::tolerant), but the response to every PATCH is 204.
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

    /// The response to a PATCH of a resource of the given type.
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
