//! The values of one CRM row.

use std::collections::BTreeMap;

use scim_core::{Redacted, User};

use super::{RowFeatures, RowField};

/// The values of a user's CRM row, current or wanted. A [`UserRecord`](crate::state::UserRecord) contains some.
///
/// A missing value is not stated; an empty text states that the field is empty.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::RowField;
/// use hubspot_adapter::state::RowValues;
///
/// let mut values = RowValues::default();
/// values.set(RowField::Title, "Engineer");
/// assert_eq!(values.get(RowField::Title), Some("Engineer"));
/// assert_eq!(values.get(RowField::Phone), None);
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RowValues(BTreeMap<RowField, Redacted<String>>);

impl RowValues {
    /// Whether no value is stated.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a field, if stated.
    #[must_use]
    pub fn get(&self, field: RowField) -> Option<&str> {
        self.0.get(&field).map(|value| value.as_str())
    }

    /// States the value of a field.
    pub fn set(&mut self, field: RowField, value: impl Into<String>) {
        self.0.insert(field, value.into().into());
    }

    /// The same values with one more.
    #[must_use]
    pub fn with(mut self, field: RowField, value: impl Into<String>) -> Self {
        self.set(field, value);
        self
    }

    /// The stated values, in the order of their fields.
    pub fn iter(&self) -> impl Iterator<Item = (RowField, &str)> {
        self.0.iter().map(|(field, value)| (*field, value.as_str()))
    }

    /// Reads the values that a SCIM user states.
    pub(crate) fn of_user(user: &User) -> Self {
        let read = |field: RowField| Some((field, field.read(user)?));
        RowField::ALL.into_iter().filter_map(read).collect()
    }

    /// Shows the non-empty values in a SCIM user.
    pub(crate) fn show(self, user: User) -> User {
        self.filled()
            .0
            .into_iter()
            .fold(user, |user, (field, value)| {
                field.show(user, value.into_inner())
            })
    }

    /// These values, with the fields that only `other` states.
    pub(crate) fn or(mut self, other: &Self) -> Self {
        for (field, value) in &other.0 {
            self.0.entry(*field).or_insert_with(|| value.clone());
        }
        self
    }

    /// Keeps the values that `other` does not state alike.
    pub(crate) fn beyond(mut self, other: &Self) -> Self {
        self.0
            .retain(|field, value| other.get(*field) != Some(value));
        self
    }

    /// The same fields, with the values of `other` where it states them.
    pub(crate) fn superseded_by(mut self, other: &Self) -> Self {
        for (field, value) in &mut self.0 {
            if let Some(newer) = other.get(*field) {
                newer.clone_into(value);
            }
        }
        self
    }

    /// Empty values for the fields that only `other` states.
    pub(crate) fn cleared(&self, other: &Self) -> Self {
        let left_out = other.0.keys().filter(|field| !self.0.contains_key(field));
        left_out.map(|field| (*field, String::new())).collect()
    }

    /// Keeps the values that are not empty.
    pub(crate) fn filled(mut self) -> Self {
        self.0.retain(|_, value| !value.is_empty());
        self
    }

    /// Keeps the values that the account can keep.
    pub(crate) fn kept(mut self, kept: &RowFeatures) -> Self {
        self.0.retain(|field, _| kept.property(*field).is_some());
        self
    }

    /// Each value on its own.
    pub(crate) fn each(&self) -> impl Iterator<Item = Self> {
        self.iter()
            .map(|(field, value)| Self::default().with(field, value))
    }

    /// The SCIM names of the stated values, for error texts.
    pub(crate) fn attributes(&self) -> String {
        let names: Vec<&str> = self.0.keys().map(|field| field.attribute()).collect();
        names.join(", ")
    }
}

impl FromIterator<(RowField, String)> for RowValues {
    fn from_iter<I: IntoIterator<Item = (RowField, String)>>(values: I) -> Self {
        let values = values.into_iter();
        Self(values.map(|(field, value)| (field, value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_values_read_back_equal() {
        let values: RowValues = RowField::ALL
            .into_iter()
            .map(|field| (field, format!("{field:?}")))
            .collect();
        assert_eq!(
            RowValues::of_user(&values.clone().show(User::new("a"))),
            values
        );

        let empty = RowValues::default().with(RowField::Title, "");
        assert!(empty.show(User::new("a")) == User::new("a"));
    }

    #[test]
    fn debug_names_the_fields_and_hides_the_values() {
        let shown = format!(
            "{:?}",
            RowValues::default().with(RowField::Title, "Engineer")
        );
        assert_eq!(shown, "RowValues({Title: [redacted]})");
    }
}
