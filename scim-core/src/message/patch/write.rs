//! A PATCH request from the side of its sender: built by code, written as JSON.

use scim_filter::PatchPath;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;

use super::{Op, Operation, PATCH_SCHEMA, PatchOp};
use crate::{Error, ErrorKind};

impl PatchOp {
    /// A request with no operations, to which they are added one by one.
    ///
    /// ```
    /// use scim_core::PatchOp;
    /// use serde_json::json;
    ///
    /// let patch = PatchOp::new()
    ///     .replace("active", false)?
    ///     .add("emails", [json!({"value": "b@example.com", "type": "work"})])?
    ///     .remove("phoneNumbers[type eq \"fax\"]")?
    ///     .replace_attributes(json!({"title": "Guide", "nickName": "Babs"}))?;
    /// assert_eq!(patch.operations().len(), 4);
    /// assert!(patch.to_vec().starts_with(br#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]"#));
    /// assert!(PatchOp::new().remove("emails[").is_err());
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `value` at `path` (RFC 7644 §3.5.2.1).
    ///
    /// # Errors
    ///
    /// `InvalidPath` or `InvalidFilter` when `path` is malformed, `InvalidValue` when `value` has no JSON form.
    pub fn add(self, path: &str, value: impl Serialize) -> Result<Self, Error> {
        self.with(Op::Add, Some(path), Some(json(value)?))
    }

    /// Replaces what is at `path` by `value` (RFC 7644 §3.5.2.3).
    ///
    /// # Errors
    ///
    /// As for [`add`](Self::add).
    pub fn replace(self, path: &str, value: impl Serialize) -> Result<Self, Error> {
        self.with(Op::Replace, Some(path), Some(json(value)?))
    }

    /// Removes what is at `path` (RFC 7644 §3.5.2.2).
    ///
    /// # Errors
    ///
    /// `InvalidPath` or `InvalidFilter` when `path` is malformed.
    pub fn remove(self, path: &str) -> Result<Self, Error> {
        self.with(Op::Remove, Some(path), None)
    }

    /// Adds each of the attributes that `attributes`, an object, gives (RFC 7644 §3.5.2.1, without a path).
    ///
    /// # Errors
    ///
    /// `InvalidValue` when `attributes` is no object.
    pub fn add_attributes(self, attributes: impl Serialize) -> Result<Self, Error> {
        self.with(Op::Add, None, Some(json(attributes)?))
    }

    /// Replaces each of the attributes that `attributes`, an object, gives (RFC 7644 §3.5.2.3, without a path).
    ///
    /// # Errors
    ///
    /// `InvalidValue` when `attributes` is no object.
    pub fn replace_attributes(self, attributes: impl Serialize) -> Result<Self, Error> {
        self.with(Op::Replace, None, Some(json(attributes)?))
    }

    fn with(mut self, op: Op, path: Option<&str>, value: Option<Value>) -> Result<Self, Error> {
        let path = path.map(PatchPath::parse).transpose()?;
        let operation = Operation::new(op, path.map(PatchPath::into_owned), value);
        self.operations.push(operation.checked()?);
        Ok(self)
    }

    /// The request as JSON.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        // A tree of JSON values always has a JSON text.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl Serialize for PatchOp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_struct("PatchOp", 2)?;
        body.serialize_field("schemas", &[PATCH_SCHEMA])?;
        body.serialize_field("Operations", &self.operations)?;
        body.end()
    }
}

impl Serialize for Operation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = 1 + usize::from(self.path.is_some()) + usize::from(self.value.is_some());
        let mut operation = serializer.serialize_struct("Operation", members)?;
        operation.serialize_field("op", self.op.as_str())?;
        if let Some(path) = &self.path {
            operation.serialize_field("path", &path.to_string())?;
        }
        if let Some(value) = &self.value {
            operation.serialize_field("value", value)?;
        }
        operation.end()
    }
}

fn json(value: impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(value).map_err(|error| {
        Error::new(ErrorKind::InvalidValue, "The value has no JSON form").with_source(error)
    })
}
