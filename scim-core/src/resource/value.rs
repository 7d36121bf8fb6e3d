//! Borrowed values of a resource.

use std::borrow::Cow;
use std::fmt;
use std::iter;

use scim_filter::Number;
use serde_json::{Map, Value};

use super::json::{self, Json};
use super::text::TextMembers;
use super::tree;

/// A borrowed value of a resource: text, boolean, number, list or complex value.
///
/// ```
/// use scim_core::Resource;
/// use scim_filter::AttrPath;
///
/// let user = Resource::from_slice(br#"{"emails":[{"type":"work","value":"b@example.com"}]}"#)?;
/// let emails = user.get(&AttrPath::parse("emails")?).unwrap();
/// let first = emails.elements().next().unwrap();
/// assert_eq!(first.member("value").unwrap().as_str().as_deref(), Some("b@example.com"));
/// assert_eq!(first.members().count(), 2);
/// assert_eq!(first.to_string(), r#"{"type":"work","value":"b@example.com"}"#);
/// # Ok::<(), scim_core::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct ValueRef<'r>(Repr<'r>);

#[derive(Clone, Copy)]
enum Repr<'r> {
    Tree(&'r Value),
    Text(Json<'r>),
}

impl fmt::Debug for ValueRef<'_> {
    /// Shows the kind of value: the value itself is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = match self.0 {
            Repr::Tree(Value::Null) => b'n',
            Repr::Tree(Value::Bool(_)) => b't',
            Repr::Tree(Value::Number(_)) => b'0',
            Repr::Tree(Value::String(_)) => b'"',
            Repr::Tree(Value::Array(_)) => b'[',
            Repr::Tree(Value::Object(_)) => b'{',
            Repr::Text(json) => json.first(),
        };

        f.write_str(match first {
            b'n' => "ValueRef(null)",
            b't' | b'f' => "ValueRef(boolean)",
            b'"' => "ValueRef(text)",
            b'[' => "ValueRef(list)",
            b'{' => "ValueRef(complex)",
            _ => "ValueRef(number)",
        })
    }
}

impl fmt::Display for ValueRef<'_> {
    /// The JSON text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Repr::Tree(value) => write!(f, "{value}"),
            Repr::Text(json) => f.write_str(json.raw()),
        }
    }
}

impl<'r> ValueRef<'r> {
    pub(crate) const fn new(value: &'r Value) -> Self {
        Self(Repr::Tree(value))
    }

    /// A value inside checked text.
    pub(crate) const fn of_text(json: Json<'r>) -> Self {
        Self(Repr::Text(json))
    }

    /// Writes the value as JSON.
    pub(crate) fn write(self, out: &mut Vec<u8>) {
        match self.0 {
            // Writing a JSON value to a vector cannot fail.
            Repr::Tree(value) => serde_json::to_writer(out, value).unwrap_or_default(),
            Repr::Text(json) => out.extend_from_slice(json.raw().as_bytes()),
        }
    }

    /// The text, if the value is a string.
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'r, str>> {
        match self.0 {
            Repr::Tree(value) => value.as_str().map(Cow::Borrowed),
            Repr::Text(json) => json.as_str(),
        }
    }

    /// The boolean, if the value is one.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.0 {
            Repr::Tree(value) => value.as_bool(),
            Repr::Text(json) => json.as_bool(),
        }
    }

    /// The number, if the value is one.
    ///
    /// An unchanged resource keeps the digits as written. A changed one has the nearest 64-bit integer or double.
    ///
    /// ```
    /// use scim_core::Resource;
    /// use scim_filter::AttrPath;
    ///
    /// let device = Resource::from_slice(br#"{"price":1.50}"#)?;
    /// let price = device.get(&AttrPath::parse("price")?).unwrap();
    /// assert_eq!(price.as_number().unwrap().as_str(), "1.50");
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    #[must_use]
    pub fn as_number(self) -> Option<Number<'r>> {
        match self.0 {
            Repr::Text(json) => Number::parse(json.as_number()?),
            Repr::Tree(value) => {
                let number = value.as_number()?;
                let integer = number.as_i64().map(Number::from);
                integer
                    .or_else(|| number.as_u64().map(Number::from))
                    .or_else(|| number.as_f64().and_then(Number::from_f64))
            }
        }
    }

    /// Whether the value is unassigned: `null`, an empty list or an empty complex value (RFC 7643 §2.5).
    #[must_use]
    pub fn is_unassigned(self) -> bool {
        match self.0 {
            Repr::Tree(value) => tree::is_unassigned(value),
            Repr::Text(json) => json.is_unassigned(),
        }
    }

    pub(crate) fn is_object(self) -> bool {
        match self.0 {
            Repr::Tree(value) => value.is_object(),
            Repr::Text(json) => json.is_object(),
        }
    }

    pub(crate) fn is_array(self) -> bool {
        match self.0 {
            Repr::Tree(value) => value.is_array(),
            Repr::Text(json) => json.is_array(),
        }
    }

    /// The member `name` of a complex value, in any letter case.
    #[must_use]
    pub fn member(self, name: &str) -> Option<Self> {
        match self.0 {
            Repr::Tree(value) => tree::get(value.as_object()?, name).map(Self::new),
            Repr::Text(json) => json.member(name).map(Self::of_text),
        }
    }

    /// The members of a complex value; none for other values.
    pub fn members(self) -> impl Iterator<Item = (&'r str, Self)> {
        match self.0 {
            Repr::Tree(Value::Object(members)) => Members::of_tree(members),
            Repr::Tree(
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_),
            ) => Members::None,
            Repr::Text(json) => Members::Text(json.members()),
        }
    }

    /// The elements of a list; for any other value, that value alone.
    pub fn elements(self) -> impl Iterator<Item = Self> {
        let (tree, text, single) = match self.0 {
            Repr::Tree(Value::Array(items)) => (items.as_slice(), None, None),
            Repr::Text(json) if json.is_array() => (&[][..], Some(json.elements()), None),
            Repr::Tree(_) | Repr::Text(_) => (&[][..], None, Some(self)),
        };
        let text = text.into_iter().flatten().map(Self::of_text);
        tree.iter().map(Self::new).chain(text).chain(single)
    }
}

/// The members of a complex value, or of a resource.
#[derive(Clone)]
pub(crate) enum Members<'r> {
    None,
    Tree(serde_json::map::Iter<'r>),
    Text(json::Members<'r>),
    Indexed(TextMembers<'r>),
}

impl<'r> Members<'r> {
    pub(super) fn of_tree(members: &'r Map<String, Value>) -> Self {
        Self::Tree(members.iter())
    }
}

impl<'r> Iterator for Members<'r> {
    type Item = (&'r str, ValueRef<'r>);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, json) = match self {
            Self::None => return None,
            Self::Tree(members) => {
                let (name, value) = members.next()?;
                return Some((name, ValueRef::new(value)));
            }
            Self::Text(members) => members.next()?,
            Self::Indexed(members) => members.next()?,
        };
        Some((name, ValueRef::of_text(json)))
    }
}

impl iter::FusedIterator for Members<'_> {}
