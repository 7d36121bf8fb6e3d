//! Requests from the difference of two resources.

use proptest::prelude::*;
use scim_core::schema::{Attribute, Mutability, ResourceType};
use scim_core::{ErrorKind, PatchOp, Profile, patch};
use serde_json::{Value, json};

use super::Object;
use super::resources::{base, object, thing, without_cleared};
use super::things::things;
use super::values::tidy;

/// The part of a resource that a difference covers: without read-only values, and lists in one order.
fn comparable(object: &Object, of: &ResourceType) -> Object {
    let mut kept = Object::new();
    for (name, value) in object {
        if let Some(extension) = of.extension(name) {
            let held = value.as_object().cloned().unwrap_or_default();
            let parts = held.iter().filter_map(|(name, value)| {
                Some((name.clone(), writable(value, extension.attribute(name)?)?))
            });
            kept.insert(name.clone(), Value::Object(parts.collect()));
        } else if let Some(value) = of
            .top_level(name)
            .and_then(|attribute| writable(value, attribute))
        {
            kept.insert(name.clone(), value);
        }
    }

    tidy(kept)
}

fn writable(value: &Value, attribute: &Attribute) -> Option<Value> {
    if attribute.mutability() == Mutability::ReadOnly {
        return None;
    }

    Some(match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items
                .iter()
                .filter_map(|item| writable(item, attribute))
                .collect();
            items.retain(|item| *item != json!({}));
            items.sort_by_key(Value::to_string);
            Value::from(items)
        }
        Value::Object(parts) => {
            let parts = parts.iter().filter_map(|(name, part)| {
                Some((
                    name.clone(),
                    writable(part, attribute.sub_attribute(name)?)?,
                ))
            });
            Value::Object(parts.collect())
        }
        value => value.clone(),
    })
}

fn user_or_group() -> impl Strategy<Value = (ResourceType, Object, Object)> {
    let pair = |of: ResourceType| {
        let resources = (base(&of), base(&of));
        resources.prop_map(move |(before, after)| {
            (of.clone(), without_cleared(before), without_cleared(after))
        })
    };
    prop_oneof![2 => pair(ResourceType::user()), 1 => pair(ResourceType::group())]
}

/// Mixes attributes of both resources, so that most differences are small.
fn blend(before: &Object, after: &Object, choices: u64) -> Object {
    let names = before.keys().chain(after.keys()).enumerate();
    let side = |index: usize| {
        if (choices >> (index % 64)).trailing_zeros() > 1 {
            after
        } else {
            before
        }
    };
    names
        .filter_map(|(index, name)| Some((name.clone(), side(index).get(name)?.clone())))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn applying_a_difference_gives_the_other_resource(
        (of, before, other) in user_or_group(), choices in any::<u64>(),
    ) {
        let after = blend(&before, &other, choices);
        let patch = PatchOp::diff(&thing(&before), &thing(&after), &of);
        for profile in [Profile::rfc(), Profile::tolerant()] {
            let applied = patch::apply(&thing(&before), &patch, &of, profile);
            let applied = applied.map_err(|error| TestCaseError::fail(format!("{error}: {patch:?}")))?;
            prop_assert_eq!(
                comparable(&object(&applied.resource), &of), comparable(&after, &of),
                "{}", String::from_utf8_lossy(&patch.to_vec())
            );
        }
        prop_assert_eq!(
            patch.operations().is_empty(),
            comparable(&before, &of) == comparable(&after, &of)
        );
    }

    #[test]
    fn a_difference_reports_values_that_cannot_change(
        before in base(&things()), other in base(&things()), choices in any::<u64>(),
    ) {
        let of = things();
        let after = blend(&before, &other, choices);
        let patch = PatchOp::diff(&thing(&before), &thing(&after), &of);
        match patch::apply(&thing(&before), &patch, &of, Profile::rfc()) {
            Ok(applied) => prop_assert_eq!(comparable(&object(&applied.resource), &of), comparable(&after, &of)),
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::Mutability, "{}", error),
        }
    }

    #[test]
    fn a_request_survives_serialization(
        (of, before, after) in user_or_group(), profile in prop::sample::select(vec![Profile::rfc(), Profile::tolerant()]),
    ) {
        let patch = PatchOp::diff(&thing(&before), &thing(&after), &of);
        prop_assume!(!patch.operations().is_empty());
        prop_assert_eq!(PatchOp::from_slice(&patch.to_vec(), profile).expect("a request"), patch);
    }
}
