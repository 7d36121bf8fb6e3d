//! The log of what the account was asked.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// A request the emulated account got, and how it answered. Tokens are not kept.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method, for instance `PUT`.
    pub method: String,
    /// The path with its query, as it was sent.
    pub path: String,
    /// The body, if it was JSON.
    pub body: Option<Value>,
    /// The status answered, or `None` where a fault broke the connection.
    pub status: Option<u16>,
}

impl fmt::Debug for RecordedRequest {
    /// Without the path and the body, in which there may be addresses and names; `Display` and JSON have the path.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for RecordedRequest {
    /// The method, the path and the status on one line: `GET /settings/users/2026-09/roles 200`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.method, self.path)?;
        match self.status {
            Some(status) => write!(f, "{status}"),
            None => f.write_str("closed"),
        }
    }
}
