//! Members in every shape that clients send.

use scim_core::{Profile, Tolerance};
use serde_json::{Value, json};

use super::scene::Scene;

const ADA: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada"}"#,
);

/// Sends a POST, a PUT and three PATCH requests with `members`. Returns each status and the members afterwards.
fn write_members(profile: Profile, members: &str) -> Vec<(u16, Vec<Value>)> {
    let scene = Scene::new(profile).given(&[
        ADA,
        (
            "/Groups",
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"There"}"#,
        ),
    ]);
    let group = |name: &str| {
        format!(
            r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{name}","members":{members}}}"#
        )
    };
    let patch = |operation: &str| {
        format!(
            r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{operation}]}}"#
        )
    };
    let requests = [
        ("POST", "/Groups", group("New")),
        ("PUT", "/Groups/{1}", group("There")),
        (
            "PATCH",
            "/Groups/{1}",
            patch(&format!(
                r#"{{"op":"replace","path":"members","value":{members}}}"#
            )),
        ),
        (
            "PATCH",
            "/Groups/{1}",
            patch(&format!(
                r#"{{"op":"replace","value":{{"members":{members}}}}}"#
            )),
        ),
        (
            "PATCH",
            "/Groups/{1}",
            patch(&format!(
                r#"{{"op":"add","path":"members","value":{members}}}"#
            )),
        ),
    ];
    let answers = requests.iter().map(|(method, path, body)| {
        let (status, made) = scene.send(method, path, body);
        let group = match made["id"].as_str() {
            Some(id) => scene.get(&format!("/Groups/{id}")),
            None => scene.get("/Groups/{1}"),
        };
        let ids = group["members"].as_array().expect("a list").iter();
        let ids = ids.map(|member| {
            if member["value"] == json!(scene.ids[0]) {
                json!("ada")
            } else {
                member["value"].clone()
            }
        });
        (status, ids.collect())
    });

    answers.collect()
}

#[test]
fn the_rfc_profile_needs_only_the_id_of_a_member() {
    for members in [
        r#"[{"value":"{0}"}]"#,
        r#"[{"value":"{0}","$ref":null}]"#,
        r#"[{"value":"{0}","display":null,"type":null}]"#,
        r#"[{"value":"{0}","$ref":"../Users/{0}"}]"#,
        r#"[{"value":"{0}","$ref":"Users/{0}","type":"User","display":"Ada"}]"#,
        r#"[{"value":"{0}"},{"value":"{0}","type":"User"}]"#,
        r#"[{"value":"{0}"},null]"#,
    ] {
        for profile in [Profile::tolerant(), Profile::rfc()] {
            for (status, ids) in write_members(profile, members) {
                assert!(status < 300, "{members}: {status}");
                assert_eq!(ids, [json!("ada")], "{members}");
            }
        }
    }
}

#[test]
fn a_missing_and_an_empty_list_mean_no_members() {
    for members in ["null", "[]", "[null]"] {
        for profile in [Profile::tolerant(), Profile::rfc()] {
            for (status, ids) in write_members(profile, members) {
                assert!(status < 300, "{members}: {status}");
                assert_eq!(ids, [] as [Value; 0], "{members}");
            }
        }
    }
}

#[test]
fn the_profile_decides_about_other_shapes() {
    for (members, tolerances) in [
        (r#"{"value":"{0}"}"#, &[Tolerance::LoneValues][..]),
        (r#"["{0}"]"#, &[Tolerance::ComplexForms]),
        (
            r#""{0}""#,
            &[Tolerance::LoneValues, Tolerance::ComplexForms],
        ),
        (
            r#"[{"value":"{0}","memberOf":[]}]"#,
            &[Tolerance::UnknownAttributes],
        ),
    ] {
        for (status, ids) in write_members(Profile::tolerant(), members) {
            assert!(status < 300, "{members}: {status}");
            assert_eq!(ids, [json!("ada")], "{members}");
        }
        let mut refusing = vec![Profile::rfc()];
        refusing.extend(
            tolerances
                .iter()
                .map(|one| Profile::tolerant().without(*one)),
        );
        for profile in refusing {
            for (status, ids) in write_members(profile, members) {
                assert_eq!(status, 400, "{members}");
                assert_eq!(ids, [] as [Value; 0], "{members}");
            }
        }
    }
}

#[test]
fn a_member_without_an_id_is_400() {
    for members in [
        "[{}]",
        "{}",
        r#"[{"value":null}]"#,
        r#"[{"value":"{0}"},{"display":"Bob"}]"#,
        r#"[{"value":7}]"#,
        r#"[{"value":{}}]"#,
        "[[]]",
        "[7]",
        "true",
    ] {
        for profile in [Profile::tolerant(), Profile::rfc()] {
            for (status, ids) in write_members(profile, members) {
                assert_eq!(status, 400, "{members}");
                assert_eq!(ids, [] as [Value; 0], "{members}");
            }
        }
    }
}
