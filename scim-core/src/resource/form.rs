//! The forms of values that clients send, as far as the profile tolerates them.

use serde_json::Value;

use crate::{Error, ErrorKind, Profile, Tolerance};

/// Whether a value clears its attribute.
pub(super) fn clears(value: &Value, profile: Profile) -> bool {
    value.is_null() || (value == "" && profile.allows(Tolerance::EmptyClears))
}

/// The value for a single-valued attribute. An empty list counts as `null`, and a list of one as its item if tolerated.
pub(super) fn single(value: Value, path: &str, profile: Profile) -> Result<Value, Error> {
    let Value::Array(items) = value else {
        return Ok(value);
    };
    let mut items = items.into_iter();
    match (items.next(), items.next()) {
        (None, _) => Ok(Value::Null),
        (Some(item), None) if profile.allows(Tolerance::ComplexForms) => Ok(item),
        (Some(_), _) => Err(invalid(path, "must be a single value")),
    }
}

/// The items of a list; `None` if the value clears the attribute.
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
            Err(invalid(path, "must be a list"))
        }
    }
}

/// The boolean of a value, also from text if tolerated.
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

/// Turns text into a number if it is one and the profile tolerates it. Other values stay.
pub(super) fn number(value: Value, profile: Profile) -> Value {
    let text = value
        .as_str()
        .filter(|_| profile.allows(Tolerance::NumberStrings));
    match text.map(serde_json::from_str) {
        Some(Ok(number)) => Value::Number(number),
        Some(Err(_)) | None => value,
    }
}

/// An `InvalidValue` error for `path`.
pub(super) fn invalid(path: &str, must: &str) -> Error {
    Error::new(ErrorKind::InvalidValue, format!("{path} {must}"))
}
