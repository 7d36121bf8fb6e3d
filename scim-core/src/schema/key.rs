//! The meaning of a name in a request, by resource type.
//!
//! Bodies, PATCH values, PATCH paths, filters, `sortBy` and the audit trail all ask [`ResourceType::key`] or
//! [`ResourceType::key_of_path`]. They differ only in the [`Spellings`] that they take.

use scim_filter::{AttrPath, PatchPath, urn};

use super::{Attribute, ResourceType, Schema};
use crate::limits::FilterLimits;
use crate::{Profile, Tolerance};

/// The meaning of a name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key<'t> {
    /// An attribute or a sub-attribute.
    Attribute(Resolved<'t>),
    /// A whole extension, named by its URI.
    Extension(&'t Schema),
    /// The resource itself, named by the URI of its core schema.
    Resource,
    /// A name that no schema of the type has.
    Unknown,
}

/// The spellings that one part of a request takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spellings {
    /// A key may be a path: `name.givenName`, `urn:…:User:active`.
    has_paths: bool,
    /// A path may name an attribute of an extension without its URI: `manager`.
    has_bare_extension_names: bool,
    /// The URI of the core schema names the resource even if it is not one of the RFC's.
    has_any_core_uri: bool,
}

impl Spellings {
    /// The keys of a POST or PUT body.
    pub(crate) const fn in_body(profile: Profile) -> Self {
        Self {
            has_paths: profile.allows(Tolerance::DottedKeys),
            has_bare_extension_names: false,
            has_any_core_uri: false,
        }
    }

    /// The keys of a PATCH value without a path; [`path_in_key`] reads the keys that may be paths.
    pub(crate) const fn in_patch_value() -> Self {
        Self {
            has_paths: false,
            has_bare_extension_names: false,
            has_any_core_uri: false,
        }
    }

    /// The paths of PATCH operations.
    pub(crate) const fn in_patch_path(profile: Profile) -> Self {
        Self {
            has_paths: true,
            has_bare_extension_names: profile.allows(Tolerance::BareExtensionNames),
            has_any_core_uri: true,
        }
    }

    /// The paths of PATCH operations that may take access away.
    pub(crate) const fn in_deactivation(profile: Profile) -> Self {
        Self {
            has_any_core_uri: false,
            ..Self::in_patch_path(profile)
        }
    }

    /// The paths of filters and of `sortBy`.
    pub(crate) const fn in_query() -> Self {
        Self {
            has_paths: true,
            has_bare_extension_names: true,
            has_any_core_uri: true,
        }
    }

    /// The keys that the audit trail reports. It takes every spelling, because it also reports refused requests.
    pub(crate) const fn in_trail() -> Self {
        Self {
            has_paths: true,
            has_bare_extension_names: false,
            has_any_core_uri: true,
        }
    }
}

impl ResourceType {
    /// Finds the meaning of `name`, a key of a JSON object.
    pub(crate) fn key(&self, name: &str, spellings: Spellings) -> Key<'_> {
        if let Some(attribute) = self.top_level(name) {
            return Key::Attribute(Resolved::top_level(attribute));
        }
        if let Some(key) = self.key_of_uri(name, spellings) {
            return key;
        }

        let path = spellings.has_paths.then(|| AttrPath::parse(name).ok());
        path.flatten()
            .and_then(|path| self.find(&path, spellings))
            .map_or(Key::Unknown, Key::Attribute)
    }

    /// Finds the meaning of a parsed path.
    pub(crate) fn key_of_path(&self, path: &AttrPath<'_>, spellings: Spellings) -> Key<'_> {
        if let Some(key) = path
            .as_uri()
            .and_then(|uri| self.key_of_uri(uri, spellings))
        {
            return key;
        }
        self.find(path, spellings)
            .map_or(Key::Unknown, Key::Attribute)
    }

    /// Finds the attribute that `path` names: one of the core schema, of an extension, or one common to all resources.
    ///
    /// Returns `None` if no schema of the type has it.
    ///
    /// ```
    /// use scim_core::filter::AttrPath;
    /// use scim_core::schema::ResourceType;
    ///
    /// let user = ResourceType::user();
    /// let path = AttrPath::parse("urn:ietf:params:scim:schemas:core:2.0:User:NAME.givenname")?;
    /// assert_eq!(user.resolve(&path).unwrap().name(), "name.givenName");
    /// assert!(user.resolve(&AttrPath::parse("shoeSize")?).is_none());
    /// # Ok::<(), scim_core::filter::ParseError>(())
    /// ```
    ///
    /// Source: RFC 7644 §3.10.
    #[must_use]
    pub fn resolve(&self, path: &AttrPath<'_>) -> Option<Resolved<'_>> {
        self.find(path, Spellings::in_trail())
    }

    /// Finds the attribute `name` of the schema `uri`, and the extension that defines it.
    ///
    /// Without a URI, the attribute stands at the top level, or in an extension if `spellings` takes such names.
    pub(crate) fn attribute_of(
        &self,
        uri: Option<&str>,
        name: &str,
        spellings: Spellings,
    ) -> Option<(Option<&Schema>, &Attribute)> {
        let is_core = |uri: &str| uri.eq_ignore_ascii_case(self.schema().id());
        if let Some(uri) = uri.filter(|uri| !is_core(uri)) {
            let extension = self.extension(uri)?;
            return Some((Some(extension), extension.attribute(name)?));
        }
        if let Some(attribute) = self.top_level(name) {
            return Some((None, attribute));
        }

        if uri.is_none() && spellings.has_bare_extension_names {
            let (extension, attribute) = self.extension_attribute(name)?;
            return Some((Some(extension), attribute));
        }
        None
    }

    /// The first extension that has an attribute `name`, and the attribute.
    pub(crate) fn extension_attribute(&self, name: &str) -> Option<(&Schema, &Attribute)> {
        self.extensions().iter().find_map(|extension| {
            let attribute = extension.schema.attribute(name)?;
            Some((&extension.schema, attribute))
        })
    }

    fn key_of_uri(&self, uri: &str, spellings: Spellings) -> Option<Key<'_>> {
        if let Some(extension) = self.extension(uri) {
            return Some(Key::Extension(extension));
        }
        let is_core = self.schema().id().eq_ignore_ascii_case(uri);
        (is_core && (spellings.has_any_core_uri || urn::is_core(uri))).then_some(Key::Resource)
    }

    fn find(&self, path: &AttrPath<'_>, spellings: Spellings) -> Option<Resolved<'_>> {
        let (extension, attribute) = self.attribute_of(path.uri(), path.name(), spellings)?;
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
}

/// Reads a key of a PATCH value without a path as a path of its own.
///
/// Entra ID writes paths there, even paths with a filter. Returns `None` if the profile takes no such keys.
pub(crate) fn path_in_key(
    key: &str,
    profile: Profile,
    limits: FilterLimits,
) -> Option<PatchPath<'_>> {
    if profile.allows(Tolerance::DottedKeys) {
        limits.parser(profile).patch_path(key).ok()
    } else {
        None
    }
}

/// An attribute of a resource type, as an attribute path names it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Resolved<'s> {
    /// The extension that defines the attribute; `None` at the top level.
    pub extension: Option<&'s Schema>,
    /// The attribute.
    pub attribute: &'s Attribute,
    /// The sub-attribute, if the path names one.
    pub sub_attribute: Option<&'s Attribute>,
}

impl<'s> Resolved<'s> {
    fn top_level(attribute: &'s Attribute) -> Self {
        Self {
            extension: None,
            attribute,
            sub_attribute: None,
        }
    }

    /// Whether this is the attribute `name` at the top level of a resource.
    pub(crate) fn is_top_level(&self, name: &str) -> bool {
        self.extension.is_none() && self.attribute.name().eq_ignore_ascii_case(name)
    }

    /// The path in the schema's spelling, without the URN of the core schema.
    #[must_use]
    pub fn name(&self) -> String {
        spell(
            self.extension.map(Schema::id),
            self.attribute,
            self.sub_attribute,
        )
    }

    /// The sub-attribute, or the attribute if the path names no sub-attribute.
    #[must_use]
    pub fn leaf(&self) -> &'s Attribute {
        self.sub_attribute.unwrap_or(self.attribute)
    }
}

/// Spells the path of an attribute as the schema does, for errors.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{ENTERPRISE_USER, USER};

    const DEVICE: &str = "urn:example:Device";

    fn meaning(name: &str, spellings: Spellings) -> String {
        match ResourceType::user().key(name, spellings) {
            Key::Attribute(found) => found.name(),
            Key::Extension(_) => "extension".to_owned(),
            Key::Resource => "resource".to_owned(),
            Key::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn a_plain_name_and_a_uri_mean_the_same_everywhere() {
        for spellings in [
            Spellings::in_body(Profile::rfc()),
            Spellings::in_patch_value(),
            Spellings::in_patch_path(Profile::rfc()),
            Spellings::in_query(),
            Spellings::in_trail(),
        ] {
            assert_eq!(meaning("USERNAME", spellings), "userName");
            assert_eq!(meaning("externalId", spellings), "externalId");
            assert_eq!(meaning(ENTERPRISE_USER, spellings), "extension");
            assert_eq!(meaning(USER, spellings), "resource");
            assert_eq!(meaning("shoeSize", spellings), "unknown");
            assert_eq!(meaning("name.shoeSize", spellings), "unknown");
        }
    }

    #[test]
    fn paths_and_bare_extension_names_depend_on_the_spellings() {
        let department = format!("{ENTERPRISE_USER}:department");
        for (spellings, dotted, bare) in [
            (Spellings::in_body(Profile::tolerant()), true, false),
            (Spellings::in_body(Profile::rfc()), false, false),
            (Spellings::in_patch_value(), false, false),
            (Spellings::in_patch_path(Profile::tolerant()), true, true),
            (Spellings::in_patch_path(Profile::rfc()), true, false),
            (Spellings::in_query(), true, true),
            (Spellings::in_trail(), true, false),
        ] {
            let is_known = |name: &str| meaning(name, spellings) != "unknown";
            assert_eq!(is_known("name.givenName"), dotted, "{spellings:?}");
            assert_eq!(is_known(&department), dotted, "{spellings:?}");
            assert_eq!(is_known("manager"), bare, "{spellings:?}");
        }
    }

    #[test]
    fn a_core_uri_of_ones_own_names_the_resource_in_a_path() {
        let device = ResourceType::new("Device", "/Devices", Schema::new(DEVICE, "Device", vec![]));
        let is_resource = |spellings| matches!(device.key(DEVICE, spellings), Key::Resource);
        assert!(is_resource(Spellings::in_patch_path(Profile::rfc())));
        assert!(!is_resource(Spellings::in_body(Profile::tolerant())));
    }
}
