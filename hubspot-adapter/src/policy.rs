//! The operator's choices, checked. [`Config::validate`](crate::config::Config::validate) makes them.

use scim_core::Redacted;
use scim_core::filter::case;

use crate::client::{Role, User, WRITABLE_ROLES};

/// The meaning of a role that is neither in the role map nor the name of a permission set.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum UnknownRole {
    /// The default role, or minimal access if there is none.
    #[default]
    Default,
    /// No permission set. HubSpot gives a new user minimal access. A user with a permission set keeps it, and the request
    /// fails.
    Minimal,
    /// The request fails with 400 and names the role.
    Refuse,
}

/// The users whose permission set follows the roles of requests, as HubSpot's own switch "Permission set management".
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum RoleManagement {
    /// All users.
    #[default]
    Manage,
    /// New users only; later an administrator manages permission sets in HubSpot.
    CreateOnly,
    /// No user: a new user gets the default role.
    Ignore,
}

/// The way a user's access is taken away.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Deprovision {
    /// The adapter removes the user from the HubSpot account. The record keeps what a return restores.
    #[default]
    Remove,
    /// The adapter gives the user the permission set of this name and takes away all teams. The record keeps what a return
    /// restores.
    ///
    /// A user with this permission set alone is inactive. HubSpot still lets the user log in.
    NoAccess(String),
    /// The request fails with 400, and the user keeps the access.
    Refuse,
}

/// The answer to a creation if HubSpot already has the user and no earlier request created them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Adopt {
    /// The adapter adopts the user with this e-mail address. The user keeps the role unless the request names one.
    #[default]
    ByEmail,
    /// The adapter adopts the user if the role matches that of the request, and answers 409 otherwise.
    IfRoleMatches,
    /// The adapter answers 409.
    Refuse,
}

/// The visibility of super admins. No request changes them in either case.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum SuperAdmins {
    /// Requests can read and find super admins.
    #[default]
    ReadOnly,
    /// Requests neither read nor find super admins, and a creation of one is 409.
    Hidden,
}

/// The visibility of the accounts of apps and bots. No request changes them in either case.
///
/// HubSpot's CRM marks these accounts. If the adapter cannot read the CRM ([`Features::rows`](crate::Features::rows)), they
/// look like people.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum ServiceAccounts {
    /// Requests neither read nor find these accounts, and a creation of one is 409.
    #[default]
    Hidden,
    /// Requests can read and find these accounts.
    ReadOnly,
}

/// The operator's choices, for [`HubSpotBuilder::policy`](crate::HubSpotBuilder::policy).
///
/// [`Config::validate`](crate::config::Config::validate) makes a policy. The default removes leavers, adopts by e-mail, has
/// no default role, sends no welcome e-mail and allows all domains.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Policy {
    /// The permission set of a new user whose request names no role.
    pub default_role: Option<String>,
    /// Roles of the identity provider with their permission sets. The first entry that matches decides.
    pub role_map: Vec<(String, String)>,
    /// The meaning of any other role.
    pub unknown_role: UnknownRole,
    /// The users whose permission set follows the roles of requests.
    pub roles: RoleManagement,
    /// The way a user's access is taken away.
    pub deprovision: Deprovision,
    /// The answer to a creation if HubSpot already has the user.
    pub adopt: Adopt,
    /// Whether HubSpot sends new users its welcome e-mail.
    pub welcome_email: bool,
    /// The domains of the e-mail addresses that requests may create. An empty list allows all.
    pub allowed_domains: Vec<String>,
    /// The e-mail addresses of users whom no request changes.
    pub protected_users: Redacted<Vec<String>>,
    /// The visibility of super admins.
    pub super_admins: SuperAdmins,
    /// The visibility of the accounts of apps and bots.
    pub service_accounts: ServiceAccounts,
    /// The CRM property that keeps the department.
    pub department_property: Option<String>,
}

/// The permission set that a request asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum RoleChoice {
    /// The permission set with this id.
    Role(String),
    /// No permission set, which HubSpot calls minimal access.
    Minimal,
}

impl Policy {
    /// Whether requests may create a user with this address.
    pub(crate) fn allows_domain(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.allowed_domains.is_empty()
            || self
                .allowed_domains
                .iter()
                .any(|allowed| case::eq(allowed, domain))
    }

    /// Whether the user with this address is protected.
    pub(crate) fn protects(&self, email: &str) -> bool {
        self.protected_users
            .iter()
            .any(|protected| case::eq(protected, email))
    }

    /// Whether the user is invisible to requests.
    pub(crate) fn hides(&self, user: &User) -> bool {
        user.super_admin && self.super_admins == SuperAdmins::Hidden
    }

    /// The permission set of suspended users, if the policy names one and the account has it.
    pub(crate) fn no_access_role<'a>(&self, roles: &'a [Role]) -> Option<&'a Role> {
        match &self.deprovision {
            Deprovision::NoAccess(name) => roles.iter().find(|role| role.name == *name),
            Deprovision::Remove | Deprovision::Refuse => None,
        }
    }

    /// Whether the user has the permission set of suspended users and no other.
    pub(crate) fn is_without_access(&self, user: &User, roles: &[Role]) -> bool {
        let held = user.role();
        !user.super_admin
            && user.role_ids.len() <= WRITABLE_ROLES
            && held.is_some()
            && self.no_access_role(roles).map(|role| role.id.as_str()) == held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_and_protected_users_compare_without_case() {
        let policy = Policy {
            allowed_domains: vec!["Acme.example".to_owned()],
            protected_users: vec!["Boss@acme.example".to_owned()].into(),
            ..Policy::default()
        };
        assert!(policy.allows_domain("a@acme.EXAMPLE"));
        assert!(!policy.allows_domain("a@evil-acme.example"));
        assert!(policy.protects("boss@acme.example"));
    }
}
