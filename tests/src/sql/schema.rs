//! The schema of the test users, and the filter's view of one.

use std::ops::ControlFlow;

use scim_filter::eval::{Attributes, Datum, Sink};
use scim_filter::{Number, case, urn};
use serde_json::{Map, Value};

/// The type of an attribute.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// Base64.
    Binary,
    /// `true` or `false`.
    Boolean,
    /// A complex attribute with these sub-attributes.
    Complex(&'static [(&'static str, Self)]),
    /// A moment, in UTC.
    DateTime,
    /// A string that compares by letter case.
    Exact,
    /// A decimal.
    Number,
    /// A string.
    Text,
}

/// The URN of the only extension.
pub(super) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The attributes, single-valued and multi-valued alike.
pub(super) const USER: &[(&str, Kind)] = &[
    ("id", Kind::Exact),
    ("userName", Kind::Text),
    ("externalId", Kind::Exact),
    ("active", Kind::Boolean),
    ("age", Kind::Number),
    ("key", Kind::Binary),
    (
        "name",
        Kind::Complex(&[("givenName", Kind::Text), ("familyName", Kind::Text)]),
    ),
    ("meta", Kind::Complex(&[("created", Kind::DateTime)])),
    (
        "emails",
        Kind::Complex(&[
            ("value", Kind::Text),
            ("type", Kind::Exact),
            ("primary", Kind::Boolean),
            ("weight", Kind::Number),
            ("since", Kind::DateTime),
        ]),
    ),
    ("tags", Kind::Exact),
    ("scores", Kind::Number),
    (
        ENTERPRISE,
        Kind::Complex(&[
            ("department", Kind::Text),
            (
                "manager",
                Kind::Complex(&[("value", Kind::Exact), ("displayName", Kind::Text)]),
            ),
        ]),
    ),
];

/// A user, or a complex value, with the types of its attributes.
#[derive(Clone, Copy, Debug)]
pub struct View<'v> {
    object: &'v Map<String, Value>,
    types: &'static [(&'static str, Kind)],
}

impl<'v> View<'v> {
    /// A whole user.
    #[must_use]
    pub const fn user(object: &'v Map<String, Value>) -> Self {
        Self {
            object,
            types: USER,
        }
    }
}

impl Attributes for View<'_> {
    fn attribute(&self, uri: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()> {
        if let Some(uri) = uri.filter(|uri| !urn::is_core(uri)) {
            return self.attribute(None, uri, &mut |datum| {
                if let Datum::Complex(extension) = datum {
                    extension.attribute(None, name, emit)
                } else {
                    ControlFlow::Continue(())
                }
            });
        }
        let Some((name, kind)) = self.types.iter().find(|(known, _)| case::eq(known, name)) else {
            return ControlFlow::Continue(());
        };
        match self.object.get(*name) {
            Some(Value::Array(values)) => values
                .iter()
                .try_for_each(|value| hand_out(value, *kind, emit)),
            Some(value) => hand_out(value, *kind, emit),
            None => ControlFlow::Continue(()),
        }
    }

    fn is_empty(&self) -> bool {
        Attributes::is_empty(self.object)
    }
}

fn hand_out(value: &Value, kind: Kind, emit: &mut Sink<'_>) -> ControlFlow<()> {
    match (value, kind) {
        (Value::Null, _) => emit(Datum::Null),
        (Value::String(text), Kind::Binary) => emit(Datum::Binary(text.into())),
        (Value::String(text), Kind::DateTime) => emit(Datum::DateTime(text.into())),
        (Value::String(text), Kind::Exact) => emit(Datum::exact_text(text)),
        (Value::String(text), Kind::Text) => emit(Datum::text(text)),
        (Value::Bool(value), Kind::Boolean) => emit(Datum::Boolean(*value)),
        (Value::Number(number), Kind::Number) => {
            let number = number.to_string();
            Number::parse(&number).map_or(ControlFlow::Continue(()), |number| {
                emit(Datum::Number(number))
            })
        }
        (Value::Object(object), Kind::Complex(types)) => {
            emit(Datum::Complex(&View { object, types }))
        }
        _ => panic!("{value} is not of {kind:?}"),
    }
}
