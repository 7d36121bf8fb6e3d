//! Deltas, differences, and requests built by code.

use scim_core::ErrorKind::{self, InvalidFilter, InvalidValue};
use scim_core::patch::{self, DeltaKind};
use scim_core::schema::ResourceType;
use scim_core::{PatchOp, Profile, Resource};
use serde_json::{Value, json};

#[test]
fn deltas_list_added_and_removed_values() {
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
    let found: Vec<_> = applied
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
        found,
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
fn a_difference_is_minimal() {
    let found = |of: &ResourceType, before: Value, after: Value| {
        let resource =
            |value: Value| Resource::from_slice(value.to_string().as_bytes()).expect("an object");
        let patch = PatchOp::diff(&resource(before), &resource(after), of);
        let written: Value = serde_json::from_slice(&patch.to_vec()).expect("JSON");
        written["Operations"].clone()
    };

    let user = ResourceType::user();
    assert_eq!(
        found(
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
        found(
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

    // PATCH cannot change the order of a list.
    assert_eq!(
        found(
            &ResourceType::group(),
            json!({"members": [{"value": "1"}, {"value": "2"}]}),
            json!({"members": [{"value": "2"}, {"value": "1"}]})
        ),
        json!([])
    );

    let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    assert_eq!(
        found(
            &user,
            json!({manager: {"manager": {"value": "1", "$ref": "../Users/1"}}}),
            json!({manager: {"manager": {"value": "2"}}}),
        ),
        json!([{"op": "replace", "path": format!("{manager}:manager"), "value": {"value": "2"}}])
    );
}

#[test]
fn a_built_request_can_be_sent() {
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
