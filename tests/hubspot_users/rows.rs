//! Title, phone, time zone and department in a user's CRM row.

use hubspot_adapter::{Features, RowFeatures};
use scim_core::Profile;
use scim_tests::{Scene, SceneBuilder, entra_user, okta_user, patch_op, with};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn account() -> SceneBuilder {
    Scene::builder()
        .play("property=department")
        .configure(r#"{"department_property": "department"}"#)
        .connected()
}

fn engineer(user: Value) -> Value {
    let user = with(user, "title", "Engineer");
    let user = with(user, "timezone", "Europe/Berlin");
    let phones = json!([{"type": "mobile", "value": "+49 2"}, {"type": "work", "value": "+49 1"}]);
    let user = with(user, "phoneNumbers", phones);
    with(user, ENTERPRISE, json!({"department": "Research"}))
}

fn change(op: &str, path: &str, value: impl Into<Value>) -> Value {
    let value: Value = value.into();
    patch_op(&json!([{"op": op, "path": path, "value": value}]))
}

fn held(scene: &Scene, property: &str) -> Option<String> {
    let row = scene.row(ADA);
    row.get(property).map(str::to_owned)
}

async fn ada(scene: &Scene) -> String {
    format!(
        "/scim/v2/Users/{}",
        scene.create(&engineer(entra_user(ADA))).await
    )
}

#[tokio::test]
async fn a_creation_writes_the_row_and_shows_its_values() {
    let scene = account().start().await;
    let created = scene
        .post("/scim/v2/Users", &engineer(entra_user(ADA)))
        .await;
    created.expect(201);
    for (property, value) in [
        ("hs_job_title", "Engineer"),
        ("hs_additional_phone", "+49 1"),
        ("hs_standard_time_zone", "Europe/Berlin"),
        ("department", "Research"),
    ] {
        assert_eq!(held(&scene, property).as_deref(), Some(value));
    }
    let shown = scene.get(&format!("/scim/v2/Users/{}", created.id())).await;
    assert_eq!(shown.expect(200), created.json());
    assert_eq!(shown.json()["title"], "Engineer");
    assert_eq!(shown.json()["timezone"], "Europe/Berlin");
    let phone = json!([{"type": "work", "value": "+49 1", "primary": true}]);
    assert_eq!(shown.json()["phoneNumbers"], phone);
    assert_eq!(shown.json()[ENTERPRISE], json!({"department": "Research"}));
}

#[tokio::test]
async fn a_row_is_searched_once_and_then_read() {
    let scene = account().start().await;
    let id = scene.member("aisha.rahman@acme.example").id;
    let row = scene
        .hubspot()
        .crm_user("aisha.rahman@acme.example")
        .unwrap()
        .id;
    let path = format!("/scim/v2/Users/{id}");
    let paths = |calls: Vec<String>| -> Vec<String> {
        let path = |call: &String| call.split(['?', ' ']).take(2).collect::<Vec<_>>().join(" ");
        calls
            .iter()
            .map(path)
            .filter(|path| !path.ends_with("/roles"))
            .collect()
    };
    scene.get(&path).await.expect(200);
    let user = format!("GET /settings/users/2026-09/{id}");
    let found = "POST /crm/objects/2026-09/users/search".to_owned();
    let read = format!("GET /crm/objects/2026-09/users/{row}");
    assert_eq!(paths(scene.calls()), [user.clone(), found, read.clone()]);
    scene.get(&path).await.expect(200);
    assert_eq!(paths(scene.calls()), [user, read.clone()]);

    assert!(scene.find("aisha.rahman@acme.example").await.is_some());
    let by_address = "GET /settings/users/2026-09/aisha.rahman%40acme.example".to_owned();
    assert_eq!(paths(scene.calls()), [by_address, read]);
}

#[tokio::test]
async fn a_list_needs_one_walk_over_the_rows() {
    let scene = account().start().await;
    ada(&scene).await;
    let listed = scene
        .get("/scim/v2/Users?filter=title+eq+%22engineer%22")
        .await;
    assert_eq!(listed.expect_list(1)[0]["userName"], ADA);
    let calls = scene.calls();
    let rows = calls.iter().filter(|call| call.contains("/crm/")).count();
    assert_eq!(rows, 1, "{calls:?}");
}

#[tokio::test]
async fn patch_and_put_change_and_clear_each_value() {
    let scene = account().start().await;
    let path = ada(&scene).await;
    let department = format!("{ENTERPRISE}:department");
    for (attribute, property, value) in [
        ("title", "hs_job_title", "Manager"),
        (
            r#"phoneNumbers[type eq "work"].value"#,
            "hs_additional_phone",
            "+49 3",
        ),
        ("timezone", "hs_standard_time_zone", "America/New_York"),
        (department.as_str(), "department", "Sales"),
    ] {
        let answer = scene
            .patch(&path, &change("Replace", attribute, value))
            .await;
        assert_eq!(answer.expect(200), scene.get(&path).await.json());
        assert_eq!(held(&scene, property).as_deref(), Some(value));
        let remove = patch_op(&json!([{"op": "Remove", "path": attribute}]));
        let answer = scene.patch(&path, &remove).await;
        assert_eq!(answer.expect(200), scene.get(&path).await.json());
        assert_eq!(held(&scene, property), None, "{attribute}");
        let answer = scene.patch(&path, &change("Add", attribute, value)).await;
        answer.expect(200);
        assert_eq!(held(&scene, property).as_deref(), Some(value));
    }
    let mut document = scene.get(&path).await.json().clone();
    document["title"] = json!("");
    document["timezone"] = json!("Europe/Paris");
    let answer = scene.put(&path, &document).await;
    // An empty text in a PUT counts as omitted, unless the profile takes it literally.
    assert_eq!(answer.expect(200)["title"], "Manager");
    assert_eq!(
        held(&scene, "hs_standard_time_zone").as_deref(),
        Some("Europe/Paris")
    );
}

#[tokio::test]
async fn a_literal_empty_text_clears() {
    let scene = account().profile(Profile::rfc()).start().await;
    let path = ada(&scene).await;
    let mut document = scene.get(&path).await.json().clone();
    document["title"] = json!("");
    let answer = scene.put(&path, &document).await;
    assert_eq!(answer.expect(200).get("title"), None);
    assert_eq!(held(&scene, "hs_job_title"), None);
    assert_eq!(held(&scene, "department").as_deref(), Some("Research"));
}

#[tokio::test]
async fn a_put_without_a_value_changes_nothing() {
    let scene = account().start().await;
    let path = ada(&scene).await;
    scene.put(&path, &okta_user(ADA)).await.expect(200);
    assert_eq!(held(&scene, "hs_job_title").as_deref(), Some("Engineer"));
    assert_eq!(held(&scene, "department").as_deref(), Some("Research"));
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn an_unchanged_value_is_not_written() {
    let scene = account().start().await;
    let path = ada(&scene).await;
    let document = scene.get(&path).await.json().clone();
    scene.put(&path, &document).await.expect(200);
    scene
        .patch(&path, &change("Replace", "title", "Engineer"))
        .await
        .expect(200);
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn only_the_work_number_is_written() {
    let scene = account().start().await;
    let phones = json!([{"type": "mobile", "value": "+49 2", "primary": true}]);
    let user = with(entra_user(ADA), "phoneNumbers", phones);
    let created = scene.post("/scim/v2/Users", &user).await;
    assert_eq!(created.expect(201).get("phoneNumbers"), None);
    assert_eq!(held(&scene, "hs_additional_phone"), None);
}

#[tokio::test]
async fn an_adopted_user_gets_the_values_of_the_request() {
    let scene = account().start().await;
    let email = "aisha.rahman@acme.example";
    assert!(
        scene
            .hubspot()
            .set_crm_property_by_hand(email, "hs_job_title", "Seller")
    );
    assert!(
        scene
            .hubspot()
            .set_crm_property_by_hand(email, "hs_additional_phone", "+1")
    );
    let user = with(entra_user(email), "title", "Engineer");
    let created = scene.post("/scim/v2/Users", &user).await;
    assert_eq!(created.expect(201)["title"], "Engineer");
    assert_eq!(created.json()["phoneNumbers"][0]["value"], "+1");
    let row = scene.row(email);
    assert_eq!(row.get("hs_job_title"), Some("Engineer"));
}

#[tokio::test]
async fn a_value_changed_by_hand_is_shown_and_stays_until_a_request_names_another() {
    let scene = account().start().await;
    let path = ada(&scene).await;
    assert!(
        scene
            .hubspot()
            .set_crm_property_by_hand(ADA, "hs_job_title", "Head")
    );
    assert_eq!(scene.get(&path).await.expect(200)["title"], "Head");
    let other = change("Replace", "externalId", json!("next-cycle"));
    assert_eq!(
        scene.patch(&path, &other).await.expect(200)["title"],
        "Head"
    );
    let renamed = change("Replace", "title", json!("Engineer"));
    assert_eq!(
        scene.patch(&path, &renamed).await.expect(200)["title"],
        "Engineer"
    );
}

#[tokio::test]
async fn a_protected_user_keeps_the_values() {
    let email = "ingrid.halvorsen@acme.example";
    let scene = account().start().await;
    let path = format!("/scim/v2/Users/{}", scene.member(email).id);
    let answer = scene
        .patch(&path, &change("Replace", "title", "Boss"))
        .await;
    answer.expect_error(400, Some("mutability"));
    let user = with(entra_user(email), "title", "Boss");
    assert_eq!(
        scene
            .post("/scim/v2/Users", &user)
            .await
            .expect(201)
            .get("title"),
        None
    );
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn without_the_feature_no_call_is_made_and_nothing_is_shown() {
    let scene = Scene::builder().features(Features::none()).start().await;
    let path = ada(&scene).await;
    let shown = scene.get(&path).await;
    assert_eq!(shown.expect(200).get("title"), None);
    let answer = scene
        .patch(&path, &change("Replace", "title", "Manager"))
        .await;
    assert_eq!(answer.expect(200).get("title"), None);
    scene.get("/scim/v2/Users").await.expect(200);
    assert!(scene.calls().iter().all(|call| !call.contains("/crm/")));
}

#[tokio::test]
async fn a_value_without_a_property_is_ignored() {
    let rows = RowFeatures::all();
    let scene = Scene::builder()
        .features(Features::none().with_rows(rows))
        .start()
        .await;
    let path = ada(&scene).await;
    let shown = scene.get(&path).await;
    assert_eq!(shown.expect(200)["title"], "Engineer");
    assert_eq!(shown.json().get(ENTERPRISE), None);
    assert_eq!(held(&scene, "department"), None);
}
