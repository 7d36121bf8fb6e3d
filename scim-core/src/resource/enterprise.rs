//! The typed view of the enterprise extension of a user.

use std::fmt;

use serde_json::{Value, json};

use super::Resource;
use super::view::text;
use crate::schema::ENTERPRISE_USER;

/// The enterprise extension of a user.
///
/// ```
/// use scim_core::{Resource, User};
///
/// let json = br#"{"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Sales"}}"#;
/// let user = User::try_from(Resource::from_slice(json)?)?;
/// assert_eq!(user.enterprise().unwrap().department.as_deref(), Some("Sales"));
/// # Ok::<(), scim_core::Error>(())
/// ```
///
/// Source: RFC 7643 §4.3.
#[derive(Clone, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct EnterpriseUser {
    /// The organization's number for the user.
    pub employee_number: Option<String>,
    /// The name of a cost center.
    pub cost_center: Option<String>,
    /// The name of an organization.
    pub organization: Option<String>,
    /// The name of a division.
    pub division: Option<String>,
    /// The name of a department.
    pub department: Option<String>,
    /// The id of the manager's user.
    pub manager: Option<String>,
}

impl fmt::Debug for EnterpriseUser {
    /// Hides the values, which are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnterpriseUser").finish_non_exhaustive()
    }
}

impl EnterpriseUser {
    pub(super) fn of(resource: &Resource) -> Option<Self> {
        let extension = resource.attribute(None, ENTERPRISE_USER)?;
        let manager = extension.member("manager");
        Some(Self {
            employee_number: text(extension, "employeeNumber"),
            cost_center: text(extension, "costCenter"),
            organization: text(extension, "organization"),
            division: text(extension, "division"),
            department: text(extension, "department"),
            manager: manager.and_then(|manager| text(manager, "value")),
        })
    }

    /// Writes these attributes into a resource and removes the absent ones. The rest of the extension stays.
    pub(super) fn write(&self, resource: &mut Resource) {
        let mut put = |name, sub, value: Option<&String>| {
            let value = value.map_or(Value::Null, |text| Value::from(text.as_str()));
            resource.put(Some(ENTERPRISE_USER), name, sub, value);
        };
        put("employeeNumber", None, self.employee_number.as_ref());
        put("costCenter", None, self.cost_center.as_ref());
        put("organization", None, self.organization.as_ref());
        put("division", None, self.division.as_ref());
        put("department", None, self.department.as_ref());

        match &self.manager {
            // Another manager has another `$ref` and name, so the old ones must go.
            Some(id) if Self::of(resource).is_none_or(|now| now.manager.as_ref() != Some(id)) => {
                let manager = json!({ "value": id });
                resource.put(Some(ENTERPRISE_USER), "manager", None, manager);
            }
            Some(_) => {}
            None => resource.put(Some(ENTERPRISE_USER), "manager", None, Value::Null),
        }
    }
}
