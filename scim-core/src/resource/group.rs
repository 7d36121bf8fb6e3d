//! The typed view on a group.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::{Resource, ValueRef};
use crate::schema::GROUP;
use crate::{Error, ErrorKind};

/// A group, seen through types; whatever the resource holds beyond them stays in it.
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
#[derive(Clone, PartialEq)]
pub struct Group {
    resource: Resource,
    display_name: String,
}

/// One member of a group.
#[derive(Clone, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Member {
    /// The id of the member.
    pub value: String,
    /// `User` or `Group`, where it is said.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The member's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
}

impl fmt::Debug for Member {
    /// Without the name, which is personal data, and the id, which may be an e-mail address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Member {
    /// A user as member.
    #[must_use]
    pub fn user(id: impl Into<String>) -> Self {
        Self {
            value: id.into(),
            kind: Some("User".to_owned()),
            display: None,
        }
    }

    /// Gives it a name for people to read.
    #[must_use]
    pub fn with_display(mut self, display: impl Into<String>) -> Self {
        self.display = Some(display.into());
        self
    }
}

impl fmt::Debug for Group {
    /// As the resource: names of attributes, no values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Group").field(&self.resource).finish()
    }
}

impl Group {
    /// A group with a name and an empty list of members, which is shown as such.
    #[must_use]
    pub fn new(display_name: impl Into<String>) -> Self {
        let mut group = Self {
            resource: Resource::new(),
            display_name: display_name.into(),
        };
        group.put("schemas", vec![GROUP]);
        group.put("displayName", group.display_name.clone());
        group.put("members", Vec::<Member>::new());
        group
    }

    /// Gives it the server's identifier.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.put("id", id.into());
        self
    }

    /// Gives it members.
    #[must_use]
    pub fn with_members(mut self, members: impl IntoIterator<Item = Member>) -> Self {
        self.put("members", members.into_iter().collect::<Vec<_>>());
        self
    }

    fn put(&mut self, path: &str, value: impl Serialize) {
        // A fixed path and a value of our own types: neither can be refused.
        let _ = self.resource.set(path, value);
    }

    /// The server's identifier.
    #[must_use]
    pub fn id(&self) -> Option<Cow<'_, str>> {
        self.resource.id()
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
                let text = |name| {
                    entry
                        .member(name)
                        .and_then(ValueRef::as_str)
                        .map(Cow::into_owned)
                };
                Some(Member {
                    value: text("value")?,
                    kind: text("type"),
                    display: text("display"),
                })
            })
    }

    /// The resource behind the view.
    #[must_use]
    pub fn as_resource(&self) -> &Resource {
        &self.resource
    }
}

impl TryFrom<Resource> for Group {
    type Error = Error;

    /// # Errors
    ///
    /// `InvalidValue` when there is no `displayName`.
    fn try_from(resource: Resource) -> Result<Self, Error> {
        match resource.text("displayName").map(Cow::into_owned) {
            Some(display_name) if !display_name.is_empty() => Ok(Self {
                resource,
                display_name,
            }),
            _ => Err(Error::new(
                ErrorKind::InvalidValue,
                "displayName is required",
            )),
        }
    }
}

impl From<Group> for Resource {
    fn from(group: Group) -> Self {
        group.resource
    }
}
