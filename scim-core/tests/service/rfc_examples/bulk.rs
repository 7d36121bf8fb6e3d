//! RFC 7644 §3.7: the bodies inside bulk messages are read and written. Bulk itself is unsupported and advertised so.

use scim_core::message::ErrorBody;
use scim_core::schema::ResourceType;
use scim_core::service::Limits;
use scim_core::{ListResponse, PatchOp, Profile, Resource};
use serde_json::{Value, json};

use super::example;
use super::scene::Scene;

#[test]
fn bulk_requests_are_refused_as_advertised() {
    let scene = Scene::new(&[]);
    let config = scene.get("/ServiceProviderConfig").json;
    assert_eq!(
        config["bulk"],
        json!({"supported": false, "maxOperations": 0, "maxPayloadSize": 0})
    );

    for name in [
        "rfc7644-3.7.1-1-circular-bulk-request",
        "rfc7644-3.7.2-1-bulk-request",
        "rfc7644-3.7.2-4-manager-bulk-request",
        "rfc7644-3.7.3-1-bulk-request",
    ] {
        let request = example(name);
        let answer = scene.send("POST", "/v2/Bulk", Some(&request));
        assert_eq!(
            (answer.status, &answer.json["status"]),
            (501, &json!("501")),
            "{name}"
        );
        for operation in request["Operations"].as_array().expect("a list") {
            assert_reads(operation);
        }
    }
}

/// Asserts that the data of an operation is a valid body for its method.
#[track_caller]
fn assert_reads(operation: &Value) {
    let Some(data) = operation.get("data") else {
        assert_eq!(operation["method"], "DELETE");
        return;
    };
    let text = data.to_string();

    if operation["method"] == "PATCH" {
        let patch = PatchOp::from_slice(text.as_bytes(), Profile::rfc()).expect("a PATCH");
        assert_eq!(
            Some(patch.operations().len()),
            data["Operations"].as_array().map(Vec::len)
        );
        return;
    }

    let users = operation["path"]
        .as_str()
        .is_some_and(|path| path.starts_with("/Users"));
    let resource_type = if users {
        ResourceType::user()
    } else {
        ResourceType::group()
    };
    let resource = Resource::from_slice(text.as_bytes()).expect("a resource");
    assert_eq!(&written(&resource.to_vec()), data);

    // The client's body has no `id` and `meta`.
    let wrong = resource.violations(&resource_type);
    assert!(
        wrong.iter().all(|one| ["id", "meta"].contains(&&*one.path)),
        "{wrong:?}"
    );
}

#[test]
fn error_bodies_in_bulk_responses_are_read_and_written() {
    for (name, operations, failed) in [
        ("rfc7644-3.7.2-2-bulk-response", 2, 0),
        ("rfc7644-3.7.3-2-bulk-response", 4, 0),
        ("rfc7644-3.7.3-3-bulk-stopped-response", 1, 1),
        ("rfc7644-3.7.3-4-bulk-failed-response", 4, 4),
    ] {
        let response = example(name);
        let shown = response["Operations"].as_array().expect("a list");
        assert_eq!(shown.len(), operations, "{name}");
        let errors: Vec<&Value> = shown
            .iter()
            .filter(|one| one.get("response").is_some())
            .collect();
        assert_eq!(errors.len(), failed, "{name}");
        for operation in errors {
            assert_error(operation);
        }
    }

    assert_error(&example("rfc7644-3.7.3-0-status"));
}

#[track_caller]
fn assert_error(operation: &Value) {
    let shown = &operation["response"];
    let body: ErrorBody = serde_json::from_value(shown.clone()).expect("an error");
    assert_eq!(body.status, operation["status"].as_str().expect("text"));
    assert_eq!(&serde_json::to_value(&body).expect("JSON"), shown);
}

#[test]
fn groups_that_contain_each_other_are_listed_3_7_1() {
    let shown = example("rfc7644-3.7.1-2-circular-list-response");
    let list = ListResponse::from_slice(shown.to_string().as_bytes()).expect("a list");
    for group in list.resources() {
        assert!(group.violations(&ResourceType::group()).is_empty());
    }
    let mut again = written(&list.to_vec());
    let members = again.as_object_mut().expect("an object");
    // The example omits them; every list of this server has them.
    for name in ["startIndex", "itemsPerPage"] {
        assert!(members.remove(name).is_some());
    }
    assert_eq!(again, shown);

    // Created one after the other, the groups equal the example.
    let ids = [
        "c3a26dd3-27a0-4dec-a2ac-ce211e105f97",
        "6c5bb468-14b2-4183-baf2-06d523e03bd3",
    ];
    let scene = Scene::new(&ids);
    for group in shown["Resources"].as_array().expect("a list") {
        scene.create("/Groups", group);
    }
    let answer = scene.get("/Groups?filter=displayName+sw+%22Group%22");
    assert_eq!(answer.json["totalResults"], 2);
    for (found, shown) in [0, 1].map(|n| (&answer.json["Resources"][n], &shown["Resources"][n])) {
        assert_eq!(found["members"], shown["members"]);
        assert_eq!(found["id"], shown["id"]);
        assert_eq!(found["meta"]["location"], shown["meta"]["location"]);
    }
}

#[test]
fn a_group_with_its_new_member_is_retrieved_3_7_2() {
    let shown = example("rfc7644-3.7.2-3-group-response");
    let resource = Resource::from_slice(shown.to_string().as_bytes()).expect("a resource");
    assert!(resource.violations(&ResourceType::group()).is_empty());
    let scene = Scene::new(&["e9e30dba-f08f-4109-8486-d5c6a331660a"]);
    scene.create("/Groups", &shown);
    let answer = scene.get("/Groups/e9e30dba-f08f-4109-8486-d5c6a331660a");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json["members"], shown["members"]);
}

#[test]
fn an_oversized_body_is_413_and_names_the_limit_3_7_4() {
    let scene = Scene::new(&[]).with_limits(Limits::default().with_max_body_bytes(1000));
    let large = json!({"schemas": [], "userName": "a".repeat(1000)});
    let answer = scene.send("POST", "/Users", Some(&large));
    assert_eq!(answer.status, 413);
    let shown = example("rfc7644-3.7.4-1-too-large-response");
    assert_eq!(answer.json["schemas"], shown["schemas"]);
    assert_eq!(answer.json["status"], shown["status"]);
    let detail = answer.json["detail"].as_str().expect("a detail");
    assert!(detail.contains("1000"), "{detail}");
}

fn written(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}
