//! Forms of values.

use scim_core::Tolerance;
use serde_json::json;

use super::patches::patch;
use super::rules::{BOTH, Case, Rfc};
use super::scene::Patching;

const ADA: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Test_User_00aa","active":true,"title":"Guide","emails":[{"type":"work","value":"ada@contoso.com"},{"type":"home","value":"ada@example.org"}]}"#,
);
const BOB: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"jyoung","active":true,"roles":[{"value":"Admin","primary":true}]}"#,
);
const TEAM: (&str, &str) = (
    "/Groups",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Team"}"#,
);
const MANAGER: &str = "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager";

pub(crate) const CASES: &[Case] = &[
    Case {
        tolerance: Tolerance::BooleanStrings,
        client: "Entra ID",
        row: "C2",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(r#"{"op":"replace","path":"active","value":"False"}"#),
        ),
        serves: |scene, _, _| scene.user_has("/active", &json!(false)),
        rfc: Rfc::Refuses(400, "invalidValue"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::BooleanStrings,
        client: "Keycloak client",
        row: "C2",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(r#"{"op":"replace","value":{"active":"false"}}"#),
        ),
        serves: |scene, _, _| scene.user_has("/active", &json!(false)),
        rfc: Rfc::Refuses(400, "invalidValue"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::BooleanStrings,
        client: "Entra ID",
        row: "C29",
        given: &[BOB],
        request: (
            "GET",
            "/Users?filter=roles%5Bprimary+eq+%22True%22%5D.value+eq+%22Admin%22",
            "",
        ),
        serves: |_, status, answer| status == 200 && answer["totalResults"] == 1,
        rfc: Rfc::Refuses(400, "invalidFilter"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::BooleanStrings,
        client: "Entra ID",
        row: "C29",
        given: &[BOB],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(
                r#"{"op":"replace","path":"roles","value":[{"primary":"True","value":"User"}]}"#
            ),
        ),
        serves: |scene, _, _| {
            scene.user_has("/roles", &json!([{"primary": true, "value": "User"}]))
        },
        rfc: Rfc::Refuses(400, "invalidValue"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::NumberStrings,
        client: "Entra ID",
        row: "C56",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(
                r#"{"op":"replace","path":"urn:example:schemas:extension:badge:2.0:User:floor","value":"7"}"#
            ),
        ),
        serves: |scene, _, _| {
            scene.user_has(
                "/urn:example:schemas:extension:badge:2.0:User/floor",
                &json!(7),
            )
        },
        rfc: Rfc::Refuses(400, "invalidValue"),
        patching: &[Patching::Service],
    },
    Case {
        tolerance: Tolerance::ComplexForms,
        client: "Entra ID",
        row: "C7",
        given: &[ADA, BOB],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(
                r#"{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"{1}"}"#
            ),
        ),
        serves: |scene, _, _| scene.user_has(MANAGER, &json!({"value": scene.ids[1]})),
        rfc: Rfc::Refuses(400, "invalidValue"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::ComplexForms,
        client: "Entra ID",
        row: "C7",
        given: &[ADA, BOB],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(
                r#"{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":[{"$ref":"http://example.com/scim/Users/{1}","value":"{1}"}]}"#
            ),
        ),
        serves: |scene, _, _| scene.user_has(&format!("{MANAGER}/value"), &json!(scene.ids[1])),
        rfc: Rfc::Refuses(400, "invalidValue"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::ComplexForms,
        client: "Entra ID",
        row: "C7",
        given: &[],
        request: (
            "POST",
            "/Users",
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"userName":"jyoung","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":"123456"}}"#,
        ),
        serves: |_, status, answer| {
            status == 201 && answer.pointer(MANAGER) == Some(&json!({"value": "123456"}))
        },
        rfc: Rfc::Refuses(400, "invalidValue"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::LoneValues,
        client: "OneLogin",
        row: "C57",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(
                r#"{"op":"replace","path":"emails","value":{"type":"work","value":"a@contoso.com"}}"#
            ),
        ),
        serves: |scene, _, _| {
            scene.user_has(
                "/emails",
                &json!([{"type": "work", "value": "a@contoso.com"}]),
            )
        },
        rfc: Rfc::Refuses(400, "invalidValue"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::LoneValues,
        client: "Microsoft's",
        row: "C57",
        given: &[ADA, TEAM],
        request: (
            "PATCH",
            "/Groups/{1}",
            patch!(r#"{"op":"add","path":"members","value":{"value":"{0}"}}"#),
        ),
        serves: |scene, _, _| {
            scene.get("/Groups/{1}")["members"] == json!([{"value": scene.ids[0]}])
        },
        rfc: Rfc::Refuses(400, "invalidValue"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::EmptyClears,
        client: "Entra ID",
        row: "C8",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(r#"{"op":"replace","path":"title","value":""}"#),
        ),
        serves: |scene, status, _| status == 200 && scene.get("/Users/{0}").get("title").is_none(),
        // A string may be empty (RFC 7643 §2.3.1).
        rfc: Rfc::Reads(|scene, status, _| status == 200 && scene.user_has("/title", &json!(""))),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::EmptyClears,
        client: "Entra ID",
        row: "C8",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(r#"{"op":"replace","path":"emails[type eq \"work\"].value","value":null}"#),
        ),
        serves: |scene, _, _| {
            scene.user_has(
                "/emails",
                &json!([{"type": "home", "value": "ada@example.org"}]),
            )
        },
        // The rest of the entry stays an entry.
        rfc: Rfc::Reads(|scene, _, _| scene.user_has("/emails/0", &json!({"type": "work"}))),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::SeveralPrimary,
        client: "nobody reported",
        row: "C15",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(
                r#"{"op":"replace","path":"emails","value":[{"value":"a@contoso.com","primary":true},{"value":"b@contoso.com","primary":true}]}"#
            ),
        ),
        serves: |scene, _, _| {
            scene.user_has("/emails/0/primary", &json!(true))
                && scene.user_has("/emails/1/primary", &json!(false))
        },
        rfc: Rfc::Refuses(400, "invalidValue"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::JsonRoles,
        client: "Entra ID",
        row: "C36",
        given: &[ADA],
        request: (
            "PATCH",
            "/Users/{0}",
            patch!(
                r#"{"op":"add","path":"roles","value":[{"value":"{\"id\":\"06b07648-ecfe-589f-9d2f-6325724a46ee\",\"value\":\"25\",\"displayName\":\"Role1234\"}"}]}"#
            ),
        ),
        serves: |scene, _, _| {
            scene.user_has("/roles", &json!([{"value": "25", "display": "Role1234"}]))
        },
        // A string like any other.
        rfc: Rfc::Reads(|scene, _, _| {
            let role = scene.get("/Users/{0}")["roles"][0]["value"].clone();
            role.as_str()
                .is_some_and(|role| role.contains("displayName"))
        }),
        patching: BOTH,
    },
];
