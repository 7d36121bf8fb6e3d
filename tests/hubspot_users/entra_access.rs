//! Entra ID gives and takes access: disable, re-enable, delete (`docs/evidence.md`, C37 to C40).

use scim_tests::{Scene, entra_user, patch_op};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
const POST: &str = "POST /settings/users/2026-09 201";

fn user_path(id: &str) -> String {
    format!("/scim/v2/Users/{id}")
}

/// The expected calls of an operation on one user, from their short forms.
fn on(id: &str, lines: &[&str]) -> Vec<String> {
    let call = |line: &&str| match line.split_once(' ') {
        Some((method, status)) => format!("{method} /settings/users/2026-09/{id} {status}"),
        None => (*line).to_owned(),
    };
    lines.iter().map(call).collect()
}

async fn disable(scene: &Scene, id: &str) {
    let request = patch_op(&json!([{"op": "Replace", "path": "active", "value": "False"}]));
    scene.patch(&user_path(id), &request).await.expect(200);
    scene.hubspot().clear_requests();
}

/// The requests with which Entra ID disables a user. The fourth was captured in 2025.
fn disable_forms() -> [Value; 4] {
    let schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
    [
        json!({"schemas": schemas, "Operations": [{"op": "Replace", "path": "active", "value": "False"}]}),
        json!({"schemas": schemas, "Operations": [{"op": "replace", "path": "active", "value": false}]}),
        json!({"Operations": [{"op": "Replace", "path": "active", "value": false}], "schemas": schemas}),
        json!({"schemas": schemas, "Operations": [{"op": "Replace", "path": "active", "value": "false"}]}),
    ]
}

#[tokio::test]
async fn every_form_of_disabling_removes_the_membership() {
    for request in disable_forms() {
        let scene = Scene::start().await;
        let id = scene.create(&entra_user(ADA)).await;
        let answer = scene.patch(&user_path(&id), &request).await;
        assert_eq!(answer.expect(200)["active"], false, "{request}");
        assert_eq!(answer.id(), id);
        assert_eq!(
            scene.calls(),
            on(&id, &["GET 200", "DELETE 204", "GET 404"])
        );
        assert_eq!(scene.hubspot().user_by_email(ADA), None);

        // Disabling again is no error and needs no call.
        let again = scene.patch(&user_path(&id), &request).await;
        assert_eq!(again.expect(200)["active"], false);
        assert_eq!(scene.calls(), on(&id, &["GET 404"]));
    }
}

#[tokio::test]
async fn every_form_of_enabling_recreates_the_user() {
    for enable in [
        json!({"op": "Replace", "path": "active", "value": "True"}),
        json!({"op": "replace", "path": "active", "value": true}),
        json!({"op": "Add", "path": "active", "value": "true"}),
        json!({"op": "replace", "value": {"active": true}}),
    ] {
        let scene = Scene::start().await;
        let id = scene.create(&entra_user(ADA)).await;
        disable(&scene, &id).await;
        let answer = scene
            .patch(&user_path(&id), &patch_op(&json!([enable])))
            .await;
        assert_eq!(answer.expect(200)["active"], true, "{enable}");
        assert_eq!(answer.id(), id);
        assert_eq!(scene.writes(), [POST], "{enable}");
        assert_eq!(scene.member(ADA).id, id);
    }
}

#[tokio::test]
async fn enabling_an_active_user_costs_no_write() {
    let scene = Scene::start().await;
    let id = scene.create(&entra_user(ADA)).await;
    let request = patch_op(&json!([{"op": "Replace", "path": "active", "value": "True"}]));
    for _ in 0..3 {
        let answer = scene.patch(&user_path(&id), &request).await;
        assert_eq!(answer.expect(200)["active"], true);
        assert_eq!(scene.calls(), on(&id, &["GET 200"]));
    }
}

#[tokio::test]
async fn a_disabling_request_with_a_new_address_disables() {
    for operations in [
        json!([
            {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ada@left.example"},
            {"op": "Replace", "path": "userName", "value": "ada@left.example"},
            {"op": "Replace", "path": "active", "value": "False"},
        ]),
        json!([
            {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "ada@left.example"},
            {"op": "replace", "value": {"active": false, "userName": "ada@left.example"}},
        ]),
    ] {
        let scene = Scene::start().await;
        let id = scene.create(&entra_user(ADA)).await;
        let answer = scene.patch(&user_path(&id), &patch_op(&operations)).await;
        let user = answer.expect(200);
        assert_eq!(user["active"], false);
        // The answer does not show the change that was not made.
        assert_eq!(user["userName"], ADA);
        assert_eq!(user["emails"][0]["value"], ADA);
        assert_eq!(scene.writes(), on(&id, &["DELETE 204"]));
        assert_eq!(scene.hubspot().user_by_email(ADA), None);
    }
}

#[tokio::test]
async fn a_disabling_request_is_not_refused_for_an_unknown_role() {
    let scene = Scene::builder()
        .configure(r#"{"unknown_role": "refuse"}"#)
        .start()
        .await;
    let id = scene.create(&entra_user(ADA)).await;
    let request = patch_op(&json!([
        {"op": "Add", "path": "roles", "value": [{"value": "Chef"}]},
        {"op": "Replace", "path": "active", "value": "False"},
    ]));
    let answer = scene.patch(&user_path(&id), &request).await;
    assert_eq!(answer.expect(200)["active"], false);
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}

#[tokio::test]
async fn a_disabling_request_disables_although_the_rest_fails() {
    for rest in [
        json!({"op": "Replace", "path": "name.givenName", "value": 7}),
        json!({"op": "Remove", "path": "userName"}),
    ] {
        let scene = Scene::start().await;
        let id = scene.create(&entra_user(ADA)).await;
        let disable = json!({"op": "Replace", "path": "active", "value": "False"});
        let request = patch_op(&json!([rest, disable]));
        let answer = scene.patch(&user_path(&id), &request).await;
        assert_eq!(answer.expect(200)["active"], false, "{rest}");
        assert_eq!(answer.json()["name"]["givenName"], "Ada");
        assert_eq!(scene.hubspot().user_by_email(ADA), None);

        // The same request without the disabling is refused.
        let answer = scene
            .patch(&user_path(&id), &patch_op(&json!([rest])))
            .await;
        answer.expect(400);
    }
}

#[tokio::test]
async fn a_deleted_user_is_removed_for_good() {
    let scene = Scene::start().await;
    let id = scene.create(&entra_user(ADA)).await;
    let answer = scene.delete(&user_path(&id)).await;
    answer.expect_no_content();
    assert_eq!(
        scene.calls(),
        on(&id, &["GET 200", "DELETE 204", "GET 404"])
    );
    assert_eq!(scene.hubspot().user_by_email(ADA), None);

    scene.get(&user_path(&id)).await.expect_error(404, None);
    scene.delete(&user_path(&id)).await.expect_error(404, None);
    let found = scene
        .get("/scim/v2/Users?filter=userName+eq+%22ada@acme.example%22")
        .await;
    found.expect_list(0);
}

#[tokio::test]
async fn a_disabled_user_is_deleted_without_a_write() {
    let scene = Scene::start().await;
    let id = scene.create(&entra_user(ADA)).await;
    disable(&scene, &id).await;
    let answer = scene.delete(&user_path(&id)).await;
    answer.expect_no_content();
    assert!(scene.writes().is_empty());
    scene.get(&user_path(&id)).await.expect_error(404, None);
}
