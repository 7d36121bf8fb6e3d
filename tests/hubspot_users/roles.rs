//! Roles in requests, and the permission sets that HubSpot gets (`docs/evidence.md`, C36).

use hubspot_adapter::dialect::OmittedRole;
use hubspot_adapter::emulator::Behavior;
use scim_tests::{Answer, Scene, entra_user, patch_op, with};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
const MAPPED: &str = r#"{"default_role": "Read Only", "role_map": {"Manager": "Sales Manager", "Rep": "Sales Rep"}}"#;

fn with_roles(roles: &Value) -> Value {
    with(entra_user(ADA), "roles", roles.clone())
}

async fn configured(json: &str) -> Scene {
    Scene::builder().configure(json).start().await
}

/// Creates a user with these roles, and returns the user's permission sets in HubSpot.
async fn created_with(scene: &Scene, roles: &Value) -> Vec<String> {
    let answer = scene.post("/scim/v2/Users", &with_roles(roles)).await;
    answer.expect(201);
    scene.roles_of(ADA)
}

async fn patched(scene: &Scene, id: &str, operation: &Value) -> Answer {
    let request = patch_op(&json!([operation]));
    scene.patch(&format!("/scim/v2/Users/{id}"), &request).await
}

#[tokio::test]
async fn a_role_maps_to_the_permission_set_of_role_map() {
    let scene = configured(MAPPED).await;
    let held = created_with(&scene, &json!([{"value": "Manager"}])).await;
    assert_eq!(held, ["Sales Manager"]);
    assert_eq!(
        scene.hubspot().requests()[2].body.as_ref().unwrap()["roleId"],
        "140202"
    );
}

#[tokio::test]
async fn the_first_mapped_role_in_role_map_counts() {
    let scene = configured(MAPPED).await;
    let roles = json!([{"value": "Marketing Editor"}, {"value": "Rep"}, {"value": "Manager"}]);
    assert_eq!(created_with(&scene, &roles).await, ["Sales Manager"]);
}

#[tokio::test]
async fn a_role_maps_to_the_permission_set_of_the_same_name_or_id() {
    for role in ["Marketing Editor", "140203"] {
        let scene = configured(MAPPED).await;
        let held = created_with(&scene, &json!([{"value": role}])).await;
        assert_eq!(held, ["Marketing Editor"], "{role}");
    }
}

#[tokio::test]
async fn a_user_without_a_role_gets_the_default_role() {
    for user in [with_roles(&json!([])), with_roles(&Value::Null), {
        let mut user = entra_user(ADA);
        user.as_object_mut().unwrap().remove("roles");
        user
    }] {
        let scene = configured(MAPPED).await;
        let answer = scene.post("/scim/v2/Users", &user).await;
        assert_eq!(answer.expect(201)["roles"][0]["value"], "Read Only");
        assert_eq!(scene.roles_of(ADA), ["Read Only"]);
    }
}

#[tokio::test]
async fn a_user_without_a_role_and_default_role_gets_the_least_access() {
    let scene = Scene::start().await;
    assert!(created_with(&scene, &json!([])).await.is_empty());
    let asked = scene.hubspot().requests();
    assert_eq!(asked[2].body.as_ref().unwrap().get("roleId"), None);
}

#[tokio::test]
async fn an_unknown_role_follows_the_policy() {
    let chef = json!([{"value": "Chef"}]);
    for (config, held) in [
        (MAPPED, vec!["Read Only"]),
        ("{}", vec![]),
        (
            r#"{"default_role": "Read Only", "unknown_role": "minimal"}"#,
            vec![],
        ),
    ] {
        let scene = configured(config).await;
        assert_eq!(created_with(&scene, &chef).await, held, "{config}");
    }

    let scene = configured(r#"{"default_role": "Read Only", "unknown_role": "refuse"}"#).await;
    let answer = scene.post("/scim/v2/Users", &with_roles(&chef)).await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.contains("Chef"), "{detail}");
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}

#[tokio::test]
async fn an_error_names_a_missing_permission_set() {
    let scene = configured(r#"{"role_map": {"Manager": "Sales Managers"}}"#).await;
    let answer = scene
        .post(
            "/scim/v2/Users",
            &with_roles(&json!([{"value": "Manager"}])),
        )
        .await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.contains("Sales Managers"), "{detail}");
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn super_admin_cannot_be_given() {
    let scene = configured(MAPPED).await;
    let roles = json!([{"value": "Super Admin"}]);
    let answer = scene.post("/scim/v2/Users", &with_roles(&roles)).await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.contains("Super Admin"), "{detail}");
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn a_paid_permission_set_names_the_missing_scope() {
    let scene = Scene::builder()
        .scopes(&["settings.users.read", "settings.users.write"])
        .start()
        .await;
    let roles = json!([{"value": "Sales Hub User"}]);
    let answer = scene.post("/scim/v2/Users", &with_roles(&roles)).await;
    // The error concerns one user. A 403 would make Entra ID stop for all users.
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.contains("roles"), "{detail}");
    assert!(detail.contains("settings.billing.write"), "{detail}");
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}

#[tokio::test]
async fn an_account_without_permission_sets_accepts_users() {
    let scene = Scene::builder().play("roles=unavailable").start().await;
    for (email, roles) in [
        (ADA, json!([])),
        ("grace@acme.example", json!([{"value": "Sales Rep"}])),
    ] {
        let mut user = entra_user(email);
        user["roles"] = roles;
        let answer = scene.post("/scim/v2/Users", &user).await;
        assert_eq!(answer.expect(201).get("roles"), None, "{email}");
    }
}

/// The forms of app roles in Entra ID's documentation, each for `Marketing Editor`.
fn app_role_forms() -> [Value; 5] {
    let complex = "WindowsAzureActiveDirectoryRole";
    [
        json!([{"primary": true, "type": complex, "value": "Marketing Editor"}]),
        json!([{"primary": "True", "type": complex, "value": "Marketing Editor"}]),
        json!([{"primary": false, "type": complex, "displayName": "x", "value": "Marketing Editor"}]),
        json!([{"value": "{\"id\":\"06b07648\",\"value\":\"Marketing Editor\",\"displayName\":\"Role1234\"}"}]),
        json!(["Marketing Editor"]),
    ]
}

#[tokio::test]
async fn every_form_of_app_roles_is_understood_in_a_creation() {
    for roles in app_role_forms() {
        let scene = Scene::start().await;
        let held = created_with(&scene, &roles).await;
        assert_eq!(held, ["Marketing Editor"], "{roles}");
    }
}

#[tokio::test]
async fn every_form_of_app_roles_is_understood_in_an_update() {
    for roles in app_role_forms() {
        for op in ["Add", "Replace"] {
            let scene = Scene::start().await;
            let id = scene.create(&entra_user(ADA)).await;
            let operation = json!({"op": op, "path": "roles", "value": roles});
            let answer = patched(&scene, &id, &operation).await;
            let user = answer.expect(200);
            assert_eq!(user["roles"][0]["value"], "Marketing Editor", "{operation}");
            assert_eq!(scene.roles_of(ADA), ["Marketing Editor"]);
            assert_eq!(scene.writes().len(), 1);
            // The same request in the next cycle costs no write.
            patched(&scene, &id, &operation).await.expect(200);
            assert!(scene.writes().is_empty(), "{operation}");
            assert_eq!(scene.roles_of(ADA), ["Marketing Editor"]);
        }
    }
}

#[tokio::test]
async fn a_new_role_replaces_the_old_one() {
    for operation in [
        json!({"op": "Replace", "path": "roles[primary eq \"True\"].value", "value": "Sales Rep"}),
        json!({"op": "replace", "path": "roles", "value": [{"value": "Sales Rep"}]}),
        json!({"op": "replace", "value": {"roles": [{"value": "Sales Rep"}]}}),
        // HubSpot's API gives a user one permission set, so the added role is the wanted one.
        json!({"op": "Add", "path": "roles", "value": [{"value": "Sales Rep"}]}),
        json!({"op": "Add", "path": "roles", "value": [{"value": "{\"value\":\"Sales Rep\"}"}]}),
    ] {
        let scene = configured(MAPPED).await;
        let id = scene
            .create(&with_roles(&json!([{"value": "Marketing Editor"}])))
            .await;
        let answer = patched(&scene, &id, &operation).await;
        let user = answer.expect(200);
        assert_eq!(user["roles"][0]["value"], "Sales Rep", "{operation}");
        assert_eq!(user["roles"].as_array().unwrap().len(), 1);
        assert_eq!(scene.roles_of(ADA), ["Sales Rep"], "{operation}");
    }
}

#[tokio::test]
async fn a_role_in_another_form_is_no_change() {
    for config in [MAPPED, "{}"] {
        for operation in [
            json!({"op": "replace", "path": "roles", "value": [
                {"primary": false, "type": "WindowsAzureActiveDirectoryRole", "display": "User", "value": "Marketing Editor"},
            ]}),
            json!({"op": "Add", "path": "roles", "value": [{"value": "Marketing Editor", "display": "Editors"}]}),
            json!({"op": "Replace", "path": "roles[primary eq \"True\"].type", "value": "WindowsAzureActiveDirectoryRole"}),
        ] {
            let scene = configured(config).await;
            let id = scene
                .create(&with_roles(&json!([{"value": "Marketing Editor"}])))
                .await;
            let answer = patched(&scene, &id, &operation).await;
            assert_eq!(answer.expect(200)["roles"][0]["value"], "Marketing Editor");
            assert!(scene.writes().is_empty(), "{config} {operation}");
            assert_eq!(scene.roles_of(ADA), ["Marketing Editor"]);
        }
    }
}

#[tokio::test]
async fn removing_a_role_leaves_the_default_role() {
    for operation in [
        json!({"op": "remove", "path": "roles"}),
        json!({"op": "Remove", "path": "roles", "value": [{"value": "Marketing Editor"}]}),
        json!({"op": "replace", "path": "roles", "value": []}),
    ] {
        let scene = configured(MAPPED).await;
        let id = scene
            .create(&with_roles(&json!([{"value": "Marketing Editor"}])))
            .await;
        let answer = patched(&scene, &id, &operation).await;
        assert_eq!(answer.expect(200)["roles"][0]["value"], "Read Only");
        assert_eq!(scene.roles_of(ADA), ["Read Only"], "{operation}");
    }
}

#[tokio::test]
async fn the_last_role_is_removed_or_the_request_fails() {
    for behavior in Behavior::main_combinations() {
        let scene = Scene::builder().behavior(behavior).start().await;
        let id = scene
            .create(&with_roles(&json!([{"value": "Marketing Editor"}])))
            .await;
        let answer = patched(&scene, &id, &json!({"op": "remove", "path": "roles"})).await;
        match behavior.dialect.omitted_role {
            OmittedRole::Wiped => {
                assert_eq!(answer.expect(200).get("roles"), None, "{behavior}");
                assert!(scene.roles_of(ADA).is_empty(), "{behavior}");
            }
            OmittedRole::Kept => {
                let detail = answer.expect_error(400, Some("invalidValue"));
                assert!(detail.contains("default_role"), "{detail}");
                assert_eq!(scene.roles_of(ADA), ["Marketing Editor"], "{behavior}");
            }
        }
    }
}

#[tokio::test]
async fn a_change_of_name_keeps_the_role_under_every_behavior() {
    for behavior in Behavior::main_combinations() {
        let scene = Scene::builder().behavior(behavior).start().await;
        let id = scene
            .create(&with_roles(&json!([{"value": "Marketing Editor"}])))
            .await;
        assert!(scene.hubspot().activate(ADA));
        assert!(scene.hubspot().set_primary_team_by_hand(ADA, Some("5302")));
        assert!(
            scene
                .hubspot()
                .set_secondary_teams_by_hand(ADA, &["5304", "5306"])
        );
        let before = scene.member(ADA);
        let operation = json!({"op": "Replace", "path": "name.familyName", "value": "Byron"});
        let answer = patched(&scene, &id, &operation).await;
        assert_eq!(answer.expect(200)["name"]["familyName"], "Byron");
        let after = scene.member(ADA);
        assert_eq!(after.last_name.as_deref(), Some("Byron"), "{behavior}");
        assert_eq!(after.role_ids, before.role_ids, "{behavior}");
        assert_eq!(after.primary_team_id, before.primary_team_id, "{behavior}");
        assert_eq!(after.secondary_team_ids, before.secondary_team_ids);
        assert_eq!(after.seat_names, before.seat_names, "{behavior}");
    }
}

#[tokio::test]
async fn permission_sets_are_cached_for_a_while() {
    let scene = Scene::start().await;
    let reads = |calls: Vec<String>| {
        let is = |call: &&String| call.ends_with("/roles 200");
        calls.iter().filter(is).count()
    };
    for _ in 0..3 {
        scene.get("/scim/v2/Users?count=1").await.expect(200);
    }
    assert_eq!(reads(scene.calls()), 1);
    scene.timer().advance(std::time::Duration::from_secs(300));
    scene.get("/scim/v2/Users?count=1").await.expect(200);
    assert_eq!(reads(scene.calls()), 1);
}
