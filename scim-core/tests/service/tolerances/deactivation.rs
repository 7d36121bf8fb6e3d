//! A deactivation takes effect even if the rest of its request fails.

use bytes::Bytes;
use http::Request;
use scim_core::{Profile, Tolerance};
use serde_json::{Value, json};

use super::log::Log;
use super::patches::patch;
use super::scene::{Patching, Scene};

const ADA: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@contoso.com","active":true,"title":"Guide"}"#,
);
const BOB: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob@contoso.com","active":true}"#,
);

fn scenes(profile: Profile) -> [Scene; 2] {
    [Patching::Provider, Patching::Service]
        .map(|patching| Scene::patched_by(patching, profile).given(&[ADA, BOB]))
}

/// Operations that fail beside the deactivation.
const BESIDE: &[&str] = &[
    // Unknown attributes.
    r#"{"op":"replace","path":"shoeSize","value":"7"}"#,
    r#"{"op":"replace","path":"name.shoeSize","value":"7"}"#,
    r#"{"op":"replace","path":"urn:example:1.0:User:shoeSize","value":"7"}"#,
    r#"{"op":"replace","value":{"shoeSize":"7","name.shoeSize":"7"}}"#,
    r#"{"op":"replace","path":"emails[shoeSize eq \"7\"].value","value":"a@b"}"#,
    r#"{"op":"remove","path":"emails[shoeSize eq \"7\"]"}"#,
    // Impossible changes.
    r#"{"op":"replace","path":"title","value":{"en":"Guide"}}"#,
    r#"{"op":"replace","value":{"title":7}}"#,
    r#"{"op":"replace","path":"emails[type ne \"work\"].value","value":"a@b"}"#,
    r#"{"op":"replace","path":"userName","value":"BOB@contoso.com"}"#,
    r#"{"op":"remove","path":"userName"}"#,
    r#"{"op":"replace","path":"userName[type eq \"work\"]","value":"x"}"#,
    r#"{"op":"replace","path":"groups","value":[{"value":"7"}]}"#,
    // Malformed operations.
    r#"{"op":"replace","path":"name..givenName","value":"Ada"}"#,
    r#"{"op":"replace","path":"/title","value":"Guide"}"#,
    r#"{"op":"replace","path":"emails[type eq \"work\".value","value":"a@b"}"#,
    r#"{"op":"replace","path":"emails[type is \"work\"].value","value":"a@b"}"#,
    r#"{"op":"replace","path":["title"],"value":"Guide"}"#,
    r#"{"op":"move","path":"title","value":"Guide"}"#,
    r#"{"op":"add","path":"title"}"#,
    r#"{"op":"add","value":"Guide"}"#,
    r#"{"op":"remove"}"#,
    r#""title""#,
];

#[test]
fn no_other_operation_stops_a_deactivation() {
    let deactivations = [
        r#"{"op":"Replace","path":"active","value":"False"}"#,
        r#"{"op":"replace","path":"active","value":false}"#,
        r#"{"op":"replace","value":{"active":false}}"#,
        r#"{"op":"replace","value":{"displayName":7,"active":false}}"#,
        r#"{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:active","value":"false"}"#,
        r#"{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User","value":{"active":false}}"#,
    ];
    let scenes = scenes(Profile::tolerant());
    let reactivation = patch!(r#"{"op":"replace","path":"active","value":true}"#);

    for beside in BESIDE {
        for deactivation in deactivations {
            for operations in [[*beside, deactivation], [deactivation, *beside]] {
                let body = patch!("OPERATIONS").replace("OPERATIONS", &operations.join(","));
                for scene in &scenes {
                    let (status, answer) = scene.send("PATCH", "/Users/{0}", &body);
                    assert_eq!(status, 200, "{body}: {answer}");
                    assert_eq!(answer["active"], json!(false), "{body}: {answer}");
                    assert!(scene.user_has("/active", &json!(false)), "{body}");
                    assert!(scene.user_has("/userName", &json!("ada@contoso.com")));
                    assert_eq!(scene.send("PATCH", "/Users/{0}", reactivation).0, 200);
                }
            }
        }
    }
}

#[test]
fn a_put_that_cannot_be_stored_still_deactivates() {
    for document in [
        r#"{"userName":"ada@contoso.com","active":false,"title":{"en":"Guide"}}"#,
        r#"{"userName":"bob@contoso.com","active":false}"#,
        r#"{"active":"False"}"#,
        r#"{"userName":"ada@contoso.com","urn:ietf:params:scim:schemas:core:2.0:User":{"active":false},"emails":7}"#,
    ] {
        for scene in scenes(Profile::tolerant()) {
            let (status, answer) = scene.send("PUT", "/Users/{0}", document);
            assert_eq!(status, 200, "{document}: {answer}");
            assert_eq!(answer["active"], json!(false), "{document}: {answer}");
            assert!(scene.user_has("/active", &json!(false)), "{document}");
            assert!(scene.user_has("/title", &json!("Guide")), "{document}");
        }
    }
}

/// A PATCH with the operation and one that fails.
macro_rules! beside {
    ($operation:literal) => {
        patch!(
            $operation,
            r#"{"op":"replace","path":"title","value":{"en":"Guide"}}"#
        )
    };
}

#[test]
fn a_refused_request_without_deactivation_stays_refused() {
    for (method, body) in [
        (
            "PATCH",
            patch!(r#"{"op":"replace","path":"a..b","value":1}"#),
        ),
        // A reactivation is all or nothing.
        (
            "PATCH",
            patch!(
                r#"{"op":"replace","path":"title","value":7}"#,
                r#"{"op":"replace","path":"active","value":true}"#
            ),
        ),
        (
            "PATCH",
            patch!(
                r#"{"op":"replace","path":"active","value":false}"#,
                r#"{"op":"replace","path":"title","value":7}"#,
                r#"{"op":"replace","path":"active","value":true}"#
            ),
        ),
        (
            "PATCH",
            patch!(
                r#"{"op":"replace","path":"active","value":"no"}"#,
                r#"{"op":"replace","path":"title","value":7}"#
            ),
        ),
        // Another attribute called `active`.
        (
            "PATCH",
            beside!(r#"{"op":"replace","value":{"active.since":false}}"#),
        ),
        (
            "PATCH",
            beside!(r#"{"op":"replace","path":"active.since","value":false}"#),
        ),
        (
            "PATCH",
            beside!(r#"{"op":"replace","path":"name.active","value":false}"#),
        ),
        (
            "PATCH",
            beside!(r#"{"op":"replace","path":"emails[active eq false].value","value":false}"#),
        ),
        (
            "PATCH",
            beside!(r#"{"op":"replace","path":"active[value eq true]","value":false}"#),
        ),
        (
            "PATCH",
            beside!(
                r#"{"op":"replace","value":{"urn:ietf:params:scim:schemas:core:2.0:Group":{"active":false}}}"#
            ),
        ),
        (
            "PATCH",
            beside!(
                r#"{"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"active":false}}}"#
            ),
        ),
        // A removed or misspelled value is not `false`.
        (
            "PATCH",
            beside!(r#"{"op":"remove","path":"active","value":false}"#),
        ),
        (
            "PATCH",
            beside!(r#"{"op":"replace","path":"active","value":"false "}"#),
        ),
        ("PUT", r#"{"userName":7,"active.since":false}"#),
        ("PUT", r#"{"userName":7,"active":null}"#),
        // Not a PATCH, not a document, not JSON.
        ("PATCH", r#"{"active":false}"#),
        ("PATCH", r#"{"Operations":{"active":false}}"#),
        (
            "PATCH",
            r#"[{"op":"replace","path":"active","value":false}]"#,
        ),
        (
            "PATCH",
            r#"{"Operations":[{"op":"replace","path":"active","value":false}]"#,
        ),
        ("PUT", r#"[{"userName":"ada","active":false}]"#),
        ("PUT", r#"{"active":false"#),
        ("PUT", r#"{"active":true}"#),
    ] {
        for scene in scenes(Profile::tolerant()) {
            let before = scene.get("/Users/{0}");
            let (status, answer) = scene.send(method, "/Users/{0}", body);
            assert_eq!(status, 400, "{body}: {answer}");
            assert_eq!(scene.get("/Users/{0}"), before, "{body}");
        }
    }
}

#[test]
fn an_old_version_refuses_the_deactivation_too() {
    for scene in scenes(Profile::tolerant()) {
        let request = Request::patch(scene.with_ids("/Users/{0}"))
            .header("if-match", "W/\"no such version\"")
            .body(Bytes::from_static(
                patch!(
                    r#"{"op":"replace","path":"title","value":7}"#,
                    r#"{"op":"replace","path":"active","value":false}"#
                )
                .as_bytes(),
            ));
        let (status, _) = scene.request(request.expect("a request"));
        assert_eq!(status, 412);
        assert!(scene.user_has("/active", &json!(true)));
    }
}

#[test]
fn deactivating_an_unknown_user_is_404() {
    let scene = Scene::new(Profile::tolerant());
    let body = patch!(
        r#"{"op":"replace","path":"a..b","value":1}"#,
        r#"{"op":"replace","path":"active","value":false}"#
    );
    let (status, _) = scene.send("PATCH", "/Users/nobody", body);
    assert_eq!(status, 404);
}

#[test]
fn every_preset_deactivates_first() {
    let body = patch!(
        r#"{"op":"replace","path":"active","value":false}"#,
        r#"{"op":"replace","path":"title","value":7}"#
    );
    for profile in [Profile::tolerant(), Profile::entra(), Profile::rfc()] {
        for scene in scenes(profile) {
            let (status, answer) = scene.send("PATCH", "/Users/{0}", body);
            assert!(matches!(status, 200 | 204), "{status}: {answer}");
            assert!(scene.user_has("/active", &json!(false)));
            assert!(scene.user_has("/title", &json!("Guide")));
        }
    }
}

#[test]
fn without_the_tolerance_a_patch_is_all_or_nothing() {
    let body = patch!(
        r#"{"op":"replace","path":"active","value":false}"#,
        r#"{"op":"replace","path":"title","value":7}"#
    );
    for preset in [Profile::tolerant(), Profile::rfc()] {
        let profile = preset.without(Tolerance::DeactivationFirst);
        for scene in scenes(profile) {
            let before = scene.get("/Users/{0}");
            let (status, answer) = scene.send("PATCH", "/Users/{0}", body);
            assert_eq!((status, &answer["scimType"]), (400, &json!("invalidValue")));
            assert_eq!(scene.get("/Users/{0}"), before);
        }
    }
}

#[test]
fn the_audit_trail_names_ignored_attributes_without_values() {
    let scene = Scene::new(Profile::tolerant()).given(&[ADA]);
    let body = patch!(
        r#"{"op":"replace","path":"title","value":{"secret":"s3cret"}}"#,
        r#"{"op":"replace","path":"active","value":false}"#
    );
    let log = Log::default();
    log.listen(|| scene.send("PATCH", "/Users/{0}", body));
    let lines = log.lines("scim_core::audit");
    let left_out = lines.iter().find(|line| line.contains("left_out"));
    let left_out = left_out.expect("an event");
    assert!(left_out.contains("title must be a string"), "{left_out}");
    assert!(left_out.contains(&scene.ids[0]), "{left_out}");
    assert!(!lines.concat().contains("s3cret"));
}

#[test]
fn the_audit_trail_names_a_deactivation_in_an_unreadable_body() {
    let scene = Scene::new(Profile::tolerant()).given(&[ADA]);
    let log = Log::default();
    let body = patch!(
        r#"{"op":"move","path":"title","value":"Guide"}"#,
        r#"{"op":"replace","path":"active","value":false}"#
    );
    log.listen(|| scene.send("PATCH", "/Users/{0}", body));
    let lines = log.lines("scim_core::audit");
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("attributes=\"active\""), "{lines:?}");
    assert!(lines[0].contains("left_out=\"op must be add"), "{lines:?}");
}

#[test]
fn a_group_is_never_deactivated() {
    let scene = Scene::new(Profile::tolerant());
    let group =
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Team"});
    let (_, made) = scene.send("POST", "/Groups", &group.to_string());
    let path = format!("/Groups/{}", made["id"].as_str().expect("an id"));
    let body = patch!(
        r#"{"op":"replace","path":"displayName","value":7}"#,
        r#"{"op":"replace","path":"active","value":false}"#
    );
    assert_eq!(scene.send("PATCH", &path, body).0, 400);
    assert_eq!(scene.get(&path).get("active"), None::<&Value>);
}
