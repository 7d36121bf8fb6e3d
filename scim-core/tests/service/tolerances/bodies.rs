//! `schemas` in bodies, and unknown attributes and schemas.

use scim_core::Tolerance;
use serde_json::json;

use super::patches::patch;
use super::rules::{BOTH, Case, Rfc};

const ADA: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","active":true}"#,
);

pub(crate) const CASES: &[Case] = &[
    Case {
        tolerance: Tolerance::UnknownAttributes,
        client: "Entra ID",
        row: "C10",
        given: &[],
        request: (
            "POST",
            "/Users",
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"jyoung","active":true,"addresses":null,"phoneNumbers":null,"preferredLanguage":null,"title":null,"department":null,"manager":null}"#,
        ),
        serves: |_, status, answer| status == 201 && answer["userName"] == "jyoung",
        rfc: Rfc::Refuses(400, "invalidSyntax"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::UnknownAttributes,
        client: "Entra ID",
        row: "C10",
        given: &[],
        request: (
            "POST",
            "/Users",
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"jyoung","roles":[{"primary":false,"type":"WindowsAzureActiveDirectoryRole","displayName":"Admin","value":"Admin"}]}"#,
        ),
        serves: |_, status, answer| {
            status == 201
                && answer["roles"]
                    == json!([{"primary": false, "type": "WindowsAzureActiveDirectoryRole", "value": "Admin"}])
        },
        rfc: Rfc::Refuses(400, "invalidValue"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::UnknownAttributes,
        client: "Entra ID",
        row: "C10",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(
                r#"{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:shoeSize","value":"7"}"#,
                r#"{"op":"replace","path":"name.shoeSize","value":"7"}"#,
                r#"{"op":"replace","value":{"shoeSize":"7","title":"Guide"}}"#
            ),
        ),
        serves: |scene, _, _| scene.user_has("/title", &json!("Guide")),
        rfc: Rfc::Refuses(400, "invalidPath"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::UnknownSchemas,
        client: "Entra ID",
        row: "C11",
        given: &[],
        request: (
            "POST",
            "/Groups",
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],"externalId":"8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159","displayName":"displayName","meta":{"resourceType":"Group"}}"#,
        ),
        serves: |_, status, answer| {
            status == 201
                && answer["schemas"] == json!(["urn:ietf:params:scim:schemas:core:2.0:Group"])
        },
        rfc: Rfc::Refuses(400, "invalidSyntax"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::UnknownSchemas,
        client: "Google",
        row: "C11",
        given: &[],
        request: (
            "POST",
            "/Users",
            r#"{"schemas":["urn:scim:schemas:core:1.0","urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"username@domain.com","emails":[{"primary":true,"value":"username@domain.com","type":"work"}],"displayName":"User Name","name":{"givenName":"User","familyName":"Name"},"active":true}"#,
        ),
        serves: |_, status, answer| {
            status == 201
                && answer["schemas"] == json!(["urn:ietf:params:scim:schemas:core:2.0:User"])
        },
        rfc: Rfc::Refuses(400, "invalidSyntax"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::UnknownSchemas,
        client: "OneLogin",
        row: "C11",
        given: &[ADA],
        request: (
            "PUT",
            "/Users/{0}?",
            r#"{"schemas":["urn:scim:schemas:core:2.0","urn:scim:schemas:extension:enterprise:2.0"],"userName":"onelogin-test-user01","name":{"familyName":" User 01","givenName":"AAA Test"}}"#,
        ),
        serves: |scene, _, _| scene.user_has("/userName", &json!("onelogin-test-user01")),
        rfc: Rfc::Refuses(400, "invalidSyntax"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::UnlistedExtensions,
        client: "Entra ID",
        row: "C69",
        given: &[],
        request: (
            "POST",
            "/Users",
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"jyoung","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"bob"}}"#,
        ),
        serves: |_, status, answer| {
            status == 201
                && answer["schemas"]
                    == json!([
                        "urn:ietf:params:scim:schemas:core:2.0:User",
                        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
                    ])
        },
        rfc: Rfc::Refuses(400, "invalidSyntax"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::MissingSchemas,
        client: "OneLogin",
        row: "C58",
        given: &[],
        request: ("POST", "/Users", r#"{"userName":"onelogin-test-user01"}"#),
        serves: |_, status, answer| {
            status == 201
                && answer["schemas"] == json!(["urn:ietf:params:scim:schemas:core:2.0:User"])
        },
        rfc: Rfc::Refuses(400, "invalidSyntax"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::MissingSchemas,
        client: "OneLogin",
        row: "C58",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            r#"{"Operations":[{"op":"replace","path":"title","value":"Guide"}]}"#,
        ),
        serves: |scene, _, _| scene.user_has("/title", &json!("Guide")),
        rfc: Rfc::Refuses(400, "invalidSyntax"),
        patching: BOTH,
    },
];
