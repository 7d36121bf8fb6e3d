//! Pending names. HubSpot refuses the names of people who never signed in, so the adapter keeps them and writes them later.

use hubspot_adapter::emulator::Fault;
use scim_tests::{Scene, entra_user, patch_op};
use serde_json::{Value, json};

use super::account;

const ADA: &str = "ada@acme.example";

async fn waiting() -> Scene {
    account().play("activation=waits").start().await
}

fn set(path: &str, value: &str) -> Value {
    patch_op(&json!([{"op": "Replace", "path": path, "value": value}]))
}

fn names(scene: &Scene) -> (Option<String>, Option<String>) {
    let held = scene.member(ADA);
    (held.first_name.into_inner(), held.last_name.into_inner())
}

fn lovelace() -> (Option<String>, Option<String>) {
    (Some("Ada".to_owned()), Some("Lovelace".to_owned()))
}

#[tokio::test]
async fn a_pending_name_does_not_fail_the_creation() {
    let scene = waiting().await;
    let mut user = entra_user(ADA);
    user["roles"] = json!([{"value": "Sales Rep"}]);
    let answer = scene.post("/scim/v2/Users", &user).await;
    assert_eq!(answer.expect(201)["roles"][0]["value"], "Sales Rep");
    let id = answer.id();
    assert_eq!(
        scene.writes(),
        [
            "POST /settings/users/2026-09 201".to_owned(),
            format!("PUT /settings/users/2026-09/{id} 400"),
        ]
    );
    assert_eq!(names(&scene), (None, None));
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
    let record = scene.state().by_id(id).await.unwrap().unwrap();
    assert_eq!(record.pending_name, Some(lovelace()));
}

#[tokio::test]
async fn a_pending_name_is_written_after_the_first_sign_in() {
    let scene = waiting().await;
    let id = scene.create(&entra_user(ADA)).await;
    let path = format!("/scim/v2/Users/{id}");
    assert!(scene.hubspot().activate(ADA));

    // Okta's next PUT of the document it read, which does not change the name.
    let mut document = scene.get(&path).await.json().clone();
    document.as_object_mut().unwrap().remove("name");
    let answer = scene.put(&path, &document).await;
    assert_eq!(answer.expect(200)["name"]["formatted"], "Ada Lovelace");
    assert_eq!(names(&scene), lovelace());
    let record = scene.state().by_id(&id).await.unwrap().unwrap();
    assert_eq!(record.pending_name, None);
}

#[tokio::test]
async fn the_rest_of_a_request_applies_while_the_name_is_pending() {
    let scene = waiting().await;
    let id = scene.create(&entra_user(ADA)).await;
    let path = format!("/scim/v2/Users/{id}");
    let request = patch_op(&json!([
        {"op": "Replace", "path": "name.givenName", "value": "Augusta"},
        {"op": "Add", "path": "roles", "value": [{"value": "Sales Rep"}]},
    ]));
    let answer = scene.patch(&path, &request).await;
    assert_eq!(answer.expect(200)["roles"][0]["value"], "Sales Rep");
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);

    assert!(scene.hubspot().activate(ADA));
    scene
        .patch(&path, &set("externalId", "next-cycle"))
        .await
        .expect(200);
    let augusta = (Some("Augusta".to_owned()), Some("Lovelace".to_owned()));
    assert_eq!(names(&scene), augusta);
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
}

#[tokio::test]
async fn a_user_with_a_pending_name_can_be_disabled() {
    let scene = waiting().await;
    let id = scene.create(&entra_user(ADA)).await;
    let path = format!("/scim/v2/Users/{id}");
    let answer = scene.patch(&path, &set("active", "False")).await;
    assert_eq!(answer.expect(200)["active"], false);
    assert_eq!(
        scene.writes(),
        [format!("DELETE /settings/users/2026-09/{id} 204")]
    );
}

#[tokio::test]
async fn a_pending_name_survives_disabling_and_removal_by_hand() {
    for by_hand in [false, true] {
        let scene = waiting().await;
        let id = scene.create(&entra_user(ADA)).await;
        let path = format!("/scim/v2/Users/{id}");
        if by_hand {
            assert!(scene.hubspot().remove_user_by_hand(ADA));
        } else {
            scene
                .patch(&path, &set("active", "False"))
                .await
                .expect(200);
        }
        let answer = scene.patch(&path, &set("active", "True")).await;
        assert_eq!(answer.expect(200)["active"], true);

        assert!(scene.hubspot().activate(ADA));
        scene
            .patch(&path, &set("externalId", "next-cycle"))
            .await
            .expect(200);
        assert_eq!(names(&scene), lovelace(), "by hand: {by_hand}");
    }
}

#[tokio::test]
async fn a_name_in_a_disabling_request_replaces_a_pending_name() {
    let scene = waiting().await;
    let id = scene.create(&entra_user(ADA)).await;
    let path = format!("/scim/v2/Users/{id}");
    let request = patch_op(&json!([
        {"op": "Add", "path": "name.givenName", "value": "Augusta"},
        {"op": "Replace", "path": "active", "value": "False"},
    ]));
    let answer = scene.patch(&path, &request).await;
    assert_eq!(answer.expect(200)["name"]["formatted"], "Augusta Lovelace");
    scene.patch(&path, &set("active", "True")).await.expect(200);
    assert!(scene.hubspot().activate(ADA));
    scene
        .patch(&path, &set("externalId", "next-cycle"))
        .await
        .expect(200);
    let augusta = (Some("Augusta".to_owned()), Some("Lovelace".to_owned()));
    assert_eq!(names(&scene), augusta);
}

#[tokio::test]
async fn a_pending_name_survives_an_interrupted_return() {
    let scene = waiting().await;
    let id = scene.create(&entra_user(ADA)).await;
    let path = format!("/scim/v2/Users/{id}");
    scene
        .patch(&path, &set("active", "False"))
        .await
        .expect(200);
    scene
        .hubspot()
        .inject(Fault::status(503).on("PUT", "*").times(4));
    let answer = scene.patch(&path, &set("active", "True")).await;
    answer.expect_error(503, None);
    let answer = scene.patch(&path, &set("active", "True")).await;
    assert_eq!(answer.expect(200)["active"], true);

    assert!(scene.hubspot().activate(ADA));
    scene
        .patch(&path, &set("externalId", "next-cycle"))
        .await
        .expect(200);
    assert_eq!(names(&scene), lovelace());
}

#[tokio::test]
async fn a_pending_name_does_not_overwrite_a_newer_name() {
    let scene = waiting().await;
    let id = scene.create(&entra_user(ADA)).await;
    let path = format!("/scim/v2/Users/{id}");
    assert!(scene.hubspot().activate(ADA));
    // HubSpot accepts the new name, and its answers are lost.
    scene
        .hubspot()
        .inject(Fault::close().after_commit().on("PUT", "*").times(4));
    let answer = scene.patch(&path, &set("name.familyName", "Byron")).await;
    answer.expect_error(503, None);

    let request = patch_op(&json!([
        {"op": "Replace", "path": "name.familyName", "value": "Byron"},
        {"op": "Replace", "path": "externalId", "value": "next-cycle"},
    ]));
    let answer = scene.patch(&path, &request).await;
    assert_eq!(answer.expect(200)["name"]["formatted"], "Ada Byron");
    let byron = (Some("Ada".to_owned()), Some("Byron".to_owned()));
    assert_eq!(names(&scene), byron);
}
