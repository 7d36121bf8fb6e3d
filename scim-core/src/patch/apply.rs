//! One operation on the tree of a resource.

use scim_filter::urn::is_core;
use serde_json::Value;

use super::target::{Selection, Target, resolve};
use crate::error::named;
use crate::message::{Op, Operation};
use crate::resource::tree::{self, Object};
use crate::schema::{Attribute, Mutability, ResourceType, Schema};
use crate::{Error, ErrorKind, Profile, Tolerance};

pub(super) fn operation(
    root: &mut Object,
    operation: &Operation,
    resource_type: &ResourceType,
    profile: Profile,
) -> Result<(), Error> {
    let engine = Engine {
        op: operation.op(),
        resource_type,
        profile,
    };
    match (operation.path(), operation.json()) {
        (None, Some(Value::Object(members))) => engine.members(root, members),
        (None, _) => Err(not_complex("Without a path, the value")),
        (Some(path), value) => match resolve(path, resource_type, profile)? {
            None => Ok(()),
            Some(Target::Attribute(selection)) => engine.select(root, &selection, value),
            Some(Target::Extension(extension)) => engine.extension(root, extension, value),
            Some(Target::Resource) => match (engine.op, value) {
                (Op::Add | Op::Replace, Some(Value::Object(members))) => {
                    engine.members(root, members)
                }
                (Op::Add | Op::Replace, _) => Err(not_complex(resource_type.schema().id())),
                (Op::Remove, _) => Err(Error::new(
                    ErrorKind::NoTarget,
                    "A remove operation cannot remove the whole resource",
                )),
            },
        },
    }
}

fn not_complex(what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        format!("{what} must be a complex value"),
    )
}

#[derive(Clone, Copy)]
pub(super) struct Engine<'s> {
    pub(super) op: Op,
    resource_type: &'s ResourceType,
    pub(super) profile: Profile,
}

impl Engine<'_> {
    /// The members of a path-less value, each as an operation of its own.
    fn members(self, root: &mut Object, members: &Object) -> Result<(), Error> {
        for (key, value) in members {
            if key.eq_ignore_ascii_case("schemas") {
                continue;
            }
            if let Some(attribute) = self.resource_type.top_level(key) {
                self.whole(root, None, attribute, value)?;
            } else if let Some(extension) = self.resource_type.extension(key) {
                let fits = value.is_object() || value.is_null();
                // As in a POST, what makes no sense beside a deactivation is not a reason to lose it.
                if fits || !self.profile.allows(Tolerance::UnknownAttributes) {
                    self.extension(root, extension, Some(value))?;
                }
            } else if let (true, true, Value::Object(members)) =
                (is_core(key), self.resource_type.knows(key), value)
            {
                self.members(root, members)?;
            } else {
                self.key(root, key, value)?;
            }
        }
        Ok(())
    }

    /// A key of a path-less value that is no attribute name: Entra writes paths there.
    fn key(self, root: &mut Object, key: &str, value: &Value) -> Result<(), Error> {
        if self.profile.allows(Tolerance::DottedKeys) {
            if let Ok(path) = self.profile.parser().patch_path(key) {
                return match resolve(&path, self.resource_type, self.profile)? {
                    Some(Target::Attribute(selection)) => {
                        self.select(root, &selection, Some(value))
                    }
                    Some(Target::Extension(_) | Target::Resource) | None => Ok(()),
                };
            }
        }
        if self.profile.allows(Tolerance::UnknownAttributes) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidPath,
            format!(
                "{} is not an attribute of {}",
                named(key),
                self.resource_type.name()
            ),
        ))
    }

    /// An extension as a whole.
    fn extension(
        self,
        root: &mut Object,
        extension: &Schema,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        let uri = extension.id();
        match (self.op, value) {
            (Op::Remove, _) | (Op::Replace, None | Some(Value::Null)) => {
                tree::remove(root, uri);
                Ok(())
            }
            (Op::Add, None | Some(Value::Null)) => Ok(()),
            (Op::Add | Op::Replace, Some(Value::Object(members))) => {
                for (name, value) in members {
                    match extension.attribute(name) {
                        Some(attribute) => self.whole(root, Some(uri), attribute, value)?,
                        // Some clients repeat the URIs inside an extension: they say nothing new.
                        None if name.eq_ignore_ascii_case("schemas") => {}
                        None if self.profile.allows(Tolerance::UnknownAttributes) => {}
                        None => {
                            return Err(Error::new(
                                ErrorKind::InvalidPath,
                                format!("{uri}:{} is not an attribute of the schema", named(name)),
                            ));
                        }
                    }
                }
                Ok(())
            }
            (Op::Add | Op::Replace, Some(_)) => Err(not_complex(uri)),
        }
    }

    /// The attribute as a whole, from a path-less value.
    fn whole(
        self,
        root: &mut Object,
        uri: Option<&str>,
        attribute: &Attribute,
        value: &Value,
    ) -> Result<(), Error> {
        if attribute.mutability() == Mutability::ReadOnly {
            return if self.profile.allows(Tolerance::ReadOnlyIgnored) {
                Ok(())
            } else {
                Err(Error::new(
                    ErrorKind::Mutability,
                    format!("{} is read-only", attribute.name()),
                ))
            };
        }
        let selection = Selection {
            uri,
            attribute,
            filter: None,
            sub_attribute: None,
        };
        self.select(root, &selection, Some(value))
    }

    fn select(
        self,
        root: &mut Object,
        selection: &Selection<'_>,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        let attribute = selection.attribute;
        let holder = match selection.uri {
            Some(uri) => tree::object_mut(root, uri),
            None => root,
        };
        let before = tree::get(holder, attribute.name()).cloned();
        let after = match (self.op, before.clone()) {
            (Op::Remove, current) => self.remove(selection, current.unwrap_or_default(), value)?,
            (Op::Add | Op::Replace, current) => {
                self.write(selection, current, value.unwrap_or(&Value::Null))?
            }
        };
        if attribute.mutability() == Mutability::Immutable && before.is_some() && before != after {
            return Err(Error::new(
                ErrorKind::Mutability,
                format!("{} is immutable", selection.name()),
            ));
        }
        match after {
            Some(value) => tree::set(holder, attribute.name(), value),
            // An empty list that stays empty stays as it is: it may be there to be shown.
            None if before.as_ref().is_some_and(tree::is_unassigned) => {}
            None => {
                tree::remove(holder, attribute.name());
            }
        }
        if let Some(uri) = selection.uri {
            if tree::get(root, uri).is_some_and(tree::is_unassigned) {
                tree::remove(root, uri);
            }
        }
        Ok(())
    }
}
