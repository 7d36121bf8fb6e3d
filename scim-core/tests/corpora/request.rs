//! Every request gets a SCIM response, and a refused one changes nothing.
//!
//! The input is a method, a space, a URI, lines of headers, an empty line, and a body.

use bytes::Bytes;
use http::header::LOCATION;
use http::{Method, Request};
use scim_core::Profile;
use serde_json::Value;

use crate::server::{Provided, Server, with_server};

pub(crate) fn check(input: &[u8], profile: Profile) {
    let Some(request) = read(input) else {
        return;
    };

    let answers = [Provided::All, Provided::Storage]
        .map(|provided| with_server(profile, provided, |server| exchange(server, &request)));
    assert_eq!(answers[0], answers[1]);
}

fn read(input: &[u8]) -> Option<Request<Bytes>> {
    let end = input.windows(2).position(|two| two == b"\n\n");
    let (head, body) = match end {
        Some(end) => (&input[..end], &input[end + 2..]),
        None => (input, &[][..]),
    };

    let mut lines = std::str::from_utf8(head).ok()?.lines();
    let (method, uri) = lines.next()?.split_once(' ')?;
    let mut request = Request::builder().method(method).uri(uri);
    for line in lines {
        let (name, value) = line.split_once(':')?;
        request = request.header(name.trim(), value.trim());
    }
    request.body(Bytes::copy_from_slice(body)).ok()
}

/// Sends a request. Returns the status and the JSON of the response, without the version of a written resource.
///
/// A refused write may use up a version number, so versions depend on the requests before.
fn exchange(server: &Server, request: &Request<Bytes>) -> (u16, Value) {
    let response = server.handle(request.clone());
    let (status, method) = (response.status(), request.method());
    let mut json: Value = serde_json::from_slice(response.body()).unwrap_or_default();

    let is_safe = [Method::GET, Method::HEAD].contains(method);
    if is_safe || !status.is_success() {
        assert!(server.is_unchanged(), "{method} {status}: {json}");
    }

    let is_resource =
        status == 201 || (status == 200 && [Method::PUT, Method::PATCH].contains(method));
    if is_resource {
        let location = response.headers().get(LOCATION).expect("a location");
        let location = location.to_str().expect("a URL");
        let query = request.uri().query().unwrap_or_default();
        let (status, read) = server.send("GET", &format!("{location}?{query}"), "");
        assert_eq!((status, &read), (200, &json));

        if let Some(meta) = json["meta"].as_object_mut() {
            meta.remove("version");
        }
    }
    (status.as_u16(), json)
}
