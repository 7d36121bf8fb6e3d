//! The names of roles, in whichever form a client sends them.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;

use super::ValueRef;
use super::tree::{self, Object};
use super::view::text;
use crate::schema::Attribute;
use crate::{Profile, Tolerance};

/// The names that the entries of `roles` lead to: in their order, each once.
///
/// The order is the request's: no client is known to send several roles of which one is primary.
pub(super) fn names(roles: Option<ValueRef<'_>>) -> Vec<String> {
    let mut seen = HashSet::new();
    let entries = roles.into_iter().flat_map(ValueRef::elements);
    entries
        .filter_map(name)
        .filter(|name| !name.trim().is_empty() && seen.insert(name.clone()))
        .collect()
}

/// The name of one role: its value, or else what it is called.
fn name(entry: ValueRef<'_>) -> Option<String> {
    let value = text(entry, "value").or_else(|| entry.as_str().map(Cow::into_owned));
    match value.filter(|value| !value.is_empty()) {
        Some(value) => Some(value),
        None => text(entry, "display").or_else(|| text(entry, "displayName")),
    }
}

/// Whether values of this kind may be app roles of Entra ID, which are JSON objects in the text of `value`.
pub(crate) fn may_hold_json(attribute: &Attribute, profile: Profile) -> bool {
    attribute.name().eq_ignore_ascii_case("roles") && profile.allows(Tolerance::JsonRoles)
}

/// A role as the JSON object in its `value` says, where there is one; its `displayName` is what SCIM calls `display`.
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

/// The `value` of a role: the name, where it is the text of a JSON object.
pub(crate) fn role_name_in_json(value: Value) -> Value {
    match value.as_str().and_then(read) {
        Some((name, _)) => name,
        None => value,
    }
}

/// The name inside a text that is a JSON object, and what it is called; `None` where it is none, or holds no name.
///
/// Read once and no further: a name that looks like JSON again is a name.
fn read(text: &str) -> Option<(Value, Option<Value>)> {
    /// What Entra puts there; whatever else is passed over, however deep it nests.
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
    let says_something = |name: &&Value| name.as_str().is_some_and(|name| !name.is_empty());
    let display = Some(&role.display_name).filter(says_something).cloned();
    let number = role.value.as_number().map(ToString::to_string);
    let name = match number {
        Some(number) => Some(Value::from(number)),
        None => Some(role.value).filter(|value| says_something(&value)),
    };
    Some((name.or_else(|| display.clone())?, display))
}

#[cfg(test)]
mod tests {
    use crate::resource::incoming;
    use crate::schema::ResourceType;
    use crate::{Profile, Resource, User};

    /// The names that come of what a client sends.
    fn names(roles: &str) -> Vec<String> {
        let json = format!(r#"{{"userName":"a","roles":{roles}}}"#);
        let resource = Resource::from_slice(json.as_bytes()).unwrap();
        let resource = incoming(resource, &ResourceType::user(), Profile::tolerant()).unwrap();
        User::try_from(resource).unwrap().role_names()
    }

    /// The names in what a store holds.
    fn names_held(roles: &str) -> Vec<String> {
        let json = format!(r#"{{"userName":"a","roles":{roles}}}"#);
        let resource = Resource::from_slice(json.as_bytes()).unwrap();
        User::try_from(resource).unwrap().role_names()
    }

    #[test]
    fn every_form_is_a_list_of_names() {
        // The literal forms of Entra's three expressions, in POST and in PATCH, and Okta's.
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
    fn the_order_is_the_requests_and_a_name_comes_once() {
        let roles = r#"[{"value":"B"},{"value":"A","primary":true},{"value":"B","type":"x"},{"display":"A"}]"#;
        assert_eq!(names(roles), ["B", "A"]);
    }

    #[test]
    fn what_has_no_value_is_called_by_its_display_name() {
        assert_eq!(
            names_held(r#"[{"display":"A"},{"displayName":"B","value":""}]"#),
            ["A", "B"]
        );
        let nameless = r#"[{"value":"{\"id\":\"1\",\"value\":null,\"displayName\":\"C\"}"}]"#;
        assert_eq!(names(nameless), ["C"]);
        assert!(names_held(r#"[{"type":"x"},{},{"value":" "},7,null]"#).is_empty());
    }

    #[test]
    fn what_only_looks_like_json_is_a_name() {
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
    fn no_depth_and_no_length_is_too_much() {
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
