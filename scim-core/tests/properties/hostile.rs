//! No input leads to a panic or to a response that is not SCIM.

use std::fmt;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use proptest::prelude::*;
use scim_core::auth::Anonymous;
use scim_core::memory::MemoryStore;
use scim_core::message::ErrorBody;
use scim_core::query::Query;
use scim_core::schema::ResourceType;
use scim_core::service::Limits;
use scim_core::tenant::Tenant;
use scim_core::{ListResponse, PatchOp, Profile, Resource, Schema, Service, patch};
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

fn profile() -> impl Strategy<Value = Profile> {
    prop_oneof![
        Just(Profile::tolerant()),
        Just(Profile::rfc()),
        Just(Profile::entra())
    ]
}

fn name() -> impl Strategy<Value = String> {
    let known = vec![
        "userName",
        "USERNAME",
        "name",
        "givenName",
        "emails",
        "value",
        "type",
        "primary",
        "members",
        "active",
        "title",
        "displayName",
        "schemas",
        "id",
        "meta",
        "groups",
        "password",
        "roles",
        "manager",
        "department",
        "$ref",
        "externalId",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
        "name.givenName",
        "emails[type eq \"work\"].value",
        "op",
        "path",
        "Operations",
        "x509Certificates",
    ];
    prop_oneof![8 => prop::sample::select(known).prop_map(str::to_owned), 1 => any::<String>()]
}

fn path() -> impl Strategy<Value = String> {
    let paths = vec![
        "emails",
        "emails.value",
        "emails[type eq \"work\"]",
        "emails[type eq \"work\"].value",
        "emails[primary eq true].primary",
        "emails[not (type pr)].display",
        "roles[primary eq \"True\"].value",
        "name",
        "name.familyName",
        "name[givenName eq \"a\"].familyName",
        "title[value eq \"a\"]",
        "userName",
        "active",
        "members[value eq \"1\"]",
        "members[value eq \"1\"].value",
        "members",
        "manager",
        "manager.value",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager[value eq \"1\"].$ref",
        "schemas",
        "id",
        "meta.version",
        "",
        "emails[",
        "x509Certificates[value eq \"a\"]",
    ];
    prop_oneof![8 => prop::sample::select(paths).prop_map(str::to_owned), 2 => name(), 1 => any::<String>()]
}

fn json() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(vec![
        "work",
        "home",
        "True",
        "false",
        "",
        "1",
        "a@b.example",
        "2026-01-01T00:00:00Z",
        "{\"value\":\"x\"}",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = Value> {
    prop::collection::vec((name(), json()), 0..8)
        .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>()))
}

fn operations() -> impl Strategy<Value = Value> {
    let op = prop::sample::select(vec![
        "add", "Remove", "replace", "REPLACE", "remove", "add", "move",
    ]);
    let operation = (
        op,
        prop::option::weighted(0.8, path()),
        prop::option::weighted(0.9, json()),
    )
        .prop_map(|(op, path, value)| {
            let mut operation = Map::new();
            operation.insert("op".to_owned(), op.into());
            if let Some(path) = path {
                operation.insert("path".to_owned(), path.into());
            }
            if let Some(value) = value {
                operation.insert("value".to_owned(), value);
            }
            Value::Object(operation)
        });
    let operation = prop_oneof![12 => operation, 1 => json()];

    prop::collection::vec(operation, 0..6).prop_map(|operations| {
        serde_json::json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        2 => object().prop_map(|value| value.to_string().into_bytes()),
        2 => operations().prop_map(|value| value.to_string().into_bytes()),
        1 => json().prop_map(|value| value.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
}

fn query() -> impl Strategy<Value = String> {
    let parameter = prop::sample::select(vec![
        "filter",
        "attributes",
        "excludedAttributes",
        "sortBy",
        "sortOrder",
        "startIndex",
        "count",
        "aadOptscim062020",
    ]);
    let value = prop_oneof![
        path(),
        (
            name(),
            prop::sample::select(vec!["eq", "ne", "gt", "pr", "and"]),
            any::<String>()
        )
            .prop_map(|(name, op, text)| format!("{name} {op} \"{text}\"")),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<String>(),
    ];
    prop::collection::vec((parameter, value), 0..5).prop_map(|pairs| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs);
        query.finish()
    })
}

fn segment() -> impl Strategy<Value = String> {
    let known = vec![
        "Users",
        "Groups",
        "scim",
        "v2",
        "Schemas",
        "ResourceTypes",
        "ServiceProviderConfig",
        "Me",
        "Bulk",
        ".search",
        "..",
        "",
        "%2F",
        "%FF",
        "%00",
    ];
    prop_oneof![4 => prop::sample::select(known).prop_map(str::to_owned), 1 => "[a-z%0-9]{0,5}"]
}

fn service(profile: Profile) -> Service {
    let store = MemoryStore::new();
    let tenant = Tenant::builder("https://example.com/scim/v2".parse().expect("a URL"))
        .profile(profile)
        .authenticator(Anonymous::new())
        .provider(store.users())
        .provider(store.groups().taking_any_member());
    Service::new(tenant.build().expect("a tenant")).auditing_identifiers()
}

/// Reads every log line and asserts that no request causes an endless or a forged one.
struct Reader;

impl Visit for Reader {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        assert!(text.len() < 8_000, "{field}: {} bytes", text.len());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        assert!(value.len() < 5_000, "{field}: {} bytes", value.len());
        if matches!(field.name(), "attributes" | "ignored") {
            let is_plain = |byte: u8| byte.is_ascii_graphic();
            assert!(value.bytes().all(is_plain), "{field}: {value}");
        }
        let is_one_line = !value.chars().any(char::is_control);
        assert!(
            field.name() != "left_out" || is_one_line,
            "{field}: {value:?}"
        );
    }
}

impl Subscriber for Reader {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Self);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn send(service: &Service, method: &str, uri: &str, body: Vec<u8>) -> Option<Response<Bytes>> {
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .body(Bytes::from(body))
        .ok()?;
    let answer = tracing::subscriber::with_default(Reader, || {
        service.handle(request).now_or_never().expect("no waiting")
    });
    Some(answer)
}

/// Checks the properties of every response.
fn check(method: &str, answer: &Response<Bytes>) -> Result<(), TestCaseError> {
    let status = answer.status();
    prop_assert_ne!(status, 500);
    if status == 204 {
        prop_assert!(answer.body().is_empty());
        prop_assert!(!answer.headers().contains_key("content-type"));
        return Ok(());
    }
    prop_assert_eq!(
        answer
            .headers()
            .get("content-type")
            .map(http::HeaderValue::as_bytes),
        Some(&b"application/scim+json"[..])
    );

    if method == "HEAD" {
        prop_assert!(answer.body().is_empty());
        return Ok(());
    }

    let text = String::from_utf8_lossy(answer.body());
    if status.is_success() {
        let value: Value = serde_json::from_str(&text).expect("JSON");
        prop_assert!(value.get("schemas").is_some_and(Value::is_array));
        prop_assert!(!text.contains("\"password\":"));
        prop_assert!(!text.contains(":null"), "{}", text);
    } else {
        let error: ErrorBody = serde_json::from_str(&text).expect("a SCIM error");
        prop_assert_eq!(error.status, status.as_str());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), profile in profile()) {
        let _ = Resource::from_slice(&bytes);
        let _ = PatchOp::from_slice(&bytes, profile);
        let _ = ListResponse::from_slice(&bytes);
        let _ = Schema::from_slice(&bytes);
        let _ = Query::parse(&String::from_utf8_lossy(&bytes), profile);
    }

    #[test]
    fn any_query_is_read_or_refused(query in query(), profile in profile()) {
        let _ = Query::parse(&query, profile);
    }

    #[test]
    fn any_patch_applies_whole_or_not_at_all(
        resource in object(), operations in operations(), profile in profile(), group in any::<bool>(),
    ) {
        let resource_type = if group { ResourceType::group() } else { ResourceType::user() };
        let resource = Resource::from_slice(resource.to_string().as_bytes()).expect("an object");
        let before = resource.to_string();
        let Ok(patch) = PatchOp::from_slice(operations.to_string().as_bytes(), profile) else {
            return Ok(());
        };
        let applied = patch::apply(&resource, &patch, &resource_type, profile);
        prop_assert_eq!(resource.to_string(), before);
        if let Ok(applied) = applied {
            // A client cannot change read-only attributes.
            for name in ["id", "meta"] {
                prop_assert!(!applied.changed.iter().any(|changed| changed.eq_ignore_ascii_case(name)));
            }
            prop_assert!(Resource::from_slice(&applied.resource.to_vec()).is_ok());
        }
    }

    #[test]
    fn any_request_is_answered_in_scim(
        method in prop::sample::select(vec!["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"]),
        segments in prop::collection::vec(segment(), 0..5),
        query in query(),
        body in body(),
        profile in profile(),
    ) {
        let uri = format!("/{}?{query}", segments.join("/"));
        if let Some(answer) = send(&service(profile), method, &uri, body) {
            check(method, &answer)?;
        }
    }

    #[test]
    fn any_sequence_of_requests_is_answered_in_scim(
        group in any::<bool>(),
        steps in prop::collection::vec((prop::sample::select(vec!["PUT", "PATCH", "GET", "PATCH", "HEAD"]), body(), operations(), query()), 0..6),
        profile in profile(),
    ) {
        let (path, first) = if group {
            ("/Groups", r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"g","members":[{"value":"1"}]}"#)
        } else {
            ("/Users", r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u","emails":[{"value":"a@b.example","type":"work"}]}"#)
        };

        let service = service(profile);
        let made = send(&service, "POST", path, first.into()).expect("a request");
        prop_assert_eq!(made.status(), 201);
        let id = Resource::from_slice(made.body()).expect("a resource").id().expect("an id").into_owned();
        for (method, body, operations, query) in steps {
            let body = if method == "PATCH" { operations.to_string().into_bytes() } else { body };
            for uri in [format!("{path}/{id}"), format!("{path}/{id}?{query}")] {
                if let Some(answer) = send(&service, method, &uri, body.clone()) {
                    check(method, &answer)?;
                }
            }
            let all = send(&service, "GET", path, Vec::new()).expect("a request");
            check("GET", &all)?;
        }
    }
}

#[test]
fn deep_json_overflows_no_stack() {
    let deep = "{\"a\":".repeat(50_000);
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            assert!(Resource::from_slice(deep.as_bytes()).is_err());
            assert!(PatchOp::from_slice(deep.as_bytes(), Profile::tolerant()).is_err());
            // The deepest allowed resource passes through everything that walks it.
            let resource = format!(
                "{{\"userName\":\"u\",\"x\":{}1{}}}",
                "[".repeat(120),
                "]".repeat(120)
            );
            let service = service(Profile::tolerant())
                .with_limits(Limits::default().with_max_json_depth(128));
            let made = send(&service, "POST", "/Users", resource.into_bytes()).expect("a request");
            assert_eq!(made.status(), 201);

            let filter = format!("{}userName%20pr{}", "(".repeat(5_000), ")".repeat(5_000));
            let found = send(
                &service,
                "GET",
                &format!("/Users?filter={filter}"),
                Vec::new(),
            )
            .expect("a request");
            assert_eq!(found.status(), 400);
        })
        .expect("a thread")
        .join()
        .expect("no panic");
}
