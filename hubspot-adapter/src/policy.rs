//! What the operator chooses, checked.

use scim_core::filter::case;
use scim_core::{Error, ErrorKind, Redacted};

use crate::client::{Role, User};
use crate::dialect;

/// What a role in a request means that is neither mapped nor the name of a permission set.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum UnknownRole {
    /// The default role if there is one, or else minimal access.
    #[default]
    Default,
    /// No permission set: HubSpot gives a new user the least there is. A user who has one keeps it, and the request fails.
    Minimal,
    /// The request fails with 400 and names the role.
    Refuse,
}

/// What takes a user's access away.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Deprovision {
    /// The user is removed from the HubSpot account; what is needed to bring them back is kept.
    #[default]
    Remove,
    /// The user gets the permission set of this name and loses all teams; what is needed to give all back is kept.
    ///
    /// Whoever has that permission set and no other is inactive. HubSpot still lets them log in.
    NoAccess(String),
    /// Nothing: the request fails with 400, and the user keeps their access.
    Refuse,
}

/// What happens when a user who is to be created is in HubSpot already, and no request made them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Adopt {
    /// They are taken over by their e-mail address; a role they have stays unless the request names one.
    #[default]
    ByEmail,
    /// As [`ByEmail`](Self::ByEmail) where they have the role that the request leads to, or else 409.
    IfRoleMatches,
    /// 409.
    Refuse,
}

/// What is shown of super admins, whom no request changes in any case.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum SuperAdmins {
    /// They are read and found as others are.
    #[default]
    ReadOnly,
    /// They are neither read nor found, and creating one of them is 409.
    Hidden,
}

/// What is shown of the accounts of apps and bots, which no request changes in any case.
///
/// HubSpot's CRM tells them apart: where it cannot be read ([`Features::rows`](crate::Features::rows)), they are users like others.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum ServiceAccounts {
    /// They are neither read nor found, and creating one of them is 409.
    #[default]
    Hidden,
    /// They are read and found as people are.
    ReadOnly,
}

/// What the operator chooses.
///
/// Made by [`Config::validate`](crate::config::Config::validate); the default is: remove, adopt by e-mail, no default role, no
/// welcome e-mail, all domains.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Policy {
    /// The permission set of a new user whose request names no role.
    pub default_role: Option<String>,
    /// Roles of the identity provider and the permission sets they stand for; of several, the first in this order counts.
    pub role_map: Vec<(String, String)>,
    /// What any other role means.
    pub unknown_role: UnknownRole,
    /// What takes a user's access away.
    pub deprovision: Deprovision,
    /// What happens to a user who is in HubSpot already.
    pub adopt: Adopt,
    /// Whether HubSpot sends a new user its welcome e-mail.
    pub welcome_email: bool,
    /// The domains of the e-mail addresses that may be created; all when empty.
    pub allowed_domains: Vec<String>,
    /// E-mail addresses of users who are never changed.
    pub protected_users: Redacted<Vec<String>>,
    /// What is shown of super admins.
    pub super_admins: SuperAdmins,
    /// What is shown of the accounts of apps and bots.
    pub service_accounts: ServiceAccounts,
    /// The property of the CRM's users that keeps the department.
    pub department_property: Option<String>,
}

/// The permission set that a request leads to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum RoleChoice {
    /// The permission set with this id.
    Role(String),
    /// None: the least access there is.
    Minimal,
}

impl Policy {
    /// Whether a user with this address may be created.
    pub(crate) fn allows_domain(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.allowed_domains.is_empty()
            || self
                .allowed_domains
                .iter()
                .any(|allowed| case::eq(allowed, domain))
    }

    /// Whether the user with this address is never changed.
    pub(crate) fn protects(&self, email: &str) -> bool {
        self.protected_users
            .iter()
            .any(|protected| case::eq(protected, email))
    }

    /// Whether this user is shown to nobody.
    pub(crate) fn hides(&self, user: &User) -> bool {
        user.super_admin && self.super_admins == SuperAdmins::Hidden
    }

    /// The permission set that takes access away, where there is one and the account has it.
    pub(crate) fn no_access_role<'a>(&self, roles: &'a [Role]) -> Option<&'a Role> {
        match &self.deprovision {
            Deprovision::NoAccess(name) => roles.iter().find(|role| role.name == *name),
            Deprovision::Remove | Deprovision::Refuse => None,
        }
    }

    /// Whether all that a user has is the permission set that takes access away.
    pub(crate) fn is_without_access(&self, user: &User, roles: &[Role]) -> bool {
        let held = user.role();
        !user.super_admin
            && user.role_ids.len() <= dialect::WRITABLE_ROLES
            && held.is_some()
            && self.no_access_role(roles).map(|role| role.id.as_str()) == held
    }

    /// The permission set that the roles of a request lead to, out of those the account has.
    ///
    /// The role map comes first, in its own order; then ids and exact names of permission sets, in the request's order, as
    /// in HubSpot's own SCIM app; then [`UnknownRole`] decides. No role at all is the default role.
    ///
    /// # Errors
    ///
    /// `InvalidValue` for Super Admin, which no API grants, for a mapped permission set that the account lacks, for the one
    /// that takes access away, and for an unknown role where the policy refuses it.
    pub(crate) fn choose_role(
        &self,
        names: &[String],
        roles: &[Role],
    ) -> Result<RoleChoice, Error> {
        let choice = self.role_of_names(names, roles)?;
        match (&choice, self.no_access_role(roles)) {
            (RoleChoice::Role(id), Some(no_access)) if *id == no_access.id => {
                Err(invalid(format!(
                    "roles: {} is what users have who are not active; set active to false instead",
                    no_access.name
                )))
            }
            (RoleChoice::Role(_) | RoleChoice::Minimal, _) => Ok(choice),
        }
    }

    fn role_of_names(&self, names: &[String], roles: &[Role]) -> Result<RoleChoice, Error> {
        let by_name = |name: &str| roles.iter().find(|role| role.name == name);
        let direct = |name: &str| {
            roles
                .iter()
                .find(|role| role.id == name)
                .or_else(|| by_name(name))
        };
        let is_mapped = |name: &str| self.role_map.iter().any(|(from, _)| from == name);
        let existing = |name: &str| match by_name(name) {
            Some(role) => Ok(RoleChoice::Role(role.id.clone())),
            None => Err(invalid(format!(
                "roles: the HubSpot account has no permission set named {name}"
            ))),
        };
        let default = || match &self.default_role {
            Some(name) => existing(name),
            None => Ok(RoleChoice::Minimal),
        };
        if names.is_empty() {
            return default();
        }
        let is_super_admin = |name: &String| dialect::is_super_admin(name);
        let is_unknown =
            |name: &&String| !is_mapped(name) && direct(name).is_none() && !is_super_admin(name);
        if let (UnknownRole::Refuse, Some(name)) =
            (self.unknown_role, names.iter().find(is_unknown))
        {
            return Err(invalid(format!(
                "roles: {} is neither in the role map nor a permission set of the HubSpot account",
                // A client may send anything here, and the detail goes into the audit trail.
                name.chars().take(80).collect::<String>()
            )));
        }
        if let Some((_, name)) = self.role_map.iter().find(|(from, _)| names.contains(from)) {
            return existing(name);
        }
        if let Some(role) = names.iter().find_map(|name| direct(name)) {
            return Ok(RoleChoice::Role(role.id.clone()));
        }
        if names.iter().any(is_super_admin) {
            return Err(invalid(
                "roles: HubSpot's API cannot grant Super Admin; give it in HubSpot itself"
                    .to_owned(),
            ));
        }
        match self.unknown_role {
            UnknownRole::Default | UnknownRole::Refuse => default(),
            UnknownRole::Minimal => Ok(RoleChoice::Minimal),
        }
    }
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
    fn a_name_counts_exactly_and_an_id_as_well() {
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
    fn what_cannot_be_granted_is_refused_by_name() {
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
