//! Random resources of any type in the form that a server stores.

use proptest::prelude::*;
use scim_core::schema::{Attribute, AttributeType, Mutability as Mut, ResourceType};
use scim_core::{Resource, Schema};
use serde_json::{Value, json};

use super::Object;
use super::values::{same, tidy};

pub(crate) fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "A", "work", "home"]).prop_map(str::to_owned)
}

/// `Some` with the probability `share`, up to 1.0.
pub(crate) fn perhaps(share: f64, value: BoxedStrategy<Value>) -> BoxedStrategy<Option<Value>> {
    if share < 1.0 {
        prop::option::weighted(share, value).boxed()
    } else {
        value.prop_map(Some).boxed()
    }
}

pub(crate) fn simple(attribute: &Attribute) -> BoxedStrategy<Value> {
    match attribute.kind() {
        AttributeType::Boolean => prop::bool::weighted(0.7).prop_map(Value::from).boxed(),
        AttributeType::Integer => (0..3_i64).prop_map(Value::from).boxed(),
        AttributeType::Binary => prop::sample::select(vec!["TQ==", "TWFu"])
            .prop_map(Value::from)
            .boxed(),
        _ => word().prop_map(Value::from).boxed(),
    }
}

/// A random value of the attribute's type; a stored one has all its required parts.
pub(crate) fn element(attribute: &Attribute, stored: bool) -> BoxedStrategy<Value> {
    if attribute.kind() != AttributeType::Complex {
        return simple(attribute);
    }

    let parts: Vec<_> = attribute
        .sub_attributes()
        .iter()
        .map(|sub| {
            let sure = stored && (sub.is_required() || sub.name() == "value");
            let share = if sure {
                1.0
            } else if sub.mutability() == Mut::ReadOnly {
                0.1
            } else {
                0.5
            };
            let value = if stored {
                simple(sub)
            } else {
                prop_oneof![12 => simple(sub), 1 => Just(Value::Null)].boxed()
            };
            (Just(sub.name().to_owned()), perhaps(share, value))
        })
        .collect();
    parts
        .prop_map(|parts| {
            let given = parts
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)));
            Value::Object(given.collect())
        })
        .boxed()
}

pub(crate) fn base(of: &ResourceType) -> impl Strategy<Value = Object> + use<> {
    let holder = |schema: &Schema| {
        let attributes: Vec<_> = schema
            .attributes()
            .iter()
            .map(|attribute| {
                let attribute = attribute.clone();
                let value = if attribute.is_multi_valued() {
                    let definition = attribute.clone();
                    prop::collection::vec(element(&attribute, true), 1..4)
                        .prop_map(move |items| canonical(items, &definition))
                        .boxed()
                } else {
                    element(&attribute, true)
                };
                let share = match (attribute.is_required(), attribute.is_multi_valued()) {
                    (true, _) => 1.0,
                    (false, true) => 0.85,
                    (false, false) => 0.6,
                };
                (Just(attribute.name().to_owned()), perhaps(share, value))
            })
            .collect();
        attributes.prop_map(|attributes| {
            let given = attributes
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)));
            given.collect::<Object>()
        })
    };
    let extensions: Vec<_> = of
        .extensions()
        .iter()
        .map(|extension| {
            let uri = extension.schema.id().to_owned();
            prop::option::of((Just(uri), holder(&extension.schema)))
        })
        .collect();
    (holder(of.schema()), extensions).prop_map(|(mut thing, extensions)| {
        for (uri, held) in extensions.into_iter().flatten() {
            thing.insert(uri, Value::Object(held));
        }
        tidy(thing)
    })
}

/// A list in stored form: each entry once, and at most one of them primary.
pub(crate) fn canonical(items: Vec<Value>, attribute: &Attribute) -> Value {
    let mut entries: Vec<Value> = Vec::new();
    for mut item in items {
        let has_primary = entries
            .iter()
            .any(|entry| entry.get("primary") == Some(&json!(true)));
        if has_primary && item.get("primary") == Some(&json!(true)) {
            item["primary"] = json!(false);
        }
        if item != json!({}) && !entries.iter().any(|entry| same(entry, &item, attribute)) {
            entries.push(item);
        }
    }
    Value::from(entries)
}

pub(crate) fn thing(object: &Object) -> Resource {
    Resource::from_slice(Value::Object(object.clone()).to_string().as_bytes()).expect("an object")
}

pub(crate) fn object(resource: &Resource) -> Object {
    let mut object: Object = serde_json::from_slice(&resource.to_vec()).expect("an object");
    object.remove("schemas");
    tidy(object)
}

/// Drops entries with only `type` and `primary`: the tolerant profile treats them as cleared.
pub(crate) fn without_cleared(object: Object) -> Object {
    let is_content = |name: &String| name != "type" && name != "primary";
    let has_content = |entry: &Value| {
        entry
            .as_object()
            .is_none_or(|entry| entry.keys().any(is_content))
    };
    let keep = |value: Value| match value {
        Value::Array(entries) => {
            Value::from(entries.into_iter().filter(has_content).collect::<Vec<_>>())
        }
        value => value,
    };

    tidy(
        object
            .into_iter()
            .map(|(name, value)| (name, keep(value)))
            .collect(),
    )
}
