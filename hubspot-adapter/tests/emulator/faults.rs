//! The client against an account that fails.

use std::time::Duration;

use hubspot_adapter::client::{ErrorKind, NewUser, UserUpdate};
use hubspot_adapter::emulator::Fault;
use secrecy::ExposeSecret;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Scene, start};

const USERS: &str = "/settings/users/2026-09";

async fn failing(fault: Fault) -> Scene {
    let scene = start().await;
    scene.hubspot.inject(fault);
    scene
}

fn ada() -> NewUser {
    NewUser::new("ada@acme.example").with_role("140201")
}

#[tokio::test]
async fn the_client_waits_out_the_limit() {
    let scene = failing(Fault::status(429)).await;
    assert!(scene.client.roles().await.is_ok());
    let waited: Duration = scene.timer.sleeps().iter().sum();
    assert!(waited >= Duration::from_secs(10), "{waited:?}");
}

#[tokio::test]
async fn the_client_waits_as_long_as_retry_after_says() {
    let scene = failing(Fault::status(429).with_header("Retry-After", "3")).await;
    assert!(scene.client.create_user(&ada()).await.is_ok());
    let waited: Duration = scene.timer.sleeps().iter().sum();
    assert!((3..4).contains(&waited.as_secs()), "{waited:?}");
    assert_eq!(scene.log().len(), 2);
}

#[tokio::test]
async fn the_daily_limit_is_final() {
    let scene = failing(Fault::status(429).with_policy("DAILY")).await;
    let error = scene.client.roles().await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::RateLimited { daily: true });
    assert_eq!(scene.log().len(), 1);
    assert!(scene.timer.sleeps().is_empty());
}

#[tokio::test]
async fn a_read_survives_a_failure() {
    for fault in [
        Fault::status(500),
        Fault::status(503).times(3),
        Fault::html(502),
        Fault::close(),
        Fault::close().after_commit(),
    ] {
        let scene = failing(fault.clone()).await;
        assert!(scene.client.roles().await.is_ok(), "{fault:?}");
        assert!(scene.log().len() > 1);
    }
}

#[tokio::test]
async fn the_client_gives_up_a_read_that_keeps_failing() {
    let scene = failing(Fault::status(503).times(100)).await;
    let error = scene.client.roles().await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unavailable);
    assert_eq!(scene.log().len(), 4);
}

#[tokio::test]
async fn a_creation_with_a_lost_answer_is_sent_once() {
    for (fault, made) in [
        (Fault::close(), false),
        (Fault::close().after_commit(), true),
        (Fault::truncate(), true),
        (Fault::html(200).after_commit(), true),
        (Fault::html(502), false),
        (Fault::html(403).after_commit(), true),
        (Fault::html(400), false),
        (Fault::status(500), false),
        (Fault::status(503), false),
        (Fault::status(504).after_commit(), true),
    ] {
        let scene = failing(fault.clone().on("POST", USERS)).await;
        let error = scene.client.create_user(&ada()).await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Ambiguous, "{fault:?}");

        let posts = scene
            .log()
            .iter()
            .filter(|line| line.starts_with("POST"))
            .count();
        assert_eq!(posts, 1, "{fault:?}");

        let settled = scene.client.read_user_by_email("ada@acme.example").await;
        assert_eq!(settled.is_ok(), made, "{fault:?}");
    }
}

/// Reads the answer until the connection ends.
async fn read_to_close(scene: &Scene) -> String {
    let body = r#"{"email": "ada@acme.example", "sendWelcomeEmail": false}"#;
    let token = scene.hubspot.token().expose_secret();
    let request = format!(
        "POST {USERS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut socket = TcpStream::connect(scene.hubspot.address()).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut read_to_close = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = socket.read(&mut buffer).await {
        read_to_close.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8(read_to_close).unwrap()
}

#[tokio::test]
async fn a_connection_closes_before_or_within_the_answer() {
    let scene = failing(Fault::close()).await;
    assert_eq!(read_to_close(&scene).await, "");

    let scene = failing(Fault::close().after_commit()).await;
    let answer = read_to_close(&scene).await;
    let (start, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(start.starts_with("HTTP/1.1 201"), "{start}");
    let promised = start
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    assert!(!body.is_empty());
    assert!(body.len() < promised.parse().unwrap(), "{answer}");
}

#[tokio::test]
async fn a_creation_meets_a_closed_port() {
    let scene = start().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    drop(listener);

    let timer = std::sync::Arc::new(scene.timer.clone());
    let client = scene
        .hubspot
        .client()
        .base_url(url)
        .timer(timer)
        .build()
        .unwrap();

    let error = client.create_user(&ada()).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unreachable);
    assert_eq!(
        scene.timer.sleeps().len(),
        3,
        "nothing was sent, so it was tried again"
    );
    assert!(!format!("{error:?}").contains("/settings"), "{error:?}");
}

#[tokio::test]
async fn a_removal_with_a_lost_answer_is_repeated() {
    for fault in [
        Fault::close(),
        Fault::close().after_commit(),
        Fault::status(502).after_commit(),
    ] {
        let scene = failing(fault.clone().on("DELETE", "*")).await;
        let user = scene
            .hubspot
            .user_by_email("priya.nair@acme.example")
            .unwrap();
        scene.client.delete_user(&user.id).await.unwrap();
        assert!(scene.hubspot.user_by_email(&user.email).is_none());
        assert_eq!(scene.log().len(), 2, "{fault:?}");
    }
}

#[tokio::test]
async fn an_update_with_a_lost_answer_is_repeated() {
    let scene = failing(Fault::close().after_commit().on("PUT", "*")).await;
    let user = scene
        .hubspot
        .user_by_email("priya.nair@acme.example")
        .unwrap();
    let update = UserUpdate::new().with_role("140205");
    let answer = scene.client.update_user(&user.id, &update).await.unwrap();
    assert_eq!(answer.role_ids, ["140205"]);
    assert_eq!(
        scene.log(),
        [
            format!("PUT {USERS}/{} closed", user.id),
            format!("PUT {USERS}/{} 200", user.id)
        ]
    );
}

#[tokio::test]
async fn each_refusal_has_its_error_kind() {
    let scopes = json!({
        "category": "MISSING_SCOPES",
        "errors": [{"context": {"requiredGranularScopes": ["settings.users.read"]}}],
    });
    let seat = json!({"message": "AppUserErrors.NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION"});

    for (fault, kind) in [
        (Fault::status(401), ErrorKind::Unauthorized),
        (Fault::status(403), ErrorKind::Forbidden),
        (
            Fault::status(403).with_body(scopes),
            ErrorKind::MissingScopes(vec!["settings.users.read".into()]),
        ),
        (Fault::status(400).with_body(seat), ErrorKind::Invalid),
        (Fault::status(409), ErrorKind::Conflict),
        (Fault::status(404), ErrorKind::NotFound),
        (Fault::html(404), ErrorKind::Ambiguous),
        (Fault::status(418), ErrorKind::Unexpected),
        (
            Fault::status(477).with_header("Retry-After", "600"),
            ErrorKind::Unavailable,
        ),
    ] {
        let scene = failing(fault.clone()).await;
        let error = scene.client.create_user(&ada()).await.unwrap_err();
        assert_eq!(*error.kind(), kind, "{fault:?}");
        assert_eq!(scene.log().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_scripted_body_is_sent_unchanged() {
    let scene = failing(Fault::status(400).with_body(json!({"message": "only this"}))).await;
    let bare = scene.bare("GET", USERS, None).await;
    assert_eq!(bare.body, json!({"message": "only this"}));
    scene.hubspot.inject(Fault::status(400));
    assert!(scene.bare("GET", USERS, None).await.body["correlationId"].is_string());
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_token() {
    let elsewhere = start().await;
    let target = elsewhere.hubspot.url().to_string();
    let scene = failing(Fault::status(307).with_header("Location", target)).await;
    let error = scene.client.roles().await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unexpected);
    assert!(elsewhere.hubspot.requests().is_empty());
}

#[tokio::test]
async fn an_unreadable_success_is_an_error() {
    for fault in [Fault::html(200), Fault::truncate()] {
        let scene = failing(fault.clone()).await;
        let error = scene.client.roles().await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Unreadable, "{fault:?}");
    }
}

#[tokio::test]
async fn the_client_waits_for_a_lock() {
    let scene = failing(Fault::status(423)).await;
    assert!(scene.client.create_user(&ada()).await.is_ok());
    assert_eq!(scene.timer.sleeps(), [Duration::from_secs(2)]);
}

#[tokio::test]
async fn a_delay_passes_on_the_emulators_clock() {
    let scene = failing(Fault::delay(Duration::from_secs(7))).await;
    assert!(scene.client.roles().await.is_ok());
    assert_eq!(scene.timer.sleeps(), [Duration::from_secs(7)]);
}
