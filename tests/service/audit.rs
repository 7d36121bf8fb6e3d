//! The audit trail: one event for every requested change.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a broken setup fails the test"
)]

use std::future::Future;

use bytes::Bytes;
use http::{Request, StatusCode};
use hubspot_adapter::emulator::Fault;
use scim_core::auth::BearerTokens;
use scim_core::memory::MemoryStore;
use scim_core::provider::TenantId;
use scim_core::service::Limits;
use scim_core::tenant::Tenant;
use scim_core::{Profile, Service, Tolerance};
use scim_tests::{Line, Log, Scene, entra_user, okta_user, patch_op, with};
use serde_json::{Value, json};
use tracing::Level;

const AUDIT: &str = "scim_core::audit";
const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

/// Plain SCIM in memory, for a named tenant with two tokens.
struct Plain(Service);

impl Plain {
    fn new(profile: Profile) -> Self {
        let store = MemoryStore::new();
        let tenant = Tenant::builder("https://scim.example.com/scim/v2".parse().unwrap())
            .id(TenantId::new("acme"))
            .profile(profile)
            .authenticator(BearerTokens::new("entra", "s3cret").or("entra next", "n3xt"))
            .provider(store.users())
            .provider(store.groups());
        Self(Service::new(tenant.build().unwrap()))
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> (StatusCode, Value) {
        self.send_as("s3cret", method, path, body).await
    }

    async fn send_as(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> (StatusCode, Value) {
        let body = if body.is_null() {
            Bytes::new()
        } else {
            body.to_string().into()
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("/scim/v2{path}"))
            .header("authorization", format!("Bearer {token}"))
            .body(body)
            .unwrap();
        let response = self.0.handle(request).await;
        let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        (response.status(), body)
    }

    async fn create(&self, user: &Value) -> String {
        let (status, made) = self.send("POST", "/Users", user).await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    }
}

/// The only audit event since the last look.
#[track_caller]
fn only_event(log: &Log) -> Line {
    let mut lines = log.lines(AUDIT);
    let line = lines.pop().expect("an event");
    assert_eq!(lines.len(), 0, "{line} and {lines:?}");
    let _ = log.take();
    assert_eq!(line.level(), Level::INFO);
    assert_eq!(line.get("message"), Some("provisioning operation"));
    line
}

/// Expects exactly these fields of an event, its text aside.
#[track_caller]
fn expect(line: &Line, fields: &[(&str, &str)]) {
    for (name, value) in fields {
        assert_eq!(line.get(name), Some(*value), "{name} of {line}");
    }
    assert_eq!(line.fields().count(), fields.len() + 1, "{line}");
}

#[tokio::test]
async fn every_change_leaves_one_event_with_caller_operation_and_outcome() {
    let (log, _listening) = Log::listen();
    let plain = Plain::new(Profile::tolerant());
    let id = plain.create(&entra_user("ada@acme.example")).await;
    let common = [
        ("tenant", "acme"),
        ("principal", "entra"),
        ("resource_type", "User"),
        ("id", id.as_str()),
    ];
    let with_common = |own: &[(&'static str, &'static str)]| [&common[..], own].concat();
    let attributes = ("attributes", "active,emails,externalId,name,roles,userName");
    let create = [
        ("operation", "create"),
        attributes,
        ("status", "201"),
        ("active", "true"),
    ];
    expect(&only_event(&log), &with_common(&create));

    let path = format!("/Users/{id}");
    plain
        .send("PUT", &path, &entra_user("ada@acme.example"))
        .await;
    let replace = [
        ("operation", "replace"),
        attributes,
        ("status", "200"),
        ("active", "true"),
    ];
    expect(&only_event(&log), &with_common(&replace));

    let change = patch_op(&json!([
        {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ada@acme.example"},
        {"op": "Replace", "path": DEPARTMENT, "value": "Sales"},
        {"op": "replace", "value": {"active": false, "name.givenName": "Ada"}},
    ]));
    plain.send("PATCH", &path, &change).await;
    let named = "emails.value,\
        urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department,active,name.givenName";
    expect(
        &only_event(&log),
        &with_common(&[
            ("operation", "patch"),
            ("attributes", named),
            ("status", "200"),
            ("active", "false"),
        ]),
    );

    plain.send_as("n3xt", "DELETE", &path, &Value::Null).await;
    let line = only_event(&log);
    assert_eq!(line.get("principal"), Some("entra next"));
    assert_eq!(line.get("operation"), Some("delete"));
    assert_eq!(line.get("id"), Some(id.as_str()));
    assert_eq!(line.get("status"), Some("204"));
    assert_eq!(line.get("attributes"), None);
}

#[tokio::test]
async fn ignored_attributes_are_listed() {
    let (log, _listening) = Log::listen();
    let plain = Plain::new(Profile::tolerant());
    // Okta's creation, with the top-level attributes of Entra ID's tutorial.
    let user = with(okta_user("ada@acme.example"), "department", Value::Null);
    let user = with(user, "schemas", json!(["urn:scim:schemas:core:1.0"]));
    let id = plain.create(&user).await;
    let line = only_event(&log);
    assert_eq!(
        line.get("ignored"),
        Some("department,groups,password,urn:scim:schemas:core:1.0")
    );
    let (_, groups) = plain
        .send("POST", "/Groups", &json!({"displayName": "Sales"}))
        .await;
    let _ = log.take();
    let group = format!("/Groups/{}", groups["id"].as_str().unwrap());
    let rename =
        json!([{"op": "replace", "value": {"id": "7", "displayName": "Sales 2", "colour": "red"}}]);
    plain.send("PATCH", &group, &patch_op(&rename)).await;
    let line = only_event(&log);
    assert_eq!(line.get("resource_type"), Some("Group"));
    assert_eq!(line.get("attributes"), Some("displayName"));
    assert_eq!(line.get("ignored"), Some("colour"));
    let odd = json!([{"op": "replace", "path": "favourite", "value": "x"}]);
    plain
        .send("PATCH", &format!("/Users/{id}"), &patch_op(&odd))
        .await;
    assert_eq!(only_event(&log).get("ignored"), Some("favourite"));
}

#[tokio::test]
async fn a_refused_change_leaves_an_event_with_the_reason() {
    let (log, _listening) = Log::listen();
    let plain = Plain::new(Profile::tolerant());
    let ada = entra_user("ada@acme.example");
    let id = plain.create(&ada).await;
    let path = format!("/Users/{id}");
    let bad_path = patch_op(&json!([{"op": "add", "path": "a..b", "value": 1}]));
    let bad_value = patch_op(&json!([{"op": "add", "path": "active", "value": "perhaps"}]));
    for (method, path, body, status, scim_type, shown) in [
        ("POST", "/Users", &ada, "409", Some("uniqueness"), None),
        (
            "POST",
            "/Users",
            &json!([]),
            "400",
            Some("invalidSyntax"),
            None,
        ),
        (
            "PATCH",
            &path,
            &bad_path,
            "400",
            Some("invalidPath"),
            Some(id.as_str()),
        ),
        (
            "PATCH",
            &path,
            &bad_value,
            "400",
            Some("invalidValue"),
            Some(id.as_str()),
        ),
        // An unknown id may be any text, and so may one that is not a plain id.
        (
            "DELETE",
            "/Users/ada@acme.example",
            &Value::Null,
            "404",
            None,
            None,
        ),
        (
            "PATCH",
            "/Users/ada@acme.example",
            &bad_path,
            "400",
            Some("invalidPath"),
            None,
        ),
        ("POST", &path, &ada, "405", None, None),
        ("DELETE", "/Users", &Value::Null, "405", None, None),
        ("POST", "/Persons", &ada, "404", None, None),
        ("POST", "/Bulk", &Value::Null, "501", None, None),
    ] {
        let _ = log.take();
        plain.send(method, path, body).await;
        let line = only_event(&log);
        assert_eq!(line.get("status"), Some(status), "{line}");
        assert_eq!(line.get("scim_type"), scim_type, "{line}");
        assert_eq!(line.get("id"), shown, "{line}");
        assert_eq!(line.get("principal"), Some("entra"), "{line}");
        assert!(!line.to_string().contains("ada@"), "{line}");
        let reason = line.get("detail").is_some();
        assert_eq!(reason, !["404", "405"].contains(&status), "{line}");
    }
}

#[tokio::test]
async fn an_unauthenticated_request_leaves_no_name_and_no_id() {
    let (log, _listening) = Log::listen();
    let plain = Plain::new(Profile::tolerant());
    for (method, path) in [
        ("POST", "/Users"),
        ("PUT", "/Users/7"),
        ("PATCH", "/Groups/7"),
        ("DELETE", "/Users/7"),
    ] {
        let _ = log.take();
        let body = entra_user("ada@acme.example");
        let (status, _) = plain.send_as("wr0ng", method, path, &body).await;
        assert_eq!(status, 401);
        let line = only_event(&log);
        assert_eq!(line.get("tenant"), Some("acme"));
        assert_eq!(line.get("status"), Some("401"));
        assert_eq!(line.get("detail"), Some("The bearer token is not valid"));
        for absent in ["principal", "id", "attributes"] {
            assert_eq!(line.get(absent), None, "{line}");
        }
        assert!(line.get("resource_type").is_some());
        assert!(!line.to_string().contains("wr0ng"), "{line}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_leaves_an_event() {
    let (log, _listening) = Log::listen();
    let mut plain = Plain::new(Profile::tolerant());
    plain.0 = plain
        .0
        .with_limits(Limits::default().with_max_body_bytes(10));
    plain
        .send("POST", "/Users", &entra_user("ada@acme.example"))
        .await;
    let line = only_event(&log);
    assert_eq!(line.get("operation"), Some("create"));
    assert_eq!(line.get("status"), Some("413"));
}

#[tokio::test]
async fn an_upstream_failure_carries_the_upstream_id() {
    const CORRELATION: &str = "11111111-2222-4333-8444-555555555555";
    let (log, _listening) = Log::listen();
    let scene = Scene::start().await;
    let refusal = Fault::status(400).with_body(json!({
        "status": "error",
        "category": "VALIDATION_ERROR",
        "message": "not today",
        "correlationId": CORRELATION,
    }));
    scene.hubspot().inject(refusal.on("POST", "*"));
    let answer = scene
        .post("/scim/v2/Users", &entra_user("ada@acme.example"))
        .await;
    answer.expect_error(400, Some("invalidValue"));
    let line = only_event(&log);
    assert_eq!(line.get("upstream_id"), Some(CORRELATION), "{line}");
    assert_eq!(line.get("status"), Some("400"));
    assert_eq!(line.get("scim_type"), Some("invalidValue"));
    assert_eq!(line.get("principal"), Some("identity provider"));
    assert!(!answer.text().contains(CORRELATION), "{}", answer.text());
}

#[tokio::test]
async fn the_omissions_of_a_deactivation_name_the_same_id() {
    let (log, _listening) = Log::listen();
    let scene = Scene::start().await;
    let id = scene.create(&entra_user("ada@acme.example")).await;
    let _ = log.take();
    let change = patch_op(&json!([
        {"op": "Replace", "path": "name.givenName", "value": 7},
        {"op": "Replace", "path": "active", "value": "False"},
    ]));
    let answer = scene.patch(&format!("/scim/v2/Users/{id}"), &change).await;
    assert_eq!(answer.expect(200).get("active"), Some(&json!(false)));
    assert!(log.lines("hubspot_adapter::audit").is_empty());
    let line = only_event(&log);
    assert_eq!(line.get("id"), Some(id.as_str()));
    assert_eq!(
        line.get("left_out"),
        Some("name.givenName must be a string")
    );
    assert_eq!(line.get("attributes"), Some("name.givenName,active"));
    assert_eq!(line.get("status"), Some("200"));
}

#[tokio::test]
async fn the_profile_decides_about_deactivation_first() {
    let rfc = Profile::rfc();
    for (profile, status, active) in [
        (rfc, 200, false),
        (rfc.without(Tolerance::DeactivationFirst), 400, true),
    ] {
        let scene = Scene::builder().profile(profile).start().await;
        let user = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": "ada@acme.example",
        });
        let path = format!("/scim/v2/Users/{}", scene.create(&user).await);
        let change = patch_op(&json!([
            {"op": "replace", "path": "name.givenName", "value": 7},
            {"op": "replace", "path": "active", "value": false},
        ]));
        assert_eq!(scene.patch(&path, &change).await.status(), status);
        let shown = scene.get(&path).await;
        assert_eq!(shown.expect(200)["active"], active);
    }
}

#[tokio::test]
async fn an_adoption_is_reported_as_such() {
    let (log, _listening) = Log::listen();
    let scene = Scene::start().await;
    let made = scene.create(&entra_user("ada@acme.example")).await;
    assert!(log.lines("hubspot_adapter::audit").is_empty());
    let _ = log.take();
    let there = scene.member("lin.wei@acme.example").id;
    let taken = scene.create(&entra_user("lin.wei@acme.example")).await;
    assert_eq!(taken, there);
    assert_ne!(taken, made);
    let adapter = log.lines("hubspot_adapter::audit");
    assert_eq!(adapter.len(), 1, "{adapter:?}");
    assert_eq!(adapter[0].get("id"), Some(there.as_str()));
    assert_eq!(only_event(&log).get("id"), Some(there.as_str()));
}

#[tokio::test]
async fn a_failed_adoption_is_not_reported_as_one() {
    let (log, _listening) = Log::listen();
    let refuses = r#"{"deprovision": "refuse"}"#;
    let scene = Scene::builder().configure(refuses).start().await;
    let mut user = entra_user("lin.wei@acme.example");
    user["active"] = json!(false);
    let answer = scene.post("/scim/v2/Users", &user).await;
    answer.expect_error(400, Some("mutability"));
    assert!(log.lines("hubspot_adapter::audit").is_empty());
}

#[tokio::test]
async fn a_missing_seat_carries_the_id_of_hubspots_refusal() {
    const CORRELATION: &str = "22222222-2222-4333-8444-555555555555";
    let (log, _listening) = Log::listen();
    let scene = Scene::start().await;
    let refusal = Fault::status(400).with_body(json!({
        "status": "error",
        "errors": [{"code": "AppUserErrors.NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION"}],
        "message": "no seat",
        "correlationId": CORRELATION,
    }));
    scene.hubspot().inject(refusal.on("POST", "*"));
    let answer = scene
        .post("/scim/v2/Users", &entra_user("ada@acme.example"))
        .await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.contains("free seat"), "{detail}");
    assert_eq!(only_event(&log).get("upstream_id"), Some(CORRELATION));
}

#[tokio::test]
async fn only_identifiers_are_shown_on_request() {
    let (log, _listening) = Log::listen();
    let mut plain = Plain::new(Profile::tolerant());
    let ada = with(okta_user("ada@acme.example"), "externalId", "emp-1815");
    let id = plain.create(&ada).await;
    let line = only_event(&log);
    assert_eq!(line.get("user_name"), None, "{line}");
    plain
        .send("DELETE", &format!("/Users/{id}"), &Value::Null)
        .await;
    let _ = log.take();

    plain.0 = plain.0.auditing_identifiers();
    let id = plain.create(&ada).await;
    let path = format!("/Users/{id}");
    let lines = [
        only_event(&log),
        {
            plain.send("PUT", &path, &ada).await;
            only_event(&log)
        },
        {
            let change = json!([{"op": "replace", "value": {"title": "Countess"}}]);
            plain.send("PATCH", &path, &patch_op(&change)).await;
            only_event(&log)
        },
        {
            plain.send("POST", "/Users", &ada).await;
            only_event(&log)
        },
    ];
    for line in lines {
        assert_eq!(line.get("user_name"), Some("ada@acme.example"), "{line}");
        assert_eq!(line.get("external_id"), Some("emp-1815"), "{line}");
        for never in ["1mz050nq", "Lovelace", "Countess", "s3cret"] {
            assert!(!line.to_string().contains(never), "{line}");
        }
    }
}

#[tokio::test]
async fn a_long_identifier_is_cut() {
    let (log, _listening) = Log::listen();
    let mut plain = Plain::new(Profile::tolerant());
    plain.0 = plain.0.auditing_identifiers();
    plain.create(&entra_user(&"a".repeat(10_000))).await;
    let shown = only_event(&log).get("user_name").unwrap().chars().count();
    assert_eq!(shown, 121);
}

#[tokio::test]
async fn reads_and_searches_leave_no_event_and_no_warning() {
    let (log, _listening) = Log::listen();
    let plain = Plain::new(Profile::tolerant());
    // The connection tests of Entra ID and Okta, and a request with a wrong token.
    let probe = "/Users?filter=userName+eq+%225f7a0000-0000-4000-8000-000000000000%22";
    plain.send("GET", probe, &Value::Null).await;
    plain
        .send("GET", "/Users?startIndex=1&count=2", &Value::Null)
        .await;
    plain.send("GET", "/Users/7", &Value::Null).await;
    plain.send_as("wr0ng", "GET", probe, &Value::Null).await;
    plain.send("POST", "/Users/.search", &json!({})).await;
    plain.send("POST", "/.search", &json!({})).await;
    plain.send("HEAD", "/Schemas", &Value::Null).await;
    assert!(log.lines(AUDIT).is_empty());
    let requests = log.lines("scim_core::request");
    assert!(requests.iter().all(|line| line.level() == Level::DEBUG));
    let said = |name| {
        let field = move |line: &Line| line.get(name).unwrap_or("-").to_owned();
        requests.iter().map(field).collect::<Vec<_>>()
    };
    assert_eq!(
        said("status"),
        ["200", "200", "404", "401", "200", "200", "200"]
    );
    assert_eq!(
        said("operation"),
        ["read", "read", "read", "read", "search", "search", "read"]
    );
    assert_eq!(said("principal")[3], "-");
    assert!(!log.take().contains("5f7a0000"));
}

#[tokio::test]
async fn an_abandoned_change_leaves_an_event() {
    let (log, _listening) = Log::listen();
    let scene = Scene::start().await;
    let id = scene.create(&entra_user("ada@acme.example")).await;
    let _ = log.take();
    {
        let path = format!("/scim/v2/Users/{id}");
        let change = patch_op(&json!([{"op": "Replace", "path": "active", "value": "False"}]));
        let mut asked = std::pin::pin!(scene.patch(&path, &change));
        // The request gets to its first HubSpot call. Then the connection breaks.
        std::future::poll_fn(|context| {
            assert!(asked.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
    }
    let line = only_event(&log);
    assert_eq!(line.get("abandoned"), Some("true"));
    assert_eq!(line.get("status"), None);
    assert_eq!(line.get("id"), Some(id.as_str()));
    assert_eq!(line.get("attributes"), Some("active"));
}
