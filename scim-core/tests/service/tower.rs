//! The service behind `tower_service::Service`, with bodies in frames.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full};
use scim_core::Service;
use scim_core::auth::Anonymous;
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
