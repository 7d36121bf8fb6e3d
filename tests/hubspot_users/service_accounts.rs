//! Service accounts of apps and bots: hidden or shown, and never changed.

use hubspot_adapter::emulator::Fault;
use scim_tests::{Scene, entra_user, patch_op};
use serde_json::{Value, json};

const APP: &str = "app0000001@acme.example";

async fn account(policy: &str) -> (Scene, String) {
    let scene = Scene::builder()
        .play("service-accounts=1")
        .configure(policy)
        .connected()
        .start()
        .await;
    let path = format!("/scim/v2/Users/{}", scene.member(APP).id);
    (scene, path)
}

fn changes() -> [Value; 3] {
    [
        ("title", json!("Robot")),
        ("name.givenName", json!("R2")),
        ("active", json!("False")),
    ]
    .map(|(path, value)| patch_op(&json!([{"op": "Replace", "path": path, "value": value}])))
}

#[tokio::test]
async fn by_default_an_app_is_neither_readable_nor_searchable_nor_created() {
    let (scene, path) = account("{}").await;
    scene.get(&path).await.expect_error(404, None);
    assert_eq!(scene.find(APP).await, None);
    scene.get("/scim/v2/Users").await.expect_list(12);
    for change in changes() {
        scene.patch(&path, &change).await.expect_error(404, None);
    }
    scene.delete(&path).await.expect_error(404, None);
    let created = scene.post("/scim/v2/Users", &entra_user(APP)).await;
    created.expect_error(409, Some("uniqueness"));
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn a_shown_app_is_readable_and_searchable_and_never_changed() {
    let (scene, path) = account(r#"{"service_accounts": "read-only"}"#).await;
    let before = scene.member(APP);
    assert_eq!(scene.get(&path).await.expect(200)["active"], true);
    assert!(scene.find(APP).await.is_some());
    scene.get("/scim/v2/Users").await.expect_list(13);
    for change in changes() {
        let answer = scene.patch(&path, &change).await;
        answer.expect_error(400, Some("mutability"));
    }
    scene
        .delete(&path)
        .await
        .expect_error(400, Some("mutability"));
    // The request links the app and changes nothing in HubSpot.
    let mut user = entra_user(APP);
    user["title"] = json!("Robot");
    let linked = scene.post("/scim/v2/Users", &user).await;
    assert_eq!(linked.expect(201).get("title"), None);
    assert!(scene.writes().is_empty());
    assert_eq!(scene.member(APP), before);
}

#[tokio::test]
async fn a_known_app_stays_an_app_although_the_crm_fails() {
    let (scene, path) = account(r#"{"service_accounts": "read-only"}"#).await;
    scene.get(&path).await.expect(200);
    for method in ["GET", "POST"] {
        scene
            .hubspot()
            .inject(Fault::status(503).on(method, "/crm/*").times(1000));
    }
    scene
        .delete(&path)
        .await
        .expect_error(400, Some("mutability"));
    let [.., disable] = changes();
    scene
        .patch(&path, &disable)
        .await
        .expect_error(400, Some("mutability"));
    assert!(scene.hubspot().user_by_email(APP).is_some());
}

#[tokio::test]
async fn without_crm_access_an_app_counts_as_a_user() {
    let scopes = ["settings.users.read", "settings.users.write"];
    let scene = Scene::builder()
        .play("service-accounts=1")
        .scopes(&scopes)
        .connected()
        .start()
        .await;
    assert!(scene.find(APP).await.is_some());
    assert!(scene.calls().iter().all(|call| !call.contains("/crm/")));
}
