//! Which attributes a request names: for the audit trail, which holds no values.

use scim_filter::PatchPath;

use crate::error::loggable;
use crate::message::PatchOp;
use crate::schema::{
    Attribute, Key, Mutability, ResourceType, Schema, Spellings, path_in_key, spell,
};
use crate::{Profile, Resource, ValueRef};

/// How many names are listed; the others are counted.
const MOST_NAMES: usize = 32;

/// The attributes that a request names: at the top level and in extensions, and in PATCH also parts of complex ones.
///
/// `id`, `meta` and `schemas` are of the message, and not among them.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Those that it may write, as the schema spells them.
    pub(super) attributes: Names,
    /// Those that no request writes: read-only attributes, and what no schema of the type knows, schemas included.
    pub(super) ignored: Names,
}

/// Names, each once.
#[derive(Debug, Default)]
pub(super) struct Names {
    listed: Vec<String>,
    others: usize,
}

impl Names {
    fn add(&mut self, name: &str) {
        if self.listed.iter().any(|listed| listed == name) {
            return;
        }
        if self.listed.len() < MOST_NAMES {
            self.listed.push(name.to_owned());
        } else {
            self.others += 1;
        }
    }

    /// The names with commas between them, and how many there were beyond these; `None` where there are none.
    pub(super) fn text(&self) -> Option<String> {
        if self.listed.is_empty() {
            return None;
        }
        let listed = self.listed.join(",");
        Some(match self.others {
            0 => listed,
            others => format!("{listed},+{others}"),
        })
    }
}

impl Touched {
    /// What a POST or PUT names.
    pub(super) fn by_resource(resource: &Resource, resource_type: &ResourceType) -> Self {
        let mut touched = Self::default();
        for (key, value) in resource.members() {
            touched.key(key, value, resource_type);
        }
        for uri in resource.schemas() {
            if !resource_type.knows(&uri) {
                touched.ignored.add(loggable(&uri));
            }
        }
        touched
    }

    /// What a PATCH names.
    pub(super) fn by_patch(
        patch: &PatchOp,
        resource_type: &ResourceType,
        profile: Profile,
    ) -> Self {
        let spellings = Spellings::in_patch_path(profile);
        let names_resource = |path: &PatchPath<'_>| {
            let key = resource_type.key_of_path(path.attribute(), spellings);
            matches!(key, Key::Resource) && path.as_uri().is_some()
        };

        let mut touched = Self::default();
        for operation in patch.operations() {
            if let Some(path) = operation.path().filter(|path| !names_resource(path)) {
                touched.path(path, resource_type, profile);
                continue;
            }
            let members = operation.value().into_iter().flat_map(ValueRef::members);
            for (key, value) in members {
                touched.patched_key(key, value, resource_type, profile);
            }
        }
        touched
    }

    /// A member of a PATCH value without a path: its key may be a path.
    fn patched_key(
        &mut self,
        key: &str,
        value: ValueRef<'_>,
        resource_type: &ResourceType,
        profile: Profile,
    ) {
        let is_unknown = matches!(resource_type.key(key, Spellings::in_trail()), Key::Unknown);
        match path_in_key(key, profile).filter(|_| is_unknown) {
            Some(path) => self.path(&path, resource_type, profile),
            None => self.key(key, value, resource_type),
        }
    }

    /// A member of a resource.
    fn key(&mut self, key: &str, value: ValueRef<'_>, resource_type: &ResourceType) {
        match resource_type.key(key, Spellings::in_trail()) {
            Key::Attribute(found) => {
                self.attribute(found.extension, found.attribute, found.sub_attribute);
            }
            Key::Extension(extension) => self.members(key, Some(extension), extension, value),
            Key::Resource => self.members(key, None, resource_type.schema(), value),
            Key::Unknown => self.ignored.add(loggable(key)),
        }
    }

    /// The members of an extension, or of core attributes under their URI.
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
                None => self.ignored.add(loggable(&format!("{uri}:{name}"))),
            }
        }
    }

    fn path(&mut self, path: &PatchPath<'_>, resource_type: &ResourceType, profile: Profile) {
        let given = path.attribute();
        let key = resource_type.key_of_path(given, Spellings::in_patch_path(profile));
        let found = match (key, path.as_uri()) {
            (Key::Attribute(found), _) => found,
            (Key::Extension(_) | Key::Resource, Some(uri)) => return self.attributes.add(uri),
            (Key::Extension(_) | Key::Resource | Key::Unknown, _) => {
                return self.ignored.add(loggable(given.as_str()));
            }
        };
        let Some(name) = path.sub_attribute() else {
            self.attribute(found.extension, found.attribute, None);
            return;
        };
        match found.attribute.sub_attribute(name) {
            Some(part) => self.attribute(found.extension, found.attribute, Some(part)),
            None => self
                .ignored
                .add(loggable(&format!("{}.{name}", found.name()))),
        }
    }

    fn attribute(
        &mut self,
        extension: Option<&Schema>,
        attribute: &Attribute,
        part: Option<&Attribute>,
    ) {
        let is_of_message = extension.is_none()
            && ["id", "meta", "schemas"]
                .iter()
                .any(|name| attribute.name().eq_ignore_ascii_case(name));
        if is_of_message {
            return;
        }
        let name = spell(extension.map(Schema::id), attribute, part);
        let is_read_only = [Some(attribute), part]
            .into_iter()
            .flatten()
            .any(|attribute| attribute.mutability() == Mutability::ReadOnly);
        if is_read_only {
            self.ignored.add(&name);
        } else {
            self.attributes.add(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ENTERPRISE_USER;

    fn texts(touched: &Touched) -> (String, String) {
        let text = |names: &Names| names.text().unwrap_or_default();
        (text(&touched.attributes), text(&touched.ignored))
    }

    fn resource(json: &str) -> (String, String) {
        let resource = Resource::parse(json.as_bytes()).unwrap();
        texts(&Touched::by_resource(&resource, &ResourceType::user()))
    }

    fn patch(operations: &str) -> (String, String) {
        let json = format!(r#"{{"Operations":[{operations}]}}"#);
        let profile = Profile::tolerant();
        let patch = PatchOp::from_slice(json.as_bytes(), profile).unwrap();
        texts(&Touched::by_patch(&patch, &ResourceType::user(), profile))
    }

    #[test]
    fn a_resource_names_what_is_at_its_top_and_in_its_extensions() {
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
    fn core_attributes_under_their_uri_are_named_as_such() {
        let (attributes, ignored) =
            resource(r#"{"urn:ietf:params:scim:schemas:core:2.0:User":{"userName":"a","x":1}}"#);
        assert_eq!(attributes, "userName");
        assert_eq!(ignored, "urn:ietf:params:scim:schemas:core:2.0:User:x");
    }

    #[test]
    fn a_path_is_named_without_its_filter() {
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
    fn a_key_without_a_path_is_named_as_the_path_that_it_is() {
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
    fn the_core_schema_as_a_path_is_named_by_what_is_written_there() {
        let (attributes, ignored) = patch(
            r#"{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User","value":{"active":false,"shoeSize":9}}"#,
        );
        assert_eq!(attributes, "active");
        assert_eq!(ignored, "shoeSize");
    }

    #[test]
    fn an_extension_is_named_as_a_whole() {
        let (attributes, _) = patch(&format!(r#"{{"op":"remove","path":"{ENTERPRISE_USER}"}}"#));
        assert_eq!(attributes, ENTERPRISE_USER);
    }

    #[test]
    fn what_does_not_look_like_a_name_is_not_repeated() {
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
    fn names_are_listed_as_far_as_a_line_may_be_long_and_then_counted() {
        let many: Vec<String> = (0..1000).map(|n| format!("\"a{n}\":1")).collect();
        let (attributes, ignored) = resource(&format!("{{{}}}", many.join(",")));
        assert_eq!(attributes, "");
        assert!(
            ignored.starts_with("a0,a1,") && ignored.ends_with(",+968"),
            "{ignored}"
        );
    }
}
