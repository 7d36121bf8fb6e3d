//! Resources: the dynamic value, and typed views over it.

mod address;
mod attributes;
mod check;
mod coerce;
mod conform;
mod enterprise;
mod group;
mod multi_valued;
mod required;
pub(crate) mod tree;
mod user;
mod value;
mod view;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use scim_filter::AttrPath;
use scim_filter::urn::is_core;
use serde::Serialize;
use serde_json::Value;

pub use self::address::Address;
pub use self::attributes::Typed;

pub(crate) use self::attributes::Element;
pub(crate) use self::check::{incoming, list_schemas, writable};
pub(crate) use self::coerce::{coerce, coerce_element, coerce_members, is_hollow};
pub use self::conform::{Violation, ViolationKind};
pub use self::enterprise::EnterpriseUser;
pub use self::group::{Group, Member};
pub use self::multi_valued::MultiValued;
pub(crate) use self::required::{keep_immutable, missing};
use self::tree::Object;
pub use self::user::{Name, User};
pub use self::value::ValueRef;
use crate::error::json_fault;
use crate::{Error, ErrorKind};

/// A SCIM resource of any type: whatever JSON object it came from, with nothing lost.
///
/// Cheap to clone. How it is kept is hidden: it is read through accessors and written as bytes. Names are found without
/// regard to case, and an attribute of an extension by its URN.
///
/// ```
/// use scim_core::Resource;
///
/// let user = Resource::from_slice(br#"{"userName":"bjensen","name":{"givenName":"Barbara"},"x-unknown":[1]}"#)?;
/// assert_eq!(user.text("USERNAME").as_deref(), Some("bjensen"));
/// assert_eq!(user.text("name.givenName").as_deref(), Some("Barbara"));
/// assert!(user.to_string().contains("x-unknown"));
/// # Ok::<(), scim_core::Error>(())
/// ```
///
/// Source: RFC 7643 §3.
#[derive(Clone, Default, PartialEq)]
pub struct Resource {
    tree: Arc<Object>,
}

impl Resource {
    /// A resource with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a resource from a JSON object; unknown attributes and extensions are kept.
    ///
    /// # Errors
    ///
    /// `InvalidSyntax` when the text is not JSON, not an object, or nested more than 128 levels deep.
    pub fn from_slice(json: &[u8]) -> Result<Self, Error> {
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
                format!("The body is not JSON: {}", json_fault(&error)),
            )),
        }
    }

    /// The resource as JSON.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        // A tree of JSON values always has a JSON text.
        serde_json::to_vec(&*self.tree).unwrap_or_default()
    }

    pub(crate) fn from_tree(tree: Object) -> Self {
        Self {
            tree: Arc::new(tree),
        }
    }

    pub(crate) fn tree(&self) -> &Object {
        &self.tree
    }

    pub(crate) fn tree_mut(&mut self) -> &mut Object {
        Arc::make_mut(&mut self.tree)
    }

    pub(crate) fn into_tree(self) -> Object {
        Arc::try_unwrap(self.tree).unwrap_or_else(|shared| (*shared).clone())
    }

    /// The server's identifier.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.top_level_text("id")
    }

    /// The client's identifier.
    #[must_use]
    pub fn external_id(&self) -> Option<&str> {
        self.top_level_text("externalId")
    }

    /// The schema URIs, in order.
    pub fn schemas(&self) -> impl Iterator<Item = &str> {
        tree::get(&self.tree, "schemas")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    }

    fn top_level_text(&self, name: &str) -> Option<&str> {
        tree::get(&self.tree, name).and_then(Value::as_str)
    }

    /// The value at `path`; of a multi-valued attribute the whole list.
    ///
    /// A sub-attribute of a multi-valued attribute is not one value: read the list and its elements.
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
        let object = match uri {
            None => &*self.tree,
            Some(uri) => match tree::get(&self.tree, uri) {
                Some(Value::Object(extension)) => extension,
                // Attributes of the core schema live at the top level even when a path spells their URN.
                _ if is_core(uri) => &*self.tree,
                _ => return None,
            },
        };
        tree::get(object, name).map(ValueRef::new)
    }

    /// The text at `path` (such as `name.givenName`), where there is one and it is a string.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<Cow<'_, str>> {
        self.get(&AttrPath::parse(path).ok()?)?.as_str()
    }

    /// The boolean at `path`, where there is one.
    #[must_use]
    pub fn boolean(&self, path: &str) -> Option<bool> {
        self.get(&AttrPath::parse(path).ok()?)?.as_bool()
    }

    /// Sets the value at `path`; anything that serialises to `null` takes it away.
    ///
    /// Where the resource has `schemas`, an extension is listed there when it appears, and no longer when it goes.
    ///
    /// ```
    /// use scim_core::Resource;
    ///
    /// let mut user = Resource::new();
    /// user.set("name.givenName", "Barbara")?;
    /// user.set("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "Sales")?;
    /// assert_eq!(user.text("name.givenName").as_deref(), Some("Barbara"));
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `InvalidPath` when `path` is not an attribute path; `InvalidValue` when `value` has no JSON form.
    pub fn set(&mut self, path: &str, value: impl Serialize) -> Result<(), Error> {
        let path = AttrPath::parse(path)?;
        let value = serde_json::to_value(value).map_err(|error| {
            Error::new(ErrorKind::InvalidValue, format!("{path} has no JSON form"))
                .with_source(error)
        })?;
        self.put(path.uri(), path.name(), path.sub_attribute(), value);
        Ok(())
    }

    /// Takes away the value at `path`, if there is one.
    pub fn remove(&mut self, path: &str) {
        if let Ok(path) = AttrPath::parse(path) {
            self.put(path.uri(), path.name(), path.sub_attribute(), Value::Null);
        }
    }

    /// Sets, or with `null` takes away, an attribute of the top level or of an extension.
    pub(crate) fn put(&mut self, uri: Option<&str>, name: &str, sub: Option<&str>, value: Value) {
        let root = self.tree_mut();
        match uri.filter(|uri| !is_core(uri)) {
            None => put_in(root, name, sub, value),
            Some(uri) => {
                put_in(tree::object_mut(root, uri), name, sub, value);
                if tree::get(root, uri).is_some_and(tree::is_unassigned) {
                    tree::remove(root, uri);
                }
                check::relist(root, uri);
            }
        }
    }
}

fn put_in(object: &mut Object, name: &str, sub: Option<&str>, value: Value) {
    match sub {
        None if value.is_null() => {
            tree::remove(object, name);
        }
        None => tree::set(object, name, value),
        Some(sub) => {
            let inner = tree::object_mut(object, name);
            if value.is_null() {
                tree::remove(inner, sub);
            } else {
                tree::set(inner, sub, value);
            }
            if inner.is_empty() {
                tree::remove(object, name);
            }
        }
    }
}

impl fmt::Debug for Resource {
    /// Names only: the values are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resource")
            .field("id", &self.id())
            .field("attributes", &self.tree.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Resource {
    /// The JSON text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(&*self.tree).unwrap_or_default())
    }
}

impl Serialize for Resource {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.tree.serialize(serializer)
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
    fn setting_in_another_spelling_keeps_one_attribute() {
        let mut resource = Resource::from_slice(br#"{"DISPLAYNAME":"a"}"#).unwrap();
        resource.set("displayName", "b").unwrap();
        assert_eq!(resource.to_string(), r#"{"displayName":"b"}"#);
    }

    #[test]
    fn taking_away_the_last_part_takes_away_the_whole() {
        let mut resource = Resource::new();
        resource.set("name.givenName", "a").unwrap();
        resource
            .set(
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
                "b",
            )
            .unwrap();
        resource.remove("name.givenName");
        resource.remove("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department");
        assert_eq!(resource.to_string(), "{}");
    }

    #[test]
    fn an_extension_is_listed_when_it_appears_and_unlisted_when_it_goes() {
        let mut resource = Resource::from_slice(br#"{"schemas":["urn:a:User"]}"#).unwrap();
        let before = resource.clone();
        resource.set("urn:example:Badge:number", "1").unwrap();
        resource.set("URN:example:badge:colour", "red").unwrap();
        let listed = br#"{"schemas":["urn:a:User","urn:example:Badge"],"urn:example:Badge":{"number":"1","colour":"red"}}"#;
        assert_eq!(resource, Resource::from_slice(listed).unwrap());
        resource.remove("urn:example:Badge:number");
        resource.remove("urn:example:Badge:colour");
        assert_eq!(resource, before);
    }

    #[test]
    fn debug_shows_no_values() {
        let resource = Resource::from_slice(br#"{"userName":"secret@example.com"}"#).unwrap();
        assert!(!format!("{resource:?}").contains("secret"));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["[]", "1", "nul", "", "{\"a\":"] {
            let error = Resource::from_slice(text.as_bytes()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidSyntax, "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(Resource::from_slice(deep.as_bytes()).is_err());
    }
}
