//! The protocol for every client: authentication, routes, bodies, pages and discovery.

use scim_tests::{Answer, SECRET_TOKEN, Scene, entra_user};
use serde_json::{Value, json};

async fn get_with_authorization(scene: &Scene, authorization: Option<&str>) -> Answer {
    let headers: Vec<(&str, &str)> = authorization
        .map(|value| ("Authorization", value))
        .into_iter()
        .collect();
    scene
        .exchange("GET", "/scim/v2/Users?startIndex=1&count=2", &headers, "")
        .await
}

#[tokio::test]
async fn a_missing_or_wrong_token_is_401() {
    let scene = Scene::start().await;
    for authorization in [
        None,
        Some(""),
        Some("Bearer"),
        Some("Bearer "),
        Some("Bearer wrong"),
        Some("Basic c2NpbTpzY2lt"),
        Some(SECRET_TOKEN),
    ] {
        let answer = get_with_authorization(&scene, authorization).await;
        answer.expect_error(401, None);
        assert_eq!(
            answer.header("www-authenticate"),
            Some("Bearer realm=\"scim\""),
            "{authorization:?}"
        );
        assert!(!answer.text().contains(SECRET_TOKEN));
    }
    assert!(scene.calls().is_empty());
}

#[tokio::test]
async fn the_token_scheme_ignores_case() {
    let scene = Scene::start().await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let answer =
            get_with_authorization(&scene, Some(&format!("{scheme} {SECRET_TOKEN}"))).await;
        answer.expect(200);
    }
}

#[tokio::test]
async fn without_a_token_routes_and_bodies_answer_401() {
    let scene = Scene::start().await;
    for (method, path) in [
        ("GET", "/scim/v2/Nothing"),
        ("DELETE", "/scim/v2/Users"),
        ("POST", "/scim/v2/Users"),
        ("GET", "/scim/v2/ServiceProviderConfig"),
    ] {
        let answer = scene.exchange(method, path, &[], "{").await;
        answer.expect_error(401, None);
    }
}

#[tokio::test]
async fn an_unknown_route_is_404() {
    let scene = Scene::start().await;
    for path in [
        "/scim/v2/Nothing",
        "/scim/v1/Users",
        "/scim/v2/Users/1/2",
        "/scim/v2/%FF",
    ] {
        let answer = scene.get(path).await;
        answer.expect_error(404, None);
    }
    assert!(scene.calls().is_empty());
}

#[tokio::test]
async fn a_wrong_method_is_405_with_allow() {
    let scene = Scene::start().await;
    for (method, path, allowed) in [
        ("DELETE", "/scim/v2/Users", "GET, HEAD, POST"),
        ("PUT", "/scim/v2/Users", "GET, HEAD, POST"),
        ("POST", "/scim/v2/Users/1", "GET, HEAD, PUT, PATCH, DELETE"),
        ("PATCH", "/scim/v2/Groups", "GET, HEAD"),
        ("GET", "/scim/v2/.search", "POST"),
        ("POST", "/scim/v2/ServiceProviderConfig", "GET, HEAD"),
        ("PUT", "/scim/v2/Schemas", "GET, HEAD"),
        ("DELETE", "/scim/v2/ResourceTypes/User", "GET, HEAD"),
    ] {
        let answer = scene.send(method, path, None).await;
        answer.expect_error(405, None);
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
    }
    assert!(scene.calls().is_empty());
}

#[tokio::test]
async fn malformed_json_is_400_without_a_hubspot_call() {
    let scene = Scene::start().await;
    let authorization = format!("Bearer {SECRET_TOKEN}");
    let headers = [
        ("Authorization", authorization.as_str()),
        ("Content-Type", "application/scim+json"),
    ];
    for body in [
        "",
        "{",
        "{\"userName\":",
        "[]",
        "null",
        "\"x\"",
        "\u{feff}{}",
    ] {
        for (method, path) in [
            ("POST", "/scim/v2/Users"),
            ("PUT", "/scim/v2/Users/26743003"),
            ("PATCH", "/scim/v2/Users/26743003"),
        ] {
            let answer = scene.exchange(method, path, &headers, body).await;
            answer.expect_error(400, Some("invalidSyntax"));
        }
    }
    assert!(scene.calls().is_empty());
}

#[tokio::test]
async fn a_body_needs_no_particular_media_type() {
    for content_type in [
        None,
        Some("application/json"),
        Some("application/json; charset=utf-8"),
        Some("application/scim+json"),
        Some("application/scim+json; charset=utf-8"),
    ] {
        let scene = Scene::start().await;
        let authorization = format!("Bearer {SECRET_TOKEN}");
        let mut headers = vec![("Authorization", authorization.as_str())];
        headers.extend(content_type.map(|value| ("Content-Type", value)));
        let body = entra_user("ada@acme.example").to_string();
        let answer = scene
            .exchange("POST", "/scim/v2/Users", &headers, &body)
            .await;
        answer.expect(201);
    }
}

#[tokio::test]
async fn an_unknown_user_is_404_under_every_method() {
    let scene = Scene::start().await;
    let user = entra_user("ada@acme.example");
    let patch = scim_tests::patch_op(&json!([{"op": "replace", "value": {"active": false}}]));
    for id in [
        "1",
        "99999999999999999999",
        "roles",
        "teams",
        "a%2Fb",
        "%2e%2e",
        "ada@acme.example",
    ] {
        for (method, body) in [
            ("GET", None),
            ("PUT", Some(&user)),
            ("PATCH", Some(&patch)),
            ("DELETE", None),
        ] {
            let answer = scene
                .send(method, &format!("/scim/v2/Users/{id}"), body)
                .await;
            answer.expect_error(404, None);
        }
    }
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn users_are_paged_with_the_true_total() {
    let scene = Scene::builder().users(238).start().await;
    for (query, start, items) in [
        ("startIndex=1&count=100", 1, 100),
        ("startIndex=201&count=100", 201, 50),
        ("startIndex=1&count=0", 1, 0),
        ("startIndex=0&count=2", 1, 2),
        // Okta's review refused a server that answered 100 here.
        ("startIndex=301&count=100", 301, 0),
    ] {
        let answer = scene.get(&format!("/scim/v2/Users?{query}")).await;
        let page = answer.expect(200);
        assert_eq!(page["totalResults"], 250, "{query}");
        assert_eq!(page["startIndex"], start, "{query}");
        assert_eq!(page["itemsPerPage"], items, "{query}");
        assert_eq!(
            page["Resources"].as_array().unwrap().len(),
            items,
            "{query}"
        );
    }
}

#[tokio::test]
async fn pages_neither_repeat_nor_omit_a_user() {
    let scene = Scene::builder().users(38).start().await;
    let mut ids = Vec::new();
    for page in 0..10 {
        let start = page * 5 + 1;
        let answer = scene
            .get(&format!("/scim/v2/Users?startIndex={start}&count=5"))
            .await;
        let resources = answer.expect(200)["Resources"].as_array().unwrap().clone();
        ids.extend(resources.iter().map(|user| user["id"].clone()));
    }
    let everyone: Vec<Value> = scene
        .hubspot()
        .users()
        .into_iter()
        .map(|user| user.id.into())
        .collect();
    assert_eq!(ids, everyone);
}

#[tokio::test]
async fn discovery_advertises_the_kept_attributes_without_a_hubspot_call() {
    let scene = Scene::start().await;
    let config = scene.get("/scim/v2/ServiceProviderConfig").await;
    let config = config.expect(200);
    assert_eq!(config["patch"], json!({"supported": true}));
    assert_eq!(config["bulk"]["maxOperations"], 0);

    let types = scene.get("/scim/v2/ResourceTypes").await;
    let types = types.expect_list(2);
    assert_eq!(types[0]["endpoint"], "/Users");
    assert_eq!(types[1]["endpoint"], "/Groups");

    let schemas = scene.get("/scim/v2/Schemas").await;
    for schema in schemas.expect_list(5) {
        assert!(schema["schemas"].is_array());
        assert!(!schema.to_string().contains("null"));
    }
    let user = scene
        .get("/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User")
        .await;
    let attributes = user.expect(200)["attributes"].as_array().unwrap().clone();
    let named = |name: &str| attributes.iter().any(|attribute| attribute["name"] == name);
    assert!(named("userName") && named("active") && named("roles"));
    assert!(!named("password") && !named("phoneNumbers") && !named("groups"));
    assert!(scene.calls().is_empty());
}

#[tokio::test]
async fn a_root_search_covers_every_resource_type() {
    let scene = Scene::start().await;
    let search = |filter: &str| {
        let schema = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
        json!({"schemas": [schema], "filter": filter, "attributes": ["displayName"]})
    };
    let both = search(r#"displayName eq "Sales" or userName eq "lin.wei@acme.example""#);
    let found = scene.send("POST", "/scim/v2/.search", Some(&both)).await;
    let names: Vec<&str> = found.expect(200)["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|resource| resource["displayName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Wei Lin", "Sales"]);
    assert!(!scene.calls().is_empty());
    let devices = search(r#"meta.resourceType eq "Device""#);
    let none = scene.send("POST", "/scim/v2/.search", Some(&devices)).await;
    assert_eq!(none.expect(200)["totalResults"], 0);
    assert!(scene.calls().is_empty());
}

#[tokio::test]
async fn unsupported_endpoints_are_501() {
    let scene = Scene::start().await;
    for (method, path) in [("POST", "/scim/v2/Bulk"), ("GET", "/scim/v2/Me")] {
        let answer = scene.send(method, path, Some(&json!({}))).await;
        answer.expect_error(501, None);
    }
}
