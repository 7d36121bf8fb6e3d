//! The settings: variables of the environment. Each one that allows an action is a decision of the operator.

use secrecy::SecretString;
use url::Url;

pub(crate) const TOKEN: &str = "HUBSPOT_ACCESS_TOKEN";
pub(crate) const BASE_URL: &str = "HUBSPOT_BASE_URL";
pub(crate) const ACCOUNT: &str = "HUBSPOT_PROBE_ACCOUNT";
pub(crate) const DOMAIN: &str = "HUBSPOT_PROBE_DOMAIN";
pub(crate) const ROLES: &str = "HUBSPOT_PROBE_ROLES";
pub(crate) const TEAMS: &str = "HUBSPOT_PROBE_TEAMS";
pub(crate) const SEATS: &str = "HUBSPOT_PROBE_SEATS";
pub(crate) const DEACTIVATED: &str = "HUBSPOT_PROBE_DEACTIVATED";
pub(crate) const SEVERAL: &str = "HUBSPOT_PROBE_SEVERAL";
pub(crate) const SUPER_ADMIN: &str = "HUBSPOT_PROBE_SUPER_ADMIN";
pub(crate) const SUPER_ADMIN_REMOVE: &str = "HUBSPOT_PROBE_SUPER_ADMIN_REMOVE";
pub(crate) const TOKEN_WITHOUT_BILLING: &str = "HUBSPOT_PROBE_TOKEN_WITHOUT_BILLING";
pub(crate) const SERVICE_KEY: &str = "HUBSPOT_PROBE_SERVICE_KEY";
pub(crate) const SCIM_TOKEN: &str = "HUBSPOT_PROBE_SCIM_TOKEN";
pub(crate) const SCIM_URL: &str = "HUBSPOT_PROBE_SCIM_URL";
pub(crate) const PROPERTY: &str = "HUBSPOT_PROBE_PROPERTY";
pub(crate) const BURST: &str = "HUBSPOT_PROBE_BURST";

/// Two ids or names.
pub(crate) type Pair = [String; 2];

/// The settings of one run.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) token: SecretString,
    pub(crate) base_url: Url,
    /// The number of the account that the token must open.
    pub(crate) account: String,
    /// The domain of the address of the probe's own user.
    pub(crate) domain: Option<String>,
    pub(crate) roles: Option<Pair>,
    pub(crate) teams: Option<Pair>,
    pub(crate) seats: Option<Pair>,
    /// Addresses of deactivated users whom the probe may change and remove.
    pub(crate) deactivated: Vec<String>,
    /// Address of a user whose second permission set the probe may remove.
    pub(crate) several: Option<String>,
    pub(crate) super_admin: Option<String>,
    pub(crate) super_admin_remove: Option<String>,
    pub(crate) token_without_billing: Option<SecretString>,
    pub(crate) service_key: Option<SecretString>,
    pub(crate) scim_token: Option<SecretString>,
    pub(crate) scim_url: Url,
    pub(crate) property: Option<String>,
    pub(crate) burst: bool,
}

impl Settings {
    /// Reads the variables.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let given = |name: &str| {
            let value = variable(name).map(|value| value.trim().to_owned());
            value.filter(|value| !value.is_empty())
        };
        let required = |name: &str| given(name).ok_or_else(|| format!("{name} is not set"));
        let url = |name: &str, default: &str| {
            let text = given(name).unwrap_or_else(|| default.to_owned());
            Url::parse(&text).map_err(|_| format!("{name} is not a URL"))
        };
        let pair = |name: &str| match given(name).map(|text| listed(&text)) {
            None => Ok(None),
            Some(items) => match <Pair>::try_from(items) {
                Ok([one, other]) if one != other => Ok(Some([one, other])),
                _ => Err(format!(
                    "{name} takes two different values with a comma between"
                )),
            },
        };

        let domain = given(DOMAIN);
        if domain.as_ref().is_some_and(|domain| domain.contains('@')) {
            return Err(format!("{DOMAIN} takes a domain, not an address"));
        }

        Ok(Self {
            token: required(TOKEN)?.into(),
            base_url: url(BASE_URL, hubspot_adapter::client::DEFAULT_BASE_URL)?,
            account: required(ACCOUNT)?,
            domain,
            roles: pair(ROLES)?,
            teams: pair(TEAMS)?,
            seats: pair(SEATS)?,
            deactivated: given(DEACTIVATED).map_or_else(Vec::new, |text| listed(&text)),
            several: given(SEVERAL),
            super_admin: given(SUPER_ADMIN),
            super_admin_remove: given(SUPER_ADMIN_REMOVE),
            token_without_billing: given(TOKEN_WITHOUT_BILLING).map(Into::into),
            service_key: given(SERVICE_KEY).map(Into::into),
            scim_token: given(SCIM_TOKEN).map(Into::into),
            scim_url: url(SCIM_URL, "https://api.hubspot.com/scim/v2/")?,
            property: given(PROPERTY),
            burst: given(BURST).as_deref() == Some("yes"),
        })
    }

    /// Returns the permission set of the probe's own user, if the settings name any.
    pub(crate) fn role(&self) -> Option<&str> {
        self.roles.as_ref().map(|[role, _]| role.as_str())
    }
}

fn listed(text: &str) -> Vec<String> {
    let items = text.split(',').map(str::trim);
    items
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}
