//! Schemas from outside: as data, held against the RFC, linted, and enforced.

#![cfg(feature = "memory")]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed, and so has one that misses a member"
)]

use std::fs;
use std::path::Path;
use std::sync::Mutex;

use bytes::Bytes;
use futures_util::FutureExt;
use http::Request;
use scim_core::auth::Anonymous;
use scim_core::provider::{
    Capabilities, CreateRequest, DeleteRequest, GetRequest, ListRequest, PatchRequest, Patched,
    ReplaceRequest,
};
use scim_core::query::Page;
use scim_core::resource::{Violation, ViolationKind};
use scim_core::schema::{
    Attribute, AttributeType, FindingKind, Mutability, ResourceType, Returned,
};
use scim_core::tenant::Tenant;
use scim_core::{Error, ErrorKind, Profile, Provider, Resource, Schema, Service};
use serde_json::{Value, json};

fn ours() -> [Schema; 6] {
    [
        Schema::user(),
        Schema::group(),
        Schema::enterprise_user(),
        Schema::service_provider_config(),
        Schema::resource_type(),
        Schema::for_schemas(),
    ]
}

/// The schemas as RFC 7643 §8.7 prints them.
fn printed() -> Vec<Schema> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/figures/data");
    [
        "8.7.1-1-resource-schemas",
        "8.7.2-1-service-provider-schemas",
    ]
    .iter()
    .flat_map(|name| {
        let text = fs::read(data.join(format!("rfc7643-{name}.json"))).expect("a figure");
        serde_json::from_slice::<Vec<Value>>(&text).expect("a list")
    })
    .map(|schema| Schema::from_slice(schema.to_string().as_bytes()).expect("a schema"))
    .collect()
}

fn findings(schema: &Schema) -> Vec<String> {
    schema.lint().iter().map(ToString::to_string).collect()
}

#[test]
fn our_own_schemas_are_sound() {
    for schema in ours() {
        let none: [&str; 0] = [];
        assert_eq!(findings(&schema), none, "{}", schema.id());
    }
}

#[test]
fn ours_are_those_of_the_rfc_but_for_what_its_errata_and_its_prose_say() {
    let mut differences = Vec::new();
    for (printed, ours) in printed().iter().zip(ours()) {
        assert_eq!(printed.id(), ours.id());
        let name = printed.id().rsplit_once(':').map_or("", |(_, name)| name);
        compare(
            printed.attributes(),
            ours.attributes(),
            &format!("{name}:"),
            &mut differences,
        );
    }
    // Ids and references are case-exact (RFC 7643 §2.3.7, §3.1), and so is what an identity provider defines.
    differences.retain(|difference| !difference.ends_with(" case-exact"));
    assert_eq!(
        differences,
        [
            // RFC 7643 §2.4 has `primary` for every list.
            "User:addresses.primary is new",
            // Erratum 8471.
            "User:groups.$ref refers to [\"Group\"]",
            // Erratum 5368.
            "Group:displayName required",
            // Erratum 6011, reported.
            "Group:members.display is new",
            // RFC 7643 §5.
            "ServiceProviderConfig:etag is new",
            "ServiceProviderConfig:authenticationSchemes.type is new",
            "ServiceProviderConfig:authenticationSchemes.primary is new",
            // Erratum 7522, and RFC 7643 §6.
            "ResourceType:schemaExtensions optional",
            "ResourceType:schemaExtensions is a list",
            // RFC 7643 §7.
            "Schema:id returned Always",
            "Schema:id unique Server",
            "Schema:name optional",
            // Errata 5606 and 8435.
            "Schema:attributes.type suggests binary",
            // Errata 8435, 8415 and 5607.
            "Schema:attributes.subAttributes.type suggests binary",
            "Schema:attributes.subAttributes.type does not suggest complex",
            "Schema:attributes.subAttributes.referenceTypes is a list",
        ]
    );
}

/// In what `ours` differ from what is `printed`.
fn compare(printed: &[Attribute], ours: &[Attribute], prefix: &str, found: &mut Vec<String>) {
    for shown in printed {
        let is_there = ours.iter().any(|own| own.name() == shown.name());
        assert!(is_there, "{prefix}{} is not there", shown.name());
    }
    for own in ours {
        let path = format!("{prefix}{}", own.name());
        let mut say = |words: String| found.push(format!("{path} {words}"));
        let Some(shown) = printed.iter().find(|shown| shown.name() == own.name()) else {
            say("is new".to_owned());
            continue;
        };
        assert_eq!(own.kind(), shown.kind(), "{path}");
        assert_eq!(own.mutability(), shown.mutability(), "{path}");
        if own.is_required() != shown.is_required() {
            say(if own.is_required() {
                "required"
            } else {
                "optional"
            }
            .to_owned());
        }
        if own.is_multi_valued() != shown.is_multi_valued() {
            say("is a list".to_owned());
        }
        if own.returned() != shown.returned() {
            say(format!("returned {:?}", own.returned()));
        }
        if own.uniqueness() != shown.uniqueness() {
            say(format!("unique {:?}", own.uniqueness()));
        }
        if own.is_case_exact() != shown.is_case_exact() {
            assert!(own.is_case_exact(), "{path}");
            say("is case-exact".to_owned());
        }
        if own.reference_types() != shown.reference_types() {
            say(format!("refers to {:?}", own.reference_types()));
        }
        for value in own.canonical_values() {
            if !shown.canonical_values().contains(value) {
                say(format!("suggests {value}"));
            }
        }
        for value in shown.canonical_values() {
            if !own.canonical_values().contains(value) {
                say(format!("does not suggest {value}"));
            }
        }
        let deeper = format!("{path}.");
        compare(shown.sub_attributes(), own.sub_attributes(), &deeper, found);
    }
}

#[test]
fn the_linter_finds_in_the_rfc_what_contradicts_it() {
    for schema in printed() {
        for finding in schema.lint() {
            // Its references ignore case, which §2.3.7 says they do not; the rest of the errata are about meaning.
            assert_eq!(finding.kind, FindingKind::CaseIgnored, "{finding}");
        }
    }
    let count = |schema: &Schema| schema.lint().len();
    let counts: Vec<usize> = printed().iter().map(count).collect();
    assert_eq!(counts, [4, 1, 1, 3, 1, 0]);
}

#[test]
fn every_kind_of_mistake_is_found_where_it_is() {
    use FindingKind as Kind;
    let complex =
        |inner: &str| format!(r#"{{"name":"a","type":"complex","subAttributes":[{inner}]}}"#);
    for (attribute, kind, path) in [
        (r#"{"name":"1a"}"#.to_owned(), Kind::InvalidName, "1a"),
        (r#"{"name":"a.b"}"#.to_owned(), Kind::InvalidName, "a.b"),
        (r#"{"name":""}"#.to_owned(), Kind::InvalidName, ""),
        (r#"{"name":"a"},{"name":"A"}"#.to_owned(), Kind::DuplicateName, "A"),
        (complex(r#"{"name":"b"},{"name":"B"}"#), Kind::DuplicateName, "a.B"),
        (r#"{"name":"ID"}"#.to_owned(), Kind::CommonAttribute, "ID"),
        (r#"{"name":"meta"}"#.to_owned(), Kind::CommonAttribute, "meta"),
        (complex(""), Kind::NoSubAttributes, "a"),
        (r#"{"name":"a","subAttributes":[{"name":"b"}]}"#.to_owned(), Kind::UnexpectedSubAttributes, "a"),
        (
            complex(r#"{"name":"b","type":"complex","subAttributes":[{"name":"c"}]}"#),
            Kind::ComplexSubAttribute,
            "a.b",
        ),
        (complex(r#"{"name":"$ref","type":"reference"}"#), Kind::NoReferenceTypes, "a.$ref"),
        (r#"{"name":"a","referenceTypes":["User"]}"#.to_owned(), Kind::UnexpectedReferenceTypes, "a"),
        (
            r#"{"name":"a","type":"integer","canonicalValues":["1"]}"#.to_owned(),
            Kind::UnexpectedCanonicalValues,
            "a",
        ),
        (
            r#"{"name":"a","canonicalValues":["work","home","Work"]}"#.to_owned(),
            Kind::DuplicateCanonicalValue,
            "a",
        ),
        (
            r#"{"name":"a","type":"complex","uniqueness":"server","subAttributes":[{"name":"b"}]}"#.to_owned(),
            Kind::UnexpectedUniqueness,
            "a",
        ),
        (
            r#"{"name":"a","type":"boolean","uniqueness":"global"}"#.to_owned(),
            Kind::UnexpectedUniqueness,
            "a",
        ),
        (r#"{"name":"a","type":"integer","caseExact":true}"#.to_owned(), Kind::UnexpectedCaseExact, "a"),
        (r#"{"name":"a","type":"binary","caseExact":false}"#.to_owned(), Kind::CaseIgnored, "a"),
        (
            r#"{"name":"a","required":true,"mutability":"readOnly"}"#.to_owned(),
            Kind::RequiredReadOnly,
            "a",
        ),
        (
            r#"{"name":"a","returned":"never","mutability":"readOnly"}"#.to_owned(),
            Kind::ReadOnlyNeverReturned,
            "a",
        ),
        (r#"{"name":"a","mutability":"writeOnly"}"#.to_owned(), Kind::WriteOnlyReturned, "a"),
        (
            r#"{"name":"a","type":"complex","mutability":"readOnly","subAttributes":[{"name":"b"}]}"#.to_owned(),
            Kind::WritableInReadOnly,
            "a.b",
        ),
        (complex(r#"{"name":"primary","type":"boolean"}"#), Kind::PrimaryOfSingle, "a.primary"),
        (
            r#"{"name":"a","type":"complex","multiValued":true,"subAttributes":[{"name":"primary"}]}"#.to_owned(),
            Kind::PrimaryNotBoolean,
            "a.primary",
        ),
    ] {
        let json = format!(r#"{{"id":"urn:example:x","attributes":[{attribute}]}}"#);
        let schema = Schema::from_slice(json.as_bytes()).expect(&attribute);
        let found: Vec<_> = schema.lint().into_iter().map(|one| (one.kind, one.path)).collect();
        assert_eq!(found, [(kind, path.to_owned())], "{attribute}");
    }
    for (json, kind) in [
        (
            r#"{"id":"Badge","attributes":[{"name":"a"}]}"#,
            Kind::InvalidUri,
        ),
        (
            r#"{"id":"urn:a b","attributes":[{"name":"a"}]}"#,
            Kind::InvalidUri,
        ),
        (
            r#"{"id":"urn:example:x","attributes":[]}"#,
            Kind::NoAttributes,
        ),
    ] {
        let schema = Schema::from_slice(json.as_bytes()).expect(json);
        let kinds: Vec<_> = schema.lint().into_iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [kind], "{json}");
    }
}

#[test]
fn saying_what_is_so_anyway_is_no_mistake() {
    let json = r#"{"id":"urn:example:x","attributes":[
        {"name":"a","type":"complex","uniqueness":"none","caseExact":false,"multiValued":true,
         "subAttributes":[{"name":"$ref","type":"reference","referenceTypes":["external"],"caseExact":true},
                          {"name":"primary","type":"boolean"},{"name":"a-b_c$1"}]},
        {"name":"n","type":"integer","caseExact":false,"uniqueness":"server"}]}"#;
    let schema = Schema::from_slice(json.as_bytes()).expect("a schema");
    assert!(schema.lint().is_empty(), "{:?}", schema.lint());
}

#[test]
fn a_resource_type_names_schemas_that_are_there_and_each_once() {
    let read = |json: &str| {
        let outcome = ResourceType::from_slice(json.as_bytes(), &[]);
        outcome.map_err(|error| error.kind())
    };
    let user = "urn:ietf:params:scim:schemas:core:2.0:User";
    let plain = format!(r#"{{"name":"User","endpoint":"/Users","schema":"{user}"}}"#);
    assert!(read(&plain).is_ok_and(|read| read.extensions().is_empty()));
    let twice = plain.replace(
        '}',
        &format!(
            r#","schemaExtensions":[{{"schema":"{}"}}]}}"#,
            user.to_uppercase()
        ),
    );
    for (json, kind) in [
        ("[]", ErrorKind::InvalidSyntax),
        (r#"{"name":"User"}"#, ErrorKind::InvalidSyntax),
        (
            r#"{"name":"X","endpoint":"/X","schema":"urn:none"}"#,
            ErrorKind::InvalidValue,
        ),
        (&twice, ErrorKind::InvalidValue),
    ] {
        assert_eq!(read(json).err(), Some(kind), "{json}");
    }
}

const DEVICE: &str = "urn:example:Device";
const LEASE: &str = "urn:example:Lease";

/// Devices with a lease, which every device must have: all of it from JSON.
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
        let request = Request::builder().method(method).uri(path);
        let request = request
            .body(Bytes::from(body.to_string()))
            .expect("a request");
        let answer = self
            .service
            .handle(request)
            .now_or_never()
            .expect("no waiting");
        let json = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
        (answer.status().as_u16(), json)
    }

    /// That a request is refused with a `scimType` and a detail that names an attribute.
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
fn a_resource_type_made_of_json_is_served_by_its_schemas() {
    let client = Client::new(true);
    let (status, made) = client.send("POST", "/Devices", &a_device());
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["schemas"], json!([DEVICE, LEASE]));
    assert_eq!(made["serial"], "A1");
    // Write-only and read-only.
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
fn what_is_required_is_required_in_extensions_and_in_entries_too() {
    let client = Client::new(true);
    let mut device = a_device();
    // An extension that holds what cannot change could not go either.
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
fn what_is_immutable_is_kept_by_a_replacement_and_another_value_refused() {
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
fn the_same_schema_twice_is_no_list_of_schemas() {
    for again in [DEVICE.to_owned(), DEVICE.to_uppercase()] {
        let mut body = a_device();
        body["schemas"] = json!([DEVICE, LEASE, again]);
        let (status, error) = Client::new(true).send("POST", "/Devices", &body);
        assert_eq!((status, &error["scimType"]), (400, &json!("invalidSyntax")));
        assert_eq!(error["detail"], "schemas names a schema twice");
    }
}

#[test]
fn an_answer_that_does_not_conform_is_500_where_answers_are_checked() {
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
            // What is wrong comes from the store: the shelf answers a creation as it should be.
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
fn every_kind_of_violation_is_found_where_it_is() {
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

#[test]
fn a_write_only_attribute_is_never_returned_whatever_its_definition_says() {
    let secret = Attribute::new("secret", AttributeType::String)
        .with_mutability(Mutability::WriteOnly)
        .with_returned(Returned::Always);
    assert_eq!(secret.returned(), Returned::Never);
    let schema = Schema::new("urn:example:x", "X", vec![secret]);
    assert_eq!(schema.lint()[0].kind, FindingKind::WriteOnlyReturned);
}

/// Keeps one device, with the id `1`, and spoils it as its serial number says.
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

    async fn patch(&self, _: PatchRequest) -> Result<Patched, Error> {
        Ok(Patched::NotSupported)
    }

    async fn delete(&self, request: DeleteRequest) -> Result<(), Error> {
        Err(Error::not_found(&request.id))
    }
}
