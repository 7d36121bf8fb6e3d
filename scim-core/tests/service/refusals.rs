//! Bodies, queries and versions that the service refuses.

use bytes::Bytes;
use http::{Method, Request};
use scim_core::Profile;
use scim_core::service::Limits;
use serde_json::json;

use super::http::{HttpClient, PATCH_OP, USER, user};

#[test]
fn a_malformed_request_is_400() {
    let client = HttpClient::new(Profile::tolerant());
    let id = client.create("/Users", &user("a"));
    let one = format!("/Users/{id}");
    let deep = format!(
        "{{\"userName\":{}1{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );

    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"a\"",
        "nonsense",
        "\u{feff}{}",
        &deep,
    ] {
        for (method, path) in [
            ("POST", "/Users"),
            ("PUT", one.as_str()),
            ("PATCH", one.as_str()),
        ] {
            client
                .request(method, path, body)
                .assert_error(400, Some("invalidSyntax"));
        }
    }

    client
        .request("POST", "/Users", "{}")
        .assert_error(400, Some("invalidValue"));
    client
        .request("POST", "/Users", "{\"userName\":\"\"}")
        .assert_error(400, Some("invalidValue"));
    client
        .request("POST", "/Users", "{\"userName\":7}")
        .assert_error(400, Some("invalidValue"));

    for query in ["filter=nonsense", "filter=userName+eq", "filter=%22"] {
        client
            .get(&format!("/Users?{query}"))
            .assert_error(400, Some("invalidFilter"));
    }

    client
        .get("/Users?count=many")
        .assert_error(400, Some("invalidValue"));
    client
        .get("/Users?sortBy=a..b")
        .assert_error(400, Some("invalidPath"));
    client
        .get("/Users?attributes=a..b")
        .assert_error(400, Some("invalidPath"));
}

#[test]
fn the_rfc_profile_refuses_an_empty_user_name() {
    let client = HttpClient::new(Profile::rfc());
    let answer = client.request("POST", "/Users", &user("").to_string());
    answer.assert_error(400, Some("invalidValue"));
}

#[test]
fn an_error_never_repeats_the_body() {
    let client = HttpClient::new(Profile::rfc());
    for body in [
        r#"{"schemas":["s3cret-value"],"userName":"s3cret-value"}"#,
        r#"{"userName":"a","password":["s3cret-value"#,
        &json!({"schemas": [USER], "userName": "a", "active": "s3cret-value"}).to_string(),
        &json!({"schemas": [USER], "userName": {"a": "s3cret-value"}}).to_string(),
    ] {
        let answer = client.request("POST", "/Users", body);
        assert_eq!(answer.status, 400);
        assert!(
            !answer.json().to_string().contains("s3cret-value"),
            "{body}"
        );
    }

    let answer = client.get("/Users?filter=userName+eq+%22s3cret-value");
    assert!(!answer.json().to_string().contains("s3cret-value"));

    let long = "x".repeat(10_000);
    let answer = client.request(
        "POST",
        "/Users",
        &json!({"schemas": [USER], "userName": "a", &long: 1}).to_string(),
    );
    assert_eq!(answer.status, 400);
    assert!(answer.body.len() < 500, "{}", answer.body.len());
}

#[test]
fn an_oversized_request_is_413() {
    let client = HttpClient::new(Profile::tolerant());
    let service = client.service.with_limits(
        Limits::default()
            .with_max_body_bytes(100)
            .with_max_operations(2),
    );
    let client = HttpClient { service };
    let long = user(&"a".repeat(100)).to_string();
    client
        .request("POST", "/Users", &long)
        .assert_error(413, None);
    let id = client.create("/Users", &user("a"));
    let three = r#"{"Operations":[{"op":"remove","path":"a"},{"op":"remove","path":"b"},{"op":"remove","path":"c"}]}"#;
    let limits = Limits::default().with_max_operations(2);
    let client = HttpClient {
        service: client.service.with_limits(limits),
    };

    client
        .request("PATCH", &format!("/Users/{id}"), three)
        .assert_error(413, None);
}

#[test]
fn creating_or_changing_to_a_duplicate_is_409() {
    let client = HttpClient::new(Profile::tolerant());
    client.create("/Users", &user("Ada@example.com"));
    let answer = client.request("POST", "/Users", &user("aDA@example.com").to_string());
    answer.assert_error(409, Some("uniqueness"));

    let other = format!(
        "/Users/{}",
        client.create("/Users", &user("bob@example.com"))
    );
    let answer = client.request("PUT", &other, &user("ADA@example.com").to_string());
    answer.assert_error(409, Some("uniqueness"));

    let rename = json!([{"op": "replace", "path": "userName", "value": "ada@example.com"}]);
    client
        .patch(&other, &rename)
        .assert_error(409, Some("uniqueness"));
    // A user may take another spelling of its own name.
    let answer = client.request("PUT", &other, &user("BOB@example.com").to_string());
    assert_eq!(
        (answer.status, &answer.json()["userName"]),
        (200, &json!("BOB@example.com"))
    );
}

#[test]
fn a_version_mismatch_is_412() {
    let client = HttpClient::new(Profile::tolerant());
    let path = format!("/Users/{}", client.create("/Users", &user("a")));
    let version = client.get(&path).json()["meta"]["version"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = user("b").to_string();
    let operations = json!({"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": "t"}]}).to_string();
    let send = |method: Method, tag: &str, body: &str| {
        let request = Request::builder()
            .method(method)
            .uri(&path)
            .header("authorization", "Bearer s3cret")
            .header("if-match", tag)
            .body(Bytes::copy_from_slice(body.as_bytes()));
        client.send(request.unwrap())
    };

    for tag in ["W/\"other\"", "nonsense", ""] {
        send(Method::PUT, tag, &body).assert_error(412, None);
        send(Method::PATCH, tag, &operations).assert_error(412, None);
        send(Method::DELETE, tag, "").assert_error(412, None);
    }

    assert_eq!(send(Method::PATCH, &version, &operations).status, 200);
    send(Method::PUT, &version, &body).assert_error(412, None);
    assert_eq!(send(Method::PUT, "*", &body).status, 200);
}
