//! From a request to what it asks for.

use http::header::IF_MATCH;
use http::request::Parts;

use crate::projection::Projection;
use crate::query::{Parameter, Query, parameters};
use crate::version::Version;
use crate::{Error, ErrorKind, Profile};

pub(super) fn query(head: &Parts, profile: Profile) -> Result<Query, Error> {
    Query::parse(head.uri.query().unwrap_or_default(), profile)
}

/// The attributes that the answer to a write or to a read of one resource shows.
///
/// Other parameters have no meaning there, and a client's are passed over.
pub(super) fn projection(head: &Parts, profile: Profile) -> Result<Projection, Error> {
    let (mut attributes, mut excluded) = (None, None);
    for (parameter, value) in parameters(head.uri.query().unwrap_or_default()) {
        match parameter {
            Parameter::Attributes => attributes = Some(value),
            Parameter::ExcludedAttributes => excluded = Some(value),
            Parameter::Filter
            | Parameter::SortBy
            | Parameter::SortOrder
            | Parameter::StartIndex
            | Parameter::Count => {}
        }
    }
    Projection::parse(attributes.as_deref(), excluded.as_deref(), profile)
}

/// The version that `If-Match` names; `*` is any.
pub(super) fn expected_version(head: &Parts) -> Result<Option<Version>, Error> {
    let Some(header) = head.headers.get(IF_MATCH) else {
        return Ok(None);
    };
    let text = header.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    match Version::parse(text) {
        Some(version) => Ok(Some(version)),
        None => Err(Error::new(
            ErrorKind::PreconditionFailed,
            "If-Match must hold one entity tag",
        )),
    }
}

/// Discovery endpoints have no filter: 403 (RFC 7644 §4).
pub(super) fn refuse_filter(head: &Parts) -> Result<(), Error> {
    let mut given = parameters(head.uri.query().unwrap_or_default());
    if given.any(|(parameter, _)| parameter == Parameter::Filter) {
        return Err(Error::new(
            ErrorKind::Forbidden,
            "Discovery endpoints cannot be filtered",
        ));
    }
    Ok(())
}
