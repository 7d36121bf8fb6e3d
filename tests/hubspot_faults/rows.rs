//! Failures between the CRM row and the rest of a request. HubSpot and the state are unchanged, or the client's retry
//! repairs them.

use hubspot_adapter::client::{CrmUser, User};
use hubspot_adapter::emulator::Fault;
use scim_tests::{Scene, entra_user, patch_op, with};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";

async fn account() -> (Scene, String) {
    let scene = Scene::builder().connected().start().await;
    let user = with(entra_user(ADA), "title", "Engineer");
    let user = with(user, "roles", json!([{"value": "Sales Rep"}]));
    let id = scene.create(&user).await;
    assert!(scene.hubspot().set_secondary_teams_by_hand(ADA, &["5305"]));
    (scene, format!("/scim/v2/Users/{id}"))
}

fn set(path: &str, value: &str) -> Value {
    patch_op(&json!([{"op": "Replace", "path": path, "value": value}]))
}

fn break_crm(scene: &Scene) {
    for method in ["GET", "POST", "PATCH"] {
        let fault = Fault::status(503).on(method, "/crm/*").times(1000);
        scene.hubspot().inject(fault);
    }
}

/// Changes title, name and permission set, which takes a write of the row and a PUT.
fn promotion(role: &str) -> Value {
    patch_op(&json!([
        {"op": "Replace", "path": "title", "value": "Manager"},
        {"op": "Replace", "path": "name.familyName", "value": "Byron"},
        {"op": "Replace", "path": "roles", "value": [{"value": role}]},
    ]))
}

fn current(scene: &Scene) -> (User, CrmUser) {
    (scene.member(ADA), scene.row(ADA))
}

#[tokio::test]
async fn a_refused_value_is_named_and_the_request_changes_nothing() {
    let (scene, path) = account().await;
    let before = current(&scene);
    let state = scene.state().all().await.unwrap();
    let refusal = json!({"status": "error", "category": "VALIDATION_ERROR", "message": "A rule of the administrator."});
    let rule = Fault::status(400).with_body(refusal).on("PATCH", "*");
    scene.hubspot().inject(rule);
    let answer = scene.patch(&path, &promotion("Sales Manager")).await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(
        detail.starts_with("title: ") && detail.contains("A rule of the administrator."),
        "{detail}"
    );
    assert_eq!(current(&scene), before);
    assert_eq!(scene.state().all().await.unwrap(), state);
    scene
        .patch(&path, &promotion("Sales Manager"))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_value_of_another_row_is_named_as_the_conflict() {
    let (scene, path) = account().await;
    let before = current(&scene);
    let taken = json!({"category": "CONFLICT", "message": "Another row has it already."});
    let taken = Fault::status(409).with_body(taken).on("PATCH", "*");
    scene.hubspot().inject(taken);
    let answer = scene.patch(&path, &promotion("Sales Manager")).await;
    let detail = answer.expect_error(409, Some("uniqueness"));
    assert!(
        detail.starts_with("title: ") && detail.ends_with("Another row has it already."),
        "{detail}"
    );
    assert_eq!(current(&scene), before);
}

#[tokio::test]
async fn every_refused_value_is_named() {
    let (scene, path) = account().await;
    let before = current(&scene);
    let request = patch_op(&json!([
        {"op": "Replace", "path": "title", "value": "Manager"},
        {"op": "Replace", "path": "timezone", "value": "Nowhere"},
        {"op": "Add", "path": "phoneNumbers", "value": [{"type": "work", "value": "+1"}]},
    ]));
    let answer = scene.patch(&path, &request).await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(
        detail.starts_with("title, phoneNumbers, timezone: "),
        "{detail}"
    );
    assert_eq!(current(&scene), before);
}

#[tokio::test]
async fn a_refusal_of_the_rest_leaves_the_row_unchanged() {
    let (scene, path) = account().await;
    let before = current(&scene);
    let state = scene.state().all().await.unwrap();
    scene.hubspot().inject(Fault::status(400).on("PUT", "*"));
    let answer = scene.patch(&path, &promotion("Sales Manager")).await;
    answer.expect_error(400, Some("invalidValue"));
    assert_eq!(current(&scene), before);
    assert_eq!(scene.state().all().await.unwrap(), state);
}

#[tokio::test]
async fn an_impossible_plan_is_refused_without_a_write() {
    let (scene, path) = account().await;
    assert!(
        scene
            .hubspot()
            .set_roles_by_hand(ADA, &["140201", "140202"])
    );
    let request = patch_op(&json!([
        {"op": "Replace", "path": "title", "value": "Manager"},
        {"op": "Replace", "path": "name.familyName", "value": "Byron"},
    ]));
    scene.hubspot().clear_requests();
    let answer = scene.patch(&path, &request).await;
    answer.expect_error(400, Some("mutability"));
    assert!(scene.writes().is_empty());
    // A change of the title alone needs no permission set.
    scene
        .patch(&path, &set("title", "Manager"))
        .await
        .expect(200);
}

#[tokio::test]
async fn an_unchanged_row_is_an_error_that_names_the_value() {
    let (scene, path) = account().await;
    let before = current(&scene);
    for echo in [
        json!({"hs_job_title": "Manager"}),
        json!({"hs_job_title": "Engineer"}),
        json!({}),
    ] {
        let is_claimed = echo["hs_job_title"] == "Manager";
        let body = json!({"id": before.1.id, "properties": echo});
        scene
            .hubspot()
            .inject(Fault::status(200).with_body(body).on("PATCH", "*"));
        let answer = scene.patch(&path, &set("title", "Manager")).await;
        if is_claimed {
            // The adapter believes the answer to a PATCH.
            answer.expect(200);
        } else {
            assert!(answer.expect_error(502, None).starts_with("title: "));
        }
        assert_eq!(current(&scene), before);
        scene.hubspot().clear_faults();
    }
}

#[tokio::test]
async fn the_retry_completes_the_request_after_a_failure_at_any_step() {
    let faults = [
        || Fault::status(503).times(4),
        || Fault::close().times(4),
        || Fault::close().after_commit().times(4),
        || Fault::status(500).after_commit().times(4),
    ];
    for fault in faults {
        for (method, skip) in [
            ("PATCH", 0),
            ("PUT", 0),
            ("GET", 0),
            ("GET", 1),
            ("GET", 2),
            ("GET", 3),
        ] {
            let (scene, path) = account().await;
            let state = scene.state().all().await.unwrap();
            let before = current(&scene);
            scene.hubspot().inject(fault().on(method, "*").skip(skip));
            let answer = scene.patch(&path, &promotion("Sales Manager")).await;
            if answer.status() == 200 {
                assert_eq!(current(&scene).1.get("hs_job_title"), Some("Manager"));
            } else {
                answer.expect_error(503, None);
                assert_eq!(scene.state().all().await.unwrap(), state);
                let after = current(&scene);
                let is_half_done = after.1 != before.1 && after.0 == before.0;
                assert!(!is_half_done || method == "PATCH", "{method} {skip}");
            }
            scene.hubspot().clear_faults();
            let answer = scene.patch(&path, &promotion("Sales Manager")).await;
            assert_eq!(answer.expect(200)["title"], "Manager");
            assert_eq!(current(&scene).1.get("hs_job_title"), Some("Manager"));
            assert_eq!(scene.member(ADA).last_name.as_deref(), Some("Byron"));
            assert_eq!(scene.roles_of(ADA), ["Sales Manager"]);
            assert_eq!(scene.member(ADA).secondary_team_ids, ["5305"]);
        }
    }
}

#[tokio::test]
async fn if_the_row_cannot_be_restored_the_retry_reads_it() {
    let (scene, path) = account().await;
    scene
        .hubspot()
        .inject(Fault::status(503).on("PUT", "*").times(4));
    scene
        .hubspot()
        .inject(Fault::status(503).on("PATCH", "*").skip(1).times(4));
    scene
        .patch(&path, &promotion("Sales Manager"))
        .await
        .expect_error(503, None);
    assert_eq!(current(&scene).1.get("hs_job_title"), Some("Manager"));
    scene.hubspot().clear_faults();
    scene
        .patch(&path, &promotion("Sales Manager"))
        .await
        .expect(200);
    assert_eq!(scene.roles_of(ADA), ["Sales Manager"]);
}

#[tokio::test]
async fn an_unreadable_row_fails_a_read_and_no_removal() {
    for (policy, members) in [
        ("{}", 12),
        (r#"{"deprovision": {"no_access_role": "No Access"}}"#, 13),
    ] {
        let scene = Scene::builder().configure(policy).connected().start().await;
        let user = with(entra_user(ADA), "title", "Engineer");
        let path = format!("/scim/v2/Users/{}", scene.create(&user).await);
        break_crm(&scene);
        scene.get(&path).await.expect_error(503, None);
        scene.get("/scim/v2/Users").await.expect_error(503, None);
        scene
            .patch(&path, &set("title", "Manager"))
            .await
            .expect_error(503, None);
        let disabled = scene.patch(&path, &set("active", "False")).await;
        assert_eq!(disabled.expect(200)["active"], false);
        assert_eq!(disabled.json()["title"], "Engineer");
        assert_eq!(scene.hubspot().users().len(), members);
        scene.hubspot().clear_faults();
        let back = scene.patch(&path, &set("active", "True")).await;
        assert_eq!(back.expect(200)["title"], "Engineer");

        break_crm(&scene);
        scene.delete(&path).await.expect_no_content();
        assert_eq!(scene.hubspot().users().len(), members);
    }
}

#[tokio::test]
async fn a_refused_value_does_not_prevent_disabling() {
    for policy in ["{}", r#"{"deprovision": {"no_access_role": "No Access"}}"#] {
        let scene = Scene::builder().configure(policy).connected().start().await;
        let path = format!("/scim/v2/Users/{}", scene.create(&entra_user(ADA)).await);
        let request = patch_op(&json!([
            {"op": "Replace", "path": "timezone", "value": "Nowhere"},
            {"op": "Replace", "path": "active", "value": "False"},
        ]));
        assert_eq!(
            scene.patch(&path, &request).await.expect(200)["active"],
            false
        );
        // Nor does an unrestorable value prevent the return.
        let back = scene.patch(&path, &set("active", "True")).await;
        assert_eq!(back.expect(200)["active"], true);
        assert_eq!(back.json().get("timezone"), None);
    }
}

#[tokio::test]
async fn a_missing_scope_for_rows_is_named() {
    let scopes = [
        "settings.users.read",
        "settings.users.write",
        "crm.objects.users.read",
    ];
    let scene = Scene::builder().scopes(&scopes).connected().start().await;
    let path = format!("/scim/v2/Users/{}", scene.create(&entra_user(ADA)).await);
    let answer = scene.patch(&path, &set("title", "Manager")).await;
    assert!(
        answer
            .expect_error(403, None)
            .contains("crm.objects.users.write")
    );
}

#[tokio::test]
async fn a_row_deleted_during_the_write_leaves_the_values_pending() {
    let (scene, path) = account().await;
    scene.hubspot().inject(Fault::status(404).on("PATCH", "*"));
    let answer = scene.patch(&path, &set("title", "Manager")).await;
    assert_eq!(answer.expect(200)["title"], "Manager");
    assert_eq!(scene.get(&path).await.expect(200)["title"], "Manager");
    scene
        .patch(&path, &set("externalId", "next-cycle"))
        .await
        .expect(200);
    assert_eq!(current(&scene).1.get("hs_job_title"), Some("Manager"));
}
