//! The scopes of HubSpot's specification. A call needs one scope of its list.

/// The scope for seats, and for a permission set that takes one (`docs/evidence.md`, H29).
pub const BILLING_SCOPE: &str = "settings.billing.write";

/// Scopes to read users and permission sets.
pub(crate) const READ_USERS: &[&str] = &["settings.users.read", "crm.objects.users.read"];

/// Scopes to create, change and remove users.
pub(crate) const WRITE_USERS: &[&str] = &["settings.users.write", "crm.objects.users.write"];

/// Scopes to read the users' CRM rows and the properties of these rows.
pub(crate) const READ_ROWS: &[&str] = &["crm.objects.users.read"];

/// Scopes to change the users' CRM rows.
pub(crate) const WRITE_ROWS: &[&str] = &["crm.objects.users.write"];

/// Scopes to read teams.
pub(crate) const READ_TEAMS: &[&str] = &["settings.users.teams.read"];

/// Scopes to change the members of a team.
pub(crate) const WRITE_TEAMS: &[&str] = &["settings.users.teams.write"];

/// Scopes to read the seats of an account.
pub(crate) const READ_SEATS: &[&str] = &[BILLING_SCOPE];

/// Scopes to read the account's details. Every token has this one, under HubSpot's own name.
pub(crate) const READ_ACCOUNT: &[&str] = &["oauth"];

/// Returns whether a scope is the one for seats: [`BILLING_SCOPE`], or its name in HubSpot's guide
/// (`docs/evidence.md`, H29).
pub(crate) fn is_billing_scope(scope: &str) -> bool {
    scope.contains("billing")
}
