//! Which attributes an answer shows.

use scim_filter::{AttrPath, urn};
use serde_json::Value;

use crate::resource::tree::{self, Object};
use crate::schema::{Attribute, ResourceType, Returned};
use crate::{Error, Profile, Resource};

/// Which attributes an answer shows: all, some, or all but some.
///
/// `id` and `schemas` are always shown, `password` never, whatever is asked for.
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
    /// Where both are given, `attributes` counts: the RFC has them exclude each other and says nothing of an error.
    ///
    /// # Errors
    ///
    /// `InvalidPath` when a name is not an attribute path.
    pub fn parse(
        attributes: Option<&str>,
        excluded: Option<&str>,
        profile: Profile,
    ) -> Result<Self, Error> {
        let present = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
        let (mode, text) = if present(attributes) {
            (Mode::Only, attributes.unwrap_or_default())
        } else if present(excluded) {
            (Mode::Except, excluded.unwrap_or_default())
        } else {
            return Ok(Self::default());
        };
        let paths = profile
            .parser()
            .attr_path_list(text)?
            .into_iter()
            .map(AttrPath::into_owned)
            .collect();
        Ok(Self { mode, paths })
    }

    /// Whether the client named the attributes it wants.
    #[must_use]
    pub fn names_attributes(&self) -> bool {
        self.mode == Mode::Only
    }

    /// Whether an answer will show any of the attribute `name`, so that a provider can spare itself the reading.
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
        let named = |whole: bool| {
            self.paths.iter().any(|path| {
                path.name().eq_ignore_ascii_case(name) && (!whole || path.sub_attribute().is_none())
            })
        };
        match self.mode {
            Mode::All => true,
            Mode::Only => named(false),
            Mode::Except => !named(true),
        }
    }

    /// The resource with what the answer shows.
    #[must_use]
    pub fn apply(&self, resource: &Resource, resource_type: &ResourceType) -> Resource {
        let mut shown = Object::new();
        for (key, value) in resource.tree() {
            if let Some(extension) = resource_type.extension(key) {
                if let Value::Object(members) = value {
                    let uri = extension.id();
                    let inner = self.show_all(members, Some(uri), |name| extension.attribute(name));
                    if !inner.is_empty() {
                        shown.insert(key.clone(), Value::Object(inner));
                    }
                }
                continue;
            }
            let attribute = resource_type.top_level(key);
            if let Some(value) = self.show(key, value, None, attribute, resource_type.schema().id())
            {
                shown.insert(key.clone(), value);
            }
        }
        Resource::from_tree(shown)
    }

    fn show_all<'s>(
        &self,
        members: &Object,
        uri: Option<&str>,
        attribute: impl Fn(&str) -> Option<&'s Attribute>,
    ) -> Object {
        members
            .iter()
            .filter_map(|(name, value)| {
                Some((
                    name.clone(),
                    self.show(name, value, uri, attribute(name), "")?,
                ))
            })
            .collect()
    }

    fn show(
        &self,
        name: &str,
        value: &Value,
        uri: Option<&str>,
        attribute: Option<&Attribute>,
        core: &str,
    ) -> Option<Value> {
        let returned = attribute.map_or(Returned::Default, Attribute::returned);
        match returned {
            Returned::Never => return None,
            Returned::Always => return Some(value.clone()),
            Returned::Default | Returned::Request => {}
        }
        let mut whole = false;
        let mut parts: Vec<&str> = Vec::new();
        for path in &self.paths {
            if names_schema(path, uri) {
                whole = true;
                continue;
            }
            let same_schema = match (path.uri(), uri) {
                (None, None) => true,
                (Some(given), Some(uri)) => given.eq_ignore_ascii_case(uri),
                (Some(given), None) => given.eq_ignore_ascii_case(core),
                (None, Some(_)) => false,
            };
            if same_schema && path.name().eq_ignore_ascii_case(name) {
                match path.sub_attribute() {
                    Some(part) => parts.push(part),
                    None => whole = true,
                }
            }
        }
        let listed = |part: &str| parts.iter().any(|given| given.eq_ignore_ascii_case(part));
        match self.mode {
            Mode::All if returned == Returned::Request => None,
            Mode::All => Some(parts_of(value, attribute, |_| true)),
            Mode::Only if whole => Some(parts_of(value, attribute, |_| true)),
            Mode::Only if parts.is_empty() => None,
            Mode::Only => Some(parts_of(value, attribute, listed)),
            Mode::Except if whole || returned == Returned::Request => None,
            Mode::Except => Some(parts_of(value, attribute, |part| !listed(part))),
        }
    }
}

/// Whether `path` is the URI of the extension itself, which stands for all its attributes.
fn names_schema(path: &AttrPath<'_>, uri: Option<&str>) -> bool {
    match (path.uri(), uri) {
        (Some(given), Some(uri)) => urn::joins(uri, given, path.name()),
        _ => false,
    }
}

/// A value with the sub-attributes that `keep` keeps; those never returned go, those always returned stay.
fn parts_of(
    value: &Value,
    attribute: Option<&Attribute>,
    keep: impl Fn(&str) -> bool + Copy,
) -> Value {
    match value {
        Value::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| parts_of(item, attribute, keep))
                .collect(),
        ),
        Value::Object(members) => {
            let mut kept = Object::new();
            for (name, member) in members {
                let returned = attribute
                    .and_then(|attribute| attribute.sub_attribute(name))
                    .map_or(Returned::Default, Attribute::returned);
                let shown = match returned {
                    Returned::Always => true,
                    Returned::Never => false,
                    Returned::Default | Returned::Request => keep(name),
                };
                if shown {
                    tree::set(&mut kept, name, member.clone());
                }
            }
            Value::Object(kept)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ENTERPRISE_USER;

    fn shown(attributes: Option<&str>, excluded: Option<&str>) -> String {
        let json = format!(
            r#"{{"id":"7","schemas":["a"],"userName":"u","password":"p","name":{{"givenName":"g","familyName":"f"}},
               "emails":[{{"value":"v","type":"work"}}],"{ENTERPRISE_USER}":{{"department":"d","division":"e"}}}}"#
        );
        let resource = Resource::from_slice(json.as_bytes()).unwrap();
        Projection::parse(attributes, excluded, Profile::tolerant())
            .unwrap()
            .apply(&resource, &ResourceType::user())
            .to_string()
    }

    #[test]
    fn id_and_schemas_are_always_there_and_password_never() {
        for (attributes, excluded) in [
            (None, None),
            (Some("password"), None),
            (None, Some("id,schemas")),
            (Some("nickName"), None),
        ] {
            let text = shown(attributes, excluded);
            assert!(text.contains(r#""id":"7""#), "{text}");
            assert!(text.contains(r#""schemas":["a"]"#), "{text}");
            assert!(!text.contains("password"), "{text}");
        }
    }

    #[test]
    fn sub_attributes_are_chosen_one_by_one() {
        assert_eq!(
            shown(Some("NAME.givenname, emails.value"), None),
            r#"{"emails":[{"value":"v"}],"id":"7","name":{"givenName":"g"},"schemas":["a"]}"#
        );
        assert!(!shown(None, Some("name.givenName")).contains("givenName"));
    }

    #[test]
    fn an_extension_is_chosen_whole_or_in_part() {
        assert_eq!(
            shown(Some(ENTERPRISE_USER), None),
            format!(
                r#"{{"id":"7","schemas":["a"],"{ENTERPRISE_USER}":{{"department":"d","division":"e"}}}}"#
            )
        );
        assert_eq!(
            shown(Some(&format!("{ENTERPRISE_USER}:division")), None),
            format!(r#"{{"id":"7","schemas":["a"],"{ENTERPRISE_USER}":{{"division":"e"}}}}"#)
        );
        assert!(!shown(None, Some(ENTERPRISE_USER)).contains("department"));
    }

    #[test]
    fn a_core_attribute_may_be_named_by_its_urn() {
        let text = shown(
            Some("urn:ietf:params:scim:schemas:core:2.0:User:userName"),
            None,
        );
        assert_eq!(text, r#"{"id":"7","schemas":["a"],"userName":"u"}"#);
    }
}
