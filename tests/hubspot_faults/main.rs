//! Failures of HubSpot, of the state and of the process in the middle of a request.
//!
//! Every answer tells the truth about HubSpot, and the client's retry completes the request.

mod crash;
mod create;
mod garbled;
mod refused_token;
mod remove;
mod rows;
mod seats;
mod sweep;
mod update;
