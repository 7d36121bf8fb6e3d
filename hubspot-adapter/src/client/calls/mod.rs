//! The calls, by what they are about.

mod account;
mod crm;
mod users;

/// What a call is named in errors and logs, and the scopes of which it takes one.
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

/// Users, and beside them permission sets, the flat list of teams, and seats.
pub(super) const USERS: &str = "settings/users";
/// Teams from their own side.
pub(super) const TEAMS: &str = "settings/teams";
/// The account itself.
pub(super) const ACCOUNT: &str = "account-info";
/// Objects of the CRM.
pub(super) const OBJECTS: &str = "crm/objects";
/// The definitions of properties.
pub(super) const PROPERTIES: &str = "crm/properties";
