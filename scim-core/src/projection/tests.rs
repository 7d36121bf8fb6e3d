use super::*;
use crate::schema::{AttributeType, ENTERPRISE_USER, USER};

fn shown(attributes: Option<&str>, excluded: Option<&str>) -> String {
    let json = format!(
        r#"{{"id":"7","schemas":["a"],"userName":"u","password":"p","name":{{"givenName":"g","familyName":"f"}},
           "emails":[{{"value":"v","type":"work"}}],"{ENTERPRISE_USER}":{{"department":"d","division":"e"}}}}"#
    );
    let resource = Resource::from_slice(json.as_bytes()).unwrap();
    Projection::parse(attributes, excluded, Profile::tolerant())
        .unwrap()
        .apply(&resource, &ResourceType::user())
        .to_string()
}

#[test]
fn a_response_always_shows_id_and_schemas_and_never_a_password() {
    for (attributes, excluded) in [
        (None, None),
        (Some("password"), None),
        (None, Some("id,schemas")),
        (Some("nickName"), None),
    ] {
        let text = shown(attributes, excluded);
        assert!(text.contains(r#""id":"7""#), "{text}");
        assert!(text.contains(r#""schemas":["a"]"#), "{text}");
        assert!(!text.contains("password"), "{text}");
    }
}

#[test]
fn core_attributes_under_their_urn_follow_the_rules_of_the_top_level() {
    let json = format!(r#"{{"id":"7","{USER}":{{"userName":"u","password":"p"}}}}"#);
    let resource = Resource::from_slice(json.as_bytes()).unwrap();
    for (attributes, shown) in [
        (None, format!(r#"{{"id":"7","{USER}":{{"userName":"u"}}}}"#)),
        (Some("password"), r#"{"id":"7"}"#.to_owned()),
        (
            Some("userName"),
            format!(r#"{{"id":"7","{USER}":{{"userName":"u"}}}}"#),
        ),
    ] {
        let projection = Projection::parse(attributes, None, Profile::tolerant()).unwrap();
        let found = projection.apply(&resource, &ResourceType::user());
        assert_eq!(found.to_string(), shown, "{attributes:?}");
    }
}

#[test]
fn a_client_can_choose_single_sub_attributes() {
    assert_eq!(
        shown(Some("NAME.givenname, emails.value"), None),
        r#"{"id":"7","schemas":["a"],"name":{"givenName":"g"},"emails":[{"value":"v"}]}"#
    );
    assert!(!shown(None, Some("name.givenName")).contains("givenName"));
}

#[test]
fn a_client_can_choose_an_extension_or_its_attributes() {
    assert_eq!(
        shown(Some(ENTERPRISE_USER), None),
        format!(
            r#"{{"id":"7","schemas":["a"],"{ENTERPRISE_USER}":{{"department":"d","division":"e"}}}}"#
        )
    );
    assert_eq!(
        shown(Some(&format!("{ENTERPRISE_USER}:division")), None),
        format!(r#"{{"id":"7","schemas":["a"],"{ENTERPRISE_USER}":{{"division":"e"}}}}"#)
    );
    assert!(!shown(None, Some(ENTERPRISE_USER)).contains("department"));
}

#[test]
fn a_sub_attribute_returned_on_request_appears_when_named() {
    let schema = Schema::new(
        "urn:x:Y",
        "Y",
        vec![
            Attribute::new("key", AttributeType::Complex).with_sub_attributes(vec![
                Attribute::new("id", AttributeType::String),
                Attribute::new("print", AttributeType::String).with_returned(Returned::Request),
                Attribute::new("secret", AttributeType::String).with_returned(Returned::Never),
            ]),
        ],
    );
    let resource_type = ResourceType::new("Y", "/Ys", schema);

    let json = br#"{"key":{"id":"i","print":"p","secret":"s"}}"#;
    let resource = Resource::from_slice(json).unwrap();
    for (attributes, shown) in [
        (None, r#"{"key":{"id":"i"}}"#),
        (Some("key"), r#"{"key":{"id":"i"}}"#),
        (Some("key.print"), r#"{"key":{"print":"p"}}"#),
        (Some("key.secret"), "{}"),
        (Some("urn:x:Y"), r#"{"key":{"id":"i"}}"#),
        (Some("other"), "{}"),
    ] {
        let projection = Projection::parse(attributes, None, Profile::rfc()).unwrap();
        let found = projection.apply(&resource, &resource_type).to_string();
        assert_eq!(found, shown, "{attributes:?}");
    }
}

#[test]
fn a_client_can_name_a_core_attribute_by_its_urn() {
    let text = shown(
        Some("urn:ietf:params:scim:schemas:core:2.0:User:userName"),
        None,
    );
    assert_eq!(text, r#"{"id":"7","schemas":["a"],"userName":"u"}"#);
}
