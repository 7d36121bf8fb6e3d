//! The values that the rows of an account keep.

use std::collections::BTreeMap;

use super::RowField;
use crate::policy::Policy;

/// The values that users' CRM rows keep, each with its CRM property.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::{RowFeatures, RowField};
///
/// let rows = RowFeatures::all().with(RowField::Department, "department");
/// assert_eq!(rows.property(RowField::Department), Some("department"));
/// assert_eq!(rows.property(RowField::Title), Some("hs_job_title"));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RowFeatures {
    properties: BTreeMap<RowField, String>,
}

impl RowFeatures {
    /// The values that rows keep in every account: title, phone and time zone.
    #[must_use]
    pub fn all() -> Self {
        Self::of(&Policy::default(), |_| true)
    }

    /// Keeps a value in this CRM property.
    #[must_use]
    pub fn with(mut self, field: RowField, property: impl Into<String>) -> Self {
        self.properties.insert(field, property.into());
        self
    }

    /// The CRM property that keeps a value, or `None` if rows do not keep the value.
    #[must_use]
    pub fn property(&self, field: RowField) -> Option<&str> {
        self.properties.get(&field).map(String::as_str)
    }

    /// The kept values with their CRM properties.
    pub(crate) fn properties(&self) -> impl Iterator<Item = (RowField, &str)> {
        self.properties
            .iter()
            .map(|(field, name)| (*field, name.as_str()))
    }

    /// The values of a policy whose property can be written.
    pub(crate) fn of(policy: &Policy, is_writable: impl Fn(&str) -> bool) -> Self {
        let property = |field: RowField| Some((field, field.property(policy)?));
        let properties = RowField::ALL.into_iter().filter_map(property);
        let writable = properties.filter(|(_, name)| is_writable(name));
        Self {
            properties: writable
                .map(|(field, name)| (field, name.to_owned()))
                .collect(),
        }
    }
}
