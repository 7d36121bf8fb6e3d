//! The calls of HubSpot's API, one file for each area.

mod account;
mod crm;
mod users;

/// The name of a call in errors and logs, and the scopes of which it needs one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) scopes: &'static [&'static str],
}

impl Operation {
    const fn new(name: &'static str, scopes: &'static [&'static str]) -> Self {
        Self { name, scopes }
    }
}

/// Users, permission sets, the flat list of teams, and seats.
pub(super) const USERS: &str = "settings/users";
/// Teams with their members.
pub(super) const TEAMS: &str = "settings/teams";
/// The account itself.
pub(super) const ACCOUNT: &str = "account-info";
/// CRM objects.
pub(super) const OBJECTS: &str = "crm/objects";
/// CRM property definitions.
pub(super) const PROPERTIES: &str = "crm/properties";
