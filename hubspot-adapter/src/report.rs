//! The start-up report of an account.

use std::fmt;

use crate::client::{self, Account, Client, CrmProperty, ErrorKind, Role, Seat, Team};
use crate::config::ConfigError;
use crate::error::any_of;
use crate::features::{self, Features};
use crate::policy::{Deprovision, Policy};

/// The start-up report: the readable parts of an account, and the configured names that it lacks.
///
/// [`HubSpotBuilder::connect`](crate::HubSpotBuilder::connect) and [`HubSpot::check`](crate::HubSpot::check) return it. An
/// embedder shows `Display` to the operator, as the example server does at start.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// The account.
    pub account: Result<Account, client::Error>,
    /// Whether the token can read users.
    pub users: Result<(), client::Error>,
    /// The permission sets.
    pub roles: Result<Vec<Role>, client::Error>,
    /// The teams.
    pub teams: Result<Vec<Team>, client::Error>,
    /// The CRM properties of users.
    pub properties: Result<Vec<CrmProperty>, client::Error>,
    /// The seats.
    pub seats: Result<Vec<Seat>, client::Error>,
    /// The configuration keys whose names the account lacks.
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
        missing.extend(features::check_department(policy, &properties));

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

    /// The optional data that the account keeps, for [`HubSpotBuilder::features`](crate::HubSpotBuilder::features).
    #[must_use]
    pub fn features(&self, policy: &Policy) -> Features {
        Features::of(policy, &self.properties, &self.seats)
    }

    /// Whether the adapter can provision users as configured, for an embedder's readiness check.
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
            Err(error) => writeln!(f, "HubSpot account: {}", remedy(error))?,
        }
        if let Err(error) = &self.users {
            writeln!(f, "users: {}", remedy(error))?;
        }

        match &self.roles {
            Ok(roles) if roles.is_empty() => {
                writeln!(
                    f,
                    "roles: none; the account has no permission sets, so all users have minimal access"
                )?;
            }
            roles => write_names(f, "roles", roles, |role| &role.name)?,
        }
        write_names(f, "teams", &self.teams, |team| &team.name)?;

        match &self.properties {
            Ok(_) => writeln!(f, "CRM users: readable")?,
            Err(error) => writeln!(f, "CRM users: {}", remedy(error))?,
        }
        write_names(f, "seats", &self.seats, |seat| &seat.name)?;

        for missing in &self.missing {
            writeln!(f, "missing: {missing}")?;
        }
        Ok(())
    }
}

fn write_names<T>(
    f: &mut fmt::Formatter<'_>,
    what: &str,
    list: &Result<Vec<T>, client::Error>,
    name: impl Fn(&T) -> &String,
) -> fmt::Result {
    match list {
        Ok(list) => {
            let names: Vec<&str> = list.iter().map(|entry| name(entry).as_str()).collect();
            writeln!(f, "{what}: {}", names.join(", "))
        }
        Err(error) => writeln!(f, "{what}: {}", remedy(error)),
    }
}

/// Lists the configured permission sets that the account lacks, each with its key.
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

    let error = |(key, name): (&'static str, &String)| {
        let message = format!(
            "no permission set is named {name:?} in HubSpot. Create or rename it there, or correct this key."
        );
        ConfigError::new(key, message)
    };
    mapped
        .chain(default)
        .chain(no_access)
        .filter(|(_, name)| roles.iter().all(|role| role.name != **name))
        .map(error)
        .collect()
}

/// Tells the operator what to do about an error.
fn remedy(error: &client::Error) -> String {
    if let ErrorKind::MissingScopes(scopes) = error.kind() {
        format!("the token lacks a scope. Grant it {}.", any_of(scopes))
    } else if *error.kind() == ErrorKind::Unauthorized {
        "HubSpot does not accept the token. Replace it, and restart the server.".to_owned()
    } else {
        error.to_string()
    }
}
