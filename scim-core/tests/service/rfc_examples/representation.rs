//! RFC 7643 §8: resources read, checked against their schemas, and written.

use scim_core::auth::Anonymous;
use scim_core::resource::Member;
use scim_core::schema::ResourceType;
use scim_core::tenant::Tenant;
use scim_core::{Group, Resource, Schema, Service, User};
use serde_json::{Value, json};

use super::example;
use super::scene::BASE;
use crate::support::{Empty, exchange, request};

/// The resource of an example; checks that it is written as it was read.
#[track_caller]
fn resource(example: &Value) -> Resource {
    let resource = Resource::from_slice(example.to_string().as_bytes()).expect("a resource");
    let written: Value = serde_json::from_slice(&resource.to_vec()).expect("JSON");
    assert_eq!(&written, example);
    resource
}

fn violations(resource: &Resource, resource_type: &ResourceType) -> Vec<String> {
    let violations = resource.violations(resource_type).into_iter();
    violations.map(|one| one.to_string()).collect()
}

#[test]
fn users_conform_and_survive_every_form() {
    // The example contains a password, which no response may show.
    let password = ["password must never be returned"];
    for (name, wrong) in [
        ("rfc7643-8.1-1-user-minimal", &password[..0]),
        ("rfc7643-8.2-1-user-full", &password),
        ("rfc7643-8.3-1-user-enterprise", &password),
    ] {
        let resource = resource(&example(name));
        assert_eq!(
            violations(&resource, &ResourceType::user()),
            wrong,
            "{name}"
        );
        let user = User::try_from(resource.clone()).expect("a user");
        assert_eq!(user.user_name(), "bjensen@example.com");
        assert_eq!(Resource::from(user), resource, "{name}");
    }
}

#[test]
fn the_views_read_what_the_full_user_shows() {
    let full = resource(&example("rfc7643-8.3-1-user-enterprise"));
    let user = User::try_from(full).expect("a user");
    assert_eq!(user.name().honorific_suffix.as_deref(), Some("III"));
    assert_eq!(user.emails().count(), 2);
    assert_eq!(
        user.addresses().next().and_then(|address| address.region),
        Some("CA".to_owned())
    );

    let kinds: Vec<_> = user
        .phone_numbers()
        .filter_map(|phone| phone.kind)
        .collect();
    assert_eq!(kinds, ["work", "mobile"]);
    assert_eq!(user.ims().count(), 1);
    assert_eq!(user.photos().count(), 2);
    assert_eq!(user.x509_certificates().count(), 1);

    let groups: Vec<_> = user.groups().filter_map(|group| group.display).collect();
    assert_eq!(groups, ["Tour Guides", "Employees", "US Employees"]);
    assert_eq!(user.title().as_deref(), Some("Tour Guide"));
    assert_eq!(user.timezone().as_deref(), Some("America/Los_Angeles"));

    let enterprise = user.enterprise().expect("the extension");
    assert_eq!(enterprise.cost_center.as_deref(), Some("4130"));

    let manager = "26118915-6090-4610-87e4-49d8ca9f808d";
    assert_eq!(enterprise.manager.as_deref(), Some(manager));
}

#[test]
fn the_group_conforms_and_survives_every_form() {
    let resource = resource(&example("rfc7643-8.4-1-group"));
    let none: [&str; 0] = [];
    assert_eq!(violations(&resource, &ResourceType::group()), none);
    let group = Group::try_from(resource.clone()).expect("a group");
    let babs = Member::new("2819c223-7f76-453a-919d-413861904646")
        .with_reference(format!("{BASE}/Users/2819c223-7f76-453a-919d-413861904646"))
        .with_display("Babs Jensen");
    assert_eq!(group.members().next(), Some(babs));
    assert_eq!(Resource::from(group), resource);
}

#[test]
fn the_service_provider_configuration_conforms() {
    let resource = resource(&example("rfc7643-8.5-1-service-provider-config"));
    let schema = Schema::service_provider_config();
    let resource_type = ResourceType::new("ServiceProviderConfig", "/none", schema);
    // RFC 7643 §5 requires no id.
    assert_eq!(violations(&resource, &resource_type), ["id is missing"]);
}

#[test]
fn resource_types_are_read_and_published_again() {
    let types = example("rfc7643-8.6-1-resource-types");
    let schema = ResourceType::new("ResourceType", "/none", Schema::resource_type());
    for shown in types.as_array().expect("a list") {
        let none: [&str; 0] = [];
        assert_eq!(violations(&resource(shown), &schema), none);
        let read = ResourceType::from_slice(shown.to_string().as_bytes(), &[]);
        let path = format!("/ResourceTypes/{}", shown["id"].as_str().expect("an id"));
        assert_eq!(&published(read.expect("a resource type"), &path), shown);
    }
}

#[test]
fn schemas_are_read_and_published_again() {
    let resources = example("rfc7643-8.7.1-1-resource-schemas");
    let provider = example("rfc7643-8.7.2-1-service-provider-schemas");
    let lists = [&resources, &provider]
        .into_iter()
        .filter_map(Value::as_array);

    for shown in lists.flatten() {
        let schema = Schema::from_slice(shown.to_string().as_bytes()).expect("a schema");
        let path = format!("/Schemas/{}", schema.id());
        let served = ResourceType::new("Shown", "/Shown", schema.clone());
        let again = published(served, &path);
        assert_eq!(
            Schema::from_slice(again.to_string().as_bytes()).expect("a schema"),
            schema
        );
        assert_eq!(again["meta"]["location"], format!("{BASE}{path}"));
        assert_holds(&again["attributes"], &shown["attributes"]);
    }
}

/// Asserts that `published` has every member of `shown`, except empty lists.
#[track_caller]
fn assert_holds(published: &Value, shown: &Value) {
    match (published, shown) {
        (Value::Array(published), Value::Array(shown)) => {
            assert_eq!(published.len(), shown.len());
            for (published, shown) in published.iter().zip(shown) {
                assert_holds(published, shown);
            }
        }
        (Value::Object(published), Value::Object(shown)) => {
            for (name, shown) in shown.iter().filter(|(_, value)| **value != json!([])) {
                assert_holds(&published[name], shown);
            }
        }
        _ => assert_eq!(published, shown),
    }
}

/// The response of a server for one resource type to a GET of `path`.
fn published(resource_type: ResourceType, path: &str) -> Value {
    let tenant = Tenant::builder(BASE.parse().expect("a URL"))
        .authenticator(Anonymous::new())
        .provider(Empty(resource_type))
        .build()
        .expect("a tenant");
    exchange(&Service::new(tenant), request("GET", path, "")).1
}
