//! The codes and texts by which HubSpot's refusals are told apart.

/// The code that refuses a change of name before the person's first sign-in.
///
/// Two measurements on a free account: a 400 with this code somewhere in the nested text
/// (`docs/evidence.md`, H6).
pub const USER_NOT_ON_ANY_HUBS: &str = "USER_NOT_ON_ANY_HUBS";

/// The code that refuses a permission set for lack of a free seat.
///
/// It can pass: one person got it when re-created right after a removal, and then not again
/// (`docs/evidence.md`, H7).
pub const NO_SEAT_AVAILABLE: &str = "NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION";

/// The text of `/roles` in an account without permission sets: a 400, not an empty list. Measured
/// on a free account (`docs/evidence.md`, H8).
pub(crate) const ROLES_UNAVAILABLE: &str = "Account doesn't have access to roles";

/// The category of a refusal for lack of a scope (`docs/evidence.md`, H30).
pub(crate) const MISSING_SCOPES: &str = "MISSING_SCOPES";

/// The message of the same refusal, for answers without the category. HubSpot promises neither
/// (`docs/evidence.md`, H30, H36).
const SCOPES_NOT_GRANTED: &str = "hasn't been granted all required scopes";

/// The fields of `errors[].context` with the scopes of which one is needed (`docs/evidence.md`, H30).
pub(super) const NEEDED_SCOPES: [&str; 2] = ["requiredGranularScopes", "requiredScopes"];

/// Returns whether a refusal is for lack of a scope.
pub(super) fn is_about_scopes(category: Option<&str>, message: &str) -> bool {
    category == Some(MISSING_SCOPES) || message.contains(SCOPES_NOT_GRANTED)
}

/// Returns whether a 429 is about the daily limit, which no wait within a request can outlast
/// (`docs/evidence.md`, H34).
pub(super) fn is_daily_limit(policy: &str, message: &str) -> bool {
    policy.eq_ignore_ascii_case("DAILY") || message.to_ascii_lowercase().contains("daily limit")
}

/// Returns whether a 429 is about the limit on CRM searches in a second (`docs/evidence.md`, H34, H46).
pub(super) fn is_secondly_limit(policy: &str, message: &str) -> bool {
    policy.eq_ignore_ascii_case("SECONDLY")
        || (policy.is_empty() && message.contains("your secondly limit"))
}
