//! What HubSpot says when it refuses.

/// What HubSpot says when the name of a person is changed who never logged in.
///
/// Two measurements on a free account: 400 with this code somewhere in the nested text
/// (`docs/evidence.md`, H6).
pub const USER_NOT_ON_ANY_HUBS: &str = "USER_NOT_ON_ANY_HUBS";

/// What HubSpot says when no seat is free for the role.
///
/// Also transient: a person re-created right after their removal got it, and then did not
/// (`docs/evidence.md`, H7).
pub const NO_SEAT_AVAILABLE: &str = "NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION";

/// What `/roles` says, with a 400 and not with an empty list, in an account without permission
/// sets. Measured on a free account (`docs/evidence.md`, H8).
pub const ROLES_UNAVAILABLE: &str = "Account doesn't have access to roles";

/// The category of a refusal for want of a scope (`docs/evidence.md`, H30).
pub const MISSING_SCOPES: &str = "MISSING_SCOPES";

/// What such a refusal says in words, to which the category may be lacking: every field is optional (`docs/evidence.md`, H30,
/// H36).
const SCOPES_NOT_GRANTED: &str = "hasn't been granted all required scopes";

/// Whether a refusal with this category and this message is for want of a scope.
#[must_use]
pub fn is_about_scopes(category: Option<&str>, message: &str) -> bool {
    category == Some(MISSING_SCOPES) || message.contains(SCOPES_NOT_GRANTED)
}

/// Where a refusal names the scopes of which one is needed, in `errors[].context` (`docs/evidence.md`, H30).
pub const NEEDED_SCOPES: [&str; 2] = ["requiredGranularScopes", "requiredScopes"];

/// Whether this is the scope that seats take: [`BILLING_SCOPE`](super::BILLING_SCOPE), or what HubSpot's guide calls it
/// (`docs/evidence.md`, H29).
#[must_use]
pub fn is_billing_scope(scope: &str) -> bool {
    scope.contains("billing")
}

/// Whether a 429 with this `policyName` and this message is about the limit of a day, which no waiting helps against
/// (`docs/evidence.md`, H34).
#[must_use]
pub fn is_daily_limit(policy: &str, message: &str) -> bool {
    policy.eq_ignore_ascii_case("DAILY") || message.to_ascii_lowercase().contains("daily limit")
}

/// Whether a 429 with this `policyName` and this message is about the limit of CRM searches in a second
/// (`docs/evidence.md`, H34, H46).
#[must_use]
pub fn is_secondly_limit(policy: &str, message: &str) -> bool {
    policy.eq_ignore_ascii_case("SECONDLY")
        || (policy.is_empty() && message.contains("your secondly limit"))
}
