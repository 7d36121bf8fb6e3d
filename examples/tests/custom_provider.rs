//! The provider of the example `custom_provider` behind a service.

#[expect(dead_code, reason = "only the example program calls its main")]
#[path = "../custom_provider.rs"]
mod example;

use bytes::Bytes;
use example::Devices;
use futures_util::FutureExt;
use http::Request;
use scim_core::auth::Anonymous;
use scim_core::tenant::Tenant;
use scim_core::{Profile, Service};
use serde_json::{Value, json};

const SCHEMA: &str = "urn:example:schemas:Device";

struct Server(Service);

impl Server {
    fn new() -> Self {
        let tenant = Tenant::builder("https://example.com/scim/v2".parse().expect("a URL"))
            .authenticator(Anonymous::new())
            .profile(Profile::rfc())
            .provider(Devices::new().expect("a provider"))
            .build()
            .expect("a tenant");
        Self(Service::new(tenant))
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Bytes::from(body.to_string()))
            .expect("a request");
        let response = self
            .0
            .handle(request)
            .now_or_never()
            .expect("an answer at once");
        let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        (response.status().as_u16(), body)
    }

    fn create(&self, serial: &str, name: &str) -> (u16, Value) {
        let device = json!({"schemas": [SCHEMA], "serialNumber": serial, "displayName": name, "retired": false});
        self.send("POST", "/Devices", &device)
    }

    fn patch(&self, id: &str, operations: &Value) -> (u16, Value) {
        let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
        let body = json!({"schemas": [schema], "Operations": operations});
        self.send("PATCH", &format!("/Devices/{id}"), &body)
    }

    fn serials(&self, query: &str) -> Vec<String> {
        let (status, list) = self.send("GET", &format!("/Devices?{query}"), &Value::Null);
        assert_eq!(status, 200, "{list}");
        let devices = list["Resources"].as_array().expect("a list");
        let serial = |device: &Value| {
            device["serialNumber"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        devices.iter().map(serial).collect()
    }
}

#[test]
fn a_client_creates_changes_and_removes_a_device() {
    let server = Server::new();
    let (status, device) = server.create("A-1", "Lobby");
    assert_eq!((status, &device["id"]), (201, &json!("1")));
    assert_eq!(
        device["meta"]["location"],
        "https://example.com/scim/v2/Devices/1"
    );
    let operations = json!([{"op": "remove", "path": "displayName"}, {"op": "replace", "path": "retired", "value": true}]);
    let (status, device) = server.patch("1", &operations);
    assert_eq!(
        (status, &device["displayName"], &device["retired"]),
        (200, &Value::Null, &json!(true))
    );
    assert_eq!(server.send("DELETE", "/Devices/1", &Value::Null).0, 204);
    assert_eq!(server.send("GET", "/Devices/1", &Value::Null).0, 404);
}

#[test]
fn a_serial_number_is_unique_until_its_device_is_deleted() {
    let server = Server::new();
    assert_eq!(server.create("A-1", "one").0, 201);
    assert_eq!(server.create("A-1", "two").0, 409);
    assert_eq!(server.create("a-1", "two").0, 201);
    let taken = json!([{"op": "replace", "path": "serialNumber", "value": "A-1"}]);
    assert_eq!(server.patch("2", &taken).0, 409);
    assert_eq!(server.send("DELETE", "/Devices/1", &Value::Null).0, 204);
    assert_eq!(server.patch("2", &taken).0, 200);
}

#[test]
fn filters_find_devices_by_serial_number_and_by_other_attributes() {
    let server = Server::new();
    for (serial, name) in [("C", "Lobby"), ("A", "lobby"), ("B", "Roof")] {
        assert_eq!(server.create(serial, name).0, 201);
    }
    assert_eq!(server.serials("filter=serialNumber+eq+%22A%22"), ["A"]);
    assert!(server.serials("filter=serialNumber+eq+%22a%22").is_empty());
    assert_eq!(
        server.serials("filter=displayName+eq+%22lobby%22&sortBy=serialNumber"),
        ["A", "C"]
    );
    assert_eq!(server.serials("startIndex=2&count=1"), ["A"]);
}

#[test]
fn the_example_has_fewer_than_150_lines() {
    let lines = include_str!("../custom_provider.rs").lines().count();
    assert!(lines < 150, "{lines} lines");
}
