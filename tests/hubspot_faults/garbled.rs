//! Answers that are not HubSpot's, or are incomplete. The adapter never concludes from them that a user is absent or a refusal
//! final.

use hubspot_adapter::emulator::Fault;
use scim_tests::{Scene, entra_user, patch_op};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
const USER: &str = "/settings/users/2026-09/*";
/// More times than the client repeats any call.
const ALWAYS: u32 = 100;

fn disable() -> Value {
    patch_op(&json!([{"op": "replace", "value": {"active": false}}]))
}

#[tokio::test]
async fn a_404_of_a_proxy_never_means_removed_access() {
    for method in ["GET", "DELETE"] {
        let scene = Scene::start().await;
        let path = format!("/scim/v2/Users/{}", scene.create(&entra_user(ADA)).await);
        let page = Fault::html(404).on(method, USER).times(ALWAYS);
        scene.hubspot().inject(page);
        scene.patch(&path, &disable()).await.expect_error(502, None);
        assert!(scene.hubspot().user_by_email(ADA).is_some(), "{method}");
        scene.delete(&path).await.expect_error(502, None);
        assert!(scene.hubspot().user_by_email(ADA).is_some(), "{method}");

        scene.hubspot().clear_faults();
        let repaired = scene.patch(&path, &disable()).await;
        assert_eq!(repaired.expect(200)["active"], false);
        assert_eq!(scene.hubspot().user_by_email(ADA), None);
    }
}

/// The answer of a missing API to every call.
fn no_api(method: &str) -> Fault {
    let nothing = json!({"message": "no Route matched with those values"});
    let nothing = Fault::status(404).with_body(nothing);
    nothing.on(method, "*").times(ALWAYS)
}

#[tokio::test]
async fn a_missing_api_never_means_removed_access() {
    for config in ["{}", r#"{"deprovision": {"no_access_role": "No Access"}}"#] {
        let scene = Scene::builder().configure(config).start().await;
        let path = format!("/scim/v2/Users/{}", scene.create(&entra_user(ADA)).await);
        scene.hubspot().inject(no_api("*"));
        scene.get(&path).await.expect_error(502, None);
        scene.patch(&path, &disable()).await.expect_error(502, None);
        let whole = json!({"userName": ADA, "active": false});
        scene.put(&path, &whole).await.expect_error(502, None);
        scene.delete(&path).await.expect_error(502, None);
        scene.hubspot().clear_faults();
        assert_eq!(scene.get(&path).await.expect(200)["active"], true);
        let disabled = scene.patch(&path, &disable()).await;
        assert_eq!(disabled.expect(200)["active"], false);
    }
}

#[tokio::test]
async fn a_404_to_the_removal_of_a_present_user_is_no_removal() {
    let scene = Scene::start().await;
    let path = format!("/scim/v2/Users/{}", scene.create(&entra_user(ADA)).await);
    scene.hubspot().inject(no_api("DELETE"));
    scene.patch(&path, &disable()).await.expect_error(502, None);
    assert_eq!(scene.get(&path).await.expect(200)["active"], true);
    scene.delete(&path).await.expect_error(502, None);
    scene.hubspot().clear_faults();
    scene.delete(&path).await.expect_no_content();
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}

#[tokio::test]
async fn a_page_with_status_200_removes_nobody() {
    let scene = Scene::start().await;
    let path = format!("/scim/v2/Users/{}", scene.create(&entra_user(ADA)).await);
    let page = Fault::html(200).on("DELETE", USER).times(ALWAYS);
    scene.hubspot().inject(page);
    let answer = scene.patch(&path, &disable()).await;
    assert!((500..600).contains(&answer.status()), "{}", answer.text());
    assert!(scene.hubspot().user_by_email(ADA).is_some());
    scene.hubspot().clear_faults();
    scene.patch(&path, &disable()).await.expect(200);
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}

#[tokio::test]
async fn an_answer_of_a_proxy_makes_no_user_inactive_or_double() {
    let scene = Scene::start().await;
    let path = format!("/scim/v2/Users/{}", scene.create(&entra_user(ADA)).await);
    scene
        .hubspot()
        .inject(Fault::html(404).on("GET", USER).times(ALWAYS));
    scene.get(&path).await.expect_error(502, None);
    let find = "/scim/v2/Users?filter=userName+eq+%22marcus.bennett@acme.example%22";
    scene.get(find).await.expect_error(502, None);
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn a_refusal_without_its_reason_is_repeated() {
    for lost in [
        Fault::truncate(),
        Fault::close().after_commit(),
        Fault::html(400),
    ] {
        let scene = Scene::builder().play("activation=waits").start().await;
        scene.hubspot().inject(lost.clone().on("PUT", USER));
        // The second answer says that the name stays pending.
        let created = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
        created.expect(201);
        let puts = scene.writes().len() - 1;
        assert_eq!(puts, 2, "{lost:?}");

        // If the reason stays lost, the answer is 503 and the retry repairs it.
        scene
            .hubspot()
            .inject(lost.clone().on("PUT", USER).times(ALWAYS));
        let path = format!("/scim/v2/Users/{}", created.id());
        let rename =
            patch_op(&json!([{"op": "replace", "path": "name.givenName", "value": "Augusta"}]));
        let answer = scene.patch(&path, &rename).await;
        answer.expect_error(503, None);
        assert!(answer.header("retry-after").is_some(), "{lost:?}");
        scene.hubspot().clear_faults();
        let repaired = scene.patch(&path, &rename).await;
        assert_eq!(repaired.expect(200)["name"]["givenName"], "Augusta");
    }
}

#[tokio::test]
async fn a_creation_refused_by_a_proxy_creates_nobody_twice() {
    for status in [400, 403, 404] {
        let scene = Scene::start().await;
        let page = Fault::html(status).after_commit();
        scene.hubspot().inject(page.on("POST", "*"));
        let before = scene.hubspot().users().len();
        let created = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
        created.expect(201);
        assert_eq!(scene.hubspot().users().len(), before + 1, "{status}");

        let scene = Scene::start().await;
        let page = Fault::html(status);
        scene.hubspot().inject(page.on("POST", "*").times(ALWAYS));
        let refused = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
        refused.expect_error(503, None);
        scene.hubspot().clear_faults();
        let repaired = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
        repaired.expect(201);
    }
}
