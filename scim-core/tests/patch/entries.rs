//! The entries of multi-valued attributes: `primary`, filters, targets.

use scim_core::ErrorKind::{InvalidFilter, InvalidValue, NoTarget};
use scim_core::patch;
use scim_core::schema::ResourceType;
use scim_core::{PatchOp, Profile, Resource, Tolerance};
use serde_json::json;

use super::device::attribute;

#[test]
fn an_entry_made_primary_stays_primary() {
    let before = json!({"emails": [{"value": "a", "primary": true}, {"value": "b"}]});
    // The operation makes `b` primary; `a` merely has been primary before.
    let operations = json!([{"op": "add", "path": "emails", "value": [{"value": "b", "primary": true}, {"value": "a", "display": "A"}]}]);
    assert_eq!(
        attribute(&before, &operations, "emails", Profile::rfc()),
        Ok(
            json!([{"value": "a", "primary": false, "display": "A"}, {"value": "b", "primary": true}])
        )
    );
}

#[test]
fn an_operation_cannot_make_several_entries_primary() {
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
fn the_tolerant_profile_drops_an_entry_that_keeps_only_its_type() {
    let before = json!({"emails": [{"value": "a", "type": "work"}, {"type": "home"}]});
    for operations in [
        json!([{"op": "remove", "path": "emails[value eq \"a\"].value"}]),
        json!([{"op": "replace", "path": "emails[value eq \"a\"].value", "value": null}]),
    ] {
        assert_eq!(
            attribute(&before, &operations, "emails", Profile::rfc()),
            Ok(json!([{"type": "work"}, {"type": "home"}]))
        );
        // The operation does not touch the other entry with a type only.
        assert_eq!(
            attribute(&before, &operations, "emails", Profile::tolerant()),
            Ok(json!([{"type": "home"}]))
        );
    }
}

#[test]
fn a_replace_that_selects_nothing_is_no_target_for_any_value() {
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
fn a_filter_without_values_creates_no_entry() {
    let operations = json!([{"op": "add", "path": "emails[type eq \"a\" and type eq \"b\"].value", "value": "x"}]);
    assert_eq!(
        attribute(&json!({}), &operations, "emails", Profile::tolerant()),
        Err(NoTarget)
    );
}

#[test]
fn a_filter_on_an_unknown_part_is_refused_or_selects_nothing() {
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
fn removing_one_of_two_ids_that_differ_in_case_keeps_the_other() {
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
