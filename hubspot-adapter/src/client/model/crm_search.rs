//! Searches for users' CRM rows.

use scim_core::Redacted;
use serde::Serialize;

use super::property;
use crate::client::limits::{SEARCH_PAGE_LIMIT, SEARCH_VALUES};

/// A search for users' CRM rows, ordered by id, for [`Client::search_crm_users`](crate::client::Client::search_crm_users).
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::CrmSearch;
///
/// let search = CrmSearch::new().equal("hs_deactivated", "true");
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
    value: Option<Redacted<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<Redacted<String>>,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Sort {
    property_name: &'static str,
    direction: &'static str,
}

impl CrmSearch {
    /// A search for all rows, with the ids of their users.
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

    /// A search for the rows of these users, at most 100: HubSpot limits the length of a search.
    #[must_use]
    pub fn of_users<I: Into<String>>(ids: impl IntoIterator<Item = I>) -> Self {
        let mut search = Self::new();
        search.filter(Filter {
            property_name: property::SETTINGS_ID.to_owned(),
            operator: "IN",
            value: None,
            values: ids
                .into_iter()
                .take(SEARCH_VALUES)
                .map(|id| id.into().into())
                .collect(),
        });
        search
    }

    /// Keeps only rows with this value of a property.
    #[must_use]
    pub fn equal(mut self, property: impl Into<String>, value: impl Into<String>) -> Self {
        self.filter(Filter {
            property_name: property.into(),
            operator: "EQ",
            value: Some(value.into().into()),
            values: Vec::new(),
        });
        self
    }

    /// Adds properties to the answer.
    #[must_use]
    pub fn with_properties<P: Into<String>>(
        mut self,
        properties: impl IntoIterator<Item = P>,
    ) -> Self {
        self.properties
            .extend(properties.into_iter().map(Into::into));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_for_the_most_users_is_short_enough() {
        let ids = (0..500).map(|number| (4_000_000_000_u64 + number).to_string());
        let search = CrmSearch::of_users(ids)
            .with_properties([property::JOB_TITLE, property::ADDITIONAL_PHONE]);
        let body = serde_json::to_string(&search).unwrap();
        assert!(body.len() <= 3_000, "{}", body.len());
    }
}
