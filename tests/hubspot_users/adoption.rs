//! Users who are in HubSpot before the identity provider sends them.

use hubspot_adapter::emulator::Fault;
use scim_tests::{Scene, entra_user};
use serde_json::json;

/// A user in HubSpot with the role `Sales Rep`, a main team and an extra team.
const DIEGO: &str = "diego.fuentes@acme.example";
const READ_DIEGO: &str = "/settings/users/2026-09/diego.fuentes%40acme.example";

async fn configured(json: &str) -> Scene {
    Scene::builder().configure(json).start().await
}

#[tokio::test]
async fn by_default_a_user_is_adopted_by_address_and_keeps_the_role() {
    let scene = configured(r#"{"default_role": "Read Only"}"#).await;
    let before = scene.member(DIEGO);
    let mut user = entra_user(DIEGO);
    user["name"] = json!({"givenName": "Diego", "familyName": "Fuentes"});
    let answer = scene.post("/scim/v2/Users", &user).await;
    let shown = answer.expect(201);
    assert_eq!(shown["id"], before.id);
    assert_eq!(shown["externalId"], user["externalId"]);
    assert_eq!(shown["roles"][0]["value"], "Sales Rep");
    assert!(scene.writes().is_empty());
    assert_eq!(scene.member(DIEGO), before);

    // The user is managed from now on.
    let again = scene.post("/scim/v2/Users", &user).await;
    again.expect_error(409, Some("uniqueness"));
    let found = scene
        .get("/scim/v2/Users?filter=externalId+eq+%220a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef%22")
        .await;
    assert_eq!(found.expect_list(1)[0]["id"], before.id);
}

#[tokio::test]
async fn an_adopted_user_gets_the_name_and_the_role_of_the_request() {
    let scene = Scene::start().await;
    let before = scene.member(DIEGO);
    let mut user = entra_user(DIEGO);
    user["roles"] = json!([{"value": "Sales Manager"}]);
    let answer = scene.post("/scim/v2/Users", &user).await;
    let shown = answer.expect(201);
    assert_eq!(shown["name"]["givenName"], "Ada");
    assert_eq!(shown["roles"][0]["value"], "Sales Manager");
    let after = scene.member(DIEGO);
    assert_eq!(after.first_name.as_deref(), Some("Ada"));
    assert_eq!(after.primary_team_id, before.primary_team_id);
    assert_eq!(after.secondary_team_ids, before.secondary_team_ids);
    assert_eq!(
        scene.writes(),
        [format!("PUT /settings/users/2026-09/{} 200", before.id)]
    );
    assert_eq!(scene.roles_of(DIEGO), ["Sales Manager"]);
}

#[tokio::test]
async fn adoption_can_require_the_same_role() {
    let scene = configured(r#"{"adopt": "if-role-matches"}"#).await;
    let account = scene.hubspot().users();
    for roles in [json!([]), json!([{"value": "Sales Manager"}])] {
        let mut user = entra_user(DIEGO);
        user["roles"] = roles;
        let answer = scene.post("/scim/v2/Users", &user).await;
        answer.expect_error(409, Some("uniqueness"));
    }
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().users(), account);

    let mut user = entra_user(DIEGO);
    user["roles"] = json!([{"value": "Sales Rep"}]);
    let answer = scene.post("/scim/v2/Users", &user).await;
    assert_eq!(answer.expect(201)["roles"][0]["value"], "Sales Rep");
}

#[tokio::test]
async fn adoption_can_be_refused() {
    let scene = configured(r#"{"adopt": "refuse"}"#).await;
    let account = scene.hubspot().users();
    let answer = scene.post("/scim/v2/Users", &entra_user(DIEGO)).await;
    answer.expect_error(409, Some("uniqueness"));
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().users(), account);
    // A user who was not adopted leaves no record.
    assert!(scene.state().all().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_user_created_by_hand_after_the_look_up_is_adopted_once() {
    let scene = Scene::builder()
        .fault(Fault::status(404).on("GET", READ_DIEGO))
        .start()
        .await;
    let id = scene.member(DIEGO).id;
    let answer = scene.post("/scim/v2/Users", &entra_user(DIEGO)).await;
    assert_eq!(answer.expect(201)["id"], id);
    assert_eq!(
        scene.writes(),
        [
            "POST /settings/users/2026-09 409".to_owned(),
            format!("PUT /settings/users/2026-09/{id} 200"),
        ]
    );
    assert_eq!(scene.hubspot().users().len(), 12);
}

#[tokio::test]
async fn the_same_race_is_a_conflict_if_adoption_is_refused() {
    let scene = Scene::builder()
        .fault(Fault::status(404).on("GET", READ_DIEGO))
        .configure(r#"{"adopt": "refuse"}"#)
        .start()
        .await;
    let account = scene.hubspot().users();
    let answer = scene.post("/scim/v2/Users", &entra_user(DIEGO)).await;
    answer.expect_error(409, Some("uniqueness"));
    let again = scene.post("/scim/v2/Users", &entra_user(DIEGO)).await;
    again.expect_error(409, Some("uniqueness"));
    assert_eq!(scene.hubspot().users(), account);
}

#[tokio::test]
async fn adopting_a_user_as_inactive_takes_the_access_away() {
    let scene = Scene::start().await;
    let id = scene.member(DIEGO).id;
    let mut user = entra_user(DIEGO);
    user["active"] = json!("False");
    let answer = scene.post("/scim/v2/Users", &user).await;
    assert_eq!(answer.expect(201)["active"], false);
    assert_eq!(answer.id(), id);
    assert_eq!(scene.hubspot().user_by_email(DIEGO), None);
}

#[tokio::test]
async fn creating_an_inactive_user_adds_nobody_to_hubspot() {
    let scene = Scene::start().await;
    let mut user = entra_user("ada@acme.example");
    user["active"] = json!(false);
    let answer = scene.post("/scim/v2/Users", &user).await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.contains("active"), "{detail}");
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn only_users_of_allowed_domains_are_created_or_adopted() {
    let scene = configured(r#"{"allowed_domains": ["okta.example"]}"#).await;
    for email in [DIEGO, "ada@acme.example", "ada@okta.example.evil.example"] {
        let answer = scene.post("/scim/v2/Users", &entra_user(email)).await;
        answer.expect_error(400, Some("invalidValue"));
    }
    assert!(scene.calls().is_empty());
    let answer = scene
        .post("/scim/v2/Users", &entra_user("ada@OKTA.example"))
        .await;
    answer.expect(201);
}

#[tokio::test]
async fn a_new_user_gets_the_welcome_email_if_configured() {
    let scene = configured(r#"{"welcome_email": true}"#).await;
    scene.create(&entra_user("grace@acme.example")).await;
    let answer = scene
        .post("/scim/v2/Users", &entra_user("ada@acme.example"))
        .await;
    answer.expect(201);
    let asked = scene.hubspot().requests();
    let body = asked.iter().find(|call| call.method == "POST").unwrap();
    assert_eq!(body.body.as_ref().unwrap()["sendWelcomeEmail"], true);
}
