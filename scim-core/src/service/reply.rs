//! The response to a request.

use bytes::Bytes;
use http::header::{
    ALLOW, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use http::{HeaderName, HeaderValue, Method, Response, StatusCode};

use crate::discovery::Catalogue;
use crate::message::ErrorBody;
use crate::{Error, ErrorKind};

/// The media type of every body (RFC 7644 §3.1).
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/scim+json");

/// The status, the body and the headers of a response.
#[derive(Debug)]
pub(super) struct Reply {
    status: StatusCode,
    body: Option<Bytes>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Reply {
    pub(super) fn ok(body: impl Into<Bytes>) -> Self {
        Self {
            status: StatusCode::OK,
            body: Some(body.into()),
            headers: Vec::new(),
        }
    }

    pub(super) fn created(body: impl Into<Bytes>, location: &str) -> Self {
        Self {
            status: StatusCode::CREATED,
            ..Self::ok(body).at(location)
        }
    }

    pub(super) fn at(mut self, location: &str) -> Self {
        self.header(LOCATION, location);
        self
    }

    pub(super) fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
            headers: Vec::new(),
        }
    }

    /// The whole catalogue, or its member with an id.
    pub(super) fn catalogue(catalogue: &Catalogue, id: Option<&str>) -> Result<Self, Error> {
        match id {
            None => Ok(Self::ok(catalogue.list())),
            Some(id) => catalogue
                .member(id)
                .map(Self::ok)
                .ok_or_else(|| Error::not_found(id)),
        }
    }

    pub(super) fn method_not_allowed(method: &Method, allowed: &str) -> Self {
        let error = Error::new(
            ErrorKind::MethodNotAllowed,
            format!("{method} is not allowed here; use one of {allowed}"),
        );
        let mut reply = Self::from_error(&error);
        reply.header(ALLOW, allowed);
        reply
    }

    pub(super) fn from_error(error: &Error) -> Self {
        // Numbers and strings always have JSON text.
        let body = serde_json::to_vec(&ErrorBody::from(error)).unwrap_or_default();
        let mut reply = Self {
            status: error.status(),
            ..Self::ok(body)
        };

        if let Some(after) = error.retry_after() {
            // Whole seconds, rounded up: Okta reads no other form.
            let seconds = after
                .as_secs()
                .saturating_add(u64::from(after.subsec_nanos() > 0));
            reply
                .headers
                .push((RETRY_AFTER, HeaderValue::from(seconds)));
        }
        if error.kind() == ErrorKind::Unauthenticated {
            reply.header(WWW_AUTHENTICATE, "Bearer realm=\"scim\"");
        }
        reply
    }

    fn header(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
    }

    /// The response to a HEAD request: that of a GET without the body (RFC 9110 §9.3.2).
    pub(super) fn without_content(mut self) -> Self {
        if let Some(body) = &mut self.body {
            let length = HeaderValue::from(body.len());
            body.clear();
            self.headers.push((CONTENT_LENGTH, length));
        }
        self
    }

    /// Announces that the server closes the connection.
    pub(super) fn closing(mut self) -> Self {
        self.header(CONNECTION, "close");
        self
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn into_response(self) -> Response<Bytes> {
        let has_body = self.body.is_some();
        let mut response = Response::new(self.body.unwrap_or_default());
        *response.status_mut() = self.status;
        if has_body {
            response.headers_mut().insert(CONTENT_TYPE, MEDIA_TYPE);
        }
        for (name, value) in self.headers {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
