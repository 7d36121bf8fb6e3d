//! Changes of a resource.

use scim_filter::AttrPath;
use scim_filter::urn::is_core;
use serde::Serialize;
use serde_json::Value;

use super::tree::{self, Object};
use super::{Resource, check};
use crate::{Error, ErrorKind};

impl Resource {
    /// Sets the value at `path`. A value that serializes to `null` removes it.
    ///
    /// If the resource has `schemas`, the list follows the extensions that appear or disappear.
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
    /// `InvalidPath` if `path` is not an attribute path, `InvalidValue` if `value` has no JSON form.
    pub fn set(&mut self, path: &str, value: impl Serialize) -> Result<(), Error> {
        let path = AttrPath::parse(path)?;
        let value = serde_json::to_value(value).map_err(|error| {
            Error::new(ErrorKind::InvalidValue, format!("{path} has no JSON form"))
                .with_source(error)
        })?;
        self.put(path.uri(), path.name(), path.sub_attribute(), value);
        Ok(())
    }

    /// Removes the value at `path`, if there is one.
    pub fn remove(&mut self, path: &str) {
        if let Ok(path) = AttrPath::parse(path) {
            self.put(path.uri(), path.name(), path.sub_attribute(), Value::Null);
        }
    }

    /// Sets an attribute of the top level or of an extension; `null` removes it.
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

    /// The same resource without the members in `without` and with those in `added`, pairs of a plain name and JSON text.
    ///
    /// A resource kept as text stays text.
    #[cfg(feature = "memory")]
    pub(crate) fn edited(&self, without: &[&str], added: &[(&str, &str)]) -> Self {
        if let Some(text) = self.as_text() {
            return Self::from_text(text.edited(without, added));
        }
        let mut edited = self.clone();
        let root = edited.tree_mut();
        root.retain(|key, _| !without.iter().any(|name| key.eq_ignore_ascii_case(name)));
        for (name, json) in added {
            let value = serde_json::from_str(json).unwrap_or_default();
            root.insert((*name).to_owned(), value);
        }
        edited
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setting_in_another_spelling_keeps_one_attribute() {
        let mut resource = Resource::from_slice(br#"{"DISPLAYNAME":"a"}"#).unwrap();
        resource.set("displayName", "b").unwrap();
        assert_eq!(resource.to_string(), r#"{"displayName":"b"}"#);
    }

    #[test]
    fn removing_the_last_part_removes_the_whole() {
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
    fn schemas_lists_an_extension_while_it_exists() {
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
}
