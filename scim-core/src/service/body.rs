//! The body of a request, read only after the authentication.

use std::future::{Future, ready};

use bytes::Bytes;

use super::Limits;
use crate::{Error, ErrorKind};

/// A body that the service reads on demand.
pub(super) trait RequestBody: Send {
    /// Refuses a body with a declared length over the limit, without reading it.
    fn check_length(&self, limits: Limits) -> Result<(), Error>;

    /// Reads the whole body.
    fn read(&mut self, limits: Limits) -> impl Future<Output = Result<Bytes, Error>> + Send;

    /// Whether a part of the body was never read. The connection then cannot carry another request.
    fn is_unread(&self) -> bool;
}

impl RequestBody for Bytes {
    fn check_length(&self, limits: Limits) -> Result<(), Error> {
        if self.len() > limits.max_body_bytes() {
            return Err(too_large(limits));
        }
        Ok(())
    }

    fn read(&mut self, _: Limits) -> impl Future<Output = Result<Self, Error>> + Send {
        ready(Ok(std::mem::take(self)))
    }

    fn is_unread(&self) -> bool {
        false
    }
}

/// The error for a body over the size limit.
pub(super) fn too_large(limits: Limits) -> Error {
    Error::new(
        ErrorKind::PayloadTooLarge,
        format!("The body is larger than {} bytes", limits.max_body_bytes()),
    )
}
