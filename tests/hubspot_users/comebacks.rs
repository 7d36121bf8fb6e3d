//! Returning users and repeated requests: nothing is lost, and the configuration still applies.

use hubspot_adapter::Features;
use hubspot_adapter::RowFeatures;
use hubspot_adapter::client::NewUser;
use hubspot_adapter::emulator::Fault;
use scim_tests::{Scene, entra_user, patch_op, with};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
const DIEGO: &str = "diego.fuentes@acme.example";
const NO_ACCESS: &str = r#"{"deprovision": {"no_access_role": "No Access"}}"#;

async fn set(scene: &Scene, id: &str, path: &str, value: Value) -> scim_tests::Answer {
    let change = patch_op(&json!([{"op": "replace", "path": path, "value": value}]));
    scene.patch(&format!("/scim/v2/Users/{id}"), &change).await
}

#[tokio::test]
async fn a_disabling_post_finds_the_user_in_any_letter_case() {
    let scene = Scene::builder().play("email=exact").start().await;
    let disabled = with(entra_user("Diego.Fuentes@acme.example"), "active", false);
    scene.post("/scim/v2/Users", &disabled).await.expect(201);
    assert!(scene.hubspot().user_by_email(DIEGO).is_none());
}

#[tokio::test]
async fn a_creation_succeeds_although_the_role_names_cannot_be_read() {
    let scene = Scene::start().await;
    let fault = Fault::status(503).times(100);
    scene.hubspot().inject(fault.on("GET", "*/roles"));
    let without_roles = entra_user(DIEGO);
    let answer = scene.post("/scim/v2/Users", &without_roles).await;
    answer.expect(201);
}

#[tokio::test]
async fn a_removed_user_who_became_protected_is_not_recreated() {
    let mut scene = Scene::start().await;
    let id = scene.create(&entra_user(ADA)).await;
    set(&scene, &id, "active", json!(false)).await.expect(200);
    scene.reconfigure(r#"{"protected_users": ["ada@acme.example"]}"#);
    let refused = set(&scene, &id, "active", json!(true)).await;
    refused.expect_error(400, Some("mutability"));
    assert!(scene.hubspot().user_by_email(ADA).is_none());
}

#[tokio::test]
async fn a_suspended_user_who_became_protected_is_not_renamed() {
    let mut scene = Scene::builder().configure(NO_ACCESS).start().await;
    let id = scene.create(&entra_user(ADA)).await;
    set(&scene, &id, "active", json!(false)).await.expect(200);
    scene.reconfigure(
        r#"{"deprovision": {"no_access_role": "No Access"}, "protected_users": ["ada@acme.example"]}"#,
    );
    let renamed = json!({"userName": ADA, "name": {"givenName": "Augusta"}});
    let refused = scene.put(&format!("/scim/v2/Users/{id}"), &renamed).await;
    refused.expect_error(400, Some("mutability"));
    assert_eq!(scene.member(ADA).first_name.as_deref(), Some("Ada"));
}

#[tokio::test]
async fn a_name_cleared_by_the_returning_request_stays_cleared() {
    let scene = Scene::start().await;
    let id = scene.create(&entra_user(ADA)).await;
    set(&scene, &id, "active", json!(false)).await.expect(200);
    let change = patch_op(&json!([
        {"op": "remove", "path": "name.familyName"},
        {"op": "replace", "path": "active", "value": true},
    ]));
    let path = format!("/scim/v2/Users/{id}");
    scene.patch(&path, &change).await.expect(200);
    assert_eq!(scene.member(ADA).last_name.as_deref(), None);
}

#[tokio::test]
async fn a_new_user_at_a_removed_users_address_waits_for_the_freed_seat() {
    let scene = Scene::builder().play("freed-seat=late").start().await;
    let id = scene.create(&entra_user(ADA)).await;
    set(&scene, &id, "active", json!(false)).await.expect(200);
    let other = with(entra_user(ADA), "externalId", "emp-2");
    let early = scene.post("/scim/v2/Users", &other).await;
    early.expect_error(503, None);
    assert!(early.header("retry-after").is_some());
    scene.post("/scim/v2/Users", &other).await.expect(201);
}

#[tokio::test]
async fn a_missing_seat_is_temporary_soon_after_a_removal_and_final_later() {
    let scene = Scene::builder().play("freed-seat=late").start().await;
    let id = scene.create(&entra_user(ADA)).await;
    scene
        .delete(&format!("/scim/v2/Users/{id}"))
        .await
        .expect_no_content();
    let answer = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
    answer.expect_error(503, None);
    assert!(answer.header("retry-after").is_some());
    let answer = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
    scene
        .delete(&format!("/scim/v2/Users/{}", answer.id()))
        .await
        .expect_no_content();
    scene.timer().advance(std::time::Duration::from_secs(600));
    let answer = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
    answer.expect_error(400, Some("invalidValue"));
}

#[tokio::test]
async fn a_returning_post_with_a_lost_answer_can_be_repeated() {
    let scene = Scene::builder().configure(NO_ACCESS).start().await;
    let user = with(entra_user(ADA), "roles", json!([{"value": "Sales Rep"}]));
    let id = scene.create(&user).await;
    assert!(scene.hubspot().set_primary_team_by_hand(ADA, Some("5301")));
    set(&scene, &id, "active", json!(false)).await.expect(200);
    let lost = Fault::close().after_commit().times(4);
    scene.hubspot().inject(lost.on("PUT", "*"));
    scene
        .post("/scim/v2/Users", &user)
        .await
        .expect_error(503, None);
    scene.hubspot().clear_faults();
    assert_eq!(
        scene.post("/scim/v2/Users", &user).await.expect(201)["id"],
        id
    );
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
    assert_eq!(scene.member(ADA).primary_team_id.as_deref(), Some("5301"));
    scene
        .post("/scim/v2/Users", &user)
        .await
        .expect_error(409, Some("uniqueness"));
}

#[tokio::test]
async fn teams_return_although_hubspot_ignored_the_cleared_role() {
    let scene = Scene::builder().configure(NO_ACCESS).start().await;
    let id = scene.create(&entra_user(ADA)).await;
    assert!(scene.hubspot().set_secondary_teams_by_hand(ADA, &["5302"]));
    set(&scene, &id, "active", json!(false)).await.expect(200);
    let passed_over = Fault::status(200)
        .with_body(json!({"id": id, "email": ADA, "roleIds": [], "superAdmin": false}));
    scene.hubspot().inject(passed_over.on("PUT", "*"));
    set(&scene, &id, "active", json!(true)).await.expect(200);
    assert_eq!(scene.member(ADA).secondary_team_ids, ["5302"]);
}

#[tokio::test]
async fn a_user_removed_by_hand_gets_the_title_back_in_a_new_row() {
    let scene = Scene::builder()
        .play("crm=late,crm-removed=gone")
        .features(Features::none().with_rows(RowFeatures::all()))
        .start()
        .await;
    let user = with(entra_user(ADA), "title", "Engineer");
    let id = scene.create(&user).await;
    let path = format!("/scim/v2/Users/{id}");
    for _ in 0..3 {
        scene.get(&path).await.expect(200);
    }
    set(&scene, &id, "externalId", json!("emp-1"))
        .await
        .expect(200);
    assert_eq!(scene.row(ADA).get("hs_job_title"), Some("Engineer"));
    assert!(scene.hubspot().remove_user_by_hand(ADA));
    set(&scene, &id, "active", json!(true)).await.expect(200);
    for _ in 0..3 {
        scene.get(&path).await.expect(200);
    }
    set(&scene, &id, "externalId", json!("emp-2"))
        .await
        .expect(200);
    assert_eq!(scene.row(ADA).get("hs_job_title"), Some("Engineer"));
}

#[tokio::test]
async fn a_repeated_return_gives_no_default_role() {
    let scene = Scene::builder()
        .play("activation=waits")
        .configure(r#"{"default_role": "Read Only"}"#)
        .start()
        .await;
    let user = with(entra_user(ADA), "roles", json!([{"value": "Sales Rep"}]));
    let id = scene.create(&user).await;
    set(&scene, &id, "active", json!(false)).await.expect(200);
    scene
        .hubspot()
        .inject(Fault::status(503).times(4).on("PUT", "*"));
    let without_roles = entra_user(ADA);
    let broken = scene.post("/scim/v2/Users", &without_roles).await;
    broken.expect_error(503, None);
    scene.hubspot().clear_faults();
    let again = scene.post("/scim/v2/Users", &without_roles).await;
    again.expect(201);
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
}

#[tokio::test]
async fn a_creation_with_a_lost_answer_is_found_in_any_letter_case() {
    let scene = Scene::builder()
        .play("email=exact,email-stored=lower-case")
        .start()
        .await;
    let lost = Fault::close().after_commit().times(4);
    scene.hubspot().inject(lost.on("POST", "/settings/users/*"));
    let user = entra_user("Ada@acme.example");
    scene.post("/scim/v2/Users", &user).await.expect(201);
}

/// The request after the one that returns a user.
#[derive(Clone, Copy, Debug)]
enum Retry {
    Patch,
    Put,
    Post,
    DisableAndEnable,
}

/// Returns Diego by a creation that HubSpot half made, without permission set and teams.
async fn start_half_made_return(scene: &Scene, trouble: Fault) -> String {
    let seller = with(entra_user(DIEGO), "roles", [json!({"value": "Sales Rep"})]);
    let seller = with(seller, "externalId", "emp-7");
    let id = scene.create(&seller).await;
    let placed = scene
        .hubspot()
        .set_primary_team_by_hand(DIEGO, Some("5301"))
        && scene
            .hubspot()
            .set_secondary_teams_by_hand(DIEGO, &["5304", "5306"]);
    assert!(placed);
    set(scene, &id, "active", json!(false)).await.expect(200);
    let half = json!({"id": id, "email": DIEGO, "roleIds": [], "superAdmin": false});
    let half = Fault::status(201).after_commit().with_body(half);
    scene.hubspot().inject(half.on("POST", "/settings/*"));
    scene.hubspot().inject(trouble.on("PUT", "*").times(100));
    let answer = set(scene, &id, "active", json!(true)).await;
    assert!(answer.status() >= 400, "{}", answer.text());
    scene.hubspot().clear_faults();
    let undone = scene.hubspot().set_roles_by_hand(DIEGO, &[])
        && scene.hubspot().set_primary_team_by_hand(DIEGO, None)
        && scene.hubspot().set_secondary_teams_by_hand(DIEGO, &[]);
    assert!(undone);
    id
}

#[tokio::test]
async fn the_next_request_completes_a_half_made_return() {
    for retry in [
        Retry::Patch,
        Retry::Put,
        Retry::Post,
        Retry::DisableAndEnable,
    ] {
        for trouble in [Fault::status(503), Fault::status(403)] {
            let mut scene = Scene::builder()
                .configure(r#"{"default_role": "Read Only"}"#)
                .start()
                .await;
            let id = start_half_made_return(&scene, trouble).await;
            scene.restart();
            let diego = with(entra_user(DIEGO), "externalId", "emp-7");
            let path = format!("/scim/v2/Users/{id}");
            let answer = match retry {
                Retry::Patch => set(&scene, &id, "active", json!(true)).await,
                Retry::Put => scene.put(&path, &diego).await,
                Retry::Post => scene.post("/scim/v2/Users", &diego).await,
                Retry::DisableAndEnable => {
                    set(&scene, &id, "active", json!(false)).await.expect(200);
                    set(&scene, &id, "active", json!(true)).await
                }
            };
            assert!(answer.status() < 300, "{retry:?} {}", answer.text());
            let diego = scene.member(DIEGO);
            assert_eq!(scene.roles_of(DIEGO), ["Sales Rep"], "{retry:?}");
            assert_eq!(diego.primary_team_id.as_deref(), Some("5301"), "{retry:?}");
            assert_eq!(diego.secondary_team_ids, ["5304", "5306"], "{retry:?}");
        }
    }
}

#[tokio::test]
async fn a_user_invited_again_by_hand_keeps_the_settings_from_hubspot() {
    let scene = Scene::start().await;
    let seller = with(entra_user(DIEGO), "roles", [json!({"value": "Sales Rep"})]);
    let id = scene.create(&seller).await;
    assert!(
        scene
            .hubspot()
            .set_secondary_teams_by_hand(DIEGO, &["5304"])
    );
    set(&scene, &id, "active", json!(false)).await.expect(200);
    let administrator = scene.hubspot().client().build();
    let made = match administrator {
        Ok(administrator) => administrator
            .create_user(&NewUser::new(DIEGO))
            .await
            .is_ok(),
        Err(_) => false,
    };
    assert!(made);
    set(&scene, &id, "active", json!(true)).await.expect(200);
    assert!(scene.roles_of(DIEGO).is_empty());
    assert!(scene.member(DIEGO).secondary_team_ids.is_empty());
}

#[tokio::test]
async fn a_failed_return_keeps_the_record_to_restore() {
    for trouble in [Fault::status(400), Fault::status(503), Fault::close()] {
        let scene = Scene::start().await;
        let seller = with(entra_user(ADA), "roles", [json!({"value": "Sales Rep"})]);
        let id = scene.create(&seller).await;
        set(&scene, &id, "active", json!(false)).await.expect(200);
        let refused = trouble.clone().on("POST", "/settings/*");
        scene.hubspot().inject(refused.times(4));
        let promotion = patch_op(&json!([
            {"op": "replace", "path": "active", "value": true},
            {"op": "replace", "path": "roles", "value": [{"value": "Sales Manager"}]},
        ]));
        let path = format!("/scim/v2/Users/{id}");
        let answer = scene.patch(&path, &promotion).await;
        assert!(answer.status() >= 400, "{}", answer.text());
        scene.hubspot().clear_faults();
        set(&scene, &id, "active", json!(true)).await.expect(200);
        assert_eq!(scene.roles_of(ADA), ["Sales Rep"], "{trouble:?}");
    }
}

#[tokio::test]
async fn a_cleared_name_stays_cleared_although_the_return_failed_twice() {
    let scene = Scene::builder().play("freed-seat=late").start().await;
    let id = scene.create(&entra_user(ADA)).await;
    assert!(scene.hubspot().remove_user_by_hand(ADA));
    let change = patch_op(&json!([
        {"op": "remove", "path": "name.familyName"},
        {"op": "replace", "path": "active", "value": true},
    ]));
    let path = format!("/scim/v2/Users/{id}");
    // No seat is free yet. Afterwards the user cannot be read.
    let unread = Fault::status(503).times(4).skip(1);
    scene
        .hubspot()
        .inject(unread.on("GET", "/settings/users/2026-09/*"));
    scene.patch(&path, &change).await.expect_error(503, None);
    scene.hubspot().clear_faults();
    scene.patch(&path, &change).await.expect(200);
    assert_eq!(scene.member(ADA).last_name.as_deref(), None);
}

#[tokio::test]
async fn a_name_cleared_during_an_absence_is_not_restored() {
    let scene = Scene::start().await;
    let id = scene.create(&entra_user(ADA)).await;
    set(&scene, &id, "active", json!(false)).await.expect(200);
    let removal = patch_op(&json!([{"op": "remove", "path": "name.familyName"}]));
    let path = format!("/scim/v2/Users/{id}");
    let away = scene.patch(&path, &removal).await;
    assert_eq!(away.expect(200)["name"].get("familyName"), None);
    let back = set(&scene, &id, "active", json!(true)).await;
    assert_eq!(back.expect(200)["name"].get("familyName"), None);
    assert_eq!(
        scene.member(ADA).last_name.as_deref().unwrap_or_default(),
        ""
    );
}

#[tokio::test]
async fn a_missing_seat_is_temporary_after_a_doubtful_or_manual_removal_and_a_restart() {
    for by_hand in [false, true] {
        let mut scene = Scene::builder().play("freed-seat=late").start().await;
        let id = scene.create(&entra_user(ADA)).await;
        if by_hand {
            assert!(scene.hubspot().remove_user_by_hand(ADA));
        } else {
            let lost = Fault::close().after_commit().times(4);
            scene.hubspot().inject(lost.on("DELETE", "*"));
        }
        scene
            .delete(&format!("/scim/v2/Users/{id}"))
            .await
            .expect_no_content();
        scene.hubspot().clear_faults();
        scene.restart();
        let answer = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
        answer.expect_error(503, None);
    }
}

#[tokio::test]
async fn a_name_cleared_by_a_retry_stays_cleared_after_a_removal_by_hand() {
    let scene = Scene::start().await;
    let id = scene.create(&entra_user(ADA)).await;
    let path = format!("/scim/v2/Users/{id}");
    let removal = patch_op(&json!([{"op": "remove", "path": "name.givenName"}]));
    // HubSpot makes the change, and the read that verifies it fails.
    let unread = Fault::close().times(4).skip(1);
    scene.hubspot().inject(unread.on("GET", "*"));
    scene.patch(&path, &removal).await.expect_error(503, None);
    scene.hubspot().clear_faults();
    scene.patch(&path, &removal).await.expect(200);
    assert!(scene.hubspot().remove_user_by_hand(ADA));
    let shown = scene.get(&path).await;
    assert_eq!(shown.expect(200)["name"].get("givenName"), None);
}
