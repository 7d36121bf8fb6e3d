//! The check of a provider's resources against their resource type.

use std::fmt;

use serde_json::Value;

use super::Resource;
use super::coerce::fits;
use super::tree::{self, Object};
use crate::schema::{Attribute, AttributeType, ResourceType, Returned, common};

/// A violation of the resource type by a resource.
///
/// `Display` describes it with the name of the attribute and without any value.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Violation {
    /// The kind of violation.
    pub kind: ViolationKind,
    /// The attribute, for example `emails.value`, with the URN of its extension. For a schema violation, the schema.
    pub path: String,
}

/// The kind of a [`Violation`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ViolationKind {
    /// A required attribute or extension is missing (RFC 7643 §3.1, §6, §7).
    Missing,
    /// No schema of the resource type has the attribute.
    UnknownAttribute,
    /// The resource type lacks the schema (RFC 7643 §3).
    UnknownSchema,
    /// `schemas` does not list a schema that the resource uses (RFC 7643 §3).
    UnlistedSchema,
    /// A value does not have this type (RFC 7643 §2.3).
    WrongType(AttributeType),
    /// A single value instead of a list.
    NotList,
    /// A list instead of a single value.
    NotSingle,
    /// An attribute appears in two spellings (RFC 7643 §2.1).
    TwoSpellings,
    /// Several entries are primary (RFC 7643 §2.4).
    SeveralPrimary,
    /// A value of an attribute that is never returned (RFC 7643 §7).
    NeverReturned,
    /// An id that is empty or contains `bulkId` (RFC 7643 §3.1).
    InvalidId,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self.kind {
            ViolationKind::Missing => "is missing",
            ViolationKind::UnknownAttribute => "is not an attribute of the resource type",
            ViolationKind::UnknownSchema => "is not a schema of the resource type",
            ViolationKind::UnlistedSchema => "is not listed in schemas",
            ViolationKind::WrongType(kind) => {
                return write!(f, "{} is not of type {kind:?}", self.path);
            }
            ViolationKind::NotList => "is not a list",
            ViolationKind::NotSingle => "is not a single value",
            ViolationKind::TwoSpellings => "appears in two spellings",
            ViolationKind::SeveralPrimary => "has more than one primary entry",
            ViolationKind::NeverReturned => "must never be returned",
            ViolationKind::InvalidId => "is empty or contains bulkId",
        };
        write!(f, "{} {words}", self.path)
    }
}

impl Resource {
    /// Lists the violations of a resource type; a conforming resource has none.
    ///
    /// The resource must be complete, with `id`, `schemas` and `meta`. Canonical values are suggestions, so other values
    /// conform too.
    ///
    /// ```
    /// use scim_core::Resource;
    /// use scim_core::schema::ResourceType;
    ///
    /// let user = Resource::from_slice(
    ///     br#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"7",
    ///          "userName":"bjensen","active":"true","meta":{"resourceType":"User"}}"#,
    /// )?;
    /// let violations = user.violations(&ResourceType::user());
    /// assert_eq!(violations[0].to_string(), "active is not of type Boolean");
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    ///
    /// Source: RFC 7643 §2, §3, §7.
    #[must_use]
    pub fn violations(&self, resource_type: &ResourceType) -> Vec<Violation> {
        let root = self.tree();
        let mut check = Checker {
            found: Vec::new(),
            open: Vec::new(),
        };
        check.top_level(root, resource_type);
        check.schemas(root, resource_type);
        // A loop, not recursion: a deeply nested schema must not overflow the stack.
        while let Some(part) = check.open.pop() {
            check.members(part.members, part.attributes, &part.path);
        }
        check.found
    }
}

fn is_primary(entry: &Value) -> bool {
    let members = entry.as_object();
    members.and_then(|members| tree::get(members, "primary")) == Some(&Value::Bool(true))
}

/// A complex value or the object of an extension, still unchecked.
struct OpenObject<'r> {
    members: &'r Object,
    attributes: &'r [Attribute],
    path: String,
}

struct Checker<'r> {
    found: Vec<Violation>,
    open: Vec<OpenObject<'r>>,
}

impl<'r> Checker<'r> {
    fn report(&mut self, kind: ViolationKind, prefix: &str, name: &str) {
        let path = format!("{prefix}{name}");
        self.found.push(Violation { kind, path });
    }

    fn top_level(&mut self, root: &'r Object, resource_type: &'r ResourceType) {
        for (name, value) in root {
            if let Some(attribute) = resource_type.top_level(name) {
                self.attribute(root, name, value, attribute, "");
            } else if let Some(extension) = resource_type.extension(name) {
                match value {
                    Value::Object(members) => self.open.push(OpenObject {
                        members,
                        attributes: extension.attributes(),
                        path: format!("{}:", extension.id()),
                    }),
                    Value::Null => {}
                    Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                        self.report(ViolationKind::WrongType(AttributeType::Complex), "", name);
                    }
                }
            } else if name.contains(':') {
                self.report(ViolationKind::UnknownSchema, "", name);
            } else {
                self.report(ViolationKind::UnknownAttribute, "", name);
            }
        }

        for attribute in resource_type.schema().attributes() {
            self.required(root, attribute, "");
        }
        for attribute in common().attributes() {
            // The schemas of RFC 7643 §6 and §7 define their own `id`.
            if resource_type.schema().attribute(attribute.name()).is_none() {
                self.required(root, attribute, "");
            }
        }

        if let Some(Value::String(id)) = tree::get(root, "id") {
            if id.is_empty() || id.contains("bulkId") {
                self.report(ViolationKind::InvalidId, "", "id");
            }
        }
    }

    fn schemas(&mut self, root: &Object, resource_type: &ResourceType) {
        let listed: Vec<&str> = match tree::get(root, "schemas") {
            Some(Value::Array(uris)) => uris.iter().filter_map(Value::as_str).collect(),
            _ => return,
        };

        let lists = |uri: &str| listed.iter().any(|listed| listed.eq_ignore_ascii_case(uri));

        for uri in &listed {
            if !resource_type.knows(uri) {
                self.report(ViolationKind::UnknownSchema, "", uri);
            }
        }

        if !lists(resource_type.schema().id()) {
            self.report(
                ViolationKind::UnlistedSchema,
                "",
                resource_type.schema().id(),
            );
        }

        for extension in resource_type.extensions() {
            let uri = extension.schema.id();
            let is_used = tree::get(root, uri).is_some_and(|value| !tree::is_unassigned(value));
            if is_used && !lists(uri) {
                self.report(ViolationKind::UnlistedSchema, "", uri);
            }
            if extension.required && !is_used {
                self.report(ViolationKind::Missing, "", uri);
            }
        }
    }

    fn members(&mut self, members: &'r Object, attributes: &'r [Attribute], prefix: &str) {
        for (name, value) in members {
            let definition = attributes
                .iter()
                .find(|attribute| attribute.name().eq_ignore_ascii_case(name));
            match definition {
                Some(attribute) => self.attribute(members, name, value, attribute, prefix),
                None => self.report(ViolationKind::UnknownAttribute, prefix, name),
            }
        }

        for attribute in attributes {
            self.required(members, attribute, prefix);
        }
    }

    fn required(&mut self, holder: &Object, attribute: &Attribute, prefix: &str) {
        let has_one =
            || tree::get(holder, attribute.name()).is_some_and(|value| !tree::is_unassigned(value));
        if attribute.is_required() && attribute.returned() != Returned::Never && !has_one() {
            self.report(ViolationKind::Missing, prefix, attribute.name());
        }
    }

    fn attribute(
        &mut self,
        holder: &Object,
        name: &str,
        value: &'r Value,
        attribute: &'r Attribute,
        prefix: &str,
    ) {
        if name != attribute.name() && holder.contains_key(attribute.name()) {
            self.report(ViolationKind::TwoSpellings, prefix, attribute.name());
        }

        if tree::is_unassigned(value) {
            return;
        }
        if attribute.returned() == Returned::Never {
            self.report(ViolationKind::NeverReturned, prefix, attribute.name());
        }

        match (value.as_array(), attribute.is_multi_valued()) {
            (Some(entries), true) => {
                for entry in entries {
                    self.value(entry, attribute, prefix);
                }
                if entries.iter().filter(|entry| is_primary(entry)).count() > 1 {
                    self.report(ViolationKind::SeveralPrimary, prefix, attribute.name());
                }
            }
            (None, false) => self.value(value, attribute, prefix),
            (Some(_), false) => self.report(ViolationKind::NotSingle, prefix, attribute.name()),
            (None, true) => self.report(ViolationKind::NotList, prefix, attribute.name()),
        }
    }

    fn value(&mut self, value: &'r Value, attribute: &'r Attribute, prefix: &str) {
        if value.is_null() {
            return;
        }
        if !fits(value, attribute.kind()) {
            let kind = ViolationKind::WrongType(attribute.kind());
            self.report(kind, prefix, attribute.name());
        } else if let Value::Object(members) = value {
            self.open.push(OpenObject {
                members,
                attributes: attribute.sub_attributes(),
                path: format!("{prefix}{}.", attribute.name()),
            });
        }
    }
}
