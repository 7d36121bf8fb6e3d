//! Resource types: the schemas that make up a resource.

use serde::Deserialize;

use super::{Attribute, Mutability, Resolved, Schema, Uniqueness, core};
use crate::error::{describe_json_error, shorten};
use crate::{Error, ErrorKind};

/// A schema that extends a resource type.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Extension {
    /// The extending schema.
    pub schema: Schema,
    /// Whether every resource of the type must have it.
    pub required: bool,
}

/// A type of resource: its endpoint, its core schema and its extensions.
///
/// ```
/// use scim_core::schema::ResourceType;
///
/// let user = ResourceType::user();
/// assert_eq!(user.endpoint(), "/Users");
/// assert_eq!(user.extensions().len(), 1);
/// ```
///
/// Source: RFC 7643 §6.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResourceType {
    name: String,
    endpoint: String,
    description: String,
    schema: Schema,
    extensions: Vec<Extension>,
}

/// A resource type as `/ResourceTypes` publishes it, with URIs in place of schemas.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Published {
    name: String,
    endpoint: String,
    #[serde(default)]
    description: String,
    schema: String,
    #[serde(default)]
    schema_extensions: Vec<PublishedExtension>,
}

#[derive(Deserialize)]
struct PublishedExtension {
    schema: String,
    #[serde(default)]
    required: bool,
}

impl ResourceType {
    /// A resource type `name`, served at `endpoint`, for example `/Devices`.
    #[must_use]
    pub fn new(name: impl Into<String>, endpoint: impl Into<String>, schema: Schema) -> Self {
        let endpoint = endpoint.into();
        Self {
            name: name.into(),
            endpoint: format!("/{}", endpoint.trim_matches('/')),
            description: schema.description().to_owned(),
            schema,
            extensions: Vec::new(),
        }
    }

    /// Reads a resource type from JSON, in the form that `/ResourceTypes` publishes.
    ///
    /// It may name the schemas in `schemas` and the core schemas for users, groups and enterprise users.
    ///
    /// ```
    /// use scim_core::Schema;
    /// use scim_core::schema::ResourceType;
    ///
    /// let badge = Schema::from_slice(
    ///     br#"{"id":"urn:example:Badge","attributes":[{"name":"number","type":"string","required":true}]}"#,
    /// )?;
    /// let user = ResourceType::from_slice(
    ///     br#"{"name":"User","endpoint":"/Users","schema":"urn:ietf:params:scim:schemas:core:2.0:User",
    ///          "schemaExtensions":[{"schema":"urn:example:Badge","required":true}]}"#,
    ///     &[badge],
    /// )?;
    /// assert!(user.extensions()[0].required);
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - `InvalidSyntax` if the text is not JSON or lacks a field of a resource type.
    /// - `InvalidValue` if it names an unknown schema, or a schema twice.
    ///
    /// Source: RFC 7643 §6.
    pub fn from_slice(json: &[u8], schemas: &[Schema]) -> Result<Self, Error> {
        let published: Published = serde_json::from_slice(json).map_err(|error| {
            Error::new(
                ErrorKind::InvalidSyntax,
                format!(
                    "The JSON is not a resource type: {}",
                    describe_json_error(&error)
                ),
            )
        })?;

        let find = |uri: &str| {
            schemas
                .iter()
                .find(|schema| schema.id().eq_ignore_ascii_case(uri))
                .or_else(|| core::known(uri))
                .cloned()
                .ok_or_else(|| {
                    Error::new(
                        ErrorKind::InvalidValue,
                        format!(
                            "The schema {} is unknown; pass it in `schemas`",
                            shorten(uri)
                        ),
                    )
                })
        };

        let mut resource_type =
            Self::new(published.name, published.endpoint, find(&published.schema)?);
        resource_type.description = published.description;
        for extension in published.schema_extensions {
            if resource_type.knows(&extension.schema) {
                return Err(Error::new(
                    ErrorKind::InvalidValue,
                    format!(
                        "The resource type names {} twice",
                        shorten(&extension.schema)
                    ),
                ));
            }
            resource_type.extensions.push(Extension {
                schema: find(&extension.schema)?,
                required: extension.required,
            });
        }
        Ok(resource_type)
    }

    /// Users with the enterprise extension, at `/Users`.
    #[must_use]
    pub fn user() -> Self {
        Self::new("User", "/Users", Schema::user()).with_extension(Schema::enterprise_user())
    }

    /// Groups, at `/Groups`.
    #[must_use]
    pub fn group() -> Self {
        Self::new("Group", "/Groups", Schema::group())
    }

    /// Adds an optional extension.
    #[must_use]
    pub fn with_extension(mut self, schema: Schema) -> Self {
        self.extensions.push(Extension {
            schema,
            required: false,
        });
        self
    }

    /// Adds an extension that every resource must have, with its required attributes (RFC 7643 §6).
    #[must_use]
    pub fn with_required_extension(mut self, schema: Schema) -> Self {
        self.extensions.push(Extension {
            schema,
            required: true,
        });
        self
    }

    /// The name, which is also the id of the type and the value of `meta.resourceType`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The endpoint, with a leading slash and without the base path.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The description for people.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The core schema.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The extensions.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// The core schema, then those of the extensions.
    ///
    /// ```
    /// use scim_core::schema::ResourceType;
    ///
    /// assert!(ResourceType::user().schemas().all(|schema| schema.lint().is_empty()));
    /// ```
    pub fn schemas(&self) -> impl Iterator<Item = &Schema> {
        let extensions = self.extensions.iter().map(|extension| &extension.schema);
        std::iter::once(&self.schema).chain(extensions)
    }

    /// The top-level attributes that the schema declares unique among the resources of this type.
    ///
    /// ```
    /// use scim_core::schema::ResourceType;
    ///
    /// let user = ResourceType::user();
    /// assert_eq!(user.unique_attributes().map(|a| a.name()).collect::<Vec<_>>(), ["userName"]);
    /// ```
    pub fn unique_attributes(&self) -> impl Iterator<Item = &Attribute> {
        let unique = |attribute: &&Attribute| attribute.uniqueness() != Uniqueness::None;
        self.schema.attributes().iter().filter(unique)
    }

    /// The immutable attributes, and the immutable sub-attributes of single-valued ones (RFC 7643 §7).
    pub(crate) fn immutables(&self) -> impl Iterator<Item = Resolved<'_>> {
        let cores = self.schema.attributes().iter().map(|a| (None, a));
        let extended = self.extensions.iter().flat_map(|extension| {
            let schema = &extension.schema;
            schema.attributes().iter().map(move |a| (Some(schema), a))
        });
        let place = |extension, attribute, sub_attribute| Resolved {
            extension,
            attribute,
            sub_attribute,
        };

        cores
            .chain(extended)
            .flat_map(move |(extension, attribute)| {
                let parts = attribute.sub_attributes().iter();
                let parts = parts.filter(|_| !attribute.is_multi_valued());
                std::iter::once(place(extension, attribute, None))
                    .chain(parts.map(move |part| place(extension, attribute, Some(part))))
                    .filter(|place| place.leaf().mutability() == Mutability::Immutable)
            })
    }

    /// The extension with the URI `uri`; case does not matter.
    #[must_use]
    pub fn extension(&self, uri: &str) -> Option<&Schema> {
        self.extensions
            .iter()
            .map(|extension| &extension.schema)
            .find(|schema| schema.id().eq_ignore_ascii_case(uri))
    }

    /// The attribute `name` at the top level of a resource: of the core schema, or common to all resources.
    #[must_use]
    pub fn top_level(&self, name: &str) -> Option<&Attribute> {
        self.schema
            .attribute(name)
            .or_else(|| core::common().attribute(name))
    }

    /// Whether `uri` is the core schema or an extension of this type.
    #[must_use]
    pub fn knows(&self, uri: &str) -> bool {
        self.schema.id().eq_ignore_ascii_case(uri) || self.extension(uri).is_some()
    }
}
