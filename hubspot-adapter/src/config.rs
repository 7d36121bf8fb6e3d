//! The operator's configuration as it is written, and what is wrong with it.

use std::fmt;

use scim_core::Redacted;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::dialect::{Dialect, ParseDialectError};
use crate::policy::{Adopt, Deprovision, Policy, ServiceAccounts, SuperAdmins, UnknownRole};
use crate::{dialect, mapping};

/// The keys whose value is a text, as that of a role in `role_map` is.
const KEYS_OF_TEXT: [&str; 8] = [
    "adopt",
    "default_role",
    "department_property",
    "deprovision",
    "dialect",
    "service_accounts",
    "super_admins",
    "unknown_role",
];

/// The configuration as an operator writes it; TOML in the example server, any serde format elsewhere.
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
    /// Roles of the identity provider, and the permission sets they stand for.
    #[serde(default, deserialize_with = "in_order")]
    pub role_map: Vec<(String, String)>,
    /// `default`, `minimal` or `refuse`.
    #[serde(default)]
    pub unknown_role: Option<String>,
    /// `remove`, `refuse` or `{ no_access_role = "…" }`.
    #[serde(default)]
    pub deprovision: Option<DeprovisionConfig>,
    /// `by-email`, `if-role-matches` or `refuse`.
    #[serde(default)]
    pub adopt: Option<String>,
    /// Whether HubSpot sends a new user its welcome e-mail.
    #[serde(default)]
    pub welcome_email: bool,
    /// The domains of the e-mail addresses that may be created.
    #[serde(default)]
    pub allowed_domains: Vec<String>,
    /// E-mail addresses of users who are never changed.
    #[serde(default)]
    pub protected_users: Redacted<Vec<String>>,
    /// `read-only` or `hidden`.
    #[serde(default)]
    pub super_admins: Option<String>,
    /// `hidden` or `read-only`.
    #[serde(default)]
    pub service_accounts: Option<String>,
    /// The property of the CRM's users that keeps the department.
    #[serde(default)]
    pub department_property: Option<String>,
    /// What the account was measured to do: `KEY=VALUE,…`, as the live probe prints it.
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
    /// A word.
    Word(String),
    /// The permission set that means no access.
    #[non_exhaustive]
    Role {
        /// Its name.
        no_access_role: String,
    },
}

/// What is wrong with a configuration: the key, and why.
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

    /// The key that is wrong.
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
    /// What the account was measured to do, for [`HubSpotBuilder::dialect`](crate::HubSpotBuilder::dialect).
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
    /// A [`ConfigError`] where a key of the dialect is not known, or does not take its value.
    pub fn dialect(&self) -> Result<Dialect, ConfigError> {
        let text = self.dialect.as_deref().unwrap_or_default();
        text.parse()
            .map_err(|error: ParseDialectError| ConfigError::new("dialect", error.to_string()))
    }

    /// The policy that the configuration describes.
    ///
    /// # Errors
    ///
    /// A [`ConfigError`] that names the key: an unknown word, a map to Super Admin or to nothing, another key in the role map, or
    /// a domain, an address or a property that is none.
    pub fn validate(self) -> Result<Policy, ConfigError> {
        self.dialect()?;
        let default_role = self.default_role;
        if default_role.as_deref().is_some_and(dialect::is_super_admin) {
            return Err(super_admin("default_role"));
        }
        if default_role
            .as_deref()
            .is_some_and(|name| name.trim().is_empty())
        {
            return Err(ConfigError::new(
                "default_role",
                "is empty; leave it out instead",
            ));
        }
        check_role_map(&self.role_map)?;
        let unknown_role = match self.unknown_role.as_deref() {
            None | Some("default") => UnknownRole::Default,
            Some("minimal") => UnknownRole::Minimal,
            Some("refuse") => UnknownRole::Refuse,
            Some(word) => return Err(words("unknown_role", word, "default, minimal or refuse")),
        };
        let deprovision = match self.deprovision {
            None => Deprovision::Remove,
            Some(DeprovisionConfig::Word(word)) => match word.as_str() {
                "remove" => Deprovision::Remove,
                "refuse" => Deprovision::Refuse,
                _ => {
                    let known = "remove, refuse or { no_access_role = \"…\" }";
                    return Err(words("deprovision", &word, known));
                }
            },
            Some(DeprovisionConfig::Role { no_access_role }) => {
                let granted = self.role_map.iter().map(|(_, name)| ("role_map", name));
                let granted = granted.chain(default_role.iter().map(|name| ("default_role", name)));
                check_no_access(&no_access_role, granted)?;
                Deprovision::NoAccess(no_access_role)
            }
        };
        let adopt = match self.adopt.as_deref() {
            None | Some("by-email") => Adopt::ByEmail,
            Some("if-role-matches") => Adopt::IfRoleMatches,
            Some("refuse") => Adopt::Refuse,
            Some(word) => return Err(words("adopt", word, "by-email, if-role-matches or refuse")),
        };
        let super_admins = match self.super_admins.as_deref() {
            None | Some("read-only") => SuperAdmins::ReadOnly,
            Some("hidden") => SuperAdmins::Hidden,
            Some(word) => return Err(words("super_admins", word, "read-only or hidden")),
        };
        let service_accounts = match self.service_accounts.as_deref() {
            None | Some("hidden") => ServiceAccounts::Hidden,
            Some("read-only") => ServiceAccounts::ReadOnly,
            Some(word) => return Err(words("service_accounts", word, "hidden or read-only")),
        };
        if let Some(property) = &self.department_property {
            check_department(property)?;
        }
        for domain in &self.allowed_domains {
            if !is_domain(domain) {
                return Err(ConfigError::new(
                    "allowed_domains",
                    format!("{domain:?} is not a domain"),
                ));
            }
        }
        check_protected(&self.protected_users)?;
        Ok(Policy {
            default_role,
            role_map: self.role_map,
            unknown_role,
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
}

/// Refuses a map to nothing or to Super Admin, and a key of the configuration that TOML takes for a role.
fn check_role_map(map: &[(String, String)]) -> Result<(), ConfigError> {
    let wrong = |message: String| Err(ConfigError::new("role_map", message));
    for (role, name) in map {
        if dialect::is_super_admin(name) {
            return Err(super_admin("role_map"));
        }
        if role.trim().is_empty() || name.trim().is_empty() {
            return wrong(format!("{role:?} = {name:?} maps nothing or to nothing"));
        }
        if KEYS_OF_TEXT.contains(&role.as_str()) {
            return wrong(format!(
                "{role} is a key of its own, and a role where it stands now; write it above [role_map]"
            ));
        }
    }
    Ok(())
}

/// Says which entry is no address, and not what it says: it may be somebody's address with a blank too many.
fn check_protected(addresses: &[String]) -> Result<(), ConfigError> {
    let is_address =
        |text: &String| mapping::is_address(text) && text.rsplit('@').next().is_some_and(is_domain);
    match addresses.iter().position(|text| !is_address(text)) {
        None => Ok(()),
        Some(at) => Err(ConfigError::new(
            "protected_users",
            format!("entry {} is not an e-mail address", at.saturating_add(1)),
        )),
    }
}

/// Whether an address can end in this: no pattern, no list.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    text.split('.').all(is_label)
}

/// Refuses a permission set that means no access and is given to active users as well.
fn check_no_access<'a>(
    no_access_role: &str,
    mut granted: impl Iterator<Item = (&'static str, &'a String)>,
) -> Result<(), ConfigError> {
    if dialect::is_super_admin(no_access_role) || no_access_role.trim().is_empty() {
        return Err(ConfigError::new(
            "deprovision",
            format!("no_access_role {no_access_role:?} cannot mean no access"),
        ));
    }
    match granted.find(|(_, name)| *name == no_access_role) {
        None => Ok(()),
        Some((key, _)) => Err(ConfigError::new(
            "deprovision",
            format!(
                "no_access_role {no_access_role:?} is what {key} gives to active users; it must be a permission set of its own"
            ),
        )),
    }
}

/// Refuses what cannot be the name of a property, and the properties that keep something else.
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
        return wrong("is not the internal name of a property: small letters, digits and _");
    }
    if property.starts_with("hs_") || property.starts_with("hubspot_") {
        return wrong("is HubSpot's own; name a property that was made for the department");
    }
    Ok(())
}

fn super_admin(key: &'static str) -> ConfigError {
    ConfigError::new(
        key,
        "HubSpot's API cannot grant Super Admin; give it in HubSpot itself",
    )
}

fn words(key: &'static str, given: &str, known: &str) -> ConfigError {
    ConfigError::new(key, format!("{given:?} is not one of {known}"))
}

/// A map in the order in which it is written: of several roles, the first in the map's order counts.
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
