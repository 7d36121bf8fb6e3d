//! F2, F10, F14, F32, F35 and F40: HTTP, discovery and errors.

use hubspot_adapter::emulator::Fault;
use scim_tests::{Caller, MemoryScene, SECRET_TOKEN, Scene};
use serde_json::{Value, json};

use crate::socket::Socket;
use crate::{ADA, at, patch, send, someone, user};

/// F2. Entra ID adds a parameter, Google and Harness's clients send plain JSON, and a GET has no media type (C16).
#[tokio::test]
async fn failure_02_any_media_type_is_accepted() {
    let memory = MemoryScene::start();
    media_types(&memory).await;
    memory.get("/scim/v2/Users").await.expect_list(0);
    let scene = Scene::start().await;
    media_types(&scene).await;
    assert_eq!(scene.hubspot().user_by_email("user0@acme.example"), None);
}

async fn media_types(server: &Caller) {
    let socket = Socket::of(server).await;
    for (number, media_type) in [
        "Content-Type: application/scim+json; charset=utf-8",
        "Content-Type: application/scim+json",
        "Content-Type: application/json",
        "Content-Type: application/json;charset=UTF-8",
        "content-type: APPLICATION/SCIM+JSON",
        "X-Nothing: no media type",
    ]
    .into_iter()
    .enumerate()
    {
        let body = format!(r#"{{"userName":"user{number}@acme.example","active":true}}"#);
        let head = ["POST /scim/v2/Users HTTP/1.1", media_type];
        let (status, made) = socket.exchange(&head, body.as_bytes()).await;
        assert_eq!(status, 201, "{media_type}: {made}");
        let made: Value = serde_json::from_str(&made).unwrap();
        let path = user(made["id"].as_str().unwrap());
        let disable = br#"{"Operations":[{"op":"Replace","path":"active","value":"False"}]}"#;
        let line = format!("PATCH {path} HTTP/1.1");
        let (status, _) = socket.exchange(&[&line, media_type], disable).await;
        assert_eq!(status, 200, "{media_type}");
        let line = format!("GET {path} HTTP/1.1");
        let (status, read) = socket.exchange(&[&line], b"").await;
        assert_eq!(status, 200);
        assert_eq!(
            serde_json::from_str::<Value>(&read).unwrap()["active"],
            false
        );
        let line = format!("DELETE {path} HTTP/1.1");
        assert_eq!(socket.exchange(&[&line, media_type], b"").await.0, 204);
    }
}

/// F10. Microsoft's validation writes every advertised attribute and reads it back. Keycloak's client refuses a schema without
/// `schemas` (C51).
#[tokio::test]
async fn failure_10_advertised_attributes_are_kept() {
    async fn advertised(server: &Caller) -> Vec<Value> {
        let list = at(server, "/scim/v2/Schemas").await;
        let schemas = list["Resources"].as_array().expect("a list").clone();
        for schema in &schemas {
            assert_eq!(
                schema["schemas"],
                json!(["urn:ietf:params:scim:schemas:core:2.0:Schema"])
            );
            let id = schema["id"].as_str().expect("a URI");
            let location = format!("https://scim.acme.example/scim/v2/Schemas/{id}");
            assert_eq!(schema["meta"]["location"], location);
        }
        schemas
    }
    /// Writes an attribute and reads it back.
    async fn written(server: &Caller, path: &str, name: &str, value: &Value) -> Value {
        let operation = json!([{"op": "Replace", "path": name, "value": value}]);
        patch(server, path, &operation.to_string())
            .await
            .expect(200);
        let held = at(server, path).await;
        match name.rsplit_once(":User:") {
            Some((urn, name)) => held[format!("{urn}:User")][name].clone(),
            None => held[name].clone(),
        }
    }
    async fn row(server: &Caller) {
        let path = user(&someone(server, ADA).await);
        for schema in advertised(server).await {
            let id = schema["id"].as_str().expect("a URI");
            if !id.ends_with(":User") {
                continue;
            }
            for attribute in schema["attributes"].as_array().expect("a list") {
                let name = attribute["name"].as_str().expect("a name");
                assert_ne!(name, "password", "a password is never advertised");
                let is_plain =
                    attribute["multiValued"] == false && attribute["mutability"] == "readWrite";
                let value = match attribute["type"].as_str().expect("a type") {
                    "string" | "reference" if name != "userName" => json!("https://acme.example/x"),
                    "boolean" => json!(true),
                    _ => continue,
                };
                let path_of = if id.contains("extension") {
                    format!("{id}:{name}")
                } else {
                    name.to_owned()
                };
                if is_plain {
                    let read = written(server, &path, &path_of, &value).await;
                    assert_eq!(read, value, "{path_of}");
                }
            }
        }
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    let schemas = advertised(&scene).await;
    let users = schemas.iter().find(|one| one["name"] == "User").unwrap();
    let names: Vec<&str> = users["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert!(
        !names.contains(&"title") && !names.contains(&"phoneNumbers"),
        "{names:?}"
    );
}

/// F14. Okta reads the errors: no framework's pages and no internals in them (C49).
#[tokio::test]
async fn failure_14_errors_over_http_are_scim_json() {
    async fn row(server: &Caller) {
        let socket = Socket::of(server).await;
        let before = at(server, "/scim/v2/Users").await;
        for (head, body, expected) in [
            ("GET /scim/v2/Nowhere HTTP/1.1", &b""[..], 404),
            ("GET /index.html HTTP/1.1", b"", 404),
            ("DELETE /scim/v2/Users HTTP/1.1", b"", 405),
            ("TRACE /scim/v2/Users HTTP/1.1", b"", 405),
            ("POST /scim/v2/Users HTTP/1.1", b"{\"userName\":", 400),
            ("POST /scim/v2/Users HTTP/1.1", b"<html>", 400),
            ("GET /scim/v2/Users?filter=%22 HTTP/1.1", b"", 400),
            ("GET /scim/v2/Users/%FF HTTP/1.1", b"", 404),
            ("POST /scim/v2/Bulk HTTP/1.1", b"{}", 501),
        ] {
            let (status, text) = socket.exchange(&[head], body).await;
            assert_eq!(status, expected, "{head}");
            let error: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(
                error["schemas"],
                json!(["urn:ietf:params:scim:api:messages:2.0:Error"])
            );
            assert_eq!(error["status"], expected.to_string());
            let detail = error["detail"].as_str().expect("a detail");
            assert!(
                !detail.contains("serde") && !detail.contains(".rs"),
                "{detail}"
            );
        }
        let denied = socket
            .say(b"GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .await;
        assert!(denied.starts_with("HTTP/1.1 401"), "{denied}");
        assert!(
            denied.contains("urn:ietf:params:scim:api:messages:2.0:Error"),
            "{denied}"
        );
        assert_eq!(at(server, "/scim/v2/Users").await, before);
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert!(scene.writes().is_empty());

    let html = Fault::html(502).times(1_000);
    let scene = Scene::builder().fault(html).start().await;
    let answer = scene.get("/scim/v2/Users").await;
    assert!(answer.status() >= 500);
    answer.expect_error(answer.status(), None);
    assert!(!answer.text().contains('<'), "{}", answer.text());
}

/// F32. If this is missing, authentik assumes a server without PATCH and without filters (C52).
#[tokio::test]
async fn failure_32_the_service_provider_config_is_complete() {
    async fn row(server: &Caller) {
        let answer = server
            .literal("GET /scim/v2/ServiceProviderConfig\nAccept: application/scim+json\nContent-Type: application/scim+json")
            .await;
        let config = answer.expect(200);
        assert_eq!(
            config["schemas"],
            json!(["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"])
        );
        assert_eq!(config["patch"], json!({"supported": true}));
        assert_eq!(config["filter"]["supported"], true);
        assert!(
            config["filter"]["maxResults"]
                .as_u64()
                .is_some_and(|most| most > 0)
        );
        assert_eq!(config["bulk"]["supported"], false);
        assert_eq!(config["bulk"]["maxOperations"], 0);
        assert_eq!(config["bulk"]["maxPayloadSize"], 0);
        for block in ["changePassword", "sort", "etag"] {
            assert!(config[block]["supported"].is_boolean(), "{block}");
        }
        let schemes = config["authenticationSchemes"].as_array().expect("a list");
        assert_eq!(schemes[0]["type"], "oauthbearertoken");
        // The server keeps its promises.
        let id = someone(server, ADA).await;
        let rename = r#"[{"op":"replace","path":"name.familyName","value":"King"}]"#;
        patch(server, &user(&id), rename).await.expect(200);
        assert_eq!(
            server.find(ADA).await.unwrap()["name"]["familyName"],
            "King"
        );
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
}

/// F35. Entra ID's gallery demands 25 requests a second. Okta reads anything but an integer as five minutes (C50).
#[tokio::test]
async fn failure_35_429_has_an_integer_retry_after() {
    let memory = MemoryScene::start();
    for _ in 0..100 {
        memory
            .get("/scim/v2/Users?startIndex=1&count=2")
            .await
            .expect(200);
    }
    for header in [Some("3"), Some("0.2"), None] {
        let limited = Fault::status(429).times(1_000);
        let limited = match header {
            Some(value) => limited.with_header("Retry-After", value),
            None => limited,
        };
        let scene = Scene::builder().fault(limited).start().await;
        let document = format!(r#"{{"userName":"{ADA}","active":true}}"#);
        let answer = send(&scene, "POST", "/scim/v2/Users", &document).await;
        answer.expect_error(429, None);
        let after = answer.header("retry-after").expect("a header");
        assert!(
            after.parse::<u64>().is_ok_and(|seconds| seconds >= 1),
            "{after}"
        );
        assert_eq!(scene.hubspot().user_by_email(ADA), None);
        // After the wait the request succeeds.
        scene.hubspot().clear_faults();
        someone(&scene, ADA).await;
        assert!(scene.hubspot().user_by_email(ADA).is_some());
    }
}

/// F40. Entra ID sends no `User-Agent`, and `OneLogin` an empty one (C17).
#[tokio::test]
async fn failure_40_the_user_agent_is_optional() {
    async fn row(server: &Caller) {
        let id = someone(server, ADA).await;
        let socket = Socket::of(server).await;
        let path = user(&id);
        for target in [
            path.clone(),
            format!("{path}?"),
            path.replace("/Users", "//Users"),
            format!("{path}?aadOptscim062020"),
            "/scim/v2/?aadOptscim062020".to_owned(),
        ] {
            for agent in ["X-Nothing: here", "User-Agent:"] {
                let (status, body) = socket
                    .exchange(&[&format!("GET {target} HTTP/1.1"), agent], b"")
                    .await;
                assert_eq!(status, 200, "{target}: {body}");
                assert!(body.contains(&id), "{target}: {body}");
            }
        }
        let lookup = "GET /scim/v2//Users?aadOptscim062020&filter=userName+eq+%22ada@acme.example%22& HTTP/1.1";
        let request = format!(
            "{lookup}\r\nHost: scim.acme.example\r\nConnection: close\r\nAuthorization: Bearer {SECRET_TOKEN}\r\n\r\n"
        );
        let answer = socket.say(request.as_bytes()).await;
        assert!(answer.contains("\"totalResults\":1"), "{answer}");
        let disable = br#"{"Operations":[{"op":"Replace","path":"active","value":"False"}]}"#;
        let (status, _) = socket
            .exchange(&[&format!("PATCH {path} HTTP/1.1")], disable)
            .await;
        assert_eq!(status, 200);
        assert_eq!(at(server, &path).await["active"], false);
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}
