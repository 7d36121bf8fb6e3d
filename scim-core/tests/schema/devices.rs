//! A resource type defined by JSON, served and checked by its schemas.

use std::sync::Mutex;

use scim_core::auth::Anonymous;
use scim_core::provider::{Capabilities, CreateRequest, GetRequest, ListRequest, ReplaceRequest};
use scim_core::query::Page;
use scim_core::resource::{Violation, ViolationKind};
use scim_core::schema::{AttributeType, ResourceType};
use scim_core::tenant::Tenant;
use scim_core::{Error, Profile, Provider, Resource, Schema, Service};
use serde_json::{Value, json};

use crate::exchange::{exchange, request};

const DEVICE: &str = "urn:example:Device";

const LEASE: &str = "urn:example:Lease";

/// A device type with the required extension `Lease`, defined in JSON.
fn device() -> ResourceType {
    let device = format!(
        r#"{{"id":"{DEVICE}","name":"Device","attributes":[
            {{"name":"serial","required":true,"mutability":"immutable","caseExact":true,"uniqueness":"server"}},
            {{"name":"pin","mutability":"writeOnly","returned":"never"}},
            {{"name":"online","type":"boolean","mutability":"readOnly"}},
            {{"name":"ports","type":"complex","multiValued":true,"subAttributes":[
                {{"name":"value","type":"integer","required":true}},
                {{"name":"primary","type":"boolean"}}]}}]}}"#
    );
    let lease = format!(
        r#"{{"id":"{LEASE}","name":"Lease","attributes":[
            {{"name":"until","type":"dateTime","required":true}},
            {{"name":"number","mutability":"immutable"}},
            {{"name":"note"}}]}}"#
    );

    let resource_type = format!(
        r#"{{"name":"Device","endpoint":"/Devices","schema":"{DEVICE}",
            "schemaExtensions":[{{"schema":"{LEASE}","required":true}}]}}"#
    );

    let schemas =
        [device, lease].map(|json| Schema::from_slice(json.as_bytes()).expect("a schema"));
    for schema in &schemas {
        assert!(schema.lint().is_empty());
    }
    ResourceType::from_slice(resource_type.as_bytes(), &schemas).expect("a resource type")
}

struct Client {
    service: Service,
}

impl Client {
    fn new(checks_answers: bool) -> Self {
        let tenant = Tenant::builder("https://scim.example.com".parse().expect("a URL"))
            .profile(Profile::rfc())
            .authenticator(Anonymous::new())
            .provider(Shelf {
                resource_type: device(),
                kept: Mutex::default(),
            })
            .build()
            .expect("a tenant");
        let service = Service::new(tenant);
        Self {
            service: if checks_answers {
                service.checking_answers()
            } else {
                service
            },
        }
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        exchange(&self.service, request(method, path, body.to_string()))
    }

    /// Asserts a refusal with a `scimType` and a detail that names an attribute.
    #[track_caller]
    fn assert_refused(&self, method: &str, path: &str, body: &Value, scim_type: &str, names: &str) {
        let (status, error) = self.send(method, path, body);
        assert_eq!(
            (status, &error["scimType"]),
            (400, &json!(scim_type)),
            "{error}"
        );
        let detail = error["detail"].as_str().expect("a detail");
        assert!(detail.starts_with(&format!("{names} ")), "{detail}");
    }
}

fn a_device() -> Value {
    json!({
        "schemas": [DEVICE, LEASE],
        "serial": "A1",
        "pin": "1234",
        "online": true,
        "ports": [{"value": 22}],
        LEASE: {"until": "2027-01-01T00:00:00Z", "number": "n1"},
    })
}

#[test]
fn a_resource_type_from_json_is_served_by_its_schemas() {
    let client = Client::new(true);
    let (status, made) = client.send("POST", "/Devices", &a_device());
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["schemas"], json!([DEVICE, LEASE]));
    assert_eq!(made["serial"], "A1");
    // Neither the write-only nor the read-only attribute appears.
    assert_eq!((made.get("pin"), made.get("online")), (None, None));

    let (_, types) = client.send("GET", "/ResourceTypes/Device", &Value::Null);
    assert_eq!(
        types["schemaExtensions"],
        json!([{"schema": LEASE, "required": true}])
    );

    let (status, schema) = client.send("GET", &format!("/Schemas/{LEASE}"), &Value::Null);
    assert_eq!(
        (status, &schema["attributes"][0]["required"]),
        (200, &json!(true))
    );
}

#[test]
fn requirements_hold_in_extensions_and_entries() {
    let client = Client::new(true);
    let mut device = a_device();
    // An extension with an immutable value could not be removed.
    device[LEASE] = json!({"until": "2027-01-01T00:00:00Z", "note": "spare"});
    let (status, _) = client.send("POST", "/Devices", &device);
    assert_eq!(status, 201);
    for (method, path) in [("POST", "/Devices"), ("PUT", "/Devices/1")] {
        let without = |pointer: &str, name: &str| {
            let mut body = a_device();
            let holder = body.pointer_mut(pointer).and_then(Value::as_object_mut);
            holder.expect("an object").remove(name);
            body
        };
        let until = format!("{LEASE}:until");
        for (body, names) in [
            (without("", "serial"), "serial"),
            (without("", LEASE), LEASE),
            (without(&format!("/{LEASE}"), "until"), &until),
            (without("/ports/0", "value"), "ports.value"),
        ] {
            let body = if names == "ports.value" {
                let mut body = body;
                body["ports"] = json!([{"primary": true}]);
                body
            } else {
                body
            };
            client.assert_refused(method, path, &body, "invalidValue", names);
        }
    }

    let remove = |path: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "remove", "path": path}],
        })
    };

    for (path, names) in [
        (LEASE, LEASE),
        (&*format!("{LEASE}:until"), &*format!("{LEASE}:until")),
    ] {
        client.assert_refused("PATCH", "/Devices/1", &remove(path), "mutability", names);
    }
}

#[test]
fn a_replacement_keeps_immutable_values_and_refuses_others() {
    let client = Client::new(true);
    client.send("POST", "/Devices", &a_device());
    let mut body = a_device();
    body[LEASE] = json!({"until": "2028-01-01T00:00:00Z"});
    let (status, replaced) = client.send("PUT", "/Devices/1", &body);
    assert_eq!(status, 200, "{replaced}");
    assert_eq!(
        replaced[LEASE],
        json!({"until": "2028-01-01T00:00:00Z", "number": "n1"})
    );

    body["serial"] = json!("a1");
    client.assert_refused("PUT", "/Devices/1", &body, "mutability", "serial");
    let mut body = a_device();
    body[LEASE]["number"] = json!("n2");
    client.assert_refused(
        "PUT",
        "/Devices/1",
        &body,
        "mutability",
        &format!("{LEASE}:number"),
    );

    let (status, _) = client.send("PUT", "/Devices/none", &a_device());
    assert_eq!(status, 404);
}

#[test]
fn schemas_with_a_repeated_uri_is_refused() {
    for again in [DEVICE.to_owned(), DEVICE.to_uppercase()] {
        let mut body = a_device();
        body["schemas"] = json!([DEVICE, LEASE, again]);
        let (status, error) = Client::new(true).send("POST", "/Devices", &body);
        assert_eq!((status, &error["scimType"]), (400, &json!("invalidSyntax")));
        assert_eq!(error["detail"], "schemas names a schema twice");
    }
}

#[test]
fn a_nonconforming_response_is_500_if_responses_are_checked() {
    for (serial, status, detail) in [
        ("A1", 200, None),
        ("not-a-boolean", 500, Some("online is not of type Boolean")),
        (
            "unknown",
            500,
            Some("colour is not an attribute of the resource type"),
        ),
        ("no-lease", 500, Some("urn:example:Lease is missing")),
    ] {
        let mut body = a_device();
        body["serial"] = json!(serial);
        for checks in [true, false] {
            let client = Client::new(checks);
            // The shelf returns a valid resource from create and stores a spoiled one.
            let (created, answer) = client.send("POST", "/Devices", &body);
            assert_eq!(created, 201, "{answer}");
            let (found, answer) = client.send("GET", "/Devices/1", &Value::Null);
            let (wanted, detail) = if checks {
                (status, detail)
            } else {
                (200, None)
            };
            assert_eq!(found, wanted, "{serial}: {answer}");
            if let Some(detail) = detail {
                let said = answer["detail"].as_str().expect("a detail");
                assert!(said.ends_with(detail), "{said}");
            }
        }
    }
}

#[test]
fn every_kind_of_violation_is_found_at_its_path() {
    use ViolationKind as Kind;
    let sound = json!({"schemas": [DEVICE, LEASE], "id": "1", "meta": {"resourceType": "Device"},
        "serial": "A1", LEASE: {"until": "2027-01-01T00:00:00Z"}});
    let violations = |json: &Value| -> Vec<(ViolationKind, String)> {
        let resource = Resource::from_slice(json.to_string().as_bytes()).expect("a resource");
        let found = resource.violations(&device()).into_iter();
        found
            .map(|Violation { kind, path, .. }| (kind, path))
            .collect()
    };

    assert_eq!(violations(&sound), []);
    for (name, value, kind, path) in [
        ("serial", json!(null), Kind::Missing, "serial"),
        ("id", json!(null), Kind::Missing, "id"),
        ("meta", json!(null), Kind::Missing, "meta"),
        ("id", json!("bulkId:1"), Kind::InvalidId, "id"),
        ("id", json!(""), Kind::InvalidId, "id"),
        ("colour", json!("red"), Kind::UnknownAttribute, "colour"),
        (
            "urn:example:Other",
            json!({}),
            Kind::UnknownSchema,
            "urn:example:Other",
        ),
        ("schemas", json!([DEVICE]), Kind::UnlistedSchema, LEASE),
        ("schemas", json!([LEASE]), Kind::UnlistedSchema, DEVICE),
        (
            "schemas",
            json!([DEVICE, LEASE, "urn:x"]),
            Kind::UnknownSchema,
            "urn:x",
        ),
        (
            "online",
            json!("true"),
            Kind::WrongType(AttributeType::Boolean),
            "online",
        ),
        ("online", json!([true]), Kind::NotSingle, "online"),
        ("ports", json!({"value": 1}), Kind::NotList, "ports"),
        (
            "ports",
            json!([22]),
            Kind::WrongType(AttributeType::Complex),
            "ports",
        ),
        (
            "ports",
            json!([{"value": 1.5}]),
            Kind::WrongType(AttributeType::Integer),
            "ports.value",
        ),
        (
            "ports",
            json!([{"primary": true}]),
            Kind::Missing,
            "ports.value",
        ),
        (
            "ports",
            json!([{"value": 1, "x": 1}]),
            Kind::UnknownAttribute,
            "ports.x",
        ),
        (
            "ports",
            json!([{"value": 1, "primary": true}, {"value": 2, "primary": true}]),
            Kind::SeveralPrimary,
            "ports",
        ),
        ("pin", json!("1234"), Kind::NeverReturned, "pin"),
        ("SERIAL", json!("A1"), Kind::TwoSpellings, "serial"),
        (
            LEASE,
            json!("x"),
            Kind::WrongType(AttributeType::Complex),
            LEASE,
        ),
        (
            LEASE,
            json!({"until": "tomorrow"}),
            Kind::WrongType(AttributeType::DateTime),
            "urn:example:Lease:until",
        ),
        (
            LEASE,
            json!({"number": "1"}),
            Kind::Missing,
            "urn:example:Lease:until",
        ),
    ] {
        let mut resource = sound.clone();
        resource[name] = value;
        assert_eq!(
            violations(&resource),
            [(kind, path.to_owned())],
            "{resource}"
        );
    }
}

/// Keeps one device with the id `1` and spoils it as its serial number says.
#[derive(Debug)]
struct Shelf {
    resource_type: ResourceType,
    kept: Mutex<Option<Resource>>,
}

impl Shelf {
    fn keep(&self, mut resource: Resource) -> Result<Resource, Error> {
        resource.set("id", "1")?;
        let answered = resource.clone();
        resource.remove("pin");
        match resource.text("serial").as_deref() {
            Some("not-a-boolean") => resource.set("online", "yes")?,
            Some("unknown") => resource.set("colour", "red")?,
            Some("no-lease") => {
                resource.remove(&format!("{LEASE}:until"));
                resource.remove(&format!("{LEASE}:number"));
            }
            _ => {}
        }

        *self.kept.lock().expect("no panic") = Some(resource);
        let mut answered = answered;
        answered.remove("pin");
        Ok(answered)
    }
}

#[async_trait::async_trait]
impl Provider for Shelf {
    fn resource_type(&self) -> &ResourceType {
        &self.resource_type
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::new()
    }

    async fn create(&self, request: CreateRequest) -> Result<Resource, Error> {
        self.keep(request.resource)
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        let kept = self.kept.lock().expect("no panic").clone();
        kept.filter(|_| request.id == "1")
            .ok_or_else(|| Error::not_found(&request.id))
    }

    async fn list(&self, _: ListRequest) -> Result<Page, Error> {
        let kept = self.kept.lock().expect("no panic").clone();
        Ok(Page::complete(kept.into_iter().collect()))
    }

    async fn replace(&self, request: ReplaceRequest) -> Result<Resource, Error> {
        self.keep(request.resource)
    }
}
