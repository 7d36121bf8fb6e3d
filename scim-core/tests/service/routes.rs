//! Authentication, paths, methods and the status of each.

use bytes::Bytes;
use http::Request;
use scim_core::Profile;
use serde_json::json;

use super::http::{HttpClient, user};

#[test]
fn a_request_without_the_token_is_401_with_a_challenge() {
    let client = HttpClient::new(Profile::tolerant());
    for header in [
        None,
        Some("Bearer wrong"),
        Some("Basic s3cret"),
        Some("Bearer "),
        Some("s3cret"),
    ] {
        // Unknown paths get the same response: a caller without access learns no routes.
        for path in [
            "/scim/v2/Users",
            "/scim/v2/Nowhere",
            "/scim/v2/ServiceProviderConfig",
        ] {
            let mut request = Request::get(path);
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            let answer = client.send(request.body(Bytes::new()).unwrap());
            answer.assert_error(401, None);
            assert!(
                answer
                    .header("www-authenticate")
                    .unwrap()
                    .starts_with("Bearer")
            );
        }
    }

    let request = Request::get("/scim/v2/Users").header("authorization", "bEARER  s3cret ");
    assert_eq!(client.send(request.body(Bytes::new()).unwrap()).status, 200);
}

#[test]
fn an_unknown_path_or_resource_is_404() {
    let client = HttpClient::new(Profile::tolerant());
    for path in [
        "/scim/v2/Nowhere",
        "/scim/v2/Users/1/2",
        "/scim/v2/Users/none",
        "/scim/v2/Users/%FF",
        "/scim/v2/Schemas/urn:none",
        "/scim/v2/ResourceTypes/None",
        "/scim/v2/ServiceProviderConfig/1",
        "/other/Users",
    ] {
        client.get(path).assert_error(404, None);
    }

    client
        .request("DELETE", "/scim/v2/Users/none", "")
        .assert_error(404, None);
    client
        .request("PUT", "/scim/v2/Users/none", &user("a").to_string())
        .assert_error(404, None);
    client
        .patch("/scim/v2/Users/none", &json!([]))
        .assert_error(404, None);
}

#[test]
fn a_wrong_method_is_405_with_the_allowed_ones() {
    let client = HttpClient::new(Profile::tolerant());
    for (method, path, allowed) in [
        ("PUT", "/scim/v2/Users", "GET, HEAD, POST"),
        ("DELETE", "/scim/v2/Groups", "GET, HEAD, POST"),
        ("POST", "/scim/v2/Users/1", "GET, HEAD, PUT, PATCH, DELETE"),
        (
            "OPTIONS",
            "/scim/v2/Users/1",
            "GET, HEAD, PUT, PATCH, DELETE",
        ),
        ("OPTIONS", "/scim/v2/Users", "GET, HEAD, POST"),
        ("POST", "/scim/v2/Schemas", "GET, HEAD"),
        ("POST", "/scim/v2", "GET, HEAD"),
        ("GET", "/scim/v2/.search", "POST"),
        ("OPTIONS", "/scim/v2/Users/.search", "POST"),
        ("PATCH", "/scim/v2/ServiceProviderConfig", "GET, HEAD"),
        ("DELETE", "/scim/v2/ResourceTypes/User", "GET, HEAD"),
        ("BREW", "/scim/v2/Users", "GET, HEAD, POST"),
    ] {
        let answer = client.request(method, path, "{}");
        answer.assert_error(405, None);
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
    }
}

#[test]
fn head_is_get_without_the_body() {
    let client = HttpClient::new(Profile::tolerant());
    let id = client.create("/Users", &user("a"));
    for path in [
        "/Users".to_owned(),
        format!("/Users/{id}"),
        "/Users/none".to_owned(),
    ] {
        let (get, head) = (client.get(&path), client.request("HEAD", &path, ""));
        assert_eq!(head.status, get.status);
        assert!(head.body.is_empty());
        assert_eq!(head.header("content-type"), get.header("content-type"));
        let length = get.body.len().to_string();
        assert_eq!(head.header("content-length"), Some(length.as_str()));
    }
}

#[test]
fn unimplemented_endpoints_are_501() {
    let client = HttpClient::new(Profile::tolerant());
    for path in ["/Bulk", "/Me"] {
        client.request("POST", path, "{}").assert_error(501, None);
    }
}

#[test]
fn discovery_refuses_a_filter() {
    let client = HttpClient::new(Profile::tolerant());
    for path in [
        "/Schemas",
        "/ResourceTypes",
        "/ServiceProviderConfig",
        "/ResourceTypes/User",
    ] {
        client
            .get(&format!("{path}?filter=id+pr"))
            .assert_error(403, None);
        client
            .get(&format!("{path}?Filter=id+pr"))
            .assert_error(403, None);
        assert_eq!(client.get(&format!("{path}?aadOptscim062020")).status, 200);
    }
}

#[test]
fn every_spelling_of_a_path_is_understood() {
    let client = HttpClient::new(Profile::tolerant());
    let id = client.create("/scim/v2/Users", &user("a b+c@example.com"));

    for path in [
        "/scim/v2/Users",
        "/Users",
        "//scim//v2//Users",
        "/scim/v2/Users/",
        "/scim/v2/Users?",
        "/scim/v2/Users?&",
        "/scim/v2/Users?aadOptscim062020",
        "/scim/v2/users",
        "/SCIM/V2/Users",
        "/scim/v2/Users?filter=userName+eq+%22a%20b%2Bc%40example.com%22&",
        "/scim/v2/Users?filter=userName%20eq%20%22a%20b%2bc@example.com%22&aadOptscim062020",
        "/scim/v2/Users?startIndex=&count=",
        "/scim/v2/Users?startindex=1&Count=5",
    ] {
        let answer = client.get(path);
        assert_eq!(
            (answer.status, &answer.json()["totalResults"]),
            (200, &json!(1)),
            "{path}"
        );
    }

    for path in [
        format!("/scim/v2/Users/{id}"),
        format!("/Users/{id}/?"),
        format!("/scim/v2//Users//{id}?aadOptscim062020&"),
        format!("/scim/v2/Users/{}", id.replace('-', "%2D")),
    ] {
        assert_eq!(client.get(&path).json()["id"], id, "{path}");
    }

    // A filter parameter counts in any letter case.
    let answer = client.get("/Users?Filter=userName+eq+%22nobody%22");
    assert_eq!(answer.json()["totalResults"], 0);
}

#[test]
fn locations_follow_the_base_url() {
    for (base, path) in [
        ("https://scim.example.com/scim/v2", "/scim/v2/Users"),
        ("https://scim.example.com/scim/v2/", "/Users"),
        ("http://localhost:8080", "/Users"),
        ("https://h.example/a%20b", "/a%20b/Users"),
    ] {
        let client = HttpClient::at(base, Profile::tolerant());
        let answer = client.request("POST", path, &user("a").to_string());
        let body = answer.json();
        let id = body["id"].as_str().unwrap();
        let location = format!("{}/Users/{id}", base.trim_end_matches('/'));
        assert_eq!(answer.status, 201);
        assert_eq!(answer.header("location"), Some(location.as_str()));
        assert_eq!(body["meta"]["location"], location);
        assert_eq!(
            client.get(&format!("{path}/{id}")).json()["meta"]["location"],
            location
        );
        let listed = client.get(path).json();
        assert_eq!(listed["Resources"][0]["meta"]["location"], location);
    }
}
