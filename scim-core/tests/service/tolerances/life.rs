//! Returning users, unknown members, and a service without groups.

use scim_core::{Profile, Tolerance};
use serde_json::json;

use super::patches::patch;
use super::rules::{BOTH, Case, Rfc};
use super::scene::{Patching, Scene};

const AWAY: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","externalId":"00u1","active":false}"#,
);
const TEAM: (&str, &str) = (
    "/Groups",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Sales"}"#,
);

pub(crate) const CASES: &[Case] = &[
    Case {
        tolerance: Tolerance::ReturningUsers,
        client: "Okta",
        row: "C41",
        given: &[AWAY],
        request: (
            "POST",
            "/Users",
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","externalId":"00u1","active":true}"#,
        ),
        serves: |scene, status, answer| {
            status == 201
                && answer["id"] == scene.ids[0]
                && scene.get("/Users")["totalResults"] == 1
                && scene.user_has("/active", &json!(true))
        },
        rfc: Rfc::Refuses(409, "uniqueness"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::ReturningUsers,
        client: "Okta",
        row: "C42",
        given: &[AWAY],
        request: (
            "POST",
            "/Users",
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada.king","externalId":"00u1","active":true}"#,
        ),
        serves: |scene, status, answer| {
            status == 201
                && answer["id"] == scene.ids[0]
                && scene.user_has("/userName", &json!("ada.king"))
        },
        rfc: Rfc::Reads(|_, status, answer| status == 201 && answer["userName"] == "ada.king"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::AbsentGroups,
        client: "Entra ID",
        row: "C21",
        given: &[],
        request: (
            "GET",
            "/Groups?excludedAttributes=members&filter=displayName+eq+%225f7a2c1e%22",
            "",
        ),
        serves: |_, status, answer| status == 200 && answer["totalResults"] == 0,
        rfc: Rfc::Refuses(404, ""),
        patching: &[Patching::WithoutGroups],
    },
    Case {
        tolerance: Tolerance::UnknownMembers,
        client: "Okta",
        row: "F18",
        given: &[AWAY, TEAM],
        request: (
            "PATCH",
            "/Groups/{1}",
            patch!(
                r#"{"op":"replace","path":"members","value":[{"value":"{0}"},{"value":"nobody"}]}"#
            ),
        ),
        serves: |scene, status, _| {
            status == 204
                && scene.get("/Groups/{1}")["members"]
                    .as_array()
                    .is_some_and(|members| {
                        members.len() == 1 && members[0]["value"] == scene.ids[0]
                    })
        },
        rfc: Rfc::Refuses(400, "invalidValue"),
        patching: BOTH,
    },
];

#[test]
fn without_a_group_provider_only_the_empty_list_exists() {
    let scene = Scene::patched_by(Patching::WithoutGroups, Profile::tolerant());
    assert_eq!(scene.get("/Groups")["totalResults"], 0);
    for (method, path, status) in [
        ("GET", "/Groups/7", 404),
        ("GET", "/Groups?filter=shoeSize+eq+%227%22", 400),
        ("GET", "/Groups?filter=displayName+eq", 400),
        ("POST", "/Groups", 405),
        ("POST", "/Groups/.search", 404),
        ("DELETE", "/Groups/7", 404),
    ] {
        assert_eq!(scene.send(method, path, "").0, status, "{method} {path}");
    }
}

#[test]
fn removing_active_works_in_the_provider_and_in_the_service() {
    for patching in [Patching::Provider, Patching::Service] {
        let scene = Scene::patched_by(patching, Profile::tolerant()).given(&[AWAY]);
        let body = patch!(r#"{"op":"remove","path":"active"}"#);
        assert_eq!(scene.send("PATCH", "/Users/{0}", body).0, 200);
        let user = scene.get("/Users/{0}");
        assert_eq!(user.get("active"), None, "{patching:?}: {user}");
    }
}
