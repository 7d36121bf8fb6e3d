//! Who comes back, as what; and whose a user is who turns up at an address.

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
async fn a_role_changed_while_somebody_is_away_is_the_one_they_come_back_with() {
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
async fn a_role_taken_away_in_the_request_that_disables_stays_away() {
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
async fn an_address_given_to_somebody_new_restores_nothing_of_its_last_holder() {
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
async fn a_team_that_is_gone_does_not_keep_somebody_out() {
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
async fn a_name_released_by_who_left_can_be_given_to_somebody_else() {
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
async fn an_external_id_goes_with_the_person_to_a_new_name() {
    // Okta renames by disabling one user and creating another with the same externalId.
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
async fn a_removal_in_doubt_keeps_what_brings_the_user_back() {
    // Carried out at the first try, and the answer lost; after that HubSpot is not to be reached.
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

/// Ada was created, and neither the answer nor what became of it reached the adapter; from now on all goes well.
async fn lost_creation(config: &str) -> Scene {
    let scene = account()
        .configure(config)
        .fault(Fault::close().after_commit().on("POST", USERS))
        // The look-up before passes, the one after fails.
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
async fn an_unsettled_creation_claims_who_turns_up_soon_and_nobody_later() {
    for (hours, expected) in [(1, 201), (60, 409)] {
        let scene = lost_creation(r#"{"adopt": "refuse"}"#).await;
        scene.timer().advance(Duration::from_secs(hours * 3600));
        let answer = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
        assert_eq!(answer.status(), expected, "{hours}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_retry_that_disables_disables_whom_the_lost_answer_made() {
    let scene = lost_creation("{}").await;
    let disabled = with(entra_user(ADA), "active", json!(false));
    let answer = scene.post("/scim/v2/Users", &disabled).await;
    assert_eq!(answer.expect(201)["active"], false);
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}

#[tokio::test]
async fn what_is_cleared_is_gone() {
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
async fn a_version_that_hubspot_does_not_have_is_never_the_present_one() {
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
