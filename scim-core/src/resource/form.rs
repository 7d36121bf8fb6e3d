//! Forms in which clients send values, read as what they mean where the profile lets them.

use serde_json::Value;

use super::tree::{self, Object};
use crate::{Error, ErrorKind, Profile, Tolerance};

/// Whether a value says that there is to be none.
pub(super) fn clears(value: &Value, profile: Profile) -> bool {
    value.is_null() || (value == "" && profile.allows(Tolerance::EmptyClears))
}

/// The value for a single-valued attribute: an empty list is none, and a list of one is that one where it is tolerated.
pub(super) fn sole(value: Value, path: &str, profile: Profile) -> Result<Value, Error> {
    let Value::Array(items) = value else {
        return Ok(value);
    };
    let mut items = items.into_iter();
    match (items.next(), items.next()) {
        (None, _) => Ok(Value::Null),
        (Some(item), None) if profile.allows(Tolerance::ComplexForms) => Ok(item),
        (Some(_), _) => Err(wrong(path, "must be a single value")),
    }
}

/// The items of a list; `None` where there is to be none.
pub(super) fn items(
    value: Value,
    path: &str,
    profile: Profile,
) -> Result<Option<Vec<Value>>, Error> {
    match value {
        Value::Null => Ok(None),
        Value::Array(items) => Ok(Some(items)),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)
            if profile.allows(Tolerance::LoneValues) =>
        {
            Ok(Some(vec![value]))
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            Err(wrong(path, "must be a list"))
        }
    }
}

/// The boolean that a value is, in text where that is tolerated.
pub(super) fn boolean(value: &Value, profile: Profile) -> Option<bool> {
    if let Some(boolean) = value.as_bool() {
        return Some(boolean);
    }
    let text = value
        .as_str()
        .filter(|_| profile.allows(Tolerance::BooleanStrings))?;
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// The number that a text is, where that is tolerated; anything else as it is.
pub(super) fn number(value: Value, profile: Profile) -> Value {
    let text = value
        .as_str()
        .filter(|_| profile.allows(Tolerance::NumberStrings));
    match text.map(serde_json::from_str) {
        Some(Ok(number)) => Value::Number(number),
        Some(Err(_)) | None => value,
    }
}

/// A role whose `value` is the text of a JSON object: as that object says, whose `displayName` is what SCIM calls `display`.
pub(super) fn role(value: Value) -> Value {
    let Value::Object(mut entry) = value else {
        return value;
    };
    let text = tree::get(&entry, "value").and_then(Value::as_str);
    let said = text
        .filter(|text| text.trim_start().starts_with('{'))
        .and_then(|text| serde_json::from_str::<Object>(text).ok());
    let name = said.as_ref().and_then(|said| match said.get("value")? {
        Value::Number(number) => Some(Value::from(number.to_string())),
        Value::String(name) => Some(Value::from(name.as_str())),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    });
    if let Some(name) = name {
        tree::set(&mut entry, "value", name);
        let display = said.and_then(|mut said| said.remove("displayName"));
        let display = display.filter(Value::is_string);
        if let (Some(display), None) = (display, tree::get(&entry, "display")) {
            tree::set(&mut entry, "display", display);
        }
    }
    Value::Object(entry)
}

pub(super) fn wrong(path: &str, must: &str) -> Error {
    Error::new(ErrorKind::InvalidValue, format!("{path} {must}"))
}
