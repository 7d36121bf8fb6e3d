//! The questions to an account, by subject.

mod deactivated;
mod own_user;
mod removal;
mod seats;
mod several_roles;
mod super_admins;
mod teams;
mod unused;
