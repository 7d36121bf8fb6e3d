//! Deactivation first: a request that the service refuses still deactivates its user.

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use crate::limits::FilterLimits;
use crate::message::{Op, Operation};
use crate::schema::ResourceType;
use crate::{Error, ErrorKind, PatchOp, Profile, Resource, Tolerance};

/// A PUT or PATCH as the client sent it.
#[derive(Clone, Copy)]
pub(super) struct Sent<'r> {
    pub(super) method: &'r Method,
    pub(super) body: &'r Bytes,
    pub(super) limits: FilterLimits,
}

/// Finds the deactivation in a refused request that asks for more besides.
///
/// Returns `None` if the request deactivates nobody, or if the refusal has another reason than its contents.
pub(super) fn left_of(
    sent: Sent<'_>,
    refused: &Error,
    resource_type: &ResourceType,
    profile: Profile,
) -> Option<PatchOp> {
    if !profile.allows(Tolerance::DeactivationFirst) || !is_about_content(refused.kind()) {
        return None;
    }
    let Sent {
        method,
        body,
        limits,
    } = sent;

    let asked = if *method == Method::PUT {
        let document = Resource::parse(body).ok()?.into_tree();
        let whole = Operation::new(Op::Replace, None, Some(Value::Object(document)));
        PatchOp::from_operations(vec![whole], limits)
    } else {
        PatchOp::read_valid(body, profile, limits).ok()?
    };
    let deactivation = asked.deactivation(resource_type, profile)?;

    // If the request holds nothing else, the provider would refuse it again.
    let is_all = PatchOp::read(body, profile, limits).is_ok_and(|patch| patch == deactivation);
    (!is_all).then_some(deactivation)
}

/// Whether the service refused a request for its contents, so that a part of it may succeed.
fn is_about_content(kind: ErrorKind) -> bool {
    match kind {
        ErrorKind::InvalidFilter
        | ErrorKind::TooMany
        | ErrorKind::Uniqueness
        | ErrorKind::Mutability
        | ErrorKind::InvalidSyntax
        | ErrorKind::InvalidPath
        | ErrorKind::NoTarget
        | ErrorKind::InvalidValue
        | ErrorKind::Conflict
        | ErrorKind::NotImplemented => true,
        ErrorKind::InvalidVersion
        | ErrorKind::Unauthenticated
        | ErrorKind::Forbidden
        | ErrorKind::NotFound
        | ErrorKind::MethodNotAllowed
        | ErrorKind::PreconditionFailed
        | ErrorKind::PayloadTooLarge
        | ErrorKind::UriTooLong
        | ErrorKind::TooManyRequests
        | ErrorKind::Internal
        | ErrorKind::BadGateway
        | ErrorKind::Unavailable
        | ErrorKind::GatewayTimeout => false,
    }
}
