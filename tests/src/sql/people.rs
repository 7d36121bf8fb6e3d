//! Random users, and random filters that have a chance to select some of them.

use proptest::prelude::*;
use proptest::sample::select;
use scim_filter::{AttrPath, CompareOp, Filter, Number, Value as Literal};
use serde_json::{Map, Value, json};

use super::schema::{ENTERPRISE, Kind, USER};

/// Words that a careless translation trips over: letters that other alphabets fold, wildcards, quotation marks, escapes, and
/// texts of other types.
const WORDS: &[&str] = &[
    "",
    " ",
    "a",
    "A",
    "b",
    "ab",
    "aB",
    "a_b",
    "a%",
    "%",
    "_",
    "\\",
    "a\\b",
    "\\%",
    "'",
    "''",
    "\"",
    "i",
    "I",
    "İ",
    "ı",
    "é",
    "É",
    "ß",
    "K",
    "日本",
    "😀",
    "z",
    "Z",
    "[",
    "`",
    "~",
    "@example.com",
    "@Example.COM",
    "1",
    "5",
    "2.50",
    "true",
    "True",
    "FALSE",
    "null",
    "NULL",
    "$1",
    "?",
    "2011-05-13T04:42:34Z",
    "2011-05-13",
    "x OR 1=1",
    "') OR ('1'='1",
];

const MOMENTS: &[&str] = &[
    "2011-05-13T04:42:34Z",
    "2011-05-13T04:42:34.000Z",
    "2011-05-13T04:42:34.5Z",
    "2011-05-13T04:42:34.500Z",
    "2011-05-13T04:42:34.500001Z",
    "2011-05-13T04:42:35Z",
    "1969-12-31T23:59:59.999999Z",
    "2024-02-29T00:00:00Z",
];

/// The same moments and others in the ways of clients.
const ASKED_MOMENTS: &[&str] = &[
    "2011-05-13T06:42:34+02:00",
    "2011-05-12T24:00:00Z",
    "2011-05-13T04:42:34.5000009Z",
    "2011-05-13T04:42:34.5000010Z",
    "2011-05-13T04:42:34.4999999Z",
    "2008-01-23T04:56:22",
];

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "1.0",
    "10e-1",
    "2.5",
    "2.50",
    "0.1",
    "-3",
    "5",
    "9007199254740993",
    "9007199254740992",
    "1e3",
    "1000.5",
    "-9223372036854775808",
    "1e19",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(WORDS).prop_map(str::to_owned),
        2 => prop::collection::vec(select(WORDS), 2..4).prop_map(|words| words.concat()),
        1 => "[a-cA-C]{1,3}",
        // PostgreSQL has no NUL.
        1 => any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
}

fn simple(kind: Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Binary | Kind::Exact | Kind::Text => text().prop_map(Value::from).boxed(),
        Kind::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Kind::DateTime => select(MOMENTS).prop_map(Value::from).boxed(),
        Kind::Number => select(NUMBERS)
            .prop_map(|text| match text.parse::<i64>() {
                Ok(integer) => json!(integer),
                Err(_) => json!(text.parse::<f64>().unwrap_or_default()),
            })
            .boxed(),
        Kind::Complex(types) => object(types).prop_map(Value::from).boxed(),
    }
}

/// Every member may be absent or null.
fn object(types: &'static [(&'static str, Kind)]) -> BoxedStrategy<Map<String, Value>> {
    let members: Vec<_> = types
        .iter()
        .map(|(name, kind)| {
            prop_oneof![
                5 => simple(*kind).prop_map(Some),
                1 => Just(Some(Value::Null)),
                2 => Just(None),
            ]
            .prop_map(move |value| value.map(|value| ((*name).to_owned(), value)))
        })
        .collect();
    members
        .prop_map(|members| members.into_iter().flatten().collect())
        .boxed()
}

/// A list has none to three values, of which some may be null or empty.
fn list(kind: Kind) -> impl Strategy<Value = Option<Value>> {
    let value = prop_oneof![8 => simple(kind), 1 => Just(Value::Null)];
    prop_oneof![
        8 => prop::collection::vec(value, 0..4).prop_map(|values| Some(Value::from(values))),
        1 => Just(Some(Value::Null)),
        1 => Just(None),
    ]
}

fn person() -> impl Strategy<Value = Map<String, Value>> {
    let member = |name: &str| {
        USER.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| *kind)
    };
    let kind = move |name| member(name).unwrap_or(Kind::Text);
    (
        object(USER),
        list(kind("emails")),
        list(kind("tags")),
        list(kind("scores")),
    )
        .prop_map(|(mut user, emails, tags, scores)| {
            for (name, values) in [("emails", emails), ("tags", tags), ("scores", scores)] {
                match values {
                    Some(values) => user.insert(name.to_owned(), values),
                    None => user.remove(name),
                };
            }
            drop_unassigned(&mut user);
            if let Some(Value::Object(extension)) = user.get_mut(ENTERPRISE) {
                drop_unassigned(extension);
            }
            drop_unassigned(&mut user);
            user
        })
}

/// Columns cannot tell a complex attribute without any value from an absent one, which is the same by RFC 7643 §2.5.
fn drop_unassigned(object: &mut Map<String, Value>) {
    object.retain(|_, value| match value {
        Value::Object(members) => members.values().any(|value| !value.is_null()),
        _ => true,
    });
}

/// So many users, with ids of their own.
pub fn people(count: usize) -> impl Strategy<Value = Vec<Map<String, Value>>> {
    prop::collection::vec(person(), count).prop_map(|mut people| {
        for (index, person) in people.iter_mut().enumerate() {
            person.insert("id".to_owned(), format!("Id{index}").into());
        }
        people
    })
}

fn literal() -> impl Strategy<Value = Literal<'static>> {
    prop_oneof![
        6 => text().prop_map(Literal::from),
        2 => select(NUMBERS).prop_map(|text| Number::parse(text).map_or(Literal::Null, Literal::from)),
        2 => select(MOMENTS).prop_map(Literal::from),
        1 => select(ASKED_MOMENTS).prop_map(Literal::from),
        1 => (0..8).prop_map(|id| Literal::from(format!("Id{id}"))),
        1 => any::<bool>().prop_map(Literal::from),
        1 => Just(Literal::Null),
    ]
}

fn op() -> impl Strategy<Value = CompareOp> {
    use CompareOp::{Co, Eq, Ew, Ge, Gt, Le, Lt, Ne, Sw};
    select(vec![Eq, Ne, Co, Sw, Ew, Gt, Ge, Lt, Le])
}

fn path(names: &'static [&'static str]) -> impl Strategy<Value = AttrPath<'static>> {
    select(names)
        .prop_map(|name| AttrPath::parse(name).unwrap_or_else(|error| panic!("{name}: {error}")))
}

/// What can be compared.
const PATHS: &[&str] = &[
    "id",
    "userName",
    "USERNAME",
    "urn:ietf:params:scim:schemas:core:2.0:User:userName",
    "externalId",
    "active",
    "age",
    "key",
    "name.givenName",
    "name.familyName",
    "meta.created",
    "emails",
    "emails.value",
    "emails.type",
    "emails.primary",
    "emails.weight",
    "emails.since",
    "tags",
    "scores",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
];

/// What can only be present.
const COMPLEX_PATHS: &[&str] = &["name", "meta"];

/// What square brackets can stand after, and what can stand in them.
const VALUE_PATHS: &[(&str, &[&str])] = &[
    ("emails", &["value", "type", "PRIMARY", "weight", "since"]),
    ("tags", &["value"]),
    ("scores", &["value"]),
    ("name", &["givenName", "familyName"]),
    ("userName", &["value"]),
    ("emails.value", &["value"]),
];

fn comparisons(paths: &'static [&'static str]) -> BoxedStrategy<Filter<'static>> {
    prop_oneof![
        6 => (path(paths), op(), literal()).prop_map(|(path, op, value)| Filter::compare(path, op, value)),
        1 => path(paths).prop_map(Filter::present),
        // A lookup of several.
        1 => (path(paths), prop::collection::vec(literal(), 2..4)).prop_map(|(path, values)| {
            let each = |value| Filter::compare(path.clone(), CompareOp::Eq, value);
            Filter::or(values.into_iter().map(each)).unwrap_or_else(|| Filter::present(path.clone()))
        }),
    ]
    .boxed()
}

fn nested(leaf: BoxedStrategy<Filter<'static>>, size: u32) -> BoxedStrategy<Filter<'static>> {
    leaf.prop_recursive(4, size, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        let both = |joined: fn([Filter<'static>; 2]) -> Option<Filter<'static>>| {
            move |(a, b): (Filter<'static>, Filter<'static>)| joined([a.clone(), b]).unwrap_or(a)
        };
        prop_oneof![
            two.clone().prop_map(both(|filters| Filter::and(filters))),
            two.prop_map(both(|filters| Filter::or(filters))),
            inner.prop_map(Filter::not),
        ]
    })
    .boxed()
}

/// Filters with comparisons of all operators with all types, value paths and nesting.
#[must_use]
pub fn filters() -> BoxedStrategy<Filter<'static>> {
    let complex = (path(COMPLEX_PATHS), 0..3).prop_map(|(path, form)| match form {
        0 => Filter::present(path),
        1 => Filter::compare(path, CompareOp::Eq, Literal::Null),
        _ => Filter::compare(path, CompareOp::Ne, Literal::Null),
    });
    let value_paths = select(VALUE_PATHS).prop_flat_map(|(name, subs)| {
        (path_of(name), nested(comparisons(subs), 6)).prop_map(|(path, filter)| {
            Filter::value_path(path.clone(), filter).unwrap_or_else(|| Filter::present(path))
        })
    });
    nested(
        prop_oneof![8 => comparisons(PATHS), 1 => complex, 3 => value_paths].boxed(),
        10,
    )
}

fn path_of(name: &'static str) -> impl Strategy<Value = AttrPath<'static>> {
    Just(AttrPath::parse(name).unwrap_or_else(|error| panic!("{name}: {error}")))
}
