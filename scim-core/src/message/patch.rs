//! The message of a PATCH request.

mod write;

use scim_filter::PatchPath;
use serde_json::Value;

use super::schemas::check_schemas;
use crate::error::describe_json_error;
use crate::limits::FilterLimits;
use crate::resource::tree::{self, Object};
use crate::{Error, ErrorKind, Profile, Tolerance, ValueRef};

/// The schema URI of a PATCH request.
pub const PATCH_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A PATCH request: a list of operations.
///
/// [`from_slice`](Self::from_slice) reads one, [`new`](Self::new) builds one, and [`diff`](Self::diff) makes one from two
/// resources.
///
/// ```
/// use scim_core::message::Op;
/// use scim_core::{PatchOp, Profile};
///
/// let json = br#"{"Operations":[{"op":"Replace","path":"active","value":"False"}]}"#;
/// let patch = PatchOp::from_slice(json, Profile::tolerant())?;
/// assert_eq!(patch.operations()[0].op(), Op::Replace);
/// assert!(PatchOp::from_slice(json, Profile::rfc()).is_err());
/// # Ok::<(), scim_core::Error>(())
/// ```
///
/// Source: RFC 7644 §3.5.2.
#[derive(Clone, Debug, Default)]
pub struct PatchOp {
    operations: Vec<Operation>,
    limits: FilterLimits,
}

impl PartialEq for PatchOp {
    /// Compares the operations; the limits of the service that read them do not count.
    fn eq(&self, other: &Self) -> bool {
        self.operations == other.operations
    }
}

/// The kind of an [`Operation`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed by RFC 7644 §3.5.2")]
pub enum Op {
    /// Adds a value (RFC 7644 §3.5.2.1).
    Add,
    /// Removes values (RFC 7644 §3.5.2.2).
    Remove,
    /// Replaces values (RFC 7644 §3.5.2.3).
    Replace,
}

impl Op {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Replace => "replace",
        }
    }
}

/// One operation of a [`PatchOp`].
#[derive(Clone, PartialEq)]
pub struct Operation {
    op: Op,
    path: Option<PatchPath<'static>>,
    value: Option<Value>,
}

impl std::fmt::Debug for Operation {
    /// Hides the value and the filter, which are personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Operation")
            .field("op", &self.op)
            .field("path", &self.path.as_ref().map(PatchPath::attribute))
            .finish_non_exhaustive()
    }
}

impl Operation {
    /// The kind of the operation.
    #[must_use]
    pub fn op(&self) -> Op {
        self.op
    }

    /// The path to its target; `None` for the resource itself.
    #[must_use]
    pub fn path(&self) -> Option<&PatchPath<'static>> {
        self.path.as_ref()
    }

    /// The value to write, or the entries to remove.
    #[must_use]
    pub fn value(&self) -> Option<ValueRef<'_>> {
        self.value.as_ref().map(ValueRef::new)
    }

    pub(crate) fn json(&self) -> Option<&Value> {
        self.value.as_ref()
    }

    pub(crate) fn new(op: Op, path: Option<PatchPath<'static>>, value: Option<Value>) -> Self {
        Self { op, path, value }
    }

    /// The same operation with another value.
    pub(crate) fn with_value(&self, value: Value) -> Self {
        Self {
            op: self.op,
            path: self.path.clone(),
            value: Some(value),
        }
    }
}

impl PatchOp {
    /// Reads a PATCH request.
    ///
    /// # Errors
    ///
    /// - `InvalidSyntax` if the text is not a PATCH request.
    /// - `InvalidPath` if a path is malformed; `InvalidFilter` if the filter inside it is.
    /// - `InvalidValue` if an operation lacks its value.
    /// - `NoTarget` for a `remove` without a path.
    pub fn from_slice(json: &[u8], profile: Profile) -> Result<Self, Error> {
        Self::read(json, profile, FilterLimits::default())
    }

    /// As [`from_slice`](Self::from_slice), within the limits of a service.
    pub(crate) fn read(json: &[u8], profile: Profile, limits: FilterLimits) -> Result<Self, Error> {
        let operations = operations(json, profile)?
            .into_iter()
            .map(|operation| Operation::from_json(operation, profile, limits));
        Ok(Self {
            operations: operations.collect::<Result<_, _>>()?,
            limits,
        })
    }

    /// As [`read`](Self::read), without the invalid operations.
    pub(crate) fn read_valid(
        json: &[u8],
        profile: Profile,
        limits: FilterLimits,
    ) -> Result<Self, Error> {
        let operations = operations(json, profile)?
            .into_iter()
            .filter_map(|operation| Operation::from_json(operation, profile, limits).ok());
        Ok(Self {
            operations: operations.collect(),
            limits,
        })
    }

    pub(crate) fn from_operations(operations: Vec<Operation>, limits: FilterLimits) -> Self {
        Self { operations, limits }
    }

    /// The limits of the service that read the request.
    pub(crate) fn limits(&self) -> FilterLimits {
        self.limits
    }

    /// The operations, in the order of their application.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }
}

/// Splits a PATCH request into operations, still as JSON.
fn operations(json: &[u8], profile: Profile) -> Result<Vec<Value>, Error> {
    let mut body = match serde_json::from_slice(json) {
        Ok(Value::Object(body)) => body,
        Ok(_) => return Err(syntax("The body must be a JSON object")),
        Err(error) => {
            return Err(Error::new(
                ErrorKind::InvalidSyntax,
                format!("The body is not JSON: {}", describe_json_error(&error)),
            ));
        }
    };
    check_schemas(tree::get(&body, "schemas"), PATCH_SCHEMA, profile)?;

    let operations = match tree::remove(&mut body, "Operations") {
        Some(Value::Array(operations)) => operations,
        Some(_) => return Err(syntax("Operations must be a list")),
        None => return Err(syntax("Operations is required")),
    };

    if operations.is_empty() && !profile.allows(Tolerance::EmptyOperations) {
        return Err(syntax("Operations is empty"));
    }
    Ok(operations)
}

impl Operation {
    fn from_json(operation: Value, profile: Profile, limits: FilterLimits) -> Result<Self, Error> {
        let Value::Object(mut operation) = operation else {
            return Err(syntax("An operation must be a JSON object"));
        };

        let op = read_op(&operation, profile)?;
        let path = match tree::get(&operation, "path") {
            None | Some(Value::Null) => None,
            Some(Value::String(path))
                if path.is_empty() && profile.allows(Tolerance::EmptyClears) =>
            {
                None
            }
            Some(Value::String(path)) => {
                let path = limits.parser(profile).patch_path(path)?;
                Some(path.into_owned())
            }
            Some(_) => return Err(syntax("path must be a string")),
        };

        let value = tree::remove(&mut operation, "value");
        Self::new(op, path, value).checked()
    }

    /// Checks that the operation has the path and the value of its kind.
    fn checked(self) -> Result<Self, Error> {
        match (self.op, &self.path, &self.value) {
            (Op::Remove, None, _) => Err(Error::new(
                ErrorKind::NoTarget,
                "A remove operation needs a path",
            )),
            (Op::Add | Op::Replace, _, None) => Err(Error::new(
                ErrorKind::InvalidValue,
                "An add or replace operation needs a value",
            )),
            (Op::Add | Op::Replace, None, Some(value)) if !value.is_object() => Err(Error::new(
                ErrorKind::InvalidValue,
                "Without a path, the value must be a complex value",
            )),
            (Op::Add | Op::Replace | Op::Remove, _, _) => Ok(self),
        }
    }
}

fn read_op(operation: &Object, profile: Profile) -> Result<Op, Error> {
    let Some(Value::String(name)) = tree::get(operation, "op") else {
        return Err(syntax("op must be add, remove or replace"));
    };
    let folded = if profile.allows(Tolerance::OperationCase) {
        name.to_ascii_lowercase()
    } else {
        name.clone()
    };
    [Op::Add, Op::Remove, Op::Replace]
        .into_iter()
        .find(|op| op.as_str() == folded)
        .ok_or_else(|| syntax("op must be add, remove or replace"))
}

fn syntax(detail: &'static str) -> Error {
    Error::new(ErrorKind::InvalidSyntax, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(json: &str, profile: Profile) -> ErrorKind {
        PatchOp::from_slice(json.as_bytes(), profile)
            .unwrap_err()
            .kind()
    }

    #[test]
    fn each_malformed_request_has_its_own_kind_of_error() {
        let tolerant = Profile::tolerant();

        assert_eq!(kind("[]", tolerant), ErrorKind::InvalidSyntax);
        assert_eq!(kind("{}", tolerant), ErrorKind::InvalidSyntax);
        assert_eq!(
            kind(r#"{"Operations":{}}"#, tolerant),
            ErrorKind::InvalidSyntax
        );
        assert_eq!(
            kind(r#"{"Operations":[{"op":"move"}]}"#, tolerant),
            ErrorKind::InvalidSyntax
        );

        assert_eq!(
            kind(r#"{"Operations":[{"op":"remove"}]}"#, tolerant),
            ErrorKind::NoTarget
        );
        assert_eq!(
            kind(r#"{"Operations":[{"op":"add","path":"x"}]}"#, tolerant),
            ErrorKind::InvalidValue
        );
        assert_eq!(
            kind(
                r#"{"Operations":[{"op":"add","path":"a..b","value":1}]}"#,
                tolerant
            ),
            ErrorKind::InvalidPath
        );
        // In table 9 of RFC 7644, a malformed filter inside a path is an invalid filter.
        assert_eq!(
            kind(
                r#"{"Operations":[{"op":"add","path":"a[","value":1}]}"#,
                tolerant
            ),
            ErrorKind::InvalidFilter
        );
        assert_eq!(
            kind(r#"{"Operations":[{"op":"add","value":1}]}"#, tolerant),
            ErrorKind::InvalidValue
        );
    }

    #[test]
    fn only_a_tolerant_profile_takes_a_request_without_operations() {
        let json =
            br#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[]}"#;
        assert!(PatchOp::from_slice(json, Profile::tolerant()).is_ok());
        assert!(PatchOp::from_slice(json, Profile::rfc()).is_err());
    }

    #[test]
    fn debug_shows_no_values() {
        let json = br#"{"Operations":[{"op":"add","path":"members[value eq \"secret\"]","value":"secret"}]}"#;
        let patch = PatchOp::from_slice(json, Profile::tolerant()).unwrap();
        assert!(!format!("{patch:?}").contains("secret"));
    }
}
