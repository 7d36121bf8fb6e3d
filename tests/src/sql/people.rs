//! Random users, and random filters that may select some of them.

use proptest::prelude::*;
use proptest::sample::select;
use scim_filter::{AttrPath, CompareOp, Filter, Number, Value as Literal};
use serde_json::{Map, Value, json};

use super::schema::{ENTERPRISE, Kind, USER};

/// Words that break a careless translation: letters that fold in other alphabets, wildcards, quotation marks, escapes, and
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

/// The same and other moments in the forms of clients.
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

/// A list has up to three values, some of them null or empty.
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

/// Removes complex attributes without a value. Columns cannot tell them from absent ones, and RFC 7643 §2.5 treats both alike.
fn drop_unassigned(object: &mut Map<String, Value>) {
    object.retain(|_, value| match value {
        Value::Object(members) => members.values().any(|value| !value.is_null()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            true
        }
    });
}

/// This number of users, each with its own id.
pub fn people(count: usize) -> impl Strategy<Value = Vec<Map<String, Value>>> {
    prop::collection::vec(person(), count).prop_map(|mut people| {
        for (index, person) in people.iter_mut().enumerate() {
            person.insert("id".to_owned(), format!("Id{index}").into());
        }
        people
    })
}

/// A value, mostly of the attribute's own type.
fn literal(attribute: &str) -> BoxedStrategy<Literal<'static>> {
    let number =
        select(NUMBERS).prop_map(|text| Number::parse(text).map_or(Literal::Null, Literal::from));
    let moment = || select([MOMENTS, ASKED_MOMENTS].concat()).prop_map(Literal::from);
    let boolean = || any::<bool>().prop_map(Literal::from);
    let name = attribute.to_ascii_lowercase();
    let fitting = match name.rsplit('.').next().unwrap_or_default() {
        "active" | "primary" => boolean().boxed(),
        "age" | "scores" | "weight" => number.clone().boxed(),
        "created" | "since" => moment().boxed(),
        "id" => (0..50)
            .prop_map(|id| Literal::from(format!("Id{id}")))
            .boxed(),
        _ => text().prop_map(Literal::from).boxed(),
    };
    prop_oneof![
        12 => fitting,
        4 => text().prop_map(Literal::from),
        1 => number,
        1 => moment(),
        1 => boolean(),
        1 => Just(Literal::Null),
    ]
    .boxed()
}

fn op() -> impl Strategy<Value = CompareOp> {
    use CompareOp::{Co, Eq, Ew, Ge, Gt, Le, Lt, Ne, Sw};
    select(vec![Eq, Ne, Co, Sw, Ew, Gt, Ge, Lt, Le])
}

fn path(name: &'static str) -> AttrPath<'static> {
    AttrPath::parse(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The paths of comparisons.
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

/// The paths of complex attributes, which take only `pr`.
const COMPLEX_PATHS: &[&str] = &["name", "meta"];

/// The attributes of value paths, with the sub-attributes inside the brackets.
const VALUE_PATHS: &[(&str, &[&str])] = &[
    ("emails", &["value", "type", "PRIMARY", "weight", "since"]),
    ("tags", &["value"]),
    ("scores", &["value"]),
    ("name", &["givenName", "familyName"]),
    ("userName", &["value"]),
    ("emails.value", &["value"]),
];

fn comparisons(paths: &'static [&'static str]) -> BoxedStrategy<Filter<'static>> {
    let with_literals = move |count: std::ops::Range<usize>| {
        select(paths).prop_flat_map(move |name| {
            let literals = prop::collection::vec(literal(name), count.clone());
            literals.prop_map(move |literals| (path(name), literals))
        })
    };
    let compared_with = |op| {
        move |(path, values): (AttrPath<'static>, Vec<Literal<'static>>)| {
            let each = |value| Filter::compare(path.clone(), op, value);
            Filter::or(values.into_iter().map(each))
                .unwrap_or_else(|| Filter::present(path.clone()))
        }
    };
    prop_oneof![
        6 => op().prop_flat_map(move |op| with_literals(1..2).prop_map(compared_with(op))),
        1 => select(paths).prop_map(|name| Filter::present(path(name))),
        // A look-up of several values.
        1 => with_literals(2..4).prop_map(compared_with(CompareOp::Eq)),
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
            two.clone().prop_map(both(Filter::and)),
            two.prop_map(both(Filter::or)),
            inner.prop_map(Filter::not),
        ]
    })
    .boxed()
}

/// Filters with comparisons of all operators with all types, value paths and nesting.
pub fn filters() -> BoxedStrategy<Filter<'static>> {
    let complex = (select(COMPLEX_PATHS), 0..3).prop_map(|(name, form)| match form {
        0 => Filter::present(path(name)),
        1 => Filter::compare(path(name), CompareOp::Eq, Literal::Null),
        _ => Filter::compare(path(name), CompareOp::Ne, Literal::Null),
    });
    let value_paths = select(VALUE_PATHS).prop_flat_map(|(name, subs)| {
        nested(comparisons(subs), 6).prop_map(move |filter| {
            Filter::value_path(path(name), filter).unwrap_or_else(|| Filter::present(path(name)))
        })
    });
    nested(
        prop_oneof![8 => comparisons(PATHS), 1 => complex, 3 => value_paths].boxed(),
        10,
    )
}
