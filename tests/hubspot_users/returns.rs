//! The settings of a returning user, and the owner of a user found at an address.

use std::time::Duration;

use hubspot_adapter::emulator::Fault;
use scim_tests::{Scene, entra_user, patch_op, with};
use serde_json::{Value, json};

use super::account;

const ADA: &str = "ada@acme.example";
const USERS: &str = "/settings/users/2026-09";

fn active(active: bool) -> Value {
    patch_op(&json!([{"op": "Replace", "path": "active", "value": active}]))
}

fn salesperson() -> Value {
    with(
        entra_user(ADA),
        "roles",
        json!([{"value": "Sales Manager"}]),
    )
}

async fn patch(scene: &Scene, id: &str, body: &Value) -> scim_tests::Answer {
    scene.patch(&format!("/scim/v2/Users/{id}"), body).await
}

#[tokio::test]
async fn a_role_given_during_an_absence_applies_on_return() {
    let scene = account().start().await;
    let id = scene.create(&salesperson()).await;
    patch(&scene, &id, &active(false)).await.expect(200);
    let viewer = json!([{"op": "Replace", "path": "roles", "value": [{"value": "Read Only"}]}]);
    let answer = patch(&scene, &id, &patch_op(&viewer)).await;
    assert_eq!(answer.expect(200)["roles"][0]["value"], "Read Only");
    patch(&scene, &id, &active(true)).await.expect(200);
    assert_eq!(scene.roles_of(ADA), ["Read Only"]);
}

#[tokio::test]
async fn a_role_removed_by_the_disabling_request_stays_removed() {
    let scene = account().start().await;
    let id = scene.create(&salesperson()).await;
    let both = json!([
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "Replace", "path": "roles", "value": [{"value": "Read Only"}]},
    ]);
    patch(&scene, &id, &patch_op(&both)).await.expect(200);
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
    patch(&scene, &id, &active(true)).await.expect(200);
    assert_eq!(scene.roles_of(ADA), ["Read Only"]);
}

#[tokio::test]
async fn a_new_user_at_an_old_address_restores_nothing_of_the_last_holder() {
    let scene = account().start().await;
    let id = scene.create(&salesperson()).await;
    assert!(scene.hubspot().set_primary_team_by_hand(ADA, Some("5301")));
    patch(&scene, &id, &active(false)).await.expect(200);
    let newcomer = with(
        with(entra_user(ADA), "externalId", json!("somebody-else")),
        "name",
        json!({"givenName": "Adam", "familyName": "New"}),
    );
    let answer = scene.post("/scim/v2/Users", &newcomer).await;
    assert_eq!(answer.expect(201)["externalId"], "somebody-else");
    assert_eq!(answer.json().get("roles"), None);
    assert_eq!(scene.member(ADA).primary_team_id, None);
}

#[tokio::test]
async fn a_deleted_team_does_not_prevent_a_return() {
    let scene = account().start().await;
    let id = scene.create(&salesperson()).await;
    assert!(scene.hubspot().set_primary_team_by_hand(ADA, Some("5301")));
    patch(&scene, &id, &active(false)).await.expect(200);
    let unknown_team = Fault::status(400).with_body(json!({"message": "team 5301 does not exist"}));
    scene.hubspot().inject(unknown_team.on("POST", USERS));
    patch(&scene, &id, &active(true)).await.expect(200);
    assert_eq!(scene.roles_of(ADA), ["Sales Manager"]);
    assert_eq!(scene.member(ADA).primary_team_id, None);
}

#[tokio::test]
async fn a_name_of_a_former_user_can_be_reused() {
    let scene = account().start().await;
    let named = |email: &str, external_id: &str| {
        with(
            with(entra_user(email), "userName", json!("jdoe")),
            "externalId",
            json!(external_id),
        )
    };
    let id = scene.create(&named("jane@acme.example", "1")).await;
    let taken = scene
        .post("/scim/v2/Users", &named("john@acme.example", "2"))
        .await;
    taken.expect_error(409, Some("uniqueness"));
    patch(&scene, &id, &active(false)).await.expect(200);
    let answer = scene
        .post("/scim/v2/Users", &named("john@acme.example", "2"))
        .await;
    assert_ne!(answer.expect(201)["id"], id);
    assert_eq!(scene.find("jdoe").await.unwrap()["id"], answer.id());
}

#[tokio::test]
async fn an_external_id_moves_to_the_new_user_name() {
    // Okta renames by disabling one user and creating another with the same `externalId`.
    let scene = account().start().await;
    let before = with(entra_user(ADA), "externalId", json!("00u1"));
    let id = scene.create(&before).await;
    patch(&scene, &id, &active(false)).await.expect(200);
    let after = with(
        entra_user("ada.king@acme.example"),
        "externalId",
        json!("00u1"),
    );
    let answer = scene.post("/scim/v2/Users", &after).await;
    answer.expect(201);
    let found = scene
        .get("/scim/v2/Users?filter=externalId+eq+%2200u1%22")
        .await;
    assert_eq!(found.expect_list(1)[0]["id"], answer.id());
}

#[tokio::test]
async fn a_doubtful_removal_keeps_the_record_to_restore() {
    // HubSpot makes the removal and its answer is lost. Afterwards HubSpot is unreachable.
    let scene = account().start().await;
    let id = scene.member("marcus.bennett@acme.example").id;
    let by_id = format!("{USERS}/{id}");
    scene
        .hubspot()
        .inject(Fault::close().after_commit().on("DELETE", &by_id));
    scene
        .hubspot()
        .inject(Fault::status(423).on("DELETE", &by_id).times(100));
    let answer = patch(&scene, &id, &active(false)).await;
    assert_eq!(answer.expect(200)["active"], false);
    assert_eq!(
        scene.hubspot().user_by_email("marcus.bennett@acme.example"),
        None
    );
    assert_eq!(
        scene.get(&format!("/scim/v2/Users/{id}")).await.expect(200)["active"],
        false
    );
}

/// Creates Ada with a lost answer. The adapter cannot read the outcome. From now on HubSpot works.
async fn lost_creation(config: &str) -> Scene {
    let scene = account()
        .configure(config)
        .fault(Fault::close().after_commit().on("POST", USERS))
        // The look-up before the creation succeeds, and the one after it fails.
        .fault(
            Fault::status(503)
                .on("GET", "/settings/users/2026-09/ada*")
                .skip(1)
                .times(100),
        )
        .start()
        .await;
    scene
        .post("/scim/v2/Users", &entra_user(ADA))
        .await
        .expect_error(503, None);
    scene.hubspot().clear_faults();
    scene
}

#[tokio::test]
async fn an_unsettled_creation_claims_a_user_who_appears_soon_and_nobody_later() {
    for (hours, expected) in [(1, 201), (60, 409)] {
        let scene = lost_creation(r#"{"adopt": "refuse"}"#).await;
        scene.timer().advance(Duration::from_secs(hours * 3600));
        let answer = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
        assert_eq!(answer.status(), expected, "{hours}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_disabling_retry_disables_the_user_of_the_lost_answer() {
    let scene = lost_creation("{}").await;
    let disabled = with(entra_user(ADA), "active", json!(false));
    let answer = scene.post("/scim/v2/Users", &disabled).await;
    assert_eq!(answer.expect(201)["active"], false);
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}

#[tokio::test]
async fn cleared_attributes_are_not_shown() {
    let scene = account().start().await;
    let id = scene
        .create(&with(entra_user(ADA), "externalId", json!("e-1")))
        .await;
    assert!(scene.hubspot().activate(ADA));
    let clear = json!([
        {"op": "remove", "path": "externalId"},
        {"op": "replace", "path": "name.givenName", "value": ""},
    ]);
    let answer = patch(&scene, &id, &patch_op(&clear)).await;
    assert_eq!(answer.expect(200).get("externalId"), None);
    assert_eq!(answer.json()["name"].get("givenName"), None);
    let found = scene
        .get("/scim/v2/Users?filter=externalId+eq+%22e-1%22")
        .await;
    found.expect_list(0);
    assert_eq!(
        scene.member(ADA).first_name.as_deref().unwrap_or_default(),
        ""
    );
}

#[tokio::test]
async fn an_unknown_version_never_matches() {
    let scene = account().start().await;
    let id = scene.create(&entra_user(ADA)).await;
    let headers = [
        (
            "Authorization",
            &*format!("Bearer {}", scim_tests::SECRET_TOKEN),
        ),
        ("If-Match", "W/\"1\""),
    ];
    let path = format!("/scim/v2/Users/{id}");
    let answer = scene.exchange("DELETE", &path, &headers, "").await;
    answer.expect_error(412, None);
    assert!(scene.hubspot().user_by_email(ADA).is_some());
}

#[tokio::test]
async fn a_name_cleared_while_the_user_was_away_stays_cleared_after_a_return_that_broke() {
    let scene = account().start().await;
    let id = scene.create(&salesperson()).await;
    assert!(scene.hubspot().activate(ADA));
    assert!(scene.hubspot().remove_user_by_hand(ADA));
    let cleared = patch_op(&json!([{"op": "remove", "path": "name.givenName"}]));
    patch(&scene, &id, &cleared).await.expect(200);

    // HubSpot remembers the name beyond the membership, and refuses the change that clears it.
    let broken = Fault::status(503).on("PUT", format!("{USERS}/*"));
    scene.hubspot().inject(broken.times(4));
    patch(&scene, &id, &active(true))
        .await
        .expect_error(503, None);
    scene.hubspot().clear_faults();

    let back = patch(&scene, &id, &active(true)).await;
    assert_eq!(back.expect(200)["name"].get("givenName"), None);
    let held = scene.member(ADA).first_name.into_inner();
    assert_eq!(held.unwrap_or_default(), "");
}
