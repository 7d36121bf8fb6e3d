//! Users as the CRM has them: an object with properties, of which a person has one in each account.

use std::collections::BTreeMap;

use scim_core::Redacted;
use serde::{Deserialize, Deserializer, Serialize};

use super::read::id;

/// The names of the properties that this crate knows (`docs/evidence.md`, H49).
pub mod property {
    /// The id of the user in the settings: [`User::id`](crate::client::User::id).
    pub const SETTINGS_ID: &str = "hs_internal_user_id";
    /// The id of the row itself, by which a search is continued.
    pub const OBJECT_ID: &str = "hs_object_id";
    /// The e-mail address; read-only.
    pub const EMAIL: &str = "hs_email";
    /// `true` of a user deactivated by hand; read-only.
    pub const DEACTIVATED: &str = "hs_deactivated";
    /// `true` of a bot; read-only.
    pub const IS_BOT: &str = "hs_is_bot";
    /// `true` of an app's account; read-only.
    pub const IS_SERVICE_ACCOUNT: &str = "hs_is_app_service_account";
    /// `true` of the account of an app of HubSpot's own; read-only.
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
/// There is none before a person first signs in, and it may outlive the membership.
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
    /// The properties asked for that have a value.
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

    /// The value of a property that was asked for, if it has one.
    #[must_use]
    pub fn get(&self, property: &str) -> Option<&str> {
        self.properties.get(property).map(|value| value.as_str())
    }

    /// The id of the user in the settings, where it was asked for.
    #[must_use]
    pub fn settings_id(&self) -> Option<&str> {
        self.get(property::SETTINGS_ID)
    }

    /// Whether the user was deactivated by hand, where it was asked for.
    #[must_use]
    pub fn is_deactivated(&self) -> bool {
        self.says(property::DEACTIVATED)
    }

    /// Whether this is a bot or an app's account and no person, where it was asked for.
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

/// A change to a user's row in the CRM: exactly what was set is sent; an empty value clears.
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
    /// The properties and their new values.
    pub properties: BTreeMap<String, Redacted<String>>,
}

impl CrmUserUpdate {
    /// A change of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing is set.
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

/// A value in any of the forms of JSON that can be one.
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
    fn properties_without_a_value_are_left_out_and_others_are_text() {
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
    fn bots_and_both_kinds_of_app_accounts_are_no_people() {
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
