//! Late changes: they take a number of requests, never time.

use hubspot_adapter::client::{CrmSearch, CrmUserUpdate, NewUser, property};

use crate::support::{Scene, play};

const PRIYA: &str = "priya.nair@acme.example";

async fn lists(scene: &Scene, email: &str) -> bool {
    let mut pages = scene.client.walk_users();
    let mut found = false;
    while let Some(users) = pages.next().await.unwrap() {
        found |= users.iter().any(|user| user.email == email);
    }
    found
}

fn deactivated() -> CrmSearch {
    CrmSearch::new()
        .equal(property::DEACTIVATED, "true")
        .with_properties([property::DEACTIVATED])
}

#[tokio::test]
async fn a_removed_user_can_linger_in_the_list_only() {
    for (behavior, lists_of) in [
        ("removed=at-once", [false, false]),
        ("removed=late", [true, false]),
    ] {
        let scene = play(behavior).await;
        let id = scene.hubspot.user_by_email(PRIYA).unwrap().id;
        scene.client.delete_user(&id).await.unwrap();
        assert!(
            scene
                .client
                .read_user(&id)
                .await
                .unwrap_err()
                .is_not_found()
        );

        for listed in lists_of {
            assert_eq!(lists(&scene, PRIYA).await, listed, "{behavior}");
        }
    }
}

#[tokio::test]
async fn a_created_user_can_be_late_in_the_list_only() {
    for (behavior, lists_of) in [
        ("created=at-once", [true, true]),
        ("created=late", [false, true]),
    ] {
        let scene = play(behavior).await;
        let new = NewUser::new("ada@acme.example");
        let user = scene.client.create_user(&new).await.unwrap();
        assert!(scene.client.read_user(&user.id).await.is_ok());

        for listed in lists_of {
            assert_eq!(
                lists(&scene, "ada@acme.example").await,
                listed,
                "{behavior}"
            );
        }
    }
}

#[tokio::test]
async fn a_returning_user_is_listed_once() {
    for behavior in ["removed=late", "created=late", "removed=late,created=late"] {
        let scene = play(behavior).await;
        let id = scene.hubspot.user_by_email(PRIYA).unwrap().id;
        scene.client.delete_user(&id).await.unwrap();
        scene
            .client
            .create_user(&NewUser::new(PRIYA))
            .await
            .unwrap();
        lists(&scene, PRIYA).await;
        let page = scene.client.list_users(100, None).await.unwrap();
        let times = page.results.iter().filter(|user| user.id == id).count();
        assert_eq!(times, 1, "{behavior}");
    }
}

#[tokio::test]
async fn a_removal_can_free_the_seat_late() {
    let scene = play("freed-seat=late").await;
    let id = scene.hubspot.user_by_email(PRIYA).unwrap().id;
    scene.client.delete_user(&id).await.unwrap();
    let new = NewUser::new(PRIYA).with_role("140204");
    let error = scene.client.create_user(&new).await.unwrap_err();
    assert!(error.no_seat_available());
    assert!(scene.hubspot.user_by_email(PRIYA).is_none());
    assert_eq!(scene.client.create_user(&new).await.unwrap().id, id);
}

#[tokio::test]
async fn a_search_can_lag_behind_reads_and_the_list() {
    for (behavior, found) in [
        ("search=at-once", [true, true]),
        ("search=late", [false, true]),
    ] {
        let scene = play(behavior).await;
        let row = scene.hubspot.crm_user(PRIYA).unwrap();
        let update = CrmUserUpdate::new().with(property::JOB_TITLE, "Engineer");
        scene
            .client
            .update_crm_user(&row.id, &update)
            .await
            .unwrap();
        let read = scene
            .client
            .read_crm_user(&row.id, [property::JOB_TITLE])
            .await;
        assert_eq!(read.unwrap().get(property::JOB_TITLE), Some("Engineer"));

        let engineers = CrmSearch::new().equal(property::JOB_TITLE, "Engineer");

        for found in found {
            let page = scene.client.search_crm_users(&engineers).await.unwrap();
            assert_eq!(!page.results.is_empty(), found, "{behavior}");
        }
    }
}

#[tokio::test]
async fn a_search_can_be_late_for_a_deactivation_and_a_new_row() {
    let scene = play("search=late").await;
    assert!(scene.hubspot.deactivate_by_hand(PRIYA));
    let new = NewUser::new("ada@acme.example");
    let ada = scene.client.create_user(&new).await.unwrap();
    let nothing: [&str; 0] = [];
    for found in [false, true] {
        let search = deactivated();
        let page = scene.client.search_crm_users(&search).await.unwrap();
        assert_eq!(!page.results.is_empty(), found);
    }
    let row = scene.client.find_crm_user(&ada.id, nothing).await.unwrap();
    assert!(row.is_some());
}
