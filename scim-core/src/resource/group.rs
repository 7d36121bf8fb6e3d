//! The typed view of a group.

use std::fmt;

use serde::Serialize;

use super::view::{text, view};
use super::{Resource, ValueRef};
use crate::Redacted;
use crate::schema::GROUP;

/// A typed view of a group. Other attributes of the resource stay in it.
///
/// ```
/// use scim_core::{Group, Resource};
/// use scim_core::resource::Member;
///
/// let group = Group::new("Sales").with_members([Member::user("7")]);
/// assert_eq!(group.members().count(), 1);
/// let resource = Resource::from(group);
/// assert_eq!(resource.text("displayName").as_deref(), Some("Sales"));
/// ```
///
/// Source: RFC 7643 §4.2.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    resource: Resource,
    display_name: Redacted<String>,
}

view!(Group, display_name, "displayName", GROUP);

impl Group {
    /// A group with a name and an empty list of members.
    #[must_use]
    pub fn new(display_name: impl Into<String>) -> Self {
        Self::empty(display_name.into()).with_members([])
    }

    /// Sets the members.
    #[must_use]
    pub fn with_members(mut self, members: impl IntoIterator<Item = Member>) -> Self {
        self.put("members", members.into_iter().collect::<Vec<_>>());
        self
    }

    /// The group's name.
    #[must_use]
    pub fn display_name(&self) -> &str {
        &self.display_name
    }

    /// The members.
    pub fn members(&self) -> impl Iterator<Item = Member> {
        let list = self.resource.attribute(None, "members");
        list.into_iter()
            .flat_map(ValueRef::elements)
            .filter_map(|entry| {
                Some(Member {
                    value: text(entry, "value")?,
                    reference: text(entry, "$ref"),
                    kind: text(entry, "type"),
                    display: text(entry, "display"),
                })
            })
    }
}

/// A member of a group: a user, another group, or a resource of your own type.
///
/// ```
/// use scim_core::Group;
/// use scim_core::resource::Member;
///
/// let staff = Group::new("Staff").with_members([
///     Member::user("7").with_display("Babs Jensen"),
///     Member::group("8"),
///     Member::new("9").with_type("Device").with_reference("https://scim.example.com/scim/v2/Devices/9"),
/// ]);
/// let groups: Vec<_> = staff.members().filter(Member::is_group).map(|member| member.value).collect();
/// assert_eq!(groups, ["8"]);
/// ```
///
/// Source: RFC 7643 §4.2.
#[derive(Clone, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Member {
    /// The id of the member.
    pub value: String,
    /// The URL of the member.
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The resource type, for example `User` or `Group`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The member's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
}

impl fmt::Debug for Member {
    /// Hides the name, which is personal data, and the id, which may be an e-mail address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Member {
    /// A member with an id only.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            value: id.into(),
            reference: None,
            kind: None,
            display: None,
        }
    }

    /// A member that is a user.
    #[must_use]
    pub fn user(id: impl Into<String>) -> Self {
        Self::new(id).with_type("User")
    }

    /// A member that is a group.
    #[must_use]
    pub fn group(id: impl Into<String>) -> Self {
        Self::new(id).with_type("Group")
    }

    /// Sets the resource type.
    #[must_use]
    pub fn with_type(mut self, resource_type: impl Into<String>) -> Self {
        self.kind = Some(resource_type.into());
        self
    }

    /// Sets the URL of the member.
    #[must_use]
    pub fn with_reference(mut self, location: impl Into<String>) -> Self {
        self.reference = Some(location.into());
        self
    }

    /// Sets the display name.
    #[must_use]
    pub fn with_display(mut self, display: impl Into<String>) -> Self {
        self.display = Some(display.into());
        self
    }

    /// Whether `type` says that the member is a user.
    #[must_use]
    pub fn is_user(&self) -> bool {
        self.is("User")
    }

    /// Whether `type` says that the member is a group.
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.is("Group")
    }

    fn is(&self, resource_type: &str) -> bool {
        let kind = self.kind.as_deref();
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case(resource_type))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_view_keeps_unknown_attributes() {
        let json = br#"{"displayName":"a","x":1,"members":[{"value":"7","note":"n","$ref":"r"},{"display":"lost"}]}"#;
        let resource = Resource::from_slice(json).unwrap();
        let group = Group::try_from(resource.clone()).unwrap();
        let members: Vec<Member> = group.members().collect();
        assert_eq!(members, [Member::new("7").with_reference("r")]);
        assert_eq!(Resource::from(group), resource);
    }

    #[test]
    fn a_resource_without_a_name_is_no_group() {
        for json in ["{}", r#"{"displayName":""}"#, r#"{"displayName":1}"#] {
            assert!(Group::try_from(Resource::from_slice(json.as_bytes()).unwrap()).is_err());
        }
    }
}
