//! The names of roles, in whichever form a client sends them.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;

use super::ValueRef;
use super::view::text;

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
        Some(value) => Some(in_json(&value).unwrap_or(value)),
        None => text(entry, "display").or_else(|| text(entry, "displayName")),
    }
}

/// The name inside a value that is itself a JSON object; `None` where it is none, or holds no name.
///
/// Read once and no further: a name that looks like JSON again is a name.
fn in_json(value: &str) -> Option<String> {
    /// What Entra puts there; whatever else is passed over, however deep it nests.
    #[derive(Deserialize)]
    struct AppRole {
        #[serde(default)]
        value: Value,
        #[serde(default, rename = "displayName")]
        display_name: Value,
    }
    if !value.trim_start().starts_with('{') {
        return None;
    }
    let role: AppRole = serde_json::from_str(value).ok()?;
    [role.value, role.display_name]
        .into_iter()
        .find_map(|name| match name {
            Value::String(name) if !name.is_empty() => Some(name),
            Value::Number(number) => Some(number.to_string()),
            Value::Null
            | Value::Bool(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => None,
        })
}

#[cfg(test)]
mod tests {
    use crate::{Resource, User};

    fn names(roles: &str) -> Vec<String> {
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
            names(r#"[{"display":"A"},{"displayName":"B","value":""}]"#),
            ["A", "B"]
        );
        let nameless = r#"[{"value":"{\"id\":\"1\",\"value\":null,\"displayName\":\"C\"}"}]"#;
        assert_eq!(names(nameless), ["C"]);
        assert!(names(r#"[{"type":"x"},{},{"value":" "},7,null]"#).is_empty());
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
