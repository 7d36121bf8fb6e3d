//! The scenarios of other test programs once more, in an account that keeps everything: the adapter asks HubSpot at the start, as
//! the server does, and reads every user's row in the CRM.

#[path = "edges.rs"]
mod edges;
#[path = "lifecycle.rs"]
mod lifecycle;
#[path = "names.rs"]
mod names;
#[path = "no_access.rs"]
mod no_access;
#[path = "restart.rs"]
mod restart;
#[path = "returns.rs"]
mod returns;
