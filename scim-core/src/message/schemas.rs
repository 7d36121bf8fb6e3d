//! The check of `schemas` in a message.

use serde_json::Value;

use crate::resource::tree;
use crate::{Error, ErrorKind, Profile, Tolerance};

/// Refuses a message whose `schemas` lacks its own URI, unless the profile tolerates it (RFC 7644 §3.1).
pub(super) fn check_schemas(
    schemas: Option<&Value>,
    uri: &str,
    profile: Profile,
) -> Result<(), Error> {
    let tolerated = match schemas.filter(|schemas| !tree::is_unassigned(schemas)) {
        None => profile.allows(Tolerance::MissingSchemas),
        Some(Value::Array(uris)) if uris.iter().any(|listed| listed == uri) => true,
        Some(_) => profile.allows(Tolerance::UnknownSchemas),
    };
    if tolerated {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidSyntax,
        format!("schemas does not name {uri}"),
    ))
}
