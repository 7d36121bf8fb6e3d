//! Requests as data for the oracle and as JSON for the engine.

use proptest::prelude::*;
use scim_core::schema::{Attribute, ResourceType};
use serde_json::{Value, json};

use super::Object;
use super::resources::{element, perhaps, simple};
use super::things::EXTENSION;

#[derive(Clone, Debug)]
pub(crate) enum Filter {
    Eq(String, Value),
    Present(String),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

impl Filter {
    pub(crate) fn print(&self) -> String {
        match self {
            Self::Eq(name, value) => format!("{name} eq {value}"),
            Self::Present(name) => format!("{name} pr"),
            Self::Not(filter) => format!("not ({})", filter.print()),
            Self::And(a, b) => format!("({}) and ({})", a.print(), b.print()),
            Self::Or(a, b) => format!("({}) or ({})", a.print(), b.print()),
        }
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Self::Eq(name, _) | Self::Present(name) => vec![name],
            Self::Not(filter) => filter.names(),
            Self::And(a, b) | Self::Or(a, b) => [a.names(), b.names()].concat(),
        }
    }

    pub(crate) fn selects(&self, entry: &Value, attribute: &Attribute) -> bool {
        let part = |name: &str| match entry {
            Value::Object(parts) => (parts.get(name), attribute.sub_attribute(name)),
            simple => (Some(simple), Some(attribute)),
        };
        match self {
            Self::Eq(name, wanted) => match (part(name), wanted) {
                ((Some(Value::String(text)), Some(of)), Value::String(wanted)) => {
                    if of.is_case_exact() {
                        text == wanted
                    } else {
                        text.eq_ignore_ascii_case(wanted)
                    }
                }
                ((Some(value), _), wanted) => value == wanted,
                ((None, _), _) => false,
            },
            Self::Present(name) => part(name).0.is_some_and(|value| *value != json!("")),
            Self::Not(filter) => !filter.selects(entry, attribute),
            Self::And(a, b) => a.selects(entry, attribute) && b.selects(entry, attribute),
            Self::Or(a, b) => a.selects(entry, attribute) || b.selects(entry, attribute),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) extension: bool,
    pub(crate) name: String,
    pub(crate) filter: Option<Filter>,
    pub(crate) sub: Option<String>,
}

impl Path {
    pub(crate) fn print(&self) -> String {
        let mut path = String::new();
        if self.extension {
            path = format!("{EXTENSION}:");
        }
        path.push_str(&self.name);
        if let Some(filter) = &self.filter {
            path = format!("{path}[{}]", filter.print());
        }
        if let Some(sub) = &self.sub {
            path = format!("{path}.{sub}");
        }
        path
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Place {
    Resource,
    Extension,
    At(Path),
}

#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) op: &'static str,
    pub(crate) place: Place,
    pub(crate) value: Option<Value>,
}

pub(crate) fn request(operations: &[Operation]) -> Vec<u8> {
    let operations = operations.iter().map(|operation| {
        let mut json = json!({"op": operation.op});
        match &operation.place {
            Place::Resource => {}
            Place::Extension => json["path"] = json!(EXTENSION),
            Place::At(path) => json["path"] = json!(path.print()),
        }
        if let Some(value) = &operation.value {
            json["value"] = value.clone();
        }
        json
    });
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations.collect::<Vec<_>>()})
        .to_string()
        .into_bytes()
}

pub(crate) fn value(attribute: &Attribute) -> BoxedStrategy<Value> {
    let fitting = if attribute.is_multi_valued() {
        prop::collection::vec(element(attribute, false), 0..3)
            .prop_map(Value::from)
            .boxed()
    } else {
        element(attribute, false)
    };
    prop_oneof![
        60 => fitting,
        1 => Just(Value::Null),
        1 => element(attribute, false),
        1 => Just(json!([])),
        1 => Just(json!(7)),
        1 => Just(json!({"unknown": 1})),
    ]
    .boxed()
}

pub(crate) fn filter(attribute: &Attribute) -> BoxedStrategy<Filter> {
    let parts = attribute.sub_attributes().to_vec();
    let names: Vec<(String, BoxedStrategy<Value>)> = if parts.is_empty() {
        vec![("value".to_owned(), simple(attribute))]
    } else {
        parts
            .iter()
            .map(|sub| (sub.name().to_owned(), simple(sub)))
            .collect()
    };
    let term = prop_oneof![
        30 => prop::sample::select((0..names.len()).collect::<Vec<_>>()).prop_flat_map(move |index| {
            let (name, value) = names[index].clone();
            prop_oneof![
                5 => (Just(name.clone()), value).prop_map(|(name, value)| Filter::Eq(name, value)),
                1 => Just(Filter::Present(name)),
            ]
        }),
        1 => Just(Filter::Eq("unknown".to_owned(), json!("a"))),
    ];
    term.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            inner
                .clone()
                .prop_map(|filter| Filter::Not(Box::new(filter))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Filter::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner).prop_map(|(a, b)| Filter::Or(Box::new(a), Box::new(b))),
        ]
    })
    .boxed()
}

pub(crate) fn operation(of: &ResourceType) -> impl Strategy<Value = Operation> + use<> {
    let op = || prop::sample::select(vec!["add", "replace", "remove"]);
    let stock = of.extensions()[0].schema.clone();
    let core = of
        .schema()
        .attributes()
        .iter()
        .map(|attribute| (false, attribute.clone()));
    // Lists of complex values have the most rules.
    let weight = |attribute: &Attribute| match (
        attribute.is_multi_valued(),
        attribute.sub_attributes().is_empty(),
    ) {
        (true, false) => 6,
        (true, true) | (false, false) => 2,
        (false, true) => 1,
    };
    let all: Vec<(bool, Attribute)> = core
        .chain(
            stock
                .attributes()
                .iter()
                .map(|attribute| (true, attribute.clone())),
        )
        .flat_map(|place| std::iter::repeat_n(place.clone(), weight(&place.1)))
        .collect();
    let at =
        (op(), prop::sample::select(all.clone())).prop_flat_map(|(op, (extension, attribute))| {
            let subs = attribute.sub_attributes().to_vec();
            let sub = if subs.is_empty() {
                Just(None).boxed()
            } else {
                prop::option::weighted(0.35, prop::sample::select(subs)).boxed()
            };
            let share = if attribute.is_multi_valued() {
                0.4
            } else {
                0.1
            };
            (prop::option::weighted(share, filter(&attribute)), sub).prop_flat_map(
                move |(filter, sub)| {
                    let value = match (&sub, &filter) {
                        (Some(sub), _) => value(sub),
                        (None, Some(_)) => {
                            prop_oneof![20 => element(&attribute, false), 1 => Just(Value::Null)]
                                .boxed()
                        }
                        (None, None) => value(&attribute),
                    };
                    let path = Path {
                        extension,
                        name: attribute.name().to_owned(),
                        filter: filter.clone(),
                        sub: sub.map(|sub| sub.name().to_owned()),
                    };
                    let keeps = if op == "remove" { 0.05 } else { 1.0 };
                    perhaps(keeps, value).prop_map(move |value| Operation {
                        op,
                        place: Place::At(path.clone()),
                        value,
                    })
                },
            )
        });
    let writes = || prop::sample::select(vec!["add", "replace"]);
    let in_stock = stock.attributes().to_vec();
    let whole = (
        writes(),
        given(of.schema().attributes().to_vec()),
        prop::option::weighted(0.3, given(in_stock.clone())),
        prop::bool::weighted(0.05),
    )
        .prop_map(|(op, mut value, stock, unknown)| {
            if let Some(stock) = stock {
                value.insert(EXTENSION.to_owned(), Value::Object(stock));
            }
            if unknown {
                value.insert("unknown".to_owned(), json!(1));
            }
            Operation {
                op,
                place: Place::Resource,
                value: Some(Value::Object(value)),
            }
        });

    prop_oneof![10 => at, 2 => whole, 1 => root(in_stock)]
}

/// A random value for each of some attributes.
fn given(attributes: Vec<Attribute>) -> impl Strategy<Value = Object> {
    prop::sample::subsequence(attributes, 0..3).prop_flat_map(|attributes| {
        let pairs: Vec<_> = attributes
            .iter()
            .map(|attribute| (Just(attribute.name().to_owned()), value(attribute)))
            .collect();
        pairs.prop_map(|pairs| pairs.into_iter().collect::<Object>())
    })
}

/// An operation on the extension as a whole.
fn root(in_stock: Vec<Attribute>) -> impl Strategy<Value = Operation> {
    (
        prop::sample::select(vec!["add", "replace", "remove"]),
        given(in_stock),
        prop::bool::weighted(0.1),
    )
        .prop_map(|(op, value, null)| {
            let value = match (op, null) {
                ("remove", _) => None,
                (_, true) => Some(Value::Null),
                (_, false) => Some(Value::Object(value)),
            };
            Operation {
                op,
                place: Place::Extension,
                value,
            }
        })
}
