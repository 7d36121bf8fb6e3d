//! Applying one operation to the tree of a resource.

use serde_json::Value;

use super::budget::Budget;
use super::target::{Selection, Target, resolve};
use crate::error::shorten;
use crate::ignored;
use crate::limits::FilterLimits;
use crate::message::{Op, Operation};
use crate::resource::tree::{self, Object};
use crate::schema::{Attribute, Key, Mutability, ResourceType, Schema, Spellings, path_in_key};
use crate::{Error, ErrorKind, Profile, Tolerance};

/// The rules of one request, the same for all its operations.
pub(super) struct Rules<'s> {
    pub(super) resource_type: &'s ResourceType,
    pub(super) profile: Profile,
    pub(super) limits: FilterLimits,
    pub(super) budget: Budget,
}

/// Applies `operation` to the resource `root`.
pub(super) fn operation(
    root: &mut Object,
    operation: &Operation,
    rules: &Rules<'_>,
) -> Result<(), Error> {
    let resource_type = rules.resource_type;
    let engine = Engine {
        op: operation.op(),
        rules,
    };

    let Some(path) = operation.path() else {
        return match operation.json() {
            Some(Value::Object(members)) => engine.members(root, members),
            _ => Err(not_complex("Without a path, the value")),
        };
    };

    let value = operation.json();
    match resolve(path, resource_type, rules.profile)? {
        None => Ok(()),
        Some(Target::Attribute(selection)) => engine.apply_to(root, &selection, value),
        Some(Target::Extension(extension)) => engine.extension(root, extension, value),
        Some(Target::Schemas) => engine.check_schemas(value),
        Some(Target::Resource) => match (engine.op, value) {
            (Op::Add | Op::Replace, Some(Value::Object(members))) => engine.members(root, members),
            (Op::Add | Op::Replace, _) => Err(not_complex(resource_type.schema().id())),
            (Op::Remove, _) => Err(Error::new(
                ErrorKind::NoTarget,
                "A remove operation cannot remove the whole resource; send a DELETE instead",
            )),
        },
    }
}

fn not_complex(what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        format!("{what} must be a complex value"),
    )
}

/// One operation, under the rules of its request.
#[derive(Clone, Copy)]
pub(super) struct Engine<'s> {
    pub(super) op: Op,
    pub(super) rules: &'s Rules<'s>,
}

impl Engine<'_> {
    /// Applies each member of a value without a path.
    fn members(self, root: &mut Object, members: &Object) -> Result<(), Error> {
        let resource_type = self.rules.resource_type;
        for (key, value) in members {
            if key.eq_ignore_ascii_case("schemas") {
                continue;
            }

            match resource_type.key(key, Spellings::in_patch_value()) {
                Key::Attribute(found) => {
                    self.whole_attribute(root, None, found.attribute, Some(value))?;
                }
                Key::Extension(extension) => {
                    let fits = value.is_object() || value.is_null();
                    // As in a POST, nonsense beside a deactivation must not prevent it.
                    if fits || !self.rules.profile.allows(Tolerance::UnknownAttributes) {
                        self.extension(root, extension, Some(value))?;
                    }
                }
                Key::Resource => match value {
                    Value::Object(members) => self.members(root, members)?,
                    Value::Null
                    | Value::Bool(_)
                    | Value::Number(_)
                    | Value::String(_)
                    | Value::Array(_) => self.unknown_key(root, key, value)?,
                },
                Key::Unknown => self.unknown_key(root, key, value)?,
            }
        }
        Ok(())
    }

    /// Applies a key that names no attribute. It may be a path: Entra ID sends such keys.
    fn unknown_key(self, root: &mut Object, key: &str, value: &Value) -> Result<(), Error> {
        let rules = self.rules;
        if let Some(path) = path_in_key(key, rules.profile, rules.limits) {
            return match resolve(&path, rules.resource_type, rules.profile)? {
                Some(Target::Attribute(selection)) => self.apply_to(root, &selection, Some(value)),
                Some(Target::Extension(_) | Target::Resource | Target::Schemas) | None => Ok(()),
            };
        }

        if rules.profile.allows(Tolerance::UnknownAttributes) {
            ignored::log_once("attribute", key);
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidPath,
            format!(
                "{} is not an attribute of {}",
                shorten(key),
                rules.resource_type.name()
            ),
        ))
    }

    /// Refuses to remove `schemas`, which is required. The service writes it, so any other value changes nothing.
    fn check_schemas(self, value: Option<&Value>) -> Result<(), Error> {
        let clears = match self.op {
            Op::Remove => true,
            Op::Add => false,
            Op::Replace => value.is_none_or(tree::is_unassigned),
        };
        if clears && !self.rules.profile.allows(Tolerance::ReadOnlyIgnored) {
            return Err(Error::new(
                ErrorKind::Mutability,
                "schemas is required and cannot be removed",
            ));
        }
        Ok(())
    }

    /// Applies the operation to a whole extension.
    fn extension(
        self,
        root: &mut Object,
        extension: &Schema,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        let uri = extension.id();
        let members = match (self.op, value) {
            (Op::Remove, _) | (Op::Replace, None | Some(Value::Null)) => {
                return self.remove_extension(root, extension);
            }
            (Op::Add, None | Some(Value::Null)) => return Ok(()),
            (Op::Add | Op::Replace, Some(Value::Object(members))) => members,
            (Op::Add | Op::Replace, Some(_)) => return Err(not_complex(uri)),
        };

        for (name, value) in members {
            match extension.attribute(name) {
                Some(attribute) => self.whole_attribute(root, Some(uri), attribute, Some(value))?,
                // Some clients repeat `schemas` inside an extension.
                None if name.eq_ignore_ascii_case("schemas") => {}
                None if self.rules.profile.allows(Tolerance::UnknownAttributes) => {
                    let name = format!("{uri}:{name}");
                    ignored::log_once("attribute", &name);
                }
                None => {
                    return Err(Error::new(
                        ErrorKind::InvalidPath,
                        format!("{uri}:{} is not an attribute of the schema", shorten(name)),
                    ));
                }
            }
        }
        Ok(())
    }

    /// Removes the attributes of an extension one by one, because a client may not remove read-only ones.
    fn remove_extension(self, root: &mut Object, extension: &Schema) -> Result<(), Error> {
        let uri = extension.id();
        let held = tree::get(root, uri).and_then(Value::as_object);
        let names: Vec<String> = held
            .into_iter()
            .flat_map(Object::iter)
            .filter(|(_, value)| !tree::is_unassigned(value))
            .map(|(name, _)| name.clone())
            .collect();

        let removal = Engine {
            op: Op::Remove,
            ..self
        };
        let mut keeps_any = false;
        for attribute in names.iter().filter_map(|name| extension.attribute(name)) {
            removal.whole_attribute(root, Some(uri), attribute, None)?;
            keeps_any |= attribute.mutability() == Mutability::ReadOnly;
        }
        if !keeps_any {
            tree::remove(root, uri);
        }
        Ok(())
    }

    /// Applies the operation to a whole attribute.
    fn whole_attribute(
        self,
        root: &mut Object,
        uri: Option<&str>,
        attribute: &Attribute,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        if attribute.mutability() == Mutability::ReadOnly {
            return if self.rules.profile.allows(Tolerance::ReadOnlyIgnored) {
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
        self.apply_to(root, &selection, value)
    }

    /// Applies the operation to the selected parts of an attribute.
    fn apply_to(
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
        let budget = &self.rules.budget;
        budget.charge(tree::get(holder, attribute.name()), selection)?;

        // The value may be a long list, so it is moved and not copied.
        let current = tree::remove(holder, attribute.name());
        let former_empty = current
            .as_ref()
            .filter(|value| tree::is_unassigned(value))
            .cloned();
        let fixed = match attribute.mutability() {
            Mutability::Immutable => current.clone().filter(|value| !tree::is_unassigned(value)),
            Mutability::ReadOnly | Mutability::ReadWrite | Mutability::WriteOnly => None,
        };

        let after = match self.op {
            Op::Remove => self.remove(selection, current, value)?,
            Op::Add | Op::Replace => {
                self.write(selection, current, value.unwrap_or(&Value::Null))?
            }
        };
        if fixed.is_some() && fixed != after {
            return Err(Error::new(
                ErrorKind::Mutability,
                format!("{} is immutable", selection.name()),
            ));
        }

        // An empty list stays an empty list, because a store may keep it for responses.
        if let Some(value) = after.or(former_empty) {
            tree::set(holder, attribute.name(), value);
        }
        if let Some(uri) = selection.uri {
            if tree::get(root, uri).is_some_and(tree::is_unassigned) {
                tree::remove(root, uri);
            }
        }
        Ok(())
    }
}
