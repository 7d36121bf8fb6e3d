//! Variations that every profile accepts, because HTTP, URLs or the RFC allow them.

use bytes::Bytes;
use http::Request;
use http::request::Builder;
use scim_core::{Profile, Tolerance};
use serde_json::json;

use super::scene::Scene;

const ADA: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","active":true,"title":"Guide"}"#,
);

/// The presets, and the tolerant profile without one tolerance each: none of them matters here.
fn profiles() -> impl Iterator<Item = Profile> {
    let tolerant = Profile::tolerant();
    let all = Tolerance::ALL.iter();
    [tolerant, Profile::entra(), Profile::rfc()]
        .into_iter()
        .chain(all.map(move |one| tolerant.without(*one)))
}

#[test]
fn any_content_type_and_no_user_agent_are_accepted() {
    let headers: &[fn(Builder) -> Builder] = &[
        // No header at all (Entra ID on GET, C17).
        |request| request,
        |request| request.header("user-agent", ""),
        |request| request.header("content-type", "application/scim+json; charset=utf-8"),
        |request| request.header("content-type", "application/scim+json"),
        |request| request.header("content-type", "application/json"),
        |request| request.header("content-type", "Application/SCIM+JSON;charset=\"UTF-8\""),
        |request| request.header("content-type", "text/plain"),
        |request| request.header("accept", "application/json"),
        |request| request.header("accept", "text/html"),
    ];
    for profile in profiles() {
        let scene = Scene::new(profile);
        for (before, headers) in headers.iter().enumerate() {
            let user = ADA.1.replace("ada", &format!("ada{before}"));
            let post = headers(Request::post("/Users")).body(Bytes::from(user));
            let (status, made) = scene.request(post.expect("a request"));
            assert_eq!(status, 201, "{made}");

            let get = headers(Request::get("/Users")).body(Bytes::new());
            let (status, list) = scene.request(get.expect("a request"));
            assert_eq!((status, &list["totalResults"]), (200, &json!(before + 1)));
        }
    }
}

#[test]
fn trailing_slashes_and_foreign_parameters_are_ignored() {
    for profile in profiles() {
        let scene = Scene::new(profile).given(&[ADA]);
        for path in [
            "/Users?",
            "/Users?&",
            "/Users?filter=userName+eq+%22ada%22&",
            "/Users?&filter=userName%20eq%20%22ADA%22",
            "/Users?aadOptscim062020",
            "/Users?aadOptscim062020&filter=userName+eq+%22ada%22",
            "/Users?filter=userName+eq+%22ada%22&aadOptscim062020",
            "/Users?filter=userName+eq+%22ada%22&&count=",
            "/Users?filter=username+Eq+%22ada%22",
            "/Users/?startIndex=1&count=2",
            "/scim/v2/Users",
            "/SCIM/V2/users",
        ] {
            assert_eq!(scene.get(path)["totalResults"], 1, "{path}");
        }
        for path in ["/Users/{0}?", "/Users/{0}?&", "/Users/{0}/"] {
            assert_eq!(scene.get(path)["userName"], "ada", "{path}");
        }
    }
}

#[test]
fn null_clears_in_every_profile() {
    for profile in profiles() {
        let scene = Scene::new(profile).given(&[ADA]);
        let body = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"title","value":null}]}"#;
        let (status, answer) = scene.send("PATCH", "/Users/{0}", body);
        assert!(status < 300, "{answer}");
        assert_eq!(scene.get("/Users/{0}").get("title"), None);

        let put = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","title":null,"emails":null}"#;
        let (status, answer) = scene.send("PUT", "/Users/{0}", put);
        assert_eq!(status, 200, "{answer}");
        assert!(answer.get("title").is_none() && answer.get("emails").is_none());
        assert_eq!(
            answer["active"],
            json!(true),
            "a PUT without `active` keeps it"
        );
    }
}
