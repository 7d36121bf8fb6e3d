//! PATCH, rule by rule: what RFC 7644 §3.5.2 says beyond its examples.

#![expect(clippy::expect_used, reason = "a case that cannot be read has failed")]

use scim_core::ErrorKind::{self, InvalidFilter, InvalidValue, Mutability, NoTarget};
use scim_core::patch::{self, DeltaKind};
use scim_core::schema::{Attribute, AttributeType, Mutability as Mut, ResourceType};
use scim_core::{PatchOp, Profile, Resource, Schema, Tolerance};
use serde_json::{Map, Value, json};

const EXTENSION: &str = "urn:example:2.0:Stock";

fn device() -> ResourceType {
    let text = |name| Attribute::new(name, AttributeType::String);
    let core = Schema::new(
        "urn:example:2.0:Device",
        "Device",
        vec![
            text("title"),
            Attribute::new("emails", AttributeType::Complex)
                .multi_valued()
                .with_sub_attributes(vec![
                    text("value"),
                    text("type"),
                    text("display"),
                    Attribute::new("primary", AttributeType::Boolean),
                ]),
            Attribute::new("ports", AttributeType::Complex)
                .multi_valued()
                .with_sub_attributes(vec![
                    text("number").with_mutability(Mut::Immutable),
                    text("use").required(),
                    text("note"),
                ]),
            Attribute::new("maker", AttributeType::Complex).with_sub_attributes(vec![
                text("name").with_mutability(Mut::Immutable),
                text("site"),
            ]),
        ],
    );
    let stock = Schema::new(
        EXTENSION,
        "Stock",
        vec![
            text("shelf").required(),
            text("lot").with_mutability(Mut::Immutable),
            text("count").with_mutability(Mut::ReadOnly),
            text("note"),
        ],
    );
    ResourceType::new("Device", "/Devices", core).with_extension(stock)
}

fn apply(
    of: &ResourceType,
    before: &Value,
    operations: &Value,
    profile: Profile,
) -> Result<Map<String, Value>, ErrorKind> {
    let request = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
    let before = Resource::from_slice(before.to_string().as_bytes()).expect("an object");
    PatchOp::from_slice(request.to_string().as_bytes(), profile)
        .and_then(|patch| patch::apply(&before, &patch, of, profile))
        .map(|applied| serde_json::from_slice(&applied.resource.to_vec()).expect("an object"))
        .map_err(|error| error.kind())
}

/// What becomes of one attribute.
fn attribute(
    before: &Value,
    operations: &Value,
    name: &str,
    profile: Profile,
) -> Result<Value, ErrorKind> {
    apply(&device(), before, operations, profile)
        .map(|mut after| after.remove(name).unwrap_or_default())
}

#[test]
fn what_an_operation_makes_primary_stays_it() {
    let before = json!({"emails": [{"value": "a", "primary": true}, {"value": "b"}]});
    // The last entry is primary from before: it is not this operation that makes it so.
    let operations = json!([{"op": "add", "path": "emails", "value": [{"value": "b", "primary": true}, {"value": "a", "display": "A"}]}]);
    assert_eq!(
        attribute(&before, &operations, "emails", Profile::rfc()),
        Ok(
            json!([{"value": "a", "primary": false, "display": "A"}, {"value": "b", "primary": true}])
        )
    );
}

#[test]
fn several_entries_are_not_made_primary_at_once() {
    let before = json!({"emails": [{"value": "a"}, {"value": "b"}]});
    let operations = json!([{"op": "replace", "path": "emails[value pr].primary", "value": true}]);
    assert_eq!(
        attribute(&before, &operations, "emails", Profile::rfc()),
        Err(InvalidValue)
    );
    assert_eq!(
        attribute(&before, &operations, "emails", Profile::tolerant()),
        Ok(json!([{"value": "a", "primary": true}, {"value": "b", "primary": false}]))
    );
}

#[test]
fn an_entry_that_only_says_what_it_is_for_goes_where_that_is_nothing() {
    let before = json!({"emails": [{"value": "a", "type": "work"}, {"type": "home"}]});
    for operations in [
        json!([{"op": "remove", "path": "emails[value eq \"a\"].value"}]),
        json!([{"op": "replace", "path": "emails[value eq \"a\"].value", "value": null}]),
    ] {
        assert_eq!(
            attribute(&before, &operations, "emails", Profile::rfc()),
            Ok(json!([{"type": "work"}, {"type": "home"}]))
        );
        // The other one is not this operation's to take.
        assert_eq!(
            attribute(&before, &operations, "emails", Profile::tolerant()),
            Ok(json!([{"type": "home"}]))
        );
    }
}

#[test]
fn a_replace_that_selects_nothing_has_no_target_whatever_its_value() {
    for value in [json!(null), json!({"value": "x"})] {
        let operations =
            json!([{"op": "replace", "path": "emails[type eq \"fax\"]", "value": value}]);
        assert_eq!(
            attribute(&json!({}), &operations, "emails", Profile::rfc()),
            Err(NoTarget)
        );
    }
}

#[test]
fn a_filter_that_describes_nothing_makes_nothing() {
    let operations = json!([{"op": "add", "path": "emails[type eq \"a\" and type eq \"b\"].value", "value": "x"}]);
    assert_eq!(
        attribute(&json!({}), &operations, "emails", Profile::tolerant()),
        Err(NoTarget)
    );
}

#[test]
fn a_filter_on_what_an_entry_cannot_have_is_refused_or_selects_nothing() {
    let before = json!({"emails": [{"value": "a"}]});
    let operations = json!([{"op": "remove", "path": "emails[shoeSize ne \"7\"]"}]);
    assert_eq!(
        attribute(&before, &operations, "emails", Profile::rfc()),
        Err(InvalidFilter)
    );
    let operations = json!([{"op": "remove", "path": "emails[shoeSize eq \"7\"]"}]);
    assert_eq!(
        attribute(&before, &operations, "emails", Profile::tolerant()),
        Ok(json!([{"value": "a"}]))
    );
}

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

#[test]
fn a_remove_that_selects_nothing_may_be_refused() {
    let strict = Profile::rfc().without(Tolerance::RemoveWithoutMatch);
    for path in ["emails[value eq \"x\"]", "emails[value eq \"x\"].display"] {
        let operations = json!([{"op": "remove", "path": path}]);
        assert_eq!(
            attribute(
                &json!({"emails": [{"value": "a"}]}),
                &operations,
                "emails",
                strict
            ),
            Err(NoTarget)
        );
    }
}

#[test]
fn the_deltas_tell_what_came_and_what_went() {
    let before = json!({
        "userName": "a", "title": "old", "nickName": "n",
        "emails": [{"value": "a", "primary": true}, {"value": "b"}],
    });
    let before = Resource::from_slice(before.to_string().as_bytes()).expect("an object");
    let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
    let patch = PatchOp::new()
        .replace("title", "new")
        .and_then(|patch| patch.remove("nickName"))
        .and_then(|patch| patch.remove("emails[value eq \"b\"]"))
        .and_then(|patch| patch.add("emails", [json!({"value": "c", "primary": true})]))
        .and_then(|patch| patch.add(department, "d"))
        .expect("a request");
    let applied =
        patch::apply(&before, &patch, &ResourceType::user(), Profile::rfc()).expect("applies");
    let told: Vec<_> = applied
        .deltas()
        .map(|delta| {
            (
                delta.path(),
                delta.kind(),
                delta.added().len(),
                delta.removed().len(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("emails", DeltaKind::Replaced, 2, 2),
            ("nickName", DeltaKind::Removed, 0, 1),
            ("title", DeltaKind::Replaced, 1, 1),
            (department, DeltaKind::Added, 1, 0),
        ]
    );
    let title = applied
        .deltas()
        .find(|delta| delta.path() == "title")
        .expect("a delta");
    let text = |value: Option<scim_core::ValueRef<'_>>| {
        value.and_then(|value| value.as_str().map(std::borrow::Cow::into_owned))
    };
    assert_eq!(text(title.before()).as_deref(), Some("old"));
    assert_eq!(text(title.after()).as_deref(), Some("new"));
    assert!(!format!("{title:?}").contains("new"));
}

#[test]
fn a_difference_says_no_more_than_it_must() {
    let told = |of: &ResourceType, before: Value, after: Value| {
        let resource =
            |value: Value| Resource::from_slice(value.to_string().as_bytes()).expect("an object");
        let patch = PatchOp::diff(&resource(before), &resource(after), of);
        let written: Value = serde_json::from_slice(&patch.to_vec()).expect("JSON");
        written["Operations"].clone()
    };
    let user = ResourceType::user();
    assert_eq!(
        told(
            &user,
            json!({"id": "1", "title": "t", "emails": [], "name": {"givenName": "g", "familyName": "f", "formatted": "x"}}),
            json!({"id": "2", "TITLE": "t", "nickName": null, "name": {"givenName": "h", "familyName": "f"}}),
        ),
        json!([
            {"op": "replace", "path": "name.givenName", "value": "h"},
            {"op": "remove", "path": "name.formatted"},
        ])
    );
    assert_eq!(
        told(
            &user,
            json!({"emails": [{"value": "b", "type": "home"}, {"value": "a", "type": "work", "primary": true}, {"value": "c"}]}),
            json!({"emails": [{"value": "b", "type": "home", "primary": true}, {"value": "a", "type": "work"}, {"value": "d"}]}),
        ),
        json!([
            {"op": "remove", "path": "emails[value eq \"c\"]"},
            {"op": "replace", "path": "emails[type eq \"work\" and value eq \"a\"]", "value": {"value": "a", "type": "work"}},
            {"op": "replace", "path": "emails[type eq \"home\" and value eq \"b\"]", "value": {"value": "b", "type": "home", "primary": true}},
            {"op": "add", "path": "emails", "value": [{"value": "d"}]},
        ])
    );
    // The order of a list is nothing that PATCH could speak of.
    assert_eq!(
        told(
            &ResourceType::group(),
            json!({"members": [{"value": "1"}, {"value": "2"}]}),
            json!({"members": [{"value": "2"}, {"value": "1"}]})
        ),
        json!([])
    );
    let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    assert_eq!(
        told(
            &user,
            json!({manager: {"manager": {"value": "1", "$ref": "../Users/1"}}}),
            json!({manager: {"manager": {"value": "2"}}}),
        ),
        json!([{"op": "replace", "path": format!("{manager}:manager"), "value": {"value": "2"}}])
    );
}

#[test]
fn a_request_built_by_code_is_one_that_can_be_sent() {
    let faults = [
        PatchOp::new()
            .add("name..x", 1)
            .map_err(|error| error.kind())
            .err(),
        PatchOp::new()
            .remove("emails[type eq]")
            .map_err(|error| error.kind())
            .err(),
        PatchOp::new()
            .replace_attributes(7)
            .map_err(|error| error.kind())
            .err(),
    ];
    assert_eq!(
        faults,
        [
            Some(ErrorKind::InvalidPath),
            Some(InvalidFilter),
            Some(InvalidValue)
        ]
    );
    let patch = PatchOp::new()
        .add_attributes(json!({"title": "t"}))
        .and_then(|patch| patch.remove("emails[type eq \"a \\\"b\\\"\"].value"))
        .and_then(|patch| {
            patch.replace(
                "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName",
                "g",
            )
        })
        .expect("a request");
    assert_eq!(
        PatchOp::from_slice(&patch.to_vec(), Profile::rfc()).expect("a request"),
        patch
    );
}

#[test]
fn of_two_ids_that_differ_in_case_the_one_named_goes() {
    let group = br#"{"displayName":"x","members":[{"value":"A"},{"value":"a"},{"value":"B"}]}"#;
    let group = Resource::from_slice(group).unwrap();
    for removal in [
        r#"{"op":"remove","path":"members[value eq \"A\" or value eq \"B\"]"}"#,
        r#"{"op":"remove","path":"members","value":[{"value":"A"},{"value":"B"}]}"#,
    ] {
        for other in ["", r#",{"op":"replace","path":"displayName","value":"y"}"#] {
            let request = format!(
                r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{removal}{other}]}}"#
            );
            let patch = PatchOp::from_slice(request.as_bytes(), Profile::tolerant()).unwrap();
            let applied =
                patch::apply(&group, &patch, &ResourceType::group(), Profile::tolerant()).unwrap();
            let left = applied.resource.to_string();
            assert!(
                left.contains(r#""members":[{"value":"a"}]"#),
                "{request}: {left}"
            );
        }
    }
}
