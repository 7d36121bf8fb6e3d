//! One user from the first day to the last. Each step compares the account.

use hubspot_adapter::emulator::Behavior;
use scim_tests::{entra_user, patch_op};
use serde_json::{Value, json};

use super::account;

const ADA: &str = "ada@acme.example";

fn set_active(active: bool) -> Value {
    let value = if active { "True" } else { "False" };
    patch_op(&json!([{"op": "Replace", "path": "active", "value": value}]))
}

#[tokio::test]
async fn from_the_first_day_to_the_last_under_every_behavior() {
    for behavior in Behavior::main_combinations() {
        let scene = account()
            .behavior(behavior)
            .configure(r#"{"default_role": "Sales Rep"}"#)
            .start()
            .await;
        let before = scene.hubspot().users();
        assert_eq!(scene.find(ADA).await, None);

        let created = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
        created.expect(201);
        let id = created.id().to_owned();
        let path = format!("/scim/v2/Users/{id}");
        let location = format!("https://scim.acme.example{path}");
        assert_eq!(created.header("location"), Some(location.as_str()));
        assert_eq!(created.json()["meta"]["location"], location);
        assert_eq!(scene.roles_of(ADA), ["Sales Rep"], "{behavior}");

        let again = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
        again.expect_error(409, Some("uniqueness"));
        assert_eq!(
            scene.hubspot().users().len(),
            before.len() + 1,
            "{behavior}"
        );

        // An administrator adds her to teams by hand.
        assert!(scene.hubspot().set_primary_team_by_hand(ADA, Some("5301")));
        assert!(
            scene
                .hubspot()
                .set_secondary_teams_by_hand(ADA, &["5305", "5306"])
        );
        assert!(scene.hubspot().set_roles_by_hand(ADA, &["140202"]));
        let placed = scene.member(ADA);

        let disabled = scene.patch(&path, &set_active(false)).await;
        assert_eq!(disabled.expect(200)["active"], false, "{behavior}");
        assert_eq!(scene.hubspot().users(), before, "{behavior}");
        let shown = scene.get(&path).await;
        assert_eq!(shown.expect(200)["active"], false, "{behavior}");
        assert_eq!(scene.find(ADA).await.as_ref(), Some(shown.json()));
        assert_eq!(shown.json()["roles"][0]["value"], "Sales Manager");

        let enabled = scene.patch(&path, &set_active(true)).await;
        assert_eq!(enabled.expect(200)["active"], true, "{behavior}");
        assert_eq!(enabled.id(), id);
        let back = scene.member(ADA);
        assert_eq!(back.id, placed.id);
        assert_eq!(back.role_ids, placed.role_ids, "{behavior}");
        assert_eq!(back.primary_team_id, placed.primary_team_id, "{behavior}");
        assert_eq!(
            back.secondary_team_ids, placed.secondary_team_ids,
            "{behavior}"
        );

        scene.delete(&path).await.expect_no_content();
        assert_eq!(scene.hubspot().users(), before, "{behavior}");
        scene.get(&path).await.expect_error(404, None);
        assert_eq!(scene.find(ADA).await, None, "{behavior}");
    }
}

#[tokio::test]
async fn a_reenabled_user_gets_her_names_back() {
    let scene = account().start().await;
    let id = scene.create(&entra_user(ADA)).await;
    let path = format!("/scim/v2/Users/{id}");
    scene.patch(&path, &set_active(false)).await.expect(200);
    let answer = scene.patch(&path, &set_active(true)).await;
    assert_eq!(answer.expect(200)["name"]["formatted"], "Ada Lovelace");
    let held = scene.member(ADA);
    assert_eq!(held.first_name.as_deref(), Some("Ada"));
}

#[tokio::test]
async fn a_user_removed_by_hand_is_inactive_and_can_return() {
    let scene = account().start().await;
    let mut user = entra_user(ADA);
    user["roles"] = json!([{"value": "Marketing Editor"}]);
    let id = scene.create(&user).await;
    let path = format!("/scim/v2/Users/{id}");
    assert!(scene.hubspot().remove_user_by_hand(ADA));

    assert_eq!(scene.get(&path).await.expect(200)["active"], false);
    assert_eq!(scene.find(ADA).await.unwrap()["active"], false);
    let listed = scene.get("/scim/v2/Users?filter=active+eq+false").await;
    assert_eq!(listed.expect_list(1)[0]["id"], id);

    // Entra ID's periodic `active: true` finds the removal.
    let answer = scene.patch(&path, &set_active(true)).await;
    assert_eq!(answer.expect(200)["active"], true);
    assert_eq!(answer.id(), id);
    assert_eq!(scene.roles_of(ADA), ["Marketing Editor"]);
}

#[tokio::test]
async fn an_unmanaged_user_removed_by_hand_is_404() {
    let scene = account().start().await;
    let email = "james.oconnor@acme.example";
    let id = scene.member(email).id;
    let path = format!("/scim/v2/Users/{id}");
    scene.get(&path).await.expect(200);
    assert!(scene.hubspot().remove_user_by_hand(email));
    scene.get(&path).await.expect_error(404, None);
    scene
        .patch(&path, &set_active(false))
        .await
        .expect_error(404, None);
    scene.delete(&path).await.expect_error(404, None);
    assert_eq!(scene.find(email).await, None);
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn a_disabled_user_invited_by_hand_is_active() {
    let scene = account().start().await;
    let id = scene.create(&entra_user(ADA)).await;
    let path = format!("/scim/v2/Users/{id}");
    scene.patch(&path, &set_active(false)).await.expect(200);

    // An administrator invites her again in HubSpot.
    let client = scene.hubspot().client().build().unwrap();
    let new = hubspot_adapter::client::NewUser::new(ADA).with_role("140205");
    client.create_user(&new).await.unwrap();

    assert_eq!(scene.get(&path).await.expect(200)["active"], true);
    let listed = scene.get("/scim/v2/Users?filter=active+eq+false").await;
    listed.expect_list(0);
    let again = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
    again.expect_error(409, Some("uniqueness"));
    scene.hubspot().clear_requests();

    let answer = scene.patch(&path, &set_active(false)).await;
    assert_eq!(answer.expect(200)["active"], false);
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}

#[tokio::test]
async fn a_restart_with_the_same_state_forgets_nothing() {
    let mut scene = account().start().await;
    let id = scene.create(&entra_user(ADA)).await;
    let path = format!("/scim/v2/Users/{id}");
    scene.patch(&path, &set_active(false)).await.expect(200);
    scene.restart();

    let shown = scene.get(&path).await;
    assert_eq!(shown.expect(200)["active"], false);
    assert_eq!(
        shown.json()["externalId"],
        "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"
    );
    let answer = scene.patch(&path, &set_active(true)).await;
    assert_eq!(answer.expect(200)["id"], id);
}

#[tokio::test]
async fn a_list_shows_each_disabled_user_once() {
    let scene = account().start().await;
    let id = scene.create(&entra_user(ADA)).await;
    let path = format!("/scim/v2/Users/{id}");
    scene.patch(&path, &set_active(false)).await.expect(200);
    let answer = scene.get("/scim/v2/Users").await;
    let users = answer.expect_list(13);
    let hers: Vec<&Value> = users.iter().filter(|user| user["id"] == id).collect();
    assert_eq!(hers.len(), 1);
    assert_eq!(hers[0]["active"], false);
}

#[tokio::test]
async fn a_refused_removal_is_an_error_and_access_stays() {
    let scene = account()
        .configure(r#"{"deprovision": "refuse"}"#)
        .start()
        .await;
    let id = scene.create(&entra_user(ADA)).await;
    let path = format!("/scim/v2/Users/{id}");
    let disabled = scene.patch(&path, &set_active(false)).await;
    disabled.expect_error(400, Some("mutability"));
    let deleted = scene.delete(&path).await;
    deleted.expect_error(400, Some("mutability"));
    assert!(scene.writes().is_empty());
    assert_eq!(scene.get(&path).await.expect(200)["active"], true);
}
