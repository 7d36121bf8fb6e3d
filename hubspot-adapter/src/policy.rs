//! The operator's choices, checked. [`Config::validate`](crate::config::Config::validate) makes them.

use scim_core::filter::case;
use scim_core::{Error, ErrorKind, Redacted};

use crate::client::{Role, User, WRITABLE_ROLES, is_super_admin};

/// The number of characters of a client's role name that an error repeats: the text goes into the audit trail.
const LONGEST_ROLE_NAME: usize = 80;

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

    /// Chooses a permission set of the account for the roles of a request.
    ///
    /// The role map decides first, in its own order. Ids and exact names of permission sets follow, in the order of the
    /// request, as in HubSpot's own SCIM app. [`UnknownRole`] decides last. A request without roles gets the default role.
    ///
    /// # Errors
    ///
    /// `InvalidValue` for Super Admin, which no API grants, and for the permission set of suspended users. Also for a
    /// configured permission set that the account lacks, and for an unknown role if the policy refuses those.
    pub(crate) fn choose_role(
        &self,
        names: &[String],
        roles: &[Role],
    ) -> Result<RoleChoice, Error> {
        let choice = self.role_of_names(names, roles)?;
        match (&choice, self.no_access_role(roles)) {
            (RoleChoice::Role(id), Some(no_access)) if *id == no_access.id => {
                Err(invalid(format!(
                    "roles: `{}` is the permission set of users without access. Send active: false instead, or name another role.",
                    no_access.name
                )))
            }
            (RoleChoice::Role(_) | RoleChoice::Minimal, _) => Ok(choice),
        }
    }

    fn role_of_names(&self, names: &[String], roles: &[Role]) -> Result<RoleChoice, Error> {
        if names.is_empty() {
            return self.default_choice(roles);
        }
        if self.unknown_role == UnknownRole::Refuse {
            self.check_known(names, roles)?;
        }

        if let Some((_, name)) = self.role_map.iter().find(|(from, _)| names.contains(from)) {
            return configured(name, roles);
        }
        if let Some(role) = names.iter().find_map(|name| existing(name, roles)) {
            return Ok(RoleChoice::Role(role.id.clone()));
        }
        if names.iter().any(|name| is_super_admin(name)) {
            return Err(invalid(
                "roles: HubSpot's API cannot grant Super Admin. Grant it in HubSpot, and assign another role in the identity provider."
                    .to_owned(),
            ));
        }

        match self.unknown_role {
            UnknownRole::Default | UnknownRole::Refuse => self.default_choice(roles),
            UnknownRole::Minimal => Ok(RoleChoice::Minimal),
        }
    }

    fn default_choice(&self, roles: &[Role]) -> Result<RoleChoice, Error> {
        match &self.default_role {
            Some(name) => configured(name, roles),
            None => Ok(RoleChoice::Minimal),
        }
    }

    /// Refuses the first unknown name. Super Admin has an error of its own.
    fn check_known(&self, names: &[String], roles: &[Role]) -> Result<(), Error> {
        let is_unknown = |name: &&String| {
            let is_mapped = self.role_map.iter().any(|(from, _)| from == *name);
            !is_mapped && existing(name, roles).is_none() && !is_super_admin(name)
        };

        match names.iter().find(is_unknown) {
            None => Ok(()),
            Some(name) => Err(invalid(format!(
                "roles: no permission set is named `{}` in HubSpot, and role_map does not list it. Rename the role in the identity provider, or add it to role_map.",
                name.chars().take(LONGEST_ROLE_NAME).collect::<String>()
            ))),
        }
    }
}

/// Finds the permission set with this id or exact name.
fn existing<'a>(name: &str, roles: &'a [Role]) -> Option<&'a Role> {
    roles
        .iter()
        .find(|role| role.id == name)
        .or_else(|| named(name, roles))
}

/// Chooses the permission set that the configuration names.
fn configured(name: &str, roles: &[Role]) -> Result<RoleChoice, Error> {
    match named(name, roles) {
        Some(role) => Ok(RoleChoice::Role(role.id.clone())),
        None => Err(invalid(format!(
            "roles: no permission set is named `{name}` in HubSpot. Create it there, or correct role_map or default_role."
        ))),
    }
}

fn named<'a>(name: &str, roles: &'a [Role]) -> Option<&'a Role> {
    roles.iter().find(|role| role.name == name)
}

fn invalid(detail: String) -> Error {
    Error::new(ErrorKind::InvalidValue, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles() -> Vec<Role> {
        vec![
            Role::new("1", "Sales"),
            Role::new("2", "Marketing"),
            Role::new("3", "Viewer"),
        ]
    }

    fn chosen(policy: &Policy, names: &[&str]) -> Result<RoleChoice, ErrorKind> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        policy
            .choose_role(&names, &roles())
            .map_err(|error| error.kind())
    }

    fn role(id: &str) -> RoleChoice {
        RoleChoice::Role(id.to_owned())
    }

    #[test]
    fn the_map_comes_before_names_and_in_its_own_order() {
        let policy = Policy {
            role_map: vec![
                ("Admin".to_owned(), "Marketing".to_owned()),
                ("Sales".to_owned(), "Viewer".to_owned()),
            ],
            ..Policy::default()
        };
        assert_eq!(chosen(&policy, &["Sales", "Admin"]), Ok(role("2")));
        assert_eq!(chosen(&policy, &["Sales"]), Ok(role("3")));
        assert_eq!(chosen(&policy, &["Viewer"]), Ok(role("3")));
    }

    #[test]
    fn exact_names_and_ids_match() {
        assert_eq!(chosen(&Policy::default(), &["Sales"]), Ok(role("1")));
        assert_eq!(chosen(&Policy::default(), &["2"]), Ok(role("2")));
        assert_eq!(
            chosen(&Policy::default(), &["sales"]),
            Ok(RoleChoice::Minimal)
        );
    }

    #[test]
    fn no_role_is_the_default_role() {
        let policy = Policy {
            default_role: Some("Viewer".to_owned()),
            ..Policy::default()
        };
        assert_eq!(chosen(&policy, &[]), Ok(role("3")));
        assert_eq!(chosen(&policy, &["Chef"]), Ok(role("3")));
        assert_eq!(chosen(&Policy::default(), &[]), Ok(RoleChoice::Minimal));
    }

    #[test]
    fn a_role_that_cannot_be_granted_is_refused() {
        let policy = Policy {
            unknown_role: UnknownRole::Refuse,
            ..Policy::default()
        };
        assert_eq!(chosen(&policy, &["Chef"]), Err(ErrorKind::InvalidValue));
        assert_eq!(
            chosen(&policy, &["Sales", "Chef"]),
            Err(ErrorKind::InvalidValue)
        );

        for name in ["Super Admin", "super admin"] {
            let refused = chosen(&Policy::default(), &[name]);
            assert_eq!(refused, Err(ErrorKind::InvalidValue), "{name}");
        }
        let gone = Policy {
            role_map: vec![("Admin".to_owned(), "Gone".to_owned())],
            ..Policy::default()
        };
        assert_eq!(chosen(&gone, &["Admin"]), Err(ErrorKind::InvalidValue));
    }

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
