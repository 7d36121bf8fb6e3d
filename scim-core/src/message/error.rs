//! The error body that clients receive.

use serde::{Deserialize, Deserializer, Serialize};

use crate::Error;

/// The schema URI of an error body.
pub const ERROR_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// The SCIM error body that a client receives, without anything internal.
///
/// ```
/// use scim_core::message::ErrorBody;
/// use scim_core::{Error, ErrorKind};
///
/// let body = ErrorBody::from(&Error::not_found("7"));
/// assert_eq!(
///     serde_json::to_string(&body).unwrap(),
///     r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404","detail":"Resource 7 not found"}"#
/// );
/// ```
///
/// Source: RFC 7644 §3.12.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ErrorBody {
    /// Always [`ERROR_SCHEMA`].
    #[serde(default)]
    pub schemas: Vec<String>,
    /// The HTTP status as text. Reading accepts a number too, because some servers send one.
    #[serde(deserialize_with = "text_or_number")]
    pub status: String,
    /// The `scimType` keyword of RFC 7644, table 9, if the error has one.
    #[serde(rename = "scimType", skip_serializing_if = "Option::is_none", default)]
    pub scim_type: Option<String>,
    /// A sentence for the administrator.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
}

impl From<&Error> for ErrorBody {
    fn from(error: &Error) -> Self {
        Self {
            schemas: vec![ERROR_SCHEMA.to_owned()],
            status: error.status().as_str().to_owned(),
            scim_type: error.scim_type().map(str::to_owned),
            detail: Some(error.detail().to_owned()),
        }
    }
}

fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Status {
        Text(String),
        Number(u16),
    }

    Ok(match Status::deserialize(deserializer)? {
        Status::Text(text) => text,
        Status::Number(number) => number.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_numeric_status_is_read() {
        let body: ErrorBody = serde_json::from_str(r#"{"status":409}"#).unwrap();
        assert_eq!(body.status, "409");
    }
}
