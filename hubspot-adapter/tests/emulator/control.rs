//! The parts that HubSpot does not have: the log, the reset, the faults, the life of the server.

use std::net::TcpStream;

use hubspot_adapter::client::NewUser;
use hubspot_adapter::emulator::Emulator;
use serde_json::json;

use crate::support::{start, start_with};

#[tokio::test]
async fn the_log_has_the_requests_in_order() {
    let scene = start().await;
    scene
        .client
        .create_user(&NewUser::new("ada@acme.example"))
        .await
        .unwrap();
    scene.client.read_user("1").await.unwrap_err();
    let answer = scene
        .bare_as(None, "GET", "/_emulator/requests", None)
        .await;
    assert_eq!(
        answer.body,
        json!({"results": [
            {
                "method": "POST", "path": "/settings/users/2026-09", "status": 201,
                "body": {"email": "ada@acme.example", "sendWelcomeEmail": false},
            },
            {"method": "GET", "path": "/settings/users/2026-09/1", "status": 404, "body": null},
        ]})
    );

    scene.hubspot.clear_requests();
    assert!(scene.hubspot.requests().is_empty());
}

#[tokio::test]
async fn a_reset_restores_the_first_state() {
    let scene = start_with(Emulator::builder().users(3)).await;
    let before = scene.hubspot.users();
    scene.client.delete_user(&before[0].id).await.unwrap();
    scene
        .client
        .create_user(&NewUser::new("ada@acme.example"))
        .await
        .unwrap();

    let fault = json!({"do": "status", "status": 500});
    assert_eq!(
        scene
            .bare("POST", "/_emulator/faults", Some(fault))
            .await
            .status,
        204
    );
    assert_eq!(
        scene
            .bare_as(None, "POST", "/_emulator/reset", None)
            .await
            .status,
        204
    );

    assert_eq!(scene.hubspot.users(), before);
    assert!(scene.hubspot.requests().is_empty());
    assert!(scene.client.roles().await.is_ok());
    assert_eq!(scene.log().len(), 1, "the fault is gone");
}

#[tokio::test]
async fn the_route_takes_one_fault_or_a_list_and_refuses_nonsense() {
    let scene = start().await;
    let post = |body| scene.bare("POST", "/_emulator/faults", Some(body));
    let many = json!([{"do": "status", "status": 503}, {"do": "status", "status": 500}]);
    assert_eq!(post(many).await.status, 204);
    assert_eq!(scene.bare("GET", "/any", None).await.status, 503);
    assert_eq!(scene.bare("GET", "/any", None).await.status, 500);
    assert_eq!(scene.bare("GET", "/any", None).await.status, 404);
    let refused = post(json!({"do": "status", "statsu": 500})).await;
    assert_eq!(refused.status, 400);
    assert!(refused.body["message"].as_str().unwrap().contains("statsu"));
}

#[tokio::test]
async fn control_routes_know_their_methods() {
    let scene = start().await;
    assert_eq!(
        scene.bare("POST", "/_emulator/requests", None).await.status,
        405
    );
    assert_eq!(
        scene.bare("GET", "/_emulator/reset", None).await.status,
        405
    );
    assert_eq!(
        scene.bare("GET", "/_emulator/other", None).await.status,
        404
    );
}

#[tokio::test]
async fn a_dropped_account_is_gone() {
    let scene = start().await;
    let address = scene.hubspot.address();
    assert!(TcpStream::connect(address).is_ok());
    drop(scene);
    for _ in 0..10_000 {
        tokio::task::yield_now().await;
        if TcpStream::connect(address).is_err() {
            return;
        }
    }
    panic!("it still listens");
}

#[tokio::test]
async fn neither_the_account_nor_its_builder_shows_the_token() {
    let builder = Emulator::builder().token("pat-planted");
    assert!(!format!("{builder:?}").contains("planted"));
    let scene = start_with(builder).await;
    scene.client.roles().await.unwrap();
    assert!(!format!("{:?} {:?}", scene.hubspot, scene.client).contains("planted"));
}
