//! The documents of identity providers, with parameters for the differences between tests.

use serde_json::{Value, json};

/// Entra ID's document of a new user (`docs/evidence.md`, C30): the captured body with another address.
///
/// # Examples
///
/// ```
/// let user = scim_tests::entra_user("ada@acme.example");
/// assert_eq!(user["userName"], "ada@acme.example");
/// assert_eq!(user["roles"], serde_json::json!([]));
/// ```
#[must_use]
pub fn entra_user(email: &str) -> Value {
    json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        ],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": email,
        "active": true,
        "emails": [{"primary": true, "type": "work", "value": email}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "Ada Lovelace", "familyName": "Lovelace", "givenName": "Ada"},
        "roles": [],
    })
}

/// Okta's document of a new user (`docs/evidence.md`, C32), with its placeholder password.
///
/// # Examples
///
/// ```
/// assert_eq!(scim_tests::okta_user("ada@acme.example")["groups"], serde_json::json!([]));
/// ```
#[must_use]
pub fn okta_user(email: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": email,
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"primary": true, "value": email, "type": "work"}],
        "displayName": "Ada Lovelace",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": true,
    })
}

/// Replaces one member of a document.
///
/// # Examples
///
/// ```
/// use scim_tests::{entra_user, with};
///
/// let seller = with(entra_user("ada@acme.example"), "roles", [serde_json::json!({"value": "Sales Rep"})]);
/// assert_eq!(seller["roles"][0]["value"], "Sales Rep");
/// ```
#[must_use]
pub fn with(mut document: Value, member: &str, value: impl Into<Value>) -> Value {
    if let Some(members) = document.as_object_mut() {
        members.insert(member.to_owned(), value.into());
    }
    document
}

/// Builds a PATCH request from operations.
///
/// # Examples
///
/// ```
/// use serde_json::json;
///
/// let disable = scim_tests::patch_op(&json!([{"op": "Replace", "path": "active", "value": "False"}]));
/// assert_eq!(disable["Operations"][0]["value"], "False");
/// ```
#[must_use]
pub fn patch_op(operations: &Value) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": operations,
    })
}
