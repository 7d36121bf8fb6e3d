//! The parameters of a query.

use std::borrow::Cow;

use serde_json::Value;

use crate::{Error, ErrorKind};

/// A parameter of a query.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Parameter {
    Filter,
    Attributes,
    ExcludedAttributes,
    SortBy,
    SortOrder,
    StartIndex,
    Count,
}

impl Parameter {
    const ALL: [Self; 7] = [
        Self::Filter,
        Self::Attributes,
        Self::ExcludedAttributes,
        Self::SortBy,
        Self::SortOrder,
        Self::StartIndex,
        Self::Count,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::Attributes => "attributes",
            Self::ExcludedAttributes => "excludedAttributes",
            Self::SortBy => "sortBy",
            Self::SortOrder => "sortOrder",
            Self::StartIndex => "startIndex",
            Self::Count => "count",
        }
    }

    /// The parameter with a name, in any letter case: overlooking a filter would select every resource.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|parameter| parameter.name().eq_ignore_ascii_case(name))
    }
}

/// The SCIM parameters in the query part of a URL, without those that have no value.
pub(crate) fn parameters(query: &str) -> impl Iterator<Item = (Parameter, Cow<'_, str>)> {
    url::form_urlencoded::parse(query.as_bytes())
        .filter_map(|(name, value)| Some((Parameter::named(&name)?, value)))
        // A blank filter must not count as absent: it would select every resource.
        .filter(|(parameter, value)| {
            matches!(parameter, Parameter::Filter) || !value.trim().is_empty()
        })
}

/// Splits a comma-separated list of names, the form of a URL.
pub(super) fn split_names(names: &str) -> impl Iterator<Item = String> {
    names.split(',').map(str::to_owned)
}

/// Reads a JSON list of names.
pub(super) fn name_list(parameter: Parameter, names: &[Value]) -> Result<Vec<String>, Error> {
    let mut list = Vec::with_capacity(names.len());
    for name in names {
        let text = name.as_str().ok_or_else(|| wrong_type(parameter))?;
        list.extend(split_names(text));
    }
    Ok(list)
}

pub(super) fn is_descending(order: &str) -> Result<bool, Error> {
    let order = order.trim();
    if order.eq_ignore_ascii_case("descending") {
        Ok(true)
    } else if order.eq_ignore_ascii_case("ascending") {
        Ok(false)
    } else {
        Err(Error::new(
            ErrorKind::InvalidValue,
            "sortOrder must be ascending or descending",
        ))
    }
}

/// Parses a whole number. A negative number counts as 0 (RFC 7644 §3.4.2.4), a number above `u64::MAX` as that maximum.
pub(super) fn parse_number(name: &'static str, value: &str) -> Result<u64, Error> {
    let value = value.trim();
    let (negative, digits) = match value.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, value),
    };

    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(not_whole(name));
    }

    Ok(if negative {
        0
    } else {
        digits.parse().unwrap_or(u64::MAX)
    })
}

/// Converts a JSON number by the rules of [`parse_number`].
pub(super) fn whole_number(name: &'static str, value: &serde_json::Number) -> Result<u64, Error> {
    if let Some(number) = value.as_u64() {
        return Ok(number);
    }
    match value.as_f64() {
        Some(number) if number < 0.0 && number.fract() == 0.0 => Ok(0),
        Some(number) if number.fract() == 0.0 => format!("{number:.0}").parse().or(Ok(u64::MAX)),
        Some(_) | None => Err(not_whole(name)),
    }
}

pub(super) fn not_whole(name: &'static str) -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        format!("{name} must be a whole number"),
    )
}

pub(super) fn wrong_type(parameter: Parameter) -> Error {
    let wanted = match parameter {
        Parameter::Attributes | Parameter::ExcludedAttributes => "a list of attribute names",
        Parameter::Filter | Parameter::SortBy | Parameter::SortOrder => "a string",
        Parameter::StartIndex | Parameter::Count => "a whole number",
    };
    Error::new(
        ErrorKind::InvalidSyntax,
        format!("{} must be {wanted}", parameter.name()),
    )
}
