//! Search requests, and the same parameters in the query part of a URL.

use std::fmt;

use scim_filter::Parser;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::parameter::{
    Parameter, is_descending, name_list, not_whole, parameters, parse_number, split_names,
    whole_number, wrong_type,
};
use super::schemas::check_schemas;
use crate::error::{describe_json_error, shorten};
use crate::projection::Projection;
use crate::resource::tree::Object;
use crate::{Error, ErrorKind, Profile, Tolerance};

/// The schema URI of a search request.
pub const SEARCH_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// The parameters of a query, from a URL or from the body of `POST …/.search`.
///
/// Filter and paths are still text; [`Query::new`](crate::query::Query::new) parses them.
///
/// ```
/// use scim_core::Profile;
/// use scim_core::message::SearchRequest;
///
/// let json = br#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
///                 "filter":"displayName sw \"smith\"","attributes":["displayName"],"count":-1}"#;
/// let search = SearchRequest::from_slice(json, Profile::rfc())?;
/// assert_eq!(search.filter.as_deref(), Some("displayName sw \"smith\""));
/// assert_eq!((search.start_index, search.count), (None, Some(0)));
/// assert_eq!(SearchRequest::from_slice(&search.to_vec(), Profile::rfc())?, search);
/// # Ok::<(), scim_core::Error>(())
/// ```
///
/// Source: RFC 7644 §3.4.2 and §3.4.3.
#[derive(Clone, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct SearchRequest {
    /// The attributes to show.
    pub attributes: Vec<String>,
    /// The attributes to leave out.
    pub excluded_attributes: Vec<String>,
    /// The filter that resources must match.
    pub filter: Option<String>,
    /// The attribute to sort by.
    pub sort_by: Option<String>,
    /// Whether the largest value comes first.
    pub descending: bool,
    /// The 1-based index of the first resource of the page.
    pub start_index: Option<u64>,
    /// The largest number of resources on the page.
    pub count: Option<u64>,
}

impl fmt::Debug for SearchRequest {
    /// Hides the filter, whose values are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchRequest")
            .field("attributes", &self.attributes)
            .field("excluded_attributes", &self.excluded_attributes)
            .field("has_filter", &self.filter.is_some())
            .field("sort_by", &self.sort_by)
            .field("descending", &self.descending)
            .field("start_index", &self.start_index)
            .field("count", &self.count)
            .finish()
    }
}

impl SearchRequest {
    /// A request for every resource.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the body of a search request.
    ///
    /// Unknown members are ignored under [`Tolerance::UnknownAttributes`].
    ///
    /// # Errors
    ///
    /// `InvalidSyntax` if the text is not a search request, `InvalidValue` for a bad number or `sortOrder`.
    pub fn from_slice(json: &[u8], profile: Profile) -> Result<Self, Error> {
        let body: Object = serde_json::from_slice(json).map_err(|error| {
            Error::new(
                ErrorKind::InvalidSyntax,
                format!(
                    "The body is not a search request: {}",
                    describe_json_error(&error)
                ),
            )
        })?;

        let mut search = Self::new();
        let mut schemas = None;
        for (name, value) in body {
            if value.is_null() {
                continue;
            }
            if name.eq_ignore_ascii_case("schemas") {
                schemas = Some(value);
                continue;
            }
            match Parameter::named(&name) {
                Some(parameter) => search.read(parameter, value)?,
                None if profile.allows(Tolerance::UnknownAttributes) => {}
                None => {
                    return Err(Error::new(
                        ErrorKind::InvalidSyntax,
                        format!("{} is not part of a search request", shorten(&name)),
                    ));
                }
            }
        }

        check_schemas(schemas.as_ref(), SEARCH_SCHEMA, profile)?;
        Ok(search)
    }

    /// Reads the query part of a URL.
    ///
    /// Unknown parameters and parameters without a value are ignored, except a blank filter, which would otherwise select
    /// every resource. If a parameter comes twice, the last one counts.
    ///
    /// ```
    /// use scim_core::message::SearchRequest;
    ///
    /// let search = SearchRequest::from_query("excludedAttributes=members&startIndex=0&tenant=7")?;
    /// assert_eq!(search.excluded_attributes, ["members"]);
    /// assert_eq!(search.start_index, Some(0));
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `InvalidValue` for a bad number or `sortOrder`.
    pub fn from_query(query: &str) -> Result<Self, Error> {
        let mut search = Self::new();
        for (parameter, value) in parameters(query) {
            search.read_text(parameter, value.into_owned())?;
        }
        Ok(search)
    }

    /// Reads only `attributes` and `excludedAttributes` from the query part of a URL.
    pub(crate) fn projecting(query: &str) -> Self {
        let mut search = Self::new();
        for (parameter, value) in parameters(query) {
            match parameter {
                Parameter::Attributes => search.attributes = split_names(&value).collect(),
                Parameter::ExcludedAttributes => {
                    search.excluded_attributes = split_names(&value).collect();
                }
                Parameter::Filter
                | Parameter::SortBy
                | Parameter::SortOrder
                | Parameter::StartIndex
                | Parameter::Count => {}
            }
        }
        search
    }

    /// The request as the body of a search.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        // Numbers, strings and lists of strings always have JSON text.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The attributes that the response shows.
    pub(crate) fn projection(&self, parser: Parser) -> Result<Projection, Error> {
        let list = |names: &[String]| (!names.is_empty()).then(|| names.join(","));
        let (shown, hidden) = (list(&self.attributes), list(&self.excluded_attributes));
        Projection::with_parser(shown.as_deref(), hidden.as_deref(), parser)
    }

    fn read(&mut self, parameter: Parameter, value: Value) -> Result<(), Error> {
        match (parameter, value) {
            (Parameter::Attributes, Value::Array(names)) => {
                self.attributes = name_list(parameter, &names)?;
            }
            (Parameter::ExcludedAttributes, Value::Array(names)) => {
                self.excluded_attributes = name_list(parameter, &names)?;
            }
            (Parameter::StartIndex, Value::Number(number)) => {
                self.start_index = Some(whole_number("startIndex", &number)?);
            }
            (Parameter::Count, Value::Number(number)) => {
                self.count = Some(whole_number("count", &number)?);
            }
            (Parameter::StartIndex | Parameter::Count, _) => {
                return Err(not_whole(parameter.name()));
            }
            (Parameter::Filter | Parameter::SortBy | Parameter::SortOrder, Value::String(text)) => {
                // A blank filter must not count as absent: it would select every resource.
                self.read_text(parameter, text)?;
            }
            (
                Parameter::Filter
                | Parameter::SortBy
                | Parameter::SortOrder
                | Parameter::Attributes
                | Parameter::ExcludedAttributes,
                _,
            ) => return Err(wrong_type(parameter)),
        }
        Ok(())
    }

    fn read_text(&mut self, parameter: Parameter, value: String) -> Result<(), Error> {
        match parameter {
            Parameter::Filter => self.filter = Some(value),
            Parameter::Attributes => self.attributes = split_names(&value).collect(),
            Parameter::ExcludedAttributes => {
                self.excluded_attributes = split_names(&value).collect();
            }
            Parameter::SortBy => self.sort_by = Some(value),
            Parameter::SortOrder => self.descending = is_descending(&value)?,
            Parameter::StartIndex => self.start_index = Some(parse_number("startIndex", &value)?),
            Parameter::Count => self.count = Some(parse_number("count", &value)?),
        }
        Ok(())
    }
}

impl Serialize for SearchRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schemas", &[SEARCH_SCHEMA])?;
        for (name, names) in [
            ("attributes", &self.attributes),
            ("excludedAttributes", &self.excluded_attributes),
        ] {
            if !names.is_empty() {
                map.serialize_entry(name, names)?;
            }
        }

        for (name, text) in [("filter", &self.filter), ("sortBy", &self.sort_by)] {
            if let Some(text) = text {
                map.serialize_entry(name, text)?;
            }
        }

        if self.descending {
            map.serialize_entry("sortOrder", "descending")?;
        }

        for (name, number) in [("startIndex", self.start_index), ("count", self.count)] {
            if let Some(number) = number {
                map.serialize_entry(name, &number)?;
            }
        }

        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(json: &str, profile: Profile) -> Option<ErrorKind> {
        let refused = SearchRequest::from_slice(json.as_bytes(), profile).err()?;
        Some(refused.kind())
    }

    #[test]
    fn a_malformed_search_request_is_refused_by_kind() {
        for (json, kind) in [
            ("[]", ErrorKind::InvalidSyntax),
            ("", ErrorKind::InvalidSyntax),
            (r#"{"filter":1}"#, ErrorKind::InvalidSyntax),
            (r#"{"attributes":"userName"}"#, ErrorKind::InvalidSyntax),
            (r#"{"attributes":[1]}"#, ErrorKind::InvalidSyntax),
            (r#"{"count":"ten"}"#, ErrorKind::InvalidValue),
            (r#"{"count":1.5}"#, ErrorKind::InvalidValue),
            (r#"{"startIndex":true}"#, ErrorKind::InvalidValue),
            (r#"{"sortOrder":"up"}"#, ErrorKind::InvalidValue),
        ] {
            assert_eq!(refusal(json, Profile::tolerant()), Some(kind), "{json}");
        }
    }

    #[test]
    fn the_profile_decides_about_schemas_and_unknown_members() {
        let schemas = format!(r#""schemas":["{SEARCH_SCHEMA}"]"#);
        let unknown = format!(r#"{{{schemas},"cursor":"x"}}"#);
        assert_eq!(refusal("{}", Profile::tolerant()), None);
        assert_eq!(refusal(&unknown, Profile::tolerant()), None);
        assert_eq!(
            refusal("{}", Profile::rfc()),
            Some(ErrorKind::InvalidSyntax)
        );
        assert_eq!(
            refusal(&unknown, Profile::rfc()),
            Some(ErrorKind::InvalidSyntax)
        );
        assert_eq!(refusal(&format!("{{{schemas}}}"), Profile::rfc()), None);
    }

    #[test]
    fn numbers_out_of_range_are_clamped() {
        for (json, count) in [
            ("-7", 0),
            ("-1e300", 0),
            ("1e300", u64::MAX),
            ("3.0", 3),
            ("18446744073709551616", u64::MAX),
        ] {
            let body = format!(r#"{{"COUNT":{json}}}"#);
            let search = SearchRequest::from_slice(body.as_bytes(), Profile::tolerant()).unwrap();
            assert_eq!(search.count, Some(count), "{json}");
        }
    }
}
