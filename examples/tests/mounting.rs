//! A service below the routes of an axum application, as the README mounts it.

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode};
use scim_core::Service;
use scim_core::auth::Anonymous;
use scim_core::memory::MemoryStore;
use scim_core::tenant::Tenant;
use tower_service::Service as _;

fn service(base_url: &str) -> Service {
    let tenant = Tenant::builder(base_url.parse().unwrap())
        .authenticator(Anonymous::new())
        .provider(MemoryStore::new().users())
        .build()
        .unwrap();
    Service::new(tenant)
}

/// Creates a user below `path`, and returns the status and the user's location.
async fn create(app: &mut Router, path: &str) -> (StatusCode, String) {
    let body = Body::from(r#"{"userName":"grace@acme.example"}"#);
    let request = Request::post(format!("{path}/Users")).body(body).unwrap();
    let response = app.call(request).await.unwrap();

    let location = response.headers().get("location");
    let location = location.map_or("", |location| location.to_str().unwrap());
    (response.status(), location.to_owned())
}

#[tokio::test]
async fn the_service_answers_below_nest_service() {
    let base_url = "https://app.example.com/scim/v2";
    let mut app = Router::new().nest_service("/scim/v2", service(base_url));

    let (status, location) = create(&mut app, "/scim/v2").await;
    assert_eq!(status, StatusCode::CREATED);
    assert!(
        location.starts_with(&format!("{base_url}/Users/")),
        "{location}"
    );
}

#[tokio::test]
async fn the_service_answers_below_a_nested_router() {
    let base_url = "https://app.example.com/api/scim/v2";
    let scim = Router::new().nest_service("/scim/v2", service(base_url));
    let mut app = Router::new().nest("/api", scim);

    let (status, location) = create(&mut app, "/api/scim/v2").await;
    assert_eq!(status, StatusCode::CREATED);
    assert!(
        location.starts_with(&format!("{base_url}/Users/")),
        "{location}"
    );
}
