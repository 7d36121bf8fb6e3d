//! The fields of a request body, read with HubSpot's refusals.

use serde_json::{Map, Value};

use crate::emulator::answer::Answer;

/// A text field of a body.
#[derive(Clone, Copy, Debug)]
pub(super) enum TextField<'a> {
    Absent,
    Null,
    Text(&'a str),
}

impl<'a> TextField<'a> {
    pub(super) fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Absent | Self::Null => None,
        }
    }

    pub(super) fn present(self) -> Option<&'a str> {
        self.text().filter(|text| !text.is_empty())
    }
}

pub(super) fn object(body: &Value) -> Result<&Map<String, Value>, Answer> {
    body.as_object()
        .ok_or_else(|| Answer::invalid("Invalid input JSON: an object is expected."))
}

pub(super) fn text<'a>(body: &'a Map<String, Value>, field: &str) -> Result<TextField<'a>, Answer> {
    match body.get(field) {
        None => Ok(TextField::Absent),
        Some(Value::Null) => Ok(TextField::Null),
        Some(Value::String(text)) => Ok(TextField::Text(text)),
        Some(Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::Object(_)) => Err(
            Answer::invalid(&format!("Invalid input JSON: {field} must be a string.")),
        ),
    }
}

/// Reads a list of strings. `None` stands for an absent field and for null.
pub(super) fn texts<'a>(
    body: &'a Map<String, Value>,
    field: &str,
) -> Result<Option<Vec<&'a str>>, Answer> {
    let invalid = || Answer::invalid(&format!("Invalid input JSON: {field} must list strings."));
    match body.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().ok_or_else(invalid))
            .collect::<Result<_, _>>()
            .map(Some),
        Some(Value::Bool(_) | Value::Number(_) | Value::Object(_) | Value::String(_)) => {
            Err(invalid())
        }
    }
}

pub(super) fn plausible(email: &str) -> bool {
    let blank = email.chars().any(|c| c.is_whitespace() || c.is_control());
    !blank
        && email
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}
