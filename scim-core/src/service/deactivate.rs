//! A deactivation is made, whatever becomes of the rest of its request.

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use crate::message::{Op, Operation};
use crate::schema::ResourceType;
use crate::{Error, ErrorKind, PatchOp, Profile, Resource, Tolerance};

/// What is left to be done of a request that was refused: the deactivation in it, where there is one beside something else.
pub(super) fn left_of(
    method: &Method,
    body: &Bytes,
    refused: &Error,
    resource_type: &ResourceType,
    profile: Profile,
) -> Option<PatchOp> {
    if !profile.allows(Tolerance::DeactivationFirst) || !is_about_content(refused.kind()) {
        return None;
    }
    let asked = if *method == Method::PUT {
        let document = Resource::parse(body).ok()?.into_tree();
        let whole = Operation::new(Op::Replace, None, Some(Value::Object(document)));
        PatchOp::from_operations(vec![whole])
    } else {
        PatchOp::readable(body, profile).ok()?
    };
    let deactivation = asked.deactivation(resource_type, profile)?;
    // Refused by itself, it would be refused again.
    let is_all = PatchOp::from_slice(body, profile).is_ok_and(|patch| patch == deactivation);
    (!is_all).then_some(deactivation)
}

/// Whether a request was refused for what it asks, so that asking for less may help.
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
