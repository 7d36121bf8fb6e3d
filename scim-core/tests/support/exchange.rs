//! Requests to a service in the same process.

use bytes::Bytes;
use futures_util::FutureExt;
use http::Request;
use scim_core::Service;
use serde_json::Value;

/// Sends a request. Returns the status and the JSON of the response, `null` without a body.
pub(crate) fn exchange(service: &Service, request: Request<Bytes>) -> (u16, Value) {
    let response = service.handle(request).now_or_never().expect("no waiting");
    let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    (response.status().as_u16(), body)
}

/// A request without headers.
pub(crate) fn request(method: &str, path: &str, body: impl Into<Bytes>) -> Request<Bytes> {
    let request = Request::builder().method(method).uri(path);
    request.body(body.into()).expect("a request")
}
