//! The emulated account over its socket, through the real client.
//!
//! Bare requests try what the client cannot send.

#[cfg(test)]
mod access;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod connection;
#[cfg(test)]
mod control;
#[cfg(test)]
mod crm;
#[cfg(test)]
mod crm_list;
#[cfg(test)]
mod deactivated;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod lags;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod seats;
#[cfg(test)]
mod support;
#[cfg(test)]
mod team_members;
#[cfg(test)]
mod update;
#[cfg(test)]
mod users;
