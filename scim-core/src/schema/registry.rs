//! Resource types: which schemas make up a resource, and which attribute a path names.

use scim_filter::AttrPath;

use super::{Attribute, Schema, core};

/// A schema that extends a resource type.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Extension {
    /// The extending schema.
    pub schema: Schema,
    /// Whether every resource of the type must use it.
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

impl ResourceType {
    /// A resource type called `name`, served at `endpoint` (such as `/Devices`).
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

    /// The name, which is also the id and the value of `meta.resourceType`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The endpoint, with a leading slash and without the base path.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What the type is for.
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

    /// The extension whose URI is `uri`, found without regard to case.
    #[must_use]
    pub fn extension(&self, uri: &str) -> Option<&Schema> {
        self.extensions
            .iter()
            .map(|extension| &extension.schema)
            .find(|schema| schema.id().eq_ignore_ascii_case(uri))
    }

    /// What `path` names: an attribute of the core schema, of an extension, or one that every resource has.
    ///
    /// `None` when no schema of the type knows it.
    #[must_use]
    pub fn resolve(&self, path: &AttrPath<'_>) -> Option<Resolved<'_>> {
        let (extension, attribute) = match path.uri() {
            None => (None, self.top_level(path.name())?),
            Some(uri) if uri.eq_ignore_ascii_case(self.schema.id()) => {
                (None, self.top_level(path.name())?)
            }
            Some(uri) => {
                let schema = self.extension(uri)?;
                (Some(schema), schema.attribute(path.name())?)
            }
        };
        let sub_attribute = match path.sub_attribute() {
            None => None,
            Some(name) => Some(attribute.sub_attribute(name)?),
        };
        Some(Resolved {
            extension,
            attribute,
            sub_attribute,
        })
    }

    /// What `path`, which has no URN, names in one of the extensions.
    pub(crate) fn resolve_bare(&self, path: &AttrPath<'_>) -> Option<Resolved<'_>> {
        if path.uri().is_some() {
            return None;
        }
        let (extension, attribute) = self.extension_attribute(path.name())?;
        let sub_attribute = match path.sub_attribute() {
            None => None,
            Some(name) => Some(attribute.sub_attribute(name)?),
        };
        Some(Resolved {
            extension: Some(extension),
            attribute,
            sub_attribute,
        })
    }

    /// The first extension that has an attribute called `name`, and the attribute.
    pub(crate) fn extension_attribute(&self, name: &str) -> Option<(&Schema, &Attribute)> {
        self.extensions.iter().find_map(|extension| {
            let attribute = extension.schema.attribute(name)?;
            Some((&extension.schema, attribute))
        })
    }

    /// The attribute called `name` at the top level of a resource: of the core schema or common to all.
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

/// What an attribute path names in a resource type.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Resolved<'s> {
    /// The extension the attribute belongs to; `None` at the top level.
    pub extension: Option<&'s Schema>,
    /// The attribute.
    pub attribute: &'s Attribute,
    /// The sub-attribute, where the path has one.
    pub sub_attribute: Option<&'s Attribute>,
}

impl<'s> Resolved<'s> {
    /// The path in the schema's spelling, without the URN of the core schema.
    #[must_use]
    pub fn name(&self) -> String {
        spell(
            self.extension.map(Schema::id),
            self.attribute,
            self.sub_attribute,
        )
    }

    /// The sub-attribute, or the attribute where the path has none.
    #[must_use]
    pub fn leaf(&self) -> &'s Attribute {
        self.sub_attribute.unwrap_or(self.attribute)
    }
}

/// The path of an attribute in the schema's spelling, as errors name it.
pub(crate) fn spell(
    uri: Option<&str>,
    attribute: &Attribute,
    sub_attribute: Option<&Attribute>,
) -> String {
    let mut path = String::new();
    if let Some(uri) = uri {
        path.push_str(uri);
        path.push(':');
    }
    path.push_str(attribute.name());
    if let Some(sub) = sub_attribute {
        path.push('.');
        path.push_str(sub.name());
    }
    path
}
