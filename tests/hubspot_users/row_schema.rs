//! A user keeps exactly the attributes that `/Schemas` advertises, with any features.

use hubspot_adapter::client::property;
use hubspot_adapter::{Features, RowFeatures, RowField};
use scim_tests::{Scene, entra_user, with};
use serde_json::{Map, Value, json};

const ADA: &str = "ada@acme.example";
const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Every writable attribute of the two user schemas in RFC 7643.
fn everything() -> Value {
    let plural = |value: &str| json!([{"value": value, "type": "work", "primary": true}]);
    let mut user = entra_user(ADA);
    for (member, value) in [
        ("title", json!("Engineer")),
        ("nickName", json!("Countess")),
        ("profileUrl", json!("https://acme.example/ada")),
        ("userType", json!("Employee")),
        ("preferredLanguage", json!("en")),
        ("locale", json!("en-GB")),
        ("timezone", json!("Europe/London")),
        ("phoneNumbers", plural("+44 1")),
        ("ims", plural("ada")),
        ("photos", plural("https://acme.example/ada.png")),
        ("addresses", json!([{"locality": "London", "type": "work"}])),
        ("roles", plural("Sales Rep")),
        ("x509Certificates", plural("MIIB")),
    ] {
        user = with(user, member, value);
    }
    let enterprise = json!({
        "employeeNumber": "1", "costCenter": "2", "organization": "Acme", "division": "R", "department": "Research",
        "manager": {"value": "7"},
    });
    with(user, ENTERPRISE, enterprise)
}

/// The attributes of an advertised schema, with their sub-attributes.
async fn advertised(scene: &Scene, uri: &str) -> Map<String, Value> {
    let listed = scene.get("/scim/v2/Schemas").await;
    let schemas = listed.expect(200)["Resources"].as_array();
    let schema = schemas
        .into_iter()
        .flatten()
        .find(|schema| schema["id"] == uri);
    let attributes = schema.and_then(|schema| schema["attributes"].as_array());
    let name = |attribute: &Value| attribute["name"].as_str().unwrap_or_default().to_owned();
    let subs = |attribute: &Value| -> Value {
        let subs = attribute["subAttributes"].as_array().into_iter().flatten();
        subs.map(name).collect()
    };
    let attributes = attributes.into_iter().flatten();
    attributes
        .map(|attribute| (name(attribute), subs(attribute)))
        .collect()
}

#[tokio::test]
async fn a_creation_keeps_exactly_the_advertised_attributes() {
    for bits in 0..32_u32 {
        let has = |bit: u32| bits & (1 << bit) != 0;
        let mut rows = RowFeatures::default();
        for (bit, field, property) in [
            (0, RowField::Title, property::JOB_TITLE),
            (1, RowField::Phone, property::ADDITIONAL_PHONE),
            (2, RowField::TimeZone, property::STANDARD_TIME_ZONE),
            (3, RowField::Department, "department"),
        ] {
            if has(bit) {
                rows = rows.with(field, property);
            }
        }
        let features = if has(4) {
            Features::none().with_rows(rows)
        } else {
            Features::none()
        };
        let scene = Scene::builder()
            .play("property=department")
            .features(features.clone())
            .start()
            .await;
        let id = scene.create(&everything()).await;
        let shown = scene.get(&format!("/scim/v2/Users/{id}")).await;
        let shown = shown.expect(200).as_object().unwrap();

        let core = advertised(&scene, CORE).await;
        let kept: Vec<&String> = shown
            .keys()
            .filter(|name| {
                !["id", "externalId", "meta", "schemas", ENTERPRISE].contains(&name.as_str())
            })
            .collect();
        let mut promised: Vec<&String> = core.keys().collect();
        promised.sort();
        assert_eq!(kept, promised, "{features:?}");
        for (name, subs) in &core {
            let first = shown[name].as_array().and_then(|list| list.first());
            let entry = first.unwrap_or(&shown[name]).as_object();
            let kept = entry.into_iter().flat_map(Map::keys);
            for sub in kept {
                assert!(
                    subs.as_array().unwrap().contains(&json!(sub)),
                    "{name}.{sub}"
                );
            }
        }
        let department = advertised(&scene, ENTERPRISE).await;
        let promised: Vec<&String> = department.keys().collect();
        let kept = shown.get(ENTERPRISE).and_then(Value::as_object);
        let kept: Vec<&String> = kept.into_iter().flat_map(Map::keys).collect();
        assert_eq!(kept, promised, "{features:?}");
    }
}
