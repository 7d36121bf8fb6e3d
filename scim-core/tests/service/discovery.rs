//! Discovery: `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas`.

use bytes::Bytes;
use futures_util::FutureExt;
use http::Request;
use scim_core::auth::{Anonymous, AuthenticationScheme, BearerTokens};
use scim_core::memory::MemoryStore;
use scim_core::schema::{Attribute, AttributeType, ResourceType, Uniqueness};
use scim_core::tenant::{Tenant, TenantBuilder};
use scim_core::{Provider, Resource, Schema, Service};
use serde_json::{Value, json};

use crate::support::{BASE, Empty, exchange, request};

fn get(path: &str) -> Value {
    let store = MemoryStore::new();
    let tenant = Tenant::builder(BASE.parse().expect("a URL"))
        .authenticator(Anonymous::new())
        .provider(store.users())
        .provider(store.groups())
        .build()
        .expect("a tenant");
    let request = Request::get(path).body(Bytes::new()).expect("a request");
    let answer = Service::new(tenant)
        .handle(request)
        .now_or_never()
        .expect("no waiting");
    assert_eq!(answer.status(), 200, "{path}");
    assert_eq!(answer.headers()["content-type"], "application/scim+json");
    serde_json::from_slice(answer.body()).expect("JSON")
}

fn list(path: &str) -> Vec<Value> {
    let list = get(path);
    assert_eq!(
        list["schemas"],
        json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"])
    );

    let resources = list["Resources"].as_array().expect("a list").clone();
    for count in ["totalResults", "itemsPerPage"] {
        assert_eq!(list[count], resources.len());
    }
    assert_eq!(list["startIndex"], 1);
    resources
}

fn nulls(value: &Value) -> usize {
    match value {
        Value::Null => 1,
        Value::Array(items) => items.iter().map(nulls).sum(),
        Value::Object(members) => members.values().map(nulls).sum(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

#[test]
fn the_configuration_has_every_block_of_the_rfc() {
    let config = get("/ServiceProviderConfig");
    assert_eq!(
        config["schemas"],
        json!(["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"])
    );

    for block in ["patch", "bulk", "filter", "changePassword", "sort", "etag"] {
        assert!(config[block]["supported"].is_boolean(), "{block}");
    }

    assert_eq!(
        config["bulk"],
        json!({"supported": false, "maxOperations": 0, "maxPayloadSize": 0})
    );
    assert_eq!(
        config["filter"],
        json!({"supported": true, "maxResults": 1000})
    );

    for scheme in config["authenticationSchemes"].as_array().expect("a list") {
        for text in ["type", "name", "description"] {
            assert!(scheme[text].is_string(), "{text}");
        }
    }

    assert_eq!(config["meta"]["resourceType"], "ServiceProviderConfig");
    assert_eq!(
        config["meta"]["location"],
        format!("{BASE}/ServiceProviderConfig")
    );
    assert_eq!(nulls(&config), 0);
}

#[test]
fn every_resource_type_is_listed_and_found_by_its_id() {
    let types = list("/ResourceTypes");
    let names: Vec<&Value> = types
        .iter()
        .map(|resource_type| &resource_type["name"])
        .collect();
    assert_eq!(names, ["User", "Group"]);
    for resource_type in &types {
        assert_eq!(
            resource_type["schemas"],
            json!(["urn:ietf:params:scim:schemas:core:2.0:ResourceType"])
        );
        let id = resource_type["id"].as_str().expect("an id");
        let location = format!("/ResourceTypes/{id}");
        assert_eq!(&get(&location), resource_type);
        assert_eq!(
            resource_type["meta"],
            json!({"resourceType": "ResourceType", "location": format!("{BASE}{location}")})
        );
        assert_eq!(resource_type["endpoint"], format!("/{id}s"));
        assert_eq!(nulls(resource_type), 0);
    }
    assert_eq!(
        types[0]["schema"],
        "urn:ietf:params:scim:schemas:core:2.0:User"
    );

    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    assert_eq!(
        types[0]["schemaExtensions"],
        json!([{"schema": enterprise, "required": false}])
    );
}

#[test]
fn every_schema_is_listed_and_found_by_its_uri() {
    let schemas = list("/Schemas");
    let ids: Vec<&str> = schemas
        .iter()
        .filter_map(|schema| schema["id"].as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "urn:ietf:params:scim:schemas:core:2.0:Group",
            "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
            "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
            "urn:ietf:params:scim:schemas:core:2.0:Schema",
        ]
    );

    for schema in &schemas {
        assert_eq!(
            schema["schemas"],
            json!(["urn:ietf:params:scim:schemas:core:2.0:Schema"])
        );
        let id = schema["id"].as_str().expect("an id");
        assert_eq!(&get(&format!("/Schemas/{id}")), schema);
        assert_eq!(&get(&format!("/Schemas/{}", id.to_uppercase())), schema);
        assert_eq!(schema["meta"]["location"], format!("{BASE}/Schemas/{id}"));
        assert_eq!(nulls(schema), 0);
        for attribute in schema["attributes"].as_array().expect("a list") {
            check_attribute(attribute);
        }
    }
}

/// Asserts that an attribute has every characteristic of RFC 7643 §7 with an allowed value.
fn check_attribute(attribute: &Value) {
    let text = |name: &str| attribute[name].as_str().unwrap_or_default();
    assert!(!text("name").is_empty());
    assert!(!text("description").is_empty());
    let kinds = [
        "string",
        "boolean",
        "decimal",
        "integer",
        "dateTime",
        "binary",
        "reference",
        "complex",
    ];
    assert!(kinds.contains(&text("type")));
    assert!(["readOnly", "readWrite", "immutable", "writeOnly"].contains(&text("mutability")));
    assert!(["always", "never", "default", "request"].contains(&text("returned")));
    for name in ["multiValued", "required"] {
        assert!(attribute[name].is_boolean(), "{name}: {attribute}");
    }

    match text("type") {
        "complex" => {
            for part in attribute["subAttributes"]
                .as_array()
                .expect("sub-attributes")
            {
                check_attribute(part);
            }
        }
        kind => {
            assert!(["none", "server", "global"].contains(&text("uniqueness")));
            assert_eq!(
                kind == "reference",
                attribute["referenceTypes"].is_array(),
                "{attribute}"
            );
            if ["string", "reference", "binary"].contains(&kind) {
                assert!(attribute["caseExact"].is_boolean(), "{attribute}");
            }
        }
    }
}

#[test]
fn a_published_schema_reads_back_unchanged() {
    for schema in [
        MemoryStore::new().users().resource_type().schema().clone(),
        Schema::group().with_uniqueness("displayName", Uniqueness::Server),
        Schema::enterprise_user(),
        Schema::service_provider_config(),
        Schema::resource_type(),
        Schema::for_schemas(),
    ] {
        let published = get(&format!("/Schemas/{}", schema.id())).to_string();
        assert_eq!(
            Schema::from_slice(published.as_bytes()).expect("a schema"),
            schema
        );
    }
}

#[test]
fn discovery_responses_conform_to_their_schemas() {
    let of = |name: &str, schema: Schema| ResourceType::new(name, name, schema);
    let violations = |document: &Value, resource_type: &ResourceType| {
        let resource = Resource::from_slice(document.to_string().as_bytes()).expect("a resource");
        let violations = resource.violations(resource_type).into_iter();
        violations
            .map(|violation| violation.to_string())
            .collect::<Vec<_>>()
    };
    let types = of("ResourceType", Schema::resource_type());
    for resource_type in list("/ResourceTypes") {
        assert!(violations(&resource_type, &types).is_empty());
    }

    let schemas = of("Schema", Schema::for_schemas());
    for schema in list("/Schemas") {
        // The schema of schemas nests deeper than a schema can describe (RFC 7643 §7).
        let nested =
            "attributes.subAttributes.subAttributes is not an attribute of the resource type";
        let found = violations(&schema, &schemas);
        match schema["name"].as_str() {
            Some("Schema") => assert_eq!(found, [nested]),
            name => assert!(found.is_empty(), "{name:?}: {found:?}"),
        }
    }

    // RFC 7643 §5 requires no id, and the test sets no authentication scheme.
    let configuration = of("ServiceProviderConfig", Schema::service_provider_config());
    assert_eq!(
        violations(&get("/ServiceProviderConfig"), &configuration),
        ["authenticationSchemes is missing", "id is missing"]
    );
}

#[test]
fn the_schemes_of_the_authenticator_are_advertised() {
    let schemes = |tenant: TenantBuilder| {
        let tenant = tenant.provider(MemoryStore::new().users());
        let service = Service::new(tenant.build().expect("a tenant"));
        let request = Request::get("/ServiceProviderConfig")
            .header("authorization", "Bearer s3cret")
            .body(Bytes::new());
        let (_, config) = exchange(&service, request.expect("a request"));
        config["authenticationSchemes"].clone()
    };

    let tenant = || Tenant::builder(BASE.parse().expect("a URL"));
    let bearer = schemes(tenant().authenticator(BearerTokens::new("test", "s3cret")));
    assert_eq!(bearer[0]["type"], "oauthbearertoken");
    assert_eq!(bearer[0]["primary"], true);
    assert!(!bearer.to_string().contains("s3cret"));

    let basic = Anonymous::new().advertising(AuthenticationScheme::http_basic());
    let basic = schemes(tenant().authenticator(basic));
    assert_eq!(
        basic,
        json!([{
            "type": "httpbasic",
            "name": "HTTP Basic",
            "description": "A name and a password in the Authorization header",
            "specUri": "https://www.rfc-editor.org/rfc/rfc7617",
        }])
    );
    assert_eq!(schemes(tenant().authenticator(Anonymous::new())), json!([]));
}

#[test]
fn the_documentation_uri_is_advertised_if_set() {
    let tenant = Tenant::builder(BASE.parse().expect("a URL"))
        .authenticator(Anonymous::new())
        .documentation_uri("https://example.com/help/scim".parse().expect("a URL"));
    let service = Service::new(tenant.build().expect("a tenant"));
    let (_, config) = exchange(&service, request("GET", "/ServiceProviderConfig", ""));
    assert_eq!(config["documentationUri"], "https://example.com/help/scim");
    assert_eq!(get("/ServiceProviderConfig").get("documentationUri"), None);
}

#[test]
fn advertised_uniqueness_matches_the_store() {
    let store = MemoryStore::new();
    let tenant = Tenant::builder(BASE.parse().expect("a URL"))
        .authenticator(Anonymous::new())
        .provider(store.users())
        .provider(store.groups())
        .build()
        .expect("a tenant");
    let service = Service::new(tenant);
    let post =
        |path: &str, body: &Value| exchange(&service, request("POST", path, body.to_string())).0;

    for (path, resource_type, required) in [
        ("/Users", store.users().resource_type().clone(), "userName"),
        (
            "/Groups",
            store.groups().resource_type().clone(),
            "displayName",
        ),
    ] {
        let unique: Vec<&str> = resource_type
            .unique_attributes()
            .map(Attribute::name)
            .collect();
        for name in ["userName", "displayName", "externalId", "nickName"] {
            let body = |other: &str| {
                let mut body = json!({ required: format!("{name}-{other}") });
                body[name] = json!("the same");
                body
            };
            assert_eq!(post(path, &body("one")), 201, "{path} {name}");
            let wanted = if unique.contains(&name) { 409 } else { 201 };
            assert_eq!(post(path, &body("other")), wanted, "{path} {name}");
        }
    }
}

#[test]
fn a_tenant_refuses_unreachable_resource_types() {
    let build = |endpoint: &str| {
        let schema = Schema::new(
            "urn:x",
            "X",
            vec![Attribute::new("a", AttributeType::String)],
        );
        let provider = Empty(ResourceType::new("X", endpoint, schema));
        Tenant::builder(BASE.parse().expect("a URL"))
            .authenticator(Anonymous::new())
            .provider(provider)
            .build()
    };
    assert!(build("/Things").is_ok());

    for endpoint in ["/a/b", "", "/Schemas", "/bulk", "/Me"] {
        assert!(build(endpoint).is_err(), "{endpoint}");
    }
}
