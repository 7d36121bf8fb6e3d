//! Which attributes an answer shows.

use scim_filter::{AttrPath, urn};
use serde_json::Value;

use crate::resource::tree::Object;
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
            if names_schema(path, uri.unwrap_or(core)) {
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
        let show = |part: &str, returned: Returned| match returned {
            Returned::Always => true,
            Returned::Never => false,
            Returned::Request => self.mode == Mode::Only && listed(part),
            Returned::Default => match self.mode {
                Mode::All => true,
                Mode::Only => whole || listed(part),
                Mode::Except => !listed(part),
            },
        };
        let named = whole || !parts.is_empty();
        match self.mode {
            Mode::All if returned == Returned::Request => None,
            Mode::Only if !named => None,
            Mode::Except if whole || returned == Returned::Request => None,
            Mode::All | Mode::Only | Mode::Except => parts_of(value, attribute, show),
        }
    }
}

/// Whether `path` is the URI of the schema itself, which stands for all its attributes.
fn names_schema(path: &AttrPath<'_>, uri: &str) -> bool {
    path.as_uri().is_some_and(|given| urn::eq(given, uri))
}

/// A value with the sub-attributes that `show` shows; `None` when none of those it had is left.
fn parts_of(
    value: &Value,
    attribute: Option<&Attribute>,
    show: impl Fn(&str, Returned) -> bool + Copy,
) -> Option<Value> {
    match value {
        Value::Array(items) => {
            let shown: Vec<Value> = items
                .iter()
                .filter_map(|item| parts_of(item, attribute, show))
                .collect();
            (items.is_empty() || !shown.is_empty()).then_some(Value::Array(shown))
        }
        Value::Object(members) => {
            let shown: Object = members
                .iter()
                .filter(|(name, _)| {
                    let definition = attribute.and_then(|attribute| attribute.sub_attribute(name));
                    show(
                        name,
                        definition.map_or(Returned::Default, Attribute::returned),
                    )
                })
                .map(|(name, member)| (name.clone(), member.clone()))
                .collect();
            (members.is_empty() || !shown.is_empty()).then_some(Value::Object(shown))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Some(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schema;
    use crate::schema::{AttributeType, ENTERPRISE_USER};

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
    fn a_part_that_is_returned_on_request_is_shown_when_it_is_named() {
        let schema = Schema::new(
            "urn:x:Y",
            "Y",
            vec![
                Attribute::new("key", AttributeType::Complex).with_sub_attributes(vec![
                    Attribute::new("id", AttributeType::String),
                    Attribute::new("print", AttributeType::String).with_returned(Returned::Request),
                    Attribute::new("secret", AttributeType::String).with_returned(Returned::Never),
                ]),
            ],
        );
        let resource_type = ResourceType::new("Y", "/Ys", schema);
        let json = br#"{"key":{"id":"i","print":"p","secret":"s"}}"#;
        let resource = Resource::from_slice(json).unwrap();
        for (attributes, shown) in [
            (None, r#"{"key":{"id":"i"}}"#),
            (Some("key"), r#"{"key":{"id":"i"}}"#),
            (Some("key.print"), r#"{"key":{"print":"p"}}"#),
            (Some("key.secret"), "{}"),
            (Some("urn:x:Y"), r#"{"key":{"id":"i"}}"#),
            (Some("other"), "{}"),
        ] {
            let projection = Projection::parse(attributes, None, Profile::rfc()).unwrap();
            let found = projection.apply(&resource, &resource_type).to_string();
            assert_eq!(found, shown, "{attributes:?}");
        }
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
