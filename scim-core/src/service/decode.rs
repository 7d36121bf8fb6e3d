//! Reading the parameters of a request.

use bytes::Bytes;
use http::Method;
use http::header::IF_MATCH;
use http::request::Parts;

use super::Limits;
use super::measure::{Lists, measure};
use crate::message::{Parameter, SearchRequest, parameters};
use crate::projection::Projection;
use crate::query::Query;
use crate::version::Version;
use crate::{Error, ErrorKind, Profile};

/// Refuses a request that is too large, before parsing it.
pub(super) fn check_size(head: &Parts, body: &Bytes, limits: Limits) -> Result<(), Error> {
    limits.check_query(head.uri.query().unwrap_or_default())?;
    match head.method {
        Method::POST | Method::PUT => measure(body, Lists::Values, limits),
        Method::PATCH => measure(body, Lists::Operations, limits),
        _ => Ok(()),
    }
}

/// Reads the query of a GET.
pub(super) fn query(head: &Parts, profile: Profile, limits: Limits) -> Result<Query, Error> {
    let search = SearchRequest::from_query(head.uri.query().unwrap_or_default())?;
    limits.check_search(&search)?;
    Query::with_parser(&search, limits.parser(profile))
}

/// Reads the query of a `POST …/.search`.
pub(super) fn search(body: &Bytes, profile: Profile, limits: Limits) -> Result<Query, Error> {
    let search = SearchRequest::from_slice(body, profile)?;
    limits.check_search(&search)?;
    Query::with_parser(&search, limits.parser(profile))
}

/// Reads the attributes that the response to a write or to the read of one resource shows.
///
/// Other parameters mean nothing there and are ignored.
pub(super) fn projection(
    head: &Parts,
    profile: Profile,
    limits: Limits,
) -> Result<Projection, Error> {
    let query = head.uri.query().unwrap_or_default();
    if query.is_empty() {
        return Ok(Projection::default());
    }

    let search = SearchRequest::projecting(query);
    limits.check_search(&search)?;
    search.projection(limits.parser(profile))
}

/// Reads the version in `If-Match`; `*` is any version.
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
            "If-Match must hold exactly one entity tag, for example W/\"7\"",
        )),
    }
}

/// Refuses a filter on a discovery endpoint with 403 (RFC 7644 §4).
pub(super) fn refuse_filter(head: &Parts) -> Result<(), Error> {
    let mut given = parameters(head.uri.query().unwrap_or_default());
    if given.any(|(parameter, _)| parameter == Parameter::Filter) {
        return Err(Error::new(
            ErrorKind::Forbidden,
            "Discovery endpoints take no filter; send the request without one",
        ));
    }
    Ok(())
}
