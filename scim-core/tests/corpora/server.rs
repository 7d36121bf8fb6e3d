//! A service in the same process, with two users and a group in memory.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use scim_core::auth::Anonymous;
use scim_core::clock::{Clock, Random};
use scim_core::memory::{MemoryProvider, MemoryStore};
use scim_core::message::ErrorBody;
use scim_core::provider::{
    Capabilities, CreateRequest, DeleteRequest, GetRequest, ListRequest, ReplaceRequest,
};
use scim_core::query::Page;
use scim_core::schema::ResourceType;
use scim_core::tenant::Tenant;
use scim_core::{Error, Profile, Provider, Resource, Service};
use serde_json::Value;

const ADA: &str = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"externalId":"x1","userName":"ada@contoso.com","active":true,"title":"Guide","name":{"givenName":"Ada","familyName":"Jensen"},"emails":[{"value":"ada@contoso.com","type":"work","primary":true},{"value":"ada@home.example","type":"home"}],"roles":[{"value":"Admin","primary":true}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Tours","manager":{"value":"26"}}}"#;
const BOB: &str = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob","active":false,"displayName":"Bob"}"#;
const GROUP: &str = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Guides","members":[{"value":"00000000-0000-4000-8000-000000000001"}]}"#;

/// The work that the provider leaves to the service.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Provided {
    /// The provider applies a PATCH and answers a filter from its indexes.
    All,
    /// The service applies a PATCH and filters, sorts and pages what the provider lists.
    Storage,
}

/// A service and the state it started with.
pub(crate) struct Server {
    service: Service,
    start: Bytes,
    is_written: Cell<bool>,
}

/// Calls `check` with a server in its initial state.
///
/// A server is expensive to build, so each thread keeps one of each kind until a request changes it.
pub(crate) fn with_server<T>(
    profile: Profile,
    provided: Provided,
    check: impl FnOnce(&Server) -> T,
) -> T {
    type Kept = Vec<(Profile, Provided, Server)>;
    thread_local! {
        static KEPT: RefCell<Kept> = const { RefCell::new(Vec::new()) };
    }

    let kept = KEPT.with_borrow_mut(|kept| {
        let position = kept
            .iter()
            .position(|(of, by, _)| *of == profile && *by == provided);
        position.map(|position| kept.swap_remove(position).2)
    });
    let server = kept.unwrap_or_else(|| Server::new(profile, provided));

    let outcome = check(&server);

    if !server.is_written.get() || server.is_unchanged() {
        server.is_written.set(false);
        KEPT.with_borrow_mut(|kept| kept.push((profile, provided, server)));
    }
    outcome
}

impl Server {
    fn new(profile: Profile, provided: Provided) -> Self {
        let store = MemoryStore::with_sources(Still, Counter::default());
        let tenant = Tenant::builder("https://example.com/scim/v2".parse().expect("a URL"))
            .profile(profile)
            .authenticator(Anonymous::new());
        let tenant = match provided {
            Provided::All => tenant.provider(store.users()).provider(store.groups()),
            Provided::Storage => tenant
                .provider(Storage(store.users()))
                .provider(Storage(store.groups())),
        };

        let mut server = Self {
            service: Service::new(tenant.build().expect("a tenant")).checking_answers(),
            start: Bytes::new(),
            is_written: Cell::new(false),
        };
        for (path, resource) in [("/Users", ADA), ("/Users", BOB), ("/Groups", GROUP)] {
            let (status, body) = server.send("POST", path, resource);
            assert_eq!(status, 201, "{body}");
        }
        server.start = server.state();
        server.is_written.set(false);
        server
    }

    pub(crate) fn is_unchanged(&self) -> bool {
        self.state() == self.start
    }

    /// Every stored resource.
    fn state(&self) -> Bytes {
        let request = Request::get("/").body(Bytes::new()).expect("a request");
        self.handle(request).into_body()
    }

    /// Sends a request and checks that the response is SCIM.
    pub(crate) fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let is_head = request.method() == "HEAD";
        let is_safe = is_head || request.method() == "GET";
        let response = self
            .service
            .handle(request)
            .now_or_never()
            .expect("no waiting");
        check(is_head, &response);
        if !is_safe && response.status().is_success() {
            self.is_written.set(true);
        }
        response
    }

    /// Sends a request. Returns the status and the JSON of the response, `null` without a body.
    pub(crate) fn send(&self, method: &str, path: &str, body: impl AsRef<[u8]>) -> (u16, Value) {
        let request = Request::builder().method(method).uri(path);
        let body = Bytes::copy_from_slice(body.as_ref());
        let response = self.handle(request.body(body).expect("a request"));
        let json = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        (response.status().as_u16(), json)
    }
}

/// Checks the properties of every response.
fn check(is_head: bool, response: &Response<Bytes>) {
    let status = response.status();
    let body = String::from_utf8_lossy(response.body());
    // 501 says that the server does not support an operation of the RFC.
    assert!(
        !status.is_server_error() || status == 501,
        "{status}: {body}"
    );

    let content_type = response.headers().get("content-type");
    if status == 204 {
        assert!(body.is_empty() && content_type.is_none(), "{body}");
        return;
    }

    let content_type = content_type.expect("a content type");
    assert_eq!(content_type.as_bytes(), b"application/scim+json");
    if is_head {
        assert!(body.is_empty(), "{body}");
        return;
    }

    if status.is_success() {
        let value: Value = serde_json::from_str(&body).expect("JSON");
        assert!(value["schemas"].is_array(), "{body}");
        assert!(value.get("password").is_none(), "{body}");
    } else {
        let error: ErrorBody = serde_json::from_str(&body).expect("a SCIM error");
        assert_eq!(error.status, status.as_str());
    }
}

/// A provider that only stores.
#[derive(Debug)]
struct Storage(MemoryProvider);

#[async_trait::async_trait]
impl Provider for Storage {
    fn resource_type(&self) -> &ResourceType {
        self.0.resource_type()
    }

    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    async fn create(&self, request: CreateRequest) -> Result<Resource, Error> {
        self.0.create(request).await
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        self.0.get(request).await
    }

    async fn list(&self, request: ListRequest) -> Result<Page, Error> {
        let all = ListRequest::new(request.context, u64::MAX);
        let page = self.0.list(all).await?;
        let (_, resources) = page.finish(None, None, 1, u64::MAX, self.resource_type());
        Ok(Page::complete(resources))
    }

    async fn replace(&self, request: ReplaceRequest) -> Result<Resource, Error> {
        self.0.replace(request).await
    }

    async fn delete(&self, request: DeleteRequest) -> Result<(), Error> {
        self.0.delete(request).await
    }
}

/// A clock that stands still, so that equal requests get equal responses.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_763_717_400)
    }
}

/// Counts up, so that seeds can name the ids.
#[derive(Debug, Default)]
struct Counter(AtomicU64);

impl Random for Counter {
    fn bytes(&self) -> [u8; 16] {
        let next = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        u128::from(next).to_be_bytes()
    }
}
