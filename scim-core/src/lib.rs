//! The SCIM 2.0 protocol (RFC 7643, RFC 7644) over any provider.
//!
//! A [`Provider`] stores resources. A [`Service`] over it turns an `http::Request` into an `http::Response`, and does the
//! routing, authentication, filters, PATCH, projection, paging, discovery and errors. The crate needs no runtime and no server
//! framework, so you can embed it in any.
//!
//! | module | contents |
//! |---|---|
//! | [`resource`] | resources, and typed views of them |
//! | [`schema`] | schemas and resource types: the one source of truth about attributes |
//! | [`message`] | the messages of the protocol: lists, searches, PATCH requests, errors |
//! | [`patch`] | applying a PATCH request |
//! | [`query`], [`projection`] | filters, orders and pages; the attributes in a response |
//! | [`provider`] | the trait to implement |
//! | [`tenant`], [`auth`] | tenants, and the authentication of their callers |
//! | [`service`] | the service, its limits and its audit trail |
//! | [`profile`] | the non-standard requests that a tenant accepts |
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
