//! Edge cases: changes by hand in HubSpot, conflicts, missing seats, refused values.

use hubspot_adapter::emulator::Fault;
use scim_tests::{Answer, Scene, entra_user, okta_user, patch_op, with};
use serde_json::{Value, json};

use super::account;

const ADA: &str = "ada@acme.example";
const DIEGO: &str = "diego.fuentes@acme.example";
const TWO_SETS: &str = "oluwaseun.adeyemi@acme.example";
const INGRID: &str = "ingrid.halvorsen@acme.example";

fn set(path: &str, value: impl Into<Value>) -> Value {
    patch_op(&json!([{"op": "Replace", "path": path, "value": value.into()}]))
}

async fn patch(scene: &Scene, id: &str, body: &Value) -> Answer {
    scene.patch(&format!("/scim/v2/Users/{id}"), body).await
}

fn with_role(user: Value, role: &str) -> Value {
    with(user, "roles", json!([{"value": role}]))
}

#[tokio::test]
async fn a_role_changed_by_hand_is_shown_and_stays_until_a_request_names_another() {
    let scene = account().start().await;
    let id = scene.create(&with_role(entra_user(ADA), "Sales Rep")).await;
    assert!(scene.hubspot().activate(ADA));
    assert!(scene.hubspot().set_roles_by_hand(ADA, &["140203"]));
    let path = format!("/scim/v2/Users/{id}");
    let shown = scene.get(&path).await;
    assert_eq!(shown.expect(200)["roles"][0]["value"], "Marketing Editor");

    // A request for another change does not restore the old role. Nor does Okta's PUT of the document it read.
    let answer = patch(&scene, &id, &set("name.familyName", "Byron")).await;
    assert_eq!(answer.expect(200)["roles"][0]["value"], "Marketing Editor");
    scene.put(&path, answer.json()).await.expect(200);
    assert_eq!(scene.roles_of(ADA), ["Marketing Editor"]);

    // A role in a request wins over the role set by hand.
    let roles = json!([{"value": "Sales Rep"}]);
    let answer = patch(&scene, &id, &set("roles", roles)).await;
    assert_eq!(answer.expect(200)["roles"][0]["value"], "Sales Rep");
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
}

#[tokio::test]
async fn two_identity_provider_users_with_one_address_are_a_conflict() {
    for second in [
        with(entra_user(ADA), "externalId", "another-person"),
        with(
            entra_user("ADA@acme.example"),
            "externalId",
            "another-person",
        ),
        with(entra_user(ADA), "userName", "S-1-5-21-7"),
        with(okta_user(ADA), "externalId", "another-person"),
    ] {
        let scene = account().start().await;
        let id = scene.create(&entra_user(ADA)).await;
        let before = scene.hubspot().users();
        let answer = scene.post("/scim/v2/Users", &second).await;
        answer.expect_error(409, Some("uniqueness"));
        assert!(scene.writes().is_empty());
        assert_eq!(scene.hubspot().users(), before);
        // The first user is unchanged.
        let shown = scene.get(&format!("/scim/v2/Users/{id}")).await;
        let first = entra_user(ADA);
        assert_eq!(shown.expect(200)["externalId"], first["externalId"]);
        assert_eq!(shown.json()["userName"], ADA);
    }
}

#[tokio::test]
async fn a_change_of_address_is_refused_with_the_remedy_and_changes_nothing() {
    let scene = account().start().await;
    let managed = scene.create(&entra_user(ADA)).await;
    let unmanaged = scene.member(DIEGO).id;
    let before = scene.hubspot().users();
    for id in [&managed, &unmanaged] {
        let both = patch_op(&json!([
            {"op": "Replace", "path": "userName", "value": "new@acme.example"},
            {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "new@acme.example"},
            {"op": "Replace", "path": "name.givenName", "value": "New"},
        ]));
        let answer = patch(&scene, id, &both).await;
        let detail = answer.expect_error(400, Some("mutability"));
        assert!(detail.starts_with("userName: "), "{detail}");
        assert!(detail.contains("cannot change a user's e-mail address"));
        assert!(detail.contains("change it in HubSpot"), "{detail}");
    }
    // If `userName` is not an address, the address in `emails` is the one in HubSpot.
    let path = format!("/scim/v2/Users/{unmanaged}");
    let document = scene.get(&path).await.json().clone();
    let renamed = with(
        with(document, "userName", "S-1-5-21-7"),
        "emails",
        json!([{"type": "work", "primary": true, "value": "new@acme.example"}]),
    );
    let answer = scene.put(&path, &renamed).await;
    let detail = answer.expect_error(400, Some("mutability"));
    assert!(detail.starts_with("emails: "), "{detail}");
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().users(), before);
    assert_eq!(scene.state().all().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_different_mailbox_is_recorded_once_and_is_no_change_of_address() {
    // The sign-in name is HubSpot's address. `emails` names another mailbox.
    let scene = account().start().await;
    let id = scene.member(DIEGO).id;
    let mailbox = |value: &str| set("emails[type eq \"work\"].value", value);
    let answer = patch(&scene, &id, &mailbox("diego@mail.example")).await;
    // The answer shows the address in HubSpot.
    assert_eq!(answer.expect(200)["emails"][0]["value"], DIEGO);
    patch(&scene, &id, &mailbox("diego@mail.example"))
        .await
        .expect(200);
    let answer = patch(&scene, &id, &mailbox("other@mail.example")).await;
    answer.expect_error(400, Some("mutability"));
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn hidden_super_admins_are_never_shown_and_never_changed() {
    let scene = account()
        .configure(r#"{"super_admins": "hidden"}"#)
        .start()
        .await;
    let account = scene.hubspot().users();
    let id = scene.member(INGRID).id;
    let path = format!("/scim/v2/Users/{id}");
    scene.get(&path).await.expect_error(404, None);
    assert_eq!(scene.find(INGRID).await, None);
    let listed = scene.get("/scim/v2/Users").await;
    let users = listed.expect_list(10);
    assert!(users.iter().all(|user| user["id"] != id));
    for body in [
        set("active", false),
        set("name.givenName", "Mallory"),
        set("externalId", "x"),
    ] {
        patch(&scene, &id, &body).await.expect_error(404, None);
    }
    scene.delete(&path).await.expect_error(404, None);
    for active in [true, false] {
        let user = with(entra_user(INGRID), "active", active);
        let answer = scene.post("/scim/v2/Users", &user).await;
        answer.expect_error(409, Some("uniqueness"));
    }
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().users(), account);
    assert!(scene.state().all().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_update_to_a_paid_permission_set_names_the_missing_scope() {
    let scene = account()
        .scopes(&["settings.users.read", "settings.users.write"])
        .start()
        .await;
    let id = scene.create(&with_role(entra_user(ADA), "Sales Rep")).await;
    let before = scene.member(ADA);
    let roles = json!([{"value": "Sales Hub User"}]);
    let answer = patch(&scene, &id, &set("roles", roles)).await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.starts_with("roles"), "{detail}");
    assert!(detail.contains("settings.billing.write"), "{detail}");
    assert_eq!(scene.member(ADA), before);
}

#[tokio::test]
async fn a_missing_seat_for_a_new_role_is_final_and_names_the_role() {
    let scene = account().start().await;
    let id = scene.create(&with_role(entra_user(ADA), "Sales Rep")).await;
    let full = Fault::status(400).with_body(json!({
        "message": "AppUserErrors.NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION",
    }));
    scene.hubspot().inject(full.on("PUT", "*"));
    let roles = json!([{"value": "Sales Hub User"}]);
    let answer = patch(&scene, &id, &set("roles", roles)).await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.starts_with("roles"), "{detail}");
    assert!(detail.contains("no free seat"), "{detail}");
    assert_eq!(answer.header("retry-after"), None);
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
}

#[tokio::test]
async fn an_error_names_the_attribute_that_hubspot_refuses() {
    let scene = account().start().await;
    let id = scene.create(&entra_user(ADA)).await;
    assert!(scene.hubspot().activate(ADA));
    let too_long = Fault::status(400).with_body(json!({"message": "lastName is too long"}));
    scene.hubspot().inject(too_long.on("PUT", "*"));
    let before = scene.member(ADA);
    let answer = patch(&scene, &id, &set("name.familyName", "x".repeat(300))).await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.starts_with("name.familyName: "), "{detail}");
    assert_eq!(scene.member(ADA), before);
}

#[tokio::test]
async fn a_returning_user_with_several_permission_sets_gets_the_first() {
    let scene = account().start().await;
    let before = scene.member(TWO_SETS);
    patch(&scene, &before.id, &set("active", false))
        .await
        .expect(200);
    // Until then the answer shows both.
    let shown = scene.get(&format!("/scim/v2/Users/{}", before.id)).await;
    assert_eq!(shown.expect(200)["roles"].as_array().unwrap().len(), 2);
    let answer = patch(&scene, &before.id, &set("active", true)).await;
    let roles = answer.expect(200)["roles"].as_array().unwrap();
    assert_eq!(roles.len(), 1);
    assert_eq!(scene.roles_of(TWO_SETS), ["Marketing Editor"]);
    let after = scene.member(TWO_SETS);
    assert_eq!(after.primary_team_id, before.primary_team_id);
    assert_eq!(after.secondary_team_ids, before.secondary_team_ids);
}

#[tokio::test]
async fn a_post_for_an_inactive_user_answers_201_with_the_same_user() {
    let scene = account().start().await;
    let id = scene.create(&with_role(entra_user(ADA), "Sales Rep")).await;
    patch(&scene, &id, &set("active", false)).await.expect(200);
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
    let answer = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
    assert_eq!(answer.expect(201)["id"], id);
    assert_eq!(answer.json()["active"], true);
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
}

#[tokio::test]
async fn a_pending_name_is_shown() {
    let scene = account().play("activation=waits").start().await;
    let created = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
    let name = json!({"formatted": "Ada Lovelace", "familyName": "Lovelace", "givenName": "Ada"});
    assert_eq!(created.expect(201)["name"], name);
    let id = created.id().to_owned();
    let path = format!("/scim/v2/Users/{id}");
    assert_eq!(scene.member(ADA).first_name.as_deref(), None);
    let shown = scene.get(&path).await;
    assert_eq!(shown.expect(200)["name"], name);
    assert_eq!(scene.find(ADA).await.unwrap()["name"], name);
    let listed = scene
        .get("/scim/v2/Users?filter=name.familyName+eq+%22Lovelace%22")
        .await;
    assert_eq!(listed.expect_list(1)[0]["name"], name);

    // Once HubSpot accepts the name, a request that changes nothing writes it.
    let active = set("active", "True");
    patch(&scene, &id, &active).await.expect(200);
    assert_eq!(scene.member(ADA).first_name.as_deref(), None);
    assert!(scene.hubspot().activate(ADA));
    let answer = patch(&scene, &id, &active).await;
    assert_eq!(answer.expect(200)["name"], name);
    assert_eq!(scene.member(ADA).first_name.as_deref(), Some("Ada"));
    scene.hubspot().clear_requests();
    patch(&scene, &id, &active).await.expect(200);
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn a_name_chosen_by_the_person_replaces_a_pending_name() {
    let scene = account().play("activation=waits").start().await;
    let id = scene.create(&entra_user(ADA)).await;
    assert!(scene.hubspot().activate(ADA));
    assert!(scene.hubspot().rename_by_hand(ADA, "Augusta", "King"));
    let shown = scene.get(&format!("/scim/v2/Users/{id}")).await;
    assert_eq!(shown.expect(200)["name"]["formatted"], "Augusta King");
    patch(&scene, &id, &set("active", "True")).await.expect(200);
    assert_eq!(scene.member(ADA).first_name.as_deref(), Some("Augusta"));
}
