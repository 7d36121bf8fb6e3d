//! Decisions about users: pure functions from values to values.
//!
//! Nothing here is async, holds a client or reads the state. Flows and the [`Account`](crate::account::Account) carry the decisions out.

pub(crate) mod change;
pub(crate) mod guard;
pub(crate) mod identity;
pub(crate) mod member;
pub(crate) mod places;
pub(crate) mod plan;
pub(crate) mod record;
pub(crate) mod role_request;
pub(crate) mod roles;
pub(crate) mod wanted;
pub(crate) mod withdrawal;

pub(crate) use self::change::{Change, Field, RoleChange};
pub(crate) use self::member::{Member, UserState};
pub(crate) use self::record::PendingName;
pub(crate) use self::role_request::RoleRequest;
pub(crate) use self::withdrawal::Withdrawal;
