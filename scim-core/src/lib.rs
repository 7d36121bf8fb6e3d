//! The SCIM 2.0 protocol (RFC 7643, RFC 7644) over any provider.
//!
//! A [`Provider`] keeps resources; a [`Service`] turns an `http::Request` into an `http::Response` over it: routes,
//! authentication, filters, PATCH, projection, paging, discovery and errors are done here, once. No runtime, no server
//! framework: embed it in any of them.
//!
//! | module | is |
//! |---|---|
//! | [`resource`] | resources, and typed views over them |
//! | [`schema`] | schemas and resource types: the one source of truth about attributes |
//! | [`message`] | lists, PATCH requests, errors |
//! | [`patch`] | applying a PATCH request, a pure function |
//! | [`query`], [`projection`] | what a client asks for, and what it is shown |
//! | [`provider`] | the trait to implement |
//! | [`tenant`], [`auth`] | whose resources, and who may call |
//! | [`service`] | from request to response |
//! | [`profile`] | which departures from the RFC are understood |
//! | [`memory`] | the reference provider |
//!
//! # Features
//!
//! - `memory` (on): the reference provider.
//! - `tower`: [`Service`] as a `tower_service::Service`.

pub mod auth;
pub mod clock;
mod discovery;
mod error;
mod ignored;
mod limits;
#[cfg(feature = "memory")]
pub mod memory;
pub mod message;
pub mod patch;
pub mod profile;
pub mod projection;
pub mod provider;
pub mod query;
mod redacted;
pub mod resource;
pub mod schema;
pub mod service;
pub mod tenant;
pub mod version;

pub use crate::error::{Error, ErrorKind};
pub use crate::message::{ListResponse, PatchOp};
pub use crate::profile::{Profile, Tolerance};
pub use crate::provider::Provider;
pub use crate::redacted::Redacted;
pub use crate::resource::{Group, Resource, User, ValueRef};
pub use crate::schema::Schema;
pub use crate::service::Service;
pub use scim_filter as filter;
