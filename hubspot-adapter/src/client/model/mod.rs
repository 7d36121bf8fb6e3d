//! What HubSpot sends and takes, as it names it.
//!
//! Reading is tolerant: fields may be missing, null or unknown, and ids may be numbers. Writing
//! is exact: only what was set is sent, for HubSpot gives an explicit empty value a meaning of
//! its own.

mod account;
mod crm;
mod crm_property;
mod crm_search;
mod debug;
mod read;
mod user;

pub use self::account::{Account, Role, Seat, Team, TeamMember};
pub use self::crm::{CrmUser, CrmUserUpdate, property};
pub use self::crm_property::CrmProperty;
pub use self::crm_search::CrmSearch;
pub use self::user::{NewUser, User, UserUpdate};
