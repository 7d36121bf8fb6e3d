//! Putting the adapter together, and checking that it can work.

use std::fmt;
use std::sync::Arc;

use scim_core::clock::{Clock, Random, SystemClock, SystemRandom};

use crate::client::{self, Account, Client, ErrorKind, Role, Team, Timer, TokioTimer};
use crate::config::ConfigError;
use crate::dialect::Dialect;
use crate::directory::Directory;
use crate::groups::Groups;
use crate::policy::{Deprovision, Policy};
use crate::state::{MemoryState, StateStore};
use crate::users::Users;

/// A HubSpot account behind SCIM: the providers of its users and of its groups.
///
/// ```
/// use hubspot_adapter::HubSpot;
/// use hubspot_adapter::client::Client;
///
/// let client = Client::builder().access_token("pat-na1-00000000".to_owned().into()).build()?;
/// let hubspot = HubSpot::builder(client).build();
/// let (users, groups) = (hubspot.users(), hubspot.groups());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct HubSpot {
    client: Client,
    policy: Arc<Policy>,
    users: Users,
    groups: Groups,
}

/// Builds a [`HubSpot`].
#[derive(Debug)]
pub struct HubSpotBuilder {
    client: Client,
    policy: Policy,
    dialect: Dialect,
    state: Arc<dyn StateStore>,
    timer: Arc<dyn Timer>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl HubSpot {
    /// Begins an adapter over a client.
    #[must_use]
    pub fn builder(client: Client) -> HubSpotBuilder {
        HubSpotBuilder {
            client,
            policy: Policy::default(),
            dialect: Dialect::default(),
            state: Arc::new(MemoryState::new()),
            timer: Arc::new(TokioTimer),
            clock: Arc::new(SystemClock::new()),
            random: Arc::new(SystemRandom::new()),
        }
    }

    /// The provider of the users.
    #[must_use]
    pub fn users(&self) -> Users {
        self.users.clone()
    }

    /// The provider of the groups.
    #[must_use]
    pub fn groups(&self) -> Groups {
        self.groups.clone()
    }

    /// Asks HubSpot for everything the adapter needs, and reports what it sees and what is missing.
    pub async fn check(&self) -> Report {
        let account = self.client.account().await;
        let users = self.client.list_users(1, None).await.map(drop);
        let roles = match self.client.roles().await {
            Err(error) if error.roles_unavailable() => Ok(Vec::new()),
            outcome => outcome,
        };
        let teams = self.client.teams().await;
        let missing_roles = match &roles {
            Ok(roles) => missing_roles(&self.policy, roles),
            Err(_) => Vec::new(),
        };
        Report {
            account,
            users,
            roles,
            teams,
            missing_roles,
        }
    }
}

impl HubSpotBuilder {
    /// Sets what the operator chose.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets what this account was measured to do; the default relies on nothing that was not measured everywhere.
    ///
    /// With `teams=replacing` a shorter list of teams takes one call and not two; with `role=kept` a request that would take the
    /// last permission set away is refused without being tried.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Sets where what HubSpot cannot keep is kept; in memory when not called.
    #[must_use]
    pub fn state(mut self, state: Arc<dyn StateStore>) -> Self {
        self.state = state;
        self
    }

    /// Sets the timer by which permission sets are read again; the machine's when not called.
    #[must_use]
    pub fn timer(mut self, timer: Arc<dyn Timer>) -> Self {
        self.timer = timer;
        self
    }

    /// Sets the clock by which a creation under way grows old; the machine's when not called.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sets the randomness by which adapters that share a state know each other apart; the machine's when not called.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// The adapter.
    #[must_use]
    pub fn build(self) -> HubSpot {
        let policy = Arc::new(self.policy);
        let directory = Arc::new(Directory::new(self.client.clone(), self.timer));
        HubSpot {
            users: Users::new(
                self.client.clone(),
                Arc::clone(&policy),
                self.dialect,
                self.state,
                directory,
                self.clock,
                format!("{:032x}", u128::from_be_bytes(self.random.bytes())),
            ),
            groups: Groups::new(self.client.clone()),
            client: self.client,
            policy,
        }
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
    /// What is wrong with the configuration: keys that name a permission set which the account does not have.
    pub missing_roles: Vec<ConfigError>,
}

impl Report {
    /// Whether users can be provisioned as configured.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.users.is_ok() && self.roles.is_ok() && self.missing_roles.is_empty()
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
        for missing in &self.missing_roles {
            writeln!(f, "missing: {missing}")?;
        }
        Ok(())
    }
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
