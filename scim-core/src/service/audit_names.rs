//! The attribute names of a request, for the audit trail; no values.

use scim_filter::PatchPath;

use crate::error::loggable;
use crate::message::PatchOp;
use crate::schema::{
    Attribute, Key, Mutability, ResourceType, Schema, Spellings, path_in_key, spell,
};
use crate::{Profile, Resource, ValueRef};

/// The longest list of names; the trail only counts the others.
const MAX_NAMES: usize = 32;

/// The attributes that a request names: top-level attributes and those of extensions, in a PATCH also sub-attributes.
///
/// `id`, `meta` and `schemas` belong to the message and are left out.
#[derive(Debug, Default)]
pub(super) struct AuditNames {
    /// The attributes that the request may write, in the schema's spelling.
    pub(super) writable: NameList,
    /// Names that no request writes: read-only attributes, unknown attributes and unknown schemas.
    pub(super) ignored: NameList,
}

/// Names, each once.
#[derive(Debug, Default)]
pub(super) struct NameList {
    listed: Vec<String>,
    unlisted: usize,
}

impl NameList {
    fn add(&mut self, name: &str) {
        if self.listed.iter().any(|listed| listed == name) {
            return;
        }
        if self.listed.len() < MAX_NAMES {
            self.listed.push(name.to_owned());
        } else {
            self.unlisted += 1;
        }
    }

    /// The names with commas between them and the number of unlisted ones, or `None` if there are no names.
    pub(super) fn text(&self) -> Option<String> {
        if self.listed.is_empty() {
            return None;
        }
        let listed = self.listed.join(",");
        Some(match self.unlisted {
            0 => listed,
            unlisted => format!("{listed},+{unlisted}"),
        })
    }
}

impl AuditNames {
    /// The names in a POST or PUT.
    pub(super) fn of_resource(resource: &Resource, resource_type: &ResourceType) -> Self {
        let mut reader = Reader::new(resource_type);
        for (key, value) in resource.members() {
            reader.key(key, value);
        }
        for uri in resource.schemas() {
            if !resource_type.knows(&uri) {
                reader.names.ignored.add(loggable(&uri));
            }
        }
        reader.names
    }

    /// The names in a PATCH.
    pub(super) fn of_patch(
        patch: &PatchOp,
        resource_type: &ResourceType,
        profile: Profile,
    ) -> Self {
        let spellings = Spellings::in_patch_path(profile);
        let names_resource = |path: &PatchPath<'_>| {
            let key = resource_type.key_of_path(path.attribute(), spellings);
            matches!(key, Key::Resource) && path.as_uri().is_some()
        };

        let mut reader = Reader::new(resource_type);
        for operation in patch.operations() {
            if let Some(path) = operation.path().filter(|path| !names_resource(path)) {
                reader.path(path, spellings);
                continue;
            }
            let members = operation.value().into_iter().flat_map(ValueRef::members);
            for (key, value) in members {
                let inner = path_in_key(key, profile, patch.limits());
                match inner.filter(|_| reader.is_unknown(key)) {
                    Some(inner) => reader.path(&inner, spellings),
                    None => reader.key(key, value),
                }
            }
        }
        reader.names
    }
}

/// Collects the names of one request.
struct Reader<'s> {
    resource_type: &'s ResourceType,
    names: AuditNames,
}

impl<'s> Reader<'s> {
    fn new(resource_type: &'s ResourceType) -> Self {
        Self {
            resource_type,
            names: AuditNames::default(),
        }
    }

    fn is_unknown(&self, key: &str) -> bool {
        let key = self.resource_type.key(key, Spellings::in_trail());
        matches!(key, Key::Unknown)
    }

    /// Adds a member of a resource.
    fn key(&mut self, key: &str, value: ValueRef<'_>) {
        match self.resource_type.key(key, Spellings::in_trail()) {
            Key::Attribute(found) => {
                self.attribute(found.extension, found.attribute, found.sub_attribute);
            }
            Key::Extension(extension) => self.members(key, Some(extension), extension, value),
            Key::Resource => self.members(key, None, self.resource_type.schema(), value),
            Key::Unknown => self.names.ignored.add(loggable(key)),
        }
    }

    /// Adds the members of an extension, or of the core schema under its URI.
    fn members(
        &mut self,
        uri: &str,
        extension: Option<&Schema>,
        schema: &Schema,
        value: ValueRef<'_>,
    ) {
        for (name, _) in value.members() {
            match schema.attribute(name) {
                Some(attribute) => self.attribute(extension, attribute, None),
                None if name.eq_ignore_ascii_case("schemas") => {}
                None => {
                    let name = format!("{uri}:{name}");
                    self.names.ignored.add(loggable(&name));
                }
            }
        }
    }

    /// Adds the path of an operation.
    fn path(&mut self, path: &PatchPath<'_>, spellings: Spellings) {
        let given = path.attribute();
        let key = self.resource_type.key_of_path(given, spellings);
        let found = match (key, path.as_uri()) {
            (Key::Attribute(found), _) => found,
            (Key::Extension(_) | Key::Resource, Some(uri)) => return self.names.writable.add(uri),
            (Key::Extension(_) | Key::Resource | Key::Unknown, _) => {
                return self.names.ignored.add(loggable(given.as_str()));
            }
        };

        let Some(name) = path.sub_attribute() else {
            return self.attribute(found.extension, found.attribute, None);
        };
        let sub_attribute = found.attribute.sub_attribute(name);
        if sub_attribute.is_some() {
            self.attribute(found.extension, found.attribute, sub_attribute);
        } else {
            let name = format!("{}.{name}", found.name());
            self.names.ignored.add(loggable(&name));
        }
    }

    fn attribute(
        &mut self,
        extension: Option<&Schema>,
        attribute: &Attribute,
        sub_attribute: Option<&Attribute>,
    ) {
        let belongs_to_message = extension.is_none()
            && ["id", "meta", "schemas"]
                .iter()
                .any(|name| attribute.name().eq_ignore_ascii_case(name));
        if belongs_to_message {
            return;
        }

        let name = spell(extension.map(Schema::id), attribute, sub_attribute);
        let is_read_only = [Some(attribute), sub_attribute]
            .into_iter()
            .flatten()
            .any(|attribute| attribute.mutability() == Mutability::ReadOnly);
        if is_read_only {
            self.names.ignored.add(&name);
        } else {
            self.names.writable.add(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ENTERPRISE_USER;

    fn texts(names: &AuditNames) -> (String, String) {
        let text = |list: &NameList| list.text().unwrap_or_default();
        (text(&names.writable), text(&names.ignored))
    }

    fn resource(json: &str) -> (String, String) {
        let resource = Resource::parse(json.as_bytes()).unwrap();
        texts(&AuditNames::of_resource(&resource, &ResourceType::user()))
    }

    fn patch(operations: &str) -> (String, String) {
        let json = format!(r#"{{"Operations":[{operations}]}}"#);
        let profile = Profile::tolerant();
        let patch = PatchOp::from_slice(json.as_bytes(), profile).unwrap();
        texts(&AuditNames::of_patch(
            &patch,
            &ResourceType::user(),
            profile,
        ))
    }

    #[test]
    fn a_resource_names_its_top_level_and_its_extensions() {
        let (attributes, ignored) = resource(&format!(
            r#"{{"schemas":["urn:x:y"],"id":"7","meta":{{}},"USERNAME":"a","name":{{"givenName":"g"}},"groups":[],
            "shoeSize":9,"name.familyName":"f",
            "{ENTERPRISE_USER}":{{"department":"d","schemas":[],"budget":1}}}}"#
        ));
        assert_eq!(
            attributes,
            format!("userName,name,name.familyName,{ENTERPRISE_USER}:department")
        );
        assert_eq!(
            ignored,
            format!("groups,shoeSize,{ENTERPRISE_USER}:budget,urn:x:y")
        );
    }

    #[test]
    fn core_attributes_under_their_uri_count_as_top_level() {
        let (attributes, ignored) =
            resource(r#"{"urn:ietf:params:scim:schemas:core:2.0:User":{"userName":"a","x":1}}"#);
        assert_eq!(attributes, "userName");
        assert_eq!(ignored, "urn:ietf:params:scim:schemas:core:2.0:User:x");
    }

    #[test]
    fn a_path_loses_its_filter() {
        let (attributes, ignored) = patch(
            r#"{"op":"Add","path":"emails[value eq \"ada@acme.example\"].value","value":"x"},
            {"op":"Replace","path":"name.givenName","value":"x"},
            {"op":"Remove","path":"manager"},
            {"op":"Replace","path":"name.shoeSize","value":"x"},
            {"op":"Replace","path":"favourite","value":"x"},
            {"op":"replace","value":{"active":false,"name.familyName":"f","id":"7","x y":1}}"#,
        );
        assert_eq!(
            attributes,
            format!("emails.value,name.givenName,{ENTERPRISE_USER}:manager,active,name.familyName")
        );
        assert_eq!(ignored, "name.shoeSize,favourite,?");
    }

    #[test]
    fn a_key_that_is_a_path_loses_its_filter() {
        let (attributes, ignored) = patch(
            r#"{"op":"replace","value":{"department":"d","emails[value eq \"ada@acme.example\"].value":"x",
            "name.shoeSize":"x","phoneNumbers[value eq \"1":"x"}}"#,
        );
        assert_eq!(
            attributes,
            format!("{ENTERPRISE_USER}:department,emails.value")
        );
        assert_eq!(ignored, "name.shoeSize,?");
    }

    #[test]
    fn the_core_schema_as_a_path_shows_the_attributes_of_the_value() {
        let (attributes, ignored) = patch(
            r#"{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User","value":{"active":false,"shoeSize":9}}"#,
        );
        assert_eq!(attributes, "active");
        assert_eq!(ignored, "shoeSize");
    }

    #[test]
    fn an_extension_as_a_path_is_one_name() {
        let (attributes, _) = patch(&format!(r#"{{"op":"remove","path":"{ENTERPRISE_USER}"}}"#));
        assert_eq!(attributes, ENTERPRISE_USER);
    }

    #[test]
    fn a_text_that_is_no_name_shows_as_a_question_mark() {
        for name in [
            "ada@acme.example",
            "+49 171 1234567",
            "1",
            "a\\nb",
            "\u{1b}[31m",
            "ü",
            "",
        ] {
            let name = serde_json::to_string(&name).unwrap();
            assert_eq!(resource(&format!("{{{name}:1}}")).1, "?", "{name}");
        }
        let long = "a".repeat(121);
        assert_eq!(resource(&format!("{{\"{long}\":1}}")).1, "?");
    }

    #[test]
    fn a_long_list_ends_with_a_count() {
        let many: Vec<String> = (0..1000).map(|n| format!("\"a{n}\":1")).collect();
        let (attributes, ignored) = resource(&format!("{{{}}}", many.join(",")));
        assert_eq!(attributes, "");
        assert!(
            ignored.starts_with("a0,a1,") && ignored.ends_with(",+968"),
            "{ignored}"
        );
    }
}
