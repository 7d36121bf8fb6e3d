//! The service behind `tower_service::Service`, with bodies in frames.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full};
use scim_core::Service;
use scim_core::auth::{Anonymous, BearerTokens};
use scim_core::memory::MemoryStore;
use scim_core::message::ErrorBody;
use scim_core::service::Limits;
use scim_core::tenant::Tenant;

/// A body of equal parts that then ends or fails.
struct Parts {
    left: usize,
    part: &'static [u8],
    breaks: bool,
}

impl Body for Parts {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if self.left > 0 {
            self.left -= 1;
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(self.part)))));
        }
        let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        Poll::Ready(self.breaks.then_some(Err(broken)))
    }
}

fn post<B>(body: B) -> Response<Bytes>
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let tenant = Tenant::builder("https://example.com/scim/v2".parse().expect("a URL"))
        .authenticator(Anonymous::new())
        .provider(MemoryStore::new().users())
        .build()
        .expect("a tenant");
    let limits = Limits::default().with_max_body_bytes(64);
    let mut service = Service::new(tenant).with_limits(limits);

    let request = Request::post("/scim/v2/Users")
        .body(body)
        .expect("a request");

    let answer: Result<Response<Full<Bytes>>, Infallible> =
        tower_service::Service::call(&mut service, request)
            .now_or_never()
            .expect("no waiting");

    let (head, body) = answer.expect("infallible").into_parts();
    let body = body
        .collect()
        .now_or_never()
        .expect("no waiting")
        .expect("a body");
    Response::from_parts(head, body.to_bytes())
}

#[test]
fn a_body_in_parts_is_joined() {
    let body = Parts {
        left: 1,
        part: br#"{"userName":"ada"}"#,
        breaks: false,
    };
    assert_eq!(post(body).status(), 201);
    assert_eq!(
        post(Full::new(Bytes::from_static(br#"{"userName":"ada"}"#))).status(),
        201
    );
}

#[test]
fn an_endless_body_is_cut_off() {
    let answer = post(Parts {
        left: usize::MAX,
        part: b"{\"userName\":",
        breaks: false,
    });
    assert_eq!(answer.status(), 413);
    let error: ErrorBody = serde_json::from_slice(answer.body()).expect("a SCIM error");
    assert_eq!(error.status, "413");
}

#[test]
fn a_broken_body_creates_no_user() {
    let answer = post(Parts {
        left: 1,
        part: br#"{"userName":"ada"}"#,
        breaks: true,
    });
    assert_eq!(answer.status(), 400);
    let error: ErrorBody = serde_json::from_slice(answer.body()).expect("a SCIM error");
    assert_eq!(error.scim_type.as_deref(), Some("invalidSyntax"));
}

/// A body that fails the test if the service polls it.
struct Untouchable;

impl Body for Untouchable {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        unreachable!("the service read the body");
    }
}

/// One-byte frames, each in an allocation of its own, and the number of frames that are alive.
struct Packets {
    rest: &'static [u8],
    alive: Arc<AtomicUsize>,
    most_alive: Arc<AtomicUsize>,
}

/// A frame of one byte that counts itself.
struct Packet {
    byte: [u8; 1],
    alive: Arc<AtomicUsize>,
}

impl AsRef<[u8]> for Packet {
    fn as_ref(&self) -> &[u8] {
        &self.byte
    }
}

impl Drop for Packet {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Body for Packets {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some((byte, rest)) = self.rest.split_first() else {
            return Poll::Ready(None);
        };
        self.rest = rest;

        let alive = self.alive.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_alive.fetch_max(alive, Ordering::Relaxed);
        let packet = Packet {
            byte: [*byte],
            alive: Arc::clone(&self.alive),
        };
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_owner(packet)))))
    }
}

/// A service with the token `s3cret` and the default limits.
fn guarded() -> Service {
    let tenant = Tenant::builder("https://example.com/scim/v2".parse().expect("a URL"))
        .authenticator(BearerTokens::new("entra", "s3cret"))
        .provider(MemoryStore::new().users())
        .build()
        .expect("a tenant");
    Service::new(tenant)
}

fn send<B>(service: &Service, request: Request<B>) -> Response<Bytes>
where
    B: Body + Send,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let answer = service.handle_stream(request).now_or_never();
    answer.expect("no waiting")
}

#[test]
fn r2_one_byte_packets_are_copied_and_none_is_held() {
    let most_alive = Arc::new(AtomicUsize::new(0));
    let body = Packets {
        rest: br#"{"userName":"ada"}"#,
        alive: Arc::default(),
        most_alive: Arc::clone(&most_alive),
    };
    let request = Request::post("/scim/v2/Users")
        .header("authorization", "Bearer s3cret")
        .body(body)
        .expect("a request");

    assert_eq!(send(&guarded(), request).status(), 201);
    assert_eq!(most_alive.load(Ordering::Relaxed), 1);
}

#[test]
fn r3_a_caller_without_a_token_is_401_before_the_body() {
    for method in ["POST", "PUT", "PATCH", "DELETE", "GET"] {
        let request = Request::builder()
            .method(method)
            .uri("/scim/v2/Users")
            .header("content-length", 8_000_000)
            .header("authorization", "Bearer guess")
            .body(Untouchable)
            .expect("a request");

        let answer = send(&guarded(), request);
        assert_eq!(answer.status(), 401, "{method}");
        assert_eq!(answer.headers()["connection"], "close", "{method}");
    }
}

#[test]
fn r10_a_length_over_the_limit_is_413_before_the_body_and_closes() {
    let request = Request::post("/scim/v2/Users")
        .header("authorization", "Bearer s3cret")
        .header("content-length", 8 * 1024 * 1024 + 1)
        .body(Untouchable)
        .expect("a request");

    let answer = send(&guarded(), request);
    assert_eq!(answer.status(), 413);
    assert_eq!(answer.headers()["connection"], "close");
}

#[test]
fn r10_an_endless_body_is_413_and_closes() {
    let answer = post(Parts {
        left: usize::MAX,
        part: b"{\"userName\":",
        breaks: false,
    });
    assert_eq!(answer.status(), 413);
    assert_eq!(answer.headers()["connection"], "close");
}

#[test]
fn http_2_never_gets_a_connection_header() {
    let request = Request::post("/scim/v2/Users")
        .version(http::Version::HTTP_2)
        .body(Untouchable)
        .expect("a request");

    let answer = send(&guarded(), request);
    assert_eq!(answer.status(), 401);
    assert!(!answer.headers().contains_key("connection"));
}

#[test]
fn a_body_read_to_its_end_keeps_the_connection() {
    let body = Full::new(Bytes::from_static(b"{}"));
    let request = Request::post("/scim/v2/Nothing")
        .header("authorization", "Bearer s3cret")
        .body(body)
        .expect("a request");

    let answer = send(&guarded(), request);
    assert_eq!(answer.status(), 404);
    assert!(!answer.headers().contains_key("connection"));
}
