//! The log names each ignored attribute and schema once, not with every request.

use scim_core::Profile;

use super::log::Log;
use super::patches::patch;
use super::scene::Scene;

const ADA: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada"}"#,
);

#[test]
fn an_unknown_attribute_or_schema_is_logged_once() {
    let scene = Scene::new(Profile::tolerant()).given(&[ADA]);
    // No other test sends these names: each is logged once in a process.
    let requests = [
        (
            "POST",
            "/Users",
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:once:schema"],"userName":"bob","once1":1,"name":{"once2":1},"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"once3":1}}"#,
        ),
        (
            "PATCH",
            "/Users/{0}",
            patch!(
                r#"{"op":"replace","path":"once4[value eq \"s3cret\"].value","value":"s3cret"}"#,
                r#"{"op":"replace","path":"emails.once5","value":1}"#,
                r#"{"op":"replace","value":{"once6":"s3cret","name.once7":"s3cret","emails[value eq \"s3cret\"].once8":1,"once9[value is \"s3cret\"]":1}}"#
            ),
        ),
    ];
    let log = Log::default();
    log.listen(|| {
        for _ in 0..3 {
            for (method, path, body) in requests {
                scene.send(method, path, body);
            }
        }
    });

    let lines = log.lines("scim_core::ignored");
    for name in [
        "\"urn:once:schema\"",
        "\"once1\"",
        "\"name.once2\"",
        "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:once3\"",
        "\"once4.value\"",
        "\"emails.once5\"",
        "\"once6\"",
        "\"name.once7\"",
        "\"emails.once8\"",
        "\"once9\"",
    ] {
        let times = lines.iter().filter(|line| line.contains(name)).count();
        assert_eq!(times, 1, "{name} in {lines:?}");
    }

    assert_eq!(lines.len(), 10, "{lines:?}");
    assert!(!lines.concat().contains("s3cret"), "{lines:?}");
}

#[test]
fn a_name_that_does_not_look_like_one_is_not_logged() {
    let scene = Scene::new(Profile::tolerant()).given(&[ADA]);
    let log = Log::default();
    let body = patch!(
        r#"{"op":"replace","value":{"s3cret@acme.example":1,"s3cret\r\nforged":1,"+49 171 s3cret":1}}"#
    );
    log.listen(|| scene.send("PATCH", "/Users/{0}", body));
    let lines = log.lines("scim_core::ignored");
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(!lines.concat().contains("s3cret"), "{lines:?}");
}

#[test]
fn the_request_target_logs_searches_and_no_changes() {
    let scene = Scene::new(Profile::tolerant()).given(&[ADA]);
    let log = Log::only("scim_core::request");
    log.listen(|| {
        scene.send("POST", "/Users/.search", "{}");
        scene.send("POST", "/.search", "{}");
        scene.send("POST", "/Users", ADA.1);
        scene.send("DELETE", "/Users/{0}", "");
        scene.send("GET", "/Users/{0}", "");
    });
    let lines = log.lines("scim_core::request");

    let operations = ["search", "search", "read"].map(|name| format!("operation=\"{name}\""));
    assert_eq!(lines.len(), operations.len(), "{lines:?}");
    for (line, operation) in lines.iter().zip(operations) {
        assert!(line.contains(&operation), "{line}");
    }
}

#[test]
fn the_audit_trail_repeats_no_invented_id() {
    let scene = Scene::new(Profile::tolerant());
    let log = Log::default();
    log.listen(|| {
        let group = r#"{"displayName":"Team","members":[{"value":"s3cret"}]}"#;
        assert_eq!(scene.send("POST", "/Groups", group).0, 400);
        let endless = format!("/Users/{}", "a".repeat(9_000));
        assert_eq!(scene.send("PATCH", &endless, "{}").0, 400);
    });
    let lines = log.lines("scim_core::audit");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(!lines.concat().contains("s3cret"), "{lines:?}");
    assert!(lines.iter().all(|line| line.len() < 500), "{lines:?}");
}
