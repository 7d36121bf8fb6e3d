//! Schema URNs, alone and before an attribute name (RFC 7644 §3.10).

use crate::case;

/// Splits a fully qualified attribute into its schema URI and the rest.
///
/// The URI is everything before the last colon, so the dot in a version number never starts a
/// sub-attribute.
///
/// ```
/// use scim_filter::urn;
///
/// let path = "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName";
/// let core = "urn:ietf:params:scim:schemas:core:2.0:User";
/// assert_eq!(urn::split(path), (Some(core), "name.givenName"));
/// assert_eq!(urn::split("userName"), (None, "userName"));
/// ```
#[must_use]
pub fn split(text: &str) -> (Option<&str>, &str) {
    match text.rsplit_once(':') {
        Some((uri, rest)) => (Some(uri), rest),
        None => (None, text),
    }
}

/// Whether two URNs are the same; every part is case-insensitive (RFC 7644 §3.10).
///
/// ```
/// use scim_filter::urn;
/// assert!(urn::eq(
///     "urn:ietf:params:scim:schemas:core:2.0:User",
///     "URN:ietf:params:scim:schemas:core:2.0:user",
/// ));
/// ```
#[must_use]
pub fn eq(a: &str, b: &str) -> bool {
    case::eq(a, b)
}

/// Whether `whole` equals `uri`, a colon and `name`, ignoring ASCII case.
///
/// The URI of an extension reads like an attribute: `…:enterprise:2.0:User` splits into
/// `…:enterprise:2.0` and `User`. This function recognizes such a URI without allocating.
///
/// ```
/// use scim_filter::urn;
/// assert!(urn::eq_joined("urn:example:2.0:Device", "urn:example:2.0", "device"));
/// ```
#[must_use]
pub fn eq_joined(whole: &str, uri: &str, name: &str) -> bool {
    match split(whole) {
        (Some(head), tail) => eq(head, uri) && case::eq(tail, name),
        (None, _) => false,
    }
}

/// Whether the URI names a core schema, whose attributes are at the top level of a resource
/// (RFC 7643 §3.3).
///
/// The prefix of SCIM 1.1 counts as well, because clients still send it.
///
/// ```
/// use scim_filter::urn;
/// assert!(urn::is_core("urn:ietf:params:scim:schemas:core:2.0:Group"));
/// assert!(!urn::is_core("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"));
/// ```
#[must_use]
pub fn is_core(uri: &str) -> bool {
    case::starts_with(uri, "urn:ietf:params:scim:schemas:core:")
        || case::starts_with(uri, "urn:scim:schemas:core:")
}
