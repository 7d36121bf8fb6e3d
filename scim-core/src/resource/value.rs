//! A value inside a resource, looked at without owning it.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::tree;

/// One value of a resource: text, boolean, number, list or complex value.
///
/// ```
/// use scim_core::Resource;
/// use scim_filter::AttrPath;
///
/// let user = Resource::from_slice(br#"{"emails":[{"type":"work","value":"b@example.com"}]}"#)?;
/// let emails = user.get(&AttrPath::parse("emails")?).unwrap();
/// let first = emails.elements().next().unwrap();
/// assert_eq!(first.member("value").unwrap().as_str().as_deref(), Some("b@example.com"));
/// # Ok::<(), scim_core::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct ValueRef<'r>(&'r Value);

impl fmt::Debug for ValueRef<'_> {
    /// What kind of value it is: the value itself is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Value::Null => "ValueRef(null)",
            Value::Bool(_) => "ValueRef(boolean)",
            Value::Number(_) => "ValueRef(number)",
            Value::String(_) => "ValueRef(text)",
            Value::Array(_) => "ValueRef(list)",
            Value::Object(_) => "ValueRef(complex)",
        })
    }
}

impl<'r> ValueRef<'r> {
    pub(crate) const fn new(value: &'r Value) -> Self {
        Self(value)
    }

    /// The text, when it is a string.
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'r, str>> {
        self.0.as_str().map(Cow::Borrowed)
    }

    /// The boolean, when it is one.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        self.0.as_bool()
    }

    /// Whether the value is unassigned: `null`, an empty list or an empty complex value (RFC 7643 §2.5).
    #[must_use]
    pub fn is_unassigned(self) -> bool {
        tree::is_unassigned(self.0)
    }

    /// The member `name` of a complex value, found without regard to case.
    #[must_use]
    pub fn member(self, name: &str) -> Option<Self> {
        self.0
            .as_object()
            .and_then(|object| tree::get(object, name))
            .map(Self)
    }

    /// The elements of a list; of any other value that value alone.
    pub fn elements(self) -> impl Iterator<Item = Self> {
        let (list, single) = match self.0 {
            Value::Array(items) => (items.as_slice(), None),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => (&[][..], Some(self)),
        };
        list.iter().map(Self).chain(single)
    }
}
