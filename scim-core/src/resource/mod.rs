//! Resources: the dynamic value and typed views of it.

mod address;
mod attributes;
mod check;
mod coerce;
mod edit;
mod enterprise;
mod form;
mod group;
mod json;
mod multi_valued;
mod required;
pub(crate) mod role;
mod scan;
mod text;
pub(crate) mod tree;
mod user;
mod value;
mod view;
mod violations;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use scim_filter::AttrPath;
use scim_filter::urn::is_core;
use serde::Serialize;
use serde_json::Value;

pub use self::address::Address;
pub use self::attributes::TypedResource;

pub(crate) use self::attributes::Element;
pub(crate) use self::check::{incoming, list_schemas, writable};
pub(crate) use self::coerce::{
    coerce, coerce_element, coerce_listed, coerce_members, is_label_only,
};
pub use self::enterprise::EnterpriseUser;
pub use self::group::{Group, Member};
pub(crate) use self::json::{Json, write_text};
pub use self::multi_valued::MultiValued;
pub(crate) use self::required::{keep_immutable, missing};
use self::text::{JsonText, Lazy};
use self::tree::Object;
pub use self::user::{Name, User};
pub(crate) use self::value::Members;
pub use self::value::ValueRef;
pub use self::violations::{Violation, ViolationKind};
use crate::error::describe_json_error;
use crate::{Error, ErrorKind};

/// A SCIM resource of any type: a JSON object with everything the sender put in it.
///
/// Cloning is cheap. Accessors read the resource, and [`to_vec`](Self::to_vec) writes it. A name matches in any letter case,
/// and an attribute of an extension has its URN in front. An unchanged resource is written exactly as it was read. In a changed
/// one, numbers become 64-bit integers or doubles.
///
/// ```
/// use scim_core::Resource;
///
/// let user = Resource::from_slice(br#"{"userName":"bjensen","name":{"givenName":"Barbara"},"x-unknown":[1.50]}"#)?;
/// assert_eq!(user.text("USERNAME").as_deref(), Some("bjensen"));
/// assert_eq!(user.text("name.givenName").as_deref(), Some("Barbara"));
/// assert!(user.to_string().contains(r#""x-unknown":[1.50]"#));
/// # Ok::<(), scim_core::Error>(())
/// ```
///
/// Source: RFC 7643 §3.
#[derive(Clone, Default)]
pub struct Resource {
    /// The resource as a tree, while it is built or changed. If both exist, the tree counts.
    tree: Option<Arc<Object>>,
    /// The resource as text, while it is only read.
    text: Option<Lazy>,
}

/// The tree of an empty resource.
static EMPTY: LazyLock<Arc<Object>> = LazyLock::new(Arc::default);

impl Resource {
    /// An empty resource.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a resource from a JSON object. Unknown attributes and extensions stay.
    ///
    /// # Errors
    ///
    /// `InvalidSyntax` if the text is not a JSON object or nests more than 128 levels deep.
    pub fn from_slice(json: &[u8]) -> Result<Self, Error> {
        match std::str::from_utf8(json).map(|json| JsonText::read(json.to_owned())) {
            Ok(Ok(text)) => Ok(Self::from_text(text)),
            Ok(Err(_)) | Err(_) => Self::parse(json),
        }
    }

    /// Reads a resource from the bytes of a store, without a copy unless the bytes are shared.
    ///
    /// The result is the same as from [`from_slice`](Self::from_slice), even if a name comes twice or in two spellings.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use scim_core::Resource;
    ///
    /// let row = Bytes::from_static(br#"{"id":"7","userName":"bjensen"}"#);
    /// assert_eq!(Resource::from_bytes(row)?.id().as_deref(), Some("7"));
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`from_slice`](Self::from_slice).
    pub fn from_bytes(json: Bytes) -> Result<Self, Error> {
        match String::from_utf8(json.into()).map(JsonText::read) {
            Ok(Ok(text)) => Ok(Self::from_text(text)),
            Ok(Err(json)) => Self::parse(json.as_bytes()),
            Err(error) => Self::parse(error.as_bytes()),
        }
    }

    /// Reads a resource as a tree, for changes.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, Error> {
        match serde_json::from_slice(json) {
            Ok(Value::Object(tree)) => Ok(Self::from_tree(tree)),
            Ok(
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_),
            ) => Err(Error::new(
                ErrorKind::InvalidSyntax,
                "The body must be a JSON object",
            )),
            Err(error) => Err(Error::new(
                ErrorKind::InvalidSyntax,
                format!("The body is not JSON: {}", describe_json_error(&error)),
            )),
        }
    }

    /// The resource as JSON.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match self.as_text() {
            Some(text) => out.extend_from_slice(text.json().as_bytes()),
            // Writing a JSON value to a vector cannot fail.
            None => serde_json::to_writer(out, self.tree()).unwrap_or_default(),
        }
    }

    /// The same resource in its smallest form and fastest to read, for a store.
    ///
    /// ```
    /// use scim_core::Resource;
    ///
    /// let mut user = Resource::from_slice(br#"{"userName":"bjensen"}"#)?;
    /// user.set("active", true)?;
    /// assert_eq!(user.compact(), user);
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    #[must_use]
    pub fn compact(&self) -> Self {
        if let Some(text) = &self.text {
            return Self::of_text(Arc::clone(text.text()));
        }
        match JsonText::read(serde_json::to_string(self.tree()).unwrap_or_default()) {
            Ok(text) => Self::from_text(text),
            Err(_) => self.clone(),
        }
    }

    fn from_text(text: JsonText) -> Self {
        Self::of_text(Arc::new(text))
    }

    fn of_text(text: Arc<JsonText>) -> Self {
        Self {
            tree: None,
            text: Some(Lazy::new(text)),
        }
    }

    /// Whether the resource is kept as text, in which every object has plain and unique names.
    #[cfg(feature = "memory")]
    pub(crate) fn is_text(&self) -> bool {
        self.text.is_some()
    }

    fn as_text(&self) -> Option<&JsonText> {
        self.text.as_ref().map(|lazy| &**lazy.text())
    }

    pub(crate) fn from_tree(tree: Object) -> Self {
        Self {
            tree: Some(Arc::new(tree)),
            text: None,
        }
    }

    pub(crate) fn tree(&self) -> &Object {
        let lazy = || self.text.as_ref().map(Lazy::tree);
        self.tree.as_ref().or_else(lazy).unwrap_or(&EMPTY)
    }

    pub(crate) fn tree_mut(&mut self) -> &mut Object {
        let text = self.text.take();
        let tree = self.tree.take().or_else(|| text.map(Lazy::into_tree));
        Arc::make_mut(self.tree.insert(tree.unwrap_or_default()))
    }

    pub(crate) fn into_tree(mut self) -> Object {
        std::mem::take(self.tree_mut())
    }

    /// Whether the resource may contain a `null`.
    pub(crate) fn has_null(&self) -> bool {
        match self.as_text() {
            Some(text) => text.has_null(),
            None => tree::has_null(self.tree()),
        }
    }

    /// The members at the top level.
    pub(crate) fn members(&self) -> Members<'_> {
        match self.as_text() {
            Some(text) => Members::Indexed(text.members()),
            None => Members::of_tree(self.tree()),
        }
    }

    /// The member `name` at the top level.
    pub(crate) fn member(&self, name: &str) -> Option<ValueRef<'_>> {
        match self.as_text() {
            Some(text) => text.get(name).map(ValueRef::of_text),
            None => tree::get(self.tree(), name).map(ValueRef::new),
        }
    }

    /// The server's identifier.
    #[must_use]
    pub fn id(&self) -> Option<Cow<'_, str>> {
        self.member("id")?.as_str()
    }

    /// The client's identifier.
    #[must_use]
    pub fn external_id(&self) -> Option<Cow<'_, str>> {
        self.member("externalId")?.as_str()
    }

    /// The schema URIs, in order.
    pub fn schemas(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.member("schemas")
            .filter(|uris| uris.is_array())
            .into_iter()
            .flat_map(ValueRef::elements)
            .filter_map(ValueRef::as_str)
    }

    /// The value at `path`. For a multi-valued attribute it is the whole list.
    ///
    /// A sub-attribute of a multi-valued attribute has no single value: read the list and its elements.
    #[must_use]
    pub fn get(&self, path: &AttrPath<'_>) -> Option<ValueRef<'_>> {
        let attribute = self.attribute(path.uri(), path.name())?;
        match path.sub_attribute() {
            None => Some(attribute),
            Some(name) => attribute.member(name),
        }
    }

    /// The attribute `name` at the top level, or in the extension `uri`.
    pub(crate) fn attribute(&self, uri: Option<&str>, name: &str) -> Option<ValueRef<'_>> {
        let Some(uri) = uri else {
            return self.member(name);
        };
        match self.member(uri).filter(|value| value.is_object()) {
            Some(extension) => extension.member(name),
            // Core attributes are at the top level even if the path names their schema.
            None if is_core(uri) => self.member(name),
            None => None,
        }
    }

    /// The text at `path`, for example `name.givenName`, if the value is a string.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<Cow<'_, str>> {
        self.get(&AttrPath::parse(path).ok()?)?.as_str()
    }

    /// The boolean at `path`, if the value is one.
    #[must_use]
    pub fn boolean(&self, path: &str) -> Option<bool> {
        self.get(&AttrPath::parse(path).ok()?)?.as_bool()
    }
}

impl PartialEq for Resource {
    /// Equal names and values in any order are equal.
    fn eq(&self, other: &Self) -> bool {
        match (self.as_text(), other.as_text()) {
            (Some(a), Some(b)) if a.json() == b.json() => true,
            _ => self.tree() == other.tree(),
        }
    }
}

impl fmt::Debug for Resource {
    /// Shows the id and the names of attributes: the values are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resource")
            .field("id", &self.id())
            .field(
                "attributes",
                &self.members().map(|(name, _)| name).collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Resource {
    /// The JSON text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_text() {
            Some(text) => f.write_str(text.json()),
            None => f.write_str(&serde_json::to_string(self.tree()).unwrap_or_default()),
        }
    }
}

impl Serialize for Resource {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.tree().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Resource {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Object::deserialize(deserializer).map(Self::from_tree)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_attributes_and_extensions_survive_a_round_trip() {
        let json = br#"{"schemas":["urn:x:y"],"urn:x:y":{"a":1},"zz":{"b":[null,1.50]}}"#;
        let resource = Resource::from_slice(json).unwrap();
        assert_eq!(Resource::from_slice(&resource.to_vec()).unwrap(), resource);
        assert_eq!(resource.text("urn:x:y:a"), None);
        assert!(resource.to_string().contains(r#""urn:x:y":{"a":1}"#));
    }

    #[test]
    fn debug_shows_no_values() {
        let resource = Resource::from_slice(br#"{"userName":"secret@example.com"}"#).unwrap();
        assert!(!format!("{resource:?}").contains("secret"));
    }

    #[test]
    fn a_text_that_is_not_an_object_is_refused() {
        for text in ["[]", "1", "nul", "", "{\"a\":"] {
            let error = Resource::from_slice(text.as_bytes()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidSyntax, "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(Resource::from_slice(deep.as_bytes()).is_err());
    }
}
