//! Checks that protect immutable and required values from an operation.

use serde_json::Value;

use super::assigned;
use crate::resource::tree::Object;
use crate::schema::{Attribute, Mutability};
use crate::{Error, ErrorKind};

/// Refuses to remove a single complex value that holds an immutable sub-attribute.
///
/// The next value could hold another one. An entry of a list comes and goes as a whole, together with its immutable parts.
pub(super) fn check_clearing(
    members: &Object,
    attribute: &Attribute,
    name: &str,
) -> Result<(), Error> {
    if attribute.is_multi_valued() {
        return Ok(());
    }
    attribute
        .sub_attributes()
        .iter()
        .try_for_each(|sub| check_immutable(members, sub, None, name))
}

/// Refuses to change an immutable sub-attribute, or to remove a required one.
pub(super) fn check_sub_attribute(
    members: &Object,
    sub: &Attribute,
    value: Option<&Value>,
    name: &str,
) -> Result<(), Error> {
    check_immutable(members, sub, value, name)?;

    if value.is_none() && sub.is_required() && assigned(members, sub.name()).is_some() {
        return Err(Error::new(
            ErrorKind::Mutability,
            format!(
                "{name} holds {}, which is required and cannot be removed",
                sub.name()
            ),
        ));
    }
    Ok(())
}

/// Refuses to change or remove an immutable sub-attribute that has a value (RFC 7643 §2.2).
pub(super) fn check_immutable(
    members: &Object,
    sub: &Attribute,
    value: Option<&Value>,
    name: &str,
) -> Result<(), Error> {
    if sub.mutability() == Mutability::Immutable {
        let existing = assigned(members, sub.name());
        if existing.is_some() && existing != value {
            return Err(Error::new(
                ErrorKind::Mutability,
                format!("{name} holds {}, which is immutable", sub.name()),
            ));
        }
    }
    Ok(())
}
