//! Checking the resource of a request and bringing it into canonical form.

use serde_json::Value;

use super::tree::{self, Object};
use super::{Resource, coerce, missing};
use crate::error::shorten;
use crate::ignored;
use crate::schema::{Attribute, Key, Mutability, ResourceType, Schema, Spellings, spell};
use crate::{Error, ErrorKind, Profile, Tolerance};

/// Brings the resource of a POST or PUT into canonical form.
///
/// - Names have the schema's spelling, and values the schema's types.
/// - Read-only attributes are left out (RFC 7644 §3.3, §3.5.1).
/// - Core attributes stand at the top level.
/// - `schemas` lists exactly the schemas in use.
pub(crate) fn incoming(
    resource: Resource,
    resource_type: &ResourceType,
    profile: Profile,
) -> Result<Resource, Error> {
    let source = resource.into_tree();
    check_schemas(&source, resource_type, profile)?;
    check_listed(&source, resource_type, profile)?;

    let mut target = Resource::new();
    for (key, value) in source {
        take(&mut target, &key, value, resource_type, profile)?;
    }
    list_schemas(&mut target, resource_type);

    let mut absent = None;
    missing(target.tree(), resource_type, &mut |path| {
        absent.get_or_insert(path);
    });
    if let Some(path) = absent {
        return Err(Error::new(
            ErrorKind::InvalidValue,
            format!("{path} is required"),
        ));
    }
    Ok(target)
}

/// Sets `schemas` to the core schema and the extensions in use.
pub(crate) fn list_schemas(resource: &mut Resource, resource_type: &ResourceType) {
    let mut uris = vec![Value::from(resource_type.schema().id())];
    for extension in resource_type.extensions() {
        let uri = extension.schema.id();
        match tree::get(resource.tree(), uri) {
            Some(value) if !tree::is_unassigned(value) => uris.push(Value::from(uri)),
            Some(_) => {
                tree::remove(resource.tree_mut(), uri);
            }
            None => {}
        }
    }
    tree::set(resource.tree_mut(), "schemas", Value::Array(uris));
}

/// Adds the extension `uri` to `schemas` if the resource uses it, and removes it otherwise.
///
/// A resource without `schemas` stays without.
pub(super) fn relist(root: &mut Object, uri: &str) {
    let is_there = tree::get(root, uri).is_some_and(|value| !tree::is_unassigned(value));
    let Some(Value::Array(uris)) = tree::get(root, "schemas") else {
        return;
    };

    let mut uris = uris.clone();
    let names = |listed: &Value| {
        let listed = listed.as_str();
        listed.is_some_and(|listed| listed.eq_ignore_ascii_case(uri))
    };
    if !is_there {
        uris.retain(|listed| !names(listed));
    } else if !uris.iter().any(names) {
        uris.push(Value::from(uri));
    }
    tree::set(root, "schemas", Value::Array(uris));
}

/// Removes the attributes that only the server writes, so that the resource is as in a POST or PUT.
pub(crate) fn writable(mut resource: Resource, resource_type: &ResourceType) -> Resource {
    let root = resource.tree_mut();
    drop_read_only(root, &|name| resource_type.top_level(name));
    for (key, value) in root.iter_mut() {
        if let (Some(extension), Value::Object(members)) = (resource_type.extension(key), value) {
            drop_read_only(members, &|name| extension.attribute(name));
        }
    }
    resource
}

fn drop_read_only<'s>(members: &mut Object, definition: &dyn Fn(&str) -> Option<&'s Attribute>) {
    members.retain(|name, value| match definition(name) {
        Some(attribute) if attribute.mutability() == Mutability::ReadOnly => false,
        Some(attribute) => {
            let elements = match value {
                Value::Array(items) => items.as_mut_slice(),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Object(_) => std::slice::from_mut(value),
            };

            for element in elements.iter_mut().filter_map(Value::as_object_mut) {
                drop_read_only(element, &|name| attribute.sub_attribute(name));
            }
            true
        }
        None => true,
    });
}

fn check_schemas(
    source: &Object,
    resource_type: &ResourceType,
    profile: Profile,
) -> Result<(), Error> {
    let refuse = |detail: String| Err(Error::new(ErrorKind::InvalidSyntax, detail));
    let schemas = tree::get(source, "schemas").filter(|schemas| !tree::is_unassigned(schemas));
    let uris = match schemas {
        None if profile.allows(Tolerance::MissingSchemas) => return Ok(()),
        Some(Value::Array(uris)) => uris,
        Some(_) if profile.allows(Tolerance::UnknownSchemas) => return Ok(()),
        Some(_) | None => return refuse("schemas is required and must be a list".to_owned()),
    };

    if profile.allows(Tolerance::UnknownSchemas) {
        for uri in uris.iter().filter_map(Value::as_str) {
            if !resource_type.knows(uri) {
                ignored::log_once("schema", uri);
            }
        }
        return Ok(());
    }

    let core = resource_type.schema().id();
    // Only schemas of the type, each once, so this list stays short.
    let mut seen: Vec<&str> = Vec::new();
    for uri in uris {
        let Some(uri) = uri.as_str().filter(|uri| resource_type.knows(uri)) else {
            return refuse(
                "schemas names a schema that this resource type does not have".to_owned(),
            );
        };
        if seen.iter().any(|other| other.eq_ignore_ascii_case(uri)) {
            return refuse("schemas names a schema twice".to_owned());
        }
        seen.push(uri);
    }

    if seen.iter().any(|uri| uri.eq_ignore_ascii_case(core)) {
        Ok(())
    } else {
        refuse(format!("schemas does not name {core}"))
    }
}

/// Refuses `schemas` that lacks an extension in use (RFC 7643 §3).
fn check_listed(
    source: &Object,
    resource_type: &ResourceType,
    profile: Profile,
) -> Result<(), Error> {
    let Some(Value::Array(uris)) = tree::get(source, "schemas") else {
        return Ok(());
    };
    if uris.is_empty() || profile.allows(Tolerance::UnlistedExtensions) {
        return Ok(());
    }

    let is_listed = |uri: &str| {
        let mut listed = uris.iter().filter_map(Value::as_str);
        listed.any(|listed| listed.eq_ignore_ascii_case(uri))
    };
    let extensions = resource_type.extensions().iter();
    let mut used = extensions
        .map(|extension| extension.schema.id())
        .filter(|uri| tree::get(source, uri).is_some_and(|value| !tree::is_unassigned(value)));
    match used.find(|uri| !is_listed(uri)) {
        None => Ok(()),
        Some(uri) => Err(Error::new(
            ErrorKind::InvalidSyntax,
            format!("schemas does not name {uri}"),
        )),
    }
}

fn take(
    target: &mut Resource,
    key: &str,
    value: Value,
    resource_type: &ResourceType,
    profile: Profile,
) -> Result<(), Error> {
    if key.eq_ignore_ascii_case("schemas") {
        return Ok(());
    }

    let core = resource_type.schema();
    match resource_type.key(key, Spellings::in_body(profile)) {
        Key::Attribute(found) => {
            let uri = found.extension.map(Schema::id);
            let target_path = (found.attribute, found.sub_attribute);
            assign(target, uri, target_path, value, profile)
        }
        Key::Extension(extension) => {
            take_members(target, key, Some(extension.id()), extension, value, profile)
        }
        Key::Resource => take_members(target, key, None, core, value, profile),
        Key::Unknown => unknown(key, profile),
    }
}

/// Takes the members of an extension, or of the core schema under its URI.
fn take_members(
    target: &mut Resource,
    key: &str,
    uri: Option<&str>,
    schema: &Schema,
    value: Value,
    profile: Profile,
) -> Result<(), Error> {
    let Value::Object(members) = value else {
        return if value.is_null() || profile.allows(Tolerance::UnknownAttributes) {
            Ok(())
        } else {
            Err(Error::new(
                ErrorKind::InvalidValue,
                format!("{} must be a complex value", shorten(key)),
            ))
        };
    };

    for (name, member) in members {
        // Some clients repeat `schemas` inside an extension.
        if name.eq_ignore_ascii_case("schemas") {
            continue;
        }
        match schema.attribute(&name) {
            Some(attribute) => assign(target, uri, (attribute, None), member, profile)?,
            None => unknown(&format!("{key}:{name}"), profile)?,
        }
    }
    Ok(())
}

fn assign(
    target: &mut Resource,
    uri: Option<&str>,
    (attribute, sub_attribute): (&Attribute, Option<&Attribute>),
    value: Value,
    profile: Profile,
) -> Result<(), Error> {
    let leaf = sub_attribute.unwrap_or(attribute);
    let read_only = |attribute: &Attribute| attribute.mutability() == Mutability::ReadOnly;
    if read_only(attribute) || read_only(leaf) {
        return Ok(());
    }
    let path = spell(uri, attribute, sub_attribute);
    if let Some(value) = coerce(value, leaf, &path, profile)? {
        target.put(
            uri,
            attribute.name(),
            sub_attribute.map(Attribute::name),
            value,
        );
    }
    Ok(())
}

fn unknown(name: &str, profile: Profile) -> Result<(), Error> {
    if profile.allows(Tolerance::UnknownAttributes) {
        ignored::log_once("attribute", name);
        Ok(())
    } else {
        Err(Error::new(
            ErrorKind::InvalidSyntax,
            format!(
                "{} is not an attribute of this resource type",
                shorten(name)
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ENTERPRISE_USER;

    fn user(json: &str, profile: Profile) -> Result<Resource, Error> {
        incoming(
            Resource::from_slice(json.as_bytes()).unwrap(),
            &ResourceType::user(),
            profile,
        )
    }

    #[test]
    fn read_only_attributes_go() {
        let resource = user(
            r#"{"userName":"a","id":"7","meta":{"version":"x"},"groups":[{"value":"1"}]}"#,
            Profile::tolerant(),
        )
        .unwrap();
        assert_eq!(
            resource.to_string(),
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a"}"#
        );
    }

    #[test]
    fn an_unlisted_extension_is_kept_and_listed() {
        let resource = user(
            &format!(
                r#"{{"userName":"a","{ENTERPRISE_USER}":{{"department":"Sales","manager":"7"}}}}"#
            ),
            Profile::tolerant(),
        )
        .unwrap();
        assert_eq!(resource.schemas().nth(1).as_deref(), Some(ENTERPRISE_USER));
        let manager = format!("{ENTERPRISE_USER}:manager.value");
        assert_eq!(resource.text(&manager).as_deref(), Some("7"));
    }

    #[test]
    fn an_empty_extension_is_not_listed() {
        let resource = user(
            &format!(r#"{{"userName":"a","{ENTERPRISE_USER}":{{"department":null}}}}"#),
            Profile::tolerant(),
        )
        .unwrap();
        assert_eq!(resource.schemas().count(), 1);
    }

    #[test]
    fn core_attributes_under_their_urn_move_to_the_top_level() {
        let resource = user(
            r#"{"urn:ietf:params:scim:schemas:core:2.0:User":{"userName":"a"}}"#,
            Profile::tolerant(),
        )
        .unwrap();
        assert_eq!(resource.text("userName").as_deref(), Some("a"));
    }

    #[test]
    fn an_error_names_a_missing_or_mistyped_attribute() {
        let missing = user(r#"{"displayName":"a"}"#, Profile::tolerant()).unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::InvalidValue);
        assert_eq!(missing.detail(), "userName is required");
        let wrong = user(
            r#"{"userName":"a","name":{"givenName":1}}"#,
            Profile::tolerant(),
        )
        .unwrap_err();
        assert_eq!(wrong.detail(), "name.givenName must be a string");
    }

    #[test]
    fn the_rfc_profile_refuses_unknown_attributes() {
        let schemas = r#""schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]"#;
        let unknown = user(
            &format!(r#"{{{schemas},"userName":"a","shoeSize":1}}"#),
            Profile::rfc(),
        );
        assert_eq!(unknown.unwrap_err().kind(), ErrorKind::InvalidSyntax);
        let missing = user(r#"{"userName":"a"}"#, Profile::rfc());
        assert_eq!(missing.unwrap_err().kind(), ErrorKind::InvalidSyntax);
        assert!(user(&format!(r#"{{{schemas},"userName":"a"}}"#), Profile::rfc()).is_ok());
    }
}
