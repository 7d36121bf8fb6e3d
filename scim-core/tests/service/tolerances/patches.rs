//! Forms of a PATCH.

use scim_core::Tolerance;
use serde_json::json;

use super::rules::{BOTH, Case, Rfc};

const ADA: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Test_User_00aa","active":true,"title":"Guide"}"#,
);
const BOB: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"jyoung","active":true}"#,
);
const TEAM: (&str, &str) = (
    "/Groups",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Team","members":[{"value":"{0}"},{"value":"{1}"}]}"#,
);
const NOBODY: (&str, &str) = (
    "/Groups",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Team"}"#,
);

/// A PATCH with these operations.
macro_rules! patch {
    ($($operation:literal),*) => {
        concat!(
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":["#,
            patch!(@ $($operation),*),
            "]}"
        )
    };
    (@) => { "" };
    (@ $first:literal $(, $more:literal)*) => { concat!($first $(, ",", $more)*) };
}
pub(crate) use patch;

pub(crate) const CASES: &[Case] = &[
    Case {
        tolerance: Tolerance::OperationCase,
        client: "Entra ID",
        row: "C1",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(r#"{"op":"Replace","path":"displayName","value":"Pvlo"}"#),
        ),
        serves: |scene, _, _| scene.user_has("/displayName", &json!("Pvlo")),
        rfc: Rfc::Refuses(400, "invalidSyntax"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::DottedKeys,
        client: "Entra ID",
        row: "C3",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(
                r#"{"op":"replace","value":{"displayName":"Bjfe","name.givenName":"Kkom","name.familyName":"Unua","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber":"Aklq"}}"#
            ),
        ),
        serves: |scene, _, _| {
            scene.user_has("/displayName", &json!("Bjfe"))
                && scene.user_has("/name", &json!({"givenName": "Kkom", "familyName": "Unua"}))
                && scene.user_has(
                    "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/employeeNumber",
                    &json!("Aklq"),
                )
        },
        rfc: Rfc::Refuses(400, "invalidPath"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::ValuePathCreates,
        client: "Entra ID",
        row: "C4",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(
                r#"{"op":"replace","path":"emails[type eq \"work\"].value","value":"TestBcwqnm@test.microsoft.com"}"#
            ),
        ),
        serves: |scene, _, _| {
            scene.user_has(
                "/emails",
                &json!([{"type": "work", "value": "TestBcwqnm@test.microsoft.com"}]),
            )
        },
        rfc: Rfc::Refuses(400, "noTarget"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::ValuePathCreates,
        client: "Entra ID",
        row: "C4",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(
                r#"{"op":"add","path":"addresses[type eq \"work\"].streetAddress","value":"1 Main St"}"#,
                r#"{"op":"add","path":"addresses[type eq \"work\"].locality","value":"Springfield"}"#,
                r#"{"op":"add","path":"addresses[type eq \"work\"].country","value":"US"}"#
            ),
        ),
        serves: |scene, _, _| {
            let one = json!([{"type": "work", "streetAddress": "1 Main St", "locality": "Springfield", "country": "US"}]);
            scene.user_has("/addresses", &one)
        },
        rfc: Rfc::Refuses(400, "noTarget"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::RemoveWithValue,
        client: "Entra ID",
        row: "C5",
        given: &[ADA, BOB, TEAM],
        request: (
            "PATCH",
            "/Groups/{2}",
            patch!(r#"{"op":"remove","path":"members","value":[{"$ref":null,"value":"{0}"}]}"#),
        ),
        serves: |scene, _, _| {
            scene.get("/Groups/{2}")["members"] == json!([{"value": scene.ids[1]}])
        },
        rfc: Rfc::Refuses(400, "invalidValue"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::RemoveWithoutMatch,
        client: "any",
        row: "C6",
        given: &[ADA, NOBODY],
        request: (
            "PATCH",
            "/Groups/{1}",
            patch!(r#"{"op":"remove","path":"members[value eq \"{0}\"]"}"#),
        ),
        serves: |scene, status, _| status < 300 && scene.get("/Groups/{1}")["members"] == json!([]),
        rfc: Rfc::Wants,
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::EmptyOperations,
        client: "SCIM Validator",
        row: "C9",
        given: &[ADA],
        request: ("PATCH", "/Users/{0}", patch!()),
        serves: |scene, status, _| {
            status == 200 && scene.user_has("/userName", &json!("Test_User_00aa"))
        },
        rfc: Rfc::Refuses(400, "invalidSyntax"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::ReadOnlyIgnored,
        client: "Okta",
        row: "C12",
        given: &[NOBODY],
        request: (
            "PATCH",
            "/Groups/{0}",
            patch!(r#"{"op":"replace","value":{"id":"{0}","displayName":"Test SCIMv2"}}"#),
        ),
        serves: |scene, _, _| scene.get("/Groups/{0}")["displayName"] == "Test SCIMv2",
        rfc: Rfc::Refuses(400, "mutability"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::BareExtensionNames,
        client: "Entra ID",
        row: "C14",
        given: &[ADA, BOB],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(r#"{"op":"add","path":"manager","value":{"value":"{1}"}}"#),
        ),
        serves: |scene, _, _| {
            scene.user_has(
                "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager/value",
                &json!(scene.ids[1]),
            )
        },
        rfc: Rfc::Refuses(400, "invalidPath"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::DeactivationFirst,
        client: "Entra ID",
        row: "C38",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(
                r#"{"op":"replace","path":"title","value":{"en":"Guide"}}"#,
                r#"{"op":"replace","path":"active","value":false}"#
            ),
        ),
        serves: |scene, status, answer| {
            status == 200
                && answer["active"] == json!(false)
                && scene.user_has("/active", &json!(false))
        },
        rfc: Rfc::Wants,
        patching: BOTH,
    },
];
