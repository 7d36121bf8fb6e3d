//! Values as the schema wants them, out of values as clients send them.

use std::collections::HashSet;

use scim_filter::datetime::Instant;
use serde_json::Value;

use super::tree::{self, Object};
use crate::error::named;
use crate::schema::{Attribute, AttributeType, Mutability};
use crate::{Error, ErrorKind, Profile, Tolerance};

/// The value of `attribute` in canonical form; `None` where it leaves the attribute unassigned.
///
/// `path` is what an error names.
pub(crate) fn coerce(
    value: Value,
    attribute: &Attribute,
    path: &str,
    profile: Profile,
) -> Result<Option<Value>, Error> {
    if !attribute.is_multi_valued() {
        return coerce_element(sole(value, path, profile)?, attribute, path, profile);
    }
    let items = match value {
        Value::Null => return Ok(None),
        Value::Array(items) => items,
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            if !profile.allows(Tolerance::ComplexForms) {
                return Err(wrong(path, "must be a list"));
            }
            vec![value]
        }
    };
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        if let Some(item) = coerce_element(item, attribute, path, profile)? {
            kept.push(item);
        }
    }
    drop_repeated(&mut kept);
    keep_one_primary(&mut kept, path, profile)?;
    Ok((!kept.is_empty()).then_some(Value::Array(kept)))
}

/// One value of `attribute`: the value of a single-valued one, an element of a multi-valued one.
pub(crate) fn coerce_element(
    value: Value,
    attribute: &Attribute,
    path: &str,
    profile: Profile,
) -> Result<Option<Value>, Error> {
    if clears(&value, profile) {
        return Ok(None);
    }
    match attribute.kind() {
        AttributeType::Complex => coerce_complex(value, attribute, path, profile),
        AttributeType::Boolean => match boolean(&value, profile) {
            Some(boolean) => Ok(Some(Value::Bool(boolean))),
            None => Err(wrong(path, must_be(AttributeType::Boolean))),
        },
        kind if !fits(&value, kind) => Err(wrong(path, must_be(kind))),
        AttributeType::String => Ok(Some(canonical(value, attribute))),
        AttributeType::Decimal
        | AttributeType::Integer
        | AttributeType::DateTime
        | AttributeType::Binary
        | AttributeType::Reference => Ok(Some(value)),
    }
}

/// Whether a value is of a type, in the form in which it goes out (RFC 7643 §2.3).
///
/// Of a reference no more is asked than that it is text: what clients send as one is often no URI.
pub(super) fn fits(value: &Value, kind: AttributeType) -> bool {
    match kind {
        AttributeType::String | AttributeType::Reference => value.is_string(),
        AttributeType::Boolean => value.is_boolean(),
        AttributeType::Decimal => value.is_number(),
        AttributeType::Integer => value.is_i64() || value.is_u64(),
        AttributeType::DateTime => value
            .as_str()
            .is_some_and(|text| Instant::parse(text).is_some()),
        AttributeType::Binary => value.as_str().is_some_and(is_base64),
        AttributeType::Complex => value.is_object(),
    }
}

fn must_be(kind: AttributeType) -> &'static str {
    match kind {
        AttributeType::String | AttributeType::Reference => "must be a string",
        AttributeType::Boolean => "must be true or false",
        AttributeType::Decimal => "must be a number",
        AttributeType::Integer => "must be a whole number",
        AttributeType::DateTime => "must be a dateTime such as 2026-11-21T09:30:00Z",
        AttributeType::Binary => "must be base64",
        AttributeType::Complex => "must be a complex value",
    }
}

/// Base64 of either alphabet, with its padding or without (RFC 7643 §2.3.6).
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let is_digit =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    let fits = match digits.len() % 4 {
        0 => padding == 0,
        2 => padding == 0 || padding == 2,
        3 => padding <= 1,
        _ => false,
    };
    fits && digits.bytes().all(is_digit)
}

/// The suggested spelling of a value, where it differs from a suggestion in case alone and case does not count.
///
/// Any other value stays as it is: canonical values are suggestions (RFC 7643 §7).
fn canonical(value: Value, attribute: &Attribute) -> Value {
    let suggested = value.as_str().and_then(|text| {
        let mut values = attribute.canonical_values().iter();
        values.find(|suggested| suggested.eq_ignore_ascii_case(text))
    });
    match suggested {
        Some(suggested) if !attribute.is_case_exact() => Value::from(suggested.as_str()),
        _ => value,
    }
}

fn boolean(value: &Value, profile: Profile) -> Option<bool> {
    if let Some(boolean) = value.as_bool() {
        return Some(boolean);
    }
    let text = value
        .as_str()
        .filter(|_| profile.allows(Tolerance::BooleanStrings))?;
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

fn coerce_complex(
    value: Value,
    attribute: &Attribute,
    path: &str,
    profile: Profile,
) -> Result<Option<Value>, Error> {
    let mut kept = Object::new();
    for (sub, member) in members(value, attribute, path, profile)? {
        if let Some(member) = member {
            tree::set(&mut kept, sub.name(), member);
        }
    }
    let hollow =
        attribute.is_multi_valued() && profile.allows(Tolerance::EmptyClears) && is_hollow(&kept);
    Ok((!kept.is_empty() && !hollow).then_some(Value::Object(kept)))
}

/// The sub-attributes that a value of a single-valued complex attribute gives, each with what it is to be; `None` where the
/// value clears the attribute itself.
#[expect(
    clippy::type_complexity,
    reason = "a list of pairs, or none; a name would say less"
)]
pub(crate) fn coerce_members<'a>(
    value: Value,
    attribute: &'a Attribute,
    path: &str,
    profile: Profile,
) -> Result<Option<Vec<(&'a Attribute, Option<Value>)>>, Error> {
    let value = sole(value, path, profile)?;
    if clears(&value, profile) {
        return Ok(None);
    }
    members(value, attribute, path, profile).map(Some)
}

fn members<'a>(
    value: Value,
    attribute: &'a Attribute,
    path: &str,
    profile: Profile,
) -> Result<Vec<(&'a Attribute, Option<Value>)>, Error> {
    let members = match value {
        Value::Object(members) => members,
        Value::String(_)
            if profile.allows(Tolerance::ComplexForms)
                && attribute.sub_attribute("value").is_some() =>
        {
            Object::from_iter([("value".to_owned(), value)])
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            return Err(wrong(path, must_be(AttributeType::Complex)));
        }
    };
    let mut coerced = Vec::with_capacity(members.len());
    for (name, member) in members {
        let Some(sub) = attribute.sub_attribute(&name) else {
            if profile.allows(Tolerance::UnknownAttributes) {
                continue;
            }
            return Err(wrong(
                &format!("{path}.{}", named(&name)),
                "is not an attribute of the schema",
            ));
        };
        if sub.mutability() == Mutability::ReadOnly {
            continue;
        }
        let member_path = format!("{path}.{}", sub.name());
        coerced.push((sub, coerce(member, sub, &member_path, profile)?));
    }
    Ok(coerced)
}

/// Whether a value says that there is to be none.
fn clears(value: &Value, profile: Profile) -> bool {
    value.is_null() || (value == "" && profile.allows(Tolerance::EmptyClears))
}

/// No more than one entry is the primary one (RFC 7643 §2.4).
fn keep_one_primary(entries: &mut [Value], path: &str, profile: Profile) -> Result<(), Error> {
    let mut primaries = entries.iter_mut().filter_map(|entry| {
        let members = entry.as_object_mut()?;
        (tree::get(members, "primary") == Some(&Value::Bool(true))).then_some(members)
    });
    let first = primaries.next();
    for members in primaries {
        if first.is_some() && !profile.allows(Tolerance::SeveralPrimary) {
            return Err(wrong(path, "has more than one primary entry"));
        }
        tree::set(members, "primary", Value::Bool(false));
    }
    Ok(())
}

/// No entry twice: a list of values is a set (RFC 7643 §2.4).
fn drop_repeated(entries: &mut Vec<Value>) {
    if entries.len() < 2 {
        return;
    }
    let mut seen = HashSet::with_capacity(entries.len());
    let is_new: Vec<bool> = entries.iter().map(|entry| seen.insert(entry)).collect();
    let mut is_new = is_new.into_iter();
    entries.retain(|_| is_new.next() == Some(true));
}

/// Whether an entry says what it is for and nothing else: so Entra's validation leaves one that it clears.
pub(crate) fn is_hollow(entry: &Object) -> bool {
    entry
        .keys()
        .all(|key| key.eq_ignore_ascii_case("type") || key.eq_ignore_ascii_case("primary"))
}

/// The value for a single-valued attribute: an empty list is none, and a list of one is that one where it is tolerated.
fn sole(value: Value, path: &str, profile: Profile) -> Result<Value, Error> {
    let Value::Array(items) = value else {
        return Ok(value);
    };
    let mut items = items.into_iter();
    match (items.next(), items.next()) {
        (None, _) => Ok(Value::Null),
        (Some(item), None) if profile.allows(Tolerance::ComplexForms) => Ok(item),
        (Some(_), _) => Err(wrong(path, "must be a single value")),
    }
}

fn wrong(path: &str, must: &str) -> Error {
    Error::new(ErrorKind::InvalidValue, format!("{path} {must}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::Schema;

    fn coerced(name: &str, value: Value, profile: Profile) -> Result<Option<Value>, ErrorKind> {
        let schema = Schema::user();
        coerce(value, schema.attribute(name).unwrap(), name, profile).map_err(|error| error.kind())
    }

    #[test]
    fn boolean_strings_become_booleans_and_nothing_else_does() {
        for (text, boolean) in [("True", true), ("false", false), ("TRUE", true)] {
            let value = coerced("active", json!(text), Profile::tolerant());
            assert_eq!(value, Ok(Some(json!(boolean))), "{text}");
        }
        for value in [json!("yes"), json!(1), json!({})] {
            assert_eq!(
                coerced("active", value, Profile::tolerant()),
                Err(ErrorKind::InvalidValue)
            );
        }
        assert_eq!(
            coerced("active", json!("True"), Profile::rfc()),
            Err(ErrorKind::InvalidValue)
        );
    }

    #[test]
    fn a_plain_string_is_the_value_of_a_complex_attribute() {
        assert_eq!(
            coerced("roles", json!("Admin"), Profile::tolerant()),
            Ok(Some(json!([{"value": "Admin"}])))
        );
        assert_eq!(
            coerced("roles", json!(["Admin"]), Profile::rfc()),
            Err(ErrorKind::InvalidValue)
        );
    }

    #[test]
    fn a_cleared_entry_disappears() {
        let value = json!([{"type": "work", "value": ""}, {"type": "home", "value": "a@b"}]);
        assert_eq!(
            coerced("emails", value, Profile::tolerant()),
            Ok(Some(json!([{"type": "home", "value": "a@b"}])))
        );
    }

    #[test]
    fn a_suggested_value_gets_the_suggested_spelling_and_any_other_is_kept() {
        let types = json!([{"value": "a", "type": "Work"}, {"value": "b", "type": "Holiday"}]);
        assert_eq!(
            coerced("emails", types, Profile::rfc()),
            Ok(Some(
                json!([{"value": "a", "type": "work"}, {"value": "b", "type": "Holiday"}])
            ))
        );
    }

    #[test]
    fn an_entry_that_is_there_twice_is_one() {
        let twice =
            json!([{"value": "a"}, {"value": "b"}, {"value": "a"}, {"value": "a", "type": "home"}]);
        assert_eq!(
            coerced("emails", twice, Profile::rfc()),
            Ok(Some(
                json!([{"value": "a"}, {"value": "b"}, {"value": "a", "type": "home"}])
            ))
        );
    }

    #[test]
    fn binary_values_are_base64() {
        let certificate = |text: &str| {
            coerced(
                "x509Certificates",
                json!([{"value": text}]),
                Profile::tolerant(),
            )
        };
        for text in ["TWFu", "TWE=", "TWE", "TQ==", "TQ", "-_-_", "+/+/"] {
            assert!(certificate(text).is_ok(), "{text}");
        }
        for text in ["T", "TQ=", "TWE==", "TWFu=", "T W=", "TWF.", "=", "Tö=="] {
            assert_eq!(certificate(text), Err(ErrorKind::InvalidValue), "{text}");
        }
    }

    #[test]
    fn unknown_members_are_dropped_or_refused() {
        let value = json!({"givenName": "a", "shoeSize": 7});
        assert_eq!(
            coerced("name", value.clone(), Profile::tolerant()),
            Ok(Some(json!({"givenName": "a"})))
        );
        assert_eq!(
            coerced("name", value, Profile::rfc()),
            Err(ErrorKind::InvalidValue)
        );
    }
}
