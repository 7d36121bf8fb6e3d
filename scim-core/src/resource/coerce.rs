//! Coercion of client values into the canonical form of the schema.

use std::collections::HashSet;

use scim_filter::datetime::Instant;
use serde_json::Value;

use super::form::{boolean, clears, invalid, items, number, single};
use super::role;
use super::tree::{self, Object};
use crate::error::shorten;
use crate::ignored;
use crate::schema::{Attribute, AttributeType, Mutability};
use crate::{Error, Profile, Tolerance};

/// Brings a value of `attribute` into canonical form; `None` leaves the attribute unassigned.
///
/// An error names `path`.
pub(crate) fn coerce(
    value: Value,
    attribute: &Attribute,
    path: &str,
    profile: Profile,
) -> Result<Option<Value>, Error> {
    if !attribute.is_multi_valued() {
        return coerce_element(single(value, path, profile)?, attribute, path, profile);
    }
    let Some(items) = items(value, path, profile)? else {
        return Ok(None);
    };

    let is_list_of_ids = attribute.is_list_of_ids();
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        let is_complex = item.is_object();
        let item = coerce_element(item, attribute, path, profile)?;
        if is_list_of_ids && is_complex && !item.as_ref().is_some_and(has_value) {
            return Err(invalid(&format!("{path}.value"), "is required"));
        }
        kept.extend(item);
    }

    drop_repeated(&mut kept);
    keep_one_primary(&mut kept, path, profile)?;
    Ok((!kept.is_empty()).then_some(Value::Array(kept)))
}

/// Brings the entries of a multi-valued attribute into canonical form, for a look-up.
///
/// Unlike in [`coerce`], an entry of a list of ids needs no `value`: any sub-attribute can describe it.
pub(crate) fn coerce_listed(
    value: Value,
    attribute: &Attribute,
    path: &str,
    profile: Profile,
) -> Result<Vec<Value>, Error> {
    let items = items(value, path, profile)?.unwrap_or_default();
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        kept.extend(coerce_element(item, attribute, path, profile)?);
    }
    drop_repeated(&mut kept);
    Ok(kept)
}

/// Brings one value into canonical form: the value of a single-valued attribute, or an entry of a multi-valued one.
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
            None => Err(invalid(path, must_be(AttributeType::Boolean))),
        },
        AttributeType::Integer | AttributeType::Decimal => {
            let value = number(value, profile);
            if fits(&value, attribute.kind()) {
                Ok(Some(value))
            } else {
                Err(invalid(path, must_be(attribute.kind())))
            }
        }
        kind if !fits(&value, kind) => Err(invalid(path, must_be(kind))),
        AttributeType::String => Ok(Some(canonical(value, attribute))),
        AttributeType::DateTime | AttributeType::Binary | AttributeType::Reference => {
            Ok(Some(value))
        }
    }
}

fn has_value(entry: &Value) -> bool {
    entry
        .as_object()
        .is_some_and(|members| tree::get(members, "value").is_some())
}

/// Whether a value has a type in its canonical form (RFC 7643 §2.3).
///
/// Any text passes as a reference: clients often send references that are not URIs.
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
        AttributeType::DateTime => "must be a dateTime, for example 2026-11-21T09:30:00Z",
        AttributeType::Binary => "must be base64",
        AttributeType::Complex => "must be a complex value",
    }
}

/// Whether a text is base64 in either alphabet, with or without padding (RFC 7643 §2.3.6).
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

/// Respells a value like the canonical value that differs in letter case only, unless the attribute is case-exact.
///
/// Other values stay: canonical values are suggestions (RFC 7643 §7).
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
    if role::may_hold_json(attribute, profile) {
        role::expand_json_role(&mut kept);
    }

    let is_cleared = attribute.is_multi_valued()
        && profile.allows(Tolerance::EmptyClears)
        && is_label_only(&kept);
    Ok((!kept.is_empty() && !is_cleared).then_some(Value::Object(kept)))
}

/// Brings the sub-attributes in a single-valued complex attribute into canonical form.
///
/// A sub-attribute without a value clears it. The whole is `None` if the value clears the attribute itself.
#[expect(
    clippy::type_complexity,
    reason = "a type alias would say less than the pairs do"
)]
pub(crate) fn coerce_members<'a>(
    value: Value,
    attribute: &'a Attribute,
    path: &str,
    profile: Profile,
) -> Result<Option<Vec<(&'a Attribute, Option<Value>)>>, Error> {
    let value = single(value, path, profile)?;
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
            return Err(invalid(path, must_be(AttributeType::Complex)));
        }
    };

    let mut coerced = Vec::with_capacity(members.len());
    for (name, member) in members {
        let Some(sub) = attribute.sub_attribute(&name) else {
            if profile.allows(Tolerance::UnknownAttributes) {
                ignored::log_once("attribute", &format!("{path}.{name}"));
                continue;
            }
            return Err(invalid(
                &format!("{path}.{}", shorten(&name)),
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

/// Keeps only the first of several primary entries, if the profile tolerates them (RFC 7643 §2.4).
fn keep_one_primary(entries: &mut [Value], path: &str, profile: Profile) -> Result<(), Error> {
    let mut primaries = entries.iter_mut().filter_map(|entry| {
        let members = entry.as_object_mut()?;
        (tree::get(members, "primary") == Some(&Value::Bool(true))).then_some(members)
    });
    let first = primaries.next();
    for members in primaries {
        if first.is_some() && !profile.allows(Tolerance::SeveralPrimary) {
            return Err(invalid(path, "has more than one primary entry"));
        }
        tree::set(members, "primary", Value::Bool(false));
    }
    Ok(())
}

/// Drops repeated entries: a multi-valued attribute is a set (RFC 7643 §2.4).
fn drop_repeated(entries: &mut Vec<Value>) {
    if entries.len() < 2 {
        return;
    }
    let mut seen = HashSet::with_capacity(entries.len());
    let is_new: Vec<bool> = entries.iter().map(|entry| seen.insert(entry)).collect();
    let mut is_new = is_new.into_iter();
    entries.retain(|_| is_new.next() == Some(true));
}

/// Whether an entry has only `type` and `primary`: Entra's validation clears an entry this way.
pub(crate) fn is_label_only(entry: &Object) -> bool {
    entry
        .keys()
        .all(|key| key.eq_ignore_ascii_case("type") || key.eq_ignore_ascii_case("primary"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ErrorKind;
    use crate::schema::Schema;

    fn coerced(name: &str, value: Value, profile: Profile) -> Result<Option<Value>, ErrorKind> {
        let schema = Schema::user();
        coerce(value, schema.attribute(name).unwrap(), name, profile).map_err(|error| error.kind())
    }

    #[test]
    fn only_boolean_strings_become_booleans() {
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
    fn a_role_in_json_becomes_the_role_that_it_names() {
        let role = |text: &str| {
            coerced("roles", json!([{"value": text}]), Profile::tolerant())
                .unwrap()
                .unwrap()
        };
        assert_eq!(
            role(r#"{"id":"0","value":"25","displayName":"Role"}"#),
            json!([{"value": "25", "display": "Role"}])
        );
        assert_eq!(role(r#"{"value":25}"#), json!([{"value": "25"}]));
        for text in ["{broken", "{}", r#"{"value":{}}"#, "Admin"] {
            assert_eq!(role(text), json!([{"value": text}]));
        }
    }

    #[test]
    fn a_member_needs_a_value() {
        let schema = Schema::group();
        let members = schema.attribute("members").unwrap();
        for entry in [
            json!({}),
            json!({"value": null}),
            json!({"value": "", "display": "Ada"}),
        ] {
            let refused = coerce(json!([entry]), members, "members", Profile::tolerant());
            assert_eq!(refused.unwrap_err().detail(), "members.value is required");
        }
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
    fn a_canonical_value_gets_its_spelling_and_other_values_stay() {
        let types = json!([{"value": "a", "type": "Work"}, {"value": "b", "type": "Holiday"}]);
        assert_eq!(
            coerced("emails", types, Profile::rfc()),
            Ok(Some(
                json!([{"value": "a", "type": "work"}, {"value": "b", "type": "Holiday"}])
            ))
        );
    }

    #[test]
    fn a_repeated_entry_is_dropped() {
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
