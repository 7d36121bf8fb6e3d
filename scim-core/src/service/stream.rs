//! Bodies that arrive in frames.

use std::error::Error as StdError;
use std::future::poll_fn;
use std::pin::{Pin, pin};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{Request, Response};
use http_body::Body;

use super::body::{RequestBody, too_large};
use super::{Limits, Service};
use crate::{Error, ErrorKind};

impl Service {
    /// Answers a request whose body arrives in frames.
    ///
    /// The service authenticates the caller and checks `Content-Length` before it polls the body, so a caller without a valid
    /// token costs no memory. A server that answers `Expect: 100-continue` at the first poll of the body, as hyper does, sends
    /// no `100 Continue` to such a caller either. The service copies the frames into one buffer, which grows with the payload.
    ///
    /// If a part of the body stays unread, an HTTP/1 response has the header `Connection: close`.
    ///
    /// ```
    /// # #[cfg(feature = "memory")] {
    /// use bytes::Bytes;
    /// use http::Request;
    /// use http_body_util::Full;
    /// use scim_core::Service;
    /// use scim_core::auth::BearerTokens;
    /// use scim_core::memory::MemoryStore;
    /// use scim_core::tenant::Tenant;
    ///
    /// # futures_util::FutureExt::now_or_never(async {
    /// let tenant = Tenant::builder("https://scim.example.com/scim/v2".parse()?)
    ///     .authenticator(BearerTokens::new("entra", "s3cret"))
    ///     .provider(MemoryStore::new().users())
    ///     .build()?;
    /// let service = Service::new(tenant);
    ///
    /// let body = Full::new(Bytes::from_static(br#"{"userName":"ada"}"#));
    /// let request = Request::post("/scim/v2/Users").body(body)?;
    /// let response = service.handle_stream(request).await;
    /// assert_eq!(response.status(), 401);
    /// assert_eq!(response.headers()["connection"], "close");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap().unwrap();
    /// # }
    /// ```
    pub async fn handle_stream<B>(&self, request: Request<B>) -> Response<Bytes>
    where
        B: Body + Send,
        B::Data: Send,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let (head, body) = request.into_parts();
        let declared_length = declared_length(&head, &body);
        let is_unread = !body.is_end_stream();

        let stream = Stream {
            body: pin!(body),
            declared_length,
            is_unread,
        };
        self.respond(head, stream).await
    }
}

/// The length that the head or the body announces, in bytes.
fn declared_length<B: Body>(head: &Parts, body: &B) -> u64 {
    let header = head.headers.get(CONTENT_LENGTH);
    let header = header.and_then(|length| length.to_str().ok()?.trim().parse().ok());

    body.size_hint().lower().max(header.unwrap_or_default())
}

/// A body that arrives in frames.
struct Stream<'b, B> {
    body: Pin<&'b mut B>,
    declared_length: u64,
    is_unread: bool,
}

impl<B> RequestBody for Stream<'_, B>
where
    B: Body + Send,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    fn check_length(&self, limits: Limits) -> Result<(), Error> {
        let limit = u64::try_from(limits.max_body_bytes()).unwrap_or(u64::MAX);
        if self.declared_length > limit {
            return Err(too_large(limits));
        }
        Ok(())
    }

    async fn read(&mut self, limits: Limits) -> Result<Bytes, Error> {
        // A frame may be one byte in a network buffer of kilobytes, so the service copies frames and keeps none.
        let mut buffer = BytesMut::new();

        while let Some(frame) = poll_fn(|cx| self.body.as_mut().poll_frame(cx)).await {
            let frame = frame.map_err(|error| {
                Error::new(
                    ErrorKind::InvalidSyntax,
                    "The body ended early; send the request again",
                )
                .with_source(error)
            })?;

            let Ok(data) = frame.into_data() else {
                continue;
            };
            if data.remaining() > limits.max_body_bytes() - buffer.len() {
                return Err(too_large(limits));
            }
            buffer.put(data);
        }

        self.is_unread = false;
        Ok(buffer.freeze())
    }

    fn is_unread(&self) -> bool {
        self.is_unread
    }
}
