//! Paging through all users: one walk over HubSpot's list serves all pages.

use std::time::Duration;

use scim_tests::{Scene, entra_user};

async fn page(scene: &Scene, start: usize) -> Vec<String> {
    let path = format!("/scim/v2/Users?startIndex={start}&count=100");
    let answer = scene.get(&path).await;
    let users = answer.expect(200)["Resources"].as_array();
    let ids = users
        .into_iter()
        .flatten()
        .filter_map(|user| user["id"].as_str());
    ids.map(str::to_owned).collect()
}

/// The number of HubSpot calls of a page.
async fn calls_of(scene: &Scene, start: usize) -> usize {
    scene.hubspot().clear_requests();
    page(scene, start).await;
    scene.hubspot().requests().len()
}

#[tokio::test]
async fn pages_after_the_first_cost_no_call() {
    let scene = Scene::builder().users(288).connected().start().await;
    assert!(calls_of(&scene, 1).await >= 6, "users and their rows");
    for start in [101, 201, 301] {
        assert_eq!(calls_of(&scene, start).await, 0);
    }
    assert!(calls_of(&scene, 1).await >= 6, "a first page reads anew");
}

#[tokio::test]
async fn a_removal_by_hand_between_two_pages_omits_no_user() {
    let scene = Scene::builder().users(188).start().await;
    let everyone: Vec<String> = scene
        .hubspot()
        .users()
        .into_iter()
        .map(|user| user.id)
        .collect();
    let mut read = page(&scene, 1).await;
    let gone = scene.hubspot().users()[3].clone();
    assert!(scene.hubspot().remove_user_by_hand(&gone.email));
    read.extend(page(&scene, 101).await);
    assert_eq!(read, everyone);
    assert!(!page(&scene, 1).await.contains(&gone.id));
}

#[tokio::test]
async fn a_write_between_two_pages_is_shown() {
    let scene = Scene::builder().users(150).start().await;
    page(&scene, 1).await;
    let made = scene.create(&entra_user("zoe@acme.example")).await;
    assert!(page(&scene, 101).await.contains(&made));
}

#[tokio::test]
async fn a_late_page_reads_the_list_again() {
    let scene = Scene::builder().users(188).start().await;
    page(&scene, 1).await;
    scene.timer().advance(Duration::from_secs(299));
    assert_eq!(calls_of(&scene, 101).await, 0);
    scene.timer().advance(Duration::from_secs(1));
    assert!(calls_of(&scene, 101).await > 0);
}
