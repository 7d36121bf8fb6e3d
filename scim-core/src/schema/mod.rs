//! Schemas: the one source of truth about attributes.
//!
//! Validation, coercion, PATCH, filter typing, projection and discovery all read a [`Schema`]. None of them knows an attribute
//! by its name.
//!
//! # Checks
//!
//! The service checks every request against the schemas. It checks the resources of a provider only with
//! [`Service::checking_answers`](crate::Service::checking_answers).
//!
//! | characteristic | in a request | in a response |
//! |---|---|---|
//! | `type`, `multiValued` | checked; a reference only has to be text | checked |
//! | `required` | checked in POST, PUT and PATCH, in each entry of a list and in each extension in use; an extension can itself be required | checked |
//! | `canonicalValues` | suggestions: a value that differs only in case takes their spelling; any other value stays | not checked |
//! | `mutability` | POST and PUT ignore read-only attributes, a PATCH does so by [profile](crate::Tolerance::ReadOnlyIgnored); an immutable value stays, and the service refuses another | |
//! | `returned` | decides which attributes a response shows; write-only attributes never | `never` is checked |
//! | `uniqueness` | advertised; the provider checks it ([`ResourceType::unique_attributes`]) | |
//! | `caseExact` | decides how values compare | |
//! | one `primary` | checked; by [profile](crate::Tolerance::SeveralPrimary) the first stays | checked |
//!
//! The service keeps each entry of a list once. [`Schema::lint`] finds the faults of a schema itself.

mod attribute;
mod core;
mod key;
mod lint;
mod registry;

use scim_filter::AttrPath;
use serde::{Deserialize, Serialize};

pub use self::attribute::{Attribute, AttributeType, Mutability, Returned, Uniqueness};
pub(crate) use self::core::common;
pub use self::core::{
    ENTERPRISE_USER, GROUP, RESOURCE_TYPE, SCHEMA, SERVICE_PROVIDER_CONFIG, USER,
};
pub use self::key::Resolved;
pub(crate) use self::key::{Key, Spellings, path_in_key, spell};
pub use self::lint::{Finding, FindingKind};
pub use self::registry::{Extension, ResourceType};
use crate::{Error, ErrorKind};

/// A schema: a URI and the attributes it defines.
///
/// ```
/// use scim_core::Schema;
///
/// let badge = Schema::from_slice(
///     br#"{"id":"urn:example:Badge","name":"Badge","attributes":[{"name":"number","type":"string"}]}"#,
/// )?;
/// assert_eq!(badge.attribute("NUMBER").map(|a| a.name()), Some("number"));
/// # Ok::<(), scim_core::Error>(())
/// ```
///
/// Source: RFC 7643 §7.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Schema {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    attributes: Vec<Attribute>,
}

impl Schema {
    /// A schema with the given URI, name and attributes.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>, attributes: Vec<Attribute>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            description: String::new(),
            attributes,
        }
    }

    /// Reads a schema from JSON, in the form that `/Schemas` publishes.
    ///
    /// # Errors
    ///
    /// `InvalidSyntax` if the text is not JSON or lacks a field of a schema.
    pub fn from_slice(json: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(json).map_err(|error| {
            Error::new(
                ErrorKind::InvalidSyntax,
                format!(
                    "The JSON is not a schema: {}",
                    crate::error::describe_json_error(&error)
                ),
            )
        })
    }

    /// The core schema for users.
    #[must_use]
    pub fn user() -> Self {
        core::user().clone()
    }

    /// The core schema for groups.
    #[must_use]
    pub fn group() -> Self {
        core::group().clone()
    }

    /// The enterprise extension of users.
    #[must_use]
    pub fn enterprise_user() -> Self {
        core::enterprise_user().clone()
    }

    /// The schema of the service provider's configuration.
    #[must_use]
    pub fn service_provider_config() -> Self {
        core::service_provider_config().clone()
    }

    /// The schema of resource types.
    #[must_use]
    pub fn resource_type() -> Self {
        core::resource_type().clone()
    }

    /// The schema of schemas.
    #[must_use]
    pub fn for_schemas() -> Self {
        core::schema().clone()
    }

    /// The URI.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The description for people.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The attributes in the order of their definition.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The attribute `name`; case does not matter.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        attribute::find(&self.attributes, name)
    }

    /// The same schema with only the attributes and sub-attributes that `paths` name.
    ///
    /// A complex attribute named without a sub-attribute keeps all of them. Use this method to advertise only attributes that
    /// the server keeps, because identity providers test every attribute they find.
    ///
    /// ```
    /// use scim_core::Schema;
    ///
    /// let schema = Schema::user().retaining(&["userName", "name.givenName"]);
    /// assert_eq!(schema.attributes().len(), 2);
    /// assert!(schema.attribute("name").unwrap().sub_attribute("familyName").is_none());
    /// ```
    #[must_use]
    pub fn retaining(mut self, paths: &[&str]) -> Self {
        let wanted: Vec<AttrPath<'_>> = paths
            .iter()
            .filter_map(|path| AttrPath::parse(path).ok())
            .collect();

        self.attributes.retain_mut(|attribute| {
            let mut whole = false;
            let mut parts: Vec<&str> = Vec::new();
            for path in &wanted {
                if path.name().eq_ignore_ascii_case(attribute.name()) {
                    match path.sub_attribute() {
                        Some(sub) => parts.push(sub),
                        None => whole = true,
                    }
                }
            }

            if !whole && !parts.is_empty() {
                attribute.sub_attributes_mut().retain(|sub| {
                    parts
                        .iter()
                        .any(|part| part.eq_ignore_ascii_case(sub.name()))
                });
            }

            whole || !parts.is_empty()
        });
        self
    }

    /// The same schema with another mutability for the attribute or sub-attribute at `path`.
    ///
    /// ```
    /// use scim_core::Schema;
    /// use scim_core::schema::Mutability;
    ///
    /// let schema = Schema::user().with_mutability("name.formatted", Mutability::ReadOnly);
    /// let formatted = schema.attribute("name").unwrap().sub_attribute("formatted").unwrap();
    /// assert_eq!(formatted.mutability(), Mutability::ReadOnly);
    /// ```
    #[must_use]
    pub fn with_mutability(mut self, path: &str, mutability: Mutability) -> Self {
        if let Some(attribute) = self.attribute_mut(path) {
            attribute.set_mutability(mutability);
        }
        self
    }

    /// The same schema with another uniqueness for the attribute or sub-attribute at `path`.
    ///
    /// ```
    /// use scim_core::Schema;
    /// use scim_core::schema::Uniqueness;
    ///
    /// let schema = Schema::group().with_uniqueness("displayName", Uniqueness::Server);
    /// assert_eq!(schema.attribute("displayName").unwrap().uniqueness(), Uniqueness::Server);
    /// ```
    #[must_use]
    pub fn with_uniqueness(mut self, path: &str, uniqueness: Uniqueness) -> Self {
        if let Some(attribute) = self.attribute_mut(path) {
            attribute.set_uniqueness(uniqueness);
        }
        self
    }

    fn attribute_mut(&mut self, path: &str) -> Option<&mut Attribute> {
        let path = AttrPath::parse(path).ok()?;
        let attribute = attribute::find_mut(&mut self.attributes, path.name())?;
        match path.sub_attribute() {
            None => Some(attribute),
            Some(part) => attribute::find_mut(attribute.sub_attributes_mut(), part),
        }
    }
}
