//! Any JSON as a request and as a resource.

use proptest::prelude::*;
use scim_core::schema::ResourceType;
use scim_core::{PatchOp, Profile, Resource, patch};
use serde_json::{Value, json};

use super::things::things;

fn name() -> impl Strategy<Value = String> {
    let known = vec![
        "members",
        "MEMBERS",
        "emails",
        "name",
        "name.given",
        "emails[type eq \"work\"].value",
        "value",
        "type",
        "primary",
        "$ref",
        "label",
        "tags",
        "serial",
        "schemas",
        "id",
        "urn:example:2.0:Stock",
        "urn:example:2.0:Stock:shelf",
        "urn:example:2.0:Thing",
        "members[value eq \"a\"]",
        "op",
        "path",
        "owner",
        "owner.value",
        "",
    ];
    prop_oneof![9 => prop::sample::select(known).prop_map(str::to_owned), 1 => any::<String>()]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        name().prop_map(Value::from),
        prop::sample::select(vec!["a", "", "true"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn any_object() -> impl Strategy<Value = Value> {
    prop::collection::vec((name(), any_json()), 0..6)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

fn any_operation() -> impl Strategy<Value = Value> {
    let op = prop::sample::select(vec!["add", "remove", "replace", "Add"]);
    let some = (
        op,
        prop::option::of(name()),
        prop::option::weighted(0.9, any_json()),
    )
        .prop_map(|(op, path, value)| {
            let mut operation = json!({"op": op});
            if let Some(path) = path {
                operation["path"] = json!(path);
            }
            if let Some(value) = value {
                operation["value"] = value;
            }
            operation
        });
    prop_oneof![20 => some, 1 => any_json()]
}

fn read(value: &Value) -> Resource {
    Resource::from_slice(value.to_string().as_bytes()).expect("an object")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn any_request_is_applied_or_refused(
        before in any_object(), operations in prop::collection::vec(any_operation(), 0..4),
        profile in prop::sample::select(vec![Profile::rfc(), Profile::tolerant()]),
    ) {
        let request = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
        let Ok(patch) = PatchOp::from_slice(request.to_string().as_bytes(), profile) else {
            return Ok(());
        };
        let resource = read(&before);
        for of in [things(), ResourceType::user(), ResourceType::group()] {
            if let Ok(applied) = patch::apply(&resource, &patch, &of, profile) {
                prop_assert_eq!(applied.deltas().count(), applied.changed.len());
            }
            let _ = patch.member_deltas(&of, profile);
            prop_assert_eq!(&resource, &read(&before));
        }
    }

    #[test]
    fn any_two_resources_have_a_difference(before in any_object(), after in any_object()) {
        for of in [things(), ResourceType::user(), ResourceType::group()] {
            let patch = PatchOp::diff(&read(&before), &read(&after), &of);
            if !patch.operations().is_empty() {
                prop_assert!(PatchOp::from_slice(&patch.to_vec(), Profile::rfc()).is_ok());
            }
        }
    }
}
