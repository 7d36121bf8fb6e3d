//! Users' CRM rows: one object with properties for each user of an account.

use std::collections::BTreeMap;

use scim_core::Redacted;
use serde::{Deserialize, Deserializer, Serialize};

use super::read::id;

/// The names of the properties that this crate knows (`docs/evidence.md`, H49).
pub mod property {
    /// The id of the user in the settings: [`User::id`](crate::client::User::id).
    pub const SETTINGS_ID: &str = "hs_internal_user_id";
    /// The id of the row itself, which sorts a search.
    pub const OBJECT_ID: &str = "hs_object_id";
    /// The e-mail address; read-only.
    pub const EMAIL: &str = "hs_email";
    /// `true` for a deactivated user; read-only.
    pub const DEACTIVATED: &str = "hs_deactivated";
    /// `true` for a bot; read-only.
    pub const IS_BOT: &str = "hs_is_bot";
    /// `true` for an app's account; read-only.
    pub const IS_SERVICE_ACCOUNT: &str = "hs_is_app_service_account";
    /// `true` for the account of HubSpot's own app; read-only.
    pub const IS_HUBSPOT_SERVICE_ACCOUNT: &str = "hs_is_hubspot_generated_app_service_account";
    /// The job title.
    pub const JOB_TITLE: &str = "hs_job_title";
    /// A phone number.
    pub const ADDITIONAL_PHONE: &str = "hs_additional_phone";
    /// The time zone, by its IANA name.
    pub const STANDARD_TIME_ZONE: &str = "hs_standard_time_zone";
}

/// A user's row in the CRM.
///
/// The row does not exist before the user's first sign-in, and it may outlive the membership.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::CrmUser;
///
/// let row: CrmUser = serde_json::from_str(
///     r#"{"id": "7", "properties": {"hs_internal_user_id": "26743024", "hs_deactivated": "true"}}"#,
/// )?;
/// assert_eq!(row.settings_id(), Some("26743024"));
/// assert!(row.is_deactivated());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CrmUser {
    /// The id of the row, which is not the user's id.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// The requested properties that have a value.
    #[serde(default, deserialize_with = "properties")]
    pub properties: BTreeMap<String, Redacted<String>>,
}

impl CrmUser {
    /// A row without properties.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            ..Self::default()
        }
    }

    /// The value of a requested property, if any.
    #[must_use]
    pub fn get(&self, property: &str) -> Option<&str> {
        self.properties.get(property).map(|value| value.as_str())
    }

    /// The id of the user, if requested.
    #[must_use]
    pub fn settings_id(&self) -> Option<&str> {
        self.get(property::SETTINGS_ID)
    }

    /// Whether the row shows a deactivated user, if requested.
    #[must_use]
    pub fn is_deactivated(&self) -> bool {
        self.says(property::DEACTIVATED)
    }

    /// Whether the account belongs to a bot or an app, if requested.
    #[must_use]
    pub fn is_service_account(&self) -> bool {
        [
            property::IS_BOT,
            property::IS_SERVICE_ACCOUNT,
            property::IS_HUBSPOT_SERVICE_ACCOUNT,
        ]
        .into_iter()
        .any(|property| self.says(property))
    }

    fn says(&self, property: &str) -> bool {
        self.get(property)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

/// A change of a user's CRM row. The client sends exactly the set properties; an empty value clears one.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::CrmUserUpdate;
///
/// let update = CrmUserUpdate::new().with("hs_job_title", "Engineer").with("department", "");
/// assert_eq!(
///     serde_json::to_string(&update)?,
///     r#"{"properties":{"department":"","hs_job_title":"Engineer"}}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CrmUserUpdate {
    /// The new values of the properties.
    pub properties: BTreeMap<String, Redacted<String>>,
}

impl CrmUserUpdate {
    /// A change without properties.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether no property is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.properties.is_empty()
    }

    /// Sets a property.
    #[must_use]
    pub fn with(mut self, property: impl Into<String>, value: impl Into<String>) -> Self {
        self.properties.insert(property.into(), value.into().into());
        self
    }
}

/// A value in any form that HubSpot sends.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Bool(bool),
    Number(serde_json::Number),
    Text(String),
}

fn properties<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Redacted<String>>, D::Error> {
    let given = Option::<BTreeMap<String, Option<Value>>>::deserialize(deserializer)?;
    let value = |(name, value)| {
        let value = match value? {
            Value::Bool(value) => value.to_string(),
            Value::Number(value) => value.to_string(),
            Value::Text(value) => value,
        };
        (!value.is_empty()).then(|| (name, Redacted::new(value)))
    };
    Ok(given
        .unwrap_or_default()
        .into_iter()
        .filter_map(value)
        .collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn empty_properties_are_left_out_and_others_become_text() {
        let row: CrmUser = serde_json::from_value(json!({
            "id": 7,
            "properties": {"a": null, "b": "", "c": true, "d": 26_743_024, "e": "text"},
            "createdAt": "2026-01-01T00:00:00Z", "archived": false,
        }))
        .unwrap();
        let expected = [("c", "true"), ("d", "26743024"), ("e", "text")];
        assert!(
            row.properties
                .iter()
                .map(|(k, v)| (k.as_str(), v.as_str()))
                .eq(expected)
        );
        assert_eq!(row.id, "7");
        assert!(serde_json::from_value::<CrmUser>(json!({"id": "7", "properties": null})).is_ok());
    }

    #[test]
    fn bots_and_both_kinds_of_app_accounts_are_service_accounts() {
        for name in [
            "hs_is_bot",
            "hs_is_app_service_account",
            "hs_is_hubspot_generated_app_service_account",
        ] {
            let row = |value| {
                serde_json::from_value::<CrmUser>(json!({"id": "7", "properties": {name: value}}))
            };
            assert!(row("true").unwrap().is_service_account(), "{name}");
            assert!(!row("false").unwrap().is_service_account(), "{name}");
        }
    }
}
