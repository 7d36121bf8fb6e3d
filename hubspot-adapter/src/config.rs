//! The operator's configuration file, and its errors.

use std::fmt;

use scim_core::Redacted;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::dialect::{Dialect, ParseDialectError};
use crate::policy::{
    Adopt, Deprovision, Policy, RoleManagement, ServiceAccounts, SuperAdmins, UnknownRole,
};
use crate::{client, mapping};

/// The keys with a text value. Below `[role_map]`, TOML takes them for roles.
const KEYS_OF_TEXT: [&str; 9] = [
    "adopt",
    "default_role",
    "department_property",
    "deprovision",
    "dialect",
    "roles",
    "service_accounts",
    "super_admins",
    "unknown_role",
];

/// The configuration as an operator writes it.
///
/// The example server reads it from TOML; an embedder may use any serde format.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::config::Config;
///
/// let config: Config = serde_json::from_str(
///     r#"{"default_role":"Viewer","role_map":{"HubSpot Admin":"Sales Manager"},"unknown_role":"refuse"}"#,
/// )?;
/// let policy = config.validate()?;
/// assert_eq!(policy.default_role.as_deref(), Some("Viewer"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// The permission set of a new user whose request names no role.
    #[serde(default)]
    pub default_role: Option<String>,
    /// Roles of the identity provider with their permission sets.
    #[serde(default, deserialize_with = "in_order")]
    pub role_map: Vec<(String, String)>,
    /// `default`, `minimal` or `refuse`.
    #[serde(default)]
    pub unknown_role: Option<String>,
    /// `manage`, `create-only` or `ignore`.
    #[serde(default)]
    pub roles: Option<String>,
    /// `remove`, `refuse` or `{ no_access_role = "…" }`.
    #[serde(default)]
    pub deprovision: Option<DeprovisionConfig>,
    /// `by-email`, `if-role-matches` or `refuse`.
    #[serde(default)]
    pub adopt: Option<String>,
    /// Whether HubSpot sends new users its welcome e-mail.
    #[serde(default)]
    pub welcome_email: bool,
    /// The domains of the e-mail addresses that requests may create.
    #[serde(default)]
    pub allowed_domains: Vec<String>,
    /// The e-mail addresses of users whom no request changes.
    #[serde(default)]
    pub protected_users: Redacted<Vec<String>>,
    /// `read-only` or `hidden`.
    #[serde(default)]
    pub super_admins: Option<String>,
    /// `hidden` or `read-only`.
    #[serde(default)]
    pub service_accounts: Option<String>,
    /// The CRM property that keeps the department.
    #[serde(default)]
    pub department_property: Option<String>,
    /// The measured behavior of the account: `KEY=VALUE,…`, as the live probe prints it.
    #[serde(default)]
    pub dialect: Option<String>,
}

/// The forms of the key `deprovision`.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "expected \"remove\", \"refuse\" or { no_access_role = \"…\" }"
)]
#[non_exhaustive]
pub enum DeprovisionConfig {
    /// `remove` or `refuse`.
    Word(String),
    /// `{ no_access_role = "…" }`.
    #[non_exhaustive]
    Role {
        /// The name of the permission set for suspended users.
        no_access_role: String,
    },
}

/// An error in the configuration: the key, the reason and the remedy.
///
/// [`Config::validate`] returns it, and [`Report::missing`](crate::Report::missing) lists names that the account lacks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigError {
    key: &'static str,
    message: String,
}

impl ConfigError {
    pub(crate) fn new(key: &'static str, message: impl Into<String>) -> Self {
        Self {
            key,
            message: message.into(),
        }
    }

    /// The key with the error.
    #[must_use]
    pub fn key(&self) -> &'static str {
        self.key
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.message)
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Parses the measured behavior of the account, for [`HubSpotBuilder::dialect`](crate::HubSpotBuilder::dialect).
    ///
    /// # Examples
    ///
    /// ```
    /// use hubspot_adapter::config::Config;
    ///
    /// let config: Config = serde_json::from_str(r#"{"dialect":"role=wiped,teams=replacing"}"#)?;
    /// assert_eq!(config.dialect()?.to_string(), "teams=replacing");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A [`ConfigError`] for an unknown dialect key or value.
    pub fn dialect(&self) -> Result<Dialect, ConfigError> {
        let text = self.dialect.as_deref().unwrap_or_default();
        text.parse()
            .map_err(|error: ParseDialectError| ConfigError::new("dialect", error.to_string()))
    }

    /// Checks the configuration and returns its policy, for [`HubSpotBuilder::policy`](crate::HubSpotBuilder::policy).
    ///
    /// # Errors
    ///
    /// A [`ConfigError`] for an unknown word; for an empty name or Super Admin as a role; for a key below `[role_map]`; and
    /// for a malformed domain, address or property.
    pub fn validate(self) -> Result<Policy, ConfigError> {
        self.dialect()?;
        check_default_role(self.default_role.as_deref())?;
        check_role_map(&self.role_map)?;

        let unknown_role = choose(
            "unknown_role",
            self.unknown_role.as_deref(),
            &[
                ("default", UnknownRole::Default),
                ("minimal", UnknownRole::Minimal),
                ("refuse", UnknownRole::Refuse),
            ],
        )?;
        let roles = choose(
            "roles",
            self.roles.as_deref(),
            &[
                ("manage", RoleManagement::Manage),
                ("create-only", RoleManagement::CreateOnly),
                ("ignore", RoleManagement::Ignore),
            ],
        )?;
        let deprovision = self.checked_deprovision()?;
        let adopt = choose(
            "adopt",
            self.adopt.as_deref(),
            &[
                ("by-email", Adopt::ByEmail),
                ("if-role-matches", Adopt::IfRoleMatches),
                ("refuse", Adopt::Refuse),
            ],
        )?;
        let super_admins = choose(
            "super_admins",
            self.super_admins.as_deref(),
            &[
                ("read-only", SuperAdmins::ReadOnly),
                ("hidden", SuperAdmins::Hidden),
            ],
        )?;
        let service_accounts = choose(
            "service_accounts",
            self.service_accounts.as_deref(),
            &[
                ("hidden", ServiceAccounts::Hidden),
                ("read-only", ServiceAccounts::ReadOnly),
            ],
        )?;

        if let Some(property) = &self.department_property {
            check_department(property)?;
        }
        check_domains(&self.allowed_domains)?;
        check_protected(&self.protected_users)?;

        Ok(Policy {
            default_role: self.default_role,
            role_map: self.role_map,
            unknown_role,
            roles,
            deprovision,
            adopt,
            welcome_email: self.welcome_email,
            allowed_domains: self.allowed_domains,
            protected_users: self.protected_users,
            super_admins,
            service_accounts,
            department_property: self.department_property,
        })
    }

    fn checked_deprovision(&self) -> Result<Deprovision, ConfigError> {
        let known = "remove, refuse or { no_access_role = \"…\" }";

        match &self.deprovision {
            None => Ok(Deprovision::Remove),
            Some(DeprovisionConfig::Word(word)) => match word.as_str() {
                "remove" => Ok(Deprovision::Remove),
                "refuse" => Ok(Deprovision::Refuse),
                _ => Err(unknown_word("deprovision", word, known)),
            },
            Some(DeprovisionConfig::Role { no_access_role }) => {
                let mapped = self.role_map.iter().map(|(_, name)| ("role_map", name));
                let default = self.default_role.iter().map(|name| ("default_role", name));
                check_no_access(no_access_role, mapped.chain(default))?;
                Ok(Deprovision::NoAccess(no_access_role.clone()))
            }
        }
    }
}

/// Chooses the value of a word; the first is the default.
fn choose<T: Copy + Default>(
    key: &'static str,
    given: Option<&str>,
    words: &[(&str, T)],
) -> Result<T, ConfigError> {
    let Some(given) = given else {
        return Ok(T::default());
    };
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == given) {
        return Ok(*value);
    }

    let mut known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let last = known.pop().unwrap_or_default();
    let known = format!("{} or {last}", known.join(", "));
    Err(unknown_word(key, given, &known))
}

fn unknown_word(key: &'static str, given: &str, known: &str) -> ConfigError {
    ConfigError::new(
        key,
        format!("{given:?} is no value of this key. Use {known}."),
    )
}

fn check_default_role(name: Option<&str>) -> Result<(), ConfigError> {
    let Some(name) = name else {
        return Ok(());
    };
    if client::is_super_admin(name) {
        return Err(super_admin("default_role"));
    }
    if name.trim().is_empty() {
        return Err(ConfigError::new(
            "default_role",
            "the name is empty. Name a permission set, or remove the key.",
        ));
    }
    Ok(())
}

/// Refuses empty names, Super Admin, and keys of the configuration that TOML takes for roles.
fn check_role_map(map: &[(String, String)]) -> Result<(), ConfigError> {
    let wrong = |message: String| Err(ConfigError::new("role_map", message));

    for (role, name) in map {
        if client::is_super_admin(name) {
            return Err(super_admin("role_map"));
        }
        if role.trim().is_empty() || name.trim().is_empty() {
            return wrong(format!(
                "{role:?} = {name:?} has an empty name. Write the identity provider's role on the left and a permission set on the right."
            ));
        }
        if KEYS_OF_TEXT.contains(&role.as_str()) {
            return wrong(format!(
                "{role} is a key of the configuration, but below [role_map] it counts as a role. Move it above [role_map]."
            ));
        }
    }
    Ok(())
}

fn check_domains(domains: &[String]) -> Result<(), ConfigError> {
    match domains.iter().find(|domain| !is_domain(domain)) {
        None => Ok(()),
        Some(domain) => Err(ConfigError::new(
            "allowed_domains",
            format!(
                "{domain:?} is not a domain. Write each domain as acme.example, without @ and without *."
            ),
        )),
    }
}

/// Refuses malformed addresses. The error counts entries and quotes none, since an entry may contain a real address.
fn check_protected(addresses: &[String]) -> Result<(), ConfigError> {
    let is_address =
        |text: &String| mapping::is_address(text) && text.rsplit('@').next().is_some_and(is_domain);
    match addresses.iter().position(|text| !is_address(text)) {
        None => Ok(()),
        Some(at) => Err(ConfigError::new(
            "protected_users",
            format!(
                "entry {} is not an e-mail address. Write one address in each entry.",
                at.saturating_add(1)
            ),
        )),
    }
}

/// Whether an address can end in this text: neither a pattern nor a list.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    text.split('.').all(is_label)
}

/// Refuses a no-access permission set that active users get as well.
fn check_no_access<'a>(
    no_access_role: &str,
    mut granted: impl Iterator<Item = (&'static str, &'a String)>,
) -> Result<(), ConfigError> {
    if client::is_super_admin(no_access_role) || no_access_role.trim().is_empty() {
        return Err(ConfigError::new(
            "deprovision",
            format!(
                "no_access_role {no_access_role:?} cannot mean no access. Name a permission set that grants nothing."
            ),
        ));
    }

    match granted.find(|(_, name)| *name == no_access_role) {
        None => Ok(()),
        Some((key, _)) => Err(ConfigError::new(
            "deprovision",
            format!(
                "{key} gives the no_access_role {no_access_role:?} to active users. Name a permission set that no active user gets."
            ),
        )),
    }
}

/// Refuses malformed property names, and HubSpot's own properties.
fn check_department(property: &str) -> Result<(), ConfigError> {
    let is_name = !property.is_empty()
        && property
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    let wrong = |why: &str| {
        let message = format!("{property:?} {why}");
        Err(ConfigError::new("department_property", message))
    };

    if !is_name {
        return wrong(
            "is not the internal name of a property, which consists of a to z, 0 to 9 and _. HubSpot shows it in the property's settings.",
        );
    }
    if property.starts_with("hs_") || property.starts_with("hubspot_") {
        return wrong(
            "is one of HubSpot's own properties. Name a property created for the department.",
        );
    }
    Ok(())
}

fn super_admin(key: &'static str) -> ConfigError {
    ConfigError::new(
        key,
        "HubSpot's API cannot grant Super Admin. Name another permission set, and grant Super Admin in HubSpot.",
    )
}

/// Reads a map in written order: the first role that matches decides.
fn in_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, String)>, D::Error> {
    struct Pairs;

    impl<'de> Visitor<'de> for Pairs {
        type Value = Vec<(String, String)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map of names")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }

    deserializer.deserialize_map(Pairs)
}

#[cfg(test)]
mod tests;
