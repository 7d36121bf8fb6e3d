//! The service over HubSpot: the protocol, groups, the audit trail, and what logs and errors must not contain.

mod audit;
mod groups;
mod planted;
mod protocol;
