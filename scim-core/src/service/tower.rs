//! The service as a `tower_service::Service`.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};

use super::Service;
use crate::{Error, ErrorKind};

/// Works on any body. It stops reading a body larger than [`Limits::max_body_bytes`](super::Limits::max_body_bytes).
impl<B> tower_service::Service<Request<B>> for Service
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let response = match collect(body, &service).await {
                Ok(body) => service.handle(Request::from_parts(head, body)).await,
                Err(error) => service.refuse(&head, &error),
            };
            Ok(response.map(Full::new))
        })
    }
}

async fn collect<B>(body: B, service: &Service) -> Result<Bytes, Error>
where
    B: Body + Send,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    match Limited::new(body, service.limits().max_body_bytes())
        .collect()
        .await
    {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(service.too_large()),
        Err(error) => Err(Error::new(
            ErrorKind::InvalidSyntax,
            "The body ended early; send the request again",
        )
        .with_source(error)),
    }
}
