//! Immutable and required attributes at the top level, in entries and in extensions.

use scim_core::ErrorKind::{InvalidValue, Mutability};
use scim_core::Profile;
use scim_core::schema::ResourceType;
use serde_json::{Value, json};

use super::device::{EXTENSION, apply, attribute};

#[test]
fn an_immutable_part_of_an_entry_never_changes() {
    let before = json!({"ports": [{"number": "1", "use": "in"}, {"number": "2", "use": "out"}]});
    let ports = |operation: Value| attribute(&before, &json!([operation]), "ports", Profile::rfc());
    let one = "ports[number eq \"1\"]";
    assert_eq!(
        ports(json!({"op": "replace", "path": one, "value": {"number": "9", "use": "in"}})),
        Err(Mutability)
    );
    assert_eq!(
        ports(json!({"op": "add", "path": one, "value": {"number": "9"}})),
        Err(Mutability)
    );
    assert_eq!(
        ports(json!({"op": "replace", "path": one, "value": {"use": "x"}})),
        Ok(json!([{"number": "1", "use": "x"}, {"number": "2", "use": "out"}]))
    );

    // A whole entry can be removed or replaced.
    assert_eq!(
        ports(json!({"op": "remove", "path": one})),
        Ok(json!([{"number": "2", "use": "out"}]))
    );
    assert_eq!(
        ports(json!({"op": "replace", "path": "ports", "value": [{"number": "3", "use": "in"}]})),
        Ok(json!([{"number": "3", "use": "in"}]))
    );
}

#[test]
fn removing_a_complex_value_fails_for_its_immutable_part() {
    let before = json!({"maker": {"name": "M", "site": "s"}});
    for operation in [
        json!({"op": "remove", "path": "maker"}),
        json!({"op": "replace", "path": "maker", "value": null}),
        json!({"op": "remove", "path": "maker[site eq \"s\"]"}),
    ] {
        assert_eq!(
            attribute(&before, &json!([operation]), "maker", Profile::rfc()),
            Err(Mutability)
        );
    }

    let operation = json!([{"op": "remove", "path": "maker[site eq \"x\"]"}]);
    assert_eq!(
        attribute(&before, &operation, "maker", Profile::rfc()),
        Ok(json!({"name": "M", "site": "s"}))
    );
}

#[test]
fn an_entry_keeps_its_required_parts() {
    let before = json!({"ports": [{"number": "1", "use": "in"}]});
    let ports = |operation: Value| attribute(&before, &json!([operation]), "ports", Profile::rfc());
    assert_eq!(
        ports(json!({"op": "remove", "path": "ports.use"})),
        Err(Mutability)
    );
    assert_eq!(
        ports(json!({"op": "replace", "path": "ports[number eq \"1\"].use", "value": null})),
        Err(Mutability)
    );
    assert_eq!(
        ports(json!({"op": "add", "path": "ports", "value": [{"number": "2"}]})),
        Err(InvalidValue)
    );

    // An entry that already lacked the part does not fail the request.
    let before = json!({"ports": [{"number": "1"}]});
    let operations =
        json!([{"op": "add", "path": "ports", "value": [{"number": "2", "use": "in"}]}]);
    assert!(attribute(&before, &operations, "ports", Profile::rfc()).is_ok());
}

#[test]
fn an_extension_can_go_only_if_its_attributes_can() {
    let root = json!([{"op": "remove", "path": EXTENSION}]);
    let null = json!([{"op": "replace", "value": {EXTENSION: null}}]);

    for operations in [&root, &null] {
        let stock = |held: Value, profile| {
            attribute(&json!({EXTENSION: held}), operations, EXTENSION, profile)
        };
        assert_eq!(
            stock(json!({"shelf": "1", "note": "n"}), Profile::rfc()),
            Ok(Value::Null)
        );
        assert_eq!(
            stock(json!({"shelf": "1", "lot": "7"}), Profile::tolerant()),
            Err(Mutability)
        );
        assert_eq!(
            stock(json!({"note": "n", "count": "3"}), Profile::rfc()),
            Err(Mutability)
        );
        // The tolerant profile keeps the read-only value.
        assert_eq!(
            stock(json!({"note": "n", "count": "3"}), Profile::tolerant()),
            Ok(json!({"count": "3"}))
        );
    }
}

#[test]
fn an_extension_keeps_its_required_attributes() {
    let stock = |before: Value, operation: Value| {
        attribute(&before, &json!([operation]), EXTENSION, Profile::rfc())
    };
    let shelf = format!("{EXTENSION}:shelf");
    let note = format!("{EXTENSION}:note");

    let held = json!({EXTENSION: {"shelf": "1", "note": "n"}});
    assert_eq!(
        stock(held, json!({"op": "remove", "path": shelf})),
        Err(Mutability)
    );
    assert_eq!(
        stock(json!({}), json!({"op": "add", "path": note, "value": "n"})),
        Err(InvalidValue)
    );
    assert_eq!(
        stock(
            json!({}),
            json!({"op": "add", "path": EXTENSION, "value": {"shelf": "1"}})
        ),
        Ok(json!({"shelf": "1"}))
    );
    assert_eq!(
        stock(
            json!({EXTENSION: {"lot": "1", "shelf": "s"}}),
            json!({"op": "replace", "path": format!("{EXTENSION}:lot"), "value": "2"})
        ),
        Err(Mutability)
    );
}

#[test]
fn a_required_value_may_be_removed_and_added_in_one_request() {
    let operations = json!([{"op": "remove", "path": "userName"}, {"op": "add", "path": "userName", "value": "b"}]);
    let after = apply(
        &ResourceType::user(),
        &json!({"userName": "a"}),
        &operations,
        Profile::rfc(),
    );
    assert_eq!(after.map(|after| after["userName"].clone()), Ok(json!("b")));
}

#[test]
fn schemas_cannot_be_removed_and_follows_the_extensions() {
    let before = json!({"title": "t"});
    for operation in [
        json!({"op": "remove", "path": "schemas"}),
        json!({"op": "replace", "path": "schemas", "value": []}),
    ] {
        assert_eq!(
            attribute(&before, &json!([operation]), "schemas", Profile::rfc()),
            Err(Mutability)
        );
        assert!(attribute(&before, &json!([operation]), "schemas", Profile::tolerant()).is_ok());
    }

    // The example of RFC 7644 §3.5.2: an attribute with a URN adds the URN.
    let operations = json!([
        {"op": "add", "path": "schemas", "value": [EXTENSION]},
        {"op": "add", "path": format!("{EXTENSION}:shelf"), "value": "1"}
    ]);
    assert_eq!(
        attribute(&before, &operations, "schemas", Profile::rfc()),
        Ok(json!(["urn:example:2.0:Device", EXTENSION]))
    );
}
