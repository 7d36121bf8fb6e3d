//! Deactivated users, and service accounts of apps.

use hubspot_adapter::client::{CrmSearch, ErrorKind, NewUser, UserUpdate, property};
use hubspot_adapter::emulator::Emulator;

use crate::support::{Scene, play, start, start_with};

const AISHA: &str = "aisha.rahman@acme.example";

async fn with_aisha_deactivated(behavior: &str) -> (Scene, String) {
    let scene = play(behavior).await;
    let id = scene.hubspot.user_by_email(AISHA).unwrap().id;
    assert!(scene.hubspot.deactivate_by_hand(AISHA));
    (scene, id)
}

fn deactivated() -> CrmSearch {
    CrmSearch::new()
        .equal(property::DEACTIVATED, "true")
        .with_properties([property::DEACTIVATED])
}

#[tokio::test]
async fn only_the_crm_marks_deactivated_users() {
    let (scene, id) = with_aisha_deactivated("").await;
    let page = scene.client.list_users(100, None).await.unwrap();
    assert!(page.results.iter().any(|user| user.id == id));
    let search = scene.client.search_crm_users(&deactivated()).await;
    let rows = search.unwrap().results;
    let ids: Vec<_> = rows.iter().filter_map(|row| row.settings_id()).collect();
    assert_eq!(ids, [id.as_str()]);
    assert!(scene.hubspot.reactivate_by_hand(AISHA));
    let search = scene.client.search_crm_users(&deactivated()).await;
    assert!(search.unwrap().results.is_empty());
}

#[tokio::test]
async fn a_read_finds_a_deactivated_user_or_not() {
    for (behavior, found) in [
        ("deactivated-get=found", true),
        ("deactivated-get=absent", false),
    ] {
        let (scene, id) = with_aisha_deactivated(behavior).await;
        assert_eq!(scene.client.read_user(&id).await.is_ok(), found);
        assert_eq!(scene.client.read_user_by_email(AISHA).await.is_ok(), found);
    }
}

#[tokio::test]
async fn a_put_is_taken_or_refused() {
    for (behavior, taken) in [
        ("deactivated-put=taken", true),
        ("deactivated-put=refused", false),
    ] {
        let (scene, id) = with_aisha_deactivated(behavior).await;
        let update = UserUpdate::new().with_role("140205");
        let outcome = scene.client.update_user(&id, &update).await;
        assert_eq!(outcome.is_ok(), taken, "{behavior}");
        let role = scene.hubspot.user_by_email(AISHA).unwrap().role_id;
        assert_eq!(role.as_deref() == Some("140205"), taken, "{behavior}");
    }
}

#[tokio::test]
async fn a_removal_is_taken_or_refused() {
    for (behavior, taken) in [
        ("deactivated-delete=taken", true),
        ("deactivated-delete=refused", false),
    ] {
        let (scene, id) = with_aisha_deactivated(behavior).await;
        assert_eq!(scene.client.delete_user(&id).await.is_ok(), taken);
        assert_eq!(scene.hubspot.user_by_email(AISHA).is_none(), taken);
    }
}

#[tokio::test]
async fn a_post_conflicts_or_revives() {
    let (scene, _) = with_aisha_deactivated("deactivated-post=conflict").await;
    let error = scene
        .client
        .create_user(&NewUser::new(AISHA))
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Conflict);
    assert!(scene.hubspot.crm_user(AISHA).unwrap().is_deactivated());

    let (scene, id) = with_aisha_deactivated("deactivated-post=revived").await;
    let new = NewUser::new(AISHA).with_role("140205");
    assert_eq!(scene.client.create_user(&new).await.unwrap().id, id);
    assert!(!scene.hubspot.crm_user(AISHA).unwrap().is_deactivated());
    let active = scene.client.create_user(&new).await.unwrap_err();
    assert_eq!(*active.kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn seats_of_deactivated_users_are_free() {
    let scene = start_with(Emulator::builder().free_seats(0)).await;
    let free = |scene: &Scene| {
        let seats = scene.hubspot.seats();
        seats
            .iter()
            .find(|seat| seat.name == "sales")
            .unwrap()
            .remaining_seats
    };
    assert_eq!(free(&scene), Some(0));
    assert!(scene.hubspot.deactivate_by_hand(AISHA));
    assert_eq!(free(&scene), Some(1));
}

#[tokio::test]
async fn only_the_crm_marks_service_accounts() {
    let scene = start_with(Emulator::builder().service_accounts(2).deactivated_users(1)).await;
    assert_eq!(scene.hubspot.users().len(), 15);

    let app = scene.hubspot.crm_user("app0000002@acme.example").unwrap();
    assert!(app.is_service_account() && !app.is_deactivated());
    assert!(
        scene
            .hubspot
            .crm_user("left0000001@acme.example")
            .unwrap()
            .is_deactivated()
    );

    let search = CrmSearch::new().equal(property::IS_SERVICE_ACCOUNT, "true");
    let found = scene
        .client
        .search_crm_users(&search)
        .await
        .unwrap()
        .results;
    assert_eq!(found.len(), 2);
    assert!(
        !start()
            .await
            .hubspot
            .crm_user(AISHA)
            .unwrap()
            .is_service_account()
    );
}
