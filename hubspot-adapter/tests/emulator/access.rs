//! Tokens, scopes, limits.

use std::sync::Arc;
use std::time::Duration;

use hubspot_adapter::client::{ErrorKind, NewUser, UserUpdate};
use hubspot_adapter::emulator::Emulator;

use crate::support::{play, start, start_with};

const USERS: &str = "/settings/users/2026-09";

#[tokio::test]
async fn requests_without_the_token_get_401() {
    let scene = start_with(Emulator::builder().token("pat-right")).await;

    for authorization in [
        None,
        Some("Bearer pat-wrong"),
        Some("Basic pat-right"),
        Some("Bearer"),
    ] {
        let bare = scene.bare_as(authorization, "GET", USERS, None).await;
        assert_eq!(bare.status, 401, "{authorization:?}");
        assert_eq!(bare.body["category"], "INVALID_AUTHENTICATION");
        assert!(!bare.headers.contains_key("x-hubspot-ratelimit-max"));
    }

    assert_eq!(
        scene
            .bare_as(Some("bearer pat-right"), "GET", USERS, None)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_refused_token_is_an_error_of_its_own() {
    let scene = start().await;
    let client = scene
        .hubspot
        .client()
        .access_token("pat-planted".into())
        .build()
        .unwrap();
    let error = client.account().await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unauthorized);
    assert_eq!(error.category(), Some("INVALID_AUTHENTICATION"));
    assert!(error.correlation_id().is_some());
    assert!(!format!("{error} {error:?}").contains("planted"));
    assert_eq!(scene.hubspot.requests().len(), 1);
    assert!(!format!("{:?}", scene.hubspot.requests()).contains("planted"));
}

#[tokio::test]
async fn either_scope_of_a_pair_is_enough() {
    for family in ["settings.users", "crm.objects.users"] {
        let reader = start_with(Emulator::builder().scopes([format!("{family}.read")])).await;
        assert!(reader.client.list_users(1, None).await.is_ok());
        assert!(reader.client.roles().await.is_ok());
        assert!(reader.client.account().await.is_ok());
        let error = reader
            .client
            .create_user(&NewUser::new("a@b.example"))
            .await
            .unwrap_err();
        let pair = ["settings.users.write", "crm.objects.users.write"].map(str::to_owned);
        assert_eq!(*error.kind(), ErrorKind::MissingScopes(pair.to_vec()));

        let writer = start_with(Emulator::builder().scopes([format!("{family}.write")])).await;
        assert!(
            writer
                .client
                .create_user(&NewUser::new("a@b.example"))
                .await
                .is_ok()
        );
        let error = writer.client.roles().await.unwrap_err();
        let pair = ["settings.users.read", "crm.objects.users.read"].map(str::to_owned);
        assert_eq!(*error.kind(), ErrorKind::MissingScopes(pair.to_vec()));
    }
}

#[tokio::test]
async fn teams_need_their_own_scope() {
    let scene = start_with(Emulator::builder().scopes(["settings.users.read"])).await;
    let error = scene.client.teams().await.unwrap_err();
    let scope = vec!["settings.users.teams.read".to_owned()];
    assert_eq!(*error.kind(), ErrorKind::MissingScopes(scope));
    assert!(error.to_string().contains("settings.users.teams.read"));
}

#[tokio::test]
async fn a_role_with_a_paid_seat_needs_the_billing_scope() {
    let scopes = ["crm.objects.users.read", "crm.objects.users.write"];
    let scene = start_with(Emulator::builder().scopes(scopes)).await;
    let roles = scene.client.roles().await.unwrap();
    let paid = roles
        .iter()
        .find(|role| role.requires_billing_write)
        .unwrap();
    let new = NewUser::new("a@b.example").with_role(&paid.id);
    let error = scene.client.create_user(&new).await.unwrap_err();
    let scope = vec!["settings.billing.write".to_owned()];
    assert_eq!(*error.kind(), ErrorKind::MissingScopes(scope));

    // A user who already has the role keeps it.
    let held = scene.hubspot.user_by_email("lin.wei@acme.example").unwrap();
    assert!(
        scene
            .client
            .update_user(&held.id, &UserUpdate::new().with_role(&paid.id))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn every_answer_carries_the_limit() {
    let scene = play("rate=3").await;

    for remaining in ["2", "1", "0"] {
        let bare = scene.bare("GET", USERS, None).await;
        assert_eq!(bare.headers["x-hubspot-ratelimit-max"], "3");
        assert_eq!(bare.headers["x-hubspot-ratelimit-remaining"], remaining);
        assert_eq!(
            bare.headers["x-hubspot-ratelimit-interval-milliseconds"],
            "10000"
        );
    }

    let refused = scene.bare("GET", USERS, None).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.body["policyName"], "TEN_SECONDLY_ROLLING");
    assert_eq!(refused.body["errorType"], "RATE_LIMIT");
    assert_eq!(
        refused.body["message"],
        "You have reached your ten_secondly_rolling limit."
    );

    scene.timer.advance(Duration::from_secs(10));
    assert_eq!(scene.bare("GET", USERS, None).await.status, 200);
}

#[tokio::test]
async fn the_client_keeps_to_the_announced_limit() {
    let scene = play("rate=5").await;
    for _ in 0..23 {
        scene.client.roles().await.unwrap();
    }
    assert!(
        scene.log().iter().all(|line| line.ends_with(" 200")),
        "{:?}",
        scene.log()
    );
    assert_eq!(
        scene.timer.sleeps().iter().sum::<Duration>(),
        Duration::from_secs(40)
    );
}

#[tokio::test]
async fn the_client_leaves_room_for_other_programs() {
    let scene = play("rate=10").await;
    for _ in 0..6 {
        scene.bare("GET", USERS, None).await;
    }
    for _ in 0..8 {
        scene.client.roles().await.unwrap();
    }
    assert!(
        scene.log().iter().all(|line| line.ends_with(" 200")),
        "{:?}",
        scene.log()
    );
}

#[tokio::test]
async fn many_calls_at_once_meet_no_refusal() {
    let scene = play("rate=100").await;

    // Virtual time flies while the test waits for real sockets.
    let (timer, patience) = (Arc::new(scene.timer.clone()), Duration::from_secs(86_400));
    let client = scene
        .hubspot
        .client()
        .timer(timer)
        .deadline(patience)
        .build()
        .unwrap();
    let mut calls = Vec::new();

    for _ in 0..250 {
        let client = client.clone();
        calls.push(tokio::spawn(async move { client.roles().await.is_ok() }));
    }
    for call in calls {
        assert!(call.await.unwrap());
    }

    assert!(scene.log().iter().all(|line| line.ends_with(" 200")));
}
