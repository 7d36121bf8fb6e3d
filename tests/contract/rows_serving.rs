//! R15 to R17: errors and request rates.

use std::time::{Duration, Instant};

use hubspot_adapter::emulator::Fault;
use scim_tests::{Caller, MemoryScene, Scene};

use crate::socket::Socket;
use crate::{ADA, at, patch, send, someone, user};

/// R15. Okta shows "Unrecognized token" for anything else (C49).
#[tokio::test]
async fn row_15_every_error_is_scim_json() {
    async fn row(server: &Caller) {
        let before = at(server, "/scim/v2/Users?count=0").await["totalResults"].clone();
        let denied = server
            .exchange("GET", "/scim/v2/Users?startIndex=1&count=2", &[], "")
            .await;
        denied.expect_error(401, None);
        server.get("/scim/v2/Nowhere").await.expect_error(404, None);
        server.get("/").await.expect(200);
        server
            .delete("/scim/v2/Users")
            .await
            .expect_error(405, None);
        server.get("/scim/v2/Me").await.expect_error(501, None);
        let huge = format!(r#"{{"userName":"{}"}}"#, "x".repeat(20 << 20));
        let answer = send(server, "POST", "/scim/v2/Users", &huge).await;
        answer.expect_error(413, None);
        let answer = send(server, "POST", "/scim/v2/Users", "{\"userName\":").await;
        answer.expect_error(400, Some("invalidSyntax"));
        let after = at(server, "/scim/v2/Users?count=0").await["totalResults"].clone();
        assert_eq!(after, before);
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    for (status, expected) in [(429, 429), (500, 503), (503, 503), (401, 502)] {
        let scene = Scene::builder()
            .fault(Fault::status(status).times(1_000))
            .start()
            .await;
        let answer = scene.get("/scim/v2/Users?startIndex=1&count=2").await;
        answer.expect_error(expected, None);
        assert!(scene.writes().is_empty());
    }
}

/// R16. Clients repeat a 5xx forever. A 400 is final for Okta, and Entra ID counts it (C48).
#[tokio::test]
async fn row_16_a_client_error_is_a_4xx() {
    async fn row(server: &Caller) {
        let id = someone(server, ADA).await;
        let path = user(&id);
        let before = at(server, &path).await;
        for (body, scim_type) in [
            ("", "invalidSyntax"),
            ("[]", "invalidSyntax"),
            ("{}", "invalidValue"),
            (r#"{"userName":""}"#, "invalidValue"),
            (r#"{"userName":{"a":1}}"#, "invalidValue"),
            (
                r#"{"userName":"x@acme.example","active":"maybe"}"#,
                "invalidValue",
            ),
            (r#"{"userName":"x@acme.example","emails":"#, "invalidSyntax"),
        ] {
            let answer = send(server, "POST", "/scim/v2/Users", body).await;
            answer.expect_error(400, Some(scim_type));
        }
        for operations in [
            r#"[{"op":"Destroy","path":"active"}]"#,
            r#"[{"op":"Replace","path":"emails[type eq","value":"x"}]"#,
            r#"[{"op":"Replace","value":"x"}]"#,
            r#"[{"op":"Replace","path":"active","value":"maybe"}]"#,
            r#"{"op":"Replace"}"#,
            r#"[{"op":"Remove"}]"#,
        ] {
            let answer = patch(server, &path, operations).await;
            assert_eq!(answer.status(), 400, "{operations}: {}", answer.text());
        }
        for query in [
            "filter=userName+eq+",
            "filter=nobodysAttribute+eq+%22x%22",
            "filter=userName+is+%22x%22",
            "filter=%22",
            "sortBy=%5B",
        ] {
            let answer = server.get(&format!("/scim/v2/Users?{query}")).await;
            assert!(
                (400..500).contains(&answer.status()),
                "{query}: {}",
                answer.text()
            );
        }
        let deep = format!(
            r#"{{"userName":"x","name":{}1{}}}"#,
            "[".repeat(5_000),
            "]".repeat(5_000)
        );
        let answer = send(server, "POST", "/scim/v2/Users", &deep).await;
        assert!((400..500).contains(&answer.status()), "{}", answer.text());
        refuse_invalid_utf8(server).await;
        assert_eq!(at(server, &path).await, before);
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.writes(), ["POST /settings/users/2026-09 201"]);
}

async fn refuse_invalid_utf8(server: &Caller) {
    let socket = Socket::of(server).await;
    let head = [
        "POST /scim/v2/Users HTTP/1.1",
        "Content-Type: application/scim+json",
    ];
    let (status, body) = socket.exchange(&head, b"{\"userName\":\"\xff\xfe\"}").await;
    assert_eq!(status, 400);
    assert!(
        body.contains("urn:ietf:params:scim:api:messages:2.0:Error"),
        "{body}"
    );
}

/// R17. Microsoft's gallery demands 25 requests a second for each tenant. Okta reads only an integer `Retry-After` (C50).
#[tokio::test]
async fn row_17_25_requests_a_second_are_served_and_retry_after_is_an_integer() {
    let memory = MemoryScene::start();
    let began = Instant::now();
    for number in 0..250 {
        let id = someone(&memory, &format!("user{number}@acme.example")).await;
        assert_eq!(at(&memory, &user(&id)).await["active"], true);
    }
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );

    let limited = Fault::status(429)
        .with_header("Retry-After", "7.5")
        .times(1_000);
    let scene = Scene::builder().fault(limited).start().await;
    let answer = scene.get("/scim/v2/Users?startIndex=1&count=2").await;
    answer.expect_error(429, None);
    let after = answer.header("retry-after").expect("a header");
    assert!(
        after.parse::<u64>().is_ok_and(|seconds| seconds >= 1),
        "{after}"
    );
    scene.hubspot().clear_faults();
    scene
        .get("/scim/v2/Users?startIndex=1&count=2")
        .await
        .expect(200);
}
