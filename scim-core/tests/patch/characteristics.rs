//! Immutable and required attributes, on their own, in entries and in extensions.

use scim_core::ErrorKind::{InvalidValue, Mutability};
use scim_core::Profile;
use scim_core::schema::ResourceType;
use serde_json::{Value, json};

use super::device::{EXTENSION, apply, attribute};

#[test]
fn what_is_immutable_in_an_entry_stays_what_it_was_made_with() {
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
    // Entries come and go as wholes.
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
fn what_is_immutable_in_a_single_value_does_not_go_with_it() {
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
fn what_is_required_in_an_entry_is_there() {
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
    // An entry that lacked it before is not this request's fault.
    let before = json!({"ports": [{"number": "1"}]});
    let operations =
        json!([{"op": "add", "path": "ports", "value": [{"number": "2", "use": "in"}]}]);
    assert!(attribute(&before, &operations, "ports", Profile::rfc()).is_ok());
}

#[test]
fn an_extension_goes_as_far_as_its_attributes_may() {
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
        // What the server alone writes is left alone where that is understood.
        assert_eq!(
            stock(json!({"note": "n", "count": "3"}), Profile::tolerant()),
            Ok(json!({"count": "3"}))
        );
    }
}

#[test]
fn an_extension_has_what_it_requires() {
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
fn what_is_required_may_be_given_again_in_the_same_request() {
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
fn the_list_of_schemas_cannot_be_taken_away_and_follows_what_is_there() {
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
    // The RFC's own example: an attribute by its URN brings the URN.
    let operations = json!([
        {"op": "add", "path": "schemas", "value": [EXTENSION]},
        {"op": "add", "path": format!("{EXTENSION}:shelf"), "value": "1"}
    ]);
    assert_eq!(
        attribute(&before, &operations, "schemas", Profile::rfc()),
        Ok(json!(["urn:example:2.0:Device", EXTENSION]))
    );
}
