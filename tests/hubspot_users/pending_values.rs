//! Pending values: kept and shown until the CRM row exists, then written, and restored for a returning user.

use hubspot_adapter::RowField;
use hubspot_adapter::client::User;
use hubspot_adapter::emulator::Fault;
use hubspot_adapter::state::{Origin, UserRecord};
use scim_tests::{Scene, entra_user, patch_op, with};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";

async fn waiting() -> Scene {
    Scene::builder()
        .play("crm=late,activation=waits")
        .connected()
        .start()
        .await
}

fn engineer() -> Value {
    let user = with(entra_user(ADA), "title", "Engineer");
    with(user, "timezone", "Europe/Berlin")
}

fn set(path: &str, value: &str) -> Value {
    patch_op(&json!([{"op": "Replace", "path": path, "value": value}]))
}

fn title(scene: &Scene) -> Option<String> {
    let row = scene.hubspot().crm_user(ADA)?;
    row.get("hs_job_title").map(str::to_owned)
}

/// Signs the user in, and reads until the late row exists.
async fn sign_in(scene: &Scene, path: &str) {
    assert!(scene.hubspot().activate(ADA));
    for _ in 0..3 {
        scene.get(path).await.expect(200);
    }
    scene.hubspot().clear_requests();
}

async fn pending_title(scene: &Scene, path: &str) -> Option<String> {
    let (_, id) = path.rsplit_once('/')?;
    let record = scene.state().by_id(id).await.ok()??;
    record.pending_row?.get(RowField::Title).map(str::to_owned)
}

#[tokio::test]
async fn a_value_without_a_row_is_shown_and_written_after_the_first_sign_in() {
    let scene = waiting().await;
    let path = format!("/scim/v2/Users/{}", scene.create(&engineer()).await);
    assert_eq!(scene.get(&path).await.expect(200)["title"], "Engineer");
    assert_eq!(scene.find(ADA).await.unwrap()["timezone"], "Europe/Berlin");
    let listed = scene
        .get("/scim/v2/Users?filter=title+eq+%22Engineer%22")
        .await;
    listed.expect_list(1);
    // Until then each cycle succeeds and writes nothing.
    scene
        .patch(&path, &set("title", "Engineer"))
        .await
        .expect(200);
    assert!(scene.writes().iter().all(|call| !call.starts_with("PATCH")));

    sign_in(&scene, &path).await;
    assert_eq!(title(&scene), None);
    scene
        .patch(&path, &set("externalId", "next-cycle"))
        .await
        .expect(200);
    assert_eq!(title(&scene).as_deref(), Some("Engineer"));
    assert_eq!(pending_title(&scene, &path).await, None);
}

#[tokio::test]
async fn a_row_that_the_search_omits_counts_as_missing() {
    let scene = Scene::builder()
        .play("search=late")
        .connected()
        .start()
        .await;
    let created = scene.post("/scim/v2/Users", &engineer()).await;
    assert_eq!(created.expect(201)["title"], "Engineer");
    let path = format!("/scim/v2/Users/{}", created.id());
    for cycle in ["next-cycle", "another-cycle"] {
        let answer = scene.patch(&path, &set("externalId", cycle)).await;
        assert_eq!(answer.expect(200)["title"], "Engineer");
    }
    assert_eq!(title(&scene).as_deref(), Some("Engineer"));
    // Once found, the row is read by its id, whatever the search says.
    scene
        .patch(&path, &set("title", "Manager"))
        .await
        .expect(200);
    assert_eq!(scene.get(&path).await.expect(200)["title"], "Manager");
    let listed = scene
        .get("/scim/v2/Users?filter=title+eq+%22Manager%22")
        .await;
    listed.expect_list(1);
}

#[tokio::test]
async fn a_request_that_changes_nothing_writes_a_pending_value() {
    let scene = waiting().await;
    let path = format!("/scim/v2/Users/{}", scene.create(&engineer()).await);
    sign_in(&scene, &path).await;
    scene.patch(&path, &set("active", "True")).await.expect(200);
    assert_eq!(title(&scene).as_deref(), Some("Engineer"));
    scene.hubspot().clear_requests();
    scene.patch(&path, &set("active", "True")).await.expect(200);
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn a_newer_value_replaces_a_pending_one() {
    let scene = waiting().await;
    let path = format!("/scim/v2/Users/{}", scene.create(&engineer()).await);
    let answer = scene.patch(&path, &set("title", "Manager")).await;
    assert_eq!(answer.expect(200)["title"], "Manager");
    let remove = patch_op(&json!([{"op": "Remove", "path": "timezone"}]));
    assert_eq!(
        scene
            .patch(&path, &remove)
            .await
            .expect(200)
            .get("timezone"),
        None
    );

    sign_in(&scene, &path).await;
    // HubSpot accepts the newest value, and its answers are lost.
    let lost = Fault::close().after_commit().on("PATCH", "*").times(4);
    scene.hubspot().inject(lost);
    scene
        .patch(&path, &set("title", "Head"))
        .await
        .expect_error(503, None);
    assert_eq!(title(&scene).as_deref(), Some("Head"));
    scene
        .patch(&path, &set("externalId", "next-cycle"))
        .await
        .expect(200);
    assert_eq!(title(&scene).as_deref(), Some("Head"));
    let row = scene.row(ADA);
    assert_eq!(row.get("hs_standard_time_zone"), None);
}

#[tokio::test]
async fn a_refused_pending_value_is_dropped_alone() {
    let scene = waiting().await;
    let user = with(engineer(), "timezone", "Nowhere");
    let path = format!("/scim/v2/Users/{}", scene.create(&user).await);
    sign_in(&scene, &path).await;
    let answer = scene.patch(&path, &set("externalId", "next-cycle")).await;
    assert_eq!(answer.expect(200).get("timezone"), None);
    assert_eq!(answer.json()["title"], "Engineer");
    assert_eq!(title(&scene).as_deref(), Some("Engineer"));
    scene.hubspot().clear_requests();
    scene
        .patch(&path, &set("externalId", "another-cycle"))
        .await
        .expect(200);
    assert!(scene.writes().is_empty());
    // If requested again, it is refused by its name.
    let answer = scene.patch(&path, &set("timezone", "Nowhere")).await;
    assert!(
        answer
            .expect_error(400, Some("invalidValue"))
            .starts_with("timezone: ")
    );
}

#[tokio::test]
async fn a_value_that_cannot_be_written_now_stays_pending() {
    for fault in [Fault::status(503), Fault::close()] {
        let scene = waiting().await;
        let path = format!("/scim/v2/Users/{}", scene.create(&engineer()).await);
        sign_in(&scene, &path).await;
        scene.hubspot().inject(fault.on("PATCH", "*").times(4));
        let answer = scene.patch(&path, &set("externalId", "next-cycle")).await;
        assert_eq!(answer.expect(200)["title"], "Engineer");
        assert_eq!(
            pending_title(&scene, &path).await.as_deref(),
            Some("Engineer")
        );
        scene.hubspot().clear_faults();
        scene
            .patch(&path, &set("externalId", "another-cycle"))
            .await
            .expect(200);
        assert_eq!(title(&scene).as_deref(), Some("Engineer"));
    }
}

#[tokio::test]
async fn a_user_is_created_although_the_crm_fails() {
    let scene = Scene::builder().connected().start().await;
    let search = "*/search";
    // The adapter searches once before the creation and once after it.
    scene
        .hubspot()
        .inject(Fault::status(503).on("POST", search).skip(1).times(4));
    let created = scene.post("/scim/v2/Users", &engineer()).await;
    assert_eq!(created.expect(201)["title"], "Engineer");
    assert_eq!(title(&scene), None);
    scene.hubspot().clear_faults();
    let path = format!("/scim/v2/Users/{}", created.id());
    scene.patch(&path, &set("active", "True")).await.expect(200);
    assert_eq!(title(&scene).as_deref(), Some("Engineer"));
}

#[tokio::test]
async fn a_restart_keeps_pending_values() {
    let mut scene = waiting().await;
    let path = format!("/scim/v2/Users/{}", scene.create(&engineer()).await);
    scene.restart();
    assert_eq!(scene.get(&path).await.expect(200)["title"], "Engineer");
    sign_in(&scene, &path).await;
    scene.restart();
    scene.patch(&path, &set("active", "True")).await.expect(200);
    assert_eq!(title(&scene).as_deref(), Some("Engineer"));
}

#[tokio::test]
async fn a_returning_user_gets_the_values_with_the_old_or_a_new_row() {
    for play in [
        "crm-removed=kept",
        "crm-removed=gone",
        "crm-removed=gone,crm=late",
    ] {
        for by_hand in [false, true] {
            let scene = Scene::builder().play(play).connected().start().await;
            let path = format!("/scim/v2/Users/{}", scene.create(&engineer()).await);
            scene.patch(&path, &set("active", "True")).await.expect(200);
            if by_hand {
                assert!(scene.hubspot().remove_user_by_hand(ADA));
            } else {
                scene
                    .patch(&path, &set("active", "False"))
                    .await
                    .expect(200);
            }
            assert_eq!(
                scene.get(&path).await.expect(200)["title"],
                "Engineer",
                "{play}"
            );
            // A change during her absence applies when she returns.
            let away = scene.patch(&path, &set("timezone", "Europe/Paris")).await;
            assert_eq!(away.expect(200)["timezone"], "Europe/Paris");

            let back = scene.patch(&path, &set("active", "True")).await;
            assert_eq!(back.expect(200)["active"], true);
            assert_eq!(back.json()["title"], "Engineer", "{play}");
            assert_eq!(back.json()["timezone"], "Europe/Paris", "{play}");
            sign_in(&scene, &path).await;
            scene
                .patch(&path, &set("externalId", "next-cycle"))
                .await
                .expect(200);
            assert_eq!(title(&scene).as_deref(), Some("Engineer"), "{play}");
            let row = scene.row(ADA);
            assert_eq!(
                row.get("hs_standard_time_zone"),
                Some("Europe/Paris"),
                "{play}"
            );
        }
    }
}

#[tokio::test]
async fn a_new_user_at_an_old_address_does_not_get_the_last_holders_values() {
    let scene = Scene::builder()
        .play("crm-removed=gone")
        .connected()
        .start()
        .await;
    let path = format!("/scim/v2/Users/{}", scene.create(&engineer()).await);
    scene
        .patch(&path, &set("active", "False"))
        .await
        .expect(200);
    let other = with(entra_user(ADA), "externalId", "somebody-else");
    let created = scene.post("/scim/v2/Users", &other).await;
    assert_eq!(created.expect(201).get("title"), None);
    assert_eq!(title(&scene), None);
}

#[tokio::test]
async fn a_value_of_a_suspended_user_is_written_at_once() {
    let scene = Scene::builder()
        .configure(r#"{"deprovision": {"no_access_role": "No Access"}}"#)
        .connected()
        .start()
        .await;
    let path = format!("/scim/v2/Users/{}", scene.create(&engineer()).await);
    let both = patch_op(&json!([
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "Replace", "path": "title", "value": "Manager"},
    ]));
    assert_eq!(
        scene.patch(&path, &both).await.expect(200)["title"],
        "Manager"
    );
    assert_eq!(title(&scene).as_deref(), Some("Manager"));
    scene.patch(&path, &set("title", "Head")).await.expect(200);
    assert_eq!(title(&scene).as_deref(), Some("Head"));
    let back = patch_op(&json!([
        {"op": "Replace", "path": "active", "value": "True"},
        {"op": "Replace", "path": "title", "value": "Chief"},
    ]));
    assert_eq!(
        scene.patch(&path, &back).await.expect(200)["title"],
        "Chief"
    );
    assert_eq!(title(&scene).as_deref(), Some("Chief"));
}

#[tokio::test]
async fn debug_text_omits_pending_values() {
    let mut record = UserRecord::new(User::new("7", ADA), ADA, Origin::Adopted);
    record.row.set(RowField::Title, "Engineer");
    record.pending_row = Some(record.row.clone());
    assert!(!format!("{record:?} {:?}", record.row).contains("Engineer"));
}
