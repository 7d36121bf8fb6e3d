//! Seats: their count, their assignment, and full accounts.

use hubspot_adapter::client::{ErrorKind, NewUser, UserUpdate};

use crate::support::{Scene, play};

const AISHA: &str = "aisha.rahman@acme.example";

fn free(scene: &Scene, name: &str) -> Option<i64> {
    let seats = scene.hubspot.seats();
    seats
        .iter()
        .find(|seat| seat.name == name)
        .unwrap()
        .remaining_seats
}

#[tokio::test]
async fn the_list_of_seats_counts_the_free_ones() {
    let scene = play("free-seats=3").await;
    let seats = scene.client.seats().await.unwrap();
    assert_eq!(seats, scene.hubspot.seats());
    assert_eq!(free(&scene, "sales"), Some(3));
    assert_eq!(
        free(&scene, "view-only"),
        None,
        "HubSpot does not count these"
    );
    let new = NewUser::new("ada@acme.example").with_seats(["core", "view-only"]);
    let user = scene.client.create_user(&new).await.unwrap();
    assert_eq!(user.seat_names, ["core", "view-only"]);
    assert_eq!(free(&scene, "core"), Some(2));
    scene.client.delete_user(&user.id).await.unwrap();
    assert_eq!(free(&scene, "core"), Some(3));
}

#[tokio::test]
async fn a_full_account_gives_no_seat_and_takes_none() {
    let scene = play("free-seats=0").await;

    for new in [
        NewUser::new("ada@acme.example").with_seats(["core"]),
        NewUser::new("ada@acme.example").with_role("140207"),
    ] {
        let error = scene.client.create_user(&new).await.unwrap_err();
        assert!(error.no_seat_available());
        assert_eq!(*error.kind(), ErrorKind::Invalid);
        assert!(scene.hubspot.user_by_email("ada@acme.example").is_none());
    }

    let id = scene.hubspot.user_by_email(AISHA).unwrap().id;
    let update = UserUpdate::new()
        .with_role("140207")
        .with_seats(["core", "sales"]);
    let user = scene.client.update_user(&id, &update).await.unwrap();
    assert_eq!(user.seat_names, ["core", "sales"]);
}

#[tokio::test]
async fn a_paid_role_takes_a_seat() {
    let scene = play("free-seats=1").await;
    let new = |email| NewUser::new(email).with_role("140207");
    let user = scene
        .client
        .create_user(&new("ada@acme.example"))
        .await
        .unwrap();
    assert!(
        user.seat_names.is_empty(),
        "the seat of a paid role is not shown"
    );
    assert_eq!(free(&scene, "sales"), Some(0));
    let error = scene
        .client
        .create_user(&new("bob@acme.example"))
        .await
        .unwrap_err();
    assert!(error.no_seat_available());
}

#[tokio::test]
async fn seats_in_a_put_replace_or_add_and_an_empty_text_clears() {
    for (behavior, given, held) in [
        ("seats=replacing", vec!["service"], vec!["service"]),
        (
            "seats=additive",
            vec!["service"],
            vec!["core", "sales", "service"],
        ),
        ("seats=replacing", vec![], vec![]),
        ("seats=additive", vec![], vec!["core", "sales"]),
        ("seats=replacing", vec![""], vec![]),
        ("seats=additive", vec![""], vec![]),
    ] {
        let scene = play(behavior).await;
        let user = scene.hubspot.user_by_email(AISHA).unwrap();
        let update = UserUpdate::new()
            .with_role(user.role_id.unwrap())
            .with_seats(given.clone());

        let answer = scene.client.update_user(&user.id, &update).await.unwrap();
        assert_eq!(answer.seat_names, held, "{behavior} {given:?}");
        assert_eq!(scene.hubspot.user_by_email(AISHA).unwrap().seat_names, held);
    }
}

#[tokio::test]
async fn an_unknown_seat_is_refused_and_seats_need_the_billing_scope() {
    let scene = play("").await;
    let id = scene.hubspot.user_by_email(AISHA).unwrap().id;
    let update = UserUpdate::new().with_seats(["throne"]);
    let error = scene.client.update_user(&id, &update).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Invalid);

    let scene = play("scope=settings.users.read,scope=settings.users.write").await;
    let scope = vec!["settings.billing.write".to_owned()];
    let kind = ErrorKind::MissingScopes(scope);
    assert_eq!(*scene.client.seats().await.unwrap_err().kind(), kind);
    let update = UserUpdate::new().with_seats(["core"]);
    let error = scene.client.update_user(&id, &update).await.unwrap_err();
    assert_eq!(*error.kind(), kind);
}
