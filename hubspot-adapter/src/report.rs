//! What the adapter sees of an account at the start, and what is missing.

use std::fmt;

use crate::client::{self, Account, Client, CrmProperty, ErrorKind, Role, Seat, Team};
use crate::config::ConfigError;
use crate::features::{self, Features};
use crate::policy::{Deprovision, Policy};

/// What the adapter sees of an account, and what is missing; `Display` is for the operator.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// The account.
    pub account: Result<Account, client::Error>,
    /// Whether users can be read.
    pub users: Result<(), client::Error>,
    /// The permission sets.
    pub roles: Result<Vec<Role>, client::Error>,
    /// The teams.
    pub teams: Result<Vec<Team>, client::Error>,
    /// The properties of users in the CRM.
    pub properties: Result<Vec<CrmProperty>, client::Error>,
    /// The seats.
    pub seats: Result<Vec<Seat>, client::Error>,
    /// What is wrong with the configuration: keys that name what the account does not have.
    pub missing: Vec<ConfigError>,
}

impl Report {
    pub(crate) async fn of(client: &Client, policy: &Policy) -> Self {
        let account = client.account().await;
        let users = client.list_users(1, None).await.map(drop);
        let roles = match client.roles().await {
            Err(error) if error.roles_unavailable() => Ok(Vec::new()),
            outcome => outcome,
        };
        let teams = client.teams().await;
        let properties = client.crm_user_properties().await;
        let seats = client.seats().await;
        let mut missing = match &roles {
            Ok(roles) => missing_roles(policy, roles),
            Err(_) => Vec::new(),
        };
        missing.extend(features::department_fault(policy, &properties));
        Self {
            account,
            users,
            roles,
            teams,
            properties,
            seats,
            missing,
        }
    }

    /// What the account lets the adapter keep.
    #[must_use]
    pub fn features(&self, policy: &Policy) -> Features {
        Features::of(policy, &self.properties, &self.seats)
    }

    /// Whether users can be provisioned as configured.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.users.is_ok() && self.roles.is_ok() && self.missing.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.account {
            Ok(account) => {
                let kind = account.account_type.as_deref().unwrap_or("type unknown");
                writeln!(f, "HubSpot account {} ({kind})", account.portal_id)?;
            }
            Err(error) => writeln!(f, "HubSpot account: {}", reason(error))?,
        }
        if let Err(error) = &self.users {
            writeln!(f, "users: {}", reason(error))?;
        }
        match &self.roles {
            Ok(roles) if roles.is_empty() => {
                writeln!(
                    f,
                    "roles: none; the account has no permission sets, so users get minimal access"
                )?;
            }
            Ok(roles) => {
                let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
                writeln!(f, "roles: {}", names.join(", "))?;
            }
            Err(error) => writeln!(f, "roles: {}", reason(error))?,
        }
        match &self.teams {
            Ok(teams) => {
                let names: Vec<&str> = teams.iter().map(|team| team.name.as_str()).collect();
                writeln!(f, "teams: {}", names.join(", "))?;
            }
            Err(error) => writeln!(f, "teams: {}", reason(error))?,
        }
        match &self.properties {
            Ok(_) => writeln!(f, "CRM users: can be read")?,
            Err(error) => writeln!(f, "CRM users: {}", reason(error))?,
        }
        match &self.seats {
            Ok(seats) => {
                let names: Vec<&str> = seats.iter().map(|seat| seat.name.as_str()).collect();
                writeln!(f, "seats: {}", names.join(", "))?;
            }
            Err(error) => writeln!(f, "seats: {}", reason(error))?,
        }
        for missing in &self.missing {
            writeln!(f, "missing: {missing}")?;
        }
        Ok(())
    }
}

/// Permission sets that the policy names and the account does not have, each with the key that names it.
fn missing_roles(policy: &Policy, roles: &[Role]) -> Vec<ConfigError> {
    let mapped = policy.role_map.iter().map(|(_, name)| ("role_map", name));
    let default = policy
        .default_role
        .iter()
        .map(|name| ("default_role", name));
    let no_access = match &policy.deprovision {
        Deprovision::NoAccess(name) => Some(("deprovision", name)),
        Deprovision::Remove | Deprovision::Refuse => None,
    };
    mapped
        .chain(default)
        .chain(no_access)
        .filter(|(_, name)| roles.iter().all(|role| role.name != **name))
        .map(|(key, name)| {
            ConfigError::new(
                key,
                format!("the HubSpot account has no permission set named {name:?}"),
            )
        })
        .collect()
}

/// What the operator has to do about an error.
fn reason(error: &client::Error) -> String {
    if let ErrorKind::MissingScopes(scopes) = error.kind() {
        format!(
            "missing: the token needs one of the scopes {}",
            scopes.join(", ")
        )
    } else if *error.kind() == ErrorKind::Unauthorized {
        "missing: HubSpot does not accept the token".to_owned()
    } else {
        error.to_string()
    }
}
