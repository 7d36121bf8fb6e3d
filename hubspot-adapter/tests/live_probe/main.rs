//! Asks an account which of its answers are which, and says the dialect to set.
//!
//! `live` does so with a real account, where it is told to (see the crate's README); `emulated` shows on the emulated
//! account, in every dialect, that what it says is what is played.

#[cfg(test)]
mod beyond;
#[cfg(test)]
mod deactivated;
#[cfg(test)]
mod emulated;
#[cfg(test)]
mod guards;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod judge;
#[cfg(test)]
mod live;
#[cfg(test)]
mod own_user;
#[cfg(test)]
mod probe;
#[cfg(test)]
mod removal;
#[cfg(test)]
mod report;
#[cfg(test)]
mod seats;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod several;
#[cfg(test)]
mod super_admins;
#[cfg(test)]
mod teams;
#[cfg(test)]
mod wire;
