//! A service over the memory provider with the address and the times of the RFC.

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use jiff::Timestamp;
use scim_core::auth::BearerTokens;
use scim_core::clock::{Clock, Random};
use scim_core::memory::MemoryStore;
use scim_core::service::Limits;
use scim_core::tenant::Tenant;
use scim_core::{Profile, Service};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const BASE: &str = "https://example.com/v2";

#[derive(Clone, Debug)]
struct Now(Arc<Mutex<SystemTime>>);

impl Clock for Now {
    fn now(&self) -> SystemTime {
        *self.0.lock().expect("no panic")
    }
}

/// The ids of the examples in order, then others.
#[derive(Debug)]
struct Ids(Mutex<(Vec<Uuid>, u8)>);

impl Random for Ids {
    fn bytes(&self) -> [u8; 16] {
        let mut ids = self.0.lock().expect("no panic");
        if ids.0.is_empty() {
            ids.1 += 1;
            [ids.1; 16]
        } else {
            *ids.0.remove(0).as_bytes()
        }
    }
}

/// A service with the time and the ids of an example.
pub(crate) struct Scene {
    service: Service,
    now: Now,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) json: Value,
}

impl Scene {
    /// The memory provider under `Profile::rfc`. New resources get these `ids`.
    pub(crate) fn new(ids: &[&str]) -> Self {
        let now = Now(Arc::new(Mutex::new(instant("2011-08-01T18:29:49.793Z"))));
        let ids = ids.iter().map(|id| id.parse().expect("a UUID")).collect();
        let store = MemoryStore::with_sources(now.clone(), Ids(Mutex::new((ids, 0))));
        let tenant = Tenant::builder(BASE.parse().expect("a URL"))
            .profile(Profile::rfc())
            .authenticator(BearerTokens::new("test", "h480djs93hd8"))
            .provider(store.users())
            .provider(store.groups().taking_any_member())
            .build()
            .expect("a tenant");
        Self {
            service: Service::new(tenant).checking_answers(),
            now,
        }
    }

    pub(crate) fn with_limits(mut self, limits: Limits) -> Self {
        self.service = self.service.with_limits(limits);
        self
    }

    pub(crate) fn at(&self, time: &str) {
        *self.now.0.lock().expect("no panic") = instant(time);
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.send_if(method, path, body, None)
    }

    pub(crate) fn send_if(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        version: Option<&str>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("accept", "application/scim+json")
            .header("authorization", "Bearer h480djs93hd8");
        if let Some(version) = version {
            request = request.header("if-match", version);
        }

        let body = body.map_or_else(Bytes::new, |json| json.to_string().into());
        let request = request.body(body).expect("a request");
        let response = self.service.handle(request).now_or_never();
        let (head, body) = response.map(Response::into_parts).expect("no waiting");
        let header = |name: &str| Some(head.headers.get(name)?.to_str().ok()?.to_owned());

        if !body.is_empty() {
            let kind = header("content-type");
            assert_eq!(kind.as_deref(), Some("application/scim+json"));
        }

        Answer {
            status: head.status.as_u16(),
            location: header("location"),
            json: serde_json::from_slice(&body).unwrap_or(Value::Null),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    /// Creates the resource of an example with the body that a client would send.
    #[track_caller]
    pub(crate) fn create(&self, path: &str, example: &Value) -> Value {
        let mut body = example.clone();
        let members = body.as_object_mut().expect("a resource");
        for server in ["id", "meta", "groups"] {
            members.remove(server);
        }
        let answer = self.send("POST", path, Some(&body));
        assert_eq!(answer.status, 201, "{}", answer.json);
        answer.json
    }
}

fn instant(text: &str) -> SystemTime {
    text.parse::<Timestamp>().expect("a dateTime").into()
}

/// Asserts that a response has every member of an example, and beyond it only the members in `more`.
///
/// The server chooses versions, and instants compare by value.
#[track_caller]
pub(crate) fn assert_shows(answer: &Value, example: &Value, more: &[&str]) {
    let mut answer = answer.clone();
    let mut example = example.clone();

    for side in [&mut answer, &mut example] {
        if let Some(meta) = side.get_mut("meta").and_then(Value::as_object_mut) {
            meta.remove("version");
            for time in ["created", "lastModified"] {
                if let Some(Value::String(text)) = meta.get(time) {
                    let instant: Timestamp = text.parse().expect("a dateTime");
                    meta.insert(time.to_owned(), json!(instant.to_string()));
                }
            }
        }
    }

    let members = answer.as_object_mut().expect("an object");
    for name in more {
        assert!(members.remove(*name).is_some(), "{name} is missing");
    }

    assert_eq!(answer, example);
}
