//! Users whom no request changes: super admins, protected users, and users whom HubSpot's API would damage.

use hubspot_adapter::emulator::Behavior;
use scim_tests::{Scene, entra_user, patch_op};
use serde_json::{Value, json};

const SUPER_ADMIN: &str = "ingrid.halvorsen@acme.example";
const PROTECTED: &str = "marcus.bennett@acme.example";
const TWO_SETS: &str = "oluwaseun.adeyemi@acme.example";
const PROTECTING: &str = r#"{"protected_users": ["Marcus.Bennett@ACME.example"]}"#;

async fn scene() -> Scene {
    Scene::builder().configure(PROTECTING).start().await
}

fn path_of(scene: &Scene, email: &str) -> String {
    let user = scene.member(email);
    format!("/scim/v2/Users/{}", user.id)
}

/// Operations that would each change something in HubSpot.
fn changes() -> [Value; 6] {
    [
        json!({"op": "Replace", "path": "active", "value": "False"}),
        json!({"op": "replace", "value": {"active": false}}),
        json!({"op": "Replace", "path": "name.givenName", "value": "Mallory"}),
        json!({"op": "Replace", "path": "roles", "value": [{"value": "Read Only"}]}),
        json!({"op": "Remove", "path": "roles"}),
        json!({"op": "Replace", "path": "userName", "value": "mallory@acme.example"}),
    ]
}

#[tokio::test]
async fn super_admins_and_protected_users_are_never_changed() {
    let scene = scene().await;
    let account = scene.hubspot().users();
    for email in [SUPER_ADMIN, PROTECTED] {
        let path = path_of(&scene, email);
        for operation in changes() {
            let answer = scene.patch(&path, &patch_op(&json!([operation]))).await;
            let body = answer.expect(400);
            let known = ["mutability", "invalidValue"];
            assert!(known.iter().any(|kind| body["scimType"] == *kind), "{body}");
        }
        let document = scene.get(&path).await.json().clone();
        for (member, value) in [
            ("active", json!(false)),
            ("name", json!({"givenName": "Mallory", "familyName": "M"})),
            ("roles", json!([{"value": "Read Only"}])),
        ] {
            let mut changed = document.clone();
            changed[member] = value;
            let answer = scene.put(&path, &changed).await;
            answer.expect_error(400, Some("mutability"));
        }
        let answer = scene.delete(&path).await;
        answer.expect_error(400, Some("mutability"));
    }
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().users(), account);
}

#[tokio::test]
async fn super_admins_and_protected_users_are_readable_and_searchable() {
    let scene = scene().await;
    for (email, role) in [(SUPER_ADMIN, "Super Admin"), (PROTECTED, "Sales Manager")] {
        let path = path_of(&scene, email);
        let user = scene.get(&path).await;
        assert_eq!(user.expect(200)["active"], true);
        assert_eq!(user.json()["roles"][0]["value"], role);

        // Entra ID and Okta repeat these requests for an unchanged user.
        let active = patch_op(&json!([{"op": "Replace", "path": "active", "value": "True"}]));
        scene.patch(&path, &active).await.expect(200);
        scene.put(&path, user.json()).await.expect(200);

        // The external id is in the record alone, since HubSpot has no place for it.
        let link = patch_op(&json!([{"op": "Add", "path": "externalId", "value": email}]));
        let linked = scene.patch(&path, &link).await;
        assert_eq!(linked.expect(200)["externalId"], email);
        let found = scene
            .get(&format!(
                "/scim/v2/Users?filter=externalId+eq+%22{email}%22"
            ))
            .await;
        found.expect_list(1);
    }
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn super_admins_and_protected_users_are_adopted_unchanged() {
    let scene = scene().await;
    let account = scene.hubspot().users();
    for email in [SUPER_ADMIN, PROTECTED] {
        let mut user = entra_user(email);
        user["roles"] = json!([{"value": "Read Only"}]);
        let answer = scene.post("/scim/v2/Users", &user).await;
        let shown = answer.expect(201);
        // The answer shows the data in HubSpot, not that of the request.
        assert_ne!(shown["name"]["givenName"], "Ada");
        assert_ne!(shown["roles"][0]["value"], "Read Only");
    }
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().users(), account);
}

#[tokio::test]
async fn a_user_who_became_super_admin_is_not_disabled() {
    let scene = scene().await;
    let id = scene.create(&entra_user("ada@acme.example")).await;
    assert!(
        scene
            .hubspot()
            .set_super_admin_by_hand("ada@acme.example", true)
    );
    let disable = patch_op(&json!([{"op": "Replace", "path": "active", "value": "False"}]));
    let answer = scene.patch(&format!("/scim/v2/Users/{id}"), &disable).await;
    let detail = answer.expect_error(400, Some("mutability"));
    assert!(detail.contains("Super Admin"), "{detail}");
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn several_permission_sets_are_not_reduced_to_one() {
    for behavior in Behavior::main_combinations() {
        let scene = Scene::builder().behavior(behavior).start().await;
        let path = path_of(&scene, TWO_SETS);
        let account = scene.hubspot().users();
        let document = scene.get(&path).await.json().clone();
        assert_eq!(document["roles"].as_array().unwrap().len(), 2);

        // The unchanged document, and a change that HubSpot does not see.
        let mut linked = document.clone();
        linked["externalId"] = "00u6a15d23T9AeHhF5d7".into();
        scene.put(&path, &linked).await.expect(200);

        // The present roles again.
        let again = json!({"op": "Add", "path": "roles", "value": [{"value": "Read Only"}]});
        scene
            .patch(&path, &patch_op(&json!([again])))
            .await
            .expect(200);

        for operation in [
            json!({"op": "Replace", "path": "name.givenName", "value": "Seun"}),
            json!({"op": "Add", "path": "roles", "value": [{"value": "Sales Rep"}]}),
            json!({"op": "Replace", "path": "roles", "value": [{"value": "140205"}, {"value": "140203"}]}),
        ] {
            let answer = scene.patch(&path, &patch_op(&json!([operation]))).await;
            let detail = answer.expect_error(400, Some("mutability"));
            assert!(detail.contains("several permission sets"), "{detail}");
        }
        let mut renamed = document.clone();
        renamed["name"]["givenName"] = "Seun".into();
        let answer = scene.put(&path, &renamed).await;
        answer.expect_error(400, Some("mutability"));

        assert!(scene.writes().is_empty(), "{behavior}");
        assert_eq!(scene.hubspot().users(), account, "{behavior}");
    }
}

#[tokio::test]
async fn a_request_can_choose_one_of_several_permission_sets() {
    let scene = Scene::start().await;
    let path = path_of(&scene, TWO_SETS);
    let request = patch_op(&json!([
        {"op": "Replace", "path": "roles", "value": [{"value": "Read Only"}]},
    ]));
    let answer = scene.patch(&path, &request).await;
    assert_eq!(answer.expect(200)["roles"].as_array().unwrap().len(), 1);
    assert_eq!(scene.roles_of(TWO_SETS), ["Read Only"]);
}

#[tokio::test]
async fn a_user_with_several_permission_sets_can_be_disabled() {
    let scene = Scene::start().await;
    let path = path_of(&scene, TWO_SETS);
    let request = patch_op(&json!([{"op": "replace", "value": {"active": false}}]));
    let answer = scene.patch(&path, &request).await;
    assert_eq!(answer.expect(200)["active"], false);
    assert_eq!(scene.hubspot().user_by_email(TWO_SETS), None);
}

#[tokio::test]
async fn a_protected_address_is_not_created() {
    let scene = Scene::builder()
        .configure(r#"{"protected_users": ["owner@acme.example"]}"#)
        .start()
        .await;
    let answer = scene
        .post("/scim/v2/Users", &entra_user("Owner@acme.example"))
        .await;
    answer.expect_error(400, Some("mutability"));
    assert!(scene.writes().is_empty());
}
