//! E-mail addresses: letter case, plus signs, sign-in names that differ from the mailbox.

use scim_tests::{Scene, entra_user, patch_op};
use serde_json::json;

fn filter(name: &str) -> String {
    format!("/scim/v2/Users?filter=userName+eq+%22{name}%22")
}

#[tokio::test]
async fn an_address_in_another_letter_case_is_the_same_user() {
    let scene = Scene::start().await;
    let id = scene.create(&entra_user("Ada.Lovelace@acme.example")).await;
    for name in ["ada.lovelace@acme.example", "ADA.LOVELACE@ACME.EXAMPLE"] {
        let again = scene.post("/scim/v2/Users", &entra_user(name)).await;
        again.expect_error(409, Some("uniqueness"));
        let found = scene.get(&filter(name)).await;
        let user = &found.expect_list(1)[0];
        assert_eq!(user["id"], id);
        // Okta refuses a server that lower-cases the name.
        assert_eq!(user["userName"], "Ada.Lovelace@acme.example");
    }
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().users().len(), 13);
}

#[tokio::test]
async fn a_new_letter_case_is_stored_without_a_write() {
    let scene = Scene::start().await;
    let id = scene.create(&entra_user("ada@acme.example")).await;
    let request = patch_op(&json!([
        {"op": "Replace", "path": "userName", "value": "Ada@ACME.example"},
        {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "Ada@ACME.example"},
    ]));
    let answer = scene.patch(&format!("/scim/v2/Users/{id}"), &request).await;
    assert_eq!(answer.expect(200)["userName"], "Ada@ACME.example");
    assert!(scene.writes().is_empty());
    let found = scene.get(&filter("ada@acme.example")).await;
    assert_eq!(found.expect_list(1)[0]["userName"], "Ada@ACME.example");
}

#[tokio::test]
async fn a_post_in_another_letter_case_reactivates_a_disabled_user() {
    let scene = Scene::start().await;
    let id = scene.create(&entra_user("ada@acme.example")).await;
    let disable = patch_op(&json!([{"op": "replace", "value": {"active": false}}]));
    let path = format!("/scim/v2/Users/{id}");
    scene.patch(&path, &disable).await.expect(200);
    let found = scene.get(&filter("ADA@acme.example")).await;
    assert_eq!(found.expect_list(1)[0]["active"], false);
    let answer = scene
        .post("/scim/v2/Users", &entra_user("ADA@acme.example"))
        .await;
    assert_eq!(answer.expect(201)["id"], id);
    assert_eq!(scene.hubspot().users().len(), 13);
}

#[tokio::test]
async fn a_plus_in_an_address_stays_a_plus() {
    let scene = Scene::start().await;
    let email = "ada+test@acme.example";
    let id = scene.create(&entra_user(email)).await;
    assert_eq!(scene.member(email).id, id);
    assert_eq!(scene.hubspot().user_by_email("ada test@acme.example"), None);

    let found = scene.get(&filter("ada%2Btest%40acme.example")).await;
    assert_eq!(found.expect_list(1)[0]["userName"], email);
    assert_eq!(
        scene.calls(),
        ["GET /settings/users/2026-09/ada%2Btest%40acme.example?idProperty=EMAIL 200"]
    );
    // In a query a bare plus is a blank, so this is another name.
    scene
        .get(&filter("ada+test@acme.example"))
        .await
        .expect_list(0);

    let disable = patch_op(&json!([{"op": "Replace", "path": "active", "value": "False"}]));
    let path = format!("/scim/v2/Users/{id}");
    scene.patch(&path, &disable).await.expect(200);
    assert_eq!(scene.hubspot().user_by_email(email), None);
    scene.delete(&path).await.expect_no_content();
}

#[tokio::test]
async fn an_address_without_the_plus_is_another_user() {
    let scene = Scene::start().await;
    // The account has `yuki.tanaka+contractor@acme.example`.
    for email in ["yuki.tanaka@acme.example", "yuki.tanaka+2@acme.example"] {
        scene
            .get(&filter(&email.replace('+', "%2B")))
            .await
            .expect_list(0);
        scene.create(&entra_user(email)).await;
    }
    let found = scene
        .get(&filter("yuki.tanaka%2Bcontractor@acme.example"))
        .await;
    assert_eq!(found.expect_list(1)[0]["name"]["familyName"], "Tanaka");
    assert_eq!(scene.hubspot().users().len(), 14);
}

#[tokio::test]
async fn unusual_characters_in_an_address_do_not_change_the_path() {
    let scene = Scene::start().await;
    for email in [
        "o'connor/legal@acme.example",
        "alias_domain#EXT#@acme.example",
        "100%25@acme.example",
        "a?b=c&d@acme.example",
        "..@acme.example",
        "jos\u{e9}@acme.example",
    ] {
        let id = scene.create(&entra_user(email)).await;
        let held = scene.member(email);
        assert_eq!(held.id, id, "{email}");
        let again = scene.post("/scim/v2/Users", &entra_user(email)).await;
        again.expect_error(409, Some("uniqueness"));
    }
}

#[tokio::test]
async fn the_sign_in_name_and_not_the_mailbox_is_the_hubspot_address() {
    let scene = Scene::start().await;
    let mut user = entra_user("ada@acme.example");
    user["emails"][0]["value"] = json!("lovelace@mail.example");
    let id = scene.create(&user).await;
    let shown = scene.get(&format!("/scim/v2/Users/{id}")).await;
    assert_eq!(shown.expect(200)["userName"], "ada@acme.example");
    assert_eq!(shown.json()["emails"][0]["value"], "ada@acme.example");

    // The same mailbox again is no change; another one is.
    let set = |value: &str| {
        patch_op(&json!([
            {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": value},
        ]))
    };
    let path = format!("/scim/v2/Users/{id}");
    scene
        .patch(&path, &set("lovelace@mail.example"))
        .await
        .expect(200);
    let answer = scene.patch(&path, &set("byron@mail.example")).await;
    answer.expect_error(400, Some("mutability"));
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn a_sign_in_name_may_change_if_it_is_not_an_address() {
    let scene = Scene::start().await;
    let mut user = entra_user("ada@acme.example");
    user["userName"] = json!("S-1-5-21-100");
    let id = scene.create(&user).await;
    let request = patch_op(&json!([
        {"op": "Replace", "path": "userName", "value": "S-1-5-21-200"},
    ]));
    let answer = scene.patch(&format!("/scim/v2/Users/{id}"), &request).await;
    assert_eq!(answer.expect(200)["userName"], "S-1-5-21-200");
    scene.get(&filter("S-1-5-21-200")).await.expect_list(1);
    scene.get(&filter("S-1-5-21-100")).await.expect_list(0);
    assert!(scene.writes().is_empty());
}
