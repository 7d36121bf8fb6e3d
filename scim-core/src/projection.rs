//! The attributes that a response shows.

#[cfg(test)]
mod tests;

use scim_filter::{AttrPath, Parser, urn};

use crate::resource::write_text;
use crate::schema::{Attribute, ResourceType, Returned};
use crate::{Error, Profile, Resource, Schema, ValueRef};

/// The attributes that a response shows: all, some, or all but some.
///
/// A response always shows `id` and `schemas`, and never `password`.
///
/// ```
/// use scim_core::projection::Projection;
/// use scim_core::schema::ResourceType;
/// use scim_core::{Profile, Resource};
///
/// let user = Resource::from_slice(br#"{"id":"7","userName":"a","title":"b","password":"c"}"#)?;
/// let only_title = Projection::parse(Some("title"), None, Profile::tolerant())?;
/// assert_eq!(only_title.apply(&user, &ResourceType::user()).to_string(), r#"{"id":"7","title":"b"}"#);
/// # Ok::<(), scim_core::Error>(())
/// ```
///
/// Source: RFC 7644 §3.9.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Projection {
    mode: Mode,
    paths: Vec<AttrPath<'static>>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Mode {
    #[default]
    All,
    Only,
    Except,
}

impl Projection {
    /// Reads the values of `attributes` and `excludedAttributes`.
    ///
    /// If a request has both, `attributes` wins: in the RFC they exclude each other, and it names no error.
    ///
    /// # Errors
    ///
    /// `InvalidPath` if a name is not an attribute path.
    pub fn parse(
        attributes: Option<&str>,
        excluded: Option<&str>,
        profile: Profile,
    ) -> Result<Self, Error> {
        Self::with_parser(attributes, excluded, profile.parser())
    }

    /// As [`parse`](Self::parse), within the limits of a service.
    pub(crate) fn with_parser(
        attributes: Option<&str>,
        excluded: Option<&str>,
        parser: Parser,
    ) -> Result<Self, Error> {
        let present = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
        let (mode, text) = if present(attributes) {
            (Mode::Only, attributes.unwrap_or_default())
        } else if present(excluded) {
            (Mode::Except, excluded.unwrap_or_default())
        } else {
            return Ok(Self::default());
        };
        let paths = parser
            .attr_path_list(text)?
            .into_iter()
            .map(AttrPath::into_owned)
            .collect();
        Ok(Self { mode, paths })
    }

    /// Whether the client named the wanted attributes.
    #[must_use]
    pub fn names_attributes(&self) -> bool {
        self.mode == Mode::Only
    }

    /// Whether the response shows any part of the attribute `name`. If not, a provider need not read it.
    ///
    /// ```
    /// use scim_core::projection::Projection;
    /// use scim_core::Profile;
    ///
    /// let projection = Projection::parse(None, Some("members"), Profile::tolerant())?;
    /// assert!(!projection.shows("members"));
    /// assert!(projection.shows("displayName"));
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    #[must_use]
    pub fn shows(&self, name: &str) -> bool {
        let is_named = |path: &AttrPath<'_>| path.name().eq_ignore_ascii_case(name);
        let is_whole = |path: &AttrPath<'_>| path.uri().is_none() && path.sub_attribute().is_none();
        let mut paths = self.paths.iter();
        match self.mode {
            Mode::All => true,
            // A URI may be that of the attribute's schema, which stands for the attribute too.
            Mode::Only => paths.any(|path| is_named(path) || path.as_uri().is_some()),
            // A URI may be that of another schema, whose attribute has the same name.
            Mode::Except => !paths.any(|path| is_named(path) && is_whole(path)),
        }
    }

    /// Returns the resource with only the shown attributes.
    #[must_use]
    pub fn apply(&self, resource: &Resource, resource_type: &ResourceType) -> Resource {
        let mut json = Vec::new();
        self.write(resource.members(), resource_type, &mut json);
        // Text written from a resource is a resource.
        Resource::from_slice(&json).unwrap_or_default()
    }

    /// Writes the shown members as a JSON object.
    pub(crate) fn write<'r>(
        &self,
        members: impl Iterator<Item = (&'r str, ValueRef<'r>)>,
        resource_type: &ResourceType,
        out: &mut Vec<u8>,
    ) {
        let core = resource_type.schema();

        object(out, members, |out, key, value| {
            let (schema, uri) = match resource_type.extension(key) {
                Some(extension) => (extension, Some(extension.id())),
                // A provider may nest core attributes under their URI. The same rules apply there.
                None if key.eq_ignore_ascii_case(core.id()) => (core, None),
                None => {
                    let attribute = resource_type.top_level(key);
                    return self.show(out, (key, value), None, attribute, core);
                }
            };

            let is_used = value.is_object() && !value.is_unassigned();
            is_used
                && object(out, value.members(), |out, name, value| {
                    self.show(out, (name, value), uri, schema.attribute(name), core)
                })
        });
    }

    /// Writes the shown parts of one attribute, and returns whether there are any.
    fn show(
        &self,
        out: &mut Vec<u8>,
        (name, value): (&str, ValueRef<'_>),
        uri: Option<&str>,
        attribute: Option<&Attribute>,
        core: &Schema,
    ) -> bool {
        let returned = attribute.map_or(Returned::Default, Attribute::returned);
        match (returned, self.mode) {
            (Returned::Never, _) | (Returned::Request, Mode::All | Mode::Except) => return false,
            (Returned::Always, _) => {
                value.write(out);
                return true;
            }
            (Returned::Default, Mode::All) if !has_hidden_parts(attribute) => {
                value.write(out);
                return true;
            }
            (Returned::Default | Returned::Request, _) => {}
        }

        let schema = uri.unwrap_or(core.id());
        let (mut whole, mut parts) = (false, Vec::new());
        for path in &self.paths {
            let is_here = path
                .uri()
                .map_or(uri.is_none(), |given| given.eq_ignore_ascii_case(schema));
            if names_schema(path, schema) {
                whole = true;
            } else if is_here && path.name().eq_ignore_ascii_case(name) {
                match path.sub_attribute() {
                    Some(part) => parts.push(part),
                    None => whole = true,
                }
            }
        }

        match self.mode {
            Mode::Only if !whole && parts.is_empty() => return false,
            Mode::Except if whole => return false,
            Mode::All | Mode::Only | Mode::Except => {}
        }
        if !has_hidden_parts(attribute) && (parts.is_empty() || (whole && self.mode == Mode::Only))
        {
            value.write(out);
            return true;
        }

        let listed = |part: &str| parts.iter().any(|given| given.eq_ignore_ascii_case(part));
        show_parts(out, value, &|part: &str| {
            let definition = attribute.and_then(|attribute| attribute.sub_attribute(part));
            match definition.map_or(Returned::Default, Attribute::returned) {
                Returned::Always => true,
                Returned::Never => false,
                Returned::Request => self.mode == Mode::Only && listed(part),
                Returned::Default => match self.mode {
                    Mode::All => true,
                    Mode::Only => whole || listed(part),
                    Mode::Except => !listed(part),
                },
            }
        })
    }
}

/// Whether `path` is the URI of a schema, which stands for all its attributes.
fn names_schema(path: &AttrPath<'_>, uri: &str) -> bool {
    path.as_uri().is_some_and(|given| urn::eq(given, uri))
}

/// Whether an attribute has sub-attributes that a response hides by default.
fn has_hidden_parts(attribute: Option<&Attribute>) -> bool {
    attribute.is_some_and(|attribute| {
        attribute
            .sub_attributes()
            .iter()
            .any(|part| match part.returned() {
                Returned::Never | Returned::Request => true,
                Returned::Always | Returned::Default => false,
            })
    })
}

/// Writes a value with the sub-attributes that `shows` accepts, and returns whether any is left.
fn show_parts(out: &mut Vec<u8>, value: ValueRef<'_>, shows: &dyn Fn(&str) -> bool) -> bool {
    if value.is_array() {
        return list(out, value, |out, item| show_parts(out, item, shows));
    }
    if !value.is_object() {
        value.write(out);
        return true;
    }
    object(out, value.members(), |out, name, value| {
        shows(name) && {
            value.write(out);
            true
        }
    })
}

/// Writes an object with the members that `write` accepts.
///
/// Returns whether the object has any member, or had none from the start.
fn object<'r>(
    out: &mut Vec<u8>,
    members: impl Iterator<Item = (&'r str, ValueRef<'r>)>,
    mut write: impl FnMut(&mut Vec<u8>, &str, ValueRef<'r>) -> bool,
) -> bool {
    let (mut had_any, mut shown) = (false, 0_usize);
    out.push(b'{');

    for (name, value) in members {
        had_any = true;
        let before = out.len();
        if shown > 0 {
            out.push(b',');
        }
        write_text(out, name);
        out.push(b':');
        if write(out, name, value) {
            shown += 1;
        } else {
            out.truncate(before);
        }
    }

    out.push(b'}');
    shown > 0 || !had_any
}

/// Writes a list with the elements that `write` accepts, as [`object`] does.
fn list(
    out: &mut Vec<u8>,
    value: ValueRef<'_>,
    mut write: impl FnMut(&mut Vec<u8>, ValueRef<'_>) -> bool,
) -> bool {
    let (mut had_any, mut shown) = (false, 0_usize);
    out.push(b'[');

    for item in value.elements() {
        had_any = true;
        let before = out.len();
        if shown > 0 {
            out.push(b',');
        }
        if write(out, item) {
            shown += 1;
        } else {
            out.truncate(before);
        }
    }

    out.push(b']');
    shown > 0 || !had_any
}
