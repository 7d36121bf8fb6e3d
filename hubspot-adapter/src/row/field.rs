//! The values of a user that HubSpot keeps in the CRM: everything that tells one from another.
//!
//! A new value takes a variant of [`RowField`] and one arm in each of its functions, all in this file.

use std::borrow::Cow;

use scim_core::User;
use scim_core::filter::case;
use scim_core::resource::MultiValued;

use crate::client::property;
use crate::policy::Policy;

/// A value that HubSpot keeps in the user's CRM row.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::RowField;
/// use hubspot_adapter::state::RowValues;
///
/// let values = RowValues::default().with(RowField::Title, "Engineer");
/// assert_eq!(values.get(RowField::Title), Some("Engineer"));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum RowField {
    /// `title`.
    Title,
    /// The work number in `phoneNumbers`.
    Phone,
    /// `timezone`.
    TimeZone,
    /// `department` of the enterprise extension.
    Department,
}

/// The attributes of a SCIM user that show a field.
pub(crate) enum FieldAttributes {
    /// Attributes of the core schema.
    Core(&'static [&'static str]),
    /// Attributes of the enterprise extension.
    Enterprise(&'static [&'static str]),
}

impl RowField {
    /// Every field, in the order in which texts name them.
    pub const ALL: [Self; 4] = [Self::Title, Self::Phone, Self::TimeZone, Self::Department];

    /// The SCIM attribute, as error texts name it.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Phone => "phoneNumbers",
            Self::TimeZone => "timezone",
            Self::Department => {
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"
            }
        }
    }

    /// The attributes that discovery advertises for the field.
    pub(crate) fn advertised(self) -> FieldAttributes {
        match self {
            Self::Title => FieldAttributes::Core(&["title"]),
            Self::Phone => FieldAttributes::Core(&[
                "phoneNumbers.value",
                "phoneNumbers.type",
                "phoneNumbers.primary",
            ]),
            Self::TimeZone => FieldAttributes::Core(&["timezone"]),
            Self::Department => FieldAttributes::Enterprise(&["department"]),
        }
    }

    /// The CRM property that holds the field; only the policy can name one for the department.
    pub(crate) fn property(self, policy: &Policy) -> Option<&str> {
        match self {
            Self::Title => Some(property::JOB_TITLE),
            Self::Phone => Some(property::ADDITIONAL_PHONE),
            Self::TimeZone => Some(property::STANDARD_TIME_ZONE),
            Self::Department => policy.department_property.as_deref(),
        }
    }

    /// The key of the field in a stored record. A stored key never changes.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Phone => "phone",
            Self::TimeZone => "time_zone",
            Self::Department => "department",
        }
    }

    /// Reads the field from a SCIM user.
    pub(crate) fn read(self, user: &User) -> Option<String> {
        match self {
            Self::Title => user.title().map(Cow::into_owned),
            Self::Phone => work_phone(user.phone_numbers()),
            Self::TimeZone => user.timezone().map(Cow::into_owned),
            Self::Department => user.enterprise()?.department,
        }
    }

    /// Shows the field in a SCIM user.
    pub(crate) fn show(self, user: User, value: String) -> User {
        match self {
            Self::Title => user.with_title(value),
            Self::Phone => {
                user.with_phone_numbers([MultiValued::new(value).with_type("work").primary()])
            }
            Self::TimeZone => user.with_timezone(value),
            Self::Department => {
                let mut enterprise = user.enterprise().unwrap_or_default();
                enterprise.department = Some(value);
                user.with_enterprise(&enterprise)
            }
        }
    }
}

/// Picks the one number that HubSpot keeps: the work number, or else one without a type.
///
/// HubSpot shows the number to colleagues, so a number of any other type is private and stays out.
fn work_phone(numbers: impl Iterator<Item = MultiValued>) -> Option<String> {
    let numbers: Vec<MultiValued> = numbers.collect();
    let is_work = |number: &&MultiValued| {
        let kind = number.kind.as_deref();
        kind.is_some_and(|kind| case::eq(kind, "work"))
    };
    let is_untyped = |number: &&MultiValued| number.kind.is_none();

    let work = || numbers.iter().filter(is_work);
    let untyped = || numbers.iter().filter(is_untyped);
    work()
        .find(|number| number.primary)
        .or_else(|| work().next())
        .or_else(|| untyped().find(|number| number.primary))
        .or_else(|| untyped().next())
        .map(|number| number.value.clone())
}

#[cfg(test)]
mod tests {
    use scim_core::Resource;

    use super::*;

    fn phone(numbers: &str) -> Option<String> {
        let json = format!(r#"{{"userName":"a","phoneNumbers":{numbers}}}"#);
        let resource = Resource::from_slice(json.as_bytes()).unwrap();
        RowField::Phone.read(&User::try_from(resource).unwrap())
    }

    #[test]
    fn the_work_number_counts_and_a_private_one_does_not() {
        let work = Some("+1".to_owned());
        for numbers in [
            r#"[{"type":"mobile","value":"+2","primary":true},{"type":"Work","value":"+1"}]"#,
            r#"[{"type":"work","value":"+2"},{"type":"work","value":"+1","primary":true}]"#,
            r#"[{"type":"mobile","value":"+2"},{"value":"+1"}]"#,
            r#"[{"value":"+2"},{"value":"+1","primary":true}]"#,
        ] {
            assert_eq!(phone(numbers), work, "{numbers}");
        }

        assert_eq!(
            phone(r#"[{"type":"mobile","value":"+2","primary":true}]"#),
            None
        );
        assert_eq!(phone("[]"), None);
        assert_eq!(
            phone(r#"[{"type":"work","value":""}]"#),
            Some(String::new())
        );
    }
}
