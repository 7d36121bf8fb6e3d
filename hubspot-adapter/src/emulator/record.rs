//! The log of the requests to the account.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// A request to the emulated account and the status of the answer. It holds no token.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method, for example `PUT`.
    pub method: String,
    /// The path with its query, as sent.
    pub path: String,
    /// The body, if it was JSON.
    pub body: Option<Value>,
    /// The status of the answer, or `None` if a fault broke the connection.
    pub status: Option<u16>,
}

impl fmt::Debug for RecordedRequest {
    /// Leaves out path and body, which may hold addresses and names. `Display` and JSON have the path.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for RecordedRequest {
    /// Writes the method, the path and the status on one line: `GET /settings/users/2026-09/roles 200`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.method, self.path)?;
        match self.status {
            Some(status) => write!(f, "{status}"),
            None => f.write_str("closed"),
        }
    }
}
