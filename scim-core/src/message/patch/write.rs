//! Building PATCH requests and writing them as JSON.

use scim_filter::PatchPath;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;

use super::{Op, Operation, PATCH_SCHEMA, PatchOp};
use crate::{Error, ErrorKind};

impl PatchOp {
    /// An empty request; the other methods append operations.
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

    /// Appends an `add` of `value` at `path` (RFC 7644 §3.5.2.1).
    ///
    /// # Errors
    ///
    /// `InvalidPath` or `InvalidFilter` if `path` is malformed, `InvalidValue` if `value` has no JSON form.
    pub fn add(self, path: &str, value: impl Serialize) -> Result<Self, Error> {
        self.with(Op::Add, Some(path), Some(json(value)?))
    }

    /// Appends a `replace` of the value at `path` by `value` (RFC 7644 §3.5.2.3).
    ///
    /// # Errors
    ///
    /// The errors of [`add`](Self::add).
    pub fn replace(self, path: &str, value: impl Serialize) -> Result<Self, Error> {
        self.with(Op::Replace, Some(path), Some(json(value)?))
    }

    /// Appends a `remove` of the value at `path` (RFC 7644 §3.5.2.2).
    ///
    /// # Errors
    ///
    /// `InvalidPath` or `InvalidFilter` if `path` is malformed.
    pub fn remove(self, path: &str) -> Result<Self, Error> {
        self.with(Op::Remove, Some(path), None)
    }

    /// Appends an `add` without a path: each member of the object `attributes` is added (RFC 7644 §3.5.2.1).
    ///
    /// # Errors
    ///
    /// `InvalidValue` if `attributes` is not an object.
    pub fn add_attributes(self, attributes: impl Serialize) -> Result<Self, Error> {
        self.with(Op::Add, None, Some(json(attributes)?))
    }

    /// Appends a `replace` without a path: each member of the object `attributes` is replaced (RFC 7644 §3.5.2.3).
    ///
    /// # Errors
    ///
    /// `InvalidValue` if `attributes` is not an object.
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
        // A tree of JSON values always has JSON text.
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
