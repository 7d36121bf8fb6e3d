//! Users as the CRM has them: an object with properties, of which a person has one in each account.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::read::{id, or_default, text};
use crate::dialect::SEARCH_PAGE_LIMIT;

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
    pub properties: BTreeMap<String, String>,
    /// When the row was made, as HubSpot writes it.
    #[serde(default, deserialize_with = "text")]
    pub created_at: Option<String>,
    /// When the row last changed, as HubSpot writes it.
    #[serde(default, deserialize_with = "text")]
    pub updated_at: Option<String>,
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
        self.properties.get(property).map(String::as_str)
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
/// let update = CrmUserUpdate::new().with_job_title("Engineer").with("department", "");
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
    pub properties: BTreeMap<String, String>,
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
        self.properties.insert(property.into(), value.into());
        self
    }

    /// Sets the job title.
    #[must_use]
    pub fn with_job_title(self, title: impl Into<String>) -> Self {
        self.with(property::JOB_TITLE, title)
    }

    /// Sets the phone number.
    #[must_use]
    pub fn with_additional_phone(self, phone: impl Into<String>) -> Self {
        self.with(property::ADDITIONAL_PHONE, phone)
    }

    /// Sets the time zone, by its IANA name.
    #[must_use]
    pub fn with_standard_time_zone(self, zone: impl Into<String>) -> Self {
        self.with(property::STANDARD_TIME_ZONE, zone)
    }
}

/// A search for users' rows, in the order of their ids.
///
/// Pages are continued by id and not by HubSpot's cursor, which ends after 10,000 rows.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::CrmSearch;
///
/// let search = CrmSearch::deactivated().with_properties(["hs_job_title"]);
/// assert!(serde_json::to_string(&search)?.contains(r#""propertyName":"hs_deactivated""#));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CrmSearch {
    filter_groups: [FilterGroup; 1],
    sorts: [Sort; 1],
    properties: Vec<String>,
    limit: u16,
}

#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
struct FilterGroup {
    filters: Vec<Filter>,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    property_name: String,
    operator: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<String>,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Sort {
    property_name: &'static str,
    direction: &'static str,
}

impl CrmSearch {
    /// All rows, with the id of the user in the settings.
    #[must_use]
    pub fn new() -> Self {
        Self {
            filter_groups: [FilterGroup::default()],
            sorts: [Sort {
                property_name: property::OBJECT_ID,
                direction: "ASCENDING",
            }],
            properties: vec![property::SETTINGS_ID.to_owned()],
            limit: SEARCH_PAGE_LIMIT,
        }
    }

    /// Who was deactivated by hand.
    #[must_use]
    pub fn deactivated() -> Self {
        Self::new()
            .equal(property::DEACTIVATED, "true")
            .with_properties([property::DEACTIVATED])
    }

    /// The rows of these users, at most 100, for a search may not be longer than 3,000 characters.
    #[must_use]
    pub fn of_users<I: Into<String>>(ids: impl IntoIterator<Item = I>) -> Self {
        let mut search = Self::new();
        search.filter(Filter {
            property_name: property::SETTINGS_ID.to_owned(),
            operator: "IN",
            value: None,
            values: ids.into_iter().take(100).map(Into::into).collect(),
        });
        search
    }

    /// Those among them whose property has this value.
    #[must_use]
    pub fn equal(mut self, property: impl Into<String>, value: impl Into<String>) -> Self {
        self.filter(Filter {
            property_name: property.into(),
            operator: "EQ",
            value: Some(value.into()),
            values: Vec::new(),
        });
        self
    }

    /// Asks for these properties as well.
    #[must_use]
    pub fn with_properties<P: Into<String>>(
        mut self,
        properties: impl IntoIterator<Item = P>,
    ) -> Self {
        self.properties
            .extend(properties.into_iter().map(Into::into));
        self
    }

    /// Asks for pages of so many rows, at most [`SEARCH_PAGE_LIMIT`].
    #[must_use]
    pub fn with_limit(mut self, limit: u16) -> Self {
        self.limit = limit.clamp(1, SEARCH_PAGE_LIMIT);
        self
    }

    /// Those among them whose row has a higher id.
    pub(in crate::client) fn after(mut self, id: impl Into<String>) -> Self {
        self.filter(Filter {
            property_name: property::OBJECT_ID.to_owned(),
            operator: "GT",
            value: Some(id.into()),
            values: Vec::new(),
        });
        self
    }

    fn filter(&mut self, filter: Filter) {
        let [group] = &mut self.filter_groups;
        group.filters.push(filter);
    }
}

impl Default for CrmSearch {
    fn default() -> Self {
        Self::new()
    }
}

/// The definition of a property.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::CrmProperty;
///
/// let property: CrmProperty = serde_json::from_str(
///     r#"{"name": "hs_email", "type": "string", "modificationMetadata": {"readOnlyValue": true}}"#,
/// )?;
/// assert!(!property.is_writable());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CrmProperty {
    /// The name that values are given by.
    pub name: String,
    /// The name that people see.
    #[serde(default, deserialize_with = "or_default")]
    pub label: String,
    /// For instance `string` or `enumeration`.
    #[serde(default, rename = "type", deserialize_with = "or_default")]
    pub kind: String,
    /// Whether it was put away.
    #[serde(default, deserialize_with = "or_default")]
    pub archived: bool,
    #[serde(default)]
    modification_metadata: Option<Modification>,
}

#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Modification {
    #[serde(default, deserialize_with = "or_default")]
    read_only_value: bool,
}

impl CrmProperty {
    /// Whether values can be written.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        let read_only = self
            .modification_metadata
            .as_ref()
            .is_some_and(|modification| modification.read_only_value);
        !self.archived && !read_only
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
) -> Result<BTreeMap<String, String>, D::Error> {
    let given = Option::<BTreeMap<String, Option<Value>>>::deserialize(deserializer)?;
    let value = |(name, value)| {
        let value = match value? {
            Value::Bool(value) => value.to_string(),
            Value::Number(value) => value.to_string(),
            Value::Text(value) => value,
        };
        Some((name, value)).filter(|(_, value)| !value.is_empty())
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

    #[test]
    fn a_search_for_the_most_users_is_short_enough() {
        let ids = (0..500).map(|number| (4_000_000_000_u64 + number).to_string());
        let search = CrmSearch::of_users(ids)
            .with_properties([property::JOB_TITLE, property::ADDITIONAL_PHONE])
            .after("90000000000");
        let body = serde_json::to_string(&search).unwrap();
        assert!(body.len() <= 3_000, "{}", body.len());
    }

    #[test]
    fn a_property_that_says_nothing_can_be_written() {
        let property: CrmProperty = serde_json::from_value(json!({"name": "department"})).unwrap();
        assert!(property.is_writable());
        let archived = json!({"name": "department", "archived": true});
        assert!(
            !serde_json::from_value::<CrmProperty>(archived)
                .unwrap()
                .is_writable()
        );
    }
}
