//! The scopes of which a token needs one for a call, as HubSpot's specification has them.

/// For the seats of an account, a seat, and a permission set that takes one (`docs/evidence.md`, H29).
pub const BILLING_SCOPE: &str = "settings.billing.write";

/// To read users and permission sets.
pub(crate) const READ_USERS: &[&str] = &["settings.users.read", "crm.objects.users.read"];

/// To create, change and remove users.
pub(crate) const WRITE_USERS: &[&str] = &["settings.users.write", "crm.objects.users.write"];

/// To read users' rows in the CRM and the properties that they have.
pub(crate) const READ_ROWS: &[&str] = &["crm.objects.users.read"];

/// To change users' rows in the CRM.
pub(crate) const WRITE_ROWS: &[&str] = &["crm.objects.users.write"];

/// To read teams.
pub(crate) const READ_TEAMS: &[&str] = &["settings.users.teams.read"];

/// To change who is in a team.
pub(crate) const WRITE_TEAMS: &[&str] = &["settings.users.teams.write"];

/// To read the seats of an account.
pub(crate) const READ_SEATS: &[&str] = &[BILLING_SCOPE];

/// To read the account's details: every token has it, by HubSpot's own name for it.
pub(crate) const READ_ACCOUNT: &[&str] = &["oauth"];
