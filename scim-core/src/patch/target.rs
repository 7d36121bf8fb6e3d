//! Resolving a PATCH path in a resource type.

use scim_filter::visit::Event;
use scim_filter::{AttrPath, CompareOp, Expr, Filter, PatchPath, Value as Literal};
use serde_json::Value;

use crate::error::shorten;
use crate::ignored;
use crate::resource::tree::Object;
use crate::resource::{Element, coerce};
use crate::schema::{
    Attribute, AttributeType, Key, Mutability, ResourceType, Schema, Spellings, spell,
};
use crate::{Error, ErrorKind, Profile, Tolerance};

/// The target of a PATCH path.
pub(super) enum Target<'p> {
    /// The resource itself, named by the URI of its core schema.
    Resource,
    /// `schemas`, which the service writes.
    Schemas,
    /// A whole extension.
    Extension(&'p Schema),
    /// An attribute, or parts of it.
    Attribute(Selection<'p>),
}

/// An attribute, or the parts that a value filter and a sub-attribute select.
pub(super) struct Selection<'p> {
    /// The URI of the extension that defines the attribute.
    pub(super) uri: Option<&'p str>,
    pub(super) attribute: &'p Attribute,
    pub(super) filter: Option<&'p Filter<'p>>,
    pub(super) sub_attribute: Option<&'p Attribute>,
}

/// Finds the target of `path`; `None` if the profile ignores the path.
pub(super) fn resolve<'p>(
    path: &'p PatchPath<'_>,
    resource_type: &'p ResourceType,
    profile: Profile,
) -> Result<Option<Target<'p>>, Error> {
    let given = path.attribute();
    let sub_attribute = path.sub_attribute();
    let found = match resource_type.key_of_path(given, Spellings::in_patch_path(profile)) {
        Key::Extension(extension) if path.as_uri().is_some() => {
            return Ok(Some(Target::Extension(extension)));
        }
        Key::Resource if path.as_uri().is_some() => return Ok(Some(Target::Resource)),
        Key::Attribute(resolved) => match sub_attribute {
            None => Some((resolved, None)),
            Some(name) => {
                let sub_attribute = resolved.attribute.sub_attribute(name);
                sub_attribute.map(|sub_attribute| (resolved, Some(sub_attribute)))
            }
        },
        Key::Extension(_) | Key::Resource | Key::Unknown => None,
    };

    let Some((resolved, sub_attribute)) = found else {
        if profile.allows(Tolerance::UnknownAttributes) {
            match sub_attribute {
                None => ignored::log_once("attribute", given.as_str()),
                Some(sub) => {
                    let name = format!("{}.{sub}", given.as_str());
                    ignored::log_once("attribute", &name);
                }
            }
            return Ok(None);
        }
        return Err(Error::new(
            ErrorKind::InvalidPath,
            format!(
                "{} is not an attribute of {}",
                shorten(given.name()),
                resource_type.name()
            ),
        ));
    };

    let selection = Selection {
        uri: resolved.extension.map(Schema::id),
        attribute: resolved.attribute,
        filter: path.filter(),
        sub_attribute,
    };
    let attribute = selection.attribute;
    if selection.uri.is_none() && attribute.name().eq_ignore_ascii_case("schemas") {
        return Ok(Some(Target::Schemas));
    }

    if selection.filter.is_some()
        && !attribute.is_multi_valued()
        && attribute.kind() != AttributeType::Complex
    {
        return Err(Error::new(
            ErrorKind::InvalidPath,
            format!(
                "{} is a single value; a filter has nothing to select",
                selection.name()
            ),
        ));
    }
    if !profile.allows(Tolerance::UnknownAttributes) {
        selection.check_filter()?;
    }
    if selection.is_read_only() {
        return if profile.allows(Tolerance::ReadOnlyIgnored) {
            Ok(None)
        } else {
            Err(Error::new(
                ErrorKind::Mutability,
                format!("{} is read-only", selection.name()),
            ))
        };
    }
    Ok(Some(Target::Attribute(selection)))
}

impl Selection<'_> {
    /// The name for errors.
    pub(super) fn name(&self) -> String {
        spell(self.uri, self.attribute, self.sub_attribute)
    }

    /// How many comparisons the filter makes for each entry.
    pub(super) fn comparisons(&self) -> usize {
        let events = self.filter.into_iter().flat_map(Filter::walk);
        events
            .filter(|event| matches!(event, Event::Leaf(_)))
            .count()
            .max(1)
    }

    /// The error for a path that selects nothing.
    pub(super) fn no_target(&self) -> Error {
        Error::new(
            ErrorKind::NoTarget,
            format!("The path selects no value of {}", self.name()),
        )
    }

    /// Refuses a filter on an unknown sub-attribute.
    ///
    /// It would select nothing or, with `ne` and `not`, everything.
    fn check_filter(&self) -> Result<(), Error> {
        let is_known = |path: &AttrPath<'_>| {
            let simple = self.attribute.kind() != AttributeType::Complex;
            path.uri().is_none()
                && path.sub_attribute().is_none()
                && if simple {
                    path.name().eq_ignore_ascii_case("value")
                } else {
                    self.attribute.sub_attribute(path.name()).is_some()
                }
        };

        for event in self.filter.into_iter().flat_map(Filter::walk) {
            match event {
                Event::Leaf(Expr::Compare { path, .. } | Expr::Present(path))
                    if !is_known(path) =>
                {
                    return Err(Error::new(
                        ErrorKind::InvalidFilter,
                        format!(
                            "{} is not a sub-attribute of {}",
                            shorten(path.name()),
                            self.name()
                        ),
                    ));
                }
                Event::Leaf(_) | Event::Enter(_) | Event::Between(_) | Event::Leave(_) => {}
            }
        }
        Ok(())
    }

    fn is_read_only(&self) -> bool {
        self.attribute.mutability() == Mutability::ReadOnly
            || self
                .sub_attribute
                .is_some_and(|sub| sub.mutability() == Mutability::ReadOnly)
    }

    /// Whether the filter selects an entry of the attribute.
    pub(super) fn selects(&self, entry: &Value) -> bool {
        self.filter
            .is_none_or(|filter| filter.matches(&Element::new(entry, self.attribute)))
    }

    /// Makes the entry that the filter describes, for a path that selects none. Live Entra ID relies on it.
    ///
    /// # Errors
    ///
    /// `NoTarget` if the filter describes no single entry.
    pub(super) fn described_entry(&self, profile: Profile) -> Result<Object, Error> {
        let no_target = || self.no_target();
        let mut entry = Object::new();
        let Some(filter) = self.filter else {
            // Replacing a missing value adds it (RFC 7644 §3.5.2.3).
            return Ok(entry);
        };
        if !profile.allows(Tolerance::ValuePathCreates) {
            return Err(no_target());
        }

        let mut describe = |term: Expr<'_>| -> Result<(), Error> {
            let Expr::Compare {
                path,
                op: CompareOp::Eq,
                value,
            } = term
            else {
                return Err(no_target());
            };
            let sub = self
                .attribute
                .sub_attribute(path.name())
                .ok_or_else(no_target)?;
            let value = match value {
                Literal::String(text) => Value::from(&**text),
                Literal::Bool(boolean) => Value::from(*boolean),
                Literal::Number(number) => {
                    serde_json::from_str(number.as_str()).map_err(|_| no_target())?
                }
                Literal::Null => return Ok(()),
            };
            if let Some(value) = coerce(value, sub, sub.name(), profile)? {
                entry.insert(sub.name().to_owned(), value);
            }
            Ok(())
        };

        match filter.expr() {
            Expr::And(terms) => terms.into_iter().try_for_each(&mut describe)?,
            term @ Expr::Compare { .. } => describe(term)?,
            Expr::Or(_) | Expr::Not(_) | Expr::Present(_) | Expr::ValuePath { .. } => {
                return Err(no_target());
            }
        }

        // `type eq "work" and type eq "home"` describes no entry.
        if self.selects(&Value::Object(entry.clone())) {
            Ok(entry)
        } else {
            Err(no_target())
        }
    }
}
