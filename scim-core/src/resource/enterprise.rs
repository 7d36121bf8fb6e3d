//! The typed view on the enterprise extension of a user.

use std::borrow::Cow;
use std::fmt;

use super::{Resource, ValueRef};
use crate::schema::ENTERPRISE_USER;

/// What the enterprise extension says of a user.
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
    /// Without the values, which are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnterpriseUser").finish_non_exhaustive()
    }
}

impl EnterpriseUser {
    pub(super) fn of(resource: &Resource) -> Option<Self> {
        let extension = resource.member(ENTERPRISE_USER)?;
        let text = |name| {
            extension
                .member(name)
                .and_then(ValueRef::as_str)
                .map(Cow::into_owned)
        };
        Some(Self {
            employee_number: text("employeeNumber"),
            cost_center: text("costCenter"),
            organization: text("organization"),
            division: text("division"),
            department: text("department"),
            manager: extension
                .member("manager")
                .and_then(|manager| manager.member("value"))
                .and_then(ValueRef::as_str)
                .map(Cow::into_owned),
        })
    }
}
