//! Role names from every form that clients send.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;

use super::ValueRef;
use super::tree::{self, Object};
use super::view::text;
use crate::schema::Attribute;
use crate::{Profile, Tolerance};

/// The names in the entries of `roles`, in their order, each once.
///
/// `primary` does not change the order: no known client sends several roles with a primary one.
pub(super) fn names(roles: Option<ValueRef<'_>>) -> Vec<String> {
    let mut seen = HashSet::new();
    let entries = roles.into_iter().flat_map(ValueRef::elements);
    entries
        .filter_map(name)
        .filter(|name| !name.trim().is_empty() && seen.insert(name.clone()))
        .collect()
}

/// The name of a role: its `value`, or else its display name.
fn name(entry: ValueRef<'_>) -> Option<String> {
    let value = text(entry, "value").or_else(|| entry.as_str().map(Cow::into_owned));
    match value.filter(|value| !value.is_empty()) {
        Some(value) => Some(value),
        None => text(entry, "display").or_else(|| text(entry, "displayName")),
    }
}

/// Whether a value of the attribute may be an Entra ID app role: a JSON object in the text of `value`.
pub(crate) fn may_hold_json(attribute: &Attribute, profile: Profile) -> bool {
    attribute.name().eq_ignore_ascii_case("roles") && profile.allows(Tolerance::JsonRoles)
}

/// Expands the JSON object in the `value` of a role, if there is one. Its `displayName` becomes `display`.
pub(super) fn expand_json_role(entry: &mut Object) {
    let text = tree::get(entry, "value").and_then(Value::as_str);
    let Some((name, display)) = text.and_then(read) else {
        return;
    };
    tree::set(entry, "value", name);
    if let (Some(display), None) = (display, tree::get(entry, "display")) {
        tree::set(entry, "display", display);
    }
}

/// The role name in `value` if that is the text of a JSON object; otherwise `value` itself.
pub(crate) fn role_name_in_json(value: Value) -> Value {
    match value.as_str().and_then(read) {
        Some((name, _)) => name,
        None => value,
    }
}

/// The name and the display name in the text of a JSON object; `None` if the text is not an object or has no name.
///
/// The text is read once: a name that looks like JSON again stays a name.
fn read(text: &str) -> Option<(Value, Option<Value>)> {
    /// The members that Entra sends. Others are ignored at any depth.
    #[derive(Deserialize)]
    struct AppRole {
        #[serde(default)]
        value: Value,
        #[serde(default, rename = "displayName")]
        display_name: Value,
    }

    if !text.trim_start().starts_with('{') {
        return None;
    }

    let role: AppRole = serde_json::from_str(text).ok()?;
    let is_name = |name: &&Value| name.as_str().is_some_and(|name| !name.is_empty());
    let display = Some(&role.display_name).filter(is_name).cloned();

    let number = role.value.as_number().map(ToString::to_string);
    let name = match number {
        Some(number) => Some(Value::from(number)),
        None => Some(role.value).filter(|value| is_name(&value)),
    };

    Some((name.or_else(|| display.clone())?, display))
}

#[cfg(test)]
mod tests {
    use crate::resource::incoming;
    use crate::schema::ResourceType;
    use crate::{Profile, Resource, User};

    /// The names in the roles of a request.
    fn names(roles: &str) -> Vec<String> {
        let json = format!(r#"{{"userName":"a","roles":{roles}}}"#);
        let resource = Resource::from_slice(json.as_bytes()).unwrap();
        let resource = incoming(resource, &ResourceType::user(), Profile::tolerant()).unwrap();
        User::try_from(resource).unwrap().role_names()
    }

    /// The names in the roles of a stored resource.
    fn names_stored(roles: &str) -> Vec<String> {
        let json = format!(r#"{{"userName":"a","roles":{roles}}}"#);
        let resource = Resource::from_slice(json.as_bytes()).unwrap();
        User::try_from(resource).unwrap().role_names()
    }

    #[test]
    fn every_form_gives_a_list_of_names() {
        // The literal forms of Entra's three expressions, in POST and in PATCH, and of Okta.
        let forms = [
            (
                r#"[{"primary":true,"type":"WindowsAzureActiveDirectoryRole","value":"Admin"}]"#,
                "Admin",
            ),
            (
                r#"[{"value":"{\"id\":\"06b07648\",\"value\":\"25\",\"displayName\":\"Role1234\"}"}]"#,
                "25",
            ),
            (
                r#"[{"primary":false,"type":"WindowsAzureActiveDirectoryRole","displayName":"Admin","value":"Admin"},
                    {"primary":false,"type":"WindowsAzureActiveDirectoryRole","displayName":"User","value":"User"}]"#,
                "Admin,User",
            ),
            (
                r#"[{"primary":false,"type":"WindowsAzureActiveDirectoryRole","display":"User","value":"User"}]"#,
                "User",
            ),
            (r#"[{"primary":"True","value":"Sales Rep"}]"#, "Sales Rep"),
            (r#"["Sales Rep","Read Only"]"#, "Sales Rep,Read Only"),
            (
                r#"[{"value":"Sales Rep"},{"value":"Read Only"}]"#,
                "Sales Rep,Read Only",
            ),
            (r#""Sales Rep""#, "Sales Rep"),
            ("[]", ""),
            ("null", ""),
        ];

        for (roles, expected) in forms {
            assert_eq!(names(roles).join(","), expected, "{roles}");
        }
    }

    #[test]
    fn names_keep_the_order_of_the_request_without_repetition() {
        let roles = r#"[{"value":"B"},{"value":"A","primary":true},{"value":"B","type":"x"},{"display":"A"}]"#;
        assert_eq!(names(roles), ["B", "A"]);
    }

    #[test]
    fn a_role_without_a_value_goes_by_its_display_name() {
        assert_eq!(
            names_stored(r#"[{"display":"A"},{"displayName":"B","value":""}]"#),
            ["A", "B"]
        );
        let nameless = r#"[{"value":"{\"id\":\"1\",\"value\":null,\"displayName\":\"C\"}"}]"#;
        assert_eq!(names(nameless), ["C"]);
        assert!(names_stored(r#"[{"type":"x"},{},{"value":" "},7,null]"#).is_empty());
    }

    #[test]
    fn a_name_that_only_looks_like_json_stays_a_name() {
        for name in [
            "{broken",
            "{}",
            r#"{"value":[1]}"#,
            "[1]",
            r#"{"value":"a","value":"b"}"#,
        ] {
            let roles = serde_json::to_string(&[name]).unwrap();
            assert_eq!(names(&roles), [name]);
        }
        let twice = serde_json::json!({"value": r#"{"value":"A"}"#}).to_string();
        let roles = serde_json::to_string(&[twice]).unwrap();
        assert_eq!(names(&roles), [r#"{"value":"A"}"#]);
    }

    #[test]
    fn deep_and_long_values_are_read() {
        for deep in [
            format!("{{\"x\":{}", "[".repeat(1_000_000)),
            format!("{{\"value\":{}", "{\"value\":".repeat(100_000)),
            format!("{{\"x\":\"{}\",\"value\":\"A\"}}", "y".repeat(1_000_000)),
        ] {
            let roles = serde_json::to_string(&[&deep]).unwrap();
            assert_eq!(names(&roles).len(), 1);
        }
    }
}
